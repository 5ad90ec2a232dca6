//! What a person typed gets into the record, and what cannot be read comes back with its reason.

use super::*;
use crate::limits::{FORM_FIELDS_MAX, FORM_NEW_ELEMENTS_MAX};

fn wrong(path: &str, why: Why) -> Vec<Wrong> {
    vec![Wrong::at(path, why)]
}

#[test]
fn what_was_typed_replaces_what_was_there_and_nothing_else() {
    let office = Office::new();
    let record = filled(Kind::Patient);
    let page = office
        .page(Kind::Patient, &record)
        .fill("given", "Agnes")
        .fill("birth_date", "1941-03")
        .fill("sex", "unknown")
        .fill("phones.k1.note", "")
        .unset("needs_interpreter", "yes")
        .fill("address.door_code", "0815");
    let mut expected = record.clone();
    expected["given"] = json!("Agnes");
    expected["birth_date"] = json!("1941-03");
    expected["address"]["door_code"] = json!("0815");
    // Defaults are left out.
    let fields = expected.as_object_mut().unwrap();
    fields.remove("sex");
    fields.remove("needs_interpreter");
    fields["phones"]["k1"].as_object_mut().unwrap().remove("note");
    assert_eq!(office.read(Kind::Patient, &record, &page).unwrap(), expected);
    assert!(is_plain(Kind::Patient, &expected));
}

#[test]
fn a_new_record_is_made_of_an_empty_form() {
    let office = Office::new();
    let page = office.page(Kind::Patient, &json!({})).fill("family", "Doyle").fill("sex", "female");
    let record = checked(Kind::Patient, &json!({}), &page.fields, &office.context()).unwrap();
    assert_eq!(record.to_json(), json!({ "family": "Doyle", "sex": "female" }));
}

#[test]
fn the_text_that_was_typed_is_the_text_that_is_kept() {
    let office = Office::new();
    for typed in ["<b>\"'&amp;", "\u{202E}abc", "👩🏽‍⚕️", " two  spaces ", &"ten kB ".repeat(1_500)]
    {
        let page =
            office.page(Kind::Task, &json!({})).fill("title", typed).fill("note", "\r\none\r\ntwo\r\n");
        let made = office.read(Kind::Task, &json!({}), &page).unwrap();
        assert_eq!((&made["title"], &made["note"]), (&json!(typed), &json!("\none\ntwo\n")));
    }
}

#[test]
fn what_cannot_be_read_comes_back_as_it_was_typed_with_its_error_at_its_field() {
    let office = Office::new();
    let cases = [
        (Kind::Patient, "birth_date", "last spring", Why::Date),
        (Kind::Patient, "sex", "often", Why::Code),
        (Kind::Task, "completed_at", "yesterday", Why::Time),
        (Kind::Task, "completed_at", "2026-11-27", Why::Time),
        (Kind::Task, "assignee", &id(99), Why::Reference),
        (Kind::Task, "source", "the fridge", Why::Reference),
        (Kind::Agency, "offline_lease_days", "1.5", Why::Whole),
        (Kind::Visit, "mileage_km", "12,5", Why::Number),
        (Kind::Visit, "mileage_km", "inf", Why::Number),
        (Kind::Coverage, "period.end", "2026-02-30", Why::Date),
        (Kind::Observation, "value.value", "high", Why::Number),
        (Kind::Observation, "value.unit", "mmHg", Why::NumberMissing),
        (Kind::CarePlan, "conditions", &id(99), Why::Reference),
    ];
    for (kind, name, typed, why) in cases {
        let base = json!({});
        let page = office.page(kind, &base).fill(name, typed);
        let found = office.read(kind, &base, &page).unwrap_err();
        let path = if why == Why::NumberMissing { "value.value" } else { name };
        assert_eq!(found, wrong(path, why.clone()), "{kind} {name}");
        let again = Form::again(kind, &base, &page.fields, &found, &office.context()).to_string();
        assert!(again.contains(&format!("href=\"#field-{path}\"")), "{name}: it is listed above the form");
        assert!(again.contains(&why.say(&office.words)), "{name}");
        if !matches!(why, Why::Code | Why::Reference) {
            let again = Page::load(again);
            let kept = again.fields.iter().find(|(other, _)| other == name).unwrap();
            assert_eq!(kept.1, typed, "{kind} {name}");
        }
    }
}

