//! An enrolled phone of a nurse who means harm. Each thing that it sends has its one right answer, which is asserted at
//! once; what the server ends up with is looked at in `outcome`.

use std::collections::BTreeSet;

use doorstep_client_core::document::{Author, Changeset, StoreId};
use doorstep_client_core::environment::Environment;
use doorstep_client_core::ids::{RecordId, ScopeId, StaffId};
use doorstep_client_core::record::care_plan::CarePlan;
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::staff::Staff;
use doorstep_client_core::transport::Request;
use doorstep_client_core::wire::{Cursor, FrameBody, Push, SyncRequest};
use doorstep_server::limits::LATE_WORK_DAYS_MAX;
use doorstep_server::store::{Role, Snapshot};
use doorstep_tests::rogue::mend;
use doorstep_tests::world::World;
use rand::RngExt;

use crate::by_hand::{Answered, ByHand, created, edited, new_record};
use crate::carried::DAY_MS;
use crate::pen::Pen;

pub(crate) struct Hostile {
    by_hand: ByHand,
    /// The highest seq that it ever admitted to know.
    known_seq: u64,
}

impl Hostile {
    pub(crate) fn new(world: &World) -> Self {
        let staff = world.hire(world.agency.id, "Mal Sample", Role::Nurse).staff;
        Self { by_hand: ByHand::enrol(world, world.agency.id, staff), known_seq: 0 }
    }

    pub(crate) fn staff(&self) -> StaffId {
        self.by_hand.enrolled.staff
    }

    /// Does one of the things that no phone would.
    pub(crate) fn act(&mut self, world: &World, pen: &mut Pen, others: &[StaffId], next_door: ScopeId) {
        match pen.below(7) {
            0 => self.forge(world, pen, others),
            1 => self.write_somewhere(world, pen),
            2 => self.write_next_door(world, pen, next_door),
            3 => self.write_into_the_directory(world),
            4 => self.replay(world, pen),
            5 => self.send_altered(world, pen),
            _ => self.pry(world, pen, next_door),
        }
    }

    /// Changes in another nurse's name.
    fn forge(&mut self, world: &World, pen: &mut Pen, others: &[StaffId]) {
        let by = Author { staff: others[pen.below(others.len())], store: StoreId(pen.dice.random()) };
        let push = match pen.below(2) {
            0 => Some(created(world, pen.a_scope(), new_record(world), a_plan(pen), by)),
            _ => an_edit(world, pen, by),
        };
        let Some(push) = push else { return };
        assert_eq!(self.push(world, pen, push).verdicts, ["foreign_author"]);
    }

    /// In its own name, wherever; it may have the case, have had it, or never.
    fn write_somewhere(&mut self, world: &World, pen: &mut Pen) {
        let scope = pen.a_scope();
        let by = self.by_hand.author();
        let push = match pen.below(2) {
            0 => Some((scope, created(world, scope, new_record(world), a_plan(pen), by))),
            _ => an_edit(world, pen, by).map(|push| (scope_of(world, push.record).unwrap(), push)),
        };
        let Some((scope, push)) = push else { return };
        self.expect(world, pen, scope, push, false);
    }

    /// Under the id of a case that only the neighbour has: it is no case of this agency's, or one that it opened here.
    fn write_next_door(&mut self, world: &World, pen: &mut Pen, scope: ScopeId) {
        let by = self.by_hand.author();
        let is_patient = pen.below(3) == 0;
        let push = match is_patient {
            true => {
                let patient = Patient { given: pen.word(), family: "Sample".into(), ..Patient::default() };
                created(world, scope, new_record(world), patient, by)
            }
            false => created(world, scope, new_record(world), a_plan(pen), by),
        };
        self.expect(world, pen, scope, push, is_patient);
    }

    fn write_into_the_directory(&mut self, world: &World) {
        let staff = Staff { name: "Mal Sample".into(), ..Staff::default() };
        let (scope, by) = (world.agency.directory, self.by_hand.author());
        let push = created(world, scope, new_record(world), staff, by);
        let answered = self.by_hand.push(world, None, vec![push]);
        assert_eq!(answered.verdicts, ["directory_is_read_only"]);
    }

    /// Another phone's exchange, with a token of its own: nothing new comes of it.
    fn replay(&mut self, world: &World, pen: &mut Pen) {
        let mut requests = exchanges(world);
        let request = requests.swap_remove(pen.below(requests.len()));
        if world.sender_of(&request).is_none_or(|(agency, _)| agency != world.agency.id) {
            return;
        }
        let head = || world.with_server(|server| server.snapshot(world.agency.id)).unwrap().head().unwrap();
        let before = head();
        let asked = SyncRequest::from_body(&request.body).unwrap();
        self.note_cursor(asked.cursor.as_deref());
        let answered = self.by_hand.send(world, request.body);
        self.got_only_what_it_may(world, &answered);
        assert_eq!(head(), before, "a replay changed something");
    }

    /// Its own changes, or another phone's, with a few bytes altered and the checksum mended.
    fn send_altered(&mut self, world: &World, pen: &mut Pen) {
        let push = match pen.below(2) {
            0 => an_edit(world, pen, self.by_hand.author()),
            _ => {
                let mut requests = exchanges(world);
                let request = requests.swap_remove(pen.below(requests.len()));
                SyncRequest::from_body(&request.body).unwrap().pushes.pop()
            }
        };
        let Some(push) = push.filter(|push| push.changes.len() == 1) else { return };
        let mut bytes = push.changes.into_bytes();
        for _ in 0..pen.dice.random_range(1..4) {
            let position = pen.dice.random_range(8..bytes.len());
            bytes[position] = pen.dice.random();
        }
        mend(&mut bytes);
        let altered = Push { changes: Changeset::from_bytes(bytes), ..push };
        self.push(world, pen, altered);
    }

