//! `sync`, `status`: what the office has, and what it does not have yet.

use std::time::Duration;

use anyhow::{Context, anyhow, bail};
use clap::Args;
use doorstep_client_core::device::{ErrorKind, IS_ENCRYPTING, Lock, Progress, RefusedFile, SyncStatus};
use doorstep_client_core::ids::RecordId;
use doorstep_client_core::record::Timestamp;
use doorstep_client_core::transport::Cancel;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::enrol::NOT_ENCRYPTED;
use super::fields::Names;
use super::page::{Page, Tone};
use super::phone::{Phone, WIPED, explained};
use super::words::{counted, short, unsent, work};

const TICK: Duration = Duration::from_millis(100);

/// Send what the office does not have, and fetch what is new.
#[derive(Args)]
pub(super) struct Sync;

/// Whose phone this is, what is not sent yet, what was refused.
#[derive(Args)]
pub(super) struct Status;

impl Sync {
    pub(super) fn run(self, phone: &mut Phone<'_>, page: &mut Page) -> anyhow::Result<()> {
        let failed = |error| explained("reading what is unsent", &error);
        if phone.place.is_offline {
            bail!("sync needs the network: leave out --offline. Everything is safe on this phone");
        }
        let server = phone.enrolment.server_url.clone();
        let transport = (phone.surroundings.connect)(&server, phone.enrolment.roots_pem.as_deref())
            .with_context(|| format!("connecting to {server:?}"))?;
        let before = phone.device.sync_status().map_err(failed)?;
        let bar = ProgressBar::new_spinner().with_message(format!("Connecting to {server}"));
        let style = ProgressStyle::with_template("{spinner} {msg}").context("drawing the progress")?;
        bar.set_style(style);
        bar.enable_steady_tick(TICK);
        let told = |progress: Progress| bar.set_message(words(progress));
        let done = phone.device.sync(&*transport, &Cancel::new(), told);
        bar.finish_and_clear();
        if done.as_ref().is_err_and(|error| error.kind() == ErrorKind::Wiped) {
            phone.place.forget()?;
            bail!(WIPED);
        }
        let after = phone.device.sync_status().map_err(failed)?;
        let report = done.map_err(|error| match error.kind() {
            ErrorKind::Network => anyhow!(
                "no exchange with {server} now: {error}\nThat is all right: everything is safe on this phone ({} not \
                 sent yet). Run `doorstep nurse sync` again when there is a signal.",
                unsent(&after).unwrap_or_else(|| counted(0u32, "change"))
            ),
            _ => explained(&format!("syncing with {server}"), &error),
        })?;
        let sent = before.unsent_changes.saturating_sub(after.unsent_changes);
        if page.json(|| {
            json!({
                "records_sent": report.merged,
                "records_refused": report.refused,
                "records_received": report.received,
                "changes_sent": sent,
                "unsent_changes": after.unsent_changes,
                "files_sent": report.files_sent,
                "unsent_files": after.unsent_files,
                "all_sent": after.is_all_sent,
                "clock_ahead_s": after.clock_ahead_s,
            })
        }) {
            return Ok(());
        }
        page.line(&format!("{}.", words(report)));
        if after.is_all_sent {
            page.line("The office has everything that was written here.");
        }
        write_clock(page, after.clock_ahead_s.filter(|_| after.is_clock_off));
        page.footer(phone)
    }
}

