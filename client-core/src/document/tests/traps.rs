//! What automerge 0.12 does by itself would lose something silently; each trap, and how the model steps aside.

use automerge::transaction::Transactable;
use automerge::{ActorId, ObjType, ROOT};

use super::*;
use crate::record::Coding;
use crate::record::patient::{Phone, PhoneUse};

#[test]
fn trap_1_a_delete_would_win_over_an_edit_inside_so_nothing_is_deleted() {
    let mut patient = rosa();
    patient.phones.insert("p1".into(), Phone { number: "555 0100".into(), ..Phone::default() });
    let mut a = create(patient);
    let mut b = copy(&mut a);

    let mut without = read::<Patient>(&a);
    without.phones.clear();
    let seen = a.version();
    let refused = a.edit(&seen, &without.into(), nurse(1), at(200));
    assert!(matches!(refused, Err(DocumentError::WouldDelete(path)) if path == "phones.p1"));

    save::<Patient>(&mut a, nurse(1), 200, |patient| {
        patient.phones.get_mut(&"p1".into()).unwrap().purpose = PhoneUse::Old;
    });
    save::<Patient>(&mut b, nurse(2), 200, |patient| {
        patient.phones.get_mut(&"p1".into()).unwrap().number = "555 0199".into();
    });
    exchange(&mut a, &mut b);
    let phone = &read::<Patient>(&a).phones[&"p1".into()];
    assert_eq!((phone.number.as_str(), &phone.purpose), ("555 0199", &PhoneUse::Old));
}

#[test]
fn trap_2_containers_exist_from_the_first_change_so_two_phones_make_no_rivals() {
    let document = create(Patient::default());
    for name in ["phones", "address", "identifiers"] {
        assert!(matches!(document.doc.get(ROOT, name), Ok(Some((Value::Object(ObjType::Map), _)))), "{name}");
    }
}

#[test]
fn trap_2_a_container_that_a_later_version_adds_is_the_same_on_every_phone() {
    let mut a = Document { header: header(Kind::Patient), doc: without_phones() };
    let mut b = copy(&mut a);
    assert!(read::<Patient>(&a).phones.is_empty(), "a container that was never written reads as its default");
    let phone = |number: &str| Phone { number: number.into(), ..Phone::default() };
    save::<Patient>(&mut a, nurse(1), 200, |patient| {
        patient.phones.insert("p1".into(), phone("555 0101"));
    });
    save::<Patient>(&mut b, nurse(2), 200, |patient| {
        patient.phones.insert("p2".into(), phone("555 0102"));
    });
    exchange(&mut a, &mut b);
    assert_eq!(read::<Patient>(&a).phones.len(), 2);
    assert!(a.conflicts().is_empty());
}

/// A patient as a version without telephone numbers would have written it.
fn without_phones() -> AutoCommit {
    let full = create(rosa());
    let changes = full.doc.hydrate(ROOT, None).unwrap();
    let automerge::hydrate::Value::Map(fields) = changes else { panic!("a root is a map") };
    let mut doc = AutoCommit::new().with_actor(nurse(1).to_actor());
    for (key, field) in fields.iter().filter(|(key, _)| *key != "phones") {
        match &field.value {
            automerge::hydrate::Value::Scalar(value) => doc.put(ROOT, key.as_str(), value.clone()).unwrap(),
            object => drop(doc.batch_create_object(ROOT, key.as_str(), object, false).unwrap()),
        }
    }
    doc.commit();
    doc
}

#[test]
fn trap_3_an_optional_structure_set_twice_is_one_conflict_of_two_whole_values() {
    let language = |code: &str, display: &str| Some(Coding::new("urn:ietf:bcp:47", code, display));
    let mut a = create(rosa());
    let mut b = copy(&mut a);
    save::<Patient>(&mut a, nurse(1), 200, |patient| patient.language = language("es", "Spanish"));
    save::<Patient>(&mut b, nurse(2), 200, |patient| patient.language = language("pt", "Portuguese"));
    exchange(&mut a, &mut b);
    let conflicts = a.conflicts();
    assert_eq!(conflicts.len(), 1);
    let mut displays: Vec<_> =
        conflicts[0].values.iter().map(|value| value.value["display"].clone()).collect();
    displays.sort_by_key(ToString::to_string);
    assert_eq!(displays, ["Portuguese", "Spanish"]);
}

#[test]
fn trap_3_rival_structures_of_another_version_are_listed_whole_and_can_be_picked() {
    let mut a = create(rosa());
    let mut b = copy(&mut a);
    for (document, by, town) in [(&mut a, nurse(1), "Arles"), (&mut b, nurse(2), "Bern")] {
        document.doc.set_actor(by.to_actor());
        let place = document.doc.put_object(ROOT, "birthplace", ObjType::Map).unwrap();
        document.doc.put(&place, "town", town).unwrap();
        document.doc.commit();
    }
    exchange(&mut a, &mut b);
    let conflict = a.conflicts().pop().unwrap();
    assert_eq!(conflict.path, "birthplace");
    for pick in &conflict.values {
        let mut a = copy(&mut a);
        let seen = a.version();
        a.resolve(&seen, "birthplace", &pick.id, nurse(3), at(300)).unwrap();
        assert!(a.conflicts().is_empty());
        let picked = conflict::tree_json(&a.doc.hydrate(ROOT, None).unwrap());
        assert_eq!(picked["birthplace"], pick.value);
    }
}

#[test]
fn trap_4_the_same_actor_on_two_branches_is_refused_before_it_corrupts_a_document() {
    let mut original = create(rosa());
    let mut restored = copy(&mut original);
    save::<Patient>(&mut original, nurse(1), 200, |patient| patient.given = "Rosalia".into());
    save::<Patient>(&mut restored, nurse(1), 300, |patient| patient.given = "Rosina".into());
    let branch = restored.changes_since(&Version::empty());
    let before = original.save();
    let refused = admit(Some(&before), original.header().id, &branch, Authors::Anybody);
    assert!(refused.is_err());
    assert_eq!(original.save(), before);
}

#[test]
fn trap_5_an_edit_at_an_older_version_merges_fields_and_elements_three_ways() {
    let mut patient = rosa();
    patient.phones.insert("p1".into(), Phone { number: "555 0100".into(), ..Phone::default() });
    let mut document = create(patient);
    let seen = document.version();
    save::<Patient>(&mut document, nurse(1), 200, |patient| {
        patient.phones.get_mut(&"p1".into()).unwrap().note = "daughter".into();
    });
    for round in 0..3 {
        save_at::<Patient>(&mut document, &seen, nurse(1), 300 + round, |patient| {
            patient.phones.insert(
                format!("p{}", round + 2).into(),
                Phone { number: format!("555 020{round}"), ..Phone::default() },
            );
        });
    }
    let merged: Patient = read(&document);
    assert_eq!(merged.phones.len(), 4);
    assert_eq!(merged.phones[&"p1".into()].note, "daughter");
    assert_eq!(Document::load(&document.save()).unwrap().read().unwrap(), merged.into());
}

#[test]
fn every_actor_that_automerge_derives_from_a_phones_is_recognised() {
    let actor = nurse(7).to_actor();
    assert_eq!(Author::of_actor(&actor), Some(nurse(7)));
    let mut document = create(rosa());
    let seen = document.version();
    for second in 200..400 {
        save_at::<Patient>(&mut document, &seen, nurse(1), second, |patient| {
            patient.given = second.to_string()
        });
    }
    assert!(document.history().iter().all(|entry| entry.by == Some(nurse(1).staff)));
    assert_eq!(Author::of_actor(&ActorId::from(&[1u8; 16])), None);
}
