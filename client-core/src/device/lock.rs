//! What keeps the phone shut. Nothing is lost behind it, and exchanges go on.

use super::{Device, Error, ErrorKind};
use crate::record::agency::Agency;
use crate::record::{Kind, Timestamp};
use crate::store::{Guard, Lease, Reader, Store, Which, Writer};

/// Why the phone is shut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// The office has locked it.
    Office,
    /// It was offline for longer than the agency allows.
    Lease,
}

impl Lock {
    /// What keeps a phone shut at this time by its clock; the office's word first.
    pub(super) fn of(guard: &Guard, clock: Timestamp) -> Option<Self> {
        if guard.is_locked {
            return Some(Self::Office);
        }
        guard.lease.is_some_and(|lease| lease.is_over(clock)).then_some(Self::Lease)
    }

    fn error(self) -> Error {
        match self {
            Self::Office => Error::new(ErrorKind::Locked, "the office has locked this phone"),
            Self::Lease => Error::new(
                ErrorKind::LeaseExpired,
                "the phone was offline, by its clock, for longer than the agency allows",
            ),
        }
    }
}

impl Device {
    /// Refuses while something keeps the phone shut. Notes now and then what the clock shows, so that turning it back
    /// opens nothing.
    pub(super) fn ensure_open(&self, store: &mut Store) -> Result<(), Error> {
        let (guard, clock) = (store.reader().guard()?, self.now());
        if let Some(lease) = guard.lease.filter(|lease| lease.is_worth_noting(clock)) {
            let noted = Guard { lease: Some(lease.seen(clock)), ..guard };
            store.transaction(|writer| writer.set_guard(&noted))?;
        }
        Lock::of(&guard, clock).map_or(Ok(()), |lock| Err(lock.error()))
    }

    /// The office has locked the phone.
    pub(super) fn lock(&self) -> Result<(), Error> {
        self.write_even_locked(|writer| {
            let guard = writer.guard()?;
            Ok(writer.set_guard(&Guard { is_locked: true, ..guard })?)
        })
    }
}

/// The office has let the phone exchange: it is open, and its lease begins anew.
pub(super) fn open(writer: &Writer<'_>, clock: Timestamp) -> Result<(), Error> {
    let lease = Lease::begin(clock, lease_days(writer)?);
    Ok(writer.set_guard(&Guard { is_locked: false, lease: Some(lease) })?)
}

/// What the agency allows; none until its record has come.
fn lease_days(reader: &Reader<'_>) -> Result<Option<i64>, Error> {
    let agencies = reader.list(Which { kind: Some(Kind::Agency), ..Which::default() })?;
    let agency = agencies.into_iter().find(|agency| !agency.is_entered_in_error);
    let record = agency.and_then(|listed| Kind::Agency.from_json(listed.view).ok());
    Ok(record.and_then(|record| Agency::try_from(record).ok()).map(|agency| agency.offline_lease_days()))
}