#[test]
fn a_records_own_checks_are_told_at_their_fields() {
    let office = Office::new();
    let page = office.page(Kind::Goal, &json!({}));
    let name = page.new_names("ratings").into_iter().find(|name| name.ends_with("knowledge")).unwrap();
    let page = page.fill(&name, "3");
    let found = checked(Kind::Goal, &json!({}), &page.fields, &office.context()).unwrap_err();
    let rated_at = name.replace("knowledge", "rated_at");
    let paths: Vec<&str> = found.iter().map(|wrong| wrong.path.as_str()).collect();
    assert_eq!(paths, ["description", rated_at.as_str()]);
    let again = Form::again(Kind::Goal, &json!({}), &page.fields, &found, &office.context()).to_string();
    for path in paths {
        assert!(again.contains(&format!("id=\"field-{path}-wrong\"")), "{path}");
        assert!(again.contains(&format!("aria-describedby=\"field-{path}-")) || path == "description");
    }
}

#[test]
fn a_new_element_is_made_once_however_often_the_form_is_sent() {
    let office = Office::new();
    let record = filled(Kind::Patient);
    let page = office.page(Kind::Patient, &record);
    let name = page.new_names("phones").into_iter().find(|name| name.ends_with("number")).unwrap();
    let element = name.split('.').nth(1).unwrap().to_owned();
    let page = page.fill(&name, "+1 508 555 0199");
    let made = office.read(Kind::Patient, &record, &page).unwrap();
    assert_eq!(made["phones"][&element], json!({ "number": "+1 508 555 0199" }));
    assert_eq!(made["phones"]["k1"], record["phones"]["k1"]);
    assert_eq!(office.read(Kind::Patient, &made, &page).unwrap(), made, "sent twice");
}

#[test]
fn one_more_empty_element_is_there_when_it_is_asked_for_and_nothing_typed_is_lost() {
    let office = Office::new();
    let record = json!({ "family": "Doyle" });
    let page = office.page(Kind::Patient, &record);
    let first = page.new_names("phones").into_iter().find(|name| name.ends_with("number")).unwrap();
    let mut page = page.fill(&first, "+1 508 555 0199").fill("given", "Agnes");
    assert!(!wants_more(&page.fields));
    page.fields.push(("more".to_owned(), "phones".to_owned()));
    assert!(wants_more(&page.fields));
    let again =
        Page::load(Form::again(Kind::Patient, &record, &page.fields, &[], &office.context()).to_string());
    let numbers = again.new_names("phones").into_iter().filter(|name| name.ends_with("number"));
    let numbers: Vec<String> = numbers.collect();
    assert!(numbers.len() == 2 && numbers.contains(&first), "{numbers:?}");
    let made = office.read(Kind::Patient, &record, &again).unwrap();
    assert_eq!(made["given"], "Agnes");
    assert_eq!(made["phones"].as_object().unwrap().len(), 1, "the empty one is none");
}

#[test]
fn elements_inside_elements_are_made_too_and_new_ones_come_last() {
    let office = Office::new();
    let record = filled(Kind::Instrument);
    let page = office.page(Kind::Instrument, &record);
    let nested = page.new_names("items.k1.options").into_iter().find(|name| name.ends_with("code")).unwrap();
    let item =
        page.new_names("items").into_iter().find(|name| name.ends_with(".text") && !name.contains("options"));
    let item = item.unwrap();
    let page = page.fill(&nested, "walker").fill(&item, "History of falling");
    let made = office.read(Kind::Instrument, &record, &page).unwrap();
    let option = nested.split('.').nth(3).unwrap();
    assert_eq!(made["items"]["k1"]["options"][option], json!({ "code": "walker", "position": 2 }));
    let item = item.split('.').nth(1).unwrap();
    assert_eq!(made["items"][item], json!({ "text": "History of falling", "position": 2 }));
}

