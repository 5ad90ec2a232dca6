//! What must hold once a world has settled, seen from outside: in the server's store, and on each phone.

use std::collections::{BTreeMap, BTreeSet};

use doorstep_client_core::document::{Authors, Document, admit};
use doorstep_client_core::environment::SystemEnvironment;
use doorstep_client_core::ids::{RecordId, ScopeId, StaffId};
use doorstep_client_core::store::Store as PhoneStore;
use doorstep_server::limits::LATE_WORK_DAYS_MAX;
use doorstep_server::store::{Grant, LogEntry, Outcome, Quarantined, Seq, Snapshot, Standing};
use doorstep_tests::world::store_key;

use crate::carried::{Carried, DAY_MS, Work};
use crate::fleet::Fleet;
use crate::neighbour::{WORD, log};
use crate::office::nurses_of;

pub(crate) fn assert_all(fleet: &Fleet) {
    let ended = Ended::of(fleet);
    ended.every_nurse_has_the_cases_that_the_office_gave_her();
    ended.every_change_is_its_authors_and_was_allowed();
    ended.late_work_is_flagged_exactly_when_it_is_late();
    ended.what_honest_phones_sent_was_refused_only_for_being_too_late();
    for carried in &fleet.carried {
        ended.the_phone_holds_what_its_nurse_has_and_nothing_else(carried);
        ended.nothing_of_its_work_is_lost(carried);
        ended.its_nurse_knows_what_the_office_made_of_refused_work(carried);
    }
    for carried in &fleet.wiped {
        ended.of_a_wiped_phone_only_what_was_unsent_is_gone(carried);
    }
    fleet.neighbour.is_what_it_was(&fleet.world);
}

/// A world that has settled.
struct Ended<'f> {
    fleet: &'f Fleet,
    snapshot: Box<dyn Snapshot>,
    scopes: Vec<ScopeId>,
    log: Vec<LogEntry>,
    quarantined: Vec<Quarantined>,
}

impl<'f> Ended<'f> {
    fn of(fleet: &'f Fleet) -> Self {
        let snapshot = fleet.world.with_server(|server| server.snapshot(fleet.world.agency.id)).unwrap();
        let cases = snapshot.cases(fleet.now()).unwrap();
        let mut scopes: Vec<ScopeId> = cases.into_iter().map(|case| case.scope.id).collect();
        scopes.push(fleet.world.agency.directory);
        let log = log(&*snapshot, &scopes);
        let quarantined = snapshot.quarantined(usize::MAX >> 1).unwrap();
        Self { fleet, snapshot, scopes, log, quarantined }
    }

    fn every_nurse_has_the_cases_that_the_office_gave_her(&self) {
        for (&(scope, staff), &is_assigned) in &self.fleet.office.assigned {
            let nurses = nurses_of(&self.fleet.world, scope).unwrap();
            assert_eq!(nurses.contains(&staff), is_assigned);
        }
    }

    /// Nothing forged is in any document, and nothing by anybody in a case that was not hers then, but for late work and
    /// what the office accepted.
    fn every_change_is_its_authors_and_was_allowed(&self) {
        let late = self.late();
        let mut logged: BTreeMap<RecordId, Document> = BTreeMap::new();
        for entry in &self.log {
            let head = &entry.head;
            for meta in entry.changes.metas().unwrap() {
                assert!(meta.by.is_none_or(|by| by.staff == head.staff), "a change in another's name");
            }
            let is_of_office = head.device.is_none();
            let is_accepted = is_accepted(entry) && self.fleet.office.accepted.contains(&head.record);
            let is_allowed = self.is_granted_at(head.staff, head.scope, head.seq);
            assert!(is_of_office || is_accepted || is_allowed || late.contains(&head.seq));
            match logged.get_mut(&head.record) {
                Some(document) => drop(document.merge(&entry.changes).unwrap()),
                None => drop(logged.insert(head.record, self.first_of(entry))),
            }
        }
        for (record, mut document) in logged {
            let mut stored = self.fleet.world.on_server(record).unwrap();
            assert_eq!(stored.version(), document.version(), "a document holds what the log does not");
        }
    }

    fn first_of(&self, entry: &LogEntry) -> Document {
        admit(None, entry.head.record, &entry.changes, Authors::Anybody).ok().unwrap().document
    }

