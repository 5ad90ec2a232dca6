//! What arrived, in plain words: who wrote what in whose chart.

use std::collections::HashMap;

use doorstep_client_core::ids::{RecordId, ScopeId, StaffId};
use doorstep_client_core::record::{Kind, Timestamp};

use super::local::Local;
use crate::http::{Problem, names};
use crate::limits::ARRIVED_FIELDS_MAX;
use crate::store::{LogHead, ScopeKind, Seq, Snapshot};

/// A change that arrived.
pub struct Arrival {
    /// Its place in the agency's order.
    pub seq: Seq,
    /// Who wrote it.
    pub staff: StaffId,
    /// Her name.
    pub who: String,
    /// Whether it came from a phone.
    pub is_from_phone: bool,
    /// Where.
    pub scope: ScopeId,
    /// Whose chart; the directory has none.
    pub patient: Option<String>,
    /// In which record.
    pub record: RecordId,
    /// What that is about.
    pub kind: Option<Kind>,
    /// The nurse whom it concerns.
    pub nurse: Option<StaffId>,
    /// Which fields it wrote.
    pub fields: Vec<String>,
    /// When it arrived.
    pub at: Timestamp,
}

/// What these entries of the log brought.
pub fn of(snapshot: &dyn Snapshot, entries: Vec<LogHead>) -> Result<Vec<Arrival>, Problem> {
    let names = names(snapshot)?;
    let mut patients: HashMap<ScopeId, Option<String>> = HashMap::new();
    let mut arrivals = Vec::with_capacity(entries.len());
    for entry in entries {
        let patient = match patients.get(&entry.scope) {
            Some(patient) => patient.clone(),
            None => {
                let scope = snapshot.scope(entry.scope)?.filter(|scope| scope.kind == ScopeKind::Case);
                let patient = scope.map(|scope| scope.title);
                patients.insert(entry.scope, patient.clone());
                patient
            }
        };
        let stamp = snapshot.stamp(entry.record)?;
        arrivals.push(Arrival {
            seq: entry.seq,
            staff: entry.staff,
            who: names.get(&entry.staff).cloned().unwrap_or_default(),
            is_from_phone: entry.device.is_some(),
            scope: entry.scope,
            patient,
            record: entry.record,
            kind: stamp.as_ref().map(|stamp| stamp.kind),
            nurse: stamp.and_then(|stamp| stamp.nurse),
            fields: entry.fields,
            at: entry.received_at,
        });
    }
    Ok(arrivals)
}

impl Arrival {
    /// What it is about, and which of its fields were written: `Visit: note, mileage`.
    pub fn words(&self, local: &Local) -> String {
        let Some(kind) = self.kind else { return local.words.say("arrived-record").into_owned() };
        written(kind, &self.fields, ARRIVED_FIELDS_MAX, local)
    }
}

/// A kind of record and fields of it that were written, at most so many by name: `Visit: note, mileage`.
pub fn written(kind: Kind, fields: &[String], fields_max: usize, local: &Local) -> String {
    let name = local.words.say(&format!("kind-{}", kind.code().replace('_', "-")));
    if fields.is_empty() {
        return name.into_owned();
    }
    // The change that makes a record writes all that it says, and that it was not entered in error.
    let is_most = fields.len() * 2 > kind.fields().len();
    if is_most && fields.iter().any(|field| field == "entered_in_error") {
        return local.words.with("arrived-new", "kind", name).into_owned();
    }
    let field = |field: &String| {
        let message = format!("field-{}-{field}", kind.code()).replace('_', "-");
        local.words.try_say(&message).unwrap_or_else(|| local.words.say("arrived-other-field"))
    };
    let mut said: Vec<_> = fields.iter().take(fields_max).map(field).collect();
    let more = fields.len().saturating_sub(fields_max);
    if more > 0 {
        said.push(local.words.with("arrived-more", "count", more));
    }
    let values = [("kind", name.into()), ("fields", said.join(", ").into())];
    local.words.tell("arrived-fields", values).into_owned()
}

#[cfg(test)]
mod tests {
    use doorstep_client_core::record::agency::Agency;

    use super::super::words::Language;
    use super::*;

    #[test]
    fn i14_so_many_fields_are_named_and_past_them_how_many_more() {
        let local = Local::of(&Agency::default(), Timestamp::UNIX_EPOCH, Language::English.into());
        let fields: Vec<String> = Kind::Task
            .fields()
            .iter()
            .take(ARRIVED_FIELDS_MAX + 1)
            .map(|field| (*field).to_owned())
            .collect();
        let said = |count: usize| written(Kind::Task, &fields[..count], ARRIVED_FIELDS_MAX, &local);
        assert_eq!(said(ARRIVED_FIELDS_MAX).matches(", ").count(), ARRIVED_FIELDS_MAX - 1);
        assert!(!said(ARRIVED_FIELDS_MAX).contains("more"));
        assert!(said(ARRIVED_FIELDS_MAX + 1).ends_with(", 1 more field"));
    }

    #[test]
    fn a_change_that_writes_most_fields_and_that_it_is_no_error_made_the_record() {
        let local = Local::of(&Agency::default(), Timestamp::UNIX_EPOCH, Language::English.into());
        let fields: Vec<String> = Kind::Task.fields().iter().map(|field| (*field).to_owned()).collect();
        assert_eq!(written(Kind::Task, &fields, ARRIVED_FIELDS_MAX, &local), "Task: new");
        assert_eq!(written(Kind::Task, &fields[..1], ARRIVED_FIELDS_MAX, &local), "Task: What is to be done");
    }
}
