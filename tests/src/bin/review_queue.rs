//! Measures what the review queue of a large agency costs.

use std::io::{Write, stderr, stdout};
use std::time::Instant;

use anyhow::Context;
use clap::Parser;
use doorstep_tests::large_agency::{LargeAgency, Size};
use doorstep_tests::review_queue::measure;
use serde_json::json;

/// Measures what the review queue of a large agency costs.
///
/// Makes an agency in a data folder of its own, with everything that the sample generator gives a case, and starts its
/// server. Each nurse has six appointments a day for weeks on end; one case in a hundred is booked twice, one in five has
/// an authorisation that runs out, one in fifty has a conflict, and one phone had work set aside. Then it asks for the
/// first page of the queue again and again, over HTTP on loopback, and once more after the server was started anew.
///
/// The time is from the request to the whole answer. Reads are audited and so wait for the disk.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// How many nurses.
    #[arg(long, default_value_t = 50)]
    nurses: usize,
    /// How many cases.
    #[arg(long, default_value_t = 5_000)]
    cases: usize,
    /// How many finished visits each case has from long ago, beside the four of the last weeks.
    #[arg(long, default_value_t = 0)]
    past_visits: usize,
    /// How often to ask.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

fn main() -> anyhow::Result<()> {
    let Arguments { nurses, cases, past_visits, runs, json } = Arguments::parse();
    writeln!(stderr(), "making {nurses} nurses and {cases} cases …")?;
    let began = Instant::now();
    let agency = LargeAgency::make(Size { nurses, cases, past_visits })?;
    writeln!(stderr(), "{} records in {:.0} s", agency.records, began.elapsed().as_secs_f64())?;
    let cold = measure(&agency, 1)?;
    let warm = measure(&agency, runs)?;
    let figures = json!({
        "records": agency.records,
        "waiting": warm.waiting,
        "first_ms": cold.median_ms,
        "median_ms": warm.median_ms,
        "longest_ms": warm.longest_ms,
    });
    let said = match json {
        true => figures.to_string(),
        false => format!(
            "{} records, {} entries waiting. The first page: {:.0} ms from a server that was just started; then {:.0} \
             ms in the median of {runs}, {:.0} ms at the longest (target: well under 200).",
            agency.records, warm.waiting, cold.median_ms, warm.median_ms, warm.longest_ms
        ),
    };
    writeln!(stdout(), "{said}").context("saying what it costs")
}
