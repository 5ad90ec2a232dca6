//! Measures how soon what phones send is on the pages that are open.

use std::collections::BTreeMap;
use std::io::{Write, stdout};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, ensure};
use clap::Parser;
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::task::Task;
use doorstep_server::limits::LIVE_STREAMS_MAX;
use doorstep_server::store::Role;
use doorstep_tests::office::{Office, Phone};
use doorstep_tests::viewer::Viewer;

/// Measures how soon what phones send is on the pages that are open, and that none of it is lost.
///
/// Viewers lose their stream now and then and go on where they were. The delay is from the time at which the server
/// received a change to when a viewer has it.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Pages that are open.
    #[arg(long, default_value_t = 100)]
    viewers: usize,
    /// Phones.
    #[arg(long, default_value_t = 50)]
    phones: usize,
    /// Seconds for which they write and sync.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Entries after which a viewer's stream breaks off.
    #[arg(long, default_value_t = 200)]
    breaks_after: usize,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let office = Office::start();
    let phones: Vec<Phone> =
        (0..arguments.phones).map(|number| phone(&office, number)).collect::<Result<_, _>>()?;
    let sessions: Vec<String> = (0..arguments.viewers.div_ceil(LIVE_STREAMS_MAX))
        .map(|number| office.session("Olu Sample", Role::Office, &format!("olu.{number}")))
        .collect();
    let snapshot = || office.app().store.snapshot(office.agency().id);
    let before = snapshot()?.head()?;
    let (is_over, last) = (AtomicBool::new(false), AtomicU64::new(u64::MAX));
    let seen = thread::scope(|threads| -> anyhow::Result<Vec<Seen>> {
        let watch = |number: usize| {
            let (url, session) = (office.url(), sessions[number / LIVE_STREAMS_MAX].clone());
            let last = &last;
            threads.spawn(move || watch(&url, &session, before, last, arguments.breaks_after + number))
        };
        let viewers: Vec<_> = (0..arguments.viewers).map(watch).collect();
        let syncing: Vec<_> = phones
            .iter()
            .map(|phone| {
                let is_over = &is_over;
                threads.spawn(move || write_and_sync(phone, is_over))
            })
            .collect();
        thread::sleep(Duration::from_secs(arguments.seconds));
        is_over.store(true, Ordering::SeqCst);
        for one in syncing {
            one.join().map_err(|_| anyhow!("a phone broke down"))??;
        }
        last.store(snapshot()?.head()?, Ordering::SeqCst);
        // One more entry, by which every viewer learns that it was the last.
        phones[0].device.create(phones[0].device.caseload()?[0].case.scope, &task("last").into())?;
        phones[0].sync();
        let joined =
            viewers.into_iter().map(|viewer| viewer.join().map_err(|_| anyhow!("a viewer broke down"))?);
        joined.collect()
    })?;
    let entries = last.load(Ordering::SeqCst) - before;
    let mut delays: Vec<i64> = Vec::new();
    for seen in &seen {
        let lost = (before + 1..=before + entries).filter(|seq| !seen.delays_ms.contains_key(seq)).count();
        ensure!(
            lost == 0 && seen.twice == 0,
            "a viewer lost {lost} entries and was told {} twice",
            seen.twice
        );
        delays.extend(seen.delays_ms.range(..=before + entries).map(|(_, delay)| *delay));
    }
    delays.sort_unstable();
    let at = |part: usize| delays.get((delays.len().max(1) - 1) * part / 100).copied().unwrap_or_default();
    let breaks: usize = seen.iter().map(|seen| seen.breaks).sum();
    writeln!(
        stdout(),
        "{} viewers, {} phones, {entries} entries in {} s, {breaks} streams broken off: none lost, none twice; \
         delay {} ms in the median, {} ms for 99 of 100, {} ms at the longest",
        arguments.viewers,
        arguments.phones,
        arguments.seconds,
        at(50),
        at(99),
        at(100),
    )?;
    Ok(())
}

fn phone(office: &Office, number: usize) -> anyhow::Result<Phone> {
    let phone = office.phone(&format!("Nurse {number} Sample"));
    let family = format!("Sample {number}");
    phone.device.open_case(&Patient { given: "Rosa".to_owned(), family, ..Patient::default() })?;
    phone.sync();
    Ok(phone)
}

fn task(title: &str) -> Task {
    Task { title: title.to_owned(), ..Task::default() }
}

fn write_and_sync(phone: &Phone, is_over: &AtomicBool) -> anyhow::Result<()> {
    let scope = phone.device.caseload()?.first().context("the phone has no case")?.case.scope;
    while !is_over.load(Ordering::SeqCst) {
        let began = Instant::now();
        phone.device.create(scope, &task("Order dressings").into())?;
        phone.sync();
        thread::sleep(Duration::from_secs(1).saturating_sub(began.elapsed()));
    }
    Ok(())
}

/// What a viewer was told.
#[derive(Default)]
struct Seen {
    delays_ms: BTreeMap<u64, i64>,
    twice: usize,
    breaks: usize,
}

fn watch(
    url: &str,
    session: &str,
    before: u64,
    last: &AtomicU64,
    breaks_after: usize,
) -> anyhow::Result<Seen> {
    let (mut seen, mut after) = (Seen::default(), before);
    loop {
        let mut viewer = Viewer::open(url, session, Some(after))?;
        for _ in 0..breaks_after {
            let Some(arrival) = viewer.next_arrival() else { break };
            let now = SystemEnvironment.now().as_millisecond();
            let seq = arrival.seq.context("what arrived has its place")?;
            let received = arrival.received_at().context("what arrived has its time")?.as_millisecond();
            seen.twice += usize::from(seen.delays_ms.insert(seq, now - received).is_some());
            after = seq;
            if seq > last.load(Ordering::SeqCst) {
                return Ok(seen);
            }
        }
        seen.breaks += 1;
    }
}
