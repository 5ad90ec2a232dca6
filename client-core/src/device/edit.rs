//! What a nurse writes.

use super::{Change, Device, Error, ErrorKind, Version};
use crate::document::{Author, Document, Header};
use crate::ids::{RecordId, ScopeId};
use crate::limits;
use crate::record::patient::Patient;
use crate::record::{AnyRecord, Kind};
use crate::store::{Quarantined, Reader, StoredRecord, Writer};

/// A record that was just created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    /// What the record is.
    pub header: Header,
    /// Its first version.
    pub version: Version,
}

impl Device {
    /// Opens a case on the doorstep: a new scope with its patient. The server learns of it with the next exchange.
    pub fn open_case(&self, patient: &Patient) -> Result<Created, Error> {
        let scope = ScopeId::new(self.now(), &mut self.environment.entropy());
        self.create_in(scope, &AnyRecord::from(patient.clone()), true, |_| Ok(()))
    }

    /// Creates a record in a case.
    pub fn create(&self, scope: ScopeId, record: &AnyRecord) -> Result<Created, Error> {
        if record.kind() == Kind::Patient {
            return Err(Error::new(ErrorKind::Invalid, "a case has one patient; open a case for another"));
        }
        self.create_in(scope, record, false, |_| Ok(()))
    }

    /// Saves what a nurse made of a record as of the version she saw. What others wrote since stays, and what both
    /// wrote is a conflict. Returns the version that the record is then at.
    pub fn save(&self, id: RecordId, seen: &Version, record: &AnyRecord) -> Result<Version, Error> {
        check(record)?;
        self.edit_record(id, |document, by| Ok(document.edit(seen, record, by, self.now())?))
    }

    /// Settles a conflict by picking one of its values, as of the version she saw. Returns the version that the
    /// record is then at.
    pub fn resolve(&self, id: RecordId, seen: &Version, path: &str, pick: &str) -> Result<Version, Error> {
        self.edit_record(id, |document, by| {
            document.resolve(seen, path, pick, by, self.now())?;
            Ok(true)
        })
    }

    /// Offers work again that a server refused, with the next exchange.
    pub fn retry_refused(&self, id: RecordId) -> Result<(), Error> {
        self.write_store(|writer| {
            let refused = refused(writer, id)?;
            if !is_here(writer, id)? {
                let told = match refused.is_with_office {
                    true => "the work is with the office, which can accept it",
                    false => "the record has left this phone with its case; what was refused of it is kept",
                };
                return Err(Error::new(ErrorKind::NotFound, told));
            }
            writer.release(id, false)?;
            Ok(writer.wait_aside(id, false)?)
        })
    }

    /// Lists work no more that the office discarded, once its case has left the phone: the office keeps it. While the
    /// record is here it can be mended and offered again, so it stays listed.
    pub fn dismiss_discarded(&self, id: RecordId) -> Result<(), Error> {
        self.write_store(|writer| {
            let is_dismissible = refused(writer, id)?.is_discarded && !is_here(writer, id)?;
            if !is_dismissible {
                let told =
                    "only what the office discarded, of a case that has left this phone, can be dismissed";
                return Err(Error::new(ErrorKind::Invalid, told));
            }
            writer.release(id, false)?;
            Ok(())
        })
    }

    /// Creates a record, and stores with it in one transaction what belongs to it.
    pub(super) fn create_in(
        &self,
        scope: ScopeId,
        record: &AnyRecord,
        opens_case: bool,
        store_with_it: impl FnOnce(&Writer<'_>) -> Result<(), Error>,
    ) -> Result<Created, Error> {
        check(record)?;
        writable(record.kind())?;
        let id = RecordId::new(self.now(), &mut self.environment.entropy());
        let header = Header { id, scope, kind: record.kind() };
        self.edit_store(|writer, by| {
            if !opens_case && !writer.is_shown(scope)? {
                return Err(Error::new(ErrorKind::NotFound, "there is no such case on this phone"));
            }
            let mut document = Document::create(header, record, by, self.now())?;
            let version = document.version();
            self.store_edited(writer, document, None)?;
            store_with_it(writer)?;
            Ok((Created { header, version }, vec![changed(header)]))
        })
    }

    fn edit_record(
        &self,
        id: RecordId,
        edit: impl FnOnce(&mut Document, Author) -> Result<bool, Error>,
    ) -> Result<Version, Error> {
        self.edit_store(|writer, by| {
            let row = writer.record(id)?.ok_or_else(Error::no_such_record)?;
            let header = row.header;
            writable(header.kind)?;
            if !writer.is_shown(header.scope)? {
                return Err(Error::no_such_record());
            }
            let mut document = Document::load(&row.document)?;
            if !edit(&mut document, by)? {
                return Ok((row.version, Vec::new()));
            }
            let version = document.version();
            self.store_edited(writer, document, Some(row))?;
            Ok((version, vec![changed(header)]))
        })
    }

    fn store_edited(
        &self,
        writer: &Writer<'_>,
        document: Document,
        before: Option<StoredRecord>,
    ) -> Result<(), Error> {
        let (acked, since) = before.map(|row| (row.acked, row.unsent_since)).unwrap_or_default();
        let row = StoredRecord::of(document, acked, since, self.now())?;
        if row.document.len() > limits::RECORD_BYTES_MAX {
            let problem = format!("the record is past its limit of {} bytes", limits::RECORD_BYTES_MAX);
            return Err(Error::new(ErrorKind::Invalid, problem));
        }
        Ok(writer.put(&row)?)
    }
}

/// What a server refused of a record.
fn refused(writer: &Writer<'_>, id: RecordId) -> Result<Quarantined, Error> {
    writer.refused(id)?.ok_or_else(|| Error::new(ErrorKind::NotFound, "nothing of this record was refused"))
}

/// Whether the phone still holds the record with the work that was refused.
pub(super) fn is_here(store: &Reader<'_>, id: RecordId) -> Result<bool, Error> {
    Ok(store.record(id)?.is_some_and(|row| row.unsent_changes > 0))
}

fn check(record: &AnyRecord) -> Result<(), Error> {
    let problems = record.check();
    if problems.is_empty() { Ok(()) } else { Err(Error::invalid(problems)) }
}

fn writable(kind: Kind) -> Result<(), Error> {
    if kind.is_directory() {
        return Err(Error::new(
            ErrorKind::ReadOnly,
            "the directory is kept by the office and read-only on phones",
        ));
    }
    Ok(())
}

fn changed(header: Header) -> Change {
    Change::Record { scope: header.scope, record: header.id, kind: header.kind }
}
