//! A phone as a process of its own, for the tests that kill it.

use std::path::PathBuf;

use clap::Parser;
use doorstep_tests::day;

/// Lives through a nurse's day, a step for each line of input, and prints what the phone promises.
#[derive(Parser)]
struct Arguments {
    /// The phone's store, which is enrolled.
    store: PathBuf,
    /// The server's address.
    server: String,
    /// What the day is drawn from.
    seed: u64,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    day::live(&arguments.store, &arguments.server, arguments.seed)
}
