//! The apps' face, as far as only Rust sees it: who waits for whom, and what is never called any more.

#![allow(clippy::unwrap_used, reason = "what helps a test fails as its body does")]

mod closing;
mod files;
mod keys;
mod line;
mod syncing;
mod throwing;
