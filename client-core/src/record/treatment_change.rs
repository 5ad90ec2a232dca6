//! `treatment_change`: what the nurse suggests to a provider. FHIR R4 `ServiceRequest` of intent proposal.

use super::words::{excerpt, listed};
use super::{Checks, Members, Record, Text, Timestamp};
use crate::ids::RecordId;

codes! {
    /// Where the proposal stands. Source: Doorstep's own list; FHIR tells it by `request-status` and a reply.
    pub enum ProposalStatus {
        Draft = "draft": "Draft",
        Sent = "sent": "Sent",
        Accepted = "accepted": "Accepted",
        Declined = "declined": "Declined",
        Withdrawn = "withdrawn": "Withdrawn",
    }
}

structure! {
    /// A change of treatment that the nurse suggests to a provider.
    pub struct TreatmentChange {
        /// What should change.
        pub proposal: Text,
        /// Why.
        pub reason: Text,
        /// The observations that it rests on.
        pub observations: Members,
        /// Who is asked: a `care_team_member`.
        pub provider: Option<RecordId>,
        /// Where it stands.
        pub status: ProposalStatus,
        /// When it was sent.
        pub sent_at: Option<Timestamp>,
        /// When it was answered.
        pub answered_at: Option<Timestamp>,
        /// What the provider answered.
        pub answer: Text,
        /// Whether the record was entered in error.
        pub entered_in_error: bool,
    }
}

impl Record for TreatmentChange {
    fn check(&self, checks: &mut Checks) {
        checks.require(!self.proposal.trim().is_empty(), "proposal", "must not be empty");
        checks.text("proposal", &self.proposal);
        checks.text("reason", &self.reason);
        checks.text("answer", &self.answer);
        checks.members("observations", &self.observations);
        checks.short("status", self.status.code());
        let is_answered = matches!(self.status, ProposalStatus::Accepted | ProposalStatus::Declined);
        let is_sent = is_answered || self.status == ProposalStatus::Sent;
        checks.require(!is_sent || self.provider.is_some(), "provider", "a sent proposal needs a provider");
        checks.require(!is_sent || self.sent_at.is_some(), "sent_at", "a sent proposal needs when it was sent");
        let has_answer = !is_answered || self.answered_at.is_some();
        checks.require(has_answer, "answered_at", "an answered proposal needs when it was answered");
        checks.in_order("answered_at", self.sent_at, self.answered_at);
    }

    fn summary(&self) -> String {
        let status = self.status.display().to_lowercase();
        listed([&excerpt(&self.proposal), &status, &excerpt(&self.answer)])
    }

    fn is_entered_in_error(&self) -> bool {
        self.entered_in_error
    }
}
