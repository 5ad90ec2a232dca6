//! A nurse's phone, and what it is held to at every sync: it is open or shut, known or not, as the office has it.

use std::path::PathBuf;

use doorstep_client_core::device::{ErrorKind, Lock};
use doorstep_client_core::environment::Environment;
use doorstep_client_core::ids::DeviceId;
use doorstep_client_core::record::Timestamp;
use doorstep_client_core::record::agency::OFFLINE_LEASE_DAYS;
use doorstep_server::store::Standing;
use doorstep_tests::world::{Fault, Phone, World};
use serde_json::Value;

use crate::pen::Saved;

pub(crate) const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A phone that a nurse carries.
pub(crate) struct Carried {
    pub(crate) phone: Phone,
    /// Who it is to the office; the last of those that it has been.
    pub(crate) ids: Vec<DeviceId>,
    /// Everything that was saved on it.
    pub(crate) work: Vec<Work>,
    /// What the office has made of it.
    pub(crate) is_locked: bool,
    pub(crate) is_to_be_wiped: bool,
    /// Whether its nurse has left.
    pub(crate) has_left: bool,
    /// Whether somebody has shown an old token of it.
    pub(crate) is_session_over: bool,
    /// Whether it has heard that it is locked, and nothing else since.
    pub(crate) has_heard_lock: bool,
    /// When it last heard the end of an answer.
    pub(crate) last_contact: Timestamp,
    /// The tokens that it has bought others with, in order.
    pub(crate) tokens: Vec<String>,
}

/// A save that returned on a phone.
pub(crate) struct Work {
    pub(crate) saved: Saved,
    /// Whether the phone has said since that it is sent.
    pub(crate) is_acked: bool,
}

impl Carried {
    pub(crate) fn new(world: &World, phone: Phone) -> Self {
        let mut carried = Self {
            phone,
            ids: Vec::new(),
            work: Vec::new(),
            is_locked: false,
            is_to_be_wiped: false,
            has_left: false,
            is_session_over: false,
            has_heard_lock: false,
            last_contact: world.environment.now(),
            tokens: Vec::new(),
        };
        carried.note_enrolment(world);
        carried
    }

    pub(crate) fn id(&self) -> DeviceId {
        *self.ids.last().unwrap()
    }

    /// How it stands with the office.
    pub(crate) fn standing(&self) -> Standing {
        match self {
            Self { is_to_be_wiped: true, .. } => Standing::Wiping,
            Self { is_session_over: true, .. } => Standing::SessionEnded,
            Self { is_locked: true, .. } | Self { has_left: true, .. } => Standing::Locked,
            _ => Standing::Welcome,
        }
    }

    /// What keeps it shut, by all that it can know.
    pub(crate) fn lock(&self, now: Timestamp) -> Option<Lock> {
        let offline_ms = now.as_millisecond() - self.last_contact.as_millisecond();
        match self.has_heard_lock {
            true => Some(Lock::Office),
            false => (offline_ms > OFFLINE_LEASE_DAYS * DAY_MS).then_some(Lock::Lease),
        }
    }

    /// Asserts that a shut phone shows nothing and an open one its nurse's cases. Returns whether it is open.
    pub(crate) fn shows_what_it_may(&self, world: &World) -> bool {
        let lock = self.lock(world.environment.now());
        assert_eq!(self.phone.device.sync_status().unwrap().lock, lock);
        let kind = lock.map(|lock| match lock {
            Lock::Office => ErrorKind::Locked,
            Lock::Lease => ErrorKind::LeaseExpired,
        });
        let device = &self.phone.device;
        let asked = [
            device.caseload().map(drop),
            device.search("Sample", None, 9).map(drop),
            device.conflicts().map(drop),
        ];
        for shown in asked {
            assert_eq!(shown.err().map(|error| error.kind()), kind, "{lock:?}");
        }
        lock.is_none()
    }

