//! Two agencies on one server that hold the same ids: whatever one of them can be asked for, the other has as well.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use doorstep_client_core::document::{Author, Authors, Changeset, Document, Header, StoreId, Version, admit};
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::{AgencyId, DeviceId, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::appointment::Appointment;
use doorstep_client_core::record::attachment::Attachment;
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::task::Task;
use doorstep_client_core::record::{AnyRecord, Kind};
use doorstep_server::auth::Bearer;
use doorstep_server::files::{Chunk, FileId};
use doorstep_server::merge::{self, Save};
use doorstep_server::review::{Queue, ReviewKind};
use doorstep_server::store::{
    Act, Agency, Agent, AuditQuery, Contact, FileHash, LogWrite, NewDevice, Role, Seq, SetAside, StaffMember,
};
use doorstep_tests::office::Office;
use doorstep_tests::rogue::creation;
use sha2::{Digest, Sha256};
use tokio::runtime::Runtime;

/// Who calls. Each is in both agencies, under the same id and with a phone of the same id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// The nurse of every case.
    Nurse,
    /// A nurse of none.
    Other,
    Office,
    /// Her phone is locked.
    Admin,
    /// An admin who has left, and has no phone.
    Left,
}

impl Who {
    pub(crate) const ALL: [Self; 5] = [Self::Nurse, Self::Other, Self::Office, Self::Admin, Self::Left];

    pub(crate) fn staff(self) -> StaffId {
        StaffId::from_bytes([0x10 + self as u8; 16])
    }

    pub(crate) fn device(self) -> DeviceId {
        DeviceId::from_bytes([0x20 + self as u8; 16])
    }

    pub(crate) fn role(self) -> Role {
        match self {
            Self::Nurse | Self::Other => Role::Nurse,
            Self::Office => Role::Office,
            Self::Admin | Self::Left => Role::Admin,
        }
    }
}

/// What a route can name.
#[derive(Clone)]
pub(crate) struct Things {
    pub(crate) scope: ScopeId,
    /// The case's patient, in which two values of `preferred` are in conflict.
    pub(crate) patient: RecordId,
    /// The patient's version.
    pub(crate) version: Version,
    /// The conflict's values, as they are picked.
    pub(crate) picks: Vec<String>,
    /// An appointment in the case, and its version.
    pub(crate) appointment: RecordId,
    pub(crate) appointment_version: Version,
    /// An attachment in the case, and its file, which is here whole.
    pub(crate) attachment: RecordId,
    pub(crate) file: FileHash,
    /// A file that another attachment names, of which nothing has arrived.
    pub(crate) unsent: Vec<u8>,
    pub(crate) staff: StaffId,
    /// Whom the case is not assigned to yet.
    pub(crate) assignee: StaffId,
    pub(crate) device: DeviceId,
    /// What was set aside.
    pub(crate) aside: String,
    pub(crate) late: Seq,
    /// What the review queue says of the phone's clock, and in which state.
    pub(crate) entry: String,
    pub(crate) state: String,
}

/// An agency.
pub(crate) struct Side {
    pub(crate) agency: AgencyId,
    /// A word that everything of this agency's contains, and nothing of the other's.
    pub(crate) word: &'static str,
    /// What both have, under the same ids.
    pub(crate) shared: Things,
    /// What this one alone has.
    pub(crate) own: Things,
}

impl Side {
    /// What tells that something is this agency's and not the other's.
    pub(crate) fn marks(&self) -> [String; 7] {
        let Things { scope, patient, staff, device, aside, .. } = &self.own;
        let (agency, word, aside) = (self.agency.to_string(), self.word.to_owned(), aside.clone());
        [agency, word, scope.to_string(), patient.to_string(), staff.to_string(), device.to_string(), aside]
    }
}

/// Two agencies on a server.
pub(crate) struct Ground<'o> {
    pub(crate) office: &'o Office,
    pub(crate) sides: [Side; 2],
}

