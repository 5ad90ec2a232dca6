//! Mirrors the core's types for UniFFI: reads how `client-core` declares them, and says the same once more as UniFFI's remote
//! types. So each structure, field, code and word about them stands in one place, and a kind of record that is added there is
//! there for apps, too.

#![allow(clippy::print_stdout, reason = "that is how cargo is told")]

mod docs;
mod plain;
mod records;

use std::path::PathBuf;
use std::{env, fs};

use anyhow::{Context, Result};
use proc_macro2::TokenStream;

use plain::Source;

/// What apps see as the core has it, beside the records.
const PLAIN: &[Source] = &[
    Source {
        file: "record/value.rs",
        module: "record",
        types: &["Answer", "CheckPoint", "Coding", "Period", "Position", "Quantity"],
    },
    Source { file: "record/check.rs", module: "record", types: &["Problem"] },
    Source { file: "care/alerts.rs", module: "device", types: &["Alert", "AlertKind", "Severity"] },
    Source { file: "device/exchange.rs", module: "device", types: &["Phase", "Progress"] },
    Source { file: "device/files.rs", module: "device", types: &["FileState"] },
    Source { file: "device/lock.rs", module: "device", types: &["Lock"] },
    Source { file: "device/observe.rs", module: "device", types: &["Change"] },
    Source { file: "device/status.rs", module: "device", types: &["RefusedWork", "SyncStatus"] },
    Source { file: "store/files/mod.rs", module: "device", types: &["RefusedFile"] },
    Source { file: "store/meta.rs", module: "device", types: &["Enrolment"] },
];

fn main() -> Result<()> {
    let core = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../client-core/src");
    let records = core.join("record");
    let read = PLAIN.iter().map(|source| core.join(source.file)).chain([records.clone()]);
    read.for_each(|path| println!("cargo::rerun-if-changed={}", path.display()));
    write("record.rs", &records::mirror(&records)?)?;
    write("plain.rs", &plain::mirror(&core, PLAIN)?)
}

fn write(name: &str, declarations: &TokenStream) -> Result<()> {
    let out = PathBuf::from(env::var("OUT_DIR")?).join(name);
    fs::write(&out, declarations.to_string()).with_context(|| format!("cannot write {}", out.display()))
}
