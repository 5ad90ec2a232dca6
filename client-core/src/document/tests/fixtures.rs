//! Frozen documents of other versions. `DOORSTEP_FREEZE=1 cargo test -p doorstep-client-core frozen` writes those
//! that are missing; one that exists is never written again.

use std::path::PathBuf;

use automerge::transaction::Transactable;
use automerge::{ObjType, ROOT};

use super::*;

fn frozen(name: &str, make: impl FnOnce() -> AutoCommit) -> Document {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
    if !path.exists() && std::env::var_os("DOORSTEP_FREEZE").is_some() {
        std::fs::write(&path, make().save_nocompress()).unwrap();
    }
    let bytes = std::fs::read(&path).unwrap_or_else(|_| panic!("{name} is part of the repository"));
    Document::load(&bytes).unwrap()
}

/// The header and a name, and nothing else: as a version before most of today's fields might have written.
fn bare() -> AutoCommit {
    let mut doc = AutoCommit::new().with_actor(nurse(1).to_actor());
    doc.put(ROOT, ID_KEY, ScalarValue::Bytes(vec![1; 16])).unwrap();
    doc.put(ROOT, KIND_KEY, "patient").unwrap();
    doc.put(ROOT, SCOPE_KEY, ScalarValue::Bytes(vec![2; 16])).unwrap();
    doc.put(ROOT, "given", "Rosa").unwrap();
    doc.put(ROOT, "family", "Sample").unwrap();
    doc
}

/// With a field, a member of a structure, an element's member, a text and a code that this version does not know.
fn newer() -> AutoCommit {
    let mut doc = bare();
    doc.put(ROOT, "pronouns", "she/her").unwrap();
    doc.put(ROOT, "sex", "a-code-to-come").unwrap();
    let address = doc.put_object(ROOT, "address", ObjType::Map).unwrap();
    doc.put(&address, "city", "Springfield").unwrap();
    doc.put(&address, "key_safe", "1234").unwrap();
    let phones = doc.put_object(ROOT, "phones", ObjType::Map).unwrap();
    let phone = doc.put_object(&phones, "p1", ObjType::Map).unwrap();
    doc.put(&phone, "number", "555 0100").unwrap();
    doc.put(&phone, "does_text", true).unwrap();
    let story = doc.put_object(ROOT, "life_story", ObjType::Text).unwrap();
    doc.splice_text(&story, 0, 0, "Born by the sea.").unwrap();
    doc
}

#[test]
fn a_frozen_document_of_an_older_version_reads_with_defaults_for_what_it_never_wrote() {
    let document = frozen("patient-older.automerge", bare);
    assert_eq!(read::<Patient>(&document), rosa());
}

#[test]
fn a_frozen_document_of_an_older_version_can_be_edited_in_every_field() {
    let mut document = frozen("patient-older.automerge", bare);
    save::<Patient>(&mut document, nurse(2), 200, |patient| {
        patient.address.city = "Springfield".into();
        patient.needs_interpreter = true;
    });
    let patient: Patient = read(&copy(&mut document));
    assert_eq!((patient.address.city.as_str(), patient.needs_interpreter), ("Springfield", true));
}

#[test]
fn a_frozen_document_of_a_newer_version_keeps_its_unknown_fields_through_this_one() {
    let mut document = frozen("patient-newer.automerge", newer);
    save::<Patient>(&mut document, nurse(2), 200, |patient| {
        patient.given = "Rosalia".into();
        patient.address.city = "Shelbyville".into();
        patient.phones.get_mut(&"p1".into()).unwrap().number = "555 0199".into();
    });
    let kept = conflict::tree_json(&copy(&mut document).doc.hydrate(ROOT, None).unwrap());
    assert_eq!(kept["given"], "Rosalia");
    assert_eq!(kept["pronouns"], "she/her");
    assert_eq!(kept["sex"], "a-code-to-come");
    assert_eq!(
        (&kept["address"]["city"], &kept["address"]["key_safe"]),
        (&"Shelbyville".into(), &"1234".into())
    );
    assert_eq!(kept["phones"]["p1"]["does_text"], true);
    assert_eq!(kept["life_story"], "Born by the sea.");
}
