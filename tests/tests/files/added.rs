//! Files that the office adds to a chart.

use std::collections::HashMap;

use doorstep_client_core::ids::RecordId;
use doorstep_client_core::record::attachment::Attachment;
use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::{AnyRecord, Kind};
use doorstep_client_core::transport::{Cancel, HttpTransport};
use doorstep_server::agency;
use doorstep_server::auth::Bearer;
use doorstep_server::config::FilesAt;
use doorstep_server::store::Role;
use doorstep_tests::rogue::new_id;

use super::*;

const EDGE: &str = "--an-edge-that-no-file-holds";

/// A form as a browser sends it: its fields, then the file by name, media type and bytes.
fn form(fields: &[(&str, &str)], file: Option<(&str, &str, &[u8])>) -> Vec<u8> {
    let mut form = Vec::new();
    for (name, value) in fields {
        let head = format!("content-disposition: form-data; name=\"{name}\"");
        form.extend(format!("{EDGE}\r\n{head}\r\n\r\n{value}\r\n").into_bytes());
    }
    if let Some((name, media_type, bytes)) = file {
        let head = format!("content-disposition: form-data; name=\"file\"; filename=\"{name}\"");
        form.extend(format!("{EDGE}\r\n{head}\r\ncontent-type: {media_type}\r\n\r\n").into_bytes());
        form.extend_from_slice(bytes);
        form.extend(b"\r\n");
    }
    form.extend(format!("{EDGE}--\r\n").into_bytes());
    form
}

/// Somebody of the office in front of a case.
struct Worker<'a> {
    office: &'a Office,
    token: String,
    language: &'a str,
    scope: ScopeId,
}

/// What she is answered.
#[derive(Debug)]
struct Answer {
    status: u16,
    headers: HashMap<String, String>,
    page: String,
}

impl<'a> Worker<'a> {
    fn of(office: &'a Office, scope: ScopeId) -> Self {
        Self { office, token: office.token().to_owned(), language: "en", scope }
    }

    fn send(&self, form: Vec<u8>) -> Answer {
        let path = format!("/office/cases/{}/new/attachment", self.scope);
        let media_type = format!("multipart/form-data; boundary={}", &EDGE[2..]);
        self.ask(&path, Some((&media_type, form)))
    }

    /// Sends a form of this record with a caption.
    fn add(&self, record: RecordId, file: Option<(&str, &str, &[u8])>) -> Answer {
        let record = record.to_string();
        self.send(form(&[("record", &record), ("caption", "Left <heel>")], file))
    }

    fn ask(&self, path: &str, sent: Option<(&str, Vec<u8>)>) -> Answer {
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        let agent: ureq::Agent = config.build().into();
        let request = ureq::http::Request::builder()
            .method(if sent.is_some() { "POST" } else { "GET" })
            .uri(self.office.url() + path)
            .header("authorization", format!("Bearer {}", self.token))
            .header("accept-language", self.language);
        let (media_type, body) = sent.unwrap_or(("text/plain", Vec::new()));
        let request = request.header("content-type", media_type).body(body).unwrap();
        let mut answer = agent.run(request).unwrap();
        let headers = answer.headers().iter();
        let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
        let headers = headers.collect();
        let page = answer.body_mut().read_to_vec().unwrap();
        Answer {
            status: answer.status().as_u16(),
            headers,
            page: String::from_utf8_lossy(&page).into_owned(),
        }
    }

    fn list(&self) -> String {
        self.ask(&format!("/office/cases/{}/records/attachment", self.scope), None).page
    }

    /// The attachments of the case, and how many of its files are here.
    fn held(&self) -> (Vec<Attachment>, usize) {
        let app = self.office.app();
        let agency = self.office.agency().id;
        let views = app.store.snapshot(agency).unwrap().views(self.scope).unwrap();
        let attachments =
            views.iter().filter(|view| view.stamp.kind == Kind::Attachment).map(
                |view| match Kind::Attachment.from_json(serde_json::from_str(&view.view).unwrap()).unwrap() {
                    AnyRecord::Attachment(attachment) => attachment,
                    other => panic!("{other:?}"),
                },
            );
        let runtime = tokio::runtime::Runtime::new().unwrap();
        (attachments.collect(), runtime.block_on(app.files.in_case(agency, self.scope)).unwrap().len())
    }
}

