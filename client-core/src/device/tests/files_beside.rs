//! What happens while a file is under way: a nurse's calls go between, cases end, other files come.

use std::io::Read;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use super::files::{attachment, bytes, download, phone_with, sync};
use super::shelf::{Fault, Shelf};
use super::*;
use crate::transport::{Method, Request, Response, Transport, TransportError};

const FILM_BYTES: usize = 40_000_000;
/// A busy machine may keep a thread waiting by itself, though not every time.
const ATTEMPTS: usize = 10;

/// A line that tells from when until when the phone was busy with what it holds: after an answer, and before it reads on.
struct Watched<'a> {
    shelf: &'a Shelf,
    answered: Mutex<Option<Instant>>,
    busy: Arc<Mutex<Vec<(Instant, Instant)>>>,
}

impl<'a> Watched<'a> {
    fn new(shelf: &'a Shelf) -> Self {
        Self { shelf, answered: Mutex::default(), busy: Arc::default() }
    }
}

impl Transport for Watched<'_> {
    fn exchange(&self, request: Request, cancel: &Cancel) -> Result<Response, TransportError> {
        let method = request.method;
        if let Some(answered) = self.answered.lock().unwrap().take() {
            self.busy.lock().unwrap().push((answered, Instant::now()));
        }
        let mut answer = self.shelf.exchange(request, cancel)?;
        if method == Method::Patch {
            *self.answered.lock().unwrap() = Some(Instant::now());
        }
        if method == Method::Get {
            let (body, busy) = (answer.body, Arc::clone(&self.busy));
            answer.body = Box::new(Body { body, answered: Some(Instant::now()), busy });
        }
        Ok(answer)
    }
}

struct Body {
    body: Box<dyn Read + Send>,
    answered: Option<Instant>,
    busy: Arc<Mutex<Vec<(Instant, Instant)>>>,
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if let Some(answered) = self.answered.take() {
            self.busy.lock().unwrap().push((answered, Instant::now()));
        }
        self.body.read(buffer)
    }
}

/// The largest part of a busy time for which one call of the nurse's waited, the smallest of all such times.
fn longest_wait(phone: &Phone, shelf: &Shelf, work: impl Fn(&Watched<'_>)) -> f64 {
    let line = Watched::new(shelf);
    let is_over = AtomicBool::new(false);
    let calls = std::thread::scope(|threads| {
        let nurse = threads.spawn(|| {
            let mut calls = Vec::new();
            while !is_over.load(Ordering::SeqCst) {
                let begun = Instant::now();
                phone.sync_status().unwrap();
                calls.push((begun, Instant::now()));
            }
            calls
        });
        work(&line);
        is_over.store(true, Ordering::SeqCst);
        nurse.join().unwrap()
    });
    let busy = line.busy.lock().unwrap();
    let part = |(begun, ended): &(Instant, Instant)| {
        let within =
            |(from, until): &(Instant, Instant)| until.min(ended).saturating_duration_since(*from.max(begun));
        let longest = calls.iter().map(within).max().unwrap_or(Duration::MAX);
        longest.as_secs_f64() / (*ended - *begun).as_secs_f64()
    };
    busy.iter().map(part).reduce(f64::min).unwrap()
}

fn a_nurse_goes_between(phone: &Phone, shelf: &Shelf, work: impl Fn(&Watched<'_>)) {
    let mut waited = Vec::new();
    while waited.len() < ATTEMPTS {
        waited.push(longest_wait(phone, shelf, &work));
        if waited.last().is_some_and(|part| *part < 0.3) {
            return;
        }
    }
    panic!("a call waits for a whole file: {waited:?}");
}

#[test]
fn a_nurses_call_does_not_wait_until_what_is_here_of_a_download_has_been_read() {
    let shelf = Shelf::default();
    let (ann, _, id) = phone_with(&shelf, &bytes(FILM_BYTES, 1));
    sync(&ann, &shelf).unwrap();
    let bea = Phone::new(&shelf.server);
    sync(&bea, &shelf).unwrap();
    shelf.state().cut_after_bytes = Some(FILM_BYTES - 1);
    download(&bea, id, &shelf).unwrap_err();
    a_nurse_goes_between(&bea, &shelf, |line| {
        shelf.state().cut_after_bytes = Some(0);
        bea.device.download(id, line, &Cancel::new(), |_| ()).unwrap_err();
    });
}

#[test]
fn a_nurses_call_does_not_wait_until_a_file_has_been_read_that_arrived_damaged() {
    let shelf = Shelf::default();
    let (phone, ..) = phone_with(&shelf, &bytes(FILM_BYTES, 2));
    shelf.state().always = Some(Fault::Refused(422, "wrong_hash"));
    a_nurse_goes_between(&phone, &shelf, |line| {
        phone.device.sync(line, &Cancel::new(), |_| ()).unwrap_err();
    });
}

/// A line on which something happens while an answer is on its way.
struct Between<'a> {
    shelf: &'a Shelf,
    happens: &'a (dyn Fn() + Send + Sync),
}

impl Transport for Between<'_> {
    fn exchange(&self, request: Request, cancel: &Cancel) -> Result<Response, TransportError> {
        let answer = self.shelf.exchange(request, cancel);
        (self.happens)();
        answer
    }
}

#[test]
fn a_download_whose_case_has_ended_meanwhile_goes_on_with_no_other_file() {
    let shelf = Shelf::default();
    let (ann, ended, of_ended) = phone_with(&shelf, &bytes(600_000, 3));
    let other = ann.case().header.scope;
    let photo = bytes(600_000, 4);
    let of_other = ann.attach(other, &attachment(), &photo).unwrap().header.id;
    sync(&ann, &shelf).unwrap();
    let bea = Phone::new(&shelf.server);
    sync(&bea, &shelf).unwrap();
    let happens = || {
        shelf.server.state().revoked = vec![ended];
        sync(&bea, &shelf).unwrap();
        shelf.state().cut_after_bytes = Some(0);
        assert_eq!(download(&bea, of_other, &shelf).unwrap_err().kind(), ErrorKind::Network);
    };
    let line = Between { shelf: &shelf, happens: &happens };
    let error = bea.device.download(of_ended, &line, &Cancel::new(), |_| ()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    download(&bea, of_other, &shelf).unwrap();
    assert!(bea.file(of_other).unwrap() == photo);
}
