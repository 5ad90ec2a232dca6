//! What the office and her own schedule tell a nurse.

use doorstep_client_core::wire::Reviewed;

use super::*;

const BOBS_CASE: ScopeId = ScopeId::from_bytes([0x21; 16]);

#[test]
fn what_left_the_phone_with_its_case_waits_for_the_office_and_is_dismissed_once_it_is_discarded() {
    let desk = Desk::with_caseload();
    desk.types("measure bob pulse 72");
    desk.server.state().refuses = true;
    desk.server.state().ended = Some(BOBS_CASE);
    desk.types("sync");
    let refused = desk.types("refused");
    assert!(refused.contains("kept for the office, which can accept it as yours"), "{refused}");
    assert!(!refused.contains("--retry"), "{refused}");
    let record = desk.json("refused")[0]["id"].as_str().unwrap().to_owned();
    assert!(desk.fails("refused --retry 1").contains("with the office"));
    assert!(desk.fails("refused --dismiss 1").contains("only what the office discarded"));

    let record: RecordId = record.parse().unwrap();
    let reviewed = Reviewed { record, discarded_because: Some("written twice".to_owned()) };
    desk.server.state().reviewed = Some(vec![reviewed]);
    desk.types("sync");
    let refused = desk.types("refused");
    assert!(refused.contains("the office discarded it: written twice"), "{refused}");
    assert!(refused.contains("--dismiss"), "{refused}");
    assert_eq!(desk.json("refused")[0]["discarded"], true);
    assert!(desk.types("refused --dismiss 1").contains("listed no more"));
    assert_eq!(desk.types("refused"), "Nothing was refused.\n");
}

#[test]
fn alerts_tell_a_nurse_of_her_double_bookings_across_her_cases() {
    let desk = Desk::with_caseload();
    assert_eq!(desk.types("alerts"), "Nothing wants a look.\n");
    let start = Some(start().saturating_add_ms(60 * 60_000));
    let appointment = Appointment { start, nurse: Some(ANN), ..Appointment::default() };
    desk.server.hold(RecordId::from_bytes([0xB9; 16]), BOBS_CASE, &appointment.into(), super::start());
    desk.types_on("another", "enrol --server http://server GOOD").unwrap();
    desk.types_on("another", "sync").unwrap();
    let alerts = desk.types_on("another", "alerts").unwrap();
    assert!(alerts.contains("now") && alerts.contains("Bob Kowalski"), "{alerts}");
    assert!(
        alerts.contains("begins while that of") && alerts.contains("with Ágnes Kovács lasts"),
        "{alerts}"
    );
}
