//! How measurements move, and whether towards the patient's goals.

use std::collections::BTreeMap;

use super::Chart;
use super::vitals::measurements;
use crate::ids::RecordId;
use crate::record::goal::{Comparator, Goal, Target};
use crate::record::{Quantity, Timestamp, code_system};

/// Measurements before the latest one with whose mean it is compared.
const COMPARED_WITH: usize = 3;
/// Measurements that a trend depends on, the latest.
pub const POINTS_LOOKED_AT: usize = COMPARED_WITH + 1;
/// The part of the target's value within which two measurements count as the same.
const TOLERANCE: f64 = 0.02;

/// One measurement.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Point {
    /// When.
    pub at: Timestamp,
    /// How much, in the series' unit.
    pub value: f64,
    /// The observation.
    pub record: RecordId,
}

/// Whether a series moves towards a goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    /// The latest measurement meets the target.
    OnTarget,
    /// It is nearer to the target than those before it.
    Improving,
    /// It is as far from the target as those before it.
    Steady,
    /// It is farther from the target than those before it.
    Worsening,
}

/// A series against one goal.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Progress {
    /// The goal.
    pub goal: RecordId,
    /// Where the series moves; none while there is a single measurement that is off the target.
    pub trend: Option<Trend>,
}

/// Every measurement of one sort in one unit, the oldest first.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Series {
    /// LOINC code.
    pub code: String,
    /// What a person reads.
    pub display: String,
    /// UCUM code of the unit.
    pub unit: String,
    /// The measurements.
    pub points: Vec<Point>,
    /// How it stands against each goal that is pursued.
    pub progress: Vec<Progress>,
}

/// The series of a case, by LOINC code and unit.
pub fn trends(chart: Chart<'_>) -> Vec<Series> {
    let mut all: BTreeMap<(&str, &str), Series> = BTreeMap::new();
    for found in measurements(chart) {
        let (code, unit) = (found.code.code.as_str(), found.amount.unit.as_str());
        let series = all.entry((code, unit)).or_insert_with(|| Series {
            code: code.to_owned(),
            display: found.code.words().to_owned(),
            unit: unit.to_owned(),
            points: Vec::new(),
            progress: Vec::new(),
        });
        series.points.push(Point { at: found.at, value: found.amount.value, record: found.record });
    }
    let mut all: Vec<_> = all.into_values().collect();
    for series in &mut all {
        series.points.sort_by_key(|point| (point.at, point.record));
        series.progress = progress(chart, series);
    }
    all
}

/// Where measurements of what a target names move, in its unit, the oldest first; none where it names no value, or they say
/// nothing yet. Of many the last [`POINTS_LOOKED_AT`] decide.
pub fn towards(target: &Target, points: &[Point]) -> Option<Trend> {
    trend(points, &target.comparator, target.value.as_ref()?)
}

fn progress(chart: Chart<'_>, series: &Series) -> Vec<Progress> {
    let pursued = chart.all::<Goal>().filter(|(_, goal)| goal.status.is_current());
    let aimed = pursued.filter_map(|(id, goal)| {
        let Target { measure, comparator, value, due: _ } = &goal.target;
        let value = value.as_ref().filter(|value| value.unit == series.unit)?;
        measure.as_ref().filter(|measure| measure.is(code_system::LOINC, &series.code))?;
        Some(Progress { goal: id, trend: trend(&series.points, comparator, value) })
    });
    aimed.collect()
}

fn trend(points: &[Point], comparator: &Comparator, target: &Quantity) -> Option<Trend> {
    let (latest, earlier) = points.split_last()?;
    let distances = |value| distance(value, comparator, target.value);
    if is_met(latest.value, comparator, target.value)? {
        return Some(Trend::OnTarget);
    }
    let compared = &earlier[earlier.len().saturating_sub(COMPARED_WITH)..];
    if compared.is_empty() {
        return None;
    }
    let before = compared.iter().map(|point| distances(point.value)).sum::<f64>() / compared.len() as f64;
    let moved = distances(latest.value) - before;
    let tolerance = target.value.abs() * TOLERANCE;
    Some(match moved {
        moved if moved < -tolerance => Trend::Improving,
        moved if moved > tolerance => Trend::Worsening,
        _ => Trend::Steady,
    })
}

/// Whether a value meets the target; nothing for a comparator that this version does not know.
fn is_met(value: f64, comparator: &Comparator, target: f64) -> Option<bool> {
    Some(match comparator {
        Comparator::Equal => (value - target).abs() <= target.abs() * TOLERANCE,
        Comparator::Less => value < target,
        Comparator::AtMost => value <= target,
        Comparator::AtLeast => value >= target,
        Comparator::Greater => value > target,
        Comparator::Unrecognised(_) => return None,
    })
}

/// How far a value is on the wrong side of the target.
fn distance(value: f64, comparator: &Comparator, target: f64) -> f64 {
    match comparator {
        Comparator::Less | Comparator::AtMost => (value - target).max(0.0),
        Comparator::AtLeast | Comparator::Greater => (target - value).max(0.0),
        Comparator::Equal | Comparator::Unrecognised(_) => (value - target).abs(),
    }
}
