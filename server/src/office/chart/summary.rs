//! The chart's first page: what somebody should look at now, and what there is.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use doorstep_client_core::care::alerts::{AlertKind, Severity, alerts};
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::{AnyRecord, Kind};

use super::case::now;
use super::coverage::{Authorised, authorised};
use super::kind::first;
use super::line::kind_message;
use super::{Case, Header, Line, Tab};
use crate::access::Action;
use crate::app::App;
use crate::describe;
use crate::http::{Named, OfficeCaller, Problem, blocking};
use crate::limits::CHART_LINES_MAX;
use crate::office::frame::{Area, Asking, Frame, page, rules};
use crate::store::AuditEvent;

#[derive(Template)]
#[template(path = "chart/summary.html")]
struct Page {
    frame: Frame,
    header: Header,
    alerts: Vec<AlertLine>,
    conflicts: Vec<Line>,
    lists: Vec<List>,
    authorised: Vec<Authorised>,
    kinds: Vec<KindLine>,
}

/// Something to look at.
struct AlertLine {
    severity: Severity,
    kind: AlertKind,
    record: RecordId,
    title: String,
}

/// Some records of a kind.
struct List {
    kind: Kind,
    heading: &'static str,
    lines: Vec<Line>,
    /// How many more there are.
    more: usize,
}

/// A kind, and how many records of it there are.
struct KindLine {
    kind: Kind,
    count: usize,
}

impl AlertLine {
    fn message(&self) -> &'static str {
        match self.kind {
            AlertKind::MeasurementOutOfBounds => "alert-measurement-out-of-bounds",
            AlertKind::AllergyToMedication => "alert-allergy-to-medication",
            AlertKind::OverdueTask => "alert-overdue-task",
            AlertKind::AuthorisationExpiring => "alert-authorisation-expiring",
            AlertKind::AuthorisationUsedUp => "alert-authorisation-used-up",
            AlertKind::UnsignedVisit => "alert-unsigned-visit",
            AlertKind::MissedVisit => "alert-missed-visit",
            AlertKind::CredentialExpiring => "alert-credential-expiring",
            AlertKind::DoubleBooking => "alert-double-booking",
            AlertKind::UnlicensedVisit => "alert-unlicensed-visit",
        }
    }

    fn severity_class(&self) -> &'static str {
        match self.severity {
            Severity::Urgent => "bad",
            Severity::Warning => "warning",
            Severity::Notice => "info",
        }
    }

    fn severity_message(&self) -> &'static str {
        match self.severity {
            Severity::Urgent => "severity-urgent",
            Severity::Warning => "severity-warning",
            Severity::Notice => "severity-notice",
        }
    }
}

impl List {
    fn id(&self) -> String {
        format!("list-{}", self.heading)
    }
}

impl KindLine {
    fn message(&self) -> String {
        kind_message(self.kind)
    }
}

/// What matters now of a chart.
#[utoipa::path(
    get,
    path = "/office/cases/{scope}",
    params(("scope" = describe::Id, Path, description = "The case")),
    security(("office" = ["read"])),
    responses((status = 200, description = "The page"))
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    Named(scope): Named<ScopeId>,
) -> Result<Html<String>, Problem> {
    blocking(app, move |app| {
        let (caller, scope) = caller.require_in(app, Action::Read, scope)?;
        let snapshot = &*caller.snapshot(app)?;
        caller.audit(app, AuditEvent::CaseRead { scope: scope.id })?;
        let frame = Frame::new(app, &caller, snapshot, asking, Area::Caseload)?;
        let local = frame.local.clone();
        let case = Case::read(app, snapshot, scope.id, &local)?;
        let found = alerts(case.chart(), &rules(snapshot)?, now(&local));
        let alerts = found.into_iter().map(|alert| AlertLine {
            severity: alert.severity,
            kind: alert.kind,
            title: case.entry(alert.record).map(|entry| entry.title.clone()).unwrap_or_default(),
            record: alert.record,
        });
        let line = |entry| Line::of(entry, &case, &local);
        page(&Page {
            alerts: alerts.collect(),
            conflicts: case.entries.iter().filter(|entry| entry.stamp.conflicts > 0).map(line).collect(),
            lists: lists(&case, &frame),
            authorised: authorised(&case, &local),
            kinds: kinds(&case),
            header: Header::of(snapshot, &scope, &case, &local, Tab::Summary)?,
            frame,
        })
    })
    .await
}

/// A kind, the heading above its records, and which of them are shown.
type Wanted = (Kind, &'static str, fn(&AnyRecord) -> bool);

/// The lists of the summary: of each kind what holds or is to come, the newest first.
fn lists(case: &Case, frame: &Frame) -> Vec<List> {
    let lists: [Wanted; 9] = [
        (
            Kind::Condition,
            "chart-problems",
            |record| matches!(record, AnyRecord::Condition(one) if one.clinical_status.is_current()),
        ),
        (Kind::Medication, "chart-medications", |record| {
            use doorstep_client_core::record::medication::MedicationStatus::{Active, Intended, OnHold};
            matches!(record, AnyRecord::Medication(one) if matches!(one.status, Active | Intended | OnHold))
        }),
        (Kind::Allergy, "chart-allergies", |record| {
            use doorstep_client_core::record::allergy::AllergyStatus::Active;
            matches!(record, AnyRecord::Allergy(one) if one.clinical_status == Active)
        }),
        (
            Kind::Appointment,
            "chart-appointments",
            |record| matches!(record, AnyRecord::Appointment(one) if one.status.is_open()),
        ),
        (Kind::Visit, "chart-visits", |_| true),
        (Kind::Task, "chart-tasks", |record| matches!(record, AnyRecord::Task(one) if one.status.is_open())),
        (Kind::TreatmentChange, "chart-treatment-changes", |record| {
            use doorstep_client_core::record::treatment_change::ProposalStatus::{Draft, Sent};
            matches!(record, AnyRecord::TreatmentChange(one) if matches!(one.status, Draft | Sent))
        }),
        (
            Kind::SupportPerson,
            "chart-support",
            |record| matches!(record, AnyRecord::SupportPerson(one) if !one.no_longer_involved),
        ),
        (Kind::CareTeamMember, "chart-care-team", |_| true),
    ];
    let list = |(kind, heading, holds): Wanted| {
        let entries = case.of_kind(kind).into_iter().filter(|entry| !entry.stamp.is_entered_in_error);
        let mut entries: Vec<_> =
            entries.filter(|entry| case.record(entry.stamp.record).is_none_or(holds)).collect();
        if kind == Kind::Appointment {
            // Those are to come: the soonest first.
            entries.sort_by_key(|entry| entry.stamp.at);
        }
        let (entries, more) = first(entries, CHART_LINES_MAX);
        let lines = entries.into_iter().map(|entry| Line::of(entry, case, &frame.local));
        List { kind, heading, lines: lines.collect(), more }
    };
    lists.into_iter().map(list).collect()
}

fn kinds(case: &Case) -> Vec<KindLine> {
    let kinds = Kind::ALL.iter().copied().filter(|kind| !kind.is_directory());
    kinds.map(|kind| KindLine { kind, count: case.of_kind(kind).len() }).collect()
}
