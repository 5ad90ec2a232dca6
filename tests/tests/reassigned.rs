//! A case moves from one nurse to another: nothing that the former one wrote is lost, and the case leaves her phone
//! (I9, I11).

#![allow(clippy::unwrap_used, reason = "what helps a test fails as its body does")]

use std::path::Path;
use std::sync::Arc;

use doorstep_client_core::document::Header;
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::AnyRecord;
use doorstep_client_core::record::care_plan::CarePlan;
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::transport::Cancel;
use doorstep_server::access::Actor;
use doorstep_server::limits::LATE_WORK_DAYS_MAX;
use doorstep_server::review::{self, AcceptError};
use doorstep_server::store::{CloseReason, LateWork, Role, Waiting};
use doorstep_tests::link::Link;
use doorstep_tests::world::{Fault, Phone, World};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A case that was Ana's and is now Bea's; Ana's phone does not know.
struct Moved {
    world: Arc<World>,
    ana: Phone,
    bea: Phone,
    patient: Header,
    plan: RecordId,
}

impl Moved {
    fn new(seed: u64) -> Self {
        let world = World::new(seed);
        let (ana, bea) = (world.nurse("ana"), world.nurse("bea"));
        let patient = Patient { given: "Rosa".into(), family: "Sample".into(), ..Patient::default() };
        let patient = ana.device.open_case(&patient).unwrap().header;
        let plan = CarePlan { title: "Before".into(), ..CarePlan::default() };
        let plan = ana.device.create(patient.scope, &plan.into()).unwrap().header.id;
        ana.sync(&world);
        bea.sync(&world);
        let moved = Self { world, ana, bea, patient, plan };
        moved.take(&moved.bea);
        moved
    }

    /// The case is Bea's from now on.
    fn take(&self, to: &Phone) {
        self.world.revoke(self.patient.scope, self.ana.staff);
        self.world.grant(self.patient.scope, to.staff);
    }

    fn scope(&self) -> ScopeId {
        self.patient.scope
    }

    fn late_work(&self) -> Vec<LateWork> {
        self.world.with_server(|server| server.late_work(self.world.agency.id)).unwrap()
    }

    fn waiting(&self) -> Vec<Waiting> {
        self.world.with_server(|server| server.waiting(self.world.agency.id)).unwrap()
    }

    fn title_on_server(&self) -> String {
        title(self.world.on_server(self.plan).unwrap().read().unwrap())
    }
}

fn title(record: AnyRecord) -> String {
    let AnyRecord::CarePlan(plan) = record else { panic!("not a care plan") };
    plan.title
}

fn retitle(phone: &Phone, plan: RecordId, title: &str) {
    let read = phone.device.read(plan).unwrap();
    let AnyRecord::CarePlan(mut content) = read.record else { panic!("not a care plan") };
    content.title = title.into();
    phone.device.save(plan, &read.version, &content.into()).unwrap();
}

fn holds_nothing(phone: &Phone, moved: &Moved) {
    assert!(phone.device.caseload().unwrap().is_empty());
    assert!(phone.device.chart(moved.scope()).unwrap().records.is_empty());
    assert!(phone.device.search("Rosa", None, 9).unwrap().is_empty());
    assert!(phone.device.read(moved.plan).is_err());
}

#[test]
fn the_new_nurse_has_the_whole_case_at_her_next_exchange() {
    let moved = Moved::new(1);
    assert!(moved.bea.device.caseload().unwrap().is_empty());
    moved.bea.sync(&moved.world);
    assert_eq!(moved.bea.device.caseload().unwrap().len(), 1);
    for id in [moved.patient.id, moved.plan] {
        assert_eq!(moved.bea.version_of(id).unwrap(), moved.world.on_server(id).unwrap().version());
    }
}

