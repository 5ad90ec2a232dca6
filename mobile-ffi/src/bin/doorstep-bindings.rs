//! Makes the bindings for Kotlin, Swift and Python out of the built library.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use doorstep_mobile_ffi::bindings::{Language, generate};

/// Makes the bindings for Kotlin, Swift and Python out of the built library.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Writes sources in a language that call the library.
    ///
    /// The words are those of UniFFI's own command, so that what calls that (maturin) can call this.
    Generate {
        /// The language.
        #[arg(long)]
        language: Name,
        /// Where the sources go.
        #[arg(long)]
        out_dir: PathBuf,
        /// The library, built for this machine, with its symbols.
        #[arg(long)]
        library: PathBuf,
        /// Taken and not used: sources are never formatted.
        #[arg(long, hide = true)]
        no_format: bool,
        /// Taken and not used: names are always those of this crate's uniffi.toml.
        #[arg(long, hide = true)]
        config: Option<PathBuf>,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Name {
    Kotlin,
    Swift,
    Python,
}

fn main() -> anyhow::Result<()> {
    let Command::Generate { language, out_dir, library, .. } = Arguments::parse().command;
    let language = match language {
        Name::Kotlin => Language::Kotlin,
        Name::Swift => Language::Swift,
        Name::Python => Language::Python,
    };
    generate(language, &library, &out_dir)
}
