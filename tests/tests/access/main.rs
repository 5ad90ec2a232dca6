//! Who gets what on every route, and that agencies on one server never see or change anything of each other's: two of
//! them hold the same ids.

#![allow(clippy::unwrap_used, reason = "what helps a test fails as its body does")]

mod exchange;
mod ground;
mod pages;
mod routes;
mod sessions;