#[test]
fn a_file_that_the_office_adds_is_downloaded_by_a_nurses_phone_byte_for_byte() {
    const BYTES: usize = 3_000_000;
    let office = Office::start();
    let ana = office.phone("Ana Sample");
    let patient = Patient { given: "Rosa".into(), family: "Sample".into(), ..Patient::default() };
    let scope = ana.device.open_case(&patient).unwrap().header.scope;
    ana.sync();
    let (worker, record, picture) = (Worker::of(&office, scope), new_id(), bytes(BYTES));
    let answer = worker.add(record, Some(("heel.jpg", "Image/JPEG; q=1", &picture)));
    assert_eq!(answer.status, 303, "{answer:?}");
    let list = format!("/office/cases/{scope}/records/attachment");
    assert!(answer.headers["location"].starts_with(&list), "{answer:?}");

    ana.sync();
    let AnyRecord::Attachment(named) = ana.device.read(record).unwrap().record else { panic!("a file") };
    let said = (named.sha256.as_str(), named.size_bytes, named.media_type.as_str(), named.caption.as_str());
    assert_eq!(said, (&*hash(&picture).to_string(), Some(BYTES as i64), "image/jpeg", "Left <heel>"));
    assert_eq!(named.taken_by, None, "the form does not say who");
    let direct = HttpTransport::new(&office.url()).unwrap();
    ana.device.download(record, &direct, &Cancel::new(), |_| ()).unwrap();
    assert!(ana.device.file(record).unwrap() == picture);
    assert_eq!((audited(&office, "file_arrived"), audited(&office, "file_read")), (1, 1));

    let page = worker.list();
    assert!(page.contains("<figure") && page.contains("2.9 MB"), "{page}");
    assert!(!page.contains("SHA-256") && !page.contains(&named.sha256), "{page}");
    let page = worker.ask(&format!("/office/records/{record}"), None).page;
    assert!(page.contains("2.9 MB") && page.contains(&named.sha256), "{page}");
}

#[test]
fn what_a_browser_does_not_know_is_bytes_and_a_page_of_somebodys_runs_nothing() {
    let office = Office::start();
    let (_phone, scope) = nurse(&office);
    let worker = Worker::of(&office, scope);
    for (said, kept) in
        [("", "application/octet-stream"), ("x", "application/octet-stream"), ("text/html", "text/html")]
    {
        let record = new_id();
        let file = format!("<script>alert('{said}')</script>");
        assert_eq!(worker.add(record, Some(("a.html", said, file.as_bytes()))).status, 303);
        let shown = office.get(&format!("/v1/office/records/{record}"));
        assert_eq!(shown["content"]["media_type"], kept, "{said}");
        let got = worker.ask(&format!("/office/cases/{scope}/files/{record}"), None);
        assert_eq!((got.status, got.page), (200, file));
        assert_eq!(got.headers["content-type"], "application/octet-stream");
        assert!(got.headers["content-disposition"].starts_with("attachment"), "{:?}", got.headers);
    }
}

#[test]
fn i14_a_file_that_is_missing_empty_or_too_big_is_told_at_its_field_and_nothing_is_stored() {
    let office = Office::start();
    let (_phone, scope) = nurse(&office);
    let (at_limit, past) =
        (vec![b'x'; ATTACHMENT_BYTES_MAX as usize], vec![b'x'; ATTACHMENT_BYTES_MAX as usize + 1]);
    let much_past = vec![b'x'; ATTACHMENT_BYTES_MAX as usize + (20 << 20)];
    for (language, missing, empty, too_big) in [
        ("en", "Choose a file.", "The file is empty.", "The file has more than 50 MB."),
        ("es", "Elija un archivo.", "El archivo está vacío.", "El archivo tiene más de 50 MB."),
    ] {
        let worker = Worker { language, ..Worker::of(&office, scope) };
        for (file, status, said) in [
            (None, 422, missing),
            (Some(("", "application/octet-stream", &b""[..])), 422, missing),
            (Some(("a.pdf", "application/pdf", b"")), 422, empty),
            (Some(("a.mp4", "video/mp4", &past)), 413, too_big),
            (Some(("a.mp4", "video/mp4", &much_past)), 413, too_big),
        ] {
            let record = new_id();
            let answer = worker.add(record, file);
            assert_eq!(answer.status, status, "{said}: {}", answer.page);
            let at_field = format!("<p class=\"error\" id=\"field-file-wrong\">{said}");
            assert!(answer.page.contains(&at_field), "{said}: {}", answer.page);
            assert!(answer.page.contains("href=\"#field-file\""), "{}", answer.page);
            assert!(
                answer.page.contains("value=\"Left &#60;heel&#62;\""),
                "what she typed is kept: {}",
                answer.page
            );
            assert!(answer.page.contains(&format!("name=\"record\" value=\"{record}\"")));
            assert_eq!(worker.held(), (Vec::new(), 0), "{said}");
        }
    }
    let worker = Worker::of(&office, scope);
    assert_eq!(worker.add(new_id(), Some(("a.mp4", "video/mp4", &at_limit))).status, 303);
    assert_eq!((worker.held().0.len(), worker.held().1), (1, 1));
}

