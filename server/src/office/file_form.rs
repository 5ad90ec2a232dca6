//! A form with a file of a chart in it: its fields are read as those of any form, and its file is gathered as it comes.

use axum::extract::multipart::Field;
use axum::http::StatusCode;
use doorstep_client_core::limits::{ATTACHMENT_BYTES_MAX, SHORT_TEXT_CHARS_MAX};

use super::gate::Posted;
use super::upload::{Uploaded, is_too_large};
use crate::files::{Files, FilesError, Gathered};
use crate::http::{Problem, unread};
use crate::limits::{FORM_BYTES_MAX, FORM_FIELDS_MAX};

/// The form, as it was sent.
pub struct FileForm {
    /// Its other fields.
    pub posted: Posted,
    /// The file.
    pub file: Sent,
}

/// What was sent in the field of a file.
pub enum Sent {
    /// None was chosen.
    Nothing,
    /// One without a byte in it.
    Empty,
    /// One of more bytes than there may be; they are gone.
    TooBig,
    /// One that there was no place for; its bytes are gone.
    NoPlace,
    /// One that can be kept.
    File {
        /// Of which media type the browser says it is; bytes, where what it says is none.
        media_type: String,
        /// What it holds.
        gathered: Gathered,
    },
}

/// What is said of a file of which no media type is known.
const BYTES_MEDIA_TYPE: &str = "application/octet-stream";

impl Uploaded {
    /// Reads the file in the field of this name, and the other fields, of which those that stand before it are there
    /// whatever is wrong with it.
    pub async fn file_form(mut self, field: &str, files: &Files) -> Result<FileForm, Problem> {
        let (mut fields, mut bytes_left) = (Vec::new(), FORM_BYTES_MAX);
        let mut file = Sent::Nothing;
        for _ in 0..=FORM_FIELDS_MAX {
            match self.0.next_field().await {
                Ok(Some(part)) if part.name() == Some(field) => file = sent(part, files).await?,
                Ok(Some(part)) => fields.push(text(part, &mut bytes_left).await?),
                Ok(None) => return Ok(FileForm { posted: fields.into(), file }),
                Err(error) if is_too_large(&error) => {
                    return Ok(FileForm { posted: fields.into(), file: Sent::TooBig });
                }
                Err(error) => return Err(unread(&error)),
            }
        }
        Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "the form has too many fields"))
    }
}

/// A field that is no file.
async fn text(mut part: Field<'_>, bytes_left: &mut usize) -> Result<(String, String), Problem> {
    let (name, mut value) = (part.name().unwrap_or_default().to_owned(), Vec::new());
    while let Some(bytes) = part.chunk().await.map_err(|error| unread(&error))? {
        let too_large =
            || Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "the form's fields are too large");
        *bytes_left = bytes_left.checked_sub(bytes.len()).ok_or_else(too_large)?;
        value.extend_from_slice(&bytes);
    }
    Ok((name, String::from_utf8_lossy(&value).into_owned()))
}

/// The field of a file. All of it is read, so that the fields after it can be.
async fn sent(mut part: Field<'_>, files: &Files) -> Result<Sent, Problem> {
    let has_name = part.file_name().is_some_and(|name| !name.is_empty());
    let media_type = media_type(part.content_type());
    let mut kept = files.gather().map_err(no_place);
    let mut bytes_count: u64 = 0;
    loop {
        let bytes = match part.chunk().await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => break,
            Err(error) if is_too_large(&error) => return Ok(Sent::TooBig),
            Err(error) => return Err(unread(&error)),
        };
        bytes_count += bytes.len() as u64;
        if bytes_count > ATTACHMENT_BYTES_MAX {
            kept = Err(Sent::TooBig);
        } else if let Ok(gathering) = &mut kept
            && let Err(error) = gathering.push(&bytes).await
        {
            kept = Err(no_place(error));
        }
    }
    Ok(match kept {
        _ if bytes_count == 0 => if has_name { Sent::Empty } else { Sent::Nothing },
        Ok(gathering) => match gathering.end().await {
            Ok(gathered) => Sent::File { media_type, gathered },
            Err(error) => no_place(error),
        },
        Err(sent) => sent,
    })
}

fn no_place(error: FilesError) -> Sent {
    tracing::error!("{error}");
    Sent::NoPlace
}

/// What a browser says of a file, without what is said of its text.
fn media_type(said: Option<&str>) -> String {
    let essence = said.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_token = |token: &str| {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        !token.is_empty() && token.bytes().all(is_part)
    };
    let is_one = essence.split_once('/').is_some_and(|(of, sort)| is_token(of) && is_token(sort));
    if is_one && essence.len() <= SHORT_TEXT_CHARS_MAX { essence } else { BYTES_MEDIA_TYPE.to_owned() }
}
