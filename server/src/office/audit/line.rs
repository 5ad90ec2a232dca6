//! An entry of the audit log in words.

use std::collections::HashMap;

use doorstep_client_core::ids::{DeviceId, ScopeId, StaffId};
use doorstep_client_core::record::{Kind, Timestamp};
use serde_json::Value as Json;

use crate::http::{Problem, names};
use crate::office::arrivals::written;
use crate::office::local::Local;
use crate::store::{AuditEntry, Snapshot};

/// An entry as the page shows it.
pub(super) struct Line {
    pub(super) number: u64,
    pub(super) at: Timestamp,
    pub(super) when: String,
    pub(super) who: String,
    /// The phone that acted.
    pub(super) phone: Option<String>,
    pub(super) what: String,
    pub(super) more: String,
    pub(super) patient: Option<(ScopeId, String)>,
    /// The person and the phone whom it is about.
    pub(super) about: Vec<String>,
}

/// Tells entries.
pub(super) struct Teller<'a> {
    local: &'a Local,
    names: HashMap<StaffId, String>,
    phones: HashMap<DeviceId, String>,
    patients: HashMap<ScopeId, String>,
}

impl<'a> Teller<'a> {
    /// Knows what these entries are about.
    pub(super) fn new(
        snapshot: &dyn Snapshot,
        local: &'a Local,
        entries: &[AuditEntry],
    ) -> Result<Self, Problem> {
        let mut scopes: Vec<ScopeId> = entries.iter().filter_map(|entry| entry.scope).collect();
        scopes.sort_unstable();
        scopes.dedup();
        // The directory is nobody's chart.
        let directory = snapshot.agency()?.directory;
        scopes.retain(|scope| *scope != directory);
        Ok(Self {
            local,
            names: names(snapshot)?,
            phones: snapshot.devices()?.into_iter().map(|device| (device.id, device.name)).collect(),
            patients: snapshot.titles(&scopes)?,
        })
    }

    /// All of them.
    pub(super) fn lines(&self, entries: Vec<AuditEntry>) -> Vec<Line> {
        entries.into_iter().map(|entry| self.line(&entry)).collect()
    }

    fn line(&self, entry: &AuditEntry) -> Line {
        let name = |staff: StaffId| self.names.get(&staff).cloned();
        let phone = |device: DeviceId| self.phones.get(&device).cloned();
        let who = entry.by_staff.map(|staff| name(staff).unwrap_or_else(|| self.say("somebody")));
        // Somebody's record has her id.
        let record = entry.record.map(StaffId::from).filter(|_| entry.staff.is_none());
        let about = entry.staff.or(record).filter(|staff| Some(*staff) != entry.by_staff).and_then(name);
        let about_phone = entry.device.filter(|device| Some(*device) != entry.by_device).and_then(phone);
        let patient = entry.scope.and_then(|scope| Some((scope, self.patients.get(&scope)?.clone())));
        Line {
            number: entry.number,
            at: entry.at,
            when: self.local.moment(entry.at),
            who: who.unwrap_or_else(|| self.actor(&entry.actor)),
            phone: entry.by_device.and_then(phone),
            what: self.what(&entry.code),
            more: entry.details.as_ref().map(|details| self.more(details)).unwrap_or_default(),
            patient,
            about: about.into_iter().chain(about_phone).collect(),
        }
    }

    fn say(&self, message: &str) -> String {
        self.local.words.say(message).into_owned()
    }

    fn what(&self, code: &str) -> String {
        let known = self.local.words.try_say(&format!("audit-code-{}", code.replace('_', "-")));
        // Of a newer version.
        known.map_or_else(|| code.to_owned(), std::borrow::Cow::into_owned)
    }

    fn actor(&self, actor: &str) -> String {
        self.say(if actor == "command" { "audit-command" } else { "audit-nobody" })
    }

    /// Names and numbers of an entry, those that a person asks for.
    fn more(&self, details: &Json) -> String {
        let text = |name: &str| details.get(name).and_then(Json::as_str);
        let flag = |name: &str| details.get(name).and_then(Json::as_bool);
        let mut said: Vec<String> = Vec::new();
        let fields: Vec<String> = details
            .get("fields")
            .and_then(Json::as_array)
            .into_iter()
            .flatten()
            .filter_map(Json::as_str)
            .map(str::to_owned)
            .collect();
        let kind = text("kind").unwrap_or_default();
        if let Some(kind) = Kind::ALL.iter().copied().find(|one| one.code() == kind) {
            said.push(written(kind, &fields, usize::MAX, self.local));
        } else if !kind.is_empty() {
            said.extend(
                self.local.words.try_say(&format!("review-kind-{}", kind.replace('_', "-"))).map(Into::into),
            );
        }
        if let Some(role) = text("role") {
            said.extend(self.local.words.try_say(&format!("code-staff-role-{role}")).map(Into::into));
        }
        for (name, on, off) in [
            ("is_active", None, Some("staff-has-left")),
            ("is_on", Some("audit-on"), Some("audit-off")),
            ("is_second_factor_used", Some("audit-with-second-factor"), None),
        ] {
            let message = flag(name).and_then(|is_so| if is_so { on } else { off });
            said.extend(message.map(|message| self.say(message)));
        }
        said.extend(text("format").map(str::to_uppercase));
        said.join(", ")
    }
}
