//! What the `doorstep` command does, one file per command. Commands other than `serve` work on the same data
//! folder, beside a server that runs or without one.

mod audit;
#[cfg(feature = "phone")]
mod demo;
mod device;
mod import;
mod keys;
#[cfg(feature = "phone")]
mod nurse;
mod output;
mod serve;
mod staff;
mod workplace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use output::Output;
use workplace::Workplace;

/// Doorstep keeps a nurse's charts with her on the doorstep, where there is no signal.
#[derive(Parser)]
#[command(name = "doorstep", version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Cli {
    /// The folder that holds everything; made when it is not there.
    #[arg(long, global = true, value_name = "DIR", env = "DOORSTEP_DATA", default_value = "doorstep-data")]
    data: PathBuf,
    /// Print JSON, for programs.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  doorstep serve                               run the server; see it at http://127.0.0.1:8787/healthz
  doorstep staff add \"Kim Reyes\"               hire a nurse
  doorstep device invite \"Kim Reyes\"           make the one-time code that enrols her phone
  doorstep staff add \"Olu Ade\" --role admin --sign-in olu.ade   hire somebody for the office
  doorstep staff token \"Olu Ade\"               make a token for the office's API";

#[derive(Subcommand)]
enum Command {
    /// Run the server.
    Serve(serve::Serve),
    /// Play a day of a made-up agency, on a real server and real phones.
    #[cfg(feature = "phone")]
    Demo(demo::Demo),
    /// Add staff, let them sign in, assign cases, make tokens for the office's API.
    #[command(subcommand)]
    Staff(staff::Staff),
    /// Open cases from FHIR R4 bundles.
    Import(import::Import),
    /// Check the audit log, or export it.
    #[command(subcommand)]
    Audit(audit::Audit),
    /// List and rotate the keys that sign access tokens.
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Invite, list, lock and wipe phones.
    #[command(subcommand)]
    Device(device::Device),
    #[cfg(feature = "phone")]
    Nurse(Box<nurse::Nurse>),
}

/// Reads the arguments and does what they say.
pub(crate) fn run() -> ExitCode {
    let cli = Cli::parse();
    let output = Output { is_json: cli.json };
    let done = match cli.command {
        Command::Serve(serve) => serve.run(&cli.data, output),
        #[cfg(feature = "phone")]
        Command::Demo(demo) => demo.run(output),
        Command::Audit(audit) => Workplace::open(&cli.data).and_then(|at| audit.run(&at, output)),
        Command::Staff(staff) => Workplace::open(&cli.data).and_then(|at| staff.run(&at, output)),
        Command::Import(import) => Workplace::open(&cli.data).and_then(|at| import.run(&at, output)),
        Command::Keys(keys) => Workplace::open(&cli.data).and_then(|at| keys.run(&at, output)),
        Command::Device(device) => Workplace::open(&cli.data).and_then(|at| device.run(&at, output)),
        #[cfg(feature = "phone")]
        Command::Nurse(nurse) => nurse.run(output),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&error);
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_well_formed() {
        Cli::command().debug_assert();
    }
}
