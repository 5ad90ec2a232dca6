//! Makes the bindings for Kotlin, Swift and Python.
use clap::{Parser, ValueEnum};
use doorstep_mobile_ffi::bindings::{Language, generate};
use std::path::PathBuf;

#[derive(Parser)]
struct Arguments {
    language: Lang,
    library: PathBuf,
    folder: PathBuf,
}
#[derive(Clone, Copy, ValueEnum)]
enum Lang {
    Kotlin,
    Swift,
    Python,
}
fn main() -> anyhow::Result<()> {
    let Arguments { language, library, folder } = Arguments::parse();
    let language = match language {
        Lang::Kotlin => Language::Kotlin,
        Lang::Swift => Language::Swift,
        Lang::Python => Language::Python,
    };
    generate(language, &library, &folder)
}
