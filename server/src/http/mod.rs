//! Handlers, one file per noun, and what stands before them: who asks and whether she may (`caller`), that nobody
//! answers without having asked that (`decided`), what is refused and how (`error`), what is logged (`log`), what a
//! request holds (`body`), how often it may come (`pace`), what every answer carries (`headers`). Each handler carries its description; `openapi` shows them all.

pub mod accounts;
pub mod activity;
pub mod address;
pub mod audit;
mod body;
mod caller;
pub mod cases;
pub mod closing;
pub mod conflicts;
mod decided;
pub mod devices;
pub mod enrol;
mod error;
pub mod events;
pub mod files;
pub mod grants;
mod headers;
pub mod health;
pub mod invitations;
pub mod keys;
mod log;
pub mod openapi;
mod pace;
pub mod quarantine;
pub mod records;
mod rest;
pub mod review;
mod review_entry;
pub mod second_factor;
pub mod session;
pub mod sign_in;
pub mod staff;
mod streams;
pub mod sync;

use std::sync::Arc;

use crate::app::App;

pub use body::{Answer, Asked, Named, Queried, read_body, unread};
pub use caller::{DeviceCaller, OfficeCaller, Permitted};
pub use cases::names;
pub use decided::{NamedActions, closed_by_default};
pub use error::Problem;
pub use files::{body as file_body, not_here as file_not_here};
pub use headers::safe_headers;
pub use log::{request_log, silence_panics};
pub use pace::pace;
pub use rest::read_the_rest;
pub use session::{CSRF_HEADER, SCRIPT_HEADER, SessionCaller, Visiting, cookie, ended, session_id};
pub use sign_in::begin;
pub use streams::{Stream, Streams};

/// Does work that blocks, such as all that the store does, beside the async threads.
pub async fn blocking<T: Send + 'static>(
    app: Arc<App>,
    work: impl FnOnce(&App) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(move || work(&app)).await.unwrap_or_else(|_| Err(Problem::internal()))
}

#[cfg(test)]
mod tests;
