//! Records, fields and values in plain words; conflicts beside their inputs; assessments by their instrument.

use doorstep_client_core::document::{Conflict, ConflictingValue};
use doorstep_client_core::record::Timestamp;

use super::*;

#[test]
fn a_path_is_told_by_its_element_and_field() {
    let (english, spanish) = (Office::new(), Office::of(Language::Spanish));
    for (kind, path, said, dicho) in [
        (Kind::Patient, "birth_date", "Date of birth", "Fecha de nacimiento"),
        (Kind::Patient, "address.door_code", "Address: Getting in", "Dirección: Cómo entrar"),
        (
            Kind::CarePlan,
            "interventions.k1.frequency",
            "Intervention “Change the dressing”: How often",
            "Intervención «Change the dressing»: Con qué frecuencia",
        ),
        (
            Kind::CarePlan,
            "interventions.k7.frequency",
            "Intervention: How often",
            "Intervención: Con qué frecuencia",
        ),
        (
            Kind::CarePlan,
            "interventions.k1",
            "Intervention “Change the dressing”",
            "Intervención «Change the dressing»",
        ),
        (
            Kind::Instrument,
            "items.k1.options.k1.score",
            "Question “Walking aid”: Answer choice “Crutches, cane or walker”: Score",
            "Pregunta «Walking aid»: Opción de respuesta «Crutches, cane or walker»: Puntos",
        ),
        (Kind::Visit, "check_in", "Check-in", "Entrada"),
        (Kind::Coverage, "period.start", "In force: First day", "Vigencia: Primer día"),
        (Kind::Task, "urgency_level", "A field of a newer version", "Un campo de una versión más nueva"),
    ] {
        let content = filled(kind);
        assert_eq!(label(kind, path, &content, &english.context()), said);
        assert_eq!(label(kind, path, &content, &spanish.context()), dicho);
    }
    let member = format!("conditions.{}", id(3));
    let said = label(Kind::CarePlan, &member, &Value::Null, &english.context());
    assert_eq!(said, "Conditions: “Essential hypertension”");
}

#[test]
fn ids_with_dots_are_found_in_paths() {
    let office = Office::new();
    let content = json!({ "items": { "1.2": { "text": "Falls" }, "text": { "text": "Aids" } } });
    let said = |path: &str| label(Kind::Instrument, path, &content, &office.context());
    assert_eq!(said("items.1.2.text"), "Question “Falls”: Text");
    assert_eq!(said("items.1.2"), "Question “Falls”");
    assert_eq!(said("items.text.text"), "Question “Aids”: Text");
}

