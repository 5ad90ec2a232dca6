//! `caseload`, `today`, `timeline`, `search`, `alerts`: the lists that a nurse works from.

use std::collections::BTreeMap;

use clap::Args;
use doorstep_client_core::device::{Alert, CaseOnPhone, Listed, Severity};
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::patient::{Patient, Sex};
use doorstep_client_core::record::{AnyRecord, Coding, Date};
use serde_json::{Value, json};

use super::fields::Names;
use super::memory::Row;
use super::page::{Page, Tone};
use super::phone::{Phone, explained};
use super::words::{marks, marks_of};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Your cases: the one with your next appointment first.
#[derive(Args)]
pub(super) struct Caseload;

/// Today's appointments and visits.
#[derive(Args)]
pub(super) struct Today;

/// Everything of a case in the order of time, the latest first.
#[derive(Args)]
pub(super) struct Timeline {
    case: String,
    /// How many records.
    #[arg(long, default_value_t = 30)]
    limit: usize,
}

/// Find records by their words.
#[derive(Args)]
pub(super) struct Search {
    #[arg(required = true)]
    words: Vec<String>,
    /// Only in this case.
    #[arg(long)]
    case: Option<String>,
    /// How many records.
    #[arg(long, default_value_t = 20)]
    limit: u32,
}

/// What you should look at now, in a case or in all of them.
#[derive(Args)]
pub(super) struct Alerts {
    case: Option<String>,
}

impl Caseload {
    pub(super) fn run(self, phone: &mut Phone<'_>, page: &mut Page) -> anyhow::Result<()> {
        let cases = phone.cases()?;
        phone.memory.keep_rows(cases.iter().map(|case| case.patient.header.into()).collect())?;
        if page.json(|| cases.iter().map(case_json).collect()) {
            return Ok(());
        }
        if cases.is_empty() {
            page.line(
                "No cases on this phone. `doorstep nurse sync` fetches those that the office gave you.",
            );
            return page.footer(phone);
        }
        let today = page.clock.today();
        let row = |(index, case): (usize, &CaseOnPhone)| {
            let next = case.case.next_appointment.map(|(at, _)| page.clock.moment(at));
            let (name, about) = patient_words(&case.patient, today);
            let next = next.unwrap_or_else(|| "–".to_owned());
            vec![(index + 1).to_string(), name, about, next, marks(case.conflicts, case.unsent_changes)]
        };
        let rows = cases.iter().enumerate().map(row).collect();
        page.table(&["#", "Patient", "", "Next visit", ""], rows);
        page.footer(phone)
    }
}

impl Today {
    pub(super) fn run(self, phone: &mut Phone<'_>, page: &mut Page) -> anyhow::Result<()> {
        let listed = phone
            .device
            .today(phone.surroundings.utc_offset_s())
            .map_err(|error| explained("reading today's appointments", &error))?;
        let kept: Vec<&str> =
            listed.iter().filter_map(|listed| listed.view.get("appointment")?.as_str()).collect();
        let shown: Vec<&Listed> =
            listed.iter().filter(|listed| !kept.contains(&listed.header.id.to_string().as_str())).collect();
        let patients = patients(&phone.cases()?);
        phone.memory.keep_rows(shown.iter().map(|listed| listed.header.into()).collect())?;
        if page.json(|| shown.iter().map(|listed| listed_json(listed, &patients)).collect()) {
            return Ok(());
        }
        if shown.is_empty() {
            page.line("No appointments or visits today.");
            return page.footer(phone);
        }
        let names = Names::of_staff(phone)?;
        let me = phone.enrolment.staff.to_string();
        let mut rows = Vec::new();
        for (index, listed) in shown.iter().enumerate() {
            let nurse = listed.view.get("nurse").and_then(Value::as_str).unwrap_or_default();
            let nurse = match nurse {
                "" => String::new(),
                nurse if nurse == me => String::new(),
                nurse => format!("with {}", names.who(phone, nurse.parse::<RecordId>().ok())),
            };
            rows.push(vec![
                (index + 1).to_string(),
                listed.at.map(|at| page.clock.time(at)).unwrap_or_default(),
                patients.get(&listed.header.scope).cloned().unwrap_or_default(),
                appointment_words(listed),
                nurse,
                marks_of(listed),
            ]);
        }
        page.table(&["#", "Time", "Patient", "", "", ""], rows);
        page.footer(phone)
    }
}

