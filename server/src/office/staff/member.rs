//! Somebody who works here or did, as the pages show her.

use std::collections::HashMap;

use doorstep_client_core::care::alerts::Severity;
use doorstep_client_core::care::credentials::expiring;
use doorstep_client_core::ids::{DeviceId, StaffId};
use doorstep_client_core::limits::CLOCK_SKEW_SECONDS_MAX;
use doorstep_client_core::record::staff::Staff;
use doorstep_client_core::record::{AnyRecord, Kind};
use serde_json::Value as Json;

use crate::http::Problem;
use crate::office::form::{self, Context};
use crate::office::frame::rules;
use crate::office::local::Local;
use crate::review::Clock;
use crate::store::{AccountState, EnrolledDevice, RecordView, Role, Snapshot, StaffMember, Standing, Store};

/// A member of staff.
pub(super) struct Member {
    pub(super) id: StaffId,
    pub(super) name: String,
    pub(super) role: Role,
    pub(super) is_active: bool,
    pub(super) account: Option<AccountState>,
    pub(super) credentials: Vec<CredentialLine>,
    pub(super) phones: Vec<PhoneLine>,
    /// Whether the directory has a record of her, in which her licences stand.
    pub(super) has_record: bool,
}

/// A licence or a certificate.
pub(super) struct CredentialLine {
    pub(super) what: String,
    pub(super) state: String,
    pub(super) number: String,
    /// Its last day.
    pub(super) expires: Option<String>,
    pub(super) standing: CredentialStanding,
}

/// Whether a licence or certificate holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum CredentialStanding {
    Good,
    Expiring,
    Expired,
    Ended,
}

/// A phone.
pub(super) struct PhoneLine {
    pub(super) id: DeviceId,
    pub(super) name: String,
    pub(super) version: String,
    pub(super) standing: Standing,
    pub(super) unsent_count: u32,
    pub(super) synced: String,
    pub(super) enrolled: String,
    /// By how many minutes its clock is off, where that is too many.
    pub(super) clock_minutes: Option<i64>,
}

impl Member {
    /// The message of what she may do.
    pub(super) fn role_message(&self) -> String {
        format!("code-staff-role-{}", self.role.code())
    }

    /// Those that have run out or are about to.
    pub(super) fn ending(&self) -> impl Iterator<Item = &CredentialLine> {
        let is_ending = |line: &&CredentialLine| {
            matches!(line.standing, CredentialStanding::Expiring | CredentialStanding::Expired)
        };
        self.credentials.iter().filter(is_ending)
    }

    /// How many hold.
    pub(super) fn good_count(&self) -> usize {
        self.credentials.iter().filter(|line| line.standing == CredentialStanding::Good).count()
    }
}

impl CredentialLine {
    /// The message of its standing.
    pub(super) fn message(&self) -> &'static str {
        match self.standing {
            CredentialStanding::Good => "credential-good",
            CredentialStanding::Expiring => "credential-expiring",
            CredentialStanding::Expired => "credential-expired",
            CredentialStanding::Ended => "credential-ended",
        }
    }

    /// The class of its tag.
    pub(super) fn class(&self) -> &'static str {
        match self.standing {
            CredentialStanding::Good => "good",
            CredentialStanding::Expiring => "warning",
            CredentialStanding::Expired => "bad",
            CredentialStanding::Ended => "",
        }
    }
}

impl PhoneLine {
    /// A phone as it stands.
    pub(super) fn of(device: EnrolledDevice, local: &Local) -> Self {
        let synced = match device.last_contact_at {
            None => local.words.say("phone-never-synced").into_owned(),
            Some(at) => local.words.with("phone-synced", "when", local.ago(at)).into_owned(),
        };
        Self {
            standing: device.standing(),
            id: device.id,
            unsent_count: device.unsent_count,
            synced,
            enrolled: local.moment(device.enrolled_at),
            clock_minutes: Some(device.clock_skew_s)
                .filter(|ahead_s| ahead_s.abs() > CLOCK_SKEW_SECONDS_MAX)
                .map(|ahead_s| ahead_s / 60),
            name: device.name,
            version: device.app_version,
        }
    }

    /// The message of its standing.
    pub(super) fn message(&self) -> &'static str {
        match self.standing {
            Standing::Welcome => "phone-welcome",
            Standing::Locked => "phone-locked",
            Standing::SessionEnded => "phone-session-ended",
            Standing::Wiping => "phone-wiping",
            Standing::Wiped => "phone-wiped",
        }
    }

    /// The class of its tag.
    pub(super) fn class(&self) -> &'static str {
        match self.standing {
            Standing::Welcome => "good",
            Standing::Wiped => "",
            _ => "bad",
        }
    }

    /// Whether it can be locked.
    pub(super) fn may_be_locked(&self) -> bool {
        self.standing == Standing::Welcome
    }

    /// Whether it can be unlocked.
    pub(super) fn may_be_unlocked(&self) -> bool {
        self.standing == Standing::Locked
    }

    /// Whether it can be asked to destroy what it holds.
    pub(super) fn may_be_wiped(&self) -> bool {
        !matches!(self.standing, Standing::Wiping | Standing::Wiped)
    }
}