#[test]
fn values_are_told_in_words_of_the_language_in_the_agencys_zone_and_by_name() {
    let (english, spanish) = (Office::new(), Office::of(Language::Spanish));
    let at = json!("2026-11-27T13:30:12Z");
    for (kind, path, value, said, dicho) in [
        (Kind::Patient, "sex", json!("female"), "Female", "Femenino"),
        (Kind::Patient, "sex", json!("delegated"), "delegated", "delegated"),
        (Kind::Patient, "sex", Value::Null, "", ""),
        (Kind::Patient, "birth_date", json!("1941-03-09"), "March 9, 1941", "9 de marzo de 1941"),
        (Kind::Patient, "birth_date", json!("1941-03"), "March 1941", "marzo de 1941"),
        (Kind::Patient, "birth_date", json!("1941"), "1941", "1941"),
        (Kind::Patient, "needs_interpreter", json!(false), "No", "No"),
        (
            Kind::Task,
            "completed_at",
            at.clone(),
            "November 27, 2026, 8:30 AM",
            "27 de noviembre de 2026, 08:30",
        ),
        (Kind::Task, "assignee", json!(id(1)), "Ana Ruiz", "Ana Ruiz"),
        (
            Kind::Task,
            "assignee",
            json!(id(9)),
            "Somebody who is not on the staff",
            "Alguien que no es del personal",
        ),
        (Kind::Task, "source", json!(id(3)), "Essential hypertension", "Essential hypertension"),
        (Kind::Task, "source", json!(id(1)), "Ana Ruiz", "Ana Ruiz"),
        (
            Kind::Visit,
            "check_in",
            json!({ "at": at }),
            "November 27, 2026, 8:30 AM",
            "27 de noviembre de 2026, 08:30",
        ),
        (Kind::Observation, "value", json!({ "value": 36.75, "unit": "Cel" }), "36.75 °C", "36.75 °C"),
        (Kind::Agency, "thresholds.k1.unit", json!("mm[Hg]"), "mmHg", "mmHg"),
        (
            Kind::Coverage,
            "period",
            json!({ "start": "2026-01-01", "end": "2026-12" }),
            "January 1, 2026 to December 2026",
            "1 de enero de 2026 – diciembre de 2026",
        ),
        (
            Kind::Medication,
            "route",
            samples::coding("http://snomed.info/sct", "26643006", "Oral route"),
            "Oral route",
            "Vía oral",
        ),
        (
            Kind::Medication,
            "route",
            samples::coding("http://snomed.info/sct", "26643006", "By mouth, slowly"),
            "By mouth, slowly",
            "By mouth, slowly",
        ),
        (Kind::Goal, "ratings.k1.knowledge", json!(3), "3: Basic knowledge", "3: Conocimiento básico"),
        (Kind::Goal, "ratings.k1.knowledge", json!(9), "9", "9"),
        (Kind::CarePlan, "conditions.x", json!(true), "Included", "Incluido"),
        (Kind::CarePlan, "conditions.x", json!(false), "Taken out", "Quitado"),
        (Kind::CarePlan, "conditions.x", Value::Null, "", ""),
        (Kind::Task, "urgency_level", json!(3), "3", "3"),
    ] {
        assert_eq!(show(kind, path, &value, &english.context()), said, "{kind} {path}");
        let spoken = show(kind, path, &value, &spanish.context());
        assert!(spoken.starts_with(dicho), "{kind} {path}: {spoken}");
    }
}

#[test]
fn every_kind_has_a_title_of_its_own_and_an_empty_record_that_of_its_kind() {
    let office = Office::new();
    let titles: Vec<String> =
        Kind::ALL.iter().map(|&kind| title(kind, &filled(kind), &office.context())).collect();
    assert_eq!(
        titles,
        [
            "Aggie Doyle",
            "Essential hypertension",
            "Metformin 500 MG, 500 mg",
            "Penicillin",
            "Morse Fall Scale, 55, High",
            "Nora Doyle, Daughter",
            "Dr. Elizbeth Ratke, Primary care physician",
            "Medicare, Part A",
            "Wound culture, Fax, Dr. Ratke",
            "Walk to church again",
            "Wound care",
            "November 1, 2026, 1:30 AM, Skilled nursing by an RN",
            "Skilled nursing by an RN, November 1, 2026, 1:30 AM, Finished",
            "Blood pressure 1",
            "Insulin pen",
            "Reduce lisinopril to 5 mg",
            "Call the pharmacy",
            "Wound photograph, Left heel",
            "Ana Ruiz",
            "Morse Fall Scale, 1",
            "Elm Home Health",
        ]
    );
    assert_eq!(title(Kind::Goal, &json!({}), &office.context()), "Goal");
    assert_eq!(title(Kind::Goal, &json!({}), &Office::of(Language::Spanish).context()), "Objetivo");
}

#[test]
fn a_blood_pressure_is_told_as_it_is_said() {
    let office = Office::new();
    let part = |code: &str, value: f64| {
        json!({
            "code": samples::coding("http://loinc.org", code, ""), "value": { "value": value, "unit": "mm[Hg]" },
        })
    };
    let mut observation = json!({ "code": samples::coding("http://loinc.org", "85354-9", "Blood pressure") });
    observation["components"] = json!({ "a": part("8462-4", 80.0), "b": part("8480-6", 128.0) });
    assert_eq!(title(Kind::Observation, &observation, &office.context()), "Blood pressure 128/80 mmHg");
    let spanish = Office::of(Language::Spanish);
    assert_eq!(title(Kind::Observation, &observation, &spanish.context()), "Presión arterial 128/80 mmHg");
    observation["components"] = json!({ "a": part("8867-4", 71.0) });
    observation["components"]["a"]["value"]["unit"] = json!("/min");
    assert_eq!(
        title(Kind::Observation, &observation, &office.context()),
        "Blood pressure Heart rate 71 /min"
    );
}

