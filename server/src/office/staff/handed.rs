//! What is handed over once: a one-time code with which somebody sets her password, or an invitation for her phone.

use askama::Template;
use axum::response::Html;
use doorstep_client_core::ids::StaffId;
use doorstep_client_core::record::Timestamp;

use crate::app::App;
use crate::auth::OneTimeCode;
use crate::http::invitations::Invitation;
use crate::http::{Permitted, Problem};
use crate::office::frame::{Area, Asking, Frame, page};

#[derive(Template)]
#[template(path = "staff/handed.html")]
struct Page {
    frame: Frame,
    staff: StaffId,
    name: String,
    code: String,
    expires: String,
    /// By which she signs in; none of an invitation.
    sign_in_name: Option<String>,
    /// The link and its picture; none of a password's code.
    link: Option<(String, String)>,
}

/// Whose it is.
pub(super) struct For<'a> {
    pub(super) staff: StaffId,
    pub(super) name: &'a str,
    pub(super) sign_in_name: Option<&'a str>,
}

/// A code with which she sets her password.
pub(super) fn code(
    app: &App,
    caller: &Permitted,
    asking: Asking,
    of: For<'_>,
    (code, expires_at): (OneTimeCode, Timestamp),
) -> Result<Html<String>, Problem> {
    shown(app, caller, asking, of, (code.to_string(), expires_at), None)
}

/// An invitation for her phone.
pub(super) fn invitation(
    app: &App,
    caller: &Permitted,
    asking: Asking,
    of: For<'_>,
    invitation: Invitation,
) -> Result<Html<String>, Problem> {
    let Invitation { code, expires_at, link, svg } = invitation;
    shown(app, caller, asking, of, (code, expires_at), Some((link, svg)))
}

fn shown(
    app: &App,
    caller: &Permitted,
    asking: Asking,
    of: For<'_>,
    (code, expires_at): (String, Timestamp),
    link: Option<(String, String)>,
) -> Result<Html<String>, Problem> {
    let frame = Frame::new(app, caller, &*caller.snapshot(app)?, asking, Area::Staff)?;
    page(&Page {
        staff: of.staff,
        name: of.name.to_owned(),
        sign_in_name: of.sign_in_name.map(str::to_owned),
        expires: frame.local.moment(expires_at),
        code,
        link,
        frame,
    })
}