    /// What a phone pushed is late if its nurse did not have the case at that place in the agency's order.
    fn late_work_is_flagged_exactly_when_it_is_late(&self) {
        let late = self.late();
        for entry in self.log.iter().filter(|entry| entry.head.device.is_some() && !is_accepted(entry)) {
            let head = &entry.head;
            let is_late = !self.is_granted_at(head.staff, head.scope, head.seq);
            assert_eq!(late.contains(&head.seq), is_late, "seq {}", head.seq);
            if is_late {
                let ended_at = self.last_end(head.staff, head.scope).unwrap();
                let days_ms = head.received_at.as_millisecond() - ended_at;
                assert!(days_ms <= LATE_WORK_DAYS_MAX * DAY_MS, "merged too long after the end");
            }
        }
    }

    fn what_honest_phones_sent_was_refused_only_for_being_too_late(&self) {
        let hostile = self.fleet.hostile.staff();
        for aside in self.quarantined.iter().map(|quarantined| &quarantined.set_aside) {
            if aside.staff == hostile {
                continue;
            }
            assert!(["too_late", "no_grant"].contains(&aside.reason.as_str()), "{}", aside.reason);
            let grants = self.grants(aside.staff, aside.scope.unwrap());
            let received = aside.received_at.as_millisecond();
            let ended_long_ago = |grant: &Grant| {
                grant
                    .ended_at
                    .is_some_and(|end| received - end.as_millisecond() > LATE_WORK_DAYS_MAX * DAY_MS)
            };
            assert!(grants.iter().any(ended_long_ago), "{} in time", aside.reason);
        }
    }

    fn the_phone_holds_what_its_nurse_has_and_nothing_else(&self, carried: &Carried) {
        let (phone, world) = (&carried.phone, &self.fleet.world);
        let status = phone.device.sync_status().unwrap();
        let is_refused = |record| status.refused.iter().any(|refused| refused.record == record);
        let has = |scope: ScopeId| nurses_of(world, scope).unwrap().contains(&phone.staff);
        let own: BTreeSet<ScopeId> = self
            .scopes
            .iter()
            .copied()
            .filter(|scope| *scope == world.agency.directory || has(*scope))
            .collect();
        for (record, version) in own.iter().flat_map(|scope| self.snapshot.versions(*scope).unwrap()) {
            let read = phone.device.read(record).expect("every record of her cases reached her phone");
            let office = world.on_server(record).unwrap();
            if read.unsent_changes > 0 {
                // Refused while she did not have the case, and with the office since: it stands beside what all have.
                assert!(is_refused(record), "unsent and not refused");
                let shared = phone.device.as_of(record, &version).expect("it builds on what all have");
                assert_eq!(shared, office.read().unwrap());
                continue;
            }
            assert_eq!((read.version, read.record), (version, office.read().unwrap()));
            assert_eq!(read.conflicts, office.conflicts());
        }
        assert!(phone.device.search(WORD, None, 9).unwrap().is_empty(), "another agency's records");
        let copy = phone.path.with_extension("looked-at");
        for end in ["", "-wal"] {
            let file = |path: &std::path::Path| format!("{}{end}", path.display());
            std::fs::copy(file(&phone.path), file(&copy)).unwrap();
        }
        let store = PhoneStore::open(&copy, Some(&store_key()), &SystemEnvironment).unwrap();
        let reader = store.reader();
        for record in reader.every_record().unwrap() {
            let row = reader.record(record).unwrap().unwrap();
            assert!(own.contains(&row.header.scope), "a record of a case that is not hers");
        }
        assert_eq!(reader.ending_scopes().unwrap(), []);
        for refused in reader.quarantined().unwrap() {
            let is_own = refused.scope.is_some_and(|scope| own.contains(&scope));
            assert!(is_own || refused.changes.is_empty(), "refused work of a case that is not hers");
        }
    }

    /// Each save that returned is in the office, or set aside there and told of on the phone.
    fn nothing_of_its_work_is_lost(&self, carried: &Carried) {
        let status = carried.phone.device.sync_status().unwrap();
        assert_eq!(status.unsent_changes, 0, "{status:?}");
        for work in &carried.work {
            if self.is_in_office(work) {
                continue;
            }
            assert!(self.is_set_aside(carried, work), "a saved version is lost");
            if self.is_overtaken(carried, work) {
                continue;
            }
            assert!(!work.is_acked, "the phone said that it was sent");
            let record = work.saved.record;
            let told = status.refused.iter().find(|refused| refused.record == record && !refused.is_received);
            assert!(told.is_some_and(|told| !told.reason.is_empty()), "its author is not told");
        }
    }

