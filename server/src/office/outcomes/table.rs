//! The tables of what the care comes to: a row for each nurse, and one for the agency.

use std::collections::HashMap;

use doorstep_client_core::ids::StaffId;
use doorstep_client_core::record::goal::{Achievement, GoalStatus};

use super::kept::Counted;
use crate::audit::csv::quoted;
use crate::http::{Problem, names};
use crate::office::words::Words;
use crate::store::{OutcomeCounts, Snapshot};

/// What a table is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Goals,
    Visits,
    Measures,
}

impl Sort {
    pub(super) const ALL: [Self; 3] = [Self::Goals, Self::Visits, Self::Measures];

    /// Its name, in addresses, class names and messages.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Goals => "goals",
            Self::Visits => "visits",
            Self::Measures => "measures",
        }
    }

    /// The messages of its columns.
    const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Goals => &[
                "outcomes-pursued",
                "outcomes-met",
                "outcomes-nearer",
                "outcomes-unchanged",
                "outcomes-farther",
                "outcomes-not-met",
                "outcomes-given-up",
            ],
            Self::Visits => &[
                "outcomes-planned",
                "outcomes-cancelled",
                "outcomes-made",
                "outcomes-missed",
                "outcomes-overdue",
            ],
            Self::Measures => &[
                "outcomes-on-target",
                "outcomes-nearer",
                "outcomes-steady",
                "outcomes-farther",
                "outcomes-unclear",
            ],
        }
    }

    fn row(self, counts: &OutcomeCounts) -> Vec<u32> {
        match self {
            Self::Goals => {
                let goals = Goals::of(counts);
                let Goals { pursued, met, nearer, unchanged, farther, not_met, given_up } = goals;
                vec![pursued, met, nearer, unchanged, farther, not_met, given_up]
            }
            Self::Visits => {
                let visits = counts.visits;
                vec![visits.planned, visits.cancelled, visits.made, visits.missed, counts.overdue_tasks]
            }
            Self::Measures => {
                let measures = counts.measures;
                let ends = [measures.worsening, measures.unclear];
                [measures.on_target, measures.improving, measures.steady].into_iter().chain(ends).collect()
            }
        }
    }
}

/// Goals by what became of them.
#[derive(Default)]
pub(super) struct Goals {
    /// All of them but those that were given up.
    pub(super) pursued: u32,
    pub(super) met: u32,
    nearer: u32,
    unchanged: u32,
    farther: u32,
    not_met: u32,
    given_up: u32,
}

impl Goals {
    pub(super) fn of(counts: &OutcomeCounts) -> Self {
        let mut goals = Self::default();
        for ((status, achievement), count) in &counts.goals {
            if matches!(status, GoalStatus::Cancelled | GoalStatus::Rejected) {
                goals.given_up += count;
                continue;
            }
            goals.pursued += count;
            *match achievement {
                Achievement::Achieved | Achievement::Sustaining => &mut goals.met,
                Achievement::Improving => &mut goals.nearer,
                Achievement::Worsening => &mut goals.farther,
                Achievement::NotAchieved | Achievement::NotAttainable => &mut goals.not_met,
                _ => &mut goals.unchanged,
            } += count;
        }
        goals
    }
}

/// How many measures there are of which something can be said.
pub(super) fn measured(counts: &OutcomeCounts) -> u32 {
    let measures = counts.measures;
    measures.on_target + measures.improving + measures.steady + measures.worsening
}

/// A table.
pub(super) struct Table {
    pub(super) sort: Sort,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Row>,
    pub(super) all: Vec<u32>,
    names: [String; 2],
}

/// A nurse's row.
pub(super) struct Row {
    pub(super) nurse: StaffId,
    pub(super) name: String,
    pub(super) numbers: Vec<u32>,
}

/// The names of everybody something is counted for.
pub(super) fn names_of(
    snapshot: &dyn Snapshot,
    counted: &Counted,
) -> Result<HashMap<StaffId, String>, Problem> {
    let mut names = names(snapshot)?;
    names.retain(|id, _| counted.outcomes.nurses.contains_key(id));
    Ok(names)
}

impl Table {
    pub(super) fn of(sort: Sort, counted: &Counted, names: &HashMap<StaffId, String>, words: Words) -> Self {
        let row = |(nurse, counts): (&StaffId, &OutcomeCounts)| Row {
            nurse: *nurse,
            name: names.get(nurse).cloned().unwrap_or_else(|| words.say("somebody").into_owned()),
            numbers: sort.row(counts),
        };
        let mut rows: Vec<Row> = counted.outcomes.nurses.iter().map(row).collect();
        rows.retain(|row| row.numbers.iter().any(|number| *number > 0));
        rows.sort_by(|one, other| one.name.cmp(&other.name).then(one.nurse.cmp(&other.nurse)));
        Self {
            columns: sort.columns().iter().map(|message| words.say(message).into_owned()).collect(),
            all: sort.row(&counted.outcomes.agency),
            names: ["outcomes-nurse", "outcomes-agency"].map(|message| words.say(message).into_owned()),
            rows,
            sort,
        }
    }

    /// The message of what it is about.
    pub(super) fn message(&self) -> String {
        format!("outcomes-{}", self.sort.code())
    }

    /// As comma-separated values.
    pub(super) fn csv(&self) -> String {
        let [nurse, agency] = &self.names;
        let mut lines = vec![line(nurse, &self.columns)];
        lines.extend(self.rows.iter().map(|row| line(&row.name, &row.numbers)));
        lines.push(line(agency, &self.all));
        lines.concat()
    }
}

fn line(name: &str, cells: &[impl ToString]) -> String {
    let cells = cells.iter().map(|cell| quoted(&cell.to_string()));
    let line: Vec<String> = std::iter::once(quoted(&plain(name))).chain(cells).collect();
    format!("{}\r\n", line.join(","))
}

/// A text that no spreadsheet takes for a formula.
fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_formula_and_a_comma_in_it_no_end_of_a_cell() {
        assert_eq!(line("=1+1", &[1, 2]), "'=1+1,1,2\r\n");
        assert_eq!(line("Ada \"A\", RN", &[3]), "\"Ada \"\"A\"\", RN\",3\r\n");
    }

    #[test]
    fn goals_that_were_given_up_are_not_among_those_that_were_pursued() {
        let goals = [
            ((GoalStatus::Active, Achievement::InProgress), 4),
            ((GoalStatus::Completed, Achievement::Achieved), 3),
            ((GoalStatus::Active, Achievement::Sustaining), 2),
            ((GoalStatus::Cancelled, Achievement::Achieved), 1),
        ];
        let counts = OutcomeCounts { goals: goals.into_iter().collect(), ..OutcomeCounts::default() };
        assert_eq!(Sort::Goals.row(&counts), [9, 5, 0, 4, 0, 0, 1]);
    }
}
