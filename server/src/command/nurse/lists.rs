//! `caseload`, `today`, `chart`, `timeline`, `search`, `alerts`: the lists that a nurse works from.

use std::collections::BTreeMap;

use clap::Args;
use doorstep_client_core::device::{Alert, CaseOnPhone, Listed, Severity};
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::patient::{Patient, Sex};
use doorstep_client_core::record::{AnyRecord, Coding, Date, Kind, Timestamp};
use serde_json::{Value, json};

use super::fields::Names;
use super::memory::Row;
use super::page::{Page, Tone};
use super::phone::{Phone, explained};
use super::words::{counted, marks, marks_of};

/// Records of one kind that a chart shows unless it is asked for all.
const CHART_KIND_ROWS: usize = 8;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Your cases: the one with your next appointment first.
#[derive(Args)]
pub(super) struct Caseload;

/// Today's appointments and visits.
#[derive(Args)]
pub(super) struct Today;

/// Everything of a case, by kind.
#[derive(Args)]
pub(super) struct Chart {
    case: String,
    /// Only this kind, e.g. medication, observation, care_plan; may be given several times.
    #[arg(long, value_parser = kind)]
    kind: Vec<Kind>,
    /// Every record, not only the latest of each kind.
    #[arg(long)]
    all: bool,
}

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

impl Chart {
    pub(super) fn run(self, phone: &mut Phone<'_>, page: &mut Page) -> anyhow::Result<()> {
        let case = phone.case(&self.case)?;
        let scope = case.case.scope;
        let chart = phone.device.chart(scope).map_err(|error| explained("reading the chart", &error))?;
        let alerts = alerts_of(phone, scope)?;
        let is_asked = |kind: &Kind| self.kind.is_empty() || self.kind.contains(kind);
        let records = chart.records.into_iter().filter(|(kind, _)| is_asked(kind));
        let shown: Vec<(Kind, Vec<Listed>)> =
            records.map(|(kind, listed)| (kind, listed.into_iter().rev().collect())).collect();
        let is_all = self.all || !self.kind.is_empty() || page.style.is_json;
        let limit = if is_all { usize::MAX } else { CHART_KIND_ROWS };
        let rows = shown.iter().filter(|(kind, _)| is_all || *kind != Kind::Patient);
        let rows =
            rows.flat_map(|(_, listed)| listed.iter().take(limit).map(|listed| Row::from(listed.header)));
        phone.memory.keep_rows(rows.collect())?;
        let patients = patients(std::slice::from_ref(&case));
        if page.json(|| {
            let list =
                |listed: &Vec<Listed>| listed.iter().map(|listed| listed_json(listed, &patients)).collect();
            let records: serde_json::Map<String, Value> =
                shown.iter().map(|(kind, listed)| (kind.code().to_owned(), list(listed))).collect();
            json!({ "case": case_json(&case), "alerts": alerts, "records": records })
        }) {
            return Ok(());
        }
        write_patient(page, &case);
        write_alerts(page, &alerts);
        let mut number = 0;
        for (kind, listed) in shown.iter().filter(|(kind, _)| is_all || *kind != Kind::Patient) {
            let heading = page.toned(Tone::Bold, kind.display());
            page.line("");
            page.line(&format!("{heading} ({})", listed.len()));
            let mut rows = Vec::new();
            for listed in listed.iter().take(limit) {
                number += 1;
                rows.push(listed_row(page, number, listed));
            }
            page.table(&[], rows);
            if listed.len() > limit {
                let more = format!("   … {} more: --kind {kind}", listed.len() - limit);
                let more = page.toned(Tone::Dim, &more);
                page.line(&more);
            }
        }
        page.line("");
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
            let mine = RecordId::from(phone.enrolment.staff);
            let credentials = phone
                .device
                .credential_alerts(phone.surroundings.utc_offset_s())
                .map_err(|error| explained("reading the staff's licences", &error))?;
            let mine = credentials.into_iter().filter(|alert| alert.record == mine);
            found.extend(mine.map(|alert| ("you".to_owned(), None, alert)));
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

fn case_json(case: &CaseOnPhone) -> Value {
    json!({
        "case": case.case.scope,
        "patient": case.case.patient_name,
        "patient_record": case.patient.header.id,
        "next_appointment": case.case.next_appointment.map(|(at, id)| json!({ "at": at, "id": id })),
        "conflicts": case.conflicts,
        "unsent_changes": case.unsent_changes,
    })
}

fn listed_row(page: &Page, number: usize, listed: &Listed) -> Vec<String> {
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

fn age_and_sex(patient: &Patient, today: jiff::civil::Date) -> String {
    let sex = if patient.sex == Sex::Unknown { String::new() } else { patient.sex.display().to_lowercase() };
    let age = patient.birth_date.map(|born: Date| born.years_until(today).to_string());
    match (patient.deceased, age) {
        (Some(died), _) => format!("died {died}"),
        (None, Some(age)) if sex.is_empty() => age,
        (None, Some(age)) => format!("{age}, {sex}"),
        (None, None) => sex,
    }
}

fn write_patient(page: &mut Page, case: &CaseOnPhone) {
    let listed = &case.patient;
    let Ok(AnyRecord::Patient(patient)) = listed.header.kind.from_json(listed.view.clone()) else {
        page.line(&listed.summary);
        return;
    };
    let name = page.toned(Tone::Bold, &patient.full_name());
    let born = patient.birth_date.map(|born| format!(", born {born}")).unwrap_or_default();
    let age = age_and_sex(&patient, page.clock.today());
    let age = if age.is_empty() { age } else { format!(", {age}") };
    page.line(format!("{name}{age}{born}  {}", marks_of(listed)).trim_end());
    let address = &patient.address;
    let town = [address.city.as_str(), &address.state, &address.postal_code];
    let town = town.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let phone = |phone: &doorstep_client_core::record::patient::Phone| match phone.note.as_str() {
        "" => phone.number.clone(),
        note => format!("{} ({note})", phone.number),
    };
    let language = patient.language.as_ref().map(Coding::words).unwrap_or_default();
    let interpreter = if patient.needs_interpreter { "needs an interpreter" } else { "" };
    let joined =
        |parts: &[&str]| parts.iter().copied().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    let next: Option<Timestamp> = case.case.next_appointment.map(|(at, _)| at);
    let facts = [
        ("Address", joined(&[&address.line, &town])),
        ("Door", address.door_code.clone()),
        ("Dog", address.dog.clone()),
        ("Parking", address.parking.clone()),
        ("Phone", patient.phones.values().map(phone).collect::<Vec<_>>().join(", ")),
        ("Language", joined(&[language, interpreter])),
        ("Next visit", next.map(|at| page.clock.moment(at)).unwrap_or_default()),
        ("Case", case.case.scope.to_string()),
    ];
    let facts = facts.into_iter().filter(|(_, fact)| !fact.is_empty());
    let rows = facts.map(|(label, fact)| vec![label.to_owned(), fact]).collect();
    page.table(&[], rows);
    if case.conflicts > 0 {
        let text = format!("{} with several values in this case", counted(case.conflicts, "field"));
        let text = page.toned(Tone::Red, &text);
        page.line(&text);
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Urgent => "now",
        Severity::Warning => "soon",
        Severity::Notice => "in good time",
    }
}

fn kind(text: &str) -> Result<Kind, String> {
    text.replace('-', "_").to_lowercase().parse().map_err(|_| {
        let codes: Vec<&str> =
            Kind::ALL.iter().filter(|kind| !kind.is_directory()).map(|kind| kind.code()).collect();
        format!("not a kind of record; expected one of {}", codes.join(", "))
    })
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
