//! Files that an app hands over by their paths.

use std::fs::File;

use doorstep_client_core::limits::ATTACHMENT_BYTES_MAX;
use doorstep_client_core::record::attachment::{Attachment, AttachmentType};
use doorstep_client_core::record::patient::Patient;
use doorstep_mobile_ffi::error::DoorstepError;

use crate::line::Phone;

#[test]
fn i14_a_file_is_attached_by_its_path_up_to_its_limit_and_stays_where_it_is_and_one_past_it_is_not_read() {
    let phone = Phone::enrolled();
    let patient = Patient { given: "Ana".into(), family: "Ruiz".into(), ..Patient::default() };
    let scope = phone.device.open_case(patient).unwrap().scope;
    let attachment = || Attachment {
        media_type: "video/mp4".into(),
        attachment_type: AttachmentType::Other,
        ..Attachment::default()
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("film.mp4");
    let attach = |bytes: u64| {
        File::create(&path).unwrap().set_len(bytes).unwrap();
        phone.device.attach_file(scope, attachment(), path.to_str().unwrap().to_owned())
    };
    let id = attach(ATTACHMENT_BYTES_MAX).unwrap().id;
    assert_eq!(phone.device.file(id).unwrap().len() as u64, ATTACHMENT_BYTES_MAX);
    assert!(path.exists());
    for refused in [attach(ATTACHMENT_BYTES_MAX + 1), attach(0)] {
        assert!(matches!(refused, Err(DoorstepError::Invalid { .. })), "{refused:?}");
    }
}
