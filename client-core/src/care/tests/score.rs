use super::super::score::*;
use super::*;
use crate::record::assessment::Risk;
use crate::record::instrument::*;

fn option(code: &str, score: f64) -> (ElementId, ItemOption) {
    let option = ItemOption { code: code.into(), score: Some(score), ..ItemOption::default() };
    (code.into(), option)
}

fn item<const N: usize>(position: i64, options: [(ElementId, ItemOption); N]) -> Item {
    Item { position, item_type: ItemType::Choice, required: true, options: options.into(), ..Item::default() }
}

/// A short form in the manner of a fall risk scale: falls, then the walking aid, then steps for those who fell.
fn form() -> Instrument {
    let fell = EnableWhen {
        question: "fallen".into(),
        operator: EnableOperator::Equal,
        answer: Some(Answer::Boolean(true)),
    };
    let steps = Item {
        item_type: ItemType::Integer,
        answer_is_score: true,
        enable_when: [("k1".into(), fell)].into(),
        ..item(3, [])
    };
    let band = |from, to, risk| ScoringBand { from, to, risk: Some(risk), ..ScoringBand::default() };
    Instrument {
        title: "Falls".into(),
        items: [
            ("fallen".into(), item(1, [option("true", 25.0), option("false", 0.0)])),
            ("aid".into(), item(2, [option("none", 0.0), option("cane", 15.0), option("furniture", 30.0)])),
            ("steps".into(), steps),
        ]
        .into(),
        scoring: Scoring::Sum,
        bands: [
            ("a".into(), band(None, Some(24.0), Risk::Low)),
            ("b".into(), band(Some(25.0), None, Risk::High)),
        ]
        .into(),
        ..Instrument::default()
    }
}

fn answers<const N: usize>(given: [(&str, Answer); N]) -> Answers {
    given.into_iter().map(|(link, answer)| (link.to_owned(), answer)).collect()
}

#[test]
fn a_score_is_the_sum_of_the_chosen_options_and_falls_into_a_band() {
    let form = form();
    let no_fall = answers([("fallen", Answer::Boolean(false)), ("aid", Answer::Text("cane".into()))]);
    let outcome = score(&form, &no_fall);
    assert_eq!((outcome.score, outcome.missing.len()), (Some(15.0), 0));
    assert_eq!(outcome.band.unwrap().risk, Some(Risk::Low));

    let fall = answers([
        ("fallen", Answer::Boolean(true)),
        ("aid", Answer::Text("none".into())),
        ("steps", Answer::Integer(0)),
    ]);
    assert_eq!(score(&form, &fall).band.unwrap().risk, Some(Risk::High), "25 is the band's own bound");
}

#[test]
fn while_a_required_answer_is_missing_the_score_means_nothing() {
    let form = form();
    let outcome = score(&form, &answers([("fallen", Answer::Boolean(true))])).missing;
    assert_eq!(outcome, ["aid", "steps"]);
    assert!(score(&form, &answers([("fallen", Answer::Boolean(true))])).band.is_none());
}

#[test]
fn an_answer_to_a_question_that_is_not_asked_does_not_count() {
    let form = form();
    let given = answers([
        ("fallen", Answer::Boolean(false)),
        ("aid", Answer::Text("none".into())),
        ("steps", Answer::Integer(7)),
    ]);
    assert_eq!(score(&form, &given).score, Some(0.0));
    let asked: Vec<_> = questions(&form, &given).into_iter().map(|(link, _)| link).collect();
    assert_eq!(asked, ["fallen", "aid"]);
}

#[test]
fn a_question_in_a_group_that_is_not_asked_is_not_asked_either_and_circles_of_groups_end() {
    let mut form = form();
    let group = Item { item_type: ItemType::Group, ended: true, ..Item::default() };
    form.items.insert("g".into(), group);
    form.items.get_mut(&"aid".into()).unwrap().group = "g".into();
    let link =
        |form: &Instrument| questions(form, &Answers::new()).first().map(|(link, _)| (*link).to_owned());
    assert_eq!(link(&form).as_deref(), Some("fallen"));
    assert_eq!(questions(&form, &Answers::new()).len(), 1);
    form.items.get_mut(&"fallen".into()).unwrap().group = "fallen".into();
    assert!(questions(&form, &Answers::new()).is_empty());
}

#[test]
fn every_answer_to_a_repeating_question_counts_and_similar_link_ids_do_not() {
    let form = form();
    let given = answers([
        ("fallen", Answer::Boolean(false)),
        ("aid", Answer::Text("cane".into())),
        ("aid#2", Answer::Text("furniture".into())),
        ("aid#x", Answer::Text("furniture".into())),
        ("aid2", Answer::Text("furniture".into())),
    ]);
    assert_eq!(score(&form, &given).score, Some(45.0));
}

#[test]
fn a_mean_is_over_what_was_answered_and_an_unscored_form_has_no_score() {
    let given = answers([("fallen", Answer::Boolean(true)), ("aid", Answer::Text("cane".into()))]);
    let by = |scoring| score(&Instrument { scoring, ..form() }, &given).score;
    assert_eq!(by(Scoring::Mean), Some(20.0));
    assert_eq!(by(Scoring::None), None);
    assert_eq!(score(&Instrument { scoring: Scoring::Mean, ..form() }, &Answers::new()).score, None);
}

#[test]
fn conditions_compare_numbers_by_value_and_dates_by_their_order() {
    let asked_when = |operator, expected: Answer, answer: Answer| {
        let condition = EnableWhen { question: "fallen".into(), operator, answer: Some(expected) };
        let mut form = form();
        form.items.get_mut(&"steps".into()).unwrap().enable_when = [("k1".into(), condition)].into();
        questions(&form, &answers([("fallen", answer)])).iter().any(|(link, _)| *link == "steps")
    };
    assert!(asked_when(EnableOperator::Equal, Answer::Integer(2), Answer::Decimal(2.0)));
    assert!(asked_when(EnableOperator::AtLeast, Answer::Integer(2), Answer::Integer(2)));
    assert!(!asked_when(EnableOperator::Greater, Answer::Integer(2), Answer::Integer(2)));
    let day = |text: &str| Answer::Text(text.into());
    assert!(asked_when(EnableOperator::Less, day("2026-11-24"), day("2026-09-30")));
    assert!(asked_when(EnableOperator::Exists, Answer::Boolean(true), Answer::Integer(0)));
    assert!(!asked_when(EnableOperator::Exists, Answer::Boolean(false), Answer::Integer(0)));
    assert!(!asked_when(EnableOperator::NotEqual, Answer::Integer(2), Answer::Integer(2)));
}