/// Everybody, by name.
pub(super) fn all(store: &dyn Store, snapshot: &dyn Snapshot, local: &Local) -> Result<Vec<Member>, Problem> {
    let staff = snapshot.all_staff()?;
    of(store, snapshot, local, staff)
}

/// Somebody.
pub(super) fn one(
    store: &dyn Store,
    snapshot: &dyn Snapshot,
    local: &Local,
    id: StaffId,
) -> Result<Option<Member>, Problem> {
    let member = snapshot.staff(id)?;
    Ok(of(store, snapshot, local, member.into_iter().collect())?.pop())
}

fn of(
    store: &dyn Store,
    snapshot: &dyn Snapshot,
    local: &Local,
    staff: Vec<StaffMember>,
) -> Result<Vec<Member>, Problem> {
    let accounts = store.account_states(snapshot.agency_id())?.into_iter();
    let mut accounts: HashMap<StaffId, AccountState> = accounts.map(|one| (one.staff, one)).collect();
    let views = snapshot.views(snapshot.agency()?.directory)?;
    let views = views.into_iter().filter(|view| view.stamp.kind == Kind::Staff);
    let mut views: HashMap<StaffId, RecordView> =
        views.map(|view| (StaffId::from(view.stamp.record), view)).collect();
    let mut phones: HashMap<StaffId, Vec<PhoneLine>> = HashMap::new();
    for device in snapshot.devices()? {
        phones.entry(device.staff).or_default().push(PhoneLine::of(device, local));
    }
    let clock = Clock::of(&rules(snapshot)?, local.now());
    let members = staff.into_iter().map(|member| {
        let view = views.remove(&member.id);
        let mut phones = phones.remove(&member.id).unwrap_or_default();
        // Those in use first, of each the newest.
        phones.reverse();
        phones.sort_by_key(|phone| phone.standing == Standing::Wiped);
        Ok(Member {
            account: accounts.remove(&member.id),
            has_record: view.is_some(),
            credentials: view.map(|view| credentials(&view, &clock, local)).transpose()?.unwrap_or_default(),
            phones,
            id: member.id,
            name: member.name,
            role: member.role,
            is_active: member.is_active,
        })
    });
    members.collect()
}

/// The licences and certificates that a record holds: what runs out first, first; what was ended last.
fn credentials(view: &RecordView, clock: &Clock, local: &Local) -> Result<Vec<CredentialLine>, Problem> {
    let unreadable = || {
        tracing::error!("a record of the staff cannot be read");
        Problem::internal()
    };
    let json: Json = serde_json::from_str(&view.view).map_err(|_| unreadable())?;
    let record = Kind::Staff.from_json(json.clone()).map_err(|_| unreadable())?;
    let AnyRecord::Staff(staff) = record else { return Err(unreadable()) };
    let context = Context::bare(&local.words, local.zone());
    let said = |id: &str, field: &str| {
        let value = json.pointer(&format!("/credentials/{id}/{field}")).unwrap_or(&Json::Null);
        form::show(Kind::Staff, &format!("credentials.{id}.{field}"), value, &context)
    };
    let mut lines: Vec<_> = staff.credentials.iter().collect();
    lines.sort_by_key(|(_, one)| (one.ended, one.expires.is_none(), one.expires.map(|day| day.last_day())));
    let lines = lines.into_iter().map(|(id, one)| CredentialLine {
        what: said(&id.0, "credential_type"),
        state: one.state.clone(),
        number: one.number.clone(),
        expires: one.expires.map(|day| local.day(day.last_day()).into_owned()),
        standing: standing(&staff, &id.0, one.ended, clock),
    });
    Ok(lines.collect())
}

fn standing(staff: &Staff, id: &str, has_ended: bool, clock: &Clock) -> CredentialStanding {
    let now = clock.now();
    let ending = expiring(staff, now).into_iter().find(|one| one.element.0 == *id);
    match ending {
        _ if has_ended => CredentialStanding::Ended,
        Some(one) if one.last_day < now.today() => CredentialStanding::Expired,
        Some(one) if one.severity >= Severity::Notice => CredentialStanding::Expiring,
        _ => CredentialStanding::Good,
    }
}
