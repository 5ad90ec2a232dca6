//! Measures what the office's pages cost in a large agency: the server's time for each, and its size.

use std::io::{Write, stderr, stdout};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, ensure};
use clap::Parser;
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::ScopeId;
use doorstep_client_core::record::{Kind, Timestamp};
use doorstep_server::config::{Config, PasswordCost};
use doorstep_server::store::Role;
use doorstep_tests::large_agency::{LargeAgency, Size};
use doorstep_tests::office::Office;
use tempfile::TempDir;

/// Days from the agency's making to the day that is looked at.
const DAYS_AHEAD: i64 = 10;
/// Cases whose pages are asked for, in turn.
const CASES: usize = 40;

/// Measures what the office's pages cost: 50 nurses, 5,000 cases, 300,000 records.
///
/// The time is from the request to the whole page, over a kept connection on this machine.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// A copy of the agency is looked at that is kept here; it is made where there is none.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// How often to ask for each page.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(10..))]
    runs: u32,
}

/// A clock of a day on which every nurse has her visits, which begin on the day after the agency was made.
struct InTheMiddle;

impl Environment for InTheMiddle {
    fn now(&self) -> Timestamp {
        SystemEnvironment.now().saturating_add_ms(DAYS_AHEAD * 24 * 3_600_000)
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        SystemEnvironment.fill_random(bytes);
    }
}

/// A page that is asked for: its name, and its address and form in each run.
struct Page {
    name: &'static str,
    ask: Box<dyn Fn(usize) -> (String, Option<String>)>,
}

fn main() -> anyhow::Result<()> {
    let Arguments { folder, runs } = Arguments::parse();
    let made = Instant::now();
    let agency = match folder {
        Some(folder) => LargeAgency::kept_in(&folder, Size::LARGE)?,
        None => LargeAgency::make(Size::LARGE)?,
    };
    writeln!(stderr(), "{} records in {:.0} s", agency.records, made.elapsed().as_secs_f64())?;
    let copy = TempDir::new().context("making a folder for the copy")?;
    for file in std::fs::read_dir(&agency.folder)? {
        let file = file?;
        std::fs::copy(file.path(), copy.path().join(file.file_name()))?;
    }
    let config = Config { password_cost: PasswordCost::CHEAP, ..Config::default() };
    let office = Office::start_over(copy, config, Arc::new(InTheMiddle));
    let session = office.session("Ada Sample", Role::Admin, "ada.sample");
    let token = office.app().sign_ins.session(&session)?.csrf_token().to_owned();
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let cookie = format!("__Host-doorstep={session}");
    writeln!(stdout(), "{:<28} {:>9} {:>9} {:>9} {:>9}", "page", "median ms", "p99 ms", "first ms", "bytes")?;
    for page in pages(&office, &agency)? {
        let (mut times_ms, mut bytes) = (Vec::new(), 0);
        for run in 0..runs as usize {
            let (path, form) = (page.ask)(run);
            let url = format!("{}{path}", office.url());
            let began = Instant::now();
            let mut answer = match form {
                None => agent.get(url).header("cookie", &cookie).call()?,
                Some(form) => agent
                    .post(url)
                    .header("cookie", &cookie)
                    .content_type("application/x-www-form-urlencoded")
                    .send(format!("csrf_token={token}&{form}"))?,
            };
            let body = answer.body_mut().read_to_vec()?;
            times_ms.push(began.elapsed().as_secs_f64() * 1_000.0);
            ensure!(answer.status() == 200, "{} is answered {} for {path}", page.name, answer.status());
            bytes = bytes.max(body.len());
        }
        let first = times_ms[0];
        times_ms.sort_by(f64::total_cmp);
        let at = |part: usize| times_ms[(times_ms.len() - 1) * part / 100];
        writeln!(stdout(), "{:<28} {:>9.1} {:>9.1} {first:>9.1} {bytes:>9}", page.name, at(50), at(99))?;
    }
    Ok(())
}

fn pages(office: &Office, agency: &LargeAgency) -> anyhow::Result<Vec<Page>> {
    let snapshot = office.app().store.snapshot(agency.id)?;
    let scopes: Vec<ScopeId> =
        snapshot.cases(office.app().environment.now())?.iter().map(|case| case.scope.id).collect();
    let step = (scopes.len() / CASES).max(1);
    let scopes: Vec<ScopeId> = scopes.into_iter().step_by(step).collect();
    let mut records = Vec::new();
    for scope in &scopes {
        let views = snapshot.views(*scope)?;
        records.extend(
            views.iter().find(|view| view.stamp.kind == Kind::CarePlan).map(|view| view.stamp.record),
        );
    }
    let nurses = agency.nurses.clone();
    let plain = |name: &'static str, path: &'static str| Page {
        name,
        ask: Box::new(move |_| (path.to_owned(), None)),
    };
    let of_case = |name: &'static str, rest: &'static str| {
        let scopes = scopes.clone();
        Page {
            name,
            ask: Box::new(move |run| (format!("/office/cases/{}{rest}", scopes[run % scopes.len()]), None)),
        }
    };
    let of_record = |name: &'static str, rest: &'static str| {
        let records = records.clone();
        Page {
            name,
            ask: Box::new(move |run| {
                (format!("/office/records/{}{rest}", records[run % records.len()]), None)
            }),
        }
    };
    let searched = ["garza", "rosa", "555", "weber ma", "lopez"];
    Ok(vec![
        plain("today", "/office"),
        plain("caseload", "/office/cases"),
        Page {
            name: "caseload, searched",
            ask: Box::new(move |run| {
                ("/office/cases".to_owned(), Some(format!("words={}", searched[run % searched.len()])))
            }),
        },
        of_case("chart", ""),
        of_case("chart, plan", "/plan"),
        of_case("chart, outcomes", "/outcomes"),
        of_case("chart, timeline", "/timeline"),
        of_case("team", "/team"),
        of_record("record", ""),
        of_record("record, its form", "/edit"),
        plain("schedule, week", "/office/schedule"),
        Page {
            name: "schedule, a nurse's week",
            ask: Box::new(move |run| {
                (format!("/office/schedule?nurse={}", nurses[run % nurses.len()]), None)
            }),
        },
        plain("review", "/office/review"),
        plain("outcomes", "/office/outcomes"),
        plain("staff and phones", "/office/staff"),
        plain("audit", "/office/audit"),
        plain("account", "/office/account"),
    ])
}
