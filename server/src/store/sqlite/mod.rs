//! The embedded store: one SQLite file in the data folder, shared by processes on one machine.
//!
//! - `open`: settings and migrations. `fill`: what a migration takes out of the records. `row`: between columns and types.
//! - `writer`: the one thread that writes, and its queue; many queued pieces of work share one transaction.
//! - `readers`: connections that read, each in a snapshot. `snapshot`: what they can be asked; `listing`: the
//!   parts of it that the office's lists need; `caseload`: cases in pages; `case_filter`: which.
//! - `commit`: storing records. `people`: agencies, staff, phones, grants, keys.
//! - `closing`: cases that are closed, and opened again. `assigning`: cases that go from nurse to nurse.
//! - `accounts`: names, passwords, second factors. `sessions`: sign-ins and what they begin. `lifecycle`:
//!   what becomes of staff.
//! - `audit`: the audit log; `audit_search`: looking for something in it. `calendars`: secret addresses of schedules.
//! - `phones`: what becomes of phones after their enrolment.
//! - `review`: late work and what was set aside. `facts`: what is looked at in a whole agency; `plan`:
//!   its days. `files`: which files records name.

mod accounts;
mod assigning;
mod audit;
mod audit_search;
mod calendars;
mod case_filter;
mod caseload;
mod closing;
mod commit;
mod facts;
mod files;
mod fill;
mod keys;
mod lifecycle;
mod listing;
mod open;
mod outcomes;
mod people;
mod phones;
mod plan;
mod readers;
mod review;
mod row;
mod sessions;
mod snapshot;
mod writer;

use std::collections::BTreeSet;
use std::path::Path;

use doorstep_client_core::environment::Environment;
use doorstep_client_core::ids::{AgencyId, DeviceId, ScopeId, StaffId};
use doorstep_client_core::record::Timestamp;

use super::{
    Act, Agency, CloseReason, Committed, Contact, DeviceHolder, Identity, InsteadOf, NewDevice, RecordWrite,
    Seq, SetAside, Snapshot, StaffMember, Store, StoreError, StoredKey,
};
use readers::Readers;
use writer::Writer;

/// The embedded store.
pub struct SqliteStore {
    identity: Identity,
    writer: Writer,
    readers: Readers,
}

impl SqliteStore {
    /// The database's name in the data folder.
    pub const FILE_NAME: &str = "doorstep.sqlite";

    /// Opens the store in this folder, or makes both.
    pub fn open(folder: &Path, environment: &dyn Environment) -> Result<Self, StoreError> {
        open::make_private_folder(folder)?;
        let path = folder.join(Self::FILE_NAME);
        let mut connection = open::connect(&path)?;
        open::migrate(&mut connection)?;
        let identity = open::identity(&mut connection, environment)?;
        Ok(Self { identity, writer: Writer::start(connection)?, readers: Readers::of(path) })
    }

    /// Writes, as the first after it was opened: a disk that takes nothing shows before anybody's work rests on it, and
    /// nobody's work waits for the database's log to be begun.
    pub fn prove_writable(&self) -> Result<(), StoreError> {
        self.writer.run(|connection| {
            connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('started', x'01')", ())?;
            Ok(())
        })
    }

    /// Declares that the data in this folder was restored from a backup, before it is opened: phones will offer
    /// everything again, and the server takes from them what it lost (I7).
    pub fn declare_restored(folder: &Path) -> Result<(), StoreError> {
        let mut connection = open::connect(&folder.join(Self::FILE_NAME))?;
        open::migrate(&mut connection)?;
        open::begin_new_life(&mut connection)
    }
}

impl Store for SqliteStore {
    fn identity(&self) -> Identity {
        self.identity
    }

    fn snapshot(&self, agency: AgencyId) -> Result<Box<dyn Snapshot>, StoreError> {
        Ok(Box::new(snapshot::SqliteSnapshot::new(self.readers.begin()?, agency)))
    }

    fn commit(&self, agency: AgencyId, writes: Vec<RecordWrite>) -> Result<Committed, StoreError> {
        self.writer.run(move |connection| commit::commit(connection, agency, &writes))
    }

    fn set_aside(&self, agency: AgencyId, changesets: Vec<SetAside>) -> Result<(), StoreError> {
        self.writer.run(move |connection| commit::set_aside(connection, agency, &changesets))
    }

    fn agencies(&self) -> Result<Vec<Agency>, StoreError> {
        people::agencies(&*self.readers.begin()?)
    }

    fn create_agency(&self, agency: Agency) -> Result<(), StoreError> {
        self.writer.run(move |connection| people::create_agency(connection, &agency))
    }

    fn close_case(
        &self,
        agency: AgencyId,
        scope: ScopeId,
        reason: CloseReason,
        act: Act,
    ) -> Result<Vec<StaffId>, StoreError> {
        self.writer.run(move |connection| closing::close(connection, agency, scope, reason, act))
    }

    fn reopen_case(&self, agency: AgencyId, scope: ScopeId, act: Act) -> Result<bool, StoreError> {
        self.writer.run(move |connection| closing::reopen(connection, agency, scope, act))
    }

    fn add_staff(&self, agency: AgencyId, staff: StaffMember) -> Result<(), StoreError> {
        self.writer.run(move |connection| people::add_staff(connection, agency, &staff))
    }

    fn grant(&self, agency: AgencyId, scope: ScopeId, staff: StaffId, act: Act) -> Result<Seq, StoreError> {
        self.writer.run(move |connection| people::grant(connection, agency, scope, staff, act))
    }

    fn assign(
        &self,
        agency: AgencyId,
        scopes: Vec<ScopeId>,
        to: StaffId,
        instead_of: InsteadOf,
        act: Act,
    ) -> Result<BTreeSet<StaffId>, StoreError> {
        self.writer.run(move |connection| assigning::assign(connection, agency, &scopes, to, instead_of, act))
    }

    fn revoke(
        &self,
        agency: AgencyId,
        scope: ScopeId,
        staff: StaffId,
        act: Act,
    ) -> Result<Option<Seq>, StoreError> {
        self.writer.run(move |connection| people::revoke(connection, agency, scope, staff, act))
    }

    fn add_enrolment_code(
        &self,
        agency: AgencyId,
        staff: StaffId,
        hash: [u8; 32],
        expires_at: Timestamp,
        act: Act,
    ) -> Result<(), StoreError> {
        self.writer.run(move |connection| {
            people::add_enrolment_code(connection, agency, staff, &hash, expires_at, act)
        })
    }

    fn enrol(
        &self,
        code_hash: [u8; 32],
        device: NewDevice,
        now: Timestamp,
    ) -> Result<Option<DeviceHolder>, StoreError> {
        self.writer.run(move |connection| people::enrol(connection, &code_hash, &device, now))
    }

    fn note_contact(&self, agency: AgencyId, device: DeviceId, contact: Contact) -> Result<(), StoreError> {
        self.writer.run(move |connection| people::note_contact(connection, agency, device, contact))
    }

    fn signing_keys(&self) -> Result<Vec<StoredKey>, StoreError> {
        people::signing_keys(&*self.readers.begin()?)
    }

    fn add_first_signing_key(&self, key: StoredKey) -> Result<StoredKey, StoreError> {
        self.writer.run(move |connection| people::add_first_signing_key(connection, &key))
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod audit_tests;
