//! What was uploaded, between its preview and its import: in memory alone, for some minutes, for whoever sent it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use doorstep_client_core::ids::{AgencyId, StaffId};
use doorstep_client_core::record::Timestamp;

use crate::limits::{UPLOAD_KEPT_MINUTES_MAX, UPLOADS_KEPT_BYTES_MAX};
use crate::office::upload::File;

const MINUTE_MS: i64 = 60_000;

/// What was uploaded and not imported yet.
#[derive(Default)]
pub struct Uploads(Mutex<Vec<Kept>>);

/// Who uploaded something: a person in one of her sessions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) agency: AgencyId,
    pub(super) staff: StaffId,
    /// The session's token.
    pub(super) session: String,
}

struct Kept {
    owner: Owner,
    id: String,
    files: Arc<[File]>,
    at: Timestamp,
}

impl Uploads {
    /// Keeps files under an id, in place of what the same session uploaded before. What was uploaded longest ago goes
    /// where all together would be too large.
    pub(super) fn keep(&self, owner: Owner, id: String, files: Arc<[File]>, now: Timestamp) {
        let mut kept = self.fresh(now);
        kept.retain(|upload| upload.owner != owner);
        kept.push(Kept { owner, id, files, at: now });
        let bytes = |kept: &[Kept]| -> usize {
            kept.iter().flat_map(|upload| upload.files.iter()).map(|file| file.bytes.len()).sum()
        };
        while bytes(&kept) > UPLOADS_KEPT_BYTES_MAX {
            kept.remove(0);
        }
    }

    /// The files that this session keeps under the id.
    pub(super) fn find(&self, owner: &Owner, id: &str, now: Timestamp) -> Option<Arc<[File]>> {
        let kept = self.fresh(now);
        let found = kept.iter().find(|upload| upload.owner == *owner && upload.id == id);
        found.map(|upload| Arc::clone(&upload.files))
    }

    /// Forgets what this session uploaded.
    pub(super) fn forget(&self, owner: &Owner, now: Timestamp) {
        self.fresh(now).retain(|upload| upload.owner != *owner);
    }

    /// Forgets what is too old.
    pub(super) fn forget_old(&self, now: Timestamp) {
        drop(self.fresh(now));
    }

    /// What is kept still.
    fn fresh(&self, now: Timestamp) -> MutexGuard<'_, Vec<Kept>> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let oldest = now.saturating_add_ms(-UPLOAD_KEPT_MINUTES_MAX * MINUTE_MS);
        kept.retain(|upload| upload.at >= oldest);
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(session: &str) -> Owner {
        let (agency, staff) = (AgencyId::from_bytes([1; 16]), StaffId::from_bytes([2; 16]));
        Owner { agency, staff, session: session.to_owned() }
    }

    fn files(bytes: usize) -> Arc<[File]> {
        [File { name: "a.json".to_owned(), bytes: vec![0; bytes].into() }].into()
    }

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(ms).unwrap()
    }

    #[test]
    fn an_upload_is_there_for_its_session_alone_until_it_uploads_anew() {
        let uploads = Uploads::default();
        uploads.keep(owner("a"), "1".to_owned(), files(3), at(0));
        assert!(uploads.find(&owner("a"), "1", at(0)).is_some());
        assert!(uploads.find(&owner("b"), "1", at(0)).is_none(), "another session");
        assert!(uploads.find(&owner("a"), "2", at(0)).is_none(), "another upload");
        uploads.keep(owner("a"), "2".to_owned(), files(3), at(1));
        assert!(uploads.find(&owner("a"), "1", at(1)).is_none());
        uploads.forget(&owner("a"), at(1));
        assert!(uploads.find(&owner("a"), "2", at(1)).is_none());
    }

    #[test]
    fn i14_uploads_are_kept_up_to_their_limits_and_past_them_the_oldest_goes() {
        let uploads = Uploads::default();
        let minutes = UPLOAD_KEPT_MINUTES_MAX * MINUTE_MS;
        uploads.keep(owner("a"), "1".to_owned(), files(3), at(0));
        assert!(uploads.find(&owner("a"), "1", at(minutes)).is_some());
        uploads.forget_old(at(minutes + 1));
        assert!(uploads.0.lock().unwrap().is_empty(), "it is gone without anybody asking for it");
        uploads.keep(owner("a"), "1".to_owned(), files(UPLOADS_KEPT_BYTES_MAX - 1), at(0));
        uploads.keep(owner("b"), "1".to_owned(), files(1), at(1));
        assert!(uploads.find(&owner("a"), "1", at(1)).is_some(), "they fit");
        uploads.keep(owner("c"), "1".to_owned(), files(1), at(2));
        let is_there = |session| uploads.find(&owner(session), "1", at(2)).is_some();
        assert_eq!([is_there("a"), is_there("b"), is_there("c")], [false, true, true]);
    }
}
