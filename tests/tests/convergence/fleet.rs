//! Three nurses and the office through weeks in which cases move, phones are locked, lost, robbed and wiped, nurses leave,
//! return and stay away for too long, and one who means harm sends what she likes.

use std::sync::Arc;

use doorstep_client_core::device::{Device, ErrorKind};
use doorstep_client_core::environment::Environment;
use doorstep_client_core::ids::StaffId;
use doorstep_client_core::record::Timestamp;
use doorstep_client_core::record::agency::OFFLINE_LEASE_DAYS;
use doorstep_server::limits::LATE_WORK_DAYS_MAX;
use doorstep_server::store::Standing;
use doorstep_tests::world::{Fault, World};
use rand::RngExt;

use crate::carried::{Carried, DAY_MS, Work};
use crate::hostile::Hostile;
use crate::neighbour::Neighbour;
use crate::office::{Office, nurses_of};
use crate::pen::{Pen, Saved};
use crate::plain::{fault, fault_of_tokens};
use crate::{outcome, play_all, thief};

const NURSES: usize = 3;
const STEPS: usize = 24;

#[test]
fn i9_i10_i11_nothing_is_lost_or_leaks_whatever_becomes_of_phones_and_cases_for_a_thousand_seeds() {
    play_all(|seed| Fleet::new(seed).run());
}

/// A world with everybody in it.
pub(crate) struct Fleet {
    pub(crate) world: Arc<World>,
    pub(crate) pen: Pen,
    pub(crate) office: Office,
    pub(crate) carried: Vec<Carried>,
    /// Phones that were wiped.
    pub(crate) wiped: Vec<Carried>,
    pub(crate) hostile: Hostile,
    pub(crate) neighbour: Neighbour,
    /// Everybody who may be assigned to a case.
    staff: Vec<StaffId>,
}

impl Fleet {
    fn new(seed: u64) -> Self {
        let world = World::new(seed);
        let mut pen = Pen::new(seed);
        let mut office = Office::new(&world);
        let hostile = Hostile::new(&world);
        let mut carried: Vec<Carried> =
            (0..NURSES).map(|number| Carried::new(&world, world.nurse(&format!("nurse-{number}")))).collect();
        let first = &mut carried[0];
        let patient = pen.open_case(&first.phone.device).unwrap();
        let plan = pen.create(&first.phone.device).unwrap();
        first.sync(&world, Fault::None, Fault::None).unwrap();
        let ids = (pen.scopes[0], patient.record, plan.record);
        first.work.extend([patient, plan].map(|saved| Work { saved, is_acked: true }));
        let mut staff: Vec<StaffId> = carried.iter().map(|carried| carried.phone.staff).collect();
        staff.push(hostile.staff());
        for nurse in &staff[1..] {
            office.grant(&world, ids.0, *nurse);
        }
        for carried in &mut carried {
            carried.sync(&world, Fault::None, Fault::None).unwrap();
        }
        let neighbour = Neighbour::new(&world, ids.0, ids.1, ids.2);
        Self { world, pen, office, carried, wiped: Vec::new(), hostile, neighbour, staff }
    }

    fn run(mut self) {
        for _ in 0..STEPS {
            self.world.environment.advance_ms(self.pen.dice.random_range(1..600_000));
            self.step();
        }
        self.settle();
        outcome::assert_all(&self);
    }

    fn step(&mut self) {
        let who = self.pen.below(self.carried.len());
        match self.pen.below(40) {
            0 => self.write(who, |pen, device| pen.open_case(device).map(Some)),
            1..=2 => self.write(who, |pen, device| pen.create(device).map(Some)),
            3..=11 => self.write(who, |pen, device| pen.edit(device).map(Some)),
            12 => self.write(who, Pen::resolve),
            13 => self.reopen(who),
            14..=17 => self.reassign(),
            18..=19 => self.office.lock_or_unlock(&self.world, &mut self.carried[who]),
            20 => self.office.wipe(&self.world, &mut self.carried[who]),
            21..=22 => thief::steal(&self.world, &mut self.pen, &mut self.carried[who]),
            23..=25 => self.let_the_hostile_act(),
            26..=27 => self.office.review(&self.world, &mut self.pen, self.hostile.staff()),
            28 => self.office.see_late_work(&self.world),
            29 => self.stay_away(),
            30..=31 => self.be_replaced(who),
            32 => self.enrol_again(who),
            33 => self.office.let_go_or_take_back(&self.world, &mut self.carried[who]),
            _ => self.sync(who),
        }
    }

    /// A shut phone refuses, and an open one what is not on it.
    fn write(
        &mut self,
        who: usize,
        write: impl FnOnce(&mut Pen, &Device) -> Result<Option<Saved>, ErrorKind>,
    ) {
        let carried = &mut self.carried[who];
        let is_open = carried.shows_what_it_may(&self.world);
        match write(&mut self.pen, &carried.phone.device) {
            Ok(saved) => {
                assert!(is_open, "a shut phone was written on");
                carried.work.extend(saved.map(|saved| Work { saved, is_acked: false }));
            }
            Err(kind) => assert_eq!(is_open, kind == ErrorKind::NotFound, "{kind:?}"),
        }
    }

