//! Writing what the engine planned.

use super::{Change, Error};
use crate::record::Timestamp;
use crate::store::{StoredRecord, Writer};
use crate::sync::{Write, offered_again};

/// Makes these writes, in order. Returns what the observers are to be told once they are committed.
pub(super) fn write_all(
    writer: &Writer<'_>,
    writes: Vec<Write>,
    now: Timestamp,
) -> Result<Vec<Change>, Error> {
    let mut changes = Vec::new();
    for write in writes {
        match write {
            Write::Put(row) => {
                writer.put(&row)?;
                changes.push(changed(&row));
            }
            Write::Show(scope) => writer.show(scope)?,
            Write::Purge(scope) => {
                writer.purge(scope)?;
                changes.push(Change::ScopeEnded(scope));
            }
            Write::PurgeButUnsent(scope) => {
                writer.purge_but_unsent(scope)?;
                changes.push(Change::ScopeEnded(scope));
            }
            Write::SetAside(refused) => writer.set_aside(&refused)?,
            Write::Release { record, is_received } => {
                writer.release(record, is_received)?;
            }
            Write::Discarded { record, reason } => {
                writer.note_discarded(record, &format!("the office discarded it: {reason}"))?;
            }
            Write::Want(record) => writer.want(record)?,
            Write::Unwant(record) => {
                writer.unwant(record)?;
            }
            Write::Doubt(scope, is_in_doubt) => writer.doubt(scope, is_in_doubt)?,
            Write::Cursor(cursor) => writer.set_cursor(&cursor)?,
            Write::ForgetCursor => writer.forget_cursor()?,
            Write::OfferEverything => offer_everything(writer, now)?,
            Write::Epoch(epoch) => writer.set_epoch(epoch)?,
            Write::Facts(facts) => writer.set_sync_facts(&facts)?,
        }
    }
    Ok(changes)
}

/// One row at a time: never all documents in memory. The directory is not the phone's to offer.
fn offer_everything(writer: &Writer<'_>, now: Timestamp) -> Result<(), Error> {
    for id in writer.every_record()? {
        if let Some(row) = writer.record(id)?
            && !row.header.kind.is_directory()
        {
            writer.release(id, false)?;
            writer.put(&offered_again(row, now)?)?;
        }
    }
    Ok(writer.unhold_files()?)
}

fn changed(row: &StoredRecord) -> Change {
    Change::Record { scope: row.header.scope, record: row.header.id, kind: row.header.kind }
}
