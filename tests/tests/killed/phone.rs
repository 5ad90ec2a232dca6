//! A phone whose process is started, listened to and killed.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use doorstep_client_core::device::Version;
use doorstep_client_core::ids::RecordId;
use doorstep_tests::day::Said;

use crate::documents::{Documents, acked};

const STEP_TIMEOUT: Duration = Duration::from_secs(30);

/// What a phone has promised.
#[derive(Default)]
pub(crate) struct Ledger {
    pub(crate) saved: Vec<(RecordId, Version, String)>,
    pub(crate) sent: HashSet<(RecordId, Version)>,
}

/// A nurse and her phone.
pub(crate) struct Phone {
    pub(crate) nurse: String,
    pub(crate) path: PathBuf,
    process: Option<(Child, Receiver<Said>)>,
    steps_open: usize,
    pub(crate) ledger: Ledger,
}

impl Phone {
    pub(crate) fn new(path: PathBuf, nurse: String) -> Self {
        Self { nurse, path, process: None, steps_open: 0, ledger: Ledger::default() }
    }

    pub(crate) fn start(&mut self, url: &str, seed: u64) {
        let log = File::create(self.path.with_extension("log")).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_phone"))
            .arg(&self.path)
            .args([url, &seed.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (heard, said) = channel();
        thread::spawn(move || {
            for line in lines {
                heard.send(line.unwrap().parse().unwrap()).ok();
            }
        });
        self.process = Some((child, said));
        self.steps_open = 0;
    }

    pub(crate) fn go_on(&mut self, steps: usize) {
        let (child, _) = self.process.as_mut().expect("the phone runs");
        let stdin = child.stdin.as_mut().expect("it is piped");
        if stdin.write_all("\n".repeat(steps).as_bytes()).is_err() {
            self.ended();
        }
        self.steps_open += steps;
    }

    /// Listens until the phone says something, or has nothing more to do.
    pub(crate) fn listen_until(&mut self, mut is_it: impl FnMut(&Said) -> bool) {
        while self.steps_open > 0 {
            let (_, said) = self.process.as_ref().expect("the phone runs");
            match said.recv_timeout(STEP_TIMEOUT) {
                Ok(said) => {
                    let is_found = is_it(&said);
                    self.note(said);
                    if is_found {
                        return;
                    }
                }
                Err(RecvTimeoutError::Timeout) => panic!("the phone is stuck"),
                Err(RecvTimeoutError::Disconnected) => self.ended(),
            }
        }
    }

    fn ended(&self) -> ! {
        panic!("the phone ended by itself: {}", fs::read_to_string(self.path.with_extension("log")).unwrap())
    }

    /// Takes note of what the phone has said so far.
    pub(crate) fn listen(&mut self) {
        while let Some(said) = self.process.as_ref().and_then(|(_, said)| said.try_recv().ok()) {
            self.note(said);
        }
    }

    fn note(&mut self, said: Said) {
        match said {
            Said::Saved(record, version, words) => self.ledger.saved.push((record, version, words)),
            Said::Sent(record, version) => {
                self.ledger.sent.insert((record, version));
            }
            Said::Done => self.steps_open -= 1,
            Said::Syncing => {}
        }
    }

    pub(crate) fn kill(&mut self) {
        let (mut child, said) = self.process.take().expect("the phone runs");
        child.kill().unwrap();
        child.wait().unwrap();
        said.into_iter().for_each(|said| self.note(said));
    }

    pub(crate) fn finish(&mut self) {
        self.listen_until(|_| false);
        let (mut child, said) = self.process.take().expect("the phone runs");
        drop(child.stdin.take());
        assert!(child.wait().unwrap().success());
        said.into_iter().for_each(|said| self.note(said));
    }

    /// The phone's store holds everything that a save returned for. What it shows as sent is promised as well, even
    /// if the phone died before it could say so.
    pub(crate) fn check_promises(&mut self) {
        let mut held = Documents::of_phone(&self.path);
        for (record, version, words) in &self.ledger.saved {
            assert!(held.contain(*record, version), "{record} was saved and is lost");
            assert!(held.as_of(*record, version).contains(words), "{words} is not in {record}");
        }
        drop(held);
        self.ledger.sent.extend(acked(&self.path));
    }
}

impl Drop for Phone {
    fn drop(&mut self) {
        if let Some((mut child, _)) = self.process.take() {
            child.kill().ok();
            child.wait().ok();
        }
    }
}
