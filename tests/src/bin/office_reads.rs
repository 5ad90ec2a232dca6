//! Measures what the office's reads of a large agency cost.

use std::collections::HashMap;
use std::io::{Write, stderr, stdout};
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context;
use clap::Parser;
use doorstep_client_core::care::Now;
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::ScopeId;
use doorstep_client_core::record::Timestamp;
use doorstep_server::store::{
    AssignedTo, AuditLog, AuditSearch, Authorised, CaseOrder, CaseQuery, CaseStatus, SearchWords, Snapshot,
    SqliteStore, Store, StoreError,
};
use doorstep_tests::large_agency::{LargeAgency, Size};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Cases on a page.
const PAGE_ROWS: usize = 50;

/// Measures what the office's reads of a large agency cost: 50 nurses, 5,000 cases, 300,000 records.
///
/// The time is that of the store alone, from a snapshot to the rows: the shortest, the median and the longest.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Where the agency is kept; made there, where there is none. A folder that is gone afterwards, where none is given.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// How often to read each.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
}

/// A read: how many rows it found.
type Read<'a> = Box<dyn Fn(&SqliteStore, &dyn Snapshot) -> Result<usize, StoreError> + 'a>;

fn main() -> anyhow::Result<()> {
    let Arguments { folder, runs } = Arguments::parse();
    let began = Instant::now();
    let agency = match folder {
        Some(folder) => LargeAgency::kept_in(&folder, Size::LARGE)?,
        None => LargeAgency::make(Size::LARGE)?,
    };
    writeln!(stderr(), "{} records in {:.0} s", agency.records, began.elapsed().as_secs_f64())?;
    let store = SqliteStore::open(&agency.folder, &SystemEnvironment)?;
    for (name, read) in reads(&agency)? {
        let mut times_ms = Vec::new();
        let mut rows = 0;
        for _ in 0..runs {
            let snapshot = store.snapshot(agency.id)?;
            let began = Instant::now();
            rows = read(&store, &*snapshot)?;
            times_ms.push(began.elapsed().as_secs_f64() * 1_000.0);
        }
        times_ms.sort_by(f64::total_cmp);
        let longest = times_ms.last().context("it was read once at least")?;
        let median = times_ms[times_ms.len() / 2];
        writeln!(
            stdout(),
            "{name:<40} {rows:>6} rows  {median:>7.2} ms median {longest:>7.2} ms at the longest"
        )?;
    }
    Ok(())
}

