//! Record ids out of a source's own ids: the same bundle yields the same records every time.

use doorstep_client_core::ids::{RecordId, ScopeId};
use sha2::{Digest, Sha256};

/// The record of a resource: its id where that is a UUID, else a hash of `identity`, which names it among all
/// sources (its absolute URL, or its type and id).
pub(super) fn record_of(id: &str, identity: &str) -> RecordId {
    id.parse().unwrap_or_else(|_| RecordId::from_bytes(hashed(&[b"resource", identity.as_bytes()])))
}

/// The case of a patient.
pub(super) fn case_of(patient: RecordId) -> ScopeId {
    ScopeId::from_bytes(*patient.as_bytes())
}

/// The record, in one case, of somebody who takes part in several: a record belongs to one case only.
pub(super) fn member_of(case: ScopeId, practitioner: RecordId) -> RecordId {
    RecordId::from_bytes(hashed(&[b"care team member", case.as_bytes(), practitioner.as_bytes()]))
}

/// 16 bytes of SHA-256 in the form of a UUID of version 8, which is for ids made by one's own rule (RFC 9562).
fn hashed(parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let mut bytes: [u8; 16] = std::array::from_fn({
        let digest = hash.finalize();
        move |index| digest[index]
    });
    bytes[6] = 0x80 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_stays_and_any_other_id_is_hashed_with_what_makes_it_unique() {
        let uuid = "8008b382-91cc-468f-95e5-7d6982b7ebb9";
        assert_eq!(record_of(uuid, "Patient/x").to_string(), uuid);
        let patient = record_of("1", "Patient/1");
        assert_eq!(patient, record_of("1", "Patient/1"));
        assert_ne!(patient, record_of("1", "Condition/1"));
        assert_eq!(patient.to_string().as_bytes()[14], b'8');
    }

    #[test]
    fn one_practitioner_is_another_record_in_every_case() {
        let doctor = record_of("7", "Practitioner/7");
        let [one, other] = ["1", "2"].map(|id| case_of(record_of(id, &format!("Patient/{id}"))));
        assert_ne!(member_of(one, doctor), member_of(other, doctor));
    }
}
