//! `visit start|note|finish`: a visit as it happens.

use std::io::{IsTerminal, Read};

use anyhow::{Context, anyhow, bail};
use clap::{Args, Subcommand};
use doorstep_client_core::device::{Listed, Version};
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::appointment::{Appointment, AppointmentStatus};
use doorstep_client_core::record::visit::{Visit as VisitRecord, VisitStatus};
use doorstep_client_core::record::{AnyRecord, CheckPoint, Kind, Text};
use serde_json::json;

use super::lists::{around_now, patients};
use super::page::Page;
use super::phone::{Phone, Written, explained};

/// Days back in which a visit that is still going on is looked for.
const RUNNING_DAYS: i64 = 7;

/// Make a visit: check in, write the note, check out.
#[derive(Args)]
pub(super) struct Visit {
    #[command(subcommand)]
    step: Step,
}

#[derive(Subcommand)]
enum Step {
    /// Check in. Keeps today's appointment of the case, where there is one.
    Start {
        /// The case, or one of its appointments; your next appointment of today where none is given.
        case_or_appointment: Option<String>,
    },
    /// Add to the visit's note. Without TEXT: from standard input, or in your editor ($VISUAL, $EDITOR).
    Note {
        text: Vec<String>,
        /// The visit; the one that is going on where none is given.
        #[arg(long, value_name = "RECORD")]
        visit: Option<String>,
    },
    /// Check out.
    Finish {
        /// The visit; the one that is going on where none is given.
        #[arg(long, value_name = "RECORD")]
        visit: Option<String>,
        /// The way there, in kilometres.
        #[arg(long, value_name = "KM")]
        mileage_km: Option<f64>,
    },
}

impl Visit {
    pub(super) fn run(self, mut phone: Phone<'_>, page: &mut Page) -> anyhow::Result<()> {
        match self.step {
            Step::Start { case_or_appointment } => start(&mut phone, page, case_or_appointment.as_deref()),
            Step::Note { text, visit } => note(phone, page, &text.join(" "), visit.as_deref()),
            Step::Finish { visit, mileage_km } => finish(&phone, page, visit.as_deref(), mileage_km),
        }
    }
}

/// A visit as it was read: which, at which version, what it says.
struct Seen {
    id: RecordId,
    scope: ScopeId,
    version: Version,
    visit: VisitRecord,
}

/// The nurse's visit that is going on in a case, if there is one.
pub(super) fn running_in(phone: &Phone<'_>, scope: ScopeId) -> anyhow::Result<Option<RecordId>> {
    Ok(running(phone)?.into_iter().find(|listed| listed.header.scope == scope).map(|listed| listed.header.id))
}

fn start(phone: &mut Phone<'_>, page: &mut Page, said: Option<&str>) -> anyhow::Result<()> {
    let patients = patients(&phone.cases()?);
    let name = |scope: ScopeId| patients.get(&scope).cloned().unwrap_or_default();
    if let Some(running) = running(phone)?.first() {
        bail!(
            "starting a visit: the visit of {} is still going on; finish it first with `doorstep nurse visit finish`",
            name(running.header.scope)
        );
    }
    let (scope, appointment) = whom(phone, said)?;
    let kept = appointment.map(|id| appointment_at(phone, id)).transpose()?;
    let planned = appointment.map(|id| planned(phone, scope, id)).transpose()?.flatten();
    let (version, before) = match &planned {
        Some(seen) => (Some(seen.version.clone()), seen.visit.clone()),
        None => (None, VisitRecord::default()),
    };
    let visit = VisitRecord {
        appointment,
        nurse: Some(phone.enrolment.staff),
        service_type: before
            .service_type
            .clone()
            .or(kept.as_ref().and_then(|(_, kept)| kept.service_type.clone())),
        status: VisitStatus::InProgress,
        check_in: Some(CheckPoint { at: phone.now(), position: None }),
        ..before
    };
    let failed = |error| explained("starting the visit", &error);
    let (id, version) = match (planned, version) {
        (Some(seen), Some(version)) => {
            (seen.id, phone.device.save(seen.id, &version, &visit.into()).map_err(failed)?)
        }
        _ => {
            let created = phone.device.create(scope, &visit.into()).map_err(failed)?;
            (created.header.id, created.version)
        }
    };
    move_appointment(phone, appointment, AppointmentStatus::Arrived)?;
    let kept = match kept.and_then(|(_, kept)| kept.start) {
        Some(at) => format!("for the appointment of {}", page.clock.moment(at)),
        None => "without an appointment".to_owned(),
    };
    let what = format!("Visit of {} started at {}, {kept}.", name(scope), page.clock.time(phone.now()));
    let details = json!({ "id": id, "case": scope, "version": version, "appointment": appointment });
    page.saved(phone, &what, details)
}