impl<'o> Ground<'o> {
    /// Founds both.
    pub(crate) fn new(office: &'o Office) -> Self {
        let dice: &dyn Environment = &SystemEnvironment;
        let store = StoreId::new(&mut dice.entropy());
        let aside = |byte| {
            let (scope, record) = (ScopeId::from_bytes([byte; 16]), RecordId::from_bytes([byte + 2; 16]));
            (record, creation(scope, record, task("Walks"), Author { staff: Who::Other.staff(), store }))
        };
        // What is set aside is known by its bytes: those are the same in both.
        let shared = aside(0x40);
        let sides = [("Alder", 0x50), ("Birch", 0x60)].map(|(word, own)| {
            let founding = Founding { office, agency: AgencyId::new(dice.now(), &mut dice.entropy()), word };
            founding.people();
            let shared = founding.things(0x40, Who::Nurse.staff(), Who::Nurse.device(), shared.clone());
            let (staff, device) = (StaffId::from_bytes([own + 4; 16]), DeviceId::from_bytes([own + 5; 16]));
            founding.hire(staff, Role::Nurse, true, Some(device));
            if word == "Birch" {
                founding.create(
                    0x6f,
                    Kind::Task,
                    task("so that the next of this one is no seq of the other").into(),
                );
            }
            let own = founding.things(own, staff, device, aside(own));
            Side { agency: founding.agency, word, shared, own }
        });
        let [alder, birch] = &sides;
        assert_eq!((alder.shared.late, &alder.shared.aside), (birch.shared.late, &birch.shared.aside));
        assert!(alder.own.late != birch.own.late && alder.own.aside != birch.own.aside);
        Self { office, sides }
    }

    /// Each side, and the other.
    pub(crate) fn pairs(&self) -> [(&Side, &Side); 2] {
        let [alder, birch] = &self.sides;
        [(alder, birch), (birch, alder)]
    }

    /// A token for the office's API.
    pub(crate) fn office_token(&self, side: &Side, who: Who) -> String {
        self.issue(Bearer::Staff(side.agency, who.staff()))
    }

    /// A phone's access token.
    pub(crate) fn phone_token(&self, side: &Side, who: Who) -> String {
        self.issue(Bearer::Device(side.agency, who.device()))
    }

    fn issue(&self, bearer: Bearer) -> String {
        self.office.app().keys.issue(bearer, SystemEnvironment.now()).unwrap().0
    }

    /// All that an agency holds, as text.
    pub(crate) fn holdings(&self, side: &Side) -> String {
        let store = &self.office.app().store;
        let snapshot = store.snapshot(side.agency).unwrap();
        let mut held = format!("{:?} {:?}", snapshot.agency(), snapshot.devices());
        write!(held, "{:?} {:?}", snapshot.cases(SystemEnvironment.now()), snapshot.activity(0, 1_000))
            .unwrap();
        for member in snapshot.all_staff().unwrap() {
            write!(held, "{member:?} {:?}", snapshot.grants_of(member.id)).unwrap();
        }
        let cases = snapshot.cases(SystemEnvironment.now()).unwrap().into_iter().map(|case| case.scope.id);
        for scope in cases.chain([DIRECTORY]) {
            let documents = snapshot.documents(scope, None, 1_000, usize::MAX).unwrap();
            write!(held, "{:?} {documents:?}", snapshot.views(scope)).unwrap();
            let files = Runtime::new().unwrap().block_on(self.office.app().files.in_case(side.agency, scope));
            write!(held, "{:?}", files.unwrap().into_iter().collect::<BTreeSet<_>>()).unwrap();
        }
        write!(held, "{:?} {:?}", snapshot.quarantined(1_000), store.waiting(side.agency)).unwrap();
        write!(held, "{:?} {:?}", store.late_work(side.agency), store.token_reuses(side.agency)).unwrap();
        write!(held, "{:?} {:?}", store.account_states(side.agency), store.seen(side.agency)).unwrap();
        let all = AuditQuery { rows_max: 1_000, ..AuditQuery::default() };
        write!(held, "{:?}", store.audit_entries(side.agency, all)).unwrap();
        held
    }
}

/// The refresh token of a phone.
pub(crate) fn refresh_token(agency: AgencyId, device: DeviceId) -> String {
    format!("{agency} {device}")
}

/// The directory of both.
pub(crate) const DIRECTORY: ScopeId = ScopeId::from_bytes([0x30; 16]);

/// What a file of these bytes is known by.
pub(crate) fn hash(bytes: &[u8]) -> FileHash {
    FileHash(Sha256::digest(bytes).into())
}

pub(crate) fn task(title: &str) -> Task {
    Task { title: title.to_owned(), ..Task::default() }
}