    /// What the office accepted is not listed any more; what it discarded says so; what waits is listed.
    fn its_nurse_knows_what_the_office_made_of_refused_work(&self, carried: &Carried) {
        for refused in carried.phone.device.sync_status().unwrap().refused {
            let of_it = self.quarantined.iter().filter(|quarantined| {
                let aside = &quarantined.set_aside;
                aside.record == Some(refused.record) && carried.ids.contains(&aside.device)
            });
            let reviews: Vec<Option<Outcome>> = of_it.map(|quarantined| self.outcome(quarantined)).collect();
            assert!(!reviews.is_empty(), "refused work is listed that nobody refused");
            let is_open = reviews.contains(&None);
            let is_discarded = reviews.iter().flatten().any(|outcome| *outcome != Outcome::Accepted);
            assert!(is_open || is_discarded, "accepted work is still listed as refused");
            assert_eq!(!is_open, refused.reason.contains("discarded"), "{}", refused.reason);
        }
    }

    fn outcome(&self, quarantined: &Quarantined) -> Option<Outcome> {
        let world = &self.fleet.world;
        let found = world.with_server(|server| server.set_aside_as(world.agency.id, quarantined.id)).unwrap();
        found.unwrap().review.map(|(outcome, ..)| outcome)
    }

    fn of_a_wiped_phone_only_what_was_unsent_is_gone(&self, carried: &Carried) {
        let holder = self.snapshot.holder(carried.id()).unwrap().unwrap();
        assert_eq!(holder.standing(), Standing::Wiped);
        carried.holds_nothing();
        for work in carried.work.iter().filter(|work| work.is_acked) {
            assert!(self.is_in_office(work), "what a wiped phone had sent is lost");
        }
    }

    fn is_in_office(&self, work: &Work) -> bool {
        let document = self.fleet.world.on_server(work.saved.record);
        document.is_some_and(|mut document| document.contains(&work.saved.version))
    }

    /// Whether the record would hold it if the office accepted all that is set aside of it from this phone.
    fn is_set_aside(&self, carried: &Carried, work: &Work) -> bool {
        let record = work.saved.record;
        let mut document = self.fleet.world.on_server(record);
        let of_it = self.quarantined.iter().map(|quarantined| &quarantined.set_aside).filter(|aside| {
            aside.record == Some(record) && carried.ids.contains(&aside.device) && !aside.reason.is_empty()
        });
        let mut asides: Vec<_> = of_it.collect();
        asides.sort_by_key(|aside| aside.received_at);
        for aside in asides {
            match &mut document {
                Some(document) => drop(document.merge(&aside.changes)),
                None => {
                    let made = admit(None, record, &aside.changes, Authors::Anybody);
                    document = made.ok().map(|made| made.document);
                }
            }
        }
        document.is_some_and(|mut document| document.contains(&work.saved.version))
    }

    /// Whether the office discarded something of the record and accepted something else of it later: the phone, which
    /// keeps one entry a record, hears of the later.
    fn is_overtaken(&self, carried: &Carried, work: &Work) -> bool {
        let of_it = self.quarantined.iter().filter(|quarantined| {
            let aside = &quarantined.set_aside;
            aside.record == Some(work.saved.record) && carried.ids.contains(&aside.device)
        });
        let outcomes: Vec<Outcome> = of_it.filter_map(|quarantined| self.outcome(quarantined)).collect();
        let is_any_accepted = outcomes.contains(&Outcome::Accepted);
        is_any_accepted && outcomes.iter().any(|outcome| *outcome != Outcome::Accepted)
    }

    /// The seqs that are flagged as late work, those that the office has seen among them.
    fn late(&self) -> BTreeSet<Seq> {
        let world = &self.fleet.world;
        let unseen = world.with_server(|server| server.late_work(world.agency.id)).unwrap();
        unseen.into_iter().map(|late| late.seq).chain(self.fleet.office.seen.iter().copied()).collect()
    }

    fn grants(&self, staff: StaffId, scope: ScopeId) -> Vec<Grant> {
        let mut grants = self.snapshot.grants_of(staff).unwrap();
        grants.retain(|grant| grant.scope == scope);
        grants
    }

    fn is_granted_at(&self, staff: StaffId, scope: ScopeId, seq: Seq) -> bool {
        let lasts = |grant: &Grant| grant.begin_seq < seq && grant.end_seq.is_none_or(|end| end > seq);
        self.grants(staff, scope).iter().any(lasts)
    }

    fn last_end(&self, staff: StaffId, scope: ScopeId) -> Option<i64> {
        self.grants(staff, scope).iter().filter_map(|grant| Some(grant.ended_at?.as_millisecond())).max()
    }
}

/// What the office admitted on behalf of its author: her own phone gets it back.
fn is_accepted(entry: &LogEntry) -> bool {
    entry.head.origin.is_none() && entry.head.device.is_some()
}
