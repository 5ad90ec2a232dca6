//! Is this pushed changeset well formed, harmless, allowed and a valid record?
//!
//! What bytes may be is decided by [`admit`]; here, whether this caller may push them. Both meet in a
//! [`RecordWrite`], which is all that the store ever sees.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use doorstep_client_core::document::{Admitted, Authors, Refusal, admit};
use doorstep_client_core::ids::{AgencyId, ScopeId};
use doorstep_client_core::record::{Kind, Timestamp};
use doorstep_client_core::wire::{Push, Refused};

use crate::access::{Action, Actor, Relation, may};
use crate::limits::{ADMISSION_SECONDS_MAX, ADMISSIONS_LEFT_BEHIND_MAX, LATE_WORK_DAYS_MAX};
use crate::merge;
use crate::store::{Grant, LogWrite, RecordWrite, ScopeKind, Seq, Snapshot, StoreError, StoredRecord};

/// The reason of a push into a case that is not the caller's.
pub const NO_GRANT: &str = "no_grant";
/// The reason of a push into a case whose assignment ended too long ago.
pub const TOO_LATE: &str = "too_late";

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// What a caller may write, as far as this request goes.
pub struct Permissions {
    actor: Actor,
    granted: HashSet<ScopeId>,
    /// Cases that were taken from the caller after anything that her phone can know (I9).
    late: HashSet<ScopeId>,
    /// Such cases, but longer ago than late work is merged.
    too_late: HashSet<ScopeId>,
    opens_cases: bool,
    authors: Authors,
}

/// What becomes of a push.
pub enum Admission {
    /// Nothing in it is new.
    Known,
    /// It may be stored.
    Merge(Box<RecordWrite>),
    /// It is set aside, in this scope where it is known.
    Refuse(Refused, Option<ScopeId>),
}

impl Permissions {
    /// What these grants allow to a device that can know the log up to `known_seq`.
    pub fn of(actor: Actor, grants: &[Grant], known_seq: Seq, authors: Authors, now: Timestamp) -> Self {
        let is_late = |grant: &Grant| grant.end_seq.is_some_and(|end| end > known_seq);
        let since = now.saturating_add_ms(-LATE_WORK_DAYS_MAX * DAY_MS);
        let is_recent = |grant: &Grant| grant.ended_at.is_none_or(|ended_at| ended_at >= since);
        let scopes = |keep: &dyn Fn(&Grant) -> bool| {
            grants.iter().filter(|grant| keep(grant)).map(|grant| grant.scope).collect()
        };
        Self {
            actor,
            granted: scopes(&Grant::is_current),
            late: scopes(&|grant| is_late(grant) && is_recent(grant)),
            too_late: scopes(&|grant| is_late(grant) && !is_recent(grant)),
            opens_cases: false,
            authors,
        }
    }

    /// What somebody in the office may admit on behalf of these authors.
    pub fn on_behalf(office: Actor, authors: Authors) -> Self {
        Self {
            actor: office,
            granted: HashSet::new(),
            late: HashSet::new(),
            too_late: HashSet::new(),
            opens_cases: false,
            authors,
        }
    }

    /// Whether what is written in this scope arrives after the assignment has ended.
    fn is_late(&self, scope: ScopeId) -> bool {
        self.late.contains(&scope) && !self.granted.contains(&scope)
    }

    /// Whether something that was examined opens a case, in which more may be allowed once it is open.
    pub fn opens_cases(&self) -> bool {
        self.opens_cases
    }

    /// Whether a record of this kind may be written in this scope of the agency, and whether that opens the scope: one
    /// that the agency does not have is opened by its patient's record.
    pub fn allow(
        &mut self,
        agency: AgencyId,
        (scope, is): (ScopeId, Option<ScopeKind>),
        kind: Kind,
    ) -> Result<bool, Refused> {
        if kind.is_directory() || is == Some(ScopeKind::Directory) {
            return Err(refused("directory_is_read_only", "the agency's directory is changed in the office"));
        }
        let is_own = self.granted.contains(&scope) || self.late.contains(&scope);
        let (action, relation) = match (is_own, is, kind) {
            (true, ..) => (Action::Write, Relation::OwnCase),
            (false, Some(_), _) => (Action::Write, Relation::OtherCase),
            (false, None, Kind::Patient) => (Action::Open, Relation::Nothing),
            (false, None, _) => (Action::Write, Relation::Nothing),
        };
        if !may(self.actor, action, relation.of(agency)) {
            if self.too_late.contains(&scope) {
                return Err(refused(
                    TOO_LATE,
                    "your assignment to the case ended too long before this arrived",
                ));
            }
            return Err(refused(NO_GRANT, "the case is not one of yours"));
        }
        let opens = action == Action::Open;
        self.opens_cases |= opens;
        Ok(opens)
    }
}

