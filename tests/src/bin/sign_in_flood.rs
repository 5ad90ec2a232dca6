//! What a flood of wrong sign-ins costs a phone that syncs.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Parser;
use doorstep_client_core::device::{Created, Device};
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::transport::{Cancel, HttpTransport};
use doorstep_server::agency;
use doorstep_server::app::{Running, start};
use doorstep_server::auth::Passwords;
use doorstep_server::config::{Config, PasswordCost};
use doorstep_server::store::{Agent, Role};
use doorstep_tests::world::{scratch, store_key};
use serde_json::json;
use tokio::runtime::Runtime;

/// Measures what a flood of wrong sign-ins costs a phone that syncs.
///
/// A server runs on loopback, and a phone sends an edit and fetches what is new, over and over: first alone, then beside
/// attackers who sign in wrongly, several times as often as passwords can be checked. Each attempt is under a name and from
/// an address of its own, as a declared proxy would tell them: nothing is locked out, and only the bound on checks protects
/// the phone. The attackers are on the same machine: what they use of it counts as well. The flood ends with the phone's
/// exchanges, or when its attempts are used up.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Exchanges of the phone, without the flood and with it.
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..))]
    exchanges: u32,
    /// Attackers at once.
    #[arg(long, default_value_t = 32)]
    attackers: u32,
    /// Attempts of all attackers together in a second.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    per_second: u32,
    /// Attempts of all attackers together at most.
    #[arg(long, default_value_t = 100_000)]
    attempts_max: u32,
    /// Print JSON, for programs.
    #[arg(long)]
    json: bool,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let check_ms = check_ms();
    let runtime = Runtime::new()?;
    let folder = scratch();
    let config = Config { listen: ([127, 0, 0, 1], 0).into(), is_behind_proxy: true, ..Config::default() };
    let running = runtime.block_on(start(&folder.path().join("server"), config))?;
    let phone = Phone::enrol(&running, &folder.path().join("phone"))?;
    let alone = phone.exchange(arguments.exchanges)?;
    let url = format!("http://{}/v1/sign-in", running.address);
    let flood = Flood::new(url, arguments.per_second, arguments.attempts_max);
    let (beside, flooded_s) = flood.beside(arguments.attackers, || phone.exchange(arguments.exchanges))?;
    runtime.block_on(running.shutdown());
    let (checked, refused) = (flood.checked.load(Ordering::Relaxed), flood.refused.load(Ordering::Relaxed));
    ensure!(flood.has_lasted(), "the flood was over before the exchanges were; allow more attempts");
    let said = if arguments.json {
        json!({
            "check_ms": check_ms,
            "alone_median_ms": alone.median_ms, "alone_p99_ms": alone.p99_ms,
            "flood_median_ms": beside.median_ms, "flood_p99_ms": beside.p99_ms,
            "checked": checked, "refused": refused, "flood_s": flooded_s,
        })
        .to_string()
    } else {
        format!(
            "A password's check takes {check_ms:.0} ms (target: 50 to 150).\n\
             An exchange alone takes {:.1} ms (99 of 100: {:.1} ms); beside the flood {:.1} ms ({:.1} ms).\n\
             In {flooded_s:.1} s, {checked} sign-ins were checked and {refused} refused as too many at once.",
            alone.median_ms, alone.p99_ms, beside.median_ms, beside.p99_ms
        )
    };
    writeln!(std::io::stdout(), "{said}").context("saying what it costs")
}

/// How long argon2 takes for one check, as a server checks it, on a machine that does nothing else.
fn check_ms() -> f64 {
    let passwords = Passwords::new(PasswordCost::STRONG, &SystemEnvironment);
    let Ok(place) = passwords.place() else { return f64::NAN };
    let kept = place.hash("seven green kettles", &SystemEnvironment);
    let mut taken: Vec<f64> = (0..21)
        .map(|_| {
            let begun = Instant::now();
            place.check(Some(&kept), "eight green kettles");
            ms(begun.elapsed())
        })
        .collect();
    Latency::of(&mut taken).median_ms
}

struct Phone {
    device: Device,
    http: HttpTransport,
    case: Created,
}

