//! Times, counts and marks as people write them.

use doorstep_client_core::device::{Listed, SyncStatus};
use doorstep_client_core::record::{Kind, Timestamp};
use jiff::tz::TimeZone;

/// Marks a record whose fields have several values.
pub(super) const CONFLICT: &str = "⚠ conflict";
/// Marks a record that the office does not have yet.
pub(super) const UNSENT: &str = "↑ not sent";

/// A clock in a time zone.
#[derive(Clone)]
pub(super) struct Clock {
    pub(super) now: Timestamp,
    pub(super) zone: TimeZone,
}

impl Clock {
    /// Day and time: `today 14:00`, `Thu 26 Nov 09:30`, `2024-03-09 11:15`.
    pub(super) fn moment(&self, at: Timestamp) -> String {
        format!("{} {}", self.day(at), self.time(at))
    }

    /// The time of the day.
    pub(super) fn time(&self, at: Timestamp) -> String {
        self.zone.to_datetime(at.to_jiff()).strftime("%H:%M").to_string()
    }

    /// When a record's matter happened: a day for what is known to the day, day and time otherwise.
    pub(super) fn when(&self, kind: Kind, at: Option<Timestamp>) -> String {
        match (at, kind) {
            (None, _) => String::new(),
            (
                Some(at),
                Kind::Condition
                | Kind::Medication
                | Kind::Allergy
                | Kind::Coverage
                | Kind::Goal
                | Kind::CarePlan
                | Kind::Task,
            ) => at.to_jiff().strftime("%Y-%m-%d").to_string(),
            (Some(at), _) => self.moment(at),
        }
    }

    /// The text with every time in it that is told in UTC told in this zone instead.
    pub(super) fn localised(&self, text: &str) -> String {
        const FORM: &str = "0000-00-00 00:00 UTC";
        let mut local = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(end) = rest.find(" UTC").map(|at| at + " UTC".len()) {
            let start = end.checked_sub(FORM.len()).filter(|start| rest.is_char_boundary(*start));
            let at = start.and_then(|start| {
                let iso = format!("{}:00Z", rest[start..end - " UTC".len()].replacen(' ', "T", 1));
                iso.parse::<Timestamp>().ok()
            });
            match (start, at) {
                (Some(start), Some(at)) => {
                    local.push_str(&rest[..start]);
                    local.push_str(&self.moment(at));
                }
                _ => local.push_str(&rest[..end]),
            }
            rest = &rest[end..];
        }
        local + rest
    }

    fn day(&self, at: Timestamp) -> String {
        let day = self.zone.to_datetime(at.to_jiff()).date();
        let days = (day - self.today()).get_days();
        match days {
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            -1 => "yesterday".to_owned(),
            -180..=180 => day.strftime("%a %-d %b").to_string(),
            _ => day.strftime("%Y-%m-%d").to_string(),
        }
    }

    /// Today's date.
    pub(super) fn today(&self) -> jiff::civil::Date {
        self.zone.to_datetime(self.now.to_jiff()).date()
    }
}

/// `1 change`, `3 changes`.
pub(super) fn counted(count: impl Into<u64>, what: &str) -> String {
    let count = count.into();
    let plural = match what.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{what}s"),
    };
    if count == 1 { format!("1 {what}") } else { format!("{count} {plural}") }
}

/// What a person has to know of a record beside what it says.
pub(super) fn marks(conflicts: u32, unsent_changes: u32) -> String {
    let marks = [(conflicts > 0).then_some(CONFLICT), (unsent_changes > 0).then_some(UNSENT)];
    marks.into_iter().flatten().collect::<Vec<_>>().join("  ")
}

/// The same of a record in a list, with whether it was entered in error.
pub(super) fn marks_of(listed: &Listed) -> String {
    let marks = marks(listed.conflicts, listed.unsent_changes);
    let error = if listed.is_entered_in_error { "✗ entered in error" } else { "" };
    [error, &marks].into_iter().filter(|mark| !mark.is_empty()).collect::<Vec<_>>().join("  ")
}

/// The last 8 digits of an id: enough to name a record on one phone.
pub(super) fn short(id: impl std::fmt::Display) -> String {
    let id = id.to_string();
    id[id.len().saturating_sub(8)..].to_owned()
}

/// How the phone's work stands, in one line.
pub(super) fn work(status: &SyncStatus) -> String {
    let refused = status.refused.iter().filter(|refused| !refused.is_received).count() as u64;
    match (unsent(status), refused) {
        (None, 0) => "All sent.".to_owned(),
        (None, refused) => {
            format!("{} refused by the office: run `doorstep nurse refused`.", counted(refused, "record"))
        }
        (Some(unsent), 0) => format!("{unsent} not sent yet: run `doorstep nurse sync`."),
        (Some(unsent), refused) => format!(
            "{unsent} not sent yet, {} refused: run `doorstep nurse sync`, `doorstep nurse refused`.",
            counted(refused, "record")
        ),
    }
}

/// What no server holds yet, counted.
pub(super) fn unsent(status: &SyncStatus) -> Option<String> {
    let counts = [(status.unsent_changes, "change"), (status.unsent_files, "file")];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, what)| counted(count, what)).collect();
    (!counts.is_empty()).then(|| counts.join(", "))
}
