//! A nurse's day on a phone that is a process of its own and may be killed at any moment. Each line on its standard
//! input lets it go on by a step. It says on standard output what it has promised: one line for each save that
//! returned and for each record that it shows as sent.

use std::fmt;
use std::io::Write;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use doorstep_client_core::device::{Device, Listed, Version};
use doorstep_client_core::environment::SystemEnvironment;
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::Kind;
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::visit::Visit;
use doorstep_client_core::transport::{Cancel, HttpTransport};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::world::store_key;

/// Cases beyond which the nurse opens no more.
const CASES_ENOUGH: usize = 4;

/// What the phone says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// A save returned: this record at this version holds these words.
    Saved(RecordId, Version, String),
    /// A sync begins.
    Syncing,
    /// The phone shows this version of this record as sent.
    Sent(RecordId, Version),
    /// A step has ended.
    Done,
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Saved(record, version, words) => write!(f, "saved {record} {version} {words}"),
            Self::Syncing => f.write_str("syncing"),
            Self::Sent(record, version) => write!(f, "sent {record} {version}"),
            Self::Done => f.write_str("done"),
        }
    }
}

impl FromStr for Said {
    type Err = anyhow::Error;

    fn from_str(line: &str) -> anyhow::Result<Self> {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["saved", record, version, words] => {
                Ok(Self::Saved(record.parse()?, version.parse()?, words.to_owned()))
            }
            ["syncing"] => Ok(Self::Syncing),
            ["sent", record, version] => Ok(Self::Sent(record.parse()?, version.parse()?)),
            ["done"] => Ok(Self::Done),
            _ => bail!("not what a phone says: {line}"),
        }
    }
}

/// Goes through a day of saves and syncs with the server at `url`, drawn from `seed`, until there is no more input.
pub fn live(path: &Path, url: &str, seed: u64) -> anyhow::Result<()> {
    let device = Device::open(path, Some(&store_key()), Arc::new(SystemEnvironment))?;
    let http = HttpTransport::new(url)?;
    let mut day = Day { device, http, dice: StdRng::seed_from_u64(seed) };
    for line in std::io::stdin().lines() {
        line?;
        day.step()?;
        say(&Said::Done)?;
    }
    Ok(())
}

struct Day {
    device: Device,
    http: HttpTransport,
    dice: StdRng,
}

impl Day {
    fn step(&mut self) -> anyhow::Result<()> {
        match self.dice.random_range(0..10) {
            0..4 => self.sync(),
            4..6 => self.create(),
            _ => self.edit(),
        }
    }

    /// A lost connection is no fault of the phone's; anything else ends the day.
    fn sync(&mut self) -> anyhow::Result<()> {
        say(&Said::Syncing)?;
        let waiting: Vec<Listed> =
            self.records()?.into_iter().filter(|listed| listed.unsent_changes > 0).collect();
        let mut merged = 0;
        let mut told = Ok(());
        let synced = self.device.sync(&self.http, &Cancel::new(), |so_far| {
            if so_far.merged > merged && told.is_ok() {
                merged = so_far.merged;
                told = self.tell_sent(&waiting);
            }
        });
        told?;
        match synced {
            Ok(report) => ensure!(report.refused == 0, "the server refused work"),
            Err(error) if error.is_retryable() => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    fn tell_sent(&self, waiting: &[Listed]) -> anyhow::Result<()> {
        for listed in waiting {
            let read = self.device.read(listed.header.id)?;
            if read.unsent_changes == 0 {
                say(&Said::Sent(listed.header.id, read.version))?;
            }
        }
        Ok(())
    }

    fn create(&mut self) -> anyhow::Result<()> {
        let words = self.words();
        let mut cases: Vec<ScopeId> = self.records()?.iter().map(|listed| listed.header.scope).collect();
        cases.sort_unstable();
        cases.dedup();
        let opens = cases.is_empty() || cases.len() < CASES_ENOUGH && self.dice.random_range(0..8) == 0;
        let created = if opens {
            let patient = Patient { given: words.clone(), family: "Sample".into(), ..Patient::default() };
            self.device.open_case(&patient)?
        } else {
            let case = cases[self.dice.random_range(0..cases.len())];
            let visit = Visit { note: words.as_str().into(), ..Visit::default() };
            self.device.create(case, &visit.into())?
        };
        say(&Said::Saved(created.header.id, created.version, words))
    }

    /// Adds words to a note and changes a number, sometimes on a form that stays open during a sync.
    fn edit(&mut self) -> anyhow::Result<()> {
        let mut visits = self.records()?;
        visits.retain(|listed| listed.header.kind == Kind::Visit);
        if visits.is_empty() {
            return self.create();
        }
        let id = visits[self.dice.random_range(0..visits.len())].header.id;
        let words = self.words();
        let seen = self.device.read(id)?;
        let mut visit = Visit::try_from(seen.record).ok().context("not a visit")?;
        visit.note.0.push_str(&format!(" {words}"));
        visit.mileage_km = Some(f64::from(self.dice.random_range(1..100)));
        if self.dice.random_range(0..4) == 0 {
            self.sync()?;
        }
        let version = self.device.save(id, &seen.version, &visit.into())?;
        say(&Said::Saved(id, version, words))
    }

    fn words(&mut self) -> String {
        format!("kept-{:016x}", self.dice.random::<u64>())
    }

    fn records(&self) -> anyhow::Result<Vec<Listed>> {
        let mut records = Vec::new();
        for on_phone in self.device.caseload()? {
            records.extend(self.device.chart(on_phone.case.scope)?.records.into_values().flatten());
        }
        Ok(records)
    }
}

/// A line is written at once or not at all, so that a killed phone leaves no half of one.
fn say(said: &Said) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{said}\n").as_bytes())?;
    Ok(out.flush()?)
}
