//! The sample apps: a nurse's day in each language, against a real server.

use doorstep_client_core::device::FileState;
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::attachment::Attachment;
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::visit::Visit;
use doorstep_client_core::record::{AnyRecord, Kind};
use doorstep_server::store::FileHash;
use doorstep_tests::languages::Program;
use doorstep_tests::office::{Office, Phone};
use doorstep_tests::world::scratch;
use sha2::{Digest, Sha256};

use super::*;

#[test]
fn a_nurses_day_in_kotlin_arrives_whole_though_the_app_was_killed() {
    let Some(kotlin) = Kotlin::find("a nurse's day in Kotlin").unwrap() else { return };
    let classes = kotlin.compile("samples", &[samples("kotlin/NurseDay.kt")]).unwrap();
    live_through_a_day("Kotlin", || classes.program("NurseDayKt").unwrap());
}

#[test]
fn a_nurses_day_in_python_arrives_whole_though_the_app_was_killed() {
    let Some(python) = Python::find("a nurse's day in Python").unwrap() else { return };
    live_through_a_day("Python", || python.program(&samples("python/nurse_day.py")));
}

#[test]
fn a_nurses_day_in_swift_arrives_whole_though_the_app_was_killed() {
    let Some(swift) = Swift::find("a nurse's day in Swift").unwrap() else { return };
    let app = swift.compile("nurse-day", &[samples("swift/main.swift")]).unwrap();
    live_through_a_day("Swift", || swift.program(&app));
}

fn live_through_a_day(language: &str, program: impl Fn() -> Program) {
    let office = Office::start();
    let colleague = office.phone("Ana Sample");
    let case = case_with_a_patient(&colleague);
    let nurse = office.hire("Kim Sample");
    office.grant(case, nurse);
    let folder = scratch();
    let day = || {
        let codes = [office.invite(nurse), office.invite(nurse)];
        let [phone, tablet] = &codes;
        program().arg(office.url()).arg(phone).arg(tablet).arg(folder.path().join("phones"))
    };
    let mut morning = day().start().unwrap();
    let saved = morning.wait_for("Saved: ").unwrap();
    assert_eq!(told(morning.so_far(), "Case: "), "Rosa Sample, next visit not planned.");
    let kind = told(morning.so_far(), "The screen is told of a ").to_lowercase();
    assert_eq!(kind, "visit that has changed.");
    told(morning.so_far(), "The tablet's sync was cancelled");
    morning.kill().unwrap();

    let afternoon = day().run().unwrap();
    let waiting = told(&afternoon, "Open again: ");
    assert_eq!(number_in(waiting), number_in(&saved), "the kill lost something");
    let values = "address.parking is \"Behind the house\" or \"On the street\".";
    assert_eq!(told(&afternoon, "Conflict: "), values);
    assert_eq!(told(&afternoon, "All sent: "), "true.");
    what_the_server_holds(language, &colleague, case);
    let photo = the_photo_on_the_server(&colleague, case);
    assert_eq!(photo.len(), number_in(told(&afternoon, "The photo has ")));
}

/// What a line said after these words.
fn told<'a>(said: &'a [String], words: &str) -> &'a str {
    let line = said.iter().find_map(|line| line.strip_prefix(words));
    line.unwrap_or_else(|| panic!("it did not say {words:?}: {said:#?}"))
}

/// The number in a line that has one.
fn number_in(line: &str) -> usize {
    line.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap()
}

fn case_with_a_patient(phone: &Phone) -> ScopeId {
    let patient = Patient { given: "Rosa".into(), family: "Sample".into(), ..Patient::default() };
    let case = phone.device.open_case(&patient).unwrap().header.scope;
    phone.sync();
    case
}

fn what_the_server_holds(language: &str, colleague: &Phone, case: ScopeId) {
    colleague.sync();
    let (_, patient): (_, Patient) = only(colleague, case, Kind::Patient);
    assert_eq!(patient.address.parking, "On the street", "the day in {language}");
    assert!(colleague.device.conflicts().unwrap().is_empty());
    let (_, visit): (_, Visit) = only(colleague, case, Kind::Visit);
    assert_eq!(visit.note, "Wound clean, dressing changed.".into());
}

/// The photo's bytes as a colleague's phone gets them, which are those that its record names.
fn the_photo_on_the_server(colleague: &Phone, case: ScopeId) -> Vec<u8> {
    let (id, photo): (_, Attachment) = only(colleague, case, Kind::Attachment);
    assert_eq!(colleague.device.file_state(id), Ok(FileState::NotDownloaded));
    colleague.download(id);
    let bytes = colleague.device.file(id).unwrap();
    assert_eq!(FileHash(Sha256::digest(&bytes).into()).to_string(), photo.sha256);
    assert!(bytes.starts_with(b"\x89PNG"), "it is no picture any more");
    bytes
}

/// The only record of its kind in a case.
fn only<T>(phone: &Phone, case: ScopeId, kind: Kind) -> (RecordId, T)
where
    T: TryFrom<AnyRecord, Error = AnyRecord>,
{
    let chart = phone.device.chart(case).unwrap();
    let [listed] = &chart.records[&kind][..] else { panic!("{kind}: {:?}", chart.records[&kind]) };
    let read = phone.device.read(listed.header.id).unwrap();
    (read.header.id, T::try_from(read.record).unwrap())
}
