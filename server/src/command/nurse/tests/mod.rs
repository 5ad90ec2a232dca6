//! The command as it is typed, over real phones in folders and a server in memory.

mod day;
mod lost;
mod server;
mod told;
mod wrong;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use clap::Parser;
use doorstep_client_core::environment::Environment;
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::Timestamp;
use doorstep_client_core::record::appointment::Appointment;
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::staff::Staff;
use tempfile::TempDir;

use super::page::Style;
use super::phone::Written;
use super::*;
use server::{ANN, Server};

#[derive(Parser)]
struct Typed {
    #[command(flatten)]
    nurse: Nurse,
}

/// A clock that stands until it is moved, and bytes from one sequence for all phones.
#[derive(Default)]
struct Simulated {
    later_minutes: AtomicI64,
}

/// Monday, 1 June 2026, 08:00 in Boston.
fn start() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

impl Environment for Simulated {
    fn now(&self) -> Timestamp {
        start().saturating_add_ms(self.later_minutes.load(Ordering::Relaxed) * 60_000)
    }
    fn fill_random(&self, bytes: &mut [u8]) {
        static DRAWN: AtomicU64 = AtomicU64::new(1);
        for chunk in bytes.chunks_mut(8) {
            let drawn = DRAWN.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            chunk.copy_from_slice(&drawn.to_le_bytes()[..chunk.len()]);
        }
    }
}

struct Desk {
    folder: TempDir,
    clock: Arc<Simulated>,
    surroundings: Surroundings,
    server: Server,
}

impl Desk {
    fn new() -> Self {
        let server = Server::default();
        let clock = Arc::new(Simulated::default());
        let reached = server.clone();
        let surroundings = Surroundings {
            environment: clock.clone(),
            zone: jiff::tz::TimeZone::get("America/New_York").unwrap(),
            connect: Box::new(move |_, _| Ok(Box::new(reached.clone()))),
            write: Box::new(|before| Ok(Written::Instead(format!("{before}\nEdited.")))),
        };
        Self { folder: tempfile::tempdir().unwrap(), clock, surroundings, server }
    }

    /// A desk whose server knows Ann, with a phone that is enrolled and has synced.
    fn with_caseload() -> Self {
        let desk = Self::new();
        let directory = ScopeId::from_bytes([1; 16]);
        let ann = Staff { name: "Ann Lee".into(), ..Staff::default() };
        desk.server.hold(ANN.into(), directory, &ann.into(), start());
        for (number, (given, family)) in [("Ágnes", "Kovács"), ("Bob", "Kowalski")].into_iter().enumerate()
        {
            let scope = ScopeId::from_bytes([0x20 + u8::try_from(number).unwrap(); 16]);
            let id = RecordId::from_bytes([0xA0 + u8::try_from(number).unwrap(); 16]);
            let patient = Patient { given: given.into(), family: family.into(), ..Patient::default() };
            desk.server.hold(id, scope, &patient.into(), start());
            let later_ms = (1 + i64::try_from(number).unwrap()) * 60 * 60_000;
            let start = Some(start().saturating_add_ms(later_ms));
            let appointment = Appointment {
                start,
                nurse: Some(ANN),
                reason: "wound care".into(),
                ..Appointment::default()
            };
            let id = RecordId::from_bytes([0xB0 + u8::try_from(number).unwrap(); 16]);
            desk.server.hold(id, scope, &appointment.into(), super::tests::start());
        }
        desk.types("enrol --server http://server GOOD");
        desk.types("sync");
        desk
    }

    fn later(&self, minutes: i64) {
        self.clock.later_minutes.fetch_add(minutes, Ordering::Relaxed);
    }

    /// What a command prints on Ann's phone.
    fn types(&self, line: &str) -> String {
        self.types_on("ann", line).unwrap_or_else(|error| panic!("{line}: {error:#}"))
    }

    /// What a command complains of.
    fn fails(&self, line: &str) -> String {
        format!("{:#}", self.types_on("ann", line).expect_err(line))
    }

    fn json(&self, line: &str) -> serde_json::Value {
        let text = self.run("ann", line, true).unwrap().0;
        serde_json::from_str(&text).unwrap()
    }

    fn types_on(&self, phone: &str, line: &str) -> anyhow::Result<String> {
        self.run(phone, line, false).map(|(out, _)| out)
    }

    fn run(&self, phone: &str, line: &str, is_json: bool) -> anyhow::Result<(String, String)> {
        let folder = self.folder.path().join(phone);
        let words = line.split(' ').map(|word| word.replace('_', " "));
        let fixed = ["nurse".to_owned(), "--phone".to_owned(), folder.display().to_string()];
        let nurse = Typed::try_parse_from(fixed.into_iter().chain(words))?.nurse;
        let mut page = Page::new(Style { is_json, ..Style::default() }, &self.surroundings);
        nurse.carry_out(&self.surroundings, &mut page)?;
        Ok(page.into_texts())
    }
}