#[test]
fn what_is_wrong_with_other_fields_is_told_at_them_and_the_file_is_to_be_chosen_again() {
    let office = Office::start();
    let (_phone, scope) = nurse(&office);
    let worker = Worker::of(&office, scope);
    let record = new_id().to_string();
    let fields = [("record", record.as_str()), ("caption", "Left heel"), ("taken_at", "yesterday")];
    let answer = worker.send(form(&fields, Some(("a.txt", "text/plain", b"abc"))));
    assert_eq!(answer.status, 422);
    for said in
        ["id=\"field-taken_at-wrong\">Not a date and time.", "id=\"field-file-wrong\">Choose the file again"]
    {
        assert!(answer.page.contains(said), "{said}: {}", answer.page);
    }
    assert!(answer.page.contains("value=\"yesterday\"") && answer.page.contains("value=\"Left heel\""));
    assert_eq!(worker.held(), (Vec::new(), 0));
}

#[test]
fn a_file_that_there_is_no_room_for_or_that_cannot_be_stored_leaves_no_record_that_names_it() {
    let folder = scratch();
    let quotas = FileQuotas { case_bytes: 1_000, agency_bytes: 1_500 };
    let at = FilesAt::Folder(folder.path().join("files"));
    let config = Config { file_quotas: quotas, files: at, ..Config::default() };
    let office = Office::start_as(config, Arc::new(SystemEnvironment));
    let (phone, scope) = nurse(&office);
    let (worker, elsewhere) = (Worker::of(&office, scope), Worker::of(&office, phone.open_case()));
    let add =
        |worker: &Worker<'_>, file: &[u8]| worker.add(new_id(), Some(("a.pdf", "application/pdf", file)));
    assert_eq!(add(&worker, &bytes(900)).status, 303);
    for (worker, count, kept) in [(&worker, 101, 1), (&elsewhere, 601, 0)] {
        let refused = add(worker, &bytes(count));
        assert_eq!(refused.status, 507, "{count} bytes");
        assert!(refused.page.contains("There is no room for this file"), "{}", refused.page);
        assert!(refused.page.contains("value=\"Left &#60;heel&#62;\""), "{}", refused.page);
        assert_eq!((worker.held().0.len(), worker.held().1), (kept, kept));
    }
    assert_eq!(add(&worker, &bytes(100)).status, 303, "what was refused has taken no room");

    let spanish = Worker { language: "es", ..Worker::of(&office, scope) };
    let refused = add(&spanish, &bytes(2));
    assert!(refused.page.contains("No hay espacio para este archivo"), "{}", refused.page);

    // The disk fails: first where the agency's files are, then altogether.
    let files = folder.path().join("files");
    let case = files.join(office.agency().id.to_string()).join(elsewhere.scope.to_string());
    std::fs::write(&case, "no folder").unwrap();
    let not_stored = "The server could not store the file";
    let refused = add(&elsewhere, &bytes(3));
    assert!(
        refused.status == 507 && refused.page.contains(not_stored),
        "{}: {}",
        refused.status,
        refused.page
    );
    std::fs::remove_dir_all(&files).unwrap();
    let refused = add(&elsewhere, &bytes(4));
    assert!(
        refused.status == 507 && refused.page.contains(not_stored),
        "{}: {}",
        refused.status,
        refused.page
    );
    let refused = add(&Worker { language: "es", ..Worker::of(&office, elsewhere.scope) }, &bytes(5));
    assert!(refused.page.contains("El servidor no pudo guardar el archivo"), "{}", refused.page);
    std::fs::create_dir_all(&files).unwrap();
    assert_eq!(elsewhere.held(), (Vec::new(), 0));
}