impl Timeline {
    pub(super) fn run(self, phone: &mut Phone<'_>, page: &mut Page) -> anyhow::Result<()> {
        let case = phone.case(&self.case)?;
        let scope = case.case.scope;
        let mut entries =
            phone.device.timeline(scope).map_err(|error| explained("reading the timeline", &error))?;
        let total = entries.len();
        entries.truncate(self.limit);
        phone.memory.keep_rows(entries.iter().map(|entry| Row { record: entry.record, scope }).collect())?;
        if page.json(|| json!(entries)) {
            return Ok(());
        }
        let heading = page.toned(Tone::Bold, &case.case.patient_name);
        page.line(&heading);
        let row = |(index, entry): (usize, &doorstep_client_core::device::Entry)| {
            let when = page.clock.when(entry.kind, entry.at);
            let kind = entry.kind.display().to_owned();
            let summary = without_time(&page.clock.localised(&entry.summary), &when);
            vec![(index + 1).to_string(), when, kind, summary]
        };
        let rows = entries.iter().enumerate().map(row).collect();
        page.table(&["#", "When", "", ""], rows);
        if total > entries.len() {
            let more =
                page.toned(Tone::Dim, &format!("   … {} earlier: --limit {total}", total - entries.len()));
            page.line(&more);
        }
        page.footer(phone)
    }
}

impl Search {
    pub(super) fn run(self, phone: &mut Phone<'_>, page: &mut Page) -> anyhow::Result<()> {
        let scope =
            self.case.as_deref().map(|said| phone.case(said)).transpose()?.map(|case| case.case.scope);
        let words = self.words.join(" ");
        let found = phone
            .device
            .search(&words, scope, self.limit)
            .map_err(|error| explained("searching the phone", &error))?;
        phone.memory.keep_rows(found.iter().map(|listed| listed.header.into()).collect())?;
        let patients = patients(&phone.cases()?);
        if page.json(|| found.iter().map(|listed| listed_json(listed, &patients)).collect()) {
            return Ok(());
        }
        if found.is_empty() {
            page.line(&format!("Nothing on this phone holds {words:?}."));
            return Ok(());
        }
        let row = |(index, listed): (usize, &Listed)| {
            let mut row = listed_row(page, index + 1, listed);
            let whose =
                patients.get(&listed.header.scope).cloned().unwrap_or_else(|| "(directory)".to_owned());
            row.splice(1..1, [whose, listed.header.kind.display().to_owned()]);
            row
        };
        let rows = found.iter().enumerate().map(row).collect();
        page.table(&["#", "Patient", "", "When", "", ""], rows);
        Ok(())
    }
}

impl Alerts {
    pub(super) fn run(self, phone: &mut Phone<'_>, page: &mut Page) -> anyhow::Result<()> {
        let cases = match &self.case {
            Some(said) => vec![phone.case(said)?],
            None => phone.cases()?,
        };
        let mut found: Vec<(String, Option<ScopeId>, Alert)> = Vec::new();
        for case in &cases {
            let alerts = alerts_of(phone, case.case.scope)?;
            found.extend(
                alerts
                    .into_iter()
                    .map(|alert| (case.case.patient_name.clone(), Some(case.case.scope), alert)),
            );
        }
        if self.case.is_none() {
            found.extend(own_alerts(phone, &cases)?);
        }
        found.sort_by_key(|(_, _, alert)| std::cmp::Reverse(alert.severity));
        let numbered =
            found.iter().filter_map(|(_, scope, alert)| Some(Row { record: alert.record, scope: (*scope)? }));
        phone.memory.keep_rows(numbered.collect())?;
        if page.json(|| {
            let one = |(patient, scope, alert): &(String, Option<ScopeId>, Alert)| {
                json!({ "patient": patient, "case": scope, "alert": alert })
            };
            found.iter().map(one).collect()
        }) {
            return Ok(());
        }
        if found.is_empty() {
            page.line("Nothing wants a look.");
        }
        let mut number = 0;
        let mut rows = Vec::new();
        for (patient, scope, alert) in &found {
            number += usize::from(scope.is_some());
            let shown = if scope.is_some() { number.to_string() } else { String::new() };
            let message = page.clock.localised(&alert.message);
            rows.push(vec![shown, severity(alert.severity).to_owned(), patient.clone(), message]);
        }
        if !rows.is_empty() {
            page.table(&["#", "", "Patient", ""], rows);
        }
        Ok(())
    }
}

/// What the nurse should look at across her cases, each with the patient and the case that it is of.
fn own_alerts(
    phone: &Phone<'_>,
    cases: &[CaseOnPhone],
) -> anyhow::Result<Vec<(String, Option<ScopeId>, Alert)>> {
    let alerts = phone.device.own_alerts(phone.surroundings.utc_offset_s());
    let alerts = alerts.map_err(|error| explained("looking for alerts across your cases", &error))?;
    let patients = patients(cases);
    let located = |alert: Alert| {
        if alert.record == RecordId::from(phone.enrolment.staff) {
            return Ok(("you".to_owned(), None, alert));
        }
        let read = phone.device.read(alert.record);
        let scope = read.map_err(|error| explained("reading an appointment", &error))?.header.scope;
        Ok((patients.get(&scope).cloned().unwrap_or_default(), Some(scope), alert))
    };
    alerts.into_iter().map(located).collect()
}

