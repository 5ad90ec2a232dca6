//! `doorstep demo`: a day of a made-up agency, on a real server and real phones.

mod check;
mod clock;
mod day;
mod office;
mod phone;
mod shift;
mod signal;
mod story;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, anyhow};
use clap::Args;
use doorstep_client_core::environment::Environment;
use doorstep_server::app;
use doorstep_server::config::Config;

use super::output::{Output, complain};
use super::serve::{start_log, until_told_to_stop};
use clock::StoryClock;
use shift::Shift;
use story::Story;

/// Play a day of a made-up agency, on a real server and real phones.
///
/// Starts a server on this machine and a phone for each nurse. They lose their signal, make visits, write notes,
/// change the same fields, die in the middle of an exchange and come back. In the end every record on every phone is
/// compared with the server's. Then the day goes on for whoever watches the office's pages in a browser. Everything is
/// made up by a seeded generator, and thrown away at the end.
#[derive(Args)]
#[command(after_help = "Examples:
  doorstep demo                     play the day, then let it go on until Ctrl-C, to be watched in a browser
  doorstep demo --once --json       play the day, print one line of figures, and end
  doorstep demo --phones 12 --seed 7

The line of figures: phones, cases and records; changes ever made to the records; conflicts, the fields that wait for
a person to pick a value; lost, what a phone saved and the server has not; converged, whether every phone holds what
the server holds; and the seconds that it took. The command fails when anything was lost or differs.")]
pub(crate) struct Demo {
    /// End after the day.
    #[arg(long)]
    once: bool,
    /// Phones, one for each nurse.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(8..=50))]
    phones: u16,
    /// What the agency and its day are made from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The port of the server on this machine; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
}

impl Demo {
    pub(crate) fn run(self, output: Output) -> anyhow::Result<()> {
        let folder = Scratch::new()?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let clock = Arc::new(StoryClock::at_eight(story::DURATION));
        let log = std::env::var("DOORSTEP_LOG").unwrap_or_else(|_| "warn".to_owned());
        let config = Config { listen: ([127, 0, 0, 1], self.port).into(), log, ..Config::default() };
        start_log(&config)?;
        let environment: Arc<dyn Environment> = Arc::clone(&clock) as _;
        let running = runtime
            .block_on(app::start_in(&folder.0.join("server"), config, environment))
            .context("cannot start the demo's server")?;
        let story = Story::new(output, self.seed, clock, &folder.0, &running);
        let played = story.play(self.phones).and_then(|(cast, phones)| {
            if self.once {
                return Ok(());
            }
            let mut shift = Shift { phones, cast: &cast, clock: Arc::clone(&story.clock), seed: self.seed };
            shift.book()?;
            story.invite_the_user(&cast)?;
            let is_over = AtomicBool::new(false);
            std::thread::scope(|threads| {
                threads.spawn(|| shift.go_on(&is_over));
                let told = runtime.block_on(until_told_to_stop());
                is_over.store(true, Ordering::SeqCst);
                told
            })
        });
        runtime.block_on(running.shutdown());
        played
    }
}

/// A folder that goes with the demo.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> anyhow::Result<Self> {
        let path = std::env::temp_dir().join(format!("doorstep-demo-{}", std::process::id()));
        std::fs::create_dir_all(&path)
            .with_context(|| format!("cannot make the folder {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            complain(&anyhow!("the folder {} could not be removed: {error}", self.0.display()));
        }
    }
}