    /// Syncs over a link that does this to it, and asserts that what comes of it is what the office says.
    pub(crate) fn sync(&mut self, world: &World, fault: Fault, beside: Fault) -> Result<(), ErrorKind> {
        let (before, unsent) = (world.passed_count(), self.unsent());
        world.next_fault(fault);
        world.next_fault_beside_exchanges(beside);
        let synced = self.phone.try_sync(world);
        world.mend_link();
        self.learn_tokens(world, before);
        let is_disturbed = fault != Fault::None || beside != Fault::None;
        let is_lost = matches!(synced, Err(ErrorKind::Network | ErrorKind::Server));
        if !(is_lost && is_disturbed) {
            let expected = match self.standing() {
                Standing::Welcome => Ok(()),
                Standing::Locked => Err(ErrorKind::Locked),
                Standing::SessionEnded => Err(ErrorKind::EnrolAgain),
                Standing::Wiping | Standing::Wiped => Err(ErrorKind::Wiped),
            };
            assert_eq!(synced, expected);
        }
        if synced == Err(ErrorKind::Wiped) {
            return synced;
        }
        if !is_lost && synced.is_err() {
            assert_eq!(self.unsent(), unsent, "a phone that is refused keeps its work");
        }
        self.has_heard_lock |= synced == Err(ErrorKind::Locked);
        let status = self.phone.device.sync_status().unwrap();
        if status.last_success == Some(world.environment.now()) {
            self.note_contact(world);
        }
        self.note_acked();
        synced
    }

    /// Enrols it anew for its nurse, after which it is another phone to the office.
    pub(crate) fn enrol_again(&mut self, world: &World) {
        let unsent = self.unsent();
        self.phone.enrol(world, world.agency.id);
        assert_eq!(self.unsent(), unsent, "enrolling it anew keeps its work");
        self.note_enrolment(world);
        (self.is_locked, self.is_session_over) = (false, false);
    }

    /// Asserts that nothing is left of a phone that was wiped.
    pub(crate) fn holds_nothing(&self) {
        assert_eq!(self.phone.device.caseload().unwrap_err().kind(), ErrorKind::Wiped);
        assert_eq!(self.phone.device.sync_status().unwrap_err().kind(), ErrorKind::Wiped);
        for suffix in ["", "-wal", "-shm", "-journal", ".installation", ".edits"] {
            let file = PathBuf::from(format!("{}{suffix}", self.phone.path.display()));
            assert!(!file.exists(), "{suffix} is left");
        }
    }

    pub(crate) fn unsent(&self) -> Option<u32> {
        self.phone.device.sync_status().ok().map(|status| status.unsent_changes)
    }

    fn note_enrolment(&mut self, world: &World) {
        self.ids.push(self.phone.device.enrolment().unwrap().unwrap().device);
        self.tokens.clear();
        self.note_contact(world);
    }

    fn note_contact(&mut self, world: &World) {
        self.last_contact = world.environment.now();
        self.has_heard_lock = false;
    }

    fn learn_tokens(&mut self, world: &World, since: usize) {
        let passed = world.passed_since(since).into_iter();
        for passed in passed.filter(|passed| passed.request.path == "/v1/token" && passed.status == 200) {
            let asked: Value = serde_json::from_slice(&passed.request.body).unwrap();
            self.tokens.push(asked["refresh_token"].as_str().unwrap().to_owned());
        }
    }

    /// Notes what the phone says to be sent.
    fn note_acked(&mut self) {
        let status = self.phone.device.sync_status().unwrap();
        for work in self.work.iter_mut().filter(|work| !work.is_acked) {
            let record = work.saved.record;
            let is_refused = status.refused.iter().any(|refused| refused.record == record);
            let is_sent = status.is_all_sent
                || self.phone.device.read(record).is_ok_and(|read| read.unsent_changes == 0 && !is_refused);
            work.is_acked = is_sent;
        }
    }
}
