use super::filled::*;
use super::*;
use crate::limits;

/// The fields that the record's check finds fault with, once each.
fn faults(record: impl Into<AnyRecord>) -> Vec<String> {
    let mut fields: Vec<_> = record.into().check().into_iter().map(|problem| problem.field).collect();
    fields.dedup();
    fields
}

#[test]
fn filled_records_of_every_kind_can_be_saved() {
    for &kind in Kind::ALL {
        assert_eq!(filled(kind).check(), [], "{kind}");
    }
}

#[test]
fn what_a_record_must_say_is_named_field_by_field() {
    let required: [(Kind, &[&str]); 21] = [
        (Kind::Patient, &["family"]),
        (Kind::Condition, &["code"]),
        (Kind::Medication, &["code"]),
        (Kind::Allergy, &["substance"]),
        (Kind::Assessment, &["instrument_title"]),
        (Kind::SupportPerson, &["name"]),
        (Kind::CareTeamMember, &["name"]),
        (Kind::Coverage, &["payer"]),
        (Kind::Communication, &["topic", "with_name", "happened_at"]),
        (Kind::Goal, &["description"]),
        (Kind::CarePlan, &["title"]),
        (Kind::Appointment, &["start"]),
        (Kind::Visit, &[]),
        (Kind::Observation, &["code", "performed_at", "value"]),
        (Kind::Education, &["topic", "performed_at"]),
        (Kind::TreatmentChange, &["proposal"]),
        (Kind::Task, &["title"]),
        (Kind::Attachment, &["sha256", "media_type", "size_bytes"]),
        (Kind::Staff, &["name"]),
        (Kind::Instrument, &["title", "version"]),
        (Kind::Agency, &["name"]),
    ];
    for (kind, fields) in required {
        assert_eq!(faults(kind.empty()), fields, "{kind}");
    }
}

#[test]
fn no_string_anywhere_in_any_kind_escapes_its_limit() {
    for &kind in Kind::ALL {
        let whole = filled(kind).to_json();
        for path in strings(&whole, String::new()) {
            let mut json = whole.clone();
            *json.pointer_mut(&path).unwrap() = "1".repeat(limits::TEXT_CHARS_MAX + 1).into();
            // Dates, instants and ids cannot even be read when they are too long.
            if let Ok(record) = kind.from_json(json) {
                assert!(!record.check().is_empty(), "{kind}{path} may be of any length");
            }
        }
    }
}