#[test]
fn the_facts_of_a_record_are_its_fields_that_hold_something() {
    let office = Office::new();
    for &kind in Kind::ALL {
        let facts = facts(kind, &filled(kind), &office.context());
        let labels: Vec<&str> = facts.iter().map(|fact| fact.path.as_str()).collect();
        assert_eq!(labels.len(), kind.fields().len(), "{kind}: {labels:?}");
    }
    let content = json!({ "family": "Doyle", "phones": { "k1": { "number": "+1 508 555 0100" } } });
    let told: Vec<String> = facts(Kind::Patient, &content, &office.context())
        .into_iter()
        .map(|fact| match fact.parts.first() {
            None => format!("{}: {}", fact.label, fact.value),
            Some(part) => format!("{}: {} ({})", fact.label, part.label, part.parts.len()),
        })
        .collect();
    let phone = "Telephone numbers: Telephone number “+1 508 555 0100” (2)";
    assert_eq!(told, ["Family name: Doyle", "Sex: Unknown", phone]);
}

#[test]
fn i8_a_conflict_stands_at_its_input_with_each_value_its_author_and_its_time_and_a_button_that_picks_it() {
    let office = Office::new();
    let content = filled(Kind::CarePlan);
    let value = |id: &str, value: &str, is_shown: bool| ConflictingValue {
        id: id.to_owned(),
        value: json!(value),
        by: is_shown.then(|| office.staff[0].0),
        at: Timestamp::from_millisecond(1_795_786_200_000).unwrap(),
        is_shown,
    };
    let conflict = |path: &str| Conflict {
        path: path.to_owned(),
        values: vec![value("12@a1", "scheduled", false), value("13@b2", "in-progress", true)],
    };
    let conflicts = ["interventions.k1.status", "interventions.k1.when", "urgency_level"].map(conflict);
    let form = Form::of(Kind::CarePlan, &content, &office.context());
    let html = form.with_conflicts(Kind::CarePlan, &content, &conflicts, &office.context()).to_string();

    let (_, field) = html.split_once("id=\"field-interventions.k1.status\"").unwrap();
    let (_, rivals) = field.split_once("id=\"field-interventions.k1.status-rivals\"").unwrap();
    let (rivals, _) = rivals.split_once("</ul>").unwrap();
    for said in
        ["Scheduled", "In progress", "Ana Ruiz, ", "somebody, ", "value=\"12@a1 interventions.k1.status\""]
    {
        assert!(rivals.contains(said), "{said}: {rivals}");
    }
    assert!(
        html.contains("id=\"field-interventions.k1-rivals\""),
        "what has no input stands at what is around it"
    );
    assert!(html.contains("id=\"rivals-0\""), "or above the form");

    let posted = [("pick".to_owned(), "12@a1 interventions.k1.status".to_owned())];
    assert_eq!(picked(&posted), Some(("interventions.k1.status", "12@a1")));
    assert_eq!(picked(&[("pick".to_owned(), "12@a1".to_owned())]), None);
}

fn morse() -> Instrument {
    let option = |position: i64, text: &str, score: f64| json!({ "position": position, "code": text, "text": text, "score": score });
    let instrument = json!({
        "title": "Short fall scale", "version": "1", "scoring": "sum",
        "items": {
            "aid": {
                "position": 2, "text": "Walking aid", "item_type": "choice", "repeats": true,
                "options": { "a": option(2, "Cane", 15.0), "b": option(1, "None", 0.0) },
            },
            "falls": { "position": 1, "text": "Falls this year", "item_type": "integer", "answer_is_score": true, "required": true },
            "heading": { "position": 0, "text": "Falling", "item_type": "display" },
            "home": { "position": 3, "text": "Lives alone", "item_type": "boolean" },
        },
        "bands": { "high": { "from": 15.0, "label": "High", "risk": "high" }, "low": { "to": 14.0, "label": "Low", "risk": "low" } },
    });
    serde_json::from_value(instrument).unwrap()
}

