//! What asking `access` costs in an exchange that brings a shift's work.

use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

use anyhow::{Context, ensure};
use clap::Parser;
use doorstep_client_core::document::{Author, Authors, Header, StoreId};
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::{DeviceId, ScopeId};
use doorstep_client_core::record::Kind;
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::task::Task;
use doorstep_client_core::wire::{Push, SyncRequest};
use doorstep_server::access::{Action, Actor, Relation, in_force, may};
use doorstep_server::admission::Permissions;
use doorstep_server::merge::create_all;
use doorstep_server::store::{Act, Agent, NewDevice, Role, ScopeKind, SqliteStore, Store};
use doorstep_server::sync::{Caller, Exchange};
use doorstep_server::{agency, store};
use doorstep_tests::process::cpu_s;
use doorstep_tests::rogue::{creation, new_id};
use doorstep_tests::world::scratch;

/// Cases of a caseload, as in the reconnect bench's.
const CASES: u8 = 25;
/// Records that a shift's work is about, as in the reconnect bench's SHIFT.
const PUSHES: usize = 128;

/// Sends a server the work of a shift, once, and asks of `access` what that asked of it, many times.
///
/// Both run in this process, on a real store, without HTTP: which would only make the share smaller. Processor time is
/// that of all threads.
#[derive(Parser)]
struct Arguments {
    /// How many times what an exchange asks is asked.
    #[arg(long, default_value_t = 1_000)]
    times: u32,
    /// How many exchanges.
    #[arg(long, default_value_t = 10)]
    exchanges: u32,
    /// Print JSON, for programs.
    #[arg(long)]
    json: bool,
}

fn main() -> anyhow::Result<()> {
    let Arguments { times, exchanges, json } = Arguments::parse();
    let folder = scratch();
    let store = SqliteStore::open(folder.path(), &SystemEnvironment)?;
    let (caller, cases) = nurse_with_cases(&store)?;
    let exchange_us = exchange(&store, caller, &cases, exchanges)?;
    let asking_us = asking(&store, caller, &cases, times)?;
    let share = 100.0 * asking_us / exchange_us;
    let said = match json {
        true => serde_json::json!({ "exchange_us": exchange_us, "access_us": asking_us, "share": share })
            .to_string(),
        false => format!(
            "an exchange of {PUSHES} records takes {:.1} ms of processor time, {asking_us:.1} µs of it for what it asks of \
             access: {share:.3} % (target: at most 5 %)",
            exchange_us / 1e3
        ),
    };
    writeln!(std::io::stdout(), "{said}").context("saying what it costs")
}

/// A nurse, her phone, and the cases that are assigned to her.
fn nurse_with_cases(store: &dyn Store) -> anyhow::Result<(Caller, Vec<ScopeId>)> {
    let (now, dice): (_, &dyn Environment) = (SystemEnvironment.now(), &SystemEnvironment);
    let (agency, _) = agency::found_first(store, &SystemEnvironment)?;
    let nurse = agency::hire(store, &SystemEnvironment, agency.id, "Nurse Sample", Role::Nurse)?;
    let act = Act { by: Agent::Command, at: now };
    let (id, hash) = (DeviceId::new(now, &mut dice.entropy()), [1; 32]);
    let (name, app_version) = ("phone".to_owned(), "1.0".to_owned());
    let device = NewDevice { id, name, app_version, clock_skew_s: 0, refresh_token_hash: hash };
    store.add_enrolment_code(agency.id, nurse.id, hash, now.saturating_add_ms(60_000), act)?;
    store.enrol(hash, device, now)?.context("the code is good")?;
    let mut cases = Vec::new();
    for _ in 0..CASES {
        let scope = ScopeId::new(now, &mut dice.entropy());
        let patient = Patient { given: "Rosa".into(), family: "Sample".into(), ..Patient::default() };
        let header = Header { id: new_id(), scope, kind: Kind::Patient };
        create_all(store, agency.id, nurse.id, &[(header, patient.into())], now)?;
        store.grant(agency.id, scope, nurse.id, act)?;
        cases.push(scope);
    }
    Ok((Caller { actor: Actor::of(agency.id, &nurse), device: id }, cases))
}

/// The median of the processor time that an exchange takes which brings a shift's work, in microseconds.
fn exchange(store: &dyn Store, caller: Caller, cases: &[ScopeId], exchanges: u32) -> anyhow::Result<f64> {
    let by = Author { staff: caller.actor.staff, store: StoreId([1; 8]) };
    let mut taken = Vec::new();
    for _ in 0..exchanges.max(1) {
        let push = |scope: &ScopeId| {
            let (record, task) = (new_id(), Task { title: "order dressings".to_owned(), ..Task::default() });
            Push { record, changes: creation(*scope, record, task, by) }
        };
        let pushes = cases.iter().cycle().take(PUSHES).map(push).collect();
        let now = SystemEnvironment.now();
        let request = SyncRequest { pushes, ..SyncRequest::new(now, by.store, None) };
        let begun = cpu_s(std::process::id())?;
        let exchange = Exchange::begin(store, caller, request, now)?;
        ensure!(exchange.changed_scopes().len() == PUSHES, "not everything was merged");
        exchange.answer(|part| !black_box(part).is_empty())?;
        taken.push((cpu_s(std::process::id())? - begun) * 1e6);
    }
    taken.sort_by(f64::total_cmp);
    Ok(taken[taken.len() / 2])
}

/// How long it takes to ask what such an exchange asks, in microseconds: the nurse's grants are read, and the table is
/// asked whether she may sync, whether each record may be written, and what she may see.
fn asking(
    store: &dyn Store,
    caller: Caller,
    cases: &[ScopeId],
    times: u32,
) -> Result<f64, store::StoreError> {
    let (actor, now) = (caller.actor, SystemEnvironment.now());
    let begun = Instant::now();
    for _ in 0..times.max(1) {
        black_box(may(actor, Action::Sync, Relation::OwnPhone.of(actor.agency)));
        let snapshot = store.snapshot(actor.agency)?;
        let grants = snapshot.grants_of(actor.staff)?;
        let mut permissions = Permissions::of(actor, &grants, 0, Authors::Only(actor.staff), now);
        for &scope in cases.iter().cycle().take(PUSHES) {
            let case = (scope, Some(ScopeKind::Case));
            black_box(permissions.allow(snapshot.agency_id(), case, Kind::Task)).ok();
        }
        let grants = snapshot.grants_of(actor.staff)?;
        black_box(may(actor, Action::Read, Relation::Directory.of(snapshot.agency_id())));
        black_box(in_force(actor, snapshot.agency_id(), &grants).count());
    }
    Ok(begun.elapsed().as_secs_f64() * 1e6 / f64::from(times.max(1)))
}
