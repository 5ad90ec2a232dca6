//! A server's store in which somebody else is always a moment faster.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use doorstep_client_core::document::StoreId;
use doorstep_client_core::ids::{AgencyId, DeviceId, ScopeId, StaffId};
use doorstep_client_core::record::Timestamp;
use doorstep_server::store::{
    Account, AccountState, Accounts, Act, Agency, Attempt, AuditEntry, AuditEvent, AuditHead, AuditLog,
    AuditQuery, AuditReport, AuditSearch, Begun, Calendars, CloseReason, Committed, Contact, DeviceHolder,
    FailedAttempt, Identity, InsteadOf, LateWork, NewDevice, NewSession, Outcome, Phones, RecordWrite,
    Review, ReviewOf, Seen, Seq, Session, SetAside, Shown, SignInName, SigningKeys, Snapshot, SqliteStore,
    StaffChange, StaffMember, Stale, Store, StoreError, StoredKey, TokenReuse, Told, Waiting,
};

/// The store. Its first commits find that every record has changed meanwhile.
pub struct Contested {
    store: SqliteStore,
    lost: AtomicUsize,
}

impl Contested {
    /// A store whose next so many commits of records come too late.
    pub fn new(store: SqliteStore, lost: usize) -> Self {
        Self { store, lost: AtomicUsize::new(lost) }
    }
}

/// Methods that the store beneath answers.
macro_rules! beneath {
    ($($name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)+) => {
        $(fn $name(&self, $($argument: $type),*) -> $answer {
            self.store.$name($($argument),*)
        })+
    };
}

impl Store for Contested {
    fn commit(&self, agency: AgencyId, writes: Vec<RecordWrite>) -> Result<Committed, StoreError> {
        let one_less = |lost: usize| lost.checked_sub(1);
        if self.lost.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_ok() {
            return Ok(writes.iter().map(|_| Err(Stale)).collect());
        }
        self.store.commit(agency, writes)
    }

    beneath! {
        identity() -> Identity;
        snapshot(agency: AgencyId) -> Result<Box<dyn Snapshot>, StoreError>;
        set_aside(agency: AgencyId, changesets: Vec<SetAside>) -> Result<(), StoreError>;
        agencies() -> Result<Vec<Agency>, StoreError>;
        create_agency(agency: Agency) -> Result<(), StoreError>;
        close_case(agency: AgencyId, scope: ScopeId, reason: CloseReason, act: Act)
            -> Result<Vec<StaffId>, StoreError>;
        reopen_case(agency: AgencyId, scope: ScopeId, act: Act) -> Result<bool, StoreError>;
        add_staff(agency: AgencyId, staff: StaffMember) -> Result<(), StoreError>;
        grant(agency: AgencyId, scope: ScopeId, staff: StaffId, act: Act) -> Result<Seq, StoreError>;
        assign(agency: AgencyId, scopes: Vec<ScopeId>, to: StaffId, instead_of: InsteadOf, act: Act)
            -> Result<BTreeSet<StaffId>, StoreError>;
        revoke(agency: AgencyId, scope: ScopeId, staff: StaffId, act: Act)
            -> Result<Option<Seq>, StoreError>;
        add_enrolment_code(agency: AgencyId, staff: StaffId, hash: [u8; 32], expires_at: Timestamp, act: Act)
            -> Result<(), StoreError>;
        enrol(code_hash: [u8; 32], device: NewDevice, now: Timestamp)
            -> Result<Option<DeviceHolder>, StoreError>;
        note_contact(agency: AgencyId, device: DeviceId, contact: Contact) -> Result<(), StoreError>;
        signing_keys() -> Result<Vec<StoredKey>, StoreError>;
        add_first_signing_key(key: StoredKey) -> Result<StoredKey, StoreError>;
    }
}

impl AuditLog for Contested {
    beneath! {
        audit(agency: AgencyId, act: Act, events: Vec<AuditEvent>) -> Result<(), StoreError>;
        audit_head(agency: AgencyId) -> Result<AuditHead, StoreError>;
        audit_entries(agency: AgencyId, query: AuditQuery) -> Result<Vec<AuditEntry>, StoreError>;
        search_audit(agency: AgencyId, search: AuditSearch) -> Result<Vec<AuditEntry>, StoreError>;
        verify_audit(agency: AgencyId, noted: Option<AuditHead>) -> Result<AuditReport, StoreError>;
    }
}

