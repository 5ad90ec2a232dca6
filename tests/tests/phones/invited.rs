//! Invitations from the office.

use doorstep_client_core::wire::EnrolmentLink;

use super::*;

#[test]
fn the_office_makes_a_code_a_link_and_a_picture_and_the_link_enrols_one_phone() {
    let office = Office::start();
    let (admin, nurse) = (Admin::of(&office), office.hire("Ana Sample"));
    let path = format!("/v1/office/staff/{nurse}/invite");
    let (status, made) = admin.post(&path, &json!({ "server_url": office.url() }));
    assert_eq!(status, 200);
    let link: EnrolmentLink = made["link"].as_str().unwrap().parse().unwrap();
    assert_eq!((link.server_url(), link.code()), (office.url().as_str(), made["code"].as_str().unwrap()));
    assert!(made["svg"].as_str().unwrap().starts_with("<svg"));
    assert!(made["expires_at"].is_string());
    Phone::new(&office, link.code()).sync().unwrap();

    assert_eq!(admin.post(&path, &json!({ "server_url": "javascript:alert(1)" })).0, 400);
    let nobody = doorstep_client_core::ids::StaffId::from_bytes([9; 16]);
    let (status, _) =
        admin.post(&format!("/v1/office/staff/{nobody}/invite"), &json!({ "server_url": office.url() }));
    assert_eq!(status, 404);
}