fn note(phone: Phone<'_>, page: &mut Page, text: &str, said: Option<&str>) -> anyhow::Result<()> {
    let Seen { id, scope, version, mut visit } = visit_of(&phone, said)?;
    let (written, phone) = match text.trim() {
        "" => {
            let (place, surroundings) = (phone.place, phone.surroundings);
            drop(phone);
            let written = (surroundings.write)(&visit.note).context("writing the note")?;
            (written, Phone::open(place, surroundings)?)
        }
        text => (Written::More(text.to_owned()), phone),
    };
    let note = match written {
        Written::Instead(text) => text,
        Written::More(text) if text.is_empty() => visit.note.0.clone(),
        Written::More(text) if visit.note.trim().is_empty() => text,
        Written::More(text) => format!("{}\n{text}", visit.note.trim_end()),
    };
    if note == *visit.note {
        bail!("the note is as it was; nothing to save");
    }
    visit.note = Text(note);
    let version = phone
        .device
        .save(id, &version, &visit.into())
        .map_err(|error| explained("saving the visit's note", &error))?;
    let name = patients(&phone.cases()?).remove(&scope).unwrap_or_default();
    page.saved(
        &phone,
        &format!("Note added to the visit of {name}."),
        json!({ "id": id, "version": version }),
    )
}

fn finish(
    phone: &Phone<'_>,
    page: &mut Page,
    said: Option<&str>,
    mileage_km: Option<f64>,
) -> anyhow::Result<()> {
    let Seen { id, scope, version, visit } = visit_of(phone, said)?;
    let name = patients(&phone.cases()?).remove(&scope).unwrap_or_default();
    if let (VisitStatus::Finished, Some(point)) = (&visit.status, visit.check_out) {
        bail!("finishing the visit: the visit of {name} was finished {}", page.clock.moment(point.at));
    }
    let minutes = visit.check_in.map(|point| (phone.now().as_second() - point.at.as_second()) / 60);
    let (appointment, has_note) = (visit.appointment, !visit.note.trim().is_empty());
    let finished = VisitRecord {
        status: VisitStatus::Finished,
        check_out: Some(CheckPoint { at: phone.now(), position: None }),
        mileage_km: mileage_km.or(visit.mileage_km),
        ..visit
    };
    let version = phone
        .device
        .save(id, &version, &finished.into())
        .map_err(|error| explained("finishing the visit", &error))?;
    move_appointment(phone, appointment, AppointmentStatus::Fulfilled)?;
    let lasted = minutes.map(|minutes| format!(" after {minutes} min")).unwrap_or_default();
    if !has_note {
        page.note(&format!("The visit has no note yet: `doorstep nurse visit note --visit {id} \"…\"`."));
    }
    let what = format!("Visit of {name} finished at {}{lasted}.", page.clock.time(phone.now()));
    page.saved(phone, &what, json!({ "id": id, "case": scope, "version": version }))
}

/// The case to visit and the appointment that the visit keeps.
fn whom(phone: &Phone<'_>, said: Option<&str>) -> anyhow::Result<(ScopeId, Option<RecordId>)> {
    let Some(said) = said else {
        let next = open_today(phone)?.into_iter().next().map(|listed| listed.header);
        return next.map(|next| (next.scope, Some(next.id))).ok_or_else(|| {
            anyhow!(
                "you have no open appointment today; say whom you visit: `doorstep nurse visit start CASE`"
            )
        });
    };
    if let Ok(row) = phone.record(said)
        && let Ok(read) = phone.device.read(row.record)
        && read.header.kind == Kind::Appointment
    {
        return Ok((row.scope, Some(row.record)));
    }
    let scope = phone.case(said)?.case.scope;
    let next = open_today(phone)?.into_iter().find(|listed| listed.header.scope == scope);
    Ok((scope, next.map(|listed| listed.header.id)))
}

/// The nurse's appointments of today that are still open, the earliest first.
fn open_today(phone: &Phone<'_>) -> anyhow::Result<Vec<Listed>> {
    let mut listed = phone
        .device
        .today(phone.surroundings.utc_offset_s())
        .map_err(|error| explained("reading today's appointments", &error))?;
    let me = Some(phone.enrolment.staff);
    listed.retain(|listed| match listed.header.kind.from_json(listed.view.clone()) {
        Ok(AnyRecord::Appointment(appointment)) => appointment.status.is_open() && appointment.nurse == me,
        _ => false,
    });
    Ok(listed)
}

/// A visit that was planned for an appointment and has not begun.
fn planned(phone: &Phone<'_>, scope: ScopeId, appointment: RecordId) -> anyhow::Result<Option<Seen>> {
    let chart = phone.device.chart(scope).map_err(|error| explained("reading the chart", &error))?;
    let is_kept = |listed: &&Listed| {
        let kept = listed.view.get("appointment").and_then(serde_json::Value::as_str);
        kept == Some(&appointment.to_string()) && !listed.is_entered_in_error
    };
    let visits = chart.records.get(&Kind::Visit);
    let Some(found) = visits.and_then(|visits| visits.iter().find(is_kept)) else { return Ok(None) };
    let seen = read_visit(phone, found.header.id)?;
    match seen.visit.status {
        VisitStatus::Planned | VisitStatus::Arrived => Ok(Some(seen)),
        _ => bail!(
            "starting the visit: there is a visit for this appointment already ({}); `doorstep nurse show {}` shows it",
            seen.visit.status.display().to_lowercase(),
            seen.id
        ),
    }
}