impl Review for Contested {
    beneath! {
        known_seq(agency: AgencyId, device: DeviceId, store: StoreId) -> Result<Seq, StoreError>;
        late_work(agency: AgencyId) -> Result<Vec<LateWork>, StoreError>;
        see_late_work(agency: AgencyId, seq: Seq, act: Act) -> Result<Option<LateWork>, StoreError>;
        seen(agency: AgencyId) -> Result<Vec<Seen>, StoreError>;
        see(agency: AgencyId, entry: String, state: String, event: AuditEvent, act: Act)
            -> Result<(), StoreError>;
        waiting(agency: AgencyId) -> Result<Vec<Waiting>, StoreError>;
        set_aside_as(agency: AgencyId, id: [u8; 16]) -> Result<Option<ReviewOf>, StoreError>;
        review(agency: AgencyId, id: [u8; 16], outcome: Outcome, act: Act) -> Result<bool, StoreError>;
        accept(agency: AgencyId, id: [u8; 16], write: RecordWrite, act: Act)
            -> Result<Result<bool, Stale>, StoreError>;
        told(agency: AgencyId, staff: StaffId, after: Seq) -> Result<Vec<Told>, StoreError>;
    }
}

impl SigningKeys for Contested {
    beneath! {
        rotate_signing_key(key: StoredKey, forgotten: Timestamp) -> Result<(), StoreError>;
    }
}

impl Phones for Contested {
    beneath! {
        rotate_refresh_token(shown: [u8; 32], successor: [u8; 32], now: Timestamp)
            -> Result<Option<Shown>, StoreError>;
        token_reuses(agency: AgencyId) -> Result<Vec<TokenReuse>, StoreError>;
        set_device_locked(agency: AgencyId, device: DeviceId, is_locked: bool, act: Act)
            -> Result<(), StoreError>;
        ask_wipe(agency: AgencyId, device: DeviceId, act: Act) -> Result<(), StoreError>;
        note_wiped(refresh_token: [u8; 32], now: Timestamp) -> Result<Option<DeviceHolder>, StoreError>;
    }
}

impl Calendars for Contested {
    beneath! {
        set_calendar_secret(agency: AgencyId, staff: StaffId, hash: [u8; 32], act: Act) -> Result<(), StoreError>;
        revoke_calendar(agency: AgencyId, staff: StaffId, act: Act) -> Result<bool, StoreError>;
        calendar_of_secret(hash: [u8; 32]) -> Result<Option<(AgencyId, StaffMember)>, StoreError>;
        calendars(agency: AgencyId) -> Result<Vec<(StaffId, Timestamp)>, StoreError>;
    }
}

impl Accounts for Contested {
    beneath! {
        hire(agency: AgencyId, member: StaffMember, name: Option<SignInName>, act: Act) -> Result<(), StoreError>;
        set_sign_in_name(agency: AgencyId, staff: StaffId, name: SignInName, act: Act) -> Result<(), StoreError>;
        change_staff(agency: AgencyId, staff: StaffId, change: StaffChange, act: Act)
            -> Result<Option<StaffMember>, StoreError>;
        account(agency: AgencyId, staff: StaffId) -> Result<Option<Account>, StoreError>;
        account_states(agency: AgencyId) -> Result<Vec<AccountState>, StoreError>;
        add_password_code(agency: AgencyId, staff: StaffId, code: [u8; 32], expires_at: Timestamp, act: Act)
            -> Result<(), StoreError>;
        code_holder(code: [u8; 32], now: Timestamp) -> Result<Option<Account>, StoreError>;
        redeem_password_code(code: [u8; 32], password: String, session: NewSession, now: Timestamp)
            -> Result<bool, StoreError>;
        change_password(checked: Account, password: String, kept: [u8; 32], act: Act) -> Result<bool, StoreError>;
        begin_second_factor(agency: AgencyId, staff: StaffId, secret: Vec<u8>) -> Result<(), StoreError>;
        confirm_second_factor(agency: AgencyId, staff: StaffId, secret: Vec<u8>, step: u64, act: Act)
            -> Result<bool, StoreError>;
        remove_second_factor(checked: Account, act: Act) -> Result<bool, StoreError>;
        begin_attempt(attempt: Attempt, now: Timestamp) -> Result<Option<Begun>, StoreError>;
        fail_attempt(failed: FailedAttempt, now: Timestamp) -> Result<(), StoreError>;
        forgive_attempt(counted_under: [u8; 32]) -> Result<(), StoreError>;
        begin_session(counted_under: [u8; 32], checked: Account, session: NewSession, now: Timestamp)
            -> Result<bool, StoreError>;
        session(hash: [u8; 32]) -> Result<Option<Session>, StoreError>;
        note_session(hash: [u8; 32], now: Timestamp) -> Result<(), StoreError>;
        end_session(hash: [u8; 32], act: Act) -> Result<(), StoreError>;
        end_sessions(agency: AgencyId, staff: StaffId, act: Act) -> Result<usize, StoreError>;
    }
}