#[test]
fn i9_late_work_is_merged_and_flagged_and_the_case_leaves_the_phone_in_the_same_exchange() {
    let moved = Moved::new(2);
    retitle(&moved.ana, moved.plan, "Late");
    let made = CarePlan { title: "Made late".into(), ..CarePlan::default() };
    let made = moved.ana.device.create(moved.scope(), &made.into()).unwrap().header.id;
    moved.ana.sync(&moved.world);
    assert_eq!(moved.title_on_server(), "Late");
    assert_eq!(title(moved.world.on_server(made).unwrap().read().unwrap()), "Made late");
    holds_nothing(&moved.ana, &moved);
    assert!(moved.ana.device.sync_status().unwrap().is_all_sent);
    let late = moved.late_work();
    let mut records: Vec<RecordId> = late.iter().map(|late| late.record).collect();
    records.sort_unstable();
    let mut expected = [moved.plan, made];
    expected.sort_unstable();
    assert_eq!(records, expected);
    assert!(late.iter().all(|late| (late.staff, late.scope) == (moved.ana.staff, moved.scope())));
    assert!(moved.waiting().is_empty());
    moved.bea.sync(&moved.world);
    assert_eq!(title(moved.bea.device.read(moved.plan).unwrap().record), "Late");
}

#[test]
fn i9_work_by_who_still_has_the_case_is_not_late() {
    let moved = Moved::new(3);
    moved.bea.sync(&moved.world);
    retitle(&moved.bea, moved.plan, "In time");
    moved.bea.sync(&moved.world);
    assert!(moved.late_work().is_empty());
    moved.world.grant(moved.scope(), moved.ana.staff);
    retitle(&moved.ana, moved.plan, "Hers again");
    moved.ana.sync(&moved.world);
    assert!(moved.late_work().is_empty(), "she has it again");
}

#[test]
fn i11_a_closed_case_leaves_the_phone_and_what_it_had_not_sent_is_late_work() {
    let moved = Moved::new(16);
    moved.bea.sync(&moved.world);
    retitle(&moved.bea, moved.plan, "Not sent yet");
    let closed = moved.world.close(moved.scope(), CloseReason::Died);
    assert_eq!(closed, [moved.bea.staff]);
    moved.bea.sync(&moved.world);
    holds_nothing(&moved.bea, &moved);
    assert!(moved.bea.device.sync_status().unwrap().is_all_sent);
    assert_eq!(moved.title_on_server(), "Not sent yet");
    let late = moved.late_work();
    assert_eq!(
        late.iter().map(|late| (late.record, late.staff)).collect::<Vec<_>>(),
        [(moved.plan, moved.bea.staff)]
    );
    assert!(moved.waiting().is_empty());
}

#[test]
fn i9_late_work_is_late_still_where_the_answer_was_lost() {
    let moved = Moved::new(4);
    retitle(&moved.ana, moved.plan, "Late");
    moved.world.next_fault(Fault::AnswerCut(0));
    moved.ana.sync(&moved.world);
    assert_eq!(moved.title_on_server(), "Late");
    retitle(&moved.ana, moved.plan, "Later");
    moved.ana.sync(&moved.world);
    assert_eq!(moved.title_on_server(), "Later");
    assert!(moved.waiting().is_empty());
    assert_eq!(moved.late_work().len(), 2);
}

#[test]
fn i9_i14_late_work_is_merged_at_its_limit_of_days_and_set_aside_past_it() {
    for (seed, extra_ms, is_merged) in [(5, 0, true), (6, 1, false)] {
        let moved = Moved::new(seed);
        retitle(&moved.ana, moved.plan, "Late");
        moved.world.environment.advance_ms(LATE_WORK_DAYS_MAX * DAY_MS + extra_ms);
        moved.ana.sync(&moved.world);
        assert_eq!(moved.title_on_server() == "Late", is_merged);
        assert_eq!(moved.late_work().len(), usize::from(is_merged));
        let waiting = moved.waiting();
        let reasons: Vec<&str> = waiting.iter().map(|waiting| waiting.reason.as_str()).collect();
        assert_eq!(reasons, if is_merged { vec![] } else { vec!["too_late"] });
    }
}