#[test]
fn sets_gain_and_lose_members_and_remember_who_was_in_them() {
    let office = Office::new();
    let record = filled(Kind::CarePlan);
    let page = office.page(Kind::CarePlan, &record).unset("conditions", &id(3)).set("conditions", &id(13));
    let made = office.read(Kind::CarePlan, &record, &page).unwrap();
    assert_eq!(made["conditions"], json!({ id(3): false, id(13): true }));

    let staff = filled(Kind::Staff);
    let page = office.page(Kind::Staff, &staff).set("languages", "en").fill("areas+", " Auburn, 01603 ,");
    let made = office.read(Kind::Staff, &staff, &page).unwrap();
    assert_eq!(made["languages"], json!({ "en": true, "es": true, "yo": true }));
    assert_eq!(made["areas"], json!({ "01602": true, "01603": true, "Auburn": true, "a, b": false }));
}

#[test]
fn a_usual_coding_is_completed_from_its_words_in_any_language_or_from_its_code() {
    for (language, typed) in [(Language::English, "nasal ROUTE"), (Language::Spanish, "Vía nasal")] {
        let office = Office::of(language);
        let nasal = samples::coding("http://snomed.info/sct", "46713006", "Nasal route");
        for record in [json!({}), filled(Kind::Medication)] {
            let page = office.page(Kind::Medication, &record).fill("route.display", typed);
            assert_eq!(office.read(Kind::Medication, &record, &page).unwrap()["route"], nasal);
            let page = office.page(Kind::Medication, &record).fill("route.code", "46713006");
            assert_eq!(office.read(Kind::Medication, &record, &page).unwrap()["route"], nasal);
        }
    }
}

#[test]
fn a_coding_is_typed_in_words_alone_or_with_a_code_of_the_usual_system() {
    let office = Office::new();
    let page = office.page(Kind::Condition, &json!({})).fill("code.display", "Old age");
    let made = office.read(Kind::Condition, &json!({}), &page).unwrap();
    assert_eq!(made["code"], samples::coding("", "", "Old age"));
    let page = page.fill("code.code", "64572001");
    let made = office.read(Kind::Condition, &json!({}), &page).unwrap();
    assert_eq!(made["code"], samples::coding("http://snomed.info/sct", "64572001", "Old age"));
    let page = page.fill("code.display", "").fill("code.code", "");
    assert_eq!(office.read(Kind::Condition, &json!({}), &page).unwrap(), json!({}));
}

#[test]
fn new_words_beside_the_code_of_others_are_refused() {
    let office = Office::new();
    let record = filled(Kind::Allergy);
    let page = office.page(Kind::Allergy, &record).fill("substance.display", "Latex");
    let found = office.read(Kind::Allergy, &record, &page).unwrap_err();
    assert_eq!(found, wrong("substance.display", Why::CodeOfOtherWords));
    let page = page.fill("substance.code", "");
    let made = office.read(Kind::Allergy, &record, &page).unwrap();
    let system = "http://www.nlm.nih.gov/research/umls/rxnorm";
    assert_eq!(made["substance"], samples::coding(system, "", "Latex"));
}

#[test]
fn amounts_are_typed_in_units_as_they_are_written_and_kept_in_ucum() {
    let office = Office::new();
    let page =
        office.page(Kind::Observation, &json!({})).fill("value.value", "36.7").fill("value.unit", "°C");
    let made = office.read(Kind::Observation, &json!({}), &page).unwrap();
    assert_eq!(made["value"], json!({ "value": 36.7, "unit": "Cel" }));
}

#[test]
fn times_are_typed_in_the_agencys_zone_and_those_that_its_clocks_leave_out_are_refused() {
    let office = Office::new();
    let typed = |text: &str| {
        let page = office.page(Kind::Task, &json!({})).fill("completed_at", text);
        office.read(Kind::Task, &json!({}), &page).map(|made| made["completed_at"].clone())
    };
    assert_eq!(typed("2026-11-27T08:30").unwrap(), "2026-11-27T13:30:00Z");
    assert_eq!(typed("2026-11-27 08:30").unwrap(), "2026-11-27T13:30:00Z");
    assert_eq!(typed("2026-11-27T08:30:00Z").unwrap(), "2026-11-27T08:30:00Z");
    assert_eq!(typed("2026-11-01T01:30").unwrap(), "2026-11-01T05:30:00Z", "the first of the two");
    assert_eq!(typed("2026-03-08T02:30").unwrap_err(), wrong("completed_at", Why::TimeSkipped));
}

