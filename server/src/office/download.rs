//! A file that is written while it is handed over: it may be of any length.

use std::io::{self, Write};
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::app::App;
use crate::limits::{ANSWER_PARTS_WAITING_MAX, DOWNLOAD_PART_BYTES};

/// What is written goes to a browser, which is waited for.
struct ToBrowser(mpsc::Sender<io::Result<Bytes>>);

impl Write for ToBrowser {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes)));
        sent.map(|()| bytes.len()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A file of this name and media type. Where writing it fails, the browser is told that it is not whole.
pub fn download(
    app: Arc<App>,
    (name, media_type): (String, &'static str),
    write: impl FnOnce(&App, &mut dyn Write) -> io::Result<()> + Send + 'static,
) -> Response {
    let (parts, answer) = mpsc::channel(ANSWER_PARTS_WAITING_MAX);
    tokio::task::spawn_blocking(move || {
        let mut out = io::BufWriter::with_capacity(DOWNLOAD_PART_BYTES, ToBrowser(parts.clone()));
        let written = write(&app, &mut out).and_then(|()| out.flush());
        if let Err(error) = written {
            tracing::error!("a file was broken off: {}", error.kind());
            // Whoever asked may have gone.
            let _ = parts.blocking_send(Err(io::ErrorKind::ConnectionAborted.into()));
        }
    });
    let headers = [
        (CONTENT_TYPE, media_type.to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, Body::from_stream(ReceiverStream::new(answer))).into_response()
}
