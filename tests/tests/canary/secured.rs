//! The same by TLS: what the server says of connections that it does not understand, and of what comes by it.

use doorstep_client_core::transport::TransportError;
use doorstep_tests::certificates::Authority;

use super::*;

#[test]
fn i13_no_patient_data_in_logs_or_errors_by_tls() {
    let (folder, authority) = (scratch(), Authority::new("Root"));
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("doorstep.toml"), "log = \"trace\"").unwrap();
    let files = authority.write(folder.path());
    let server = ServerProcess::start_by_tls(&server_binary().unwrap(), &data, &files).unwrap();
    doorstep(&data, &["staff", "add", "Kim"]);
    let code = doorstep(&data, &["device", "invite", "Kim"])["code"].as_str().unwrap().to_owned();
    let http = HttpTransport::with_roots(&server.url(), authority.root_pem()).unwrap();
    let path = folder.path().join("phone");
    let phone = Device::open(&path, Some(&store_key()), Arc::new(SystemEnvironment)).unwrap();
    phone.enrol(&http, &server.url(), &code, "Kim's", "1", &Cancel::new()).unwrap();

    let patient = Patient::try_from(marked(Kind::Patient)).unwrap();
    let case = phone.open_case(&patient).unwrap();
    for kind in in_cases().filter(|kind| *kind != Kind::Patient) {
        phone.create(case.header.scope, &marked(kind)).unwrap();
    }
    phone.sync(&http, &Cancel::new(), |_| ()).unwrap();
    let mut said = Vec::new();
    phone
        .save(case.header.id, &case.version, &Patient { preferred: CANARY.into(), ..patient }.into())
        .unwrap();
    let stranger = HttpTransport::with_roots(&server.url(), Authority::new(CANARY).root_pem()).unwrap();
    let refused = phone.sync(&stranger, &Cancel::new(), |_| ()).unwrap_err();
    said.push(format!("{refused} {refused:?} {:?}", phone.sync_status().unwrap()));
    let refused: TransportError = HttpTransport::with_roots(&server.url(), CANARY).err().unwrap();
    said.push(format!("{refused} {refused:?}"));

    let mut plain = TcpStream::connect(server.address()).unwrap();
    let spoken = format!("GET /{CANARY} HTTP/1.1\r\nhost: {CANARY}\r\n\r\n");
    plain.write_all(spoken.as_bytes()).unwrap();
    let mut answer = Vec::new();
    // A connection that is reset says nothing either.
    let _ = std::io::Read::read_to_end(&mut plain, &mut answer);
    said.push(String::from_utf8_lossy(&answer).into_owned());
    let request = Request::post("/v1/sync", MEDIA_TYPE, CANARY.as_bytes().to_vec()).with_bearer(CANARY);
    let mut answer = http.exchange(request, &Cancel::new()).unwrap();
    let mut text = String::new();
    answer.body.read_to_string(&mut text).unwrap();
    assert_eq!(answer.status, 401, "{text}");
    said.push(text);

    std::fs::write(&files.key, CANARY).unwrap();
    server.stop().unwrap();
    let started = ServerProcess::start_by_tls(&server_binary().unwrap(), &data, &files);
    said.push(format!("{:?}", started.err().expect("its key is none")));
    let log = std::fs::read_to_string(data.with_extension("log")).unwrap();
    assert!(log.contains("/v1/sync") && log.contains("`tls_key`"), "the log says little:\n{log}");
    said.push(log);
    for said in said {
        assert!(!said.to_lowercase().contains(&CANARY.to_lowercase()), "patient data in {said}");
    }
}
