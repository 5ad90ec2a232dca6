//! `refused`: what the office did not take, and why.

use anyhow::bail;
use clap::Args;
use doorstep_client_core::ids::RecordId;
use serde_json::json;

use super::lists::patients;
use super::memory::Row;
use super::page::Page;
use super::phone::{Phone, explained};
use super::words::{short, work};

/// What was refused and why. It is kept, here or in the office; what is still here can be offered again with --retry.
#[derive(Args)]
pub(super) struct Refused {
    /// Offer this record again with the next sync.
    #[arg(long, value_name = "RECORD")]
    retry: Option<String>,
    /// List this record no more, which the office discarded.
    #[arg(long, value_name = "RECORD", conflicts_with = "retry")]
    dismiss: Option<String>,
}

impl Refused {
    pub(super) fn run(self, phone: &mut Phone<'_>, page: &mut Page) -> anyhow::Result<()> {
        if let Some(said) = &self.retry {
            return retry(phone, page, said);
        }
        if let Some(said) = &self.dismiss {
            return dismiss(phone, page, said);
        }
        let status =
            phone.device.sync_status().map_err(|error| explained("reading what was refused", &error))?;
        let row = |refused: &doorstep_client_core::device::RefusedWork| {
            Some(Row { record: refused.record, scope: refused.scope? })
        };
        phone.memory.keep_rows(status.refused.iter().filter_map(row).collect())?;
        let patients = patients(&phone.cases()?);
        if page.json(|| {
            let one = |refused: &doorstep_client_core::device::RefusedWork| {
                json!({
                    "id": refused.record,
                    "case": refused.scope,
                    "received": refused.is_received,
                    "discarded": refused.is_discarded,
                    "here": refused.is_here,
                    "reason": refused.reason,
                    "at": refused.at,
                })
            };
            status.refused.iter().map(one).collect()
        }) {
            return Ok(());
        }
        if status.refused.is_empty() {
            page.line("Nothing was refused.");
            return Ok(());
        }
        let mut rows = Vec::new();
        let mut number = 0;
        for refused in &status.refused {
            number += usize::from(refused.scope.is_some());
            let shown = if refused.scope.is_some() { number.to_string() } else { String::new() };
            let patient = refused.scope.and_then(|scope| patients.get(&scope)).cloned().unwrap_or_default();
            let what = what(phone, refused.record);
            let whose =
                if refused.is_received { "from the office, unreadable here" } else { "by the office" };
            rows.push(vec![
                shown,
                page.clock.moment(refused.at),
                patient,
                what,
                whose.to_owned(),
                refused.reason.clone(),
            ]);
        }
        page.table(&["#", "When", "Patient", "", "Refused", "Why"], rows);
        let written = || status.refused.iter().filter(|refused| !refused.is_received);
        if written().any(|refused| refused.is_here) {
            page.line(
                "What is still on this phone stays here: `doorstep nurse refused --retry NUMBER` offers it again; so \
                 does mending the record.",
            );
        }
        if written().any(|refused| !refused.is_here && !refused.is_discarded) {
            page.line("What has left this phone with its case is kept for the office, which can accept it as yours.");
        }
        if written().any(|refused| !refused.is_here && refused.is_discarded) {
            page.line(
                "What the office discarded is kept there: `doorstep nurse refused --dismiss NUMBER` lists it no more.",
            );
        }
        Ok(())
    }
}

fn retry(phone: &mut Phone<'_>, page: &mut Page, said: &str) -> anyhow::Result<()> {
    let row = phone.record(said)?;
    let status = phone.device.sync_status().map_err(|error| explained("reading what was refused", &error))?;
    let is_refused = |refused: &&doorstep_client_core::device::RefusedWork| refused.record == row.record;
    match status.refused.iter().find(is_refused) {
        None => bail!(
            "nothing of {} was refused; `doorstep nurse refused` lists what was",
            what(phone, row.record)
        ),
        Some(refused) if refused.is_received => {
            bail!(
                "it came from the office and cannot be read here; there is nothing to offer again, update Doorstep"
            )
        }
        Some(_) => {}
    }
    phone.device.retry_refused(row.record).map_err(|error| explained("offering the record again", &error))?;
    let status = phone.device.sync_status().map_err(|error| explained("reading what is unsent", &error))?;
    if !page.json(|| json!({ "id": row.record, "unsent_changes": status.unsent_changes })) {
        page.line(&format!("It will be offered again. {}", work(&status)));
    }
    Ok(())
}

fn dismiss(phone: &mut Phone<'_>, page: &mut Page, said: &str) -> anyhow::Result<()> {
    let row = phone.record(said)?;
    let dismissed = phone.device.dismiss_discarded(row.record);
    dismissed.map_err(|error| explained("dismissing what was discarded", &error))?;
    if !page.json(|| json!({ "id": row.record })) {
        page.line("It is listed no more; the office keeps it.");
    }
    Ok(())
}

fn what(phone: &Phone<'_>, record: RecordId) -> String {
    match phone.device.read(record) {
        Ok(read) => format!("{}: {}", read.header.kind.display(), read.record.summary()),
        Err(_) => format!("record {}", short(record)),
    }
}