impl Status {
    pub(super) fn run(self, phone: &mut Phone<'_>, page: &mut Page) -> anyhow::Result<()> {
        let status =
            phone.device.sync_status().map_err(|error| explained("reading how the phone stands", &error))?;
        let is_open = status.lock.is_none();
        let cases = if is_open { phone.cases()? } else { Vec::new() };
        let conflicts: u32 = cases.iter().map(|case| case.conflicts).sum();
        if page.json(|| {
            let refused = |refused: &doorstep_client_core::device::RefusedWork| {
                json!({ "id": refused.record, "case": refused.scope, "received": refused.is_received, "reason": refused.reason, "at": refused.at })
            };
            let refused_file = |refused: &RefusedFile| {
                json!({ "id": refused.record, "case": refused.scope, "reason": refused.reason, "at": refused.at })
            };
            json!({
                "enrolment": phone.enrolment,
                "cases": cases.len(),
                "conflicts": conflicts,
                "unsent_records": status.unsent_records,
                "unsent_changes": status.unsent_changes,
                "unsent_since": status.unsent_since,
                "refused": status.refused.iter().map(refused).collect::<Vec<_>>(),
                "unsent_files": status.unsent_files,
                "refused_files": status.refused_files.iter().map(refused_file).collect::<Vec<_>>(),
                "all_sent": status.is_all_sent,
                "last_success": status.last_success,
                "last_failure": status.last_failure,
                "last_error": status.last_error,
                "clock_ahead_s": status.clock_ahead_s,
                "clock_off": status.is_clock_off,
                "encrypted": IS_ENCRYPTING,
                "locked_by": status.lock.map(code),
                "lease_ends_at": status.lease_ends_at,
            })
        }) {
            return Ok(());
        }
        let me = RecordId::from(phone.enrolment.staff);
        let me = if is_open { Names::of_staff(phone)?.name(me) } else { short(me) };
        let moment = |at: Option<_>| at.map_or_else(|| "never".to_owned(), |at| page.clock.moment(at));
        let mut rows = vec![
            ("Phone of", me),
            ("Server", phone.enrolment.server_url.clone()),
            ("Cases", cases.len().to_string()),
            ("Not sent yet", not_sent(&status, moment)),
            ("Last sync", moment(status.last_success)),
        ];
        if let Some(at) = status.lease_ends_at {
            rows.push(("May stay offline", format!("until {}", page.clock.moment(at))));
        }
        if let Some(lock) = status.lock {
            let why = match lock {
                Lock::Office => "by the office: ask there, then run `doorstep nurse sync`",
                Lock::Lease => "it was offline for too long: run `doorstep nurse sync`",
            };
            rows.push(("Locked", why.to_owned()));
        }
        for refused in &status.refused_files {
            rows.push(("File refused", format!("{}: {}", page.clock.moment(refused.at), refused.reason)));
        }
        if let (Some(at), Some(error)) = (status.last_failure, &status.last_error) {
            rows.push(("Last attempt", format!("{}: {error}", page.clock.moment(at))));
        }
        let rows = rows.into_iter().map(|(label, fact)| vec![label.to_owned(), fact]).collect();
        page.table(&[], rows);
        write_clock(page, status.clock_ahead_s.filter(|_| status.is_clock_off));
        if status.is_all_sent {
            page.line(&work(&status));
        }
        if is_open {
            page.footer(phone)?;
        }
        if !IS_ENCRYPTING {
            page.note(NOT_ENCRYPTED);
        }
        Ok(())
    }
}

/// What no server holds yet, and since when.
fn not_sent(status: &SyncStatus, moment: impl Fn(Option<Timestamp>) -> String) -> String {
    let changes = (status.unsent_changes > 0).then(|| {
        format!(
            "{} in {}, since {}",
            counted(status.unsent_changes, "change"),
            counted(status.unsent_records, "record"),
            moment(status.unsent_since)
        )
    });
    let files = (status.unsent_files > 0).then(|| counted(status.unsent_files, "file"));
    let unsent: Vec<String> = [changes, files].into_iter().flatten().collect();
    if unsent.is_empty() { "nothing".to_owned() } else { unsent.join("; ") }
}

fn code(lock: Lock) -> &'static str {
    match lock {
        Lock::Office => "office",
        Lock::Lease => "lease",
    }
}

fn words(progress: Progress) -> String {
    let mut words = format!(
        "Sent {}, received {}",
        counted(progress.merged, "record"),
        counted(progress.received, "record")
    );
    if progress.files_sent > 0 {
        words.push_str(&format!(", sent {}", counted(progress.files_sent, "file")));
    }
    if progress.refused > 0 {
        words.push_str(&format!(", {} refused", counted(progress.refused, "record")));
    }
    words
}

fn write_clock(page: &mut Page, ahead_s: Option<i64>) {
    if let Some(ahead_s) = ahead_s {
        let minutes = counted(ahead_s.unsigned_abs() / 60, "minute");
        let way = if ahead_s > 0 { "ahead of" } else { "behind" };
        let text =
            format!("This phone's clock is {minutes} {way} the server's: set it, so that times are right.");
        let text = page.toned(Tone::Amber, &text);
        page.line(&text);
    }
}
