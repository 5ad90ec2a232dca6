//! What the office sees of files.

use std::collections::HashMap;

use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::Kind;
use doorstep_tests::office::Office;
use serde_json::json;

use crate::phone::{bytes, hash};
use crate::{FILE_CHUNK_BYTES_MIN, audited, nurse};

/// What the office is answered: the status, the headers and the body.
fn ask(office: &Office, path: &str) -> (u16, HashMap<String, String>, Vec<u8>) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let token = format!("Bearer {}", office.token());
    let mut answer = agent.get(office.url() + path).header("authorization", token).call().unwrap();
    let headers = answer.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    (answer.status().as_u16(), headers.collect(), answer.body_mut().read_to_vec().unwrap())
}

fn page(office: &Office, scope: ScopeId) -> String {
    let (status, _, body) = ask(office, &format!("/office/cases/{scope}/records/attachment"));
    assert_eq!(status, 200);
    String::from_utf8(body).unwrap()
}

fn path(scope: ScopeId, record: RecordId) -> String {
    format!("/office/cases/{scope}/files/{record}")
}

#[test]
fn the_office_sees_pictures_once_they_have_arrived_and_takes_other_files_as_downloads() {
    let office = Office::start();
    let (phone, scope) = nurse(&office);
    let (picture, document, page_like) = (bytes(300), bytes(200), b"<script>alert(1)</script>".to_vec());
    let [picture_is, document_is, page_like_is] =
        [(&picture, "image/jpeg"), (&document, "application/pdf"), (&page_like, "text/html")]
            .map(|(file, media_type)| phone.name(scope, hash(file), file.len() as u64, media_type));
    let before = page(&office, scope);
    assert_eq!(before.matches("Not yet uploaded.").count(), 3);
    assert!(!before.contains("<figure"));
    assert_eq!(ask(&office, &path(scope, picture_is)).0, 404);
    for file in [&picture, &document, &page_like] {
        phone.send(scope, file, FILE_CHUNK_BYTES_MIN);
    }
    let after = page(&office, scope);
    assert!(!after.contains("Not yet uploaded."));
    let shown = format!("<img src=\"{}\" alt=\"", path(scope, picture_is));
    assert_eq!((after.matches("<figure").count(), after.matches(&shown).count()), (1, 1), "{after}");
    assert!(after.contains("<figcaption><bdi>Left heel</bdi></figcaption>"));

    for (record, file, media_type, disposition) in [
        (picture_is, &picture, "image/jpeg", "inline"),
        (document_is, &document, "application/pdf", "attachment"),
        (page_like_is, &page_like, "application/octet-stream", "attachment"),
    ] {
        let (status, headers, body) = ask(&office, &path(scope, record));
        assert_eq!((status, &body), (200, file));
        assert_eq!(headers["content-type"], media_type);
        assert!(headers["content-disposition"].starts_with(disposition), "{headers:?}");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert!(headers["content-security-policy"].contains("sandbox"), "{headers:?}");
        assert_eq!(headers["cache-control"], "no-store");
    }
    assert_eq!(audited(&office, "file_read"), 3);
}

#[test]
fn a_file_stays_to_be_had_when_its_record_was_entered_in_error() {
    let office = Office::start();
    let (phone, scope) = nurse(&office);
    let file = bytes(300);
    let record = phone.name(scope, hash(&file), 300, "image/jpeg");
    phone.send(scope, &file, FILE_CHUNK_BYTES_MIN);
    let address = format!("/v1/office/records/{record}");
    let shown = office.get(&address);
    let mut content = shown["content"].clone();
    content["entered_in_error"] = true.into();
    office.put(&address, &json!({ "seen": shown["version"], "content": content }));
    assert_eq!(ask(&office, &path(scope, record)).2, file);
    assert!(page(&office, scope).contains("<figure"));
}

#[test]
fn a_file_is_had_by_its_own_case_and_attachment_alone() {
    let office = Office::start();
    let (phone, scope) = nurse(&office);
    let (file, elsewhere) = (bytes(300), phone.open_case());
    let record = phone.name(scope, hash(&file), 300, "image/jpeg");
    phone.send(scope, &file, FILE_CHUNK_BYTES_MIN);
    assert_eq!(ask(&office, &path(elsewhere, record)).0, 404);
    let views = office.app().store.snapshot(office.agency().id).unwrap().views(scope).unwrap();
    let patient = views.iter().find(|view| view.stamp.kind == Kind::Patient).unwrap().stamp.record;
    assert_eq!(ask(&office, &path(scope, patient)).0, 404);
    assert_eq!(ask(&office, &path(scope, record)).0, 200);
}
