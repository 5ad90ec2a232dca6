use super::super::trends::*;
use super::*;
use crate::record::goal::{Comparator, Goal, GoalStatus, Target};

fn aim(comparator: Comparator, value: f64) -> Goal {
    let vital = table::vital_of(table::SYSTOLIC).unwrap();
    Goal {
        description: "Calmer".into(),
        target: Target {
            measure: Some(vital.coding()),
            comparator,
            value: Some(Quantity::new(value, vital.unit)),
            due: None,
        },
        ..Goal::default()
    }
}

fn trend_of(goal: Goal, values: &[f64]) -> Option<Trend> {
    let mut chart = records([goal.into()]);
    for (value, number) in values.iter().zip(2u8..) {
        chart.push((id(number), measured(table::SYSTOLIC, *value, i64::from(number) * HOUR)));
    }
    trends(Chart::new(&chart))[0].progress[0].trend
}

#[test]
fn a_series_holds_every_measurement_of_a_code_in_a_unit_the_oldest_first() {
    let chart = records([
        measured(table::WEIGHT, 80.0, -HOUR),
        measured(table::WEIGHT, 82.0, -DAY),
        measured(table::PAIN, 3.0, -HOUR),
    ]);
    let all = trends(Chart::new(&chart));
    assert_eq!(all.len(), 2);
    assert_eq!((all[0].code.as_str(), all[0].unit.as_str()), (table::WEIGHT, "kg"));
    assert_eq!(all[0].points.iter().map(|point| point.value).collect::<Vec<_>>(), [82.0, 80.0]);
    assert!(all[0].progress.is_empty(), "there is no goal");
}

#[test]
fn a_series_improves_towards_the_goal_and_worsens_away_from_it() {
    let at_most = || aim(Comparator::AtMost, 140.0);
    assert_eq!(trend_of(at_most(), &[180.0, 170.0, 160.0]), Some(Trend::Improving));
    assert_eq!(trend_of(at_most(), &[150.0, 160.0, 175.0]), Some(Trend::Worsening));
    assert_eq!(trend_of(at_most(), &[160.0, 161.0, 160.0]), Some(Trend::Steady));
    assert_eq!(trend_of(at_most(), &[160.0, 140.0]), Some(Trend::OnTarget));
    let at_least = || aim(Comparator::AtLeast, 110.0);
    assert_eq!(trend_of(at_least(), &[80.0, 95.0]), Some(Trend::Improving));
    assert_eq!(trend_of(at_least(), &[95.0, 80.0]), Some(Trend::Worsening));
    assert_eq!(trend_of(aim(Comparator::Less, 140.0), &[150.0, 140.0]), Some(Trend::Improving));
    assert_eq!(trend_of(aim(Comparator::Equal, 120.0), &[150.0, 122.0]), Some(Trend::OnTarget));
}

#[test]
fn only_the_three_measurements_before_the_latest_count() {
    let values = [300.0, 150.0, 150.0, 150.0, 165.0];
    assert_eq!(trend_of(aim(Comparator::AtMost, 140.0), &values), Some(Trend::Worsening));
}

#[test]
fn a_single_measurement_off_the_target_and_an_unknown_comparator_have_no_trend() {
    assert_eq!(trend_of(aim(Comparator::AtMost, 140.0), &[150.0]), None);
    assert_eq!(trend_of(aim(Comparator::AtMost, 140.0), &[130.0]), Some(Trend::OnTarget));
    assert_eq!(trend_of(aim(Comparator::Unrecognised("~".into()), 140.0), &[150.0, 145.0]), None);
}

#[test]
fn goals_that_are_not_pursued_or_are_in_another_unit_are_not_compared_with() {
    let done = Goal { status: GoalStatus::Completed, ..aim(Comparator::AtMost, 140.0) };
    let mut other_unit = aim(Comparator::AtMost, 18.0);
    other_unit.target.value = Some(Quantity::new(18.0, "kPa"));
    let chart = records([done.into(), other_unit.into(), measured(table::SYSTOLIC, 150.0, 0)]);
    assert!(trends(Chart::new(&chart))[0].progress.is_empty());
}
