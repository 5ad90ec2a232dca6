//! Documents, through their public face; the traps of automerge 0.12, each by name.

mod admission;
mod conflicts;
mod editing;
mod fixtures;
mod packing;
mod texts;
mod traps;

use super::*;
use crate::ids::StaffId;
use crate::record::patient::Patient;

/// A phone of the nurse with this number.
fn nurse(number: u8) -> Author {
    Author { staff: StaffId::from_bytes([number; 16]), store: StoreId([number; 8]) }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millisecond(seconds * 1_000).unwrap()
}

fn header(kind: Kind) -> Header {
    Header { id: RecordId::from_bytes([1; 16]), scope: ScopeId::from_bytes([2; 16]), kind }
}

fn create(record: impl Into<AnyRecord>) -> Document {
    let record = record.into();
    Document::create(header(record.kind()), &record, nurse(1), at(100)).unwrap()
}

/// Another phone's copy of a document.
fn copy(document: &mut Document) -> Document {
    Document::load(&document.save()).unwrap()
}

/// Sends what `to` lacks of `from`.
fn send(from: &mut Document, to: &mut Document) {
    let changes = from.changes_since(&to.version());
    to.merge(&changes).unwrap();
}

/// Brings two copies together.
fn exchange(a: &mut Document, b: &mut Document) {
    a.merge_document(b).unwrap();
    b.merge_document(a).unwrap();
    assert_eq!(a.version(), b.version());
    assert_eq!(a.read().unwrap(), b.read().unwrap());
    assert_eq!(a.conflicts(), b.conflicts());
}

/// Saves what `change` makes of the record as it stands.
fn save<R>(document: &mut Document, by: Author, seconds: i64, change: impl FnOnce(&mut R)) -> bool
where
    R: TryFrom<AnyRecord> + Into<AnyRecord>,
{
    let seen = document.version();
    save_at(document, &seen, by, seconds, change)
}

/// Saves what `change` makes of the record as it stood at the version that was seen.
fn save_at<R>(
    document: &mut Document,
    seen: &Version,
    by: Author,
    seconds: i64,
    change: impl FnOnce(&mut R),
) -> bool
where
    R: TryFrom<AnyRecord> + Into<AnyRecord>,
{
    let record = document.read_at(seen).unwrap();
    let mut record = R::try_from(record).ok().expect("the document is of that kind");
    change(&mut record);
    document.edit(seen, &record.into(), by, at(seconds)).unwrap()
}

fn read<R: TryFrom<AnyRecord>>(document: &Document) -> R {
    R::try_from(document.read().unwrap()).ok().expect("the document is of that kind")
}

fn rosa() -> Patient {
    Patient { given: "Rosa".into(), family: "Sample".into(), ..Patient::default() }
}
