//! `doorstep serve` by TLS, and a phone on the command line that is told of the agency's own root.

use std::path::Path;
use std::process::{Command, Output};

use doorstep_tests::certificates::Authority;
use doorstep_tests::command::{hire, invite};
use doorstep_tests::process::{ServerProcess, server_binary};
use doorstep_tests::world::scratch;

fn serve(data: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(server_binary().unwrap());
    let output = command.arg("--data").arg(data).args(["serve", "--listen", "127.0.0.1:0"]).args(arguments);
    let Output { status, stderr, .. } = output.output().unwrap();
    assert!(!status.success(), "it runs with {arguments:?}");
    String::from_utf8(stderr).unwrap()
}

#[test]
fn a_certificate_that_is_no_good_is_told_of_at_the_start_with_its_setting() {
    let folder = scratch();
    let data = folder.path().join("data");
    let files = Authority::new("Root").write(folder.path());
    let (certificate, key) = (files.certificate.to_str().unwrap(), files.key.to_str().unwrap());
    let said = serve(&data, &["--tls-certificate", "nowhere.pem", "--tls-key", key]);
    assert!(said.contains("`tls_certificate`") && said.contains("nowhere.pem"), "{said}");
    let said = serve(&data, &["--tls-certificate", certificate, "--tls-key", certificate]);
    assert!(said.contains("`tls_key`") && said.contains("no private key"), "{said}");
    assert!(serve(&data, &["--tls-certificate", certificate]).contains("--tls-key"));
    let mut command = Command::new(server_binary().unwrap());
    command.arg("--data").arg(&data).args(["serve", "--listen", "127.0.0.1:0"]);
    let output = command.env("DOORSTEP_TLS_CERTIFICATE", certificate).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("`tls_key` must be set beside `tls_certificate`"), "{said}");
}

#[test]
fn a_phone_on_the_command_line_believes_the_root_that_it_was_enrolled_with() {
    let (folder, binary) = (scratch(), server_binary().unwrap());
    let (data, phone) = (folder.path().join("data"), folder.path().join("phone"));
    let authority = Authority::new("Root");
    let server = ServerProcess::start_by_tls(&binary, &data, &authority.write(folder.path())).unwrap();
    let nurse = hire(&binary, &data, "Ana Sample").unwrap();
    let root = folder.path().join("root.pem");
    std::fs::write(&root, authority.root_pem()).unwrap();
    let types = |arguments: &[&str]| {
        let mut command = Command::new(&binary);
        let output = command.args(["nurse", "--phone"]).arg(&phone).args(arguments).output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let url = server.url();
    let code = invite(&binary, &data, &nurse).unwrap();
    let (is_enrolled, said) = types(&["enrol", "--server", &url, &code]);
    assert!(!is_enrolled && said.contains("not secure"), "{said}");
    let (is_enrolled, said) = types(&["enrol", "--server", &url, "--ca", "nowhere.pem", &code]);
    assert!(!is_enrolled && said.contains("nowhere.pem"), "{said}");
    let (is_enrolled, said) = types(&["enrol", "--server", &url, "--ca", root.to_str().unwrap(), &code]);
    assert!(is_enrolled, "{said}");
    let (has_synced, said) = types(&["sync"]);
    assert!(has_synced, "{said}");
}
