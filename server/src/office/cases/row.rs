//! A case in the list.

use std::collections::HashMap;

use doorstep_client_core::care::alerts::EXPIRY_NOTICE_DAYS;
use doorstep_client_core::ids::{ScopeId, StaffId};
use doorstep_client_core::record::Timestamp;
use jiff::civil;

use crate::office::form::{Context, day};
use crate::office::local::Local;
use crate::store::CaseRow;

/// A case as the list shows it.
pub(super) struct Row {
    pub(super) scope: ScopeId,
    pub(super) patient: String,
    pub(super) born: Option<String>,
    pub(super) nurses: Vec<String>,
    pub(super) is_closed: bool,
    pub(super) next: Option<Moment>,
    pub(super) attention: Vec<Tag>,
    pub(super) payer: Option<String>,
    pub(super) visits: Tag,
    pub(super) changed: Option<Moment>,
}

/// A time, for programs and in words.
pub(super) struct Moment {
    pub(super) at: Timestamp,
    pub(super) words: String,
}

/// A word about a case, and how much it weighs: a class of the sheet.
pub(super) struct Tag {
    pub(super) class: &'static str,
    pub(super) words: String,
}

impl Row {
    pub(super) fn of(row: CaseRow, names: &HashMap<StaffId, String>, local: &Local) -> Self {
        let summary = row.summary;
        let nurse = |id: &StaffId| names.get(id).cloned().unwrap_or_default();
        let context = Context::bare(&local.words, local.zone());
        let moment = |at: Timestamp| Moment { at, words: local.moment(at) };
        let counts = [
            ("conflicts", "warning", row.attention.conflicts),
            ("late-work", "warning", row.attention.late_work),
            ("set-aside", "bad", row.attention.set_aside),
            ("overdue-tasks", "warning", row.attention.overdue_tasks),
            ("missed", "bad", row.attention.missed_appointments),
        ];
        let needed = counts.into_iter().filter(|(.., count)| *count > 0);
        let attention = needed.map(|(name, class, count)| {
            let words = local.words.with(&format!("cases-tag-{name}"), "count", count).into_owned();
            Tag { class, words }
        });
        Self {
            scope: summary.scope.id,
            born: row.birth_date.map(|date| day(date, &context)),
            nurses: summary.nurses.iter().map(nurse).collect(),
            is_closed: summary.scope.closed.is_some(),
            next: summary.next_appointment.map(moment),
            attention: attention.collect(),
            visits: visits(row.authorised_until, local, &context),
            payer: row.payer.filter(|payer| !payer.is_empty()),
            changed: summary.changed_at.map(moment),
            patient: summary.scope.title,
        }
    }
}

/// Until when visits are authorised.
fn visits(until: Option<civil::Date>, local: &Local, context: &Context<'_>) -> Tag {
    let soon = local.today().saturating_add(jiff::Span::new().days(EXPIRY_NOTICE_DAYS));
    let class = match until {
        None => "bad",
        Some(until) if until <= soon => "warning",
        Some(_) => "",
    };
    let words = match until {
        None => local.words.say("cases-visits-none").into_owned(),
        Some(civil::Date::MAX) => local.words.say("cases-visits-open").into_owned(),
        Some(until) => local.words.with("cases-visits-until", "day", day(until.into(), context)).into_owned(),
    };
    Tag { class, words }
}
