use super::*;
use crate::record::patient::Sex;

/// Two nurses give the same field different values; both phones know both.
fn collision() -> Document {
    let mut a = create(rosa());
    let mut b = copy(&mut a);
    save::<Patient>(&mut a, nurse(1), 200, |patient| patient.given = "Rosalia".into());
    save::<Patient>(&mut b, nurse(2), 300, |patient| patient.given = "Rosina".into());
    exchange(&mut a, &mut b);
    a
}

#[test]
fn i8_a_conflict_lists_each_value_with_its_author_and_time_until_a_person_picks_one() {
    let mut document = collision();
    let conflicts = document.conflicts();
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].path, "given");
    let mut told: Vec<_> =
        conflicts[0].values.iter().map(|value| (value.value.clone(), value.by, value.at)).collect();
    told.sort_by_key(|(_, by, _)| *by);
    assert_eq!(
        told,
        [("Rosalia".into(), Some(nurse(1).staff), at(200)), ("Rosina".into(), Some(nurse(2).staff), at(300))]
    );
    assert_eq!(conflicts[0].values.iter().filter(|value| value.is_shown).count(), 1);

    for pick in conflicts[0].values.clone() {
        let mut document = copy(&mut document);
        let seen = document.version();
        document.resolve(&seen, "given", &pick.id, nurse(3), at(400)).unwrap();
        assert!(document.conflicts().is_empty());
        assert_eq!(pick.value, read::<Patient>(&document).given);
    }
}

#[test]
fn the_value_that_is_shown_meanwhile_is_the_one_that_reads() {
    let document = collision();
    let conflicts = document.conflicts();
    let shown = conflicts[0].values.iter().find(|value| value.is_shown).unwrap();
    assert_eq!(shown.value, read::<Patient>(&document).given);
}

#[test]
fn saving_another_field_does_not_settle_a_conflict_unseen() {
    let mut document = collision();
    save::<Patient>(&mut document, nurse(3), 400, |patient| patient.sex = Sex::Female);
    assert_eq!(document.conflicts().len(), 1);
}

#[test]
fn writing_a_new_value_over_a_conflict_that_was_seen_settles_it() {
    let mut document = collision();
    save::<Patient>(&mut document, nurse(3), 400, |patient| patient.given = "Rosamund".into());
    assert!(document.conflicts().is_empty());
}

#[test]
fn the_same_value_from_two_people_is_no_conflict() {
    let mut a = create(rosa());
    let mut b = copy(&mut a);
    save::<Patient>(&mut a, nurse(1), 200, |patient| patient.given = "Rosalia".into());
    save::<Patient>(&mut b, nurse(2), 300, |patient| patient.given = "Rosalia".into());
    exchange(&mut a, &mut b);
    assert!(a.conflicts().is_empty());
}

#[test]
fn picking_from_a_conflict_that_is_settled_is_refused() {
    let mut document = collision();
    let pick = document.conflicts()[0].values[0].id.clone();
    let seen = document.version();
    document.resolve(&seen, "given", &pick, nurse(1), at(400)).unwrap();
    let seen = document.version();
    let again = document.resolve(&seen, "given", &pick, nurse(1), at(500));
    assert!(matches!(again, Err(DocumentError::NoSuchConflict)));
}

#[test]
fn two_picks_at_once_that_differ_are_a_conflict_again() {
    let mut a = collision();
    let mut b = copy(&mut a);
    let values = a.conflicts()[0].values.clone();
    let seen = a.version();
    a.resolve(&seen, "given", &values[0].id, nurse(1), at(400)).unwrap();
    b.resolve(&seen, "given", &values[1].id, nurse(2), at(400)).unwrap();
    exchange(&mut a, &mut b);
    assert_eq!(a.conflicts().len(), 1);
}