#[test]
fn a_check_in_keeps_its_place_when_its_time_is_mended() {
    let office = Office::new();
    let record = filled(Kind::Visit);
    let page = office.page(Kind::Visit, &record).fill("check_in.at", "2026-11-01T02:15");
    let made = office.read(Kind::Visit, &record, &page).unwrap();
    assert_eq!(made["check_in"]["at"], "2026-11-01T07:15:00Z");
    assert_eq!(made["check_in"]["position"], record["check_in"]["position"]);
}

#[test]
fn what_nobody_types_is_not_taken_from_a_form() {
    let office = Office::new();
    for (kind, name) in
        [(Kind::Attachment, "sha256"), (Kind::Attachment, "size_bytes"), (Kind::Visit, "signed_version")]
    {
        let record = filled(kind);
        assert!(!office.page(kind, &record).names().contains(name));
        let posted = [(name.to_owned(), "4711".to_owned())];
        assert_eq!(read(kind, &record, &posted, &office.context()).unwrap(), record);
    }
}

#[test]
fn what_nobody_types_is_shown_where_there_is_any_of_it() {
    let office = Office::new();
    for (kind, names) in
        [(Kind::Attachment, &["media_type", "size_bytes", "sha256"][..]), (Kind::Visit, &["signed_version"])]
    {
        let [empty, full] = [json!({}), filled(kind)].map(|record| office.page(kind, &record).html);
        for name in names {
            let id = format!("id=\"field-{name}\"");
            assert!(full.contains(&id) && !empty.contains(&id), "{kind} {name}");
        }
    }
}

#[test]
fn a_part_of_a_form_changes_that_part_alone() {
    let office = Office::new();
    let record = filled(Kind::Instrument);
    let form = Form::of(Kind::Instrument, &record, &office.context());
    let part = form.clone().only("items.k1").unwrap();
    let page = Page::load(part.to_string()).fill("items.k1.text", "Aid");
    assert!(page.names().iter().all(|name| name.starts_with("items.k1.")));
    let mut expected = record.clone();
    expected["items"]["k1"]["text"] = json!("Aid");
    assert_eq!(office.read(Kind::Instrument, &record, &page).unwrap(), expected);
    assert!(form.only("items.k2").is_none());
}

#[test]
fn a_large_instruments_questions_are_links_to_forms_of_their_own() {
    let office = Office::new();
    let mut record = filled(Kind::Instrument);
    let question = record["items"]["k1"].clone();
    for number in 2..=40 {
        record["items"][format!("k{number}")] = question.clone();
    }
    let form = Form::of(Kind::Instrument, &record, &office.context());
    let folded = Page::load(form.clone().folded(40, str::to_owned).to_string());
    assert!(folded.names().contains("items.k40.text"));
    let folded = Page::load(form.folded(39, |path| format!("/edit?part={path}")).to_string());
    assert!(folded.html.contains("href=\"/edit?part=items.k40\""));
    assert!(folded.names().contains("bands.k1.label") && !folded.names().contains("items.k40.text"));
    assert!(folded.html.len() < 50_000, "{} bytes", folded.html.len());
    assert_eq!(office.read(Kind::Instrument, &record, &folded).unwrap(), record);
}

#[test]
fn a_form_has_at_most_so_many_fields() {
    let office = Office::new();
    let posted = |fields: usize| vec![("title".to_owned(), "Call".to_owned()); fields];
    let read = |fields| read(Kind::Task, &json!({}), &posted(fields), &office.context());
    assert!(read(FORM_FIELDS_MAX).is_ok());
    assert_eq!(read(FORM_FIELDS_MAX + 1).unwrap_err(), wrong("", Why::FieldsMax(FORM_FIELDS_MAX)));
}

#[test]
fn a_form_makes_at_most_so_many_elements_of_one_collection() {
    let office = Office::new();
    let read = |elements: usize| {
        let number = |index| format!("phones.{}.number", posted::new_id(&[1; 16], "phones", index));
        let posted: Vec<_> = (0..elements).map(|index| (number(index), "1".to_owned())).collect();
        read(Kind::Patient, &json!({}), &posted, &office.context())
    };
    let made = read(FORM_NEW_ELEMENTS_MAX).unwrap();
    assert_eq!(made["phones"].as_object().unwrap().len(), FORM_NEW_ELEMENTS_MAX);
    let found = read(FORM_NEW_ELEMENTS_MAX + 1).unwrap_err();
    assert_eq!(found, wrong("phones", Why::NewElementsMax(FORM_NEW_ELEMENTS_MAX)));
}
