//! `doorstep nurse`: a phone on the command line, over a real [`Device`](doorstep_client_core::device::Device).
//!
//! - `phone`: the phone's folder, its key, what surrounds it. `memory`: what was shown last, by ids only.
//! - `find`: which case or record a person means. `page`, `words`: what a person reads.
//! - One file per group of subcommands: each gets a [`Phone`] and writes on a [`Page`].

mod chart;
mod conflict;
mod enrol;
mod fields;
mod find;
mod lists;
mod measure;
mod memory;
mod new_case;
mod page;
mod phone;
mod record;
mod refused;
mod sync;
mod visit;
mod words;

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::output::Output;
use page::Page;
use phone::{Phone, Surroundings};

/// Be a nurse's phone: read charts, make visits, measure, with or without a network.
#[derive(Args)]
#[command(after_long_help = EXAMPLE_DAY)]
pub(crate) struct Nurse {
    /// The phone's folder. Each folder is a phone of its own.
    #[arg(long, global = true, env = "DOORSTEP_PHONE", default_value = "doorstep-phone", value_name = "DIR")]
    phone: PathBuf,
    /// The file with the 32 bytes that encrypt the phone's store, in hexadecimal; the folder's name with `.key` where
    /// none is given. Only for builds with encryption. On a real phone the key comes from the phone's key store.
    #[arg(long, global = true, value_name = "PATH")]
    key_file: Option<PathBuf>,
    /// Never touch the network. Only `enrol` and `sync` would: everything else works on the phone alone.
    #[arg(long, global = true)]
    offline: bool,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Enrol(enrol::Enrol),
    Caseload(lists::Caseload),
    Today(lists::Today),
    Chart(chart::Chart),
    Timeline(lists::Timeline),
    Search(lists::Search),
    Alerts(lists::Alerts),
    Show(record::Show),
    History(record::History),
    Visit(visit::Visit),
    Measure(measure::Measure),
    OpenCase(new_case::OpenCase),
    Sync(sync::Sync),
    Status(sync::Status),
    Conflicts(conflict::Conflicts),
    Resolve(conflict::Resolve),
    Refused(refused::Refused),
}

const EXAMPLE_DAY: &str = "\
CASE is a number from the last list, the beginning of one of the patient's names, or a case's id.
RECORD is a number from the last list, a patient's name, or a record's id. The beginning or the end of an
id is enough where it fits one only. Saves are made on the version that you saw.

An example day (the office made the code with `doorstep device invite NURSE`):

  doorstep nurse enrol --server http://127.0.0.1:8787 CODE   this folder is your phone now
  doorstep nurse sync                      fetch your caseload
  doorstep nurse today                     whom you visit today, numbered
  doorstep nurse chart 1                   everything about the first of them
  doorstep nurse visit start 1             you are at the door; no signal needed from here on
  doorstep nurse measure 1 bp 128/82       blood pressure, pulse 72, temp 98.6, weight 81.5 kg, pain 3, …
  doorstep nurse visit note \"Wound clean, dressing changed.\"
  doorstep nurse visit finish
  doorstep nurse status                    what the office does not have yet
  doorstep nurse sync                      send it, and fetch what others wrote
  doorstep nurse conflicts                 what you and a colleague wrote differently
  doorstep nurse resolve 1 preferred 2     pick the second value

What you save is on this phone's disk at once; nothing waits for a network, and nothing is sent but by `sync`.";

impl Nurse {
    /// Does one thing with the phone. Prints JSON, for programs, where that is asked for.
    pub(crate) fn run(self, output: Output) -> anyhow::Result<()> {
        let surroundings = Surroundings::of_this_machine();
        let mut page = Page::new(page::Style::of_this_terminal(output.is_json), &surroundings);
        let done = self.carry_out(&surroundings, &mut page);
        let (out, aside) = page.into_texts();
        io::stderr().write_all(aside.as_bytes())?;
        match io::stdout().write_all(out.as_bytes()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
            _ => done,
        }
    }

    fn carry_out(self, surroundings: &Surroundings, page: &mut Page) -> anyhow::Result<()> {
        let place = phone::Place { folder: self.phone, key_file: self.key_file, is_offline: self.offline };
        if let What::Enrol(enrol) = self.what {
            return enrol.run(&place, surroundings, page);
        }
        let mut phone = Phone::open(&place, surroundings)?;
        match self.what {
            What::Enrol(_) => unreachable!("a phone is enrolled before it is opened"),
            What::Caseload(caseload) => caseload.run(&mut phone, page),
            What::Today(today) => today.run(&mut phone, page),
            What::Chart(chart) => chart.run(&mut phone, page),
            What::Timeline(timeline) => timeline.run(&mut phone, page),
            What::Search(search) => search.run(&mut phone, page),
            What::Alerts(alerts) => alerts.run(&mut phone, page),
            What::Show(show) => show.run(&mut phone, page),
            What::History(history) => history.run(&mut phone, page),
            What::Visit(visit) => visit.run(phone, page),
            What::Measure(measure) => measure.run(&mut phone, page),
            What::OpenCase(open_case) => open_case.run(&mut phone, page),
            What::Sync(sync) => sync.run(&mut phone, page),
            What::Status(status) => status.run(&mut phone, page),
            What::Conflicts(conflicts) => conflicts.run(&mut phone, page),
            What::Resolve(resolve) => resolve.run(&mut phone, page),
            What::Refused(refused) => refused.run(&mut phone, page),
        }
    }
}

#[cfg(test)]
mod tests;