    /// Asks for records and cases by their ids.
    fn pry(&mut self, world: &World, pen: &mut Pen, next_door: ScopeId) {
        let cursor = self.a_cursor(pen);
        let asked = SyncRequest {
            verify: true,
            list: pen.scopes.iter().copied().chain([next_door]).collect(),
            want: pen.records.clone(),
            ..self.by_hand.request(world, cursor)
        };
        let answered = self.by_hand.send(world, asked.to_body());
        self.got_only_what_it_may(world, &answered);
    }

    /// Pushes something in its own name, and asserts what the grants make of it.
    fn expect(&mut self, world: &World, pen: &mut Pen, scope: ScopeId, push: Push, opens: bool) {
        let snapshot = world.with_server(|server| server.snapshot(world.agency.id)).unwrap();
        let cursor = self.a_cursor(pen);
        let expected = self.verdict(world, &*snapshot, scope, opens);
        drop(snapshot);
        let answered = self.by_hand.push(world, cursor, vec![push]);
        self.got_only_what_it_may(world, &answered);
        assert_eq!(answered.verdicts, [expected]);
    }

    fn verdict(&self, world: &World, snapshot: &dyn Snapshot, scope: ScopeId, opens: bool) -> &'static str {
        let grants = snapshot.grants_of(self.staff()).unwrap();
        let mut own = grants.iter().filter(|grant| grant.scope == scope);
        let since = world.environment.now().saturating_add_ms(-LATE_WORK_DAYS_MAX * DAY_MS);
        let may_not_know = |end: u64| end > self.known_seq;
        if own.clone().any(|grant| grant.is_current()) {
            return "merged";
        }
        if snapshot.scope(scope).unwrap().is_none() && opens {
            return "merged";
        }
        let mut late = own.clone().filter(|grant| grant.end_seq.is_some_and(may_not_know));
        if late.any(|grant| grant.ended_at.unwrap() >= since) {
            return "merged";
        }
        if own.any(|grant| grant.end_seq.is_some_and(may_not_know)) { "too_late" } else { "no_grant" }
    }

    fn push(&mut self, world: &World, pen: &mut Pen, push: Push) -> Answered {
        let cursor = self.a_cursor(pen);
        let answered = self.by_hand.push(world, cursor, vec![push]);
        self.got_only_what_it_may(world, &answered);
        answered
    }

    /// Any of the cursors that it was given, or none: it claims to know what it likes.
    fn a_cursor(&mut self, pen: &mut Pen) -> Option<Vec<u8>> {
        let given = &self.by_hand.cursors;
        let cursor = match pen.below(3) {
            0 => None,
            1 => given.last().cloned(),
            _ if given.is_empty() => None,
            _ => Some(given[pen.below(given.len())].clone()),
        };
        self.note_cursor(cursor.as_deref());
        cursor
    }

    fn note_cursor(&mut self, cursor: Option<&[u8]>) {
        let seq = cursor.map_or(0, |cursor| Cursor::from_bytes(cursor).unwrap().seq);
        self.known_seq = self.known_seq.max(seq);
    }

    /// Asserts that an answer tells of no case that is not its nurse's.
    fn got_only_what_it_may(&self, world: &World, answered: &Answered) {
        let snapshot = world.with_server(|server| server.snapshot(world.agency.id)).unwrap();
        let grants = snapshot.grants_of(self.staff()).unwrap();
        let mut may: BTreeSet<ScopeId> =
            grants.iter().filter(|grant| grant.is_current()).map(|grant| grant.scope).collect();
        may.insert(world.agency.directory);
        let is_hers = |record: RecordId| {
            snapshot.stamp(record).unwrap().is_some_and(|stamp| may.contains(&stamp.scope))
        };
        for frame in &answered.frames {
            match &frame.body {
                FrameBody::Granted(scopes) => assert!(scopes.iter().all(|scope| may.contains(scope))),
                FrameBody::Documents(documents) => {
                    assert!(documents.iter().all(|document| is_hers(document.record)));
                }
                FrameBody::Changes(changes) => assert!(changes.iter().all(|change| is_hers(change.record))),
                FrameBody::Versions(scope, _) => assert!(may.contains(scope)),
                FrameBody::Done(done) => {
                    assert!(done.digests.iter().all(|digest| may.contains(&digest.scope)));
                }
                FrameBody::Verdicts(_) | FrameBody::Revoked(_) | FrameBody::Reviewed(_) => {}
            }
        }
    }
}

fn a_plan(pen: &mut Pen) -> CarePlan {
    CarePlan { title: pen.word(), ..CarePlan::default() }
}

/// An edit of any record that is on the server.
fn an_edit(world: &World, pen: &mut Pen, by: Author) -> Option<Push> {
    let record = pen.a_record();
    edited(world, record, |form| pen.change(form), by)
}

fn scope_of(world: &World, record: RecordId) -> Option<ScopeId> {
    let snapshot = world.with_server(|server| server.snapshot(world.agency.id)).unwrap();
    Some(snapshot.stamp(record).unwrap()?.scope)
}

/// Every exchange that has passed over the link.
fn exchanges(world: &World) -> Vec<Request> {
    let passed = world.passed_since(0).into_iter().map(|passed| passed.request);
    passed.filter(|request| request.path == "/v1/sync").collect()
}
