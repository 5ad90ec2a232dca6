//! A real server and a real phone over real HTTP.

use std::sync::Arc;

use doorstep_client_core::device::{Device, ErrorKind};
use doorstep_client_core::environment::SystemEnvironment;
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::transport::{Cancel, HttpTransport};
use doorstep_tests::office::Office;
use doorstep_tests::world::{scratch, store_key};

#[test]
fn a_case_opened_on_the_doorstep_reaches_the_office_and_the_offices_edit_reaches_the_phone() {
    let office = Office::start();
    let nurse = office.hire("Ana Sample");
    let folder = scratch();
    let phone =
        Device::open(&folder.path().join("phone"), Some(&store_key()), Arc::new(SystemEnvironment)).unwrap();
    let http = HttpTransport::new(&office.url()).unwrap();
    phone.enrol(&http, &office.url(), &office.invite(nurse), "Ana's phone", "1.0", &Cancel::new()).unwrap();
    let patient = Patient { given: "Rosa".into(), family: "Sample".into(), ..Patient::default() };
    let case = phone.open_case(&patient).unwrap();

    phone.sync(&http, &Cancel::new(), |_| ()).unwrap();
    assert!(phone.sync_status().unwrap().is_all_sent);
    let shown = office.get(&format!("/v1/office/records/{}", case.header.id));
    assert_eq!(shown["content"]["given"], "Rosa");
    assert_eq!(shown["history"][0]["by"], nurse.to_string());

    let mut content = shown["content"].clone();
    content["preferred"] = "Rosie".into();
    let edited = serde_json::json!({ "seen": shown["version"], "content": content });
    office.put(&format!("/v1/office/records/{}", case.header.id), &edited);
    phone.sync(&http, &Cancel::new(), |_| ()).unwrap();
    let read = Patient::try_from(phone.read(case.header.id).unwrap().record).unwrap();
    assert_eq!(read.preferred, "Rosie");
}

#[test]
fn a_used_enrolment_code_is_refused() {
    let office = Office::start();
    let code = office.invite(office.hire("Ana Sample"));
    let folder = scratch();
    let http = HttpTransport::new(&office.url()).unwrap();
    let enrol = |name: &str| {
        let device =
            Device::open(&folder.path().join(name), Some(&store_key()), Arc::new(SystemEnvironment)).unwrap();
        device.enrol(&http, &office.url(), &code, name, "1.0", &Cancel::new())
    };
    enrol("first").unwrap();
    assert_eq!(enrol("second").unwrap_err().kind(), ErrorKind::Refused);
}