impl Phone {
    fn enrol(running: &Running, path: &std::path::Path) -> anyhow::Result<Self> {
        let app = running.app();
        let (agency, _) = agency::found_first(&*app.store, &SystemEnvironment)?;
        let nurse = agency::hire(&*app.store, &SystemEnvironment, agency.id, "Ana Sample", Role::Nurse)?;
        let (code, _) = app.enrolments.invite(agency.id, nurse.id, Agent::Command)?;
        let environment: Arc<dyn Environment> = Arc::new(SystemEnvironment);
        let device = Device::open(path, Some(&store_key()), environment)?;
        let url = format!("http://{}", running.address);
        let http = HttpTransport::new(&url)?;
        device.enrol(&http, &url, &code.to_string(), "A phone", "1.0", &Cancel::new())?;
        let case = device.open_case(&Patient { family: "Sample".into(), ..Patient::default() })?;
        device.sync(&http, &Cancel::new(), |_| ())?;
        Ok(Self { device, http, case })
    }

    /// How long exchanges take that send an edit each.
    fn exchange(&self, exchanges: u32) -> anyhow::Result<Latency> {
        let record = self.case.header.id;
        let mut taken = Vec::new();
        for number in 0..exchanges {
            let seen = self.device.read(record)?.version;
            let preferred = format!("Rosie {number}");
            let form = Patient { family: "Sample".into(), preferred, ..Patient::default() };
            self.device.save(record, &seen, &form.into())?;
            let begun = Instant::now();
            self.device.sync(&self.http, &Cancel::new(), |_| ())?;
            taken.push(ms(begun.elapsed()));
        }
        ensure!(self.device.sync_status()?.is_all_sent, "the phone could not send what it wrote");
        Ok(Latency::of(&mut taken))
    }
}

/// Attackers who sign in wrongly.
struct Flood {
    url: String,
    between: Duration,
    attempts_max: u32,
    attempts: AtomicU32,
    checked: AtomicU32,
    refused: AtomicU32,
    is_over: AtomicBool,
}

impl Flood {
    fn new(url: String, per_second: u32, attempts_max: u32) -> Self {
        let none = AtomicU32::default;
        let (is_over, between) = (AtomicBool::new(false), Duration::from_secs(1) / per_second);
        Self { url, between, attempts_max, attempts: none(), checked: none(), refused: none(), is_over }
    }

    /// Does this beside the flood, and says how long it took.
    fn beside<T>(
        &self,
        attackers: u32,
        work: impl FnOnce() -> anyhow::Result<T>,
    ) -> anyhow::Result<(T, f64)> {
        std::thread::scope(|threads| {
            let attacking: Vec<_> =
                (0..attackers).map(|_| threads.spawn(|| self.attack(Instant::now()))).collect();
            let begun = Instant::now();
            let done = work();
            let taken = begun.elapsed().as_secs_f64();
            self.is_over.store(true, Ordering::Relaxed);
            for attacker in attacking {
                attacker.join().map_err(|_| anyhow::anyhow!("an attacker broke down"))??;
            }
            Ok((done?, taken))
        })
    }

    fn attack(&self, begun: Instant) -> anyhow::Result<()> {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        while !self.is_over.load(Ordering::Relaxed) {
            let number = self.attempts.fetch_add(1, Ordering::Relaxed);
            if number >= self.attempts_max {
                break;
            }
            std::thread::sleep((self.between * number).saturating_sub(begun.elapsed()));
            let address = std::net::Ipv4Addr::from_bits(0x0a00_0000 + number).to_string();
            let guess = json!({ "name": format!("nobody{number}"), "password": "eight green kettles" });
            let mut answer = agent.post(&self.url).header("x-forwarded-for", address).send_json(guess)?;
            answer.body_mut().read_to_vec()?;
            match answer.status().as_u16() {
                401 => self.checked.fetch_add(1, Ordering::Relaxed),
                503 => self.refused.fetch_add(1, Ordering::Relaxed),
                status => anyhow::bail!("a wrong sign-in was answered with {status}"),
            };
        }
        Ok(())
    }

    fn has_lasted(&self) -> bool {
        self.attempts.load(Ordering::Relaxed) < self.attempts_max
    }
}

struct Latency {
    median_ms: f64,
    p99_ms: f64,
}

impl Latency {
    fn of(taken_ms: &mut [f64]) -> Self {
        taken_ms.sort_by(f64::total_cmp);
        let at = |share: f64| taken_ms[((taken_ms.len() - 1) as f64 * share).ceil() as usize];
        Self { median_ms: at(0.5), p99_ms: at(0.99) }
    }
}

fn ms(taken: Duration) -> f64 {
    taken.as_secs_f64() * 1e3
}