#[test]
fn a_form_that_is_sent_twice_adds_one_file_and_with_another_file_in_it_is_asked_for_that_once_more() {
    let office = Office::start();
    let (_phone, scope) = nurse(&office);
    let (worker, record) = (Worker::of(&office, scope), new_id());
    std::thread::scope(|threads| {
        for _ in 0..3 {
            threads
                .spawn(|| assert_eq!(worker.add(record, Some(("a.txt", "text/plain", b"abc"))).status, 303));
        }
    });
    let held = worker.held();
    assert_eq!((held.0.len(), held.1, audited(&office, "file_arrived")), (1, 1, 1));
    let other = worker.add(record, Some(("b.txt", "text/plain", b"abcd")));
    assert_eq!(other.status, 422);
    assert!(other.page.contains("This form has added another file before."), "{}", other.page);
    assert!(!other.page.contains(&record.to_string()), "the form is of a new record now");
    assert_eq!(worker.held(), held);
    assert_eq!(worker.add(new_id(), Some(("a.txt", "text/plain", b"abc"))).status, 303);
    assert_eq!((worker.held().0.len(), worker.held().1), (2, 1), "two records may name one file");
}

#[test]
fn whoever_has_not_the_case_is_answered_as_by_any_other_form_and_nothing_is_stored() {
    let office = Office::start();
    let (_phone, scope) = nurse(&office);
    let store = &*office.app().store;
    let member = agency::hire(store, &SystemEnvironment, office.agency().id, "Bea Sample", Role::Nurse);
    let bearer = Bearer::Staff(office.agency().id, member.unwrap().id);
    let (token, _) = office.app().keys.issue(bearer, SystemEnvironment.now()).unwrap();
    let nurse = Worker { token, ..Worker::of(&office, scope) };
    let task = |worker: &Worker<'_>| {
        let form = format!("record={}&title=Call", new_id());
        let path = format!("/office/cases/{}/new/task", worker.scope);
        worker.ask(&path, Some(("application/x-www-form-urlencoded", form.into_bytes()))).status
    };
    let nowhere = Worker::of(&office, doorstep_tests::rogue::new_scope());
    for (worker, status) in [(&nurse, 403), (&nowhere, 404)] {
        assert_eq!(task(worker), status);
        assert_eq!(worker.add(new_id(), Some(("a.txt", "text/plain", b"abc"))).status, status);
        let large = vec![0; ATTACHMENT_BYTES_MAX as usize];
        assert_eq!(worker.add(new_id(), Some(("a.txt", "text/plain", &large))).status, status);
    }
    assert_eq!(Worker::of(&office, scope).held(), (Vec::new(), 0));
    let worker = Worker::of(&office, scope);
    let plain = format!("record={}&caption=none", new_id());
    let path = format!("/office/cases/{scope}/new/attachment");
    let plain = worker.ask(&path, Some(("application/x-www-form-urlencoded", plain.into_bytes())));
    assert_eq!(plain.status, 415, "a form without a file makes no record");
    assert_eq!(worker.held(), (Vec::new(), 0));
}

#[test]
fn the_form_takes_a_file_and_shows_nothing_that_is_not_known_yet() {
    let office = Office::start();
    let (_phone, scope) = nurse(&office);
    let worker = Worker::of(&office, scope);
    let page = worker.ask(&format!("/office/cases/{scope}/new/attachment"), None).page;
    for said in ["enctype=\"multipart/form-data\"", "name=\"file\" type=\"file\" required", "At most 50 MB"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    for said in ["SHA-256", "Media type", "field-size_bytes"] {
        assert!(!page.contains(said), "{said}: {page}");
    }
    let record = new_id();
    worker.add(record, Some(("a.txt", "text/plain", b"abc")));
    let page = worker.ask(&format!("/office/records/{record}/edit"), None).page;
    assert!(page.contains("3 bytes") && !page.contains("type=\"file\""), "{page}");
}
