//! What an app's calls cost it: on the JVM, and in memory.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::Parser;
use doorstep_client_core::ids::ScopeId;
use doorstep_client_core::record::observation::Observation;
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::{AnyRecord, Coding, Quantity, Timestamp, code_system};
use doorstep_tests::languages::{self, Kotlin, Python};
use doorstep_tests::office::{Office, Phone};
use doorstep_tests::world::scratch;

/// Records of the chart that is opened.
const CHART_RECORDS: usize = 60;

/// Fills a caseload on a server, fetches it with apps in Kotlin and in Python that link the library, and says what their calls cost.
///
/// The bindings are made of the very library that is measured. What apps ship is measured by
///
///     cargo rustc --profile phone -p doorstep-mobile-ffi --lib --crate-type cdylib
///     app_calls --library target/phone/libdoorstep_mobile_ffi.so
#[derive(Parser)]
#[command(verbatim_doc_comment)]
struct Arguments {
    /// The library whose calls are measured, with its symbols; without this the one beside this program.
    #[arg(long)]
    library: Option<PathBuf>,
    /// Records on the phone.
    #[arg(long, default_value_t = 10_000)]
    records: usize,
    /// Cases of the caseload; the first has a chart of 60 records.
    #[arg(long, default_value_t = 25)]
    cases: usize,
}

fn main() -> anyhow::Result<()> {
    let Arguments { library, records, cases } = Arguments::parse();
    let library = named(library)?;
    ensure!(
        cases > 1 && records >= cases + CHART_RECORDS,
        "more records than a chart and its cases are needed"
    );
    let beside = |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("src/bin/app_calls").join(name);
    let mut out = std::io::stdout();

    writeln!(out, "filling {cases} cases with {records} records")?;
    let office = Office::start();
    let writer = office.phone("Ana Sample");
    let scopes = fill(&writer, records, cases)?;
    writer.sync();
    let nurse = office.hire("Kim Sample");
    scopes.iter().for_each(|scope| office.grant(*scope, nurse));

    let kotlin = Kotlin::find_with("the calls of apps", library.clone())?.context("Kotlin is needed")?;
    let python = Python::find_with("the calls of apps", library)?.context("Python is needed")?;
    let classes = kotlin.compile("calls", &[beside("Calls.kt")])?;
    let folder = scratch();
    let apps = [
        classes.program("CallsKt")?.arg(folder.path().join("kotlin")),
        python.program(&beside("memory.py")).arg(folder.path().join("python")),
    ];
    for app in apps {
        for line in app.arg(office.url()).arg(office.invite(nurse)).run()? {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}

/// The library of this path, or the one beside this program.
fn named(library: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    let Some(library) = library else { return languages::library() };
    let library = library.canonicalize().with_context(|| format!("{} is not there", library.display()))?;
    let name = languages::library_name();
    ensure!(library.ends_with(&name), "the bindings look for {name}, and {} is not that", library.display());
    Ok(library)
}

/// Cases of which the first has a chart of [`CHART_RECORDS`], its patient included, and the others the rest.
fn fill(phone: &Phone, records: usize, cases: usize) -> anyhow::Result<Vec<ScopeId>> {
    let scopes = (0..cases)
        .map(|number| {
            let patient =
                Patient { given: "Rosa".into(), family: format!("Sample {number}"), ..Patient::default() };
            Ok(phone.device.open_case(&patient)?.header.scope)
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    let elsewhere = records - cases - (CHART_RECORDS - 1);
    let first = std::iter::repeat_n(scopes[0], CHART_RECORDS - 1);
    let others = (0..elsewhere).map(|number| scopes[1 + number % (cases - 1)]);
    for (number, scope) in first.chain(others).enumerate() {
        phone.device.create(scope, &weight(number)?)?;
    }
    Ok(scopes)
}

fn weight(number: usize) -> anyhow::Result<AnyRecord> {
    let kg = 60.0 + (number % 200) as f64 / 10.0;
    Ok(AnyRecord::Observation(Observation {
        code: Some(Coding::new(code_system::LOINC, "29463-7", "Body weight")),
        value: Some(Quantity::new(kg, "kg")),
        performed_at: Some(Timestamp::from_millisecond(1_790_000_000_000 + number as i64 * 3_600_000)?),
        method: "standing, in light clothes".into(),
        ..Observation::default()
    }))
}
