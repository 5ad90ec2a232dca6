//! What it costs the server to check an access token.

use std::hint::black_box;
use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use clap::Parser;
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::{AgencyId, DeviceId};
use doorstep_server::auth::{Audience, Bearer, Keys};
use doorstep_server::store::SqliteStore;
use doorstep_tests::world::scratch;

/// Checks one access token many times, on one thread, and says how long a check takes.
#[derive(Parser)]
struct Arguments {
    /// How many checks.
    #[arg(long, default_value_t = 10_000)]
    checks: u32,
    /// Print JSON, for programs.
    #[arg(long)]
    json: bool,
}

fn main() -> anyhow::Result<()> {
    let Arguments { checks, json } = Arguments::parse();
    let folder = scratch();
    let store = Arc::new(SqliteStore::open(folder.path(), &SystemEnvironment)?);
    let keys = Keys::load(store, &SystemEnvironment)?;
    let now = SystemEnvironment.now();
    let bearer = Bearer::Device(AgencyId::from_bytes([1; 16]), DeviceId::from_bytes([2; 16]));
    let (token, _) = keys.issue(bearer, now)?;
    let begun = Instant::now();
    for _ in 0..checks {
        black_box(keys.verify(Audience::Device, black_box(&token), now))?;
    }
    let check_us = begun.elapsed().as_secs_f64() * 1e6 / f64::from(checks.max(1));
    let said = match json {
        true => serde_json::json!({ "checks": checks, "check_us": check_us }).to_string(),
        false => format!("{checks} checks, {check_us:.1} µs each (target: at most 100)"),
    };
    writeln!(std::io::stdout(), "{said}").context("saying what it costs")
}
