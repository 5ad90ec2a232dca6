//! What nurses write: cases, care plans, edits of what is on the screen or was when the form was opened.

use doorstep_client_core::device::{Device, Error, ErrorKind, Version};
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::care_plan::{CarePlan, Intervention};
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::{AnyRecord, ElementId};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// A save that returned: this version of this record must not be lost.
#[derive(Debug, Clone)]
pub(crate) struct Saved {
    pub(crate) record: RecordId,
    pub(crate) version: Version,
}

/// Writes on any phone, and knows everything that was written.
pub(crate) struct Pen {
    pub(crate) dice: StdRng,
    pub(crate) scopes: Vec<ScopeId>,
    pub(crate) records: Vec<RecordId>,
}

impl Pen {
    pub(crate) fn new(seed: u64) -> Self {
        Self { dice: StdRng::seed_from_u64(seed), scopes: Vec::new(), records: Vec::new() }
    }

    pub(crate) fn open_case(&mut self, device: &Device) -> Result<Saved, ErrorKind> {
        let patient = Patient { given: self.word(), family: "Sample".into(), ..Patient::default() };
        let created = device.open_case(&patient).map_err(kind)?;
        self.scopes.push(created.header.scope);
        self.records.push(created.header.id);
        Ok(Saved { record: created.header.id, version: created.version })
    }

    /// A case that is not on this phone cannot be written in.
    pub(crate) fn create(&mut self, device: &Device) -> Result<Saved, ErrorKind> {
        let scope = self.a_scope();
        let plan = CarePlan { title: self.word(), ..CarePlan::default() };
        let created = device.create(scope, &plan.into()).map_err(kind)?;
        self.records.push(created.header.id);
        Ok(Saved { record: created.header.id, version: created.version })
    }

    /// Saves what a form makes of a record as it is, or as it was when the form was opened.
    pub(crate) fn edit(&mut self, device: &Device) -> Result<Saved, ErrorKind> {
        let record = self.a_record();
        let mut seen = device.read(record).map_err(kind)?.version;
        if self.dice.random_ratio(1, 3) {
            let history = device.history(record).unwrap();
            seen = history[self.below(history.len())].version.clone();
        }
        let mut form = device.as_of(record, &seen).unwrap();
        self.change(&mut form);
        Ok(Saved { record, version: device.save(record, &seen, &form).unwrap() })
    }

    /// Settles the first conflict on the phone, where there is any.
    pub(crate) fn resolve(&mut self, device: &Device) -> Result<Option<Saved>, ErrorKind> {
        let conflicts = device.conflicts().map_err(kind)?;
        let Some(found) = conflicts.first() else { return Ok(None) };
        let conflict = &found.conflicts[0];
        let pick = &conflict.values[self.below(conflict.values.len())];
        let record = found.listed.header.id;
        let seen = device.read(record).unwrap().version;
        let version = device.resolve(record, &seen, &conflict.path, &pick.id).unwrap();
        Ok(Some(Saved { record, version }))
    }

    pub(crate) fn change(&mut self, record: &mut AnyRecord) {
        let word = self.word();
        match record {
            AnyRecord::Patient(patient) => match self.below(3) {
                0 => patient.given = word,
                1 => patient.address.door_code = word,
                _ => patient.needs_interpreter = !patient.needs_interpreter,
            },
            AnyRecord::CarePlan(plan) => match self.below(4) {
                0 => plan.title = word,
                1 => {
                    let at = self.below(plan.description.len() + 1);
                    plan.description.0.insert_str(at, &word);
                }
                2 => {
                    let id = ElementId(format!("i{}", self.below(3)));
                    plan.interventions.entry(id).or_default().description = word;
                }
                _ => {
                    let id = ElementId(word);
                    let new = Intervention { description: "new".into(), ..Default::default() };
                    plan.interventions.insert(id, new);
                }
            },
            _ => unreachable!("only patients and care plans are made here"),
        }
    }

    /// Any of the cases.
    pub(crate) fn a_scope(&mut self) -> ScopeId {
        self.scopes[self.dice.random_range(0..self.scopes.len())]
    }

    /// Any of the records.
    pub(crate) fn a_record(&mut self) -> RecordId {
        self.records[self.dice.random_range(0..self.records.len())]
    }

    pub(crate) fn below(&mut self, count: usize) -> usize {
        self.dice.random_range(0..count)
    }

    pub(crate) fn word(&mut self) -> String {
        format!("w{:x}", self.dice.random_range(0..0x1000_0000_u32))
    }
}

fn kind(error: Error) -> ErrorKind {
    error.kind()
}