#[test]
fn an_assessment_asks_its_instruments_questions_in_order_and_is_scored_by_its_rules() {
    let mut office = Office::new();
    office.instrument = Some(morse());
    let base = json!({ "instrument_title": "Short fall scale", "instrument_version": "1" });
    let page = office.page(Kind::Assessment, &base);
    let places: Vec<usize> = ["answers.falls", "answers.aid", "answers.home"]
        .iter()
        .map(|name| page.html.find(&format!("name=\"{name}\"")).unwrap())
        .collect();
    assert!(places.is_sorted() && !page.html.contains("answers.heading"));

    let page = page.fill("answers.falls", "2").fill("answers.aid", "Cane").fill("answers.home", "true");
    let made = office.read(Kind::Assessment, &base, &page).unwrap();
    assert_eq!(made["answers"], json!({ "aid": "Cane", "falls": 2, "home": true }));
    assert_eq!((&made["score"], &made["risk"]), (&json!(17.0), &json!("high")));

    let page = office.page(Kind::Assessment, &made).fill("answers.aid~232", "None").fill("score", "3");
    let again = office.read(Kind::Assessment, &made, &page).unwrap();
    assert_eq!(again["answers"]["aid#2"], "None", "a question that repeats is asked once more");
    assert_eq!(again["score"], json!(3.0), "a score of one's own holds");

    for (name, typed, why) in [
        ("answers.falls", "many", Why::Whole),
        ("answers.falls", "", Why::AnswerKept),
        ("answers.aid", "Ladder", Why::Code),
    ] {
        let page = office.page(Kind::Assessment, &made).fill(name, typed);
        assert_eq!(office.read(Kind::Assessment, &made, &page).unwrap_err(), vec![Wrong::at(name, why)]);
    }
}

#[test]
fn labels_are_tied_to_inputs_and_no_id_stands_twice() {
    let office = Office::new();
    for &kind in Kind::ALL {
        let html = office.page(kind, &filled(kind)).html;
        let attributes = |name: &str| -> Vec<String> {
            let begin = format!(" {name}=\"");
            let parts = html.split(&begin).skip(1);
            parts.map(|rest| rest[..rest.find('"').unwrap()].to_owned()).collect()
        };
        let ids = attributes("id");
        let unique: std::collections::BTreeSet<&String> = ids.iter().collect();
        assert_eq!(unique.len(), ids.len(), "{kind}");
        let named: Vec<String> = [attributes("for"), attributes("list")].concat();
        let described = attributes("aria-describedby");
        let described = described.iter().flat_map(|ids| ids.split(' ')).map(str::to_owned);
        for id in named.into_iter().chain(described) {
            assert!(unique.contains(&id), "{kind}: nothing has the id {id}");
        }
        assert!(!html.contains("style=") && !html.contains("<script"), "{kind}");
    }
}

#[test]
fn a_files_size_is_told_as_people_say_it() {
    let [english, spanish] = [Office::new(), Office::of(Language::Spanish)];
    for (bytes, said, dicho) in [
        (json!(1), "1 byte", "1 byte"),
        (json!(1_023), "1023 bytes", "1023 bytes"),
        (json!(1_024), "1 KB", "1 KB"),
        (json!(259_072), "253 KB", "253 KB"),
        (json!((1 << 20) - 513), "1023 KB", "1023 KB"),
        (json!((1 << 20) - 512), "1 MB", "1 MB"),
        (json!(3_000_000), "2.9 MB", "2.9 MB"),
        (json!(50 << 20), "50 MB", "50 MB"),
        (json!(-1), "-1", "-1"),
        (Value::Null, "", ""),
    ] {
        assert_eq!(show(Kind::Attachment, "size_bytes", &bytes, &english.context()), said);
        assert_eq!(show(Kind::Attachment, "size_bytes", &bytes, &spanish.context()), dicho);
    }
}
