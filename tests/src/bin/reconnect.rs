//! Measures what it costs a phone and a server to get even again.

use std::io::{Write, stderr, stdout};
use std::path::PathBuf;

use anyhow::ensure;
use clap::{Parser, Subcommand};
use doorstep_tests::process::server_binary;
use doorstep_tests::proxy::Shape;
use doorstep_tests::reconnect::phone::{self, Step};
use doorstep_tests::reconnect::{Bench, Medians};

/// Measures what it costs a phone and a server to get even again.
///
/// A workload file holds one nurse's caseload with its past, the edits and new records that her phone makes while it
/// is offline, and the edits that the office makes meanwhile. The bench brings the caseload onto a real `doorstep
/// serve`, as other people's phones would have written it, and then measures three exchanges of her phone, each
/// between processes that were just started, through a proxy that counts every byte at the socket:
///
///   COLD   an enrolled phone with an empty store downloads the caseload and has it on disk
///   SHIFT  it comes back with its edits while the office has made its own; both end up with everything
///   IDLE   it comes back and nothing has changed
///
/// After SHIFT the versions of every record on the phone and on the server are compared, and on the phone every
/// record's fields and number of changes with what the workload makes of them; the bench fails when anything differs.
///
/// Bytes, requests, memory and processor time are of runs on loopback; the slow link has a round trip of 300 ms,
/// 256 kbit/s each way, and takes one more round trip to connect. Printed are medians over all runs.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
struct Arguments {
    /// The workload's file.
    #[arg(required = true)]
    workload: Option<PathBuf>,
    /// How many runs on loopback, and how many over the slow link (about 40 s each).
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// End with one line of JSON in place of the table.
    #[arg(long)]
    json: bool,
    /// The `doorstep` command to measure; otherwise it is built in this program's profile.
    #[arg(long, value_name = "PATH")]
    server: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Hidden>,
}

const EXAMPLES: &str = "Examples:
  cargo run --release -p doorstep-tests --bin reconnect -- ../shared/bench/workload.json
  cargo run --release -p doorstep-tests --bin reconnect -- ../shared/bench/workload.json --runs 1 --json";

#[derive(Subcommand)]
enum Hidden {
    /// A step of the phone, for the bench itself.
    #[command(hide = true)]
    Phone {
        /// The phone's store.
        #[arg(long)]
        store: PathBuf,
        #[command(subcommand)]
        step: Step,
    },
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    match (arguments.command, arguments.workload) {
        (Some(Hidden::Phone { store, step }), _) => phone::run(&store, &step),
        (None, Some(workload)) => bench(workload, arguments.server, arguments.runs, arguments.json),
        (None, None) => anyhow::bail!("a workload file is needed; see --help"),
    }
}

fn bench(workload: PathBuf, server: Option<PathBuf>, runs: u32, json: bool) -> anyhow::Result<()> {
    say("building the server")?;
    let server = server.map_or_else(server_binary, Ok)?;
    ensure!(server.is_file(), "there is no command at {}", server.display());
    say("bringing the caseload onto a server")?;
    let bench = Bench::prepare(server, workload)?;
    let (mut fast, mut slow) = (Vec::new(), Vec::new());
    for run in 1..=runs {
        say(&format!("run {run} of {runs} on loopback"))?;
        fast.push(bench.run(&format!("fast-{run}"), None)?);
        say(&format!("run {run} of {runs} over the slow link"))?;
        slow.push(bench.run(&format!("slow-{run}"), Some(Shape::SLOW))?);
    }
    let medians = Medians::of(&fast, &slow);
    if json {
        writeln!(stdout(), "{}", serde_json::to_string(&medians)?)?;
    } else {
        writeln!(stdout(), "{}", medians.table())?;
        writeln!(
            stdout(),
            "The caseload holds {} records more than the workload: a patient for each case, and the next \
             appointment in one.\nIn each run, phone and server held the same versions of every record after SHIFT, \
             with every change of the workload.",
            bench.added_records()
        )?;
    }
    Ok(())
}

fn say(what: &str) -> anyhow::Result<()> {
    Ok(writeln!(stderr(), "{what} …")?)
}
