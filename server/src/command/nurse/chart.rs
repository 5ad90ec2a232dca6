//! `chart`: everything of a case.

use clap::Args;
use doorstep_client_core::device::{CaseOnPhone, Listed};
use doorstep_client_core::record::patient::Phone as Number;
use doorstep_client_core::record::{AnyRecord, Coding, Kind, Timestamp};
use serde_json::{Value, json};

use super::lists::{age_and_sex, alerts_of, case_json, listed_json, listed_row, patients, write_alerts};
use super::memory::Row;
use super::page::{Page, Tone};
use super::phone::{Phone, explained};
use super::words::{counted, marks_of};

/// Records of one kind that a chart shows unless it is asked for all.
const CHART_KIND_ROWS: usize = 8;

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
    let phone = |phone: &Number| match phone.note.as_str() {
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

fn kind(text: &str) -> Result<Kind, String> {
    text.replace('-', "_").to_lowercase().parse().map_err(|_| {
        let codes: Vec<&str> =
            Kind::ALL.iter().filter(|kind| !kind.is_directory()).map(|kind| kind.code()).collect();
        format!("not a kind of record; expected one of {}", codes.join(", "))
    })
}
