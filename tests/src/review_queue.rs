//! The bench of that name: what asking for the review queue of a large agency takes.

use std::time::Instant;

use anyhow::Context;
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_server::app::start;
use doorstep_server::auth::Bearer;
use doorstep_server::config::Config;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::large_agency::LargeAgency;

/// What asking took.
pub struct Measured {
    /// How many entries wait.
    pub waiting: u64,
    /// The median, in milliseconds.
    pub median_ms: f64,
    /// The longest, in milliseconds.
    pub longest_ms: f64,
}

/// Starts its server and asks for the first page of the queue so often.
pub fn measure(agency: &LargeAgency, runs: u32) -> anyhow::Result<Measured> {
    let runtime = Runtime::new()?;
    let config = Config { listen: ([127, 0, 0, 1], 0).into(), ..Config::default() };
    let running = runtime.block_on(start(&agency.folder, config))?;
    let bearer = Bearer::Staff(agency.id, agency.office);
    let (token, _) = running.app().keys.issue(bearer, SystemEnvironment.now())?;
    let address = format!("http://{}/v1/office/review", running.address);
    let (mut times_ms, mut waiting) = (Vec::new(), 0);
    for _ in 0..runs {
        let began = Instant::now();
        let call = ureq::get(&address).header("authorization", format!("Bearer {token}"));
        let page: Value = call.call()?.body_mut().read_json()?;
        times_ms.push(began.elapsed().as_secs_f64() * 1_000.0);
        let counts = page["counts"].as_object().context("the queue says how much waits")?;
        waiting = counts.values().filter_map(Value::as_u64).sum();
    }
    runtime.block_on(running.shutdown());
    times_ms.sort_by(f64::total_cmp);
    let longest_ms = *times_ms.last().context("it was asked once at least")?;
    Ok(Measured { waiting, median_ms: times_ms[times_ms.len() / 2], longest_ms })
}
