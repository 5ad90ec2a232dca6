use super::*;
use crate::record::patient::{Phone, Sex};

#[test]
fn a_record_reads_back_as_it_was_created() {
    let mut patient = rosa();
    patient.phones.insert("p1".into(), Phone { number: "555 0100".into(), ..Phone::default() });
    let mut document = create(patient.clone());
    assert_eq!(read::<Patient>(&document), patient);
    assert_eq!(read::<Patient>(&copy(&mut document)), patient);
    assert_eq!(copy(&mut document).header(), header(Kind::Patient));
}

#[test]
fn i2_a_form_opened_before_a_sync_and_saved_after_it_reverts_nothing() {
    let mut phone = create(rosa());
    let mut office = copy(&mut phone);
    let seen = phone.version();

    save::<Patient>(&mut office, nurse(2), 200, |patient| patient.address.door_code = "4711".into());
    send(&mut office, &mut phone);
    save_at::<Patient>(&mut phone, &seen, nurse(1), 300, |patient| patient.given = "Rosalia".into());

    let merged: Patient = read(&phone);
    assert_eq!(merged.given, "Rosalia");
    assert_eq!(merged.address.door_code, "4711");
    assert!(phone.conflicts().is_empty());
}

#[test]
fn a_save_that_changes_nothing_makes_no_change() {
    let mut document = create(rosa());
    let before = document.version();
    assert!(!save::<Patient>(&mut document, nurse(2), 200, |_| ()));
    assert_eq!(document.version(), before);
}

#[test]
fn elements_of_a_collection_merge_one_by_one() {
    let mut a = create(rosa());
    let mut b = copy(&mut a);
    let phone = |number: &str| Phone { number: number.into(), ..Phone::default() };
    save::<Patient>(&mut a, nurse(1), 200, |patient| {
        patient.phones.insert("p1".into(), phone("555 0101"));
    });
    save::<Patient>(&mut b, nurse(2), 200, |patient| {
        patient.phones.insert("p2".into(), phone("555 0102"));
    });
    exchange(&mut a, &mut b);
    assert_eq!(read::<Patient>(&a).phones.len(), 2);
}

#[test]
fn an_edit_at_a_version_the_document_never_had_is_refused_and_changes_nothing() {
    let mut document = create(rosa());
    let elsewhere = create(Patient { given: "Other".into(), ..rosa() }).version();
    let before = document.save();
    let refused = document.edit(&elsewhere, &rosa().into(), nurse(1), at(200));
    assert!(matches!(refused, Err(DocumentError::UnknownVersion)));
    assert_eq!(document.save(), before);
}

#[test]
fn a_record_as_of_a_version_and_of_a_moment_is_what_it_was() {
    let mut document = create(rosa());
    let first = document.version();
    save::<Patient>(&mut document, nurse(1), 200, |patient| patient.sex = Sex::Female);
    let then = document.read_at(&first).unwrap();
    assert_eq!(then, rosa().into());
    assert_eq!(document.version_at(at(150)), first);
    assert_eq!(document.version_at(at(250)), document.version());
    assert!(document.version_at(at(50)).is_empty());
}

#[test]
fn history_tells_who_changed_which_field_when_and_what_it_was() {
    let mut document = create(rosa());
    save::<Patient>(&mut document, nurse(2), 200, |patient| patient.address.dog = "friendly".into());
    let history = document.history();
    assert_eq!(history.len(), 2);
    assert_eq!(history[0].by, Some(nurse(1).staff));
    let last = &history[1];
    assert_eq!((last.by, last.at), (Some(nurse(2).staff), at(200)));
    assert_eq!(
        last.fields,
        [FieldChange { path: "address.dog".into(), before: "".into(), after: "friendly".into() }]
    );
    assert_eq!(document.fields_changed_since(&history[0].version), ["address"]);
}

#[test]
fn history_of_an_edit_at_an_old_version_shows_what_its_author_saw() {
    let mut document = create(rosa());
    let seen = document.version();
    save::<Patient>(&mut document, nurse(1), 200, |patient| patient.given = "Rosalia".into());
    save_at::<Patient>(&mut document, &seen, nurse(1), 300, |patient| patient.address.dog = "barks".into());
    let last = document.history().pop().unwrap();
    assert_eq!(last.by, Some(nurse(1).staff), "an edit at an old version has a derived actor");
    assert_eq!(last.fields.len(), 1);
    assert_eq!(last.fields[0].path, "address.dog");
}

#[test]
fn a_version_advances_by_a_changeset_without_the_document() {
    let mut a = create(rosa());
    let first = a.version();
    let mut b = copy(&mut a);
    save::<Patient>(&mut a, nurse(1), 200, |patient| patient.given = "Rosalia".into());
    save::<Patient>(&mut b, nurse(2), 200, |patient| patient.family = "Example".into());
    let of_b = b.changes_since(&first);
    let expected = of_b.advance(&a.version()).unwrap();
    a.merge(&of_b).unwrap();
    assert_eq!(a.version(), expected);
    assert_eq!(of_b.len(), 1);
}