/// What somebody should look at in a case, here and now.
pub(super) fn alerts_of(phone: &Phone<'_>, scope: ScopeId) -> anyhow::Result<Vec<Alert>> {
    let offset_s = phone.surroundings.utc_offset_s();
    phone.device.alerts(scope, offset_s).map_err(|error| explained("looking for alerts", &error))
}

/// Alerts, the urgent ones in red.
pub(super) fn write_alerts(page: &mut Page, alerts: &[Alert]) {
    for alert in alerts {
        let tone = if alert.severity == Severity::Urgent { Tone::Red } else { Tone::Amber };
        let message = page.clock.localised(&alert.message);
        let line = page.toned(tone, &format!("! {message} ({})", severity(alert.severity)));
        page.line(&line);
    }
}

/// The patients' names by case.
pub(super) fn patients(cases: &[CaseOnPhone]) -> BTreeMap<ScopeId, String> {
    cases.iter().map(|case| (case.case.scope, case.case.patient_name.clone())).collect()
}

/// A record of a list, for programs.
pub(super) fn listed_json(listed: &Listed, patients: &BTreeMap<ScopeId, String>) -> Value {
    json!({
        "id": listed.header.id,
        "case": listed.header.scope,
        "kind": listed.header.kind,
        "patient": patients.get(&listed.header.scope),
        "at": listed.at,
        "summary": listed.summary,
        "version": listed.version,
        "conflicts": listed.conflicts,
        "unsent_changes": listed.unsent_changes,
        "entered_in_error": listed.is_entered_in_error,
        "record": listed.view,
    })
}

/// A case, for programs.
pub(super) fn case_json(case: &CaseOnPhone) -> Value {
    json!({
        "case": case.case.scope,
        "patient": case.case.patient_name,
        "patient_record": case.patient.header.id,
        "next_appointment": case.case.next_appointment.map(|(at, id)| json!({ "at": at, "id": id })),
        "conflicts": case.conflicts,
        "unsent_changes": case.unsent_changes,
    })
}

/// A record of a list: its number, its time, what it says, its marks.
pub(super) fn listed_row(page: &Page, number: usize, listed: &Listed) -> Vec<String> {
    let when = page.clock.when(listed.header.kind, listed.at);
    let summary = without_time(&page.clock.localised(&listed.summary), &when);
    vec![number.to_string(), when, summary, marks_of(listed)]
}

/// A summary line that does not repeat the time that stands before it.
fn without_time(summary: &str, when: &str) -> String {
    let rest = summary.strip_prefix(when).and_then(|rest| rest.strip_prefix(", "));
    rest.unwrap_or(summary).to_owned()
}

/// What an appointment or a visit is for and where it stands, without its time.
fn appointment_words(listed: &Listed) -> String {
    let Ok(AnyRecord::Appointment(appointment)) = listed.header.kind.from_json(listed.view.clone()) else {
        return listed.summary.clone();
    };
    let service = appointment.service_type.as_ref().map(Coding::words);
    let what = service.unwrap_or_else(|| appointment.appointment_type.display());
    let status = appointment.status.display().to_lowercase();
    let parts = [what, &appointment.reason, &appointment.place, &status];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn patient_words(listed: &Listed, today: jiff::civil::Date) -> (String, String) {
    let Ok(AnyRecord::Patient(patient)) = listed.header.kind.from_json(listed.view.clone()) else {
        return (listed.summary.clone(), String::new());
    };
    (patient.full_name(), age_and_sex(&patient, today))
}

/// How old the patient is, and of what sex, as far as is known.
pub(super) fn age_and_sex(patient: &Patient, today: jiff::civil::Date) -> String {
    let sex = if patient.sex == Sex::Unknown { String::new() } else { patient.sex.display().to_lowercase() };
    let age = patient.birth_date.map(|born: Date| born.years_until(today).to_string());
    match (patient.deceased, age) {
        (Some(died), _) => format!("died {died}"),
        (None, Some(age)) if sex.is_empty() => age,
        (None, Some(age)) => format!("{age}, {sex}"),
        (None, None) => sex,
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Urgent => "now",
        Severity::Warning => "soon",
        Severity::Notice => "in good time",
    }
}

/// The appointments and visits around now, oldest first.
pub(super) fn around_now(
    phone: &Phone<'_>,
    days_before: i64,
    days_after: i64,
) -> anyhow::Result<Vec<Listed>> {
    let (from, until) = (
        phone.now().saturating_add_ms(-days_before * DAY_MS),
        phone.now().saturating_add_ms(days_after * DAY_MS),
    );
    phone.device.between(from, until).map_err(|error| explained("reading appointments and visits", &error))
}