/// A copy of Ana's phone as it was before it heard of the end, on which she writes when the phone has heard of it.
fn written_knowingly(moved: &Moved) -> Phone {
    let path = moved.ana.path.with_extension("copy");
    for end in ["", "-wal"] {
        let file = |path: &Path| format!("{}{end}", path.display());
        std::fs::copy(file(&moved.ana.path), file(&path)).unwrap();
    }
    // Only with the second does the server hear that the first one's answer arrived.
    moved.ana.sync(&moved.world);
    moved.ana.sync(&moved.world);
    let copy = Phone { staff: moved.ana.staff, device: moved.world.open(&path), path };
    retitle(&copy, moved.plan, "Knowingly");
    copy.sync(&moved.world);
    copy
}

#[test]
fn what_is_written_once_the_phone_can_know_is_set_aside_and_shown_to_its_author_without_the_case() {
    let moved = Moved::new(7);
    let phone = written_knowingly(&moved);
    assert_eq!(moved.title_on_server(), "Before");
    holds_nothing(&phone, &moved);
    let status = phone.device.sync_status().unwrap();
    assert_eq!(status.refused.len(), 1);
    assert_eq!((status.refused[0].record, status.refused[0].is_received), (moved.plan, false));
    assert!(!status.is_all_sent);
    assert!(status.refused[0].reason.contains("no_grant"), "{}", status.refused[0].reason);
    assert!(phone.device.retry_refused(moved.plan).is_err(), "the phone has it no more, the office has");
    let waiting = moved.waiting();
    assert_eq!((waiting.len(), waiting[0].record), (1, Some(moved.plan)));
    assert_eq!((waiting[0].scope, waiting[0].staff), (Some(moved.scope()), moved.ana.staff));
    assert!(moved.late_work().is_empty());
}

#[test]
fn what_the_office_accepts_is_its_authors_work_and_her_phone_lists_it_no_more() {
    let moved = Moved::new(8);
    let phone = written_knowingly(&moved);
    let id = moved.waiting()[0].id;
    let office = moved.world.office();
    let world = &moved.world;
    let accept = || {
        world.with_server(|server| {
            review::accept(server, world.agency.id, office, id, world.act_of(office.staff)).unwrap()
        })
    };
    assert_eq!(accept(), Some(moved.scope()));
    assert_eq!(accept(), None, "again changes nothing");
    assert_eq!(moved.title_on_server(), "Knowingly");
    let by = moved.world.on_server(moved.plan).unwrap().history().pop().unwrap().by;
    assert_eq!(by, Some(moved.ana.staff));
    assert!(moved.waiting().is_empty());
    phone.sync(world);
    assert!(phone.device.sync_status().unwrap().refused.is_empty());
    assert!(phone.device.sync_status().unwrap().is_all_sent);
    holds_nothing(&phone, &moved);
    moved.bea.sync(world);
    assert_eq!(title(moved.bea.device.read(moved.plan).unwrap().record), "Knowingly");
}

#[test]
fn work_that_was_set_aside_stays_listed_although_more_of_its_record_is_merged() {
    let moved = Moved::new(13);
    retitle(&moved.ana, moved.plan, "Too late");
    moved.world.environment.advance_ms(LATE_WORK_DAYS_MAX * DAY_MS + 1);
    moved.ana.sync(&moved.world);
    holds_nothing(&moved.ana, &moved);
    moved.world.grant(moved.scope(), moved.ana.staff);
    moved.ana.sync(&moved.world);
    retitle(&moved.ana, moved.plan, "Hers again");
    moved.ana.sync(&moved.world);
    assert_eq!(moved.title_on_server(), "Hers again");
    let status = moved.ana.device.sync_status().unwrap();
    assert_eq!((status.unsent_changes, status.is_all_sent), (0, false));
    let refused: Vec<RecordId> = status.refused.iter().map(|refused| refused.record).collect();
    assert_eq!(refused, [moved.plan], "what the office has not looked at is not forgotten");
}