fn strings(json: &serde_json::Value, path: String) -> Vec<String> {
    match json {
        serde_json::Value::String(_) => vec![path],
        serde_json::Value::Object(fields) => {
            fields.iter().flat_map(|(name, field)| strings(field, format!("{path}/{name}"))).collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn i14_a_short_field_may_have_1000_characters_and_not_1001() {
    let title = |chars| Task { title: "ä".repeat(chars), ..task() };
    assert!(faults(title(limits::SHORT_TEXT_CHARS_MAX)).is_empty());
    assert_eq!(faults(title(limits::SHORT_TEXT_CHARS_MAX + 1)), ["title"]);
}

#[test]
fn i14_a_text_may_have_100000_characters_and_not_100001() {
    let note = |chars| Visit { note: Text("ä".repeat(chars)), ..visit() };
    assert!(faults(note(limits::TEXT_CHARS_MAX)).is_empty());
    assert_eq!(faults(note(limits::TEXT_CHARS_MAX + 1)), ["note"]);
}

#[test]
fn i14_a_collection_may_have_2000_elements_and_not_2001() {
    let done = |count: usize| Visit { interventions_done: (0..count).collect(), ..visit() };
    assert!(faults(done(limits::COLLECTION_ELEMENTS_MAX)).is_empty());
    assert_eq!(faults(done(limits::COLLECTION_ELEMENTS_MAX + 1)), ["interventions_done"]);

    let answers = |count: usize| {
        let answers = (0..count).map(|link| (link.to_string(), Answer::Boolean(true))).collect();
        Assessment { answers, ..assessment() }
    };
    assert!(faults(answers(limits::COLLECTION_ELEMENTS_MAX)).is_empty());
    assert_eq!(faults(answers(limits::COLLECTION_ELEMENTS_MAX + 1)), ["answers"]);
}

#[test]
fn i14_an_elements_id_may_have_100_characters_and_not_101() {
    let keyed = |chars: usize| {
        let phone = phones().into_values().next().unwrap();
        Staff { phones: [(ElementId("k".repeat(chars)), phone)].into(), ..staff() }
    };
    assert!(faults(keyed(limits::ELEMENT_ID_CHARS_MAX)).is_empty());
    assert_eq!(faults(keyed(limits::ELEMENT_ID_CHARS_MAX + 1)), ["phones"]);
}

#[test]
fn i14_an_attachment_may_have_25_mebibytes_and_not_a_byte_more() {
    let sized = |bytes: u64| Attachment { size_bytes: Some(bytes as i64), ..attachment() };
    assert!(faults(sized(limits::ATTACHMENT_BYTES_MAX)).is_empty());
    assert_eq!(faults(sized(limits::ATTACHMENT_BYTES_MAX + 1)), ["size_bytes"]);
}

#[test]
fn what_is_wrong_inside_an_element_is_told_with_its_path() {
    let mut plan = care_plan();
    plan.interventions = one(Intervention::default());
    assert_eq!(faults(plan), ["interventions.k1.description"]);

    let mut coverage = coverage();
    coverage.authorisations.get_mut(&"k1".into()).unwrap().number.clear();
    assert_eq!(faults(coverage), ["authorisations.k1.number"]);

    let mut form = instrument();
    let item = form.items.get_mut(&"k1".into()).unwrap();
    item.options.get_mut(&"k1".into()).unwrap().score = Some(f64::NAN);
    assert_eq!(faults(form), ["items.k1.options.k1.score"]);
}

#[test]
fn omaha_ratings_go_from_1_to_5() {
    let rated = |knowledge| Goal {
        ratings: one(Rating { rated_at: Some(at(0)), knowledge: Some(knowledge), ..Rating::default() }),
        ..goal()
    };
    for rating in 1..=5 {
        assert!(faults(rated(rating)).is_empty());
    }
    assert_eq!(faults(rated(0)), ["ratings.k1.knowledge"]);
    assert_eq!(faults(rated(6)), ["ratings.k1.knowledge"]);
}

#[test]
fn a_vital_sign_must_be_one_that_can_be_true_in_its_unit() {
    let measured = |vital: &vitals::Vital, value| Observation {
        code: Some(vital.coding()),
        value: Some(Quantity::new(value, vital.unit)),
        performed_at: Some(at(0)),
        ..Observation::default()
    };
    for vital in vitals::VITALS {
        let (lowest, highest) = vital.plausible;
        assert!(faults(measured(vital, lowest)).is_empty(), "{}", vital.code);
        assert!(faults(measured(vital, highest)).is_empty(), "{}", vital.code);
        assert_eq!(faults(measured(vital, lowest - 0.01)), ["value"], "{}", vital.code);
        assert_eq!(faults(measured(vital, highest + 0.01)), ["value"], "{}", vital.code);
        assert_eq!(faults(measured(vital, f64::NAN)), ["value"], "{}", vital.code);
    }
}

#[test]
fn nothing_ends_before_it_begins_and_a_year_may_end_in_itself() {
    let took = |start, stop| Medication { start: Some(date(start)), stop: Some(date(stop)), ..medication() };
    assert!(faults(took("2020-05-01", "2020")).is_empty());
    assert!(faults(took("2020-05", "2020-05-31")).is_empty());
    assert_eq!(faults(took("2020-05", "2020-04")), ["stop"]);
    let plan = CarePlan { period: period("2026-02-01", "2026-01-31"), ..care_plan() };
    assert_eq!(faults(plan), ["period"]);
    assert_eq!(faults(Appointment { start: Some(at(10)), end: Some(at(9)), ..appointment() }), ["end"]);
    let point = |seconds| Some(CheckPoint { at: at(seconds), position: None });
    assert_eq!(faults(Visit { check_in: point(10), check_out: point(9), ..visit() }), ["check_out"]);
    let answered = TreatmentChange { sent_at: Some(at(10)), answered_at: Some(at(9)), ..treatment_change() };
    assert_eq!(faults(answered), ["answered_at"]);
    let dies =
        Patient { birth_date: Some(date("1941-03-09")), deceased: Some(date("1941-03-08")), ..patient() };
    assert_eq!(faults(dies), ["deceased"]);
}

#[test]
fn a_visit_says_what_its_status_calls_for() {
    let visit = |status| Visit { status, ..Visit::default() };
    assert!(faults(visit(VisitStatus::Planned)).is_empty());
    assert_eq!(faults(visit(VisitStatus::InProgress)), ["check_in"]);
    assert_eq!(faults(visit(VisitStatus::Finished)), ["check_in", "check_out"]);
    assert_eq!(faults(visit(VisitStatus::Missed)), ["missed_reason"]);
}

#[test]
fn a_sent_proposal_says_to_whom_and_when_and_an_answered_one_when_it_was_answered() {
    let proposal =
        |status| TreatmentChange { proposal: "Stop it".into(), status, ..TreatmentChange::default() };
    assert!(faults(proposal(ProposalStatus::Draft)).is_empty());
    assert_eq!(faults(proposal(ProposalStatus::Sent)), ["provider", "sent_at"]);
    assert_eq!(faults(proposal(ProposalStatus::Declined)), ["provider", "sent_at", "answered_at"]);
}

#[test]
fn a_check_in_is_somewhere_on_earth() {
    let checked_in = |latitude_deg, longitude_deg, accuracy_m| {
        let position = Some(Position { latitude_deg, longitude_deg, accuracy_m });
        Visit { check_in: Some(CheckPoint { at: at(0), position }), ..visit() }
    };
    assert!(faults(checked_in(90.0, -180.0, 0.0)).is_empty());
    assert_eq!(faults(checked_in(90.1, 0.0, 1.0)), ["check_in"]);
    assert_eq!(faults(checked_in(0.0, 180.1, 1.0)), ["check_in"]);
    assert_eq!(faults(checked_in(0.0, 0.0, -1.0)), ["check_in"]);
}

#[test]
fn problems_never_quote_what_a_field_holds() {
    let secret = "Canary";
    let mut member = care_team_member();
    member.npi = secret.into();
    member.email = secret.into();
    member.name = secret.repeat(400);
    let told: String = AnyRecord::from(member).check().iter().map(ToString::to_string).collect();
    assert!(!told.is_empty() && !told.contains(secret));
}