    fn reopen(&mut self, who: usize) {
        let carried = self.carried.remove(who);
        let phone = carried.phone.reopened(&self.world);
        self.carried.insert(who, Carried { phone, ..carried });
    }

    /// Between those who work here.
    fn reassign(&mut self) {
        let gone: Vec<StaffId> =
            self.carried.iter().filter(|one| one.has_left).map(|one| one.phone.staff).collect();
        let staff: Vec<StaffId> = self.staff.iter().copied().filter(|staff| !gone.contains(staff)).collect();
        self.office.reassign(&self.world, &mut self.pen, &staff);
    }

    /// Whoever is to get a phone, or to go on with one, works here.
    fn take_back(&mut self, who: usize) {
        if self.carried[who].has_left {
            self.office.let_go_or_take_back(&self.world, &mut self.carried[who]);
        }
    }

    fn let_the_hostile_act(&mut self) {
        let others: Vec<StaffId> = self.carried.iter().map(|carried| carried.phone.staff).collect();
        self.hostile.act(&self.world, &mut self.pen, &others, self.neighbour.own_scope);
    }

    /// Nobody has a connection for longer than the lease, or for longer than late work is waited for.
    fn stay_away(&mut self) {
        let days = [OFFLINE_LEASE_DAYS, LATE_WORK_DAYS_MAX][self.pen.below(2)];
        self.world.environment.advance_ms(days * DAY_MS + 1);
        for carried in &self.carried {
            assert!(!carried.shows_what_it_may(&self.world));
        }
    }

    /// A nurse writes while she is away, and her case is somebody else's before she is back; maybe it becomes hers again.
    fn be_replaced(&mut self, who: usize) {
        self.write(who, |pen, device| pen.edit(device).map(Some));
        let carried = &self.carried[who];
        let written = carried.work.last().and_then(|work| carried.phone.device.read(work.saved.record).ok());
        let Some(scope) = written.map(|read| read.header.scope) else { return };
        let staff = carried.phone.staff;
        if nurses_of(&self.world, scope).is_some_and(|nurses| nurses.contains(&staff)) {
            self.office.revoke(&self.world, scope, staff);
            self.stay_away();
            self.sync(who);
            if self.pen.below(2) == 0 && !self.carried[who].has_left {
                self.office.grant(&self.world, scope, staff);
                self.sync(who);
                self.write(who, |pen, device| pen.edit(device).map(Some));
            }
            self.office.review(&self.world, &mut self.pen, self.hostile.staff());
        }
    }

    fn enrol_again(&mut self, who: usize) {
        if self.carried[who].standing() == Standing::SessionEnded {
            self.take_back(who);
            self.carried[who].enrol_again(&self.world);
        }
    }

    fn sync(&mut self, who: usize) {
        let beside =
            if self.pen.dice.random_ratio(1, 8) { fault_of_tokens(&mut self.pen) } else { Fault::None };
        let fault = fault(&mut self.pen);
        let synced = self.carried[who].sync(&self.world, fault, beside);
        self.take_back_if_wiped(who, synced);
    }

    /// A phone that was wiped is given back, and its nurse gets another.
    fn take_back_if_wiped(&mut self, who: usize, synced: Result<(), ErrorKind>) {
        if synced != Err(ErrorKind::Wiped) {
            return;
        }
        self.take_back(who);
        let name = format!("nurse-{who}-{}", self.wiped.len());
        let staff = self.carried[who].phone.staff;
        let new = Carried::new(&self.world, self.world.phone_of(self.world.agency.id, staff, &name));
        let old = std::mem::replace(&mut self.carried[who], new);
        old.holds_nothing();
        // Where the server has not heard of it, the next contact tells it.
        assert_eq!(old.phone.try_sync(&self.world), Err(ErrorKind::Wiped));
        assert_eq!(old.phone.device.server_to_tell_of_wipe(), None);
        self.wiped.push(old);
    }

    /// The office lets everybody in whom it did not ask to wipe, and looks at some of what was set aside. Then the link is
    /// good: all sync until nobody has anything left.
    fn settle(&mut self) {
        for who in 0..self.carried.len() {
            self.let_in(who);
        }
        for who in 0..self.carried.len() {
            self.world.environment.advance_ms(1);
            self.office.review(&self.world, &mut self.pen, self.hostile.staff());
            self.enrol_again(who);
            self.sync(who);
        }
        self.world.environment.advance_ms(1);
        for _ in 0..2 {
            for carried in &mut self.carried {
                carried.sync(&self.world, Fault::None, Fault::None).unwrap();
            }
        }
    }

    fn let_in(&mut self, who: usize) {
        let synced = self.carried[who].sync(&self.world, Fault::None, Fault::None);
        self.take_back_if_wiped(who, synced);
        match synced {
            Err(ErrorKind::EnrolAgain) => self.enrol_again(who),
            Err(ErrorKind::Locked) => {
                let unsent = self.carried[who].unsent();
                assert!(!self.carried[who].shows_what_it_may(&self.world));
                self.take_back(who);
                let carried = &mut self.carried[who];
                if carried.is_locked {
                    self.office.lock_or_unlock(&self.world, carried);
                }
                assert!(!carried.shows_what_it_may(&self.world), "it has not heard of it yet");
                assert_eq!(carried.unsent(), unsent);
            }
            _ => {}
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.world.environment.now()
    }
}