#[test]
fn what_became_of_refused_work_is_told_although_the_answer_that_told_it_was_cut() {
    let moved = Moved::new(11);
    let phone = written_knowingly(&moved);
    accept_what_waits(&moved);
    moved.world.grant(moved.scope(), moved.ana.staff);
    for whole_frames in [0, 1, 1] {
        let link = Link::to(&moved.world);
        link.cut_after_frames(whole_frames);
        assert!(phone.device.sync(&link, &Cancel::new(), |_| ()).is_err());
    }
    phone.sync(&moved.world);
    assert_eq!(phone.device.sync_status().unwrap().refused, []);
    assert_eq!(title(phone.device.read(moved.plan).unwrap().record), "Knowingly");
}

#[test]
fn what_became_of_refused_work_is_told_to_a_phone_that_was_enrolled_anew_since() {
    for accepts_first in [true, false] {
        let moved = Moved::new(12);
        let phone = written_knowingly(&moved);
        if accepts_first {
            accept_what_waits(&moved);
        }
        phone.enrol(&moved.world, moved.world.agency.id);
        if !accepts_first {
            phone.sync(&moved.world);
            accept_what_waits(&moved);
        }
        phone.sync(&moved.world);
        assert_eq!(phone.device.sync_status().unwrap().refused, [], "accepted first: {accepts_first}");
    }
}

/// The office accepts what waits.
fn accept_what_waits(moved: &Moved) {
    let (world, office) = (&moved.world, moved.world.office());
    let (id, act) = (moved.waiting()[0].id, world.act_of(office.staff));
    world.with_server(|server| review::accept(server, world.agency.id, office, id, act)).unwrap();
}

#[test]
fn what_the_office_discards_is_kept_and_its_author_told_why() {
    let moved = Moved::new(9);
    let phone = written_knowingly(&moved);
    let id = moved.waiting()[0].id;
    let world = &moved.world;
    let office = world.office();
    let act = world.act_of(office.staff);
    let discard = |why: &str| {
        world.with_server(|server| review::discard(server, world.agency.id, id, why.to_owned(), act).unwrap())
    };
    assert!(discard("the other nurse wrote it too"));
    assert!(!discard("twice"));
    phone.sync(world);
    let refused = phone.device.sync_status().unwrap().refused;
    assert_eq!(refused[0].reason, "the office discarded it: the other nurse wrote it too");
    let kept = world.with_server(|server| server.set_aside_as(world.agency.id, id)).unwrap().unwrap();
    assert!(!kept.quarantined.set_aside.changes.is_empty());
    assert_eq!(moved.title_on_server(), "Before");
    let accepted = world.with_server(|server| {
        review::accept(server, world.agency.id, office, id, act).map_err(|error| error.to_string())
    });
    assert_eq!(accepted, Err("it was discarded before".to_owned()));
}

#[test]
fn what_a_nurse_may_not_do_she_may_not_accept() {
    let moved = Moved::new(10);
    written_knowingly(&moved);
    let id = moved.waiting()[0].id;
    let world = &moved.world;
    let nurse = Actor { agency: world.agency.id, staff: moved.ana.staff, role: Role::Nurse, is_active: true };
    let accepted = world
        .with_server(|server| review::accept(server, world.agency.id, nurse, id, world.act_of(nurse.staff)));
    assert!(matches!(accepted, Err(AcceptError::Refused(refused)) if refused.code == "no_grant"));
    assert_eq!(moved.title_on_server(), "Before");
    assert_eq!(moved.waiting().len(), 1);
}

