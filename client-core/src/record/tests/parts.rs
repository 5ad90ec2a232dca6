//! What records are put together of in tests.

use super::*;

pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millisecond(1_795_500_000_000 + seconds * 1_000)
        .expect("the samples hold what can be read")
}

pub(super) fn date(text: &str) -> Date {
    text.parse().expect("the samples hold what can be read")
}

pub(super) fn period(start: &str, end: &str) -> Option<Period> {
    Some(Period { start: Some(date(start)), end: Some(date(end)) })
}

pub(super) fn snomed(code: &str, display: &str) -> Option<Coding> {
    Some(Coding::new(code_system::SNOMED_CT, code, display))
}

pub(super) fn record(number: u8) -> RecordId {
    RecordId::from_bytes([number; 16])
}

pub(super) fn someone() -> StaffId {
    StaffId::from_bytes([1; 16])
}

/// A collection of one element, `k1`.
pub(super) fn one<T>(element: T) -> Keyed<T> {
    [("k1".into(), element)].into()
}

pub(super) fn phones() -> Keyed<Phone> {
    one(Phone { number: "+1 508 555 0100".into(), purpose: PhoneUse::Mobile, note: "Evenings".into() })
}