/// The nurse's visits that are going on, the latest first.
fn running(phone: &Phone<'_>) -> anyhow::Result<Vec<Listed>> {
    let me = Some(phone.enrolment.staff);
    let mut listed = around_now(phone, RUNNING_DAYS, 1)?;
    listed.retain(|listed| match listed.header.kind.from_json(listed.view.clone()) {
        Ok(AnyRecord::Visit(visit)) => visit.status == VisitStatus::InProgress && visit.nurse == me,
        _ => false,
    });
    listed.reverse();
    Ok(listed)
}

fn visit_of(phone: &Phone<'_>, said: Option<&str>) -> anyhow::Result<Seen> {
    match said {
        Some(said) => read_visit(phone, phone.record(said)?.record),
        None => match running(phone)?.first() {
            Some(listed) => read_visit(phone, listed.header.id),
            None => bail!(
                "no visit of yours is going on; begin one with `doorstep nurse visit start CASE`, or name one with \
                 --visit RECORD"
            ),
        },
    }
}

fn read_visit(phone: &Phone<'_>, id: RecordId) -> anyhow::Result<Seen> {
    let read = phone.device.read(id).map_err(|error| explained("reading the visit", &error))?;
    match read.record {
        AnyRecord::Visit(visit) => Ok(Seen { id, scope: read.header.scope, version: read.version, visit }),
        other => bail!(
            "expected a visit; {id} is another kind of record: {}",
            other.kind().display().to_lowercase()
        ),
    }
}

fn appointment_at(phone: &Phone<'_>, id: RecordId) -> anyhow::Result<(Version, Appointment)> {
    let read = phone.device.read(id).map_err(|error| explained("reading the appointment", &error))?;
    match read.record {
        AnyRecord::Appointment(appointment) => Ok((read.version, appointment)),
        other => bail!("expected an appointment; {id} is another kind of record: {}", other.kind().display()),
    }
}

/// Gives the appointment that a visit keeps its new status.
fn move_appointment(phone: &Phone<'_>, id: Option<RecordId>, to: AppointmentStatus) -> anyhow::Result<()> {
    let Some(id) = id else { return Ok(()) };
    let (version, appointment) = appointment_at(phone, id)?;
    let moved = Appointment { status: to, ..appointment };
    phone
        .device
        .save(id, &version, &moved.into())
        .map_err(|error| explained("saving the appointment's status", &error))?;
    Ok(())
}

/// Asks for words: standard input where it is no terminal, otherwise the person's editor with what is there.
pub(super) fn ask_person(before: &str) -> anyhow::Result<Written> {
    let mut input = std::io::stdin();
    if !input.is_terminal() {
        let mut text = String::new();
        input.read_to_string(&mut text).context("reading standard input")?;
        return Ok(Written::More(text.trim().to_owned()));
    }
    let named =
        ["VISUAL", "EDITOR"].iter().find_map(|name| std::env::var(name).ok().filter(|name| !name.is_empty()));
    let editor = named.context("no editor is set: give the text with the command, or set EDITOR")?;
    let mut words = editor.split_whitespace();
    let program = words.next().context("EDITOR holds only spaces")?;
    let draft = Draft::new(before)?;
    let status = std::process::Command::new(program)
        .args(words)
        .arg(&draft.path)
        .status()
        .with_context(|| format!("starting the editor {editor:?}"))?;
    if !status.success() {
        bail!("the editor {editor:?} ended with {status}; nothing was saved");
    }
    let text = std::fs::read_to_string(&draft.path).context("reading what the editor wrote")?;
    Ok(Written::Instead(text.trim_end().to_owned()))
}

/// A file for the editor that nobody else can read, gone when it is dropped.
struct Draft {
    path: std::path::PathBuf,
}

impl Draft {
    fn new(text: &str) -> anyhow::Result<Self> {
        let mut random = [0u8; 8];
        getrandom::fill(&mut random).map_err(|error| anyhow!("drawing a name for the draft: {error}"))?;
        let name = format!("visit-note-{}.txt", data_encoding::HEXLOWER.encode(&random));
        let path = std::env::temp_dir().join(name);
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path).context("making a file for the editor")?;
        let draft = Self { path };
        std::io::Write::write_all(&mut file, text.as_bytes()).context("writing the file for the editor")?;
        Ok(draft)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // A draft that cannot be removed is the operating system's to clean up; the note itself is saved or kept.
        _ = std::fs::remove_file(&self.path);
    }
}