/// An agency that is being founded.
struct Founding<'o> {
    office: &'o Office,
    agency: AgencyId,
    word: &'static str,
}

impl Founding<'_> {
    fn act(&self) -> Act {
        Act { by: Agent::Command, at: SystemEnvironment.now() }
    }

    /// The agency, and its staff with their phones.
    fn people(&self) {
        let (name, created_at) = (format!("{} agency", self.word), SystemEnvironment.now());
        let agency = Agency { id: self.agency, name, directory: DIRECTORY, created_at };
        self.office.app().store.create_agency(agency).unwrap();
        for who in Who::ALL {
            let device = (who != Who::Left).then(|| who.device());
            self.hire(who.staff(), who.role(), who != Who::Left, device);
        }
        let store = &self.office.app().store;
        store.set_device_locked(self.agency, Who::Admin.device(), true, self.act()).unwrap();
    }

    fn hire(&self, id: StaffId, role: Role, is_active: bool, device: Option<DeviceId>) {
        let store = &self.office.app().store;
        let name = format!("{} {role:?}", self.word);
        store.add_staff(self.agency, StaffMember { id, name, role, is_active }).unwrap();
        let Some(device) = device else { return };
        let (now, secret) = (SystemEnvironment.now(), refresh_token(self.agency, device));
        let hash = Sha256::digest(secret).into();
        let new = NewDevice {
            id: device,
            name: format!("{} phone", self.word),
            app_version: "1.0".to_owned(),
            clock_skew_s: 0,
            refresh_token_hash: hash,
        };
        let expires_at = now.saturating_add_ms(60_000);
        store.add_enrolment_code(self.agency, id, hash, expires_at, self.act()).unwrap();
        store.enrol(hash, new, now).unwrap().unwrap();
    }

    /// A case that is assigned, with its patient in conflict, late work, and something set aside.
    fn things(&self, byte: u8, staff: StaffId, device: DeviceId, aside: (RecordId, Changeset)) -> Things {
        let store = &*self.office.app().store;
        let (scope, patient) = (ScopeId::from_bytes([byte; 16]), RecordId::from_bytes([byte + 1; 16]));
        let named = |preferred: &str| -> AnyRecord {
            let (given, family) = ("Rosa".to_owned(), self.word.to_owned());
            Patient { given, family, preferred: preferred.to_owned(), ..Patient::default() }.into()
        };
        let seen = self.create(byte, Kind::Patient, named(""));
        for preferred in ["Rosie", "Rosita"] {
            let (save, now) = (Save::Edit(patient, seen.clone()), SystemEnvironment.now());
            merge::save(store, self.agency, Who::Office.staff(), &save, &named(preferred), now).unwrap();
        }
        for nurse in [Who::Nurse.staff(), staff] {
            store.grant(self.agency, scope, nurse, self.act()).unwrap();
        }
        let late = self.late_work(scope, RecordId::from_bytes([byte + 3; 16]));
        let (record, changes) = aside;
        let (reason, received_at) = ("no_grant".to_owned(), SystemEnvironment.now());
        let (device_of, staff_of) = (Who::Other.device(), Who::Other.staff());
        let set_aside = SetAside {
            record: Some(record),
            scope: Some(scope),
            device: device_of,
            staff: staff_of,
            reason,
            changes,
            received_at,
        };
        store.set_aside(self.agency, vec![set_aside]).unwrap();
        let waiting = store.waiting(self.agency).unwrap();
        let aside = waiting.iter().find(|waiting| waiting.record == Some(record)).unwrap().id;
        let (entry, state) = self.clock_off(device);
        let stored = store.snapshot(self.agency).unwrap().record(patient).unwrap().unwrap();
        let conflict = Document::load(&stored.document).unwrap().conflicts().remove(0);
        let (appointment, appointment_version) = self.appointment(scope, byte + 6);
        let (attachment, unsent) =
            (RecordId::from_bytes([byte + 8; 16]), RecordId::from_bytes([byte + 9; 16]));
        let (here, to_come) = (self.file(byte, "here"), self.file(byte, "to come"));
        self.attach(scope, attachment, &here);
        self.attach(scope, unsent, &to_come);
        Things {
            attachment,
            file: self.arrives(scope, here),
            unsent: to_come,
            scope,
            patient,
            version: stored.stamp.version,
            appointment,
            appointment_version,
            picks: conflict.values.into_iter().map(|value| value.id).collect(),
            staff,
            assignee: Who::Other.staff(),
            device,
            aside: aside.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}")),
            late,
            entry,
            state,
        }
    }

    /// An appointment in a case, at its version.
    fn appointment(&self, scope: ScopeId, byte: u8) -> (RecordId, Version) {
        let (id, now) = (RecordId::from_bytes([byte; 16]), SystemEnvironment.now());
        // Far from now, whether it is to come is no matter of a moment.
        let start = Some(now.saturating_add_ms(24 * 3_600_000));
        let appointment = Appointment { start, reason: self.word.to_owned(), ..Appointment::default() };
        let save = Save::Create(Header { id, scope, kind: Kind::Appointment });
        let store = &*self.office.app().store;
        let saved = merge::save(store, self.agency, Who::Office.staff(), &save, &appointment.into(), now);
        (id, saved.unwrap())
    }

    /// The bytes of a file.
    fn file(&self, byte: u8, what: &str) -> Vec<u8> {
        format!("{} file {byte:02x} that is {what}", self.word).into_bytes()
    }

    /// An attachment that names a file.
    fn attach(&self, scope: ScopeId, id: RecordId, bytes: &[u8]) {
        let attachment = Attachment {
            sha256: hash(bytes).to_string(),
            media_type: "image/png".to_owned(),
            size_bytes: Some(bytes.len() as i64),
            ..Attachment::default()
        };
        let save = Save::Create(Header { id, scope, kind: Kind::Attachment });
        let (store, now) = (&*self.office.app().store, SystemEnvironment.now());
        merge::save(store, self.agency, Who::Office.staff(), &save, &attachment.into(), now).unwrap();
    }

    /// A file arrives.
    fn arrives(&self, scope: ScopeId, bytes: Vec<u8>) -> FileHash {
        let file = FileId { agency: self.agency, scope, hash: hash(&bytes) };
        let chunk = Chunk { offset: 0, length: bytes.len() as u64, bytes: bytes.into() };
        let kept = Runtime::new().unwrap().block_on(self.office.app().files.put(&file, chunk));
        // It is here from the ground before.
        assert!(kept.is_ok() || kept.is_err_and(|error| error.to_string().contains("are here")));
        file.hash
    }

    /// A phone's clock is off: what the review queue says of it.
    fn clock_off(&self, device: DeviceId) -> (String, String) {
        let store = &*self.office.app().store;
        let (at, store_id) = (SystemEnvironment.now(), StoreId([3; 8]));
        let contact = Contact { at, unsent_count: 0, clock_skew_s: 600, cursor_seq: None, store: store_id };
        store.note_contact(self.agency, device, contact).unwrap();
        let queue = Queue::read(store, self.agency, Some(ReviewKind::ClockSkew), at).unwrap();
        let mut entries = queue.page(None, None, true).entries.into_iter();
        let entry = entries.find(|entry| entry.device == Some(device)).unwrap();
        (entry.id, entry.state)
    }

    /// A record whose ids come from `byte`, as the office writes one.
    fn create(&self, byte: u8, kind: Kind, record: AnyRecord) -> Version {
        let (scope, id) = (ScopeId::from_bytes([byte; 16]), RecordId::from_bytes([byte + 1; 16]));
        let save = Save::Create(Header { id, scope, kind });
        let (store, now) = (&*self.office.app().store, SystemEnvironment.now());
        merge::save(store, self.agency, Who::Office.staff(), &save, &record, now).unwrap()
    }

    /// Work of a nurse whose assignment had ended when it arrived.
    fn late_work(&self, scope: ScopeId, record: RecordId) -> Seq {
        let (staff, dice): (_, &dyn Environment) = (Who::Other.staff(), &SystemEnvironment);
        let by = Author { staff, store: StoreId::new(&mut dice.entropy()) };
        let changes = creation(scope, record, task(&format!("{} walks", self.word)), by);
        let admitted = admit(None, record, &changes, Authors::Only(staff)).unwrap();
        let (origin, device) = (Some(by.store), Some(Who::Other.device()));
        let log = LogWrite { origin, device, staff, changes, received_at: dice.now() };
        let write = merge::write(admitted, None, log, false, true);
        self.office.app().store.commit(self.agency, vec![write]).unwrap().remove(0).unwrap()
    }
}
