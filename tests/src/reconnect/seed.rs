//! The caseload on a server, as the phones of two others have written it, one push for each round of changes.

use std::path::Path;

use anyhow::Context;
use doorstep_client_core::document::{Document, Header, Version};
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::{AgencyId, Entropy, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::appointment::Appointment;
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::{AnyRecord, Kind, Timestamp};
use doorstep_client_core::wire::Push;
use doorstep_server::agency;
use doorstep_server::auth::OneTimeCode;
use doorstep_server::store::{Act, Agent, Role, SqliteStore, Store};

use super::office::Sender;
use crate::process::ServerProcess;
use crate::workload::{CASE_RECORDS, Workload};

const HOUR_MS: i64 = 3_600_000;
const CODE_HOURS: i64 = 24;

/// What there is on the server before the phone's first exchange.
pub(super) struct Seeded {
    /// The agency.
    pub(super) agency: AgencyId,
    /// The nurse whose caseload it is.
    pub(super) nurse: StaffId,
    /// Somebody else, who edits the caseload while the phone is away.
    pub(super) office: StaffId,
    /// The cases, in the workload's order.
    pub(super) cases: Vec<ScopeId>,
    /// The case of the nurse's next appointment.
    pub(super) first_case: ScopeId,
    /// How many records it has.
    pub(super) first_case_records: usize,
    /// The documents of the workload's records, in its order.
    pub(super) documents: Vec<Vec<u8>>,
    /// How many records were added to the workload's, to make its cases cases.
    pub(super) added_records: usize,
}

/// Opens the data folder of a server, which may be running.
pub(super) fn open(data: &Path) -> anyhow::Result<SqliteStore> {
    SqliteStore::open(data, &SystemEnvironment).with_context(|| format!("opening {}", data.display()))
}

/// The operating system's randomness.
pub(super) fn random() -> impl Entropy {
    |bytes: &mut [u8]| SystemEnvironment.fill_random(bytes)
}

/// A one-time code with which a member of staff can enrol a phone.
pub(super) fn invite(store: &impl Store, agency: AgencyId, staff: StaffId) -> anyhow::Result<String> {
    let code = OneTimeCode::new(&mut random());
    let expires_at = SystemEnvironment.now().saturating_add_ms(CODE_HOURS * HOUR_MS);
    store.add_enrolment_code(
        agency,
        staff,
        code.hash(),
        expires_at,
        Act { by: Agent::Command, at: SystemEnvironment.now() },
    )?;
    Ok(code.to_string())
}

/// Fills a new data folder with the workload's caseload, through a running server.
pub(super) fn seed(binary: &Path, data: &Path, workload: &Workload) -> anyhow::Result<Seeded> {
    let now = SystemEnvironment.now();
    let store = open(data)?;
    let (agency, [first, second, nurse, office]) = make_agency(&store)?;
    let server = ServerProcess::start(binary, data)?;
    let mut phones = Vec::new();
    for staff in [first, second] {
        let code = invite(&store, agency, staff)?;
        phones.push(Sender::enrol(&server.url(), &code)?);
    }
    let cases: Vec<ScopeId> = (0..workload.cases()).map(|_| ScopeId::new(now, &mut random())).collect();
    let first_case = cases[cases.len() / 2];
    let added = added_records(&cases, first_case, nurse, now)?;
    let added_records = added.len();
    let creations = creations(added, &phones[0], now)?;
    phones[0].push(creations)?;
    let documents = push_past(workload, &cases, &mut phones)?;
    for case in &cases {
        store.grant(agency, *case, nurse, Act { by: Agent::Command, at: now })?;
    }
    server.stop()?;
    let first_case_records = CASE_RECORDS + 2;
    Ok(Seeded { agency, nurse, office, cases, first_case, first_case_records, documents, added_records })
}

/// An agency with two who wrote the caseload, the nurse whose it is, and the office.
fn make_agency(store: &SqliteStore) -> anyhow::Result<(AgencyId, [StaffId; 4])> {
    let agency = agency::found(store, &SystemEnvironment, "Reconnect")?.id;
    let hire = |name, role| agency::hire(store, &SystemEnvironment, agency, name, role);
    let people = [
        hire("Writer One", Role::Office)?.id,
        hire("Writer Two", Role::Office)?.id,
        hire("Nurse", Role::Nurse)?.id,
        hire("Office", Role::Office)?.id,
    ];
    Ok((agency, people))
}

/// A patient for each case, and the nurse's next appointment in one.
fn added_records(
    cases: &[ScopeId],
    first_case: ScopeId,
    nurse: StaffId,
    now: Timestamp,
) -> anyhow::Result<Vec<(ScopeId, AnyRecord)>> {
    let mut added: Vec<(ScopeId, AnyRecord)> = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let patient = Patient {
            given: "Patient".to_owned(),
            family: format!("No. {}", number + 1),
            ..Patient::default()
        };
        added.push((*case, patient.into()));
    }
    let appointment = Appointment {
        start: Some(now.saturating_add_ms(12 * HOUR_MS)),
        end: Some(now.saturating_add_ms(13 * HOUR_MS)),
        nurse: Some(nurse),
        ..Appointment::default()
    };
    added.push((first_case, appointment.into()));
    Ok(added)
}

fn creations(records: Vec<(ScopeId, AnyRecord)>, by: &Sender, now: Timestamp) -> anyhow::Result<Vec<Push>> {
    records
        .into_iter()
        .map(|(scope, record)| {
            let id = RecordId::new(now, &mut random());
            let header = Header { id, scope, kind: record.kind() };
            let mut document = Document::create(header, &record, by.author(), now)?;
            Ok(Push { record: id, changes: document.changes_since(&Version::empty()) })
        })
        .collect()
}

/// Pushes the past of every record, change by change. The first phone creates the records and makes the first edit,
/// after which the two take turns.
fn push_past(workload: &Workload, cases: &[ScopeId], phones: &mut [Sender]) -> anyhow::Result<Vec<Vec<u8>>> {
    let pasts = workload.records.iter().map(|record| record.changes()).collect::<anyhow::Result<Vec<_>>>()?;
    let rounds = pasts.iter().map(Vec::len).max().unwrap_or(0);
    let mut documents: Vec<Document> = Vec::new();
    for round in 0..rounds {
        let phone = &mut phones[round.saturating_sub(1) % 2];
        let mut pushes = Vec::new();
        for (index, past) in pasts.iter().enumerate() {
            let Some((at, record)) = past.get(round) else { continue };
            let record = AnyRecord::from(record.clone());
            let before = match documents.get_mut(index) {
                Some(document) => {
                    let before = document.version();
                    document.edit(&before, &record, phone.author(), *at)?;
                    before
                }
                None => {
                    let id = workload.records[index].id;
                    let header = Header { id, scope: cases[index / CASE_RECORDS], kind: Kind::Assessment };
                    documents.push(Document::create(header, &record, phone.author(), *at)?);
                    Version::empty()
                }
            };
            let record = documents[index].header().id;
            pushes.push(Push { record, changes: documents[index].changes_since(&before) });
        }
        phone.push(pushes)?;
    }
    Ok(documents.iter_mut().map(Document::save).collect())
}