fn reads(agency: &LargeAgency) -> anyhow::Result<Vec<(&'static str, Read<'_>)>> {
    let at = SystemEnvironment.now();
    let now = Now::new(at, 0);
    let nurse = *agency.nurses.first().context("the agency has no nurses")?;
    let in_days = move |days: i64| at.saturating_add_ms(days * DAY_MS);
    let all = move || CaseQuery::all(now, at.saturating_add_ms(-HOUR_MS), PAGE_ROWS);
    let words = |words: &str| SearchWords::parse(words);
    let cases = |query: CaseQuery| -> Read<'_> {
        Box::new(move |_, snapshot| {
            Ok(usize::try_from(snapshot.case_page(&query)?.count).unwrap_or(usize::MAX))
        })
    };
    let id = agency.id;
    let audit = move |search: AuditSearch| -> Read<'_> {
        let search = AuditSearch { rows_max: PAGE_ROWS, ..search };
        Box::new(move |store, _| Ok(store.search_audit(id, search.clone())?.len()))
    };
    let two = move |order| -> Read<'_> {
        Box::new(move |_, snapshot| {
            let after = snapshot.case_page(&CaseQuery { order, ..all() })?.next;
            Ok(snapshot.case_page(&CaseQuery { after, order, ..all() })?.rows.len())
        })
    };
    Ok(vec![
        ("the latest activity", Box::new(|_, snapshot| Ok(snapshot.latest_activity(50)?.len()))),
        ("the plan of a day", Box::new(move |_, snapshot| plan(snapshot, in_days(3), in_days(4)))),
        ("the plan of a week", Box::new(move |_, snapshot| plan(snapshot, in_days(3), in_days(10)))),
        ("the plan of a past day", Box::new(move |_, snapshot| plan(snapshot, in_days(-150), in_days(-149)))),
        (
            "a nurse's week",
            Box::new(move |_, snapshot| Ok(snapshot.day_plan(in_days(3), in_days(10), Some(nurse))?.len())),
        ),
        (
            "the outcomes of a quarter",
            Box::new(move |_, snapshot| {
                let outcomes = snapshot.outcomes(in_days(-150), in_days(-60), now)?;
                Ok(outcomes.agency.goals.values().sum::<u32>() as usize)
            }),
        ),
        ("the newest of the audit log", audit(AuditSearch::default())),
        (
            "a nurse's month in it",
            audit(AuditSearch { staff: Some(nurse), from: Some(in_days(-30)), ..AuditSearch::default() }),
        ),
        (
            "an old page of what the office did",
            audit(AuditSearch { staff: Some(agency.office), before: Some(9_999), ..AuditSearch::default() }),
        ),
        (
            "who was refused at the sign-in",
            audit(AuditSearch { code: Some("sign_in_failed".to_owned()), ..AuditSearch::default() }),
        ),
        (
            "the office's locks of phones",
            audit(AuditSearch {
                staff: Some(agency.office),
                code: Some("device_locked".to_owned()),
                ..AuditSearch::default()
            }),
        ),
        ("cases by title", cases(all())),
        ("cases by next appointment", cases(CaseQuery { order: CaseOrder::NextAppointment, ..all() })),
        ("cases by last change", cases(CaseQuery { order: CaseOrder::LastChange, ..all() })),
        ("two pages by title", two(CaseOrder::Title)),
        ("open cases", cases(CaseQuery { status: Some(CaseStatus::Open), ..all() })),
        ("a nurse's cases", cases(CaseQuery { assigned: Some(AssignedTo::Nurse(nurse)), ..all() })),
        ("nobody's cases", cases(CaseQuery { assigned: Some(AssignedTo::Nobody), ..all() })),
        ("cases that need attention", cases(CaseQuery { needs_attention: true, ..all() })),
        ("authorised cases", cases(CaseQuery { authorised: Some(Authorised::Now), ..all() })),
        (
            "cases whose authorisation runs out",
            cases(CaseQuery { authorised: Some(Authorised::RunsOut), ..all() }),
        ),
        ("cases without authorisation", cases(CaseQuery { authorised: Some(Authorised::Not), ..all() })),
        ("cases found by a letter", cases(CaseQuery { words: words("a")?, ..all() })),
        ("cases found by two words", cases(CaseQuery { words: words("ma sample")?, ..all() })),
        ("cases found by part of a number", cases(CaseQuery { words: words("555-01")?, ..all() })),
        (
            "all of it at once",
            cases(CaseQuery {
                status: Some(CaseStatus::Open),
                assigned: Some(AssignedTo::Nurse(nurse)),
                needs_attention: true,
                authorised: Some(Authorised::Now),
                words: words("a")?,
                order: CaseOrder::NextAppointment,
                ..all()
            }),
        ),
    ])
}

/// The plan with the titles of its cases.
fn plan(snapshot: &dyn Snapshot, from: Timestamp, until: Timestamp) -> Result<usize, StoreError> {
    let plan = snapshot.day_plan(from, until, None)?;
    let scopes: Vec<ScopeId> = plan.iter().map(|planned| planned.scope).collect();
    let titles: HashMap<ScopeId, String> = snapshot.titles(&scopes)?;
    debug_assert!(scopes.iter().all(|scope| titles.contains_key(scope)));
    Ok(plan.len())
}
