//! The file that an attachment names: in the page if it is a picture, as a download otherwise.

use std::collections::HashSet;
use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{AppendHeaders, IntoResponse, Response};
use doorstep_client_core::document::Document;
use doorstep_client_core::ids::{RecordId, ScopeId};
use doorstep_client_core::record::attachment::Attachment;
use doorstep_client_core::record::{AnyRecord, Kind};
use serde_json::Value as Json;
use tokio::runtime::Handle;

use crate::access::Action;
use crate::app::App;
use crate::describe;
use crate::files::FileId;
use crate::http::records::refused;
use crate::http::{Named, OfficeCaller, Permitted, Problem, blocking, file_body, file_not_here};
use crate::store::{AuditEvent, FileHash};

/// Media types that a browser shows as pictures, and that cannot hold a script.
const PICTURES: [(&str, &str); 4] =
    [("image/jpeg", "jpg"), ("image/png", "png"), ("image/webp", "webp"), ("image/gif", "gif")];
/// Others that a download is told to be. What is none of these is bytes.
const DOWNLOADS: [(&str, &str); 8] = [
    ("application/pdf", "pdf"),
    ("image/heic", "heic"),
    ("image/heif", "heif"),
    ("image/tiff", "tiff"),
    ("audio/mpeg", "mp3"),
    ("audio/mp4", "m4a"),
    ("video/mp4", "mp4"),
    ("text/plain", "txt"),
];
const BYTES: (&str, &str) = ("application/octet-stream", "bin");

/// An attachment's file, on a page.
pub(super) struct File {
    /// Where it is; none: it has not arrived.
    pub(super) href: Option<String>,
    /// Whether a browser shows it.
    pub(super) is_picture: bool,
    /// What is to be seen on it.
    pub(super) caption: String,
}

impl File {
    /// The file of an attachment that says this, those of its case that have arrived being these.
    pub(super) fn of(scope: ScopeId, record: RecordId, content: &Json, here: &HashSet<FileHash>) -> Self {
        let text = |field: &str| content[field].as_str().unwrap_or_default();
        let is_here = text("sha256").parse().is_ok_and(|hash| here.contains(&hash));
        Self {
            href: is_here.then(|| format!("/office/cases/{scope}/files/{record}")),
            is_picture: is_picture(text("media_type")),
            caption: text("caption").to_owned(),
        }
    }
}

/// The files of a case that have arrived.
pub(super) fn here(app: &App, caller: &Permitted, scope: ScopeId) -> Result<HashSet<FileHash>, Problem> {
    Ok(Handle::current().block_on(app.files.in_case(caller.agency, scope))?)
}

/// An attachment's file.
#[utoipa::path(
    get,
    path = "/office/cases/{scope}/files/{record}",
    params(
        ("scope" = describe::Id, Path, description = "The case"),
        ("record" = describe::Id, Path, description = "The attachment"),
    ),
    security(("office" = ["read"])),
    responses((status = 200, description = "The file"))
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named((scope, record)): Named<(ScopeId, RecordId)>,
) -> Result<Response, Problem> {
    let (file, size, media_type) = blocking(Arc::clone(&app), move |app| {
        let (caller, stamp) = caller.require_on(app, Action::Read, record)?;
        if stamp.scope != scope || stamp.kind != Kind::Attachment {
            return Err(Problem::not_found("file"));
        }
        let Attachment { sha256, media_type, .. } = read(app, &caller, record)?;
        let hash = sha256.parse().map_err(|_| file_not_here())?;
        let file = FileId { agency: caller.agency, scope, hash };
        let size = Handle::current().block_on(app.files.size(&file))?.ok_or_else(file_not_here)?;
        caller.audit(app, AuditEvent::FileRead { scope, record })?;
        Ok((file, size, media_type))
    })
    .await?;
    let (media_type, disposition) = shown_as(&media_type, &file.hash);
    let headers = AppendHeaders([
        (CONTENT_TYPE, media_type.to_owned()),
        (CONTENT_LENGTH, size.to_string()),
        (CONTENT_DISPOSITION, disposition),
    ]);
    Ok((headers, file_body(&app, &file, 0, size).await?).into_response())
}

fn read(app: &App, caller: &Permitted, record: RecordId) -> Result<Attachment, Problem> {
    let stored = caller.snapshot(app)?.record(record)?.ok_or_else(|| Problem::not_found("file"))?;
    match Document::load(&stored.document).and_then(|document| document.read()).map_err(refused)? {
        AnyRecord::Attachment(attachment) => Ok(attachment),
        _ => Err(Problem::not_found("file")),
    }
}

fn is_picture(media_type: &str) -> bool {
    PICTURES.iter().any(|(picture, _)| *picture == media_type)
}

/// As what a file that is said to be of this media type is handed to a browser, and by which name.
fn shown_as(media_type: &str, hash: &FileHash) -> (&'static str, String) {
    let known = PICTURES.iter().chain(&DOWNLOADS).find(|(known, _)| *known == media_type);
    let (shown, extension) = *known.unwrap_or(&BYTES);
    let disposition = if is_picture(media_type) { "inline" } else { "attachment" };
    // The name tells nothing of what is in it.
    let name: String = hash.to_string().chars().take(12).collect();
    (shown, format!("{disposition}; filename=\"{name}.{extension}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_shown_and_all_else_is_a_download_that_runs_nothing() {
        let hash = FileHash([0xab; 32]);
        for (picture, _) in PICTURES {
            let (media_type, disposition) = shown_as(picture, &hash);
            assert!(media_type == picture && disposition.starts_with("inline;"), "{disposition}");
        }
        for (told, shown) in [
            ("application/pdf", "application/pdf"),
            ("text/html", "application/octet-stream"),
            ("image/svg+xml", "application/octet-stream"),
            ("IMAGE/PNG", "application/octet-stream"),
            ("image/png\r\nset-cookie: a=b", "application/octet-stream"),
            ("", "application/octet-stream"),
        ] {
            let (media_type, disposition) = shown_as(told, &hash);
            assert_eq!(media_type, shown, "{told}");
            assert!(disposition.starts_with("attachment; filename=\"abababababab."), "{disposition}");
        }
    }
}