/// Examines one push against what the store holds.
pub fn examine(
    snapshot: &dyn Snapshot,
    permissions: &mut Permissions,
    push: &Push,
    log: &LogWrite,
) -> Result<Admission, StoreError> {
    let stored = snapshot.record(push.record)?;
    let document = stored.as_ref().map(|stored| stored.document.clone());
    let mut admitted = match admit_in_time(document, push, permissions.authors) {
        Ok(admitted) => admitted,
        Err(refused) => return Ok(Admission::Refuse(refused, stored.map(|stored| stored.stamp.scope))),
    };
    let header = admitted.header;
    // What is known already is so whoever may write now: a request that arrives again changes nothing (I6).
    if admitted.new.is_empty() && !push.changes.is_empty() {
        return Ok(Admission::Known);
    }
    let scope = (header.scope, kind_of_scope(snapshot, header.scope, stored.as_ref())?);
    let opens_case = match permissions.allow(snapshot.agency_id(), scope, header.kind) {
        Ok(opens_case) => opens_case,
        Err(refused) => return Ok(Admission::Refuse(refused, Some(header.scope))),
    };
    if admitted.new.is_empty() {
        return Ok(Admission::Known);
    }
    let log = LogWrite { changes: std::mem::take(&mut admitted.new), ..log.clone() };
    Ok(Admission::Merge(Box::new(merge::write(
        *admitted,
        stored,
        log,
        opens_case,
        permissions.is_late(header.scope),
    ))))
}

/// What the scope is; none where the agency does not have it. What is stored says it as well.
fn kind_of_scope(
    snapshot: &dyn Snapshot,
    scope: ScopeId,
    stored: Option<&StoredRecord>,
) -> Result<Option<ScopeKind>, StoreError> {
    match stored {
        Some(stored) if stored.stamp.kind.is_directory() => Ok(Some(ScopeKind::Directory)),
        Some(_) => Ok(Some(ScopeKind::Case)),
        None => Ok(snapshot.scope(scope)?.map(|scope| scope.kind)),
    }
}

/// Admits bytes within [`ADMISSION_SECONDS_MAX`].
fn admit_in_time(stored: Option<Vec<u8>>, push: &Push, authors: Authors) -> Result<Box<Admitted>, Refused> {
    let (record, changes) = (push.record, push.changes.clone());
    let admitting = move || admit(stored.as_deref(), record, &changes, authors).map(Box::new);
    match in_time(Duration::from_secs(ADMISSION_SECONDS_MAX), &LEFT_BEHIND, admitting)? {
        Ok(admitted) => Ok(admitted),
        Err(refusal) => Err(Refused { code: refusal.code().to_owned(), message: refusal.to_string() }),
    }
}

/// Threads that are still at work on changes that took too long.
static LEFT_BEHIND: AtomicUsize = AtomicUsize::new(0);

/// Works on a thread of its own, which is left behind if it takes longer: nothing that a hostile push does to
/// automerge may hold up the others.
fn in_time<T: Send + 'static>(
    limit: Duration,
    left_behind: &'static AtomicUsize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Refused> {
    const TOO_LONG: &str = "took_too_long";
    if left_behind.load(Ordering::Relaxed) >= ADMISSIONS_LEFT_BEHIND_MAX {
        return Err(refused(
            TOO_LONG,
            "too many changesets have taken too long; the server needs its operator",
        ));
    }
    let (answer, answered) = sync_channel(0);
    let thread = std::thread::Builder::new().name("admission".to_owned()).spawn(move || {
        if answer.send(work()).is_err() {
            left_behind.fetch_sub(1, Ordering::Relaxed);
        }
    });
    if thread.is_err() {
        return Err(refused(TOO_LONG, "the server has no thread left to read the changes"));
    }
    match answered.recv_timeout(limit) {
        Ok(done) => Ok(done),
        Err(RecvTimeoutError::Disconnected) => {
            Err(refused(Refusal::Poisonous.code(), "the changes cannot be read without a fault"))
        }
        Err(RecvTimeoutError::Timeout) => {
            left_behind.fetch_add(1, Ordering::Relaxed);
            Err(refused(TOO_LONG, "the changes took too long to read"))
        }
    }
}

fn refused(code: &str, message: &str) -> Refused {
    Refused { code: code.to_owned(), message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn i14_threads_are_left_behind_up_to_their_limit_and_not_past_it() {
        static LEFT_BEHIND: AtomicUsize = AtomicUsize::new(0);
        let mut stuck = Vec::new();
        for number in 1..=ADMISSIONS_LEFT_BEHIND_MAX {
            let (release, released) = channel::<()>();
            let refused = in_time(Duration::ZERO, &LEFT_BEHIND, move || released.recv().is_ok());
            assert_eq!(refused.unwrap_err().code, "took_too_long");
            assert_eq!(LEFT_BEHIND.load(Ordering::Relaxed), number);
            stuck.push(release);
        }
        let patient = Duration::from_secs(ADMISSION_SECONDS_MAX);
        let refused = in_time(patient, &LEFT_BEHIND, || ()).unwrap_err();
        assert!(refused.message.contains("too many"), "{refused:?}");
        drop(stuck);
        while LEFT_BEHIND.load(Ordering::Relaxed) >= ADMISSIONS_LEFT_BEHIND_MAX {
            std::thread::yield_now();
        }
        assert_eq!(in_time(patient, &LEFT_BEHIND, || 7).unwrap(), 7, "one that ended makes room for another");
    }

    #[test]
    fn i16_work_that_panics_is_refused_alone() {
        static LEFT_BEHIND: AtomicUsize = AtomicUsize::new(0);
        let refused =
            in_time(Duration::from_secs(ADMISSION_SECONDS_MAX), &LEFT_BEHIND, || panic!("as by a defect"));
        let refused: Result<(), Refused> = refused;
        assert_eq!(refused.unwrap_err().code, Refusal::Poisonous.code());
        assert_eq!(LEFT_BEHIND.load(Ordering::Relaxed), 0);
    }
}
