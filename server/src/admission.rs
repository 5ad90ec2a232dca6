//! Is this pushed changeset well formed, harmless, allowed and a valid record?
//!
//! What bytes may be is decided by [`admit`]; here, whether this caller may push them. Both meet in a
//! [`RecordWrite`], which is all that the store ever sees.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::Duration;

use doorstep_client_core::document::{Admitted, Authors, Refusal, admit};
use doorstep_client_core::ids::ScopeId;
use doorstep_client_core::record::Kind;
use doorstep_client_core::wire::{Push, Refused};

use crate::access::{Action, Actor, Relation, may};
use crate::limits::{ADMISSION_SECONDS_MAX, ADMISSIONS_LEFT_BEHIND_MAX};
use crate::merge;
use crate::store::{Grant, LogWrite, RecordWrite, Seq, Snapshot, StoreError};

/// The reason of a push into a case that is not the caller's.
pub const NO_GRANT: &str = "no_grant";

/// What a caller may write, as far as this request goes.
pub struct Permissions {
    actor: Actor,
    granted: HashSet<ScopeId>,
    /// Cases that were taken from the caller after anything that her phone can know (I9).
    late: HashSet<ScopeId>,
    opens_cases: bool,
    authors: Authors,
}

/// What becomes of a push.
pub enum Admission {
    /// Nothing in it is new.
    Known,
    /// It may be stored.
    Merge(Box<RecordWrite>),
    /// It is set aside.
    Refuse(Refused),
}

impl Permissions {
    /// What these grants allow to a device that can know the log up to `known_seq`.
    pub fn of(actor: Actor, grants: &[Grant], known_seq: Seq, authors: Authors) -> Self {
        let scopes = |keep: &dyn Fn(&Grant) -> bool| {
            grants.iter().filter(|grant| keep(grant)).map(|grant| grant.scope).collect()
        };
        Self {
            actor,
            granted: scopes(&Grant::is_current),
            late: scopes(&|grant| grant.end_seq.is_some_and(|end| end > known_seq)),
            opens_cases: false,
            authors,
        }
    }

    /// Whether something that was examined opens a case, in which more may be allowed once it is open.
    pub fn opens_cases(&self) -> bool {
        self.opens_cases
    }

    /// Whether a record of this kind may be written in this scope, and whether that opens the scope: one that the
    /// server does not know is opened by its patient's record.
    fn allow(&mut self, scope: ScopeId, kind: Kind, is_known_scope: bool) -> Result<bool, Refused> {
        if kind.is_directory() {
            return Err(refused("directory_is_read_only", "the agency's directory is changed in the office"));
        }
        let is_own = self.granted.contains(&scope) || self.late.contains(&scope);
        let (action, relation) = match (is_own, is_known_scope, kind) {
            (true, ..) => (Action::Write, Relation::OwnCase),
            (false, true, _) => (Action::Write, Relation::OtherCase),
            (false, false, Kind::Patient) => (Action::Open, Relation::Nothing),
            (false, false, _) => (Action::Write, Relation::Nothing),
        };
        if !may(self.actor, action, relation) {
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
        Err(refused) => return Ok(Admission::Refuse(refused)),
    };
    let header = admitted.header;
    let is_known_scope = stored.is_some() || snapshot.scope(header.scope)?.is_some();
    let opens_case = match permissions.allow(header.scope, header.kind, is_known_scope) {
        Ok(opens_case) => opens_case,
        Err(refused) => return Ok(Admission::Refuse(refused)),
    };
    if admitted.before == admitted.version {
        return Ok(Admission::Known);
    }
    let changes = admitted.document.changes_since(&admitted.before);
    let log = LogWrite { changes, ..log.clone() };
    Ok(Admission::Merge(Box::new(merge::write(*admitted, stored, log, opens_case))))
}

/// Admits bytes on a thread of its own, which is left behind if it takes longer than [`ADMISSION_SECONDS_MAX`]:
/// nothing that a hostile push does to automerge may hold up the others.
fn admit_in_time(stored: Option<Vec<u8>>, push: &Push, authors: Authors) -> Result<Box<Admitted>, Refused> {
    const TOO_LONG: &str = "took_too_long";
    if LEFT_BEHIND.load(Ordering::Relaxed) >= ADMISSIONS_LEFT_BEHIND_MAX {
        return Err(refused(
            TOO_LONG,
            "too many changesets have taken too long; the server needs its operator",
        ));
    }
    let (answer, answered) = sync_channel(0);
    let (record, changes) = (push.record, push.changes.clone());
    let thread = std::thread::Builder::new().name("admission".to_owned()).spawn(move || {
        let admitted = admit(stored.as_deref(), record, &changes, authors).map(Box::new);
        if answer.send(admitted).is_err() {
            LEFT_BEHIND.fetch_sub(1, Ordering::Relaxed);
        }
    });
    if thread.is_err() {
        return Err(refused(TOO_LONG, "the server has no thread left to read the changes"));
    }
    match answered.recv_timeout(Duration::from_secs(ADMISSION_SECONDS_MAX)) {
        Ok(Ok(admitted)) => Ok(admitted),
        Ok(Err(refusal)) => Err(Refused { code: refusal.code().to_owned(), message: refusal.to_string() }),
        Err(RecvTimeoutError::Disconnected) => {
            Err(refused(Refusal::Poisonous.code(), "the changes cannot be read without a fault"))
        }
        Err(RecvTimeoutError::Timeout) => {
            LEFT_BEHIND.fetch_add(1, Ordering::Relaxed);
            Err(refused(TOO_LONG, "the changes took too long to read"))
        }
    }
}

/// Threads that are still at work on changes that took too long.
static LEFT_BEHIND: AtomicUsize = AtomicUsize::new(0);

fn refused(code: &str, message: &str) -> Refused {
    Refused { code: code.to_owned(), message: message.to_owned() }
}
