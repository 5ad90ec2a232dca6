//! `doorstep import`: opens cases from FHIR R4 bundles.

use std::fs;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use clap::Args;
use doorstep_client_core::document::Header;
use doorstep_client_core::ids::StaffId;
use doorstep_server::agency;
use doorstep_server::fhir::bundle::{self, ImportedCase, Reason, Skipped};
use doorstep_server::fhir::count::{ImportCount, by_reason};
use doorstep_server::fhir::create::create;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::{Output, complain};
use super::workplace::Workplace;

/// Open cases from FHIR R4 bundles.
///
/// Takes Patient, Practitioner, Condition, MedicationRequest, AllergyIntolerance, Encounter, Observation, Goal and
/// CarePlan; everything else is counted and named as skipped, and why where it is one of these. Importing the same bundle
/// again changes nothing.
#[derive(Args)]
#[command(after_help = "Examples:
  doorstep import patient.json
  doorstep import bundles/ --nurse \"Kim Reyes\"     every *.json in the folder; assign the cases to Kim
  doorstep import bundles/ --json                  end with one line of counts, for programs")]
pub(crate) struct Import {
    /// Bundles, or folders with bundles named *.json.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Assign the cases to this nurse: a name or an id.
    #[arg(long, value_name = "NURSE")]
    nurse: Option<String>,
}

impl Import {
    pub(crate) fn run(self, at: &Workplace, output: Output) -> anyhow::Result<()> {
        let nurse = self.nurse.map(|named| at.find_staff(&named)).transpose()?.map(|member| member.id);
        let files = files(&self.paths)?;
        let progress = progress(files.len());
        let mut count = ImportCount::default();
        let mut failed = 0;
        for file in &files {
            progress.set_message(file.file_name().unwrap_or_default().to_string_lossy().into_owned());
            match import(at, file, nurse, &mut count) {
                Ok(skipped) => {
                    for line in unfit(&skipped) {
                        progress.suspend(|| complain(&anyhow!("{}: {line}", file.display())));
                    }
                }
                Err(error) => {
                    failed += 1;
                    progress.suspend(|| complain(&error));
                }
            }
            progress.inc(1);
        }
        progress.finish_and_clear();
        output.say(&in_words(&count), &count)?;
        if failed > 0 {
            bail!("{failed} of {} files could not be imported; what else was there is imported", files.len());
        }
        Ok(())
    }
}

/// Imports one bundle: each of its cases in one transaction. Counts what was not there before; returns what became no
/// record.
fn import(
    at: &Workplace,
    file: &Path,
    nurse: Option<StaffId>,
    count: &mut ImportCount,
) -> anyhow::Result<Vec<Skipped>> {
    let doing = || format!("cannot import {}", file.display());
    let json = fs::read(file).with_context(doing)?;
    let imported = bundle::read(&json).with_context(doing)?;
    for case in &imported.cases {
        let made = store(at, case, nurse).with_context(doing)?;
        count.add_case(case.patient, made.iter().map(|header| (header.id, header.kind)));
    }
    count.add_bundle(&imported.skipped);
    Ok(imported.skipped)
}

/// What could have become a record and did not: each type and reason once, with how many there are.
fn unfit(skipped: &[Skipped]) -> Vec<String> {
    let unfit = by_reason(skipped).into_iter().filter(|(_, why, _)| **why != Reason::NotMapped);
    unfit.map(|(name, why, count)| format!("{count} × {name} skipped: {why}")).collect()
}

/// Stores a case; what is there already is left as it is. Returns what was made.
fn store(at: &Workplace, case: &ImportedCase, nurse: Option<StaffId>) -> anyhow::Result<Vec<Header>> {
    let author = agency::itself(at.agency.id);
    let made = create(&*at.store, at.agency.id, author, case, at.environment.now())?;
    if let Some(nurse) = nurse {
        at.store.grant(at.agency.id, case.scope, nurse, at.act())?;
    }
    Ok(made)
}

/// The files that the paths name, each once, in order.
fn files(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let entries =
                fs::read_dir(path).with_context(|| format!("cannot read the folder {}", path.display()))?;
            let mut found = Vec::new();
            for entry in entries {
                found.push(entry?.path());
            }
            found.retain(|file| {
                file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
            });
            if found.is_empty() {
                bail!("the folder {} holds no file named *.json", path.display());
            }
            files.extend(found);
        } else if path.exists() {
            files.push(path.clone());
        } else {
            bail!("there is no file or folder {}", path.display());
        }
    }
    files.sort();
    files.dedup();
    Ok(files)
}

fn progress(files: usize) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(files as u64), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} bundles, {eta} left  {msg}");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn in_words(count: &ImportCount) -> String {
    let list = |of: &mut dyn Iterator<Item = (String, usize)>| {
        let parts: Vec<String> = of.map(|(name, count)| format!("  {count:>6}  {name}")).collect();
        parts.join("\n")
    };
    let records =
        list(&mut count.records.iter().map(|(kind, count)| (kind.display().to_lowercase(), *count)));
    let skipped = list(&mut count.skipped.iter().map(|(name, count)| (name.clone(), *count)));
    let s = |count: usize| if count == 1 { "" } else { "s" };
    let (bundles, cases) = (count.bundles, count.cases);
    let mut words = format!("{bundles} bundle{} read, {cases} case{} opened.", s(bundles), s(cases));
    if !records.is_empty() {
        words.push_str(&format!("\nRecords made:\n{records}"));
    }
    if !skipped.is_empty() {
        words.push_str(&format!("\nResources skipped, by type:\n{skipped}"));
    }
    words
}
