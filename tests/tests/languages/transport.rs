//! Apps that carry the library's requests themselves, on a real server.

use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::transport::TransportError;
use doorstep_tests::languages::Program;
use doorstep_tests::liar::Liar;
use doorstep_tests::office::Office;
use doorstep_tests::world::scratch;

use super::*;

#[test]
fn records_and_files_travel_by_the_apps_own_http_in_kotlin() {
    let Some(kotlin) = Kotlin::find("an app's own HTTP in Kotlin").unwrap() else { return };
    let classes = kotlin.compile("transport", &[beside("common.kt"), beside("transport.kt")]).unwrap();
    travels(classes.program("TransportKt").unwrap());
}

#[test]
fn records_and_files_travel_by_the_apps_own_http_in_python() {
    let Some(python) = Python::find("an app's own HTTP in Python").unwrap() else { return };
    travels(python.program(&beside("transport.py")));
}

fn travels(program: Program) {
    let office = Office::start();
    let colleague = office.phone("Ana Sample");
    let patient = Patient { given: "Rosa".into(), family: "Sample".into(), ..Patient::default() };
    let case = colleague.device.open_case(&patient).unwrap().header.scope;
    colleague.sync();
    let nurse = office.hire("Kim Sample");
    office.grant(case, nurse);
    let (liar, folder) = (Liar::before(office.running().address).unwrap(), scratch());
    let codes = [office.invite(nurse), office.invite(nurse)];
    let [phone, tablet] = &codes;
    let said = program.arg(liar.url()).arg(phone).arg(tablet).arg(folder.path()).run().unwrap();
    let elsewhere = format!("Sent elsewhere: {}", TransportError::Intercepted);
    let expected = [
        "1 file sent.",
        "Carried: GET HEAD PATCH POST.",
        "The request ended with the sync.",
        &elsewhere,
        "All sent: true.",
    ];
    assert_eq!(said, expected);
}