/// Ana's phone was away for longer than late work is merged; what she wrote there is set aside and gone from it.
fn set_aside_as_too_late(seed: u64) -> Moved {
    let moved = Moved::new(seed);
    retitle(&moved.ana, moved.plan, "Too late");
    moved.world.environment.advance_ms(LATE_WORK_DAYS_MAX * DAY_MS + 1);
    moved.ana.sync(&moved.world);
    assert_eq!(moved.waiting().len(), 1);
    holds_nothing(&moved.ana, &moved);
    moved
}

fn accept(moved: &Moved) {
    let (world, office) = (&moved.world, moved.world.office());
    let id = moved.waiting()[0].id;
    let accepted = world.with_server(|server| {
        review::accept(server, world.agency.id, office, id, world.act_of(office.staff))
    });
    assert_eq!(accepted.unwrap(), Some(moved.scope()));
}

#[test]
fn who_gets_a_case_back_may_write_in_it_and_what_was_set_aside_before_can_still_be_accepted() {
    let moved = set_aside_as_too_late(11);
    moved.world.grant(moved.scope(), moved.ana.staff);
    moved.ana.sync(&moved.world);
    retitle(&moved.ana, moved.plan, "Hers again");
    moved.ana.sync(&moved.world);
    assert_eq!(moved.title_on_server(), "Hers again");
    accept(&moved);
    let conflicts = moved.world.on_server(moved.plan).unwrap().conflicts();
    let mut titles: Vec<&str> = conflicts[0].values.iter().filter_map(|value| value.value.as_str()).collect();
    titles.sort_unstable();
    assert_eq!(titles, ["Hers again", "Too late"]);
    moved.ana.sync(&moved.world);
    let version = moved.world.on_server(moved.plan).unwrap().version();
    assert_eq!(moved.ana.version_of(moved.plan), Some(version));
    assert!(moved.ana.device.sync_status().unwrap().is_all_sent);
}

fn discard(moved: &Moved, why: &str) {
    let (world, office) = (&moved.world, moved.world.office());
    let id = moved.waiting()[0].id;
    let act = world.act_of(office.staff);
    let discarded =
        world.with_server(|server| review::discard(server, world.agency.id, id, why.to_owned(), act));
    assert!(discarded.unwrap());
}

#[test]
fn what_the_office_discarded_is_listed_until_its_author_dismisses_it_and_stays_with_the_office() {
    let moved = set_aside_as_too_late(12);
    let phone = &moved.ana.device;
    assert!(phone.dismiss_discarded(moved.plan).is_err(), "the office may accept it yet");
    discard(&moved, "written twice");
    moved.ana.sync(&moved.world);
    let refused = phone.sync_status().unwrap().refused.remove(0);
    assert_eq!((refused.is_discarded, refused.is_here), (true, false));
    phone.dismiss_discarded(moved.plan).unwrap();
    let status = phone.sync_status().unwrap();
    assert!(status.refused.is_empty() && status.is_all_sent);
    let kept = moved.world.with_server(|server| server.snapshot(moved.world.agency.id)).unwrap();
    assert_eq!(kept.quarantined(9).unwrap().len(), 1);
}

#[test]
fn what_is_accepted_comes_to_a_phone_that_still_holds_the_record_and_is_sent_there() {
    let moved = Moved::new(15);
    moved.world.grant(moved.scope(), moved.ana.staff);
    moved.ana.sync(&moved.world);
    moved.world.revoke(moved.scope(), moved.ana.staff);
    retitle(&moved.ana, moved.plan, "Too late");
    moved.world.environment.advance_ms(LATE_WORK_DAYS_MAX * DAY_MS + 1);
    moved.world.next_fault(Fault::AnswerCut(0));
    moved.ana.sync(&moved.world);
    moved.world.grant(moved.scope(), moved.ana.staff);
    accept(&moved);
    moved.ana.sync(&moved.world);
    let status = moved.ana.device.sync_status().unwrap();
    assert!(status.is_all_sent && status.refused.is_empty());
    assert_eq!(title(moved.ana.device.read(moved.plan).unwrap().record), "Too late");
}
