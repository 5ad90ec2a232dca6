//! Files that somebody of the office adds to a chart.

use std::fs::File;

use doorstep_client_core::limits::ATTACHMENT_BYTES_MAX;

use super::*;

/// A picture of one dot.
const PICTURE: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
const IS_SEEN: &str =
    "const seen = document.querySelector('figure img'); return !!seen && seen.naturalWidth === 1";

#[test]
fn a_picture_is_added_to_a_chart_and_seen_there_with_and_without_scripts() {
    let (office, ana) = with_a_case();
    let scope = ana.device.caseload().unwrap()[0].case.scope;
    let folder = tempfile::tempdir().unwrap();
    let (picture, large) = (folder.path().join("heel.gif"), folder.path().join("film.mp4"));
    std::fs::write(&picture, PICTURE).unwrap();
    File::create(&large).unwrap().set_len(ATTACHMENT_BYTES_MAX + 1).unwrap();
    let files = format!("{}/office/cases/{scope}/records/attachment", office.url());
    for (number, has_script) in [true, false].into_iter().enumerate() {
        let look = Look { has_script, ..Look::default() };
        let Some(browser) = Browser::open("a picture is added", look) else { return };
        sign_in(&browser, &office, if has_script { Role::Office } else { Role::Admin });
        browser.go(&files);
        browser.press("Add: File");
        if let Some(folder) = std::env::var_os("DOORSTEP_PICTURES") {
            browser.picture(&std::path::Path::new(&folder).join("file-new.png"));
        }
        browser.fill("#field-caption", "Left heel");
        browser.keys("[name=file]", large.to_str().unwrap());
        browser.click("button[name=save]");
        let too_big = "The file has more than 50 MB. Choose a smaller one.";
        if has_script {
            let said = browser.run("return document.querySelector('[name=file]').validationMessage");
            assert_eq!(said, too_big, "before it is sent");
        } else {
            browser.wait_for(".form-faults");
            assert_eq!(browser.text_of("#field-file-wrong"), too_big);
        }
        let caption = browser.run("return document.querySelector('#field-caption').value");
        assert_eq!(caption, "Left heel", "nothing typed is lost");
        browser.keys("[name=file]", picture.to_str().unwrap());
        browser.click("button[name=save]");
        browser.wait_for_text("Added.");
        assert_eq!(browser.url().split('?').next(), Some(files.as_str()));
        browser.wait_until("the picture is seen", IS_SEEN);
        assert_eq!(browser.run("return document.querySelectorAll('figure img').length"), number + 1);
        let listed = browser.text_of("main");
        assert!(listed.contains("Left heel") && listed.contains("35 bytes"), "{listed}");
        if let Some(folder) = std::env::var_os("DOORSTEP_PICTURES") {
            browser.picture(&std::path::Path::new(&folder).join("files.png"));
        }
    }
}
