//! Doorstep's server: the sync exchange, the access rules, the office's API, and what the `doorstep` command
//! runs.
//!
//! Data flows one way: `router → http → sync → merge | feed → access → store`. No module imports one above it, but for
//! [`app`], which holds them together.
//!
//! - [`app`]: builds a server out of a [`config`] and runs it. [`router`]: the whole URL map. [`http`]: handlers.
//! - [`sync`]: one exchange: [`admission`] of what is pushed, [`merge`], then the [`feed`] of what is lacking.
//! - [`audit`]: the audit log as others read it.
//! - [`auth`]: keys, tokens, enrolment. [`access`]: who may see and change what.
//! - [`files`]: the bytes that charts' attachments name.
//! - [`listener`]: takes connections, by [`tls`] where it has a certificate. [`rates`]: who asks too often.
//! - [`office`]: the office's pages, on what the handlers of [`http`] stand on.
//! - [`review`]: what waits for the office, in one queue, and what it makes of it.
//! - [`agency`]: founding an agency, hiring its staff.
//! - [`sample`]: a made-up agency from a seed.
//! - [`describe`]: how the API's description words what client-core's types look like.
//! - [`store`]: where agencies' data is kept, and the one order of each agency's changes.

pub mod access;
pub mod admission;
pub mod agency;
pub mod app;
pub mod audit;
pub mod auth;
pub mod config;
pub mod describe;
pub mod feed;
pub mod fhir;
pub mod files;
pub mod http;
pub mod limits;
pub mod listener;
pub mod merge;
pub mod office;
pub mod rates;
pub mod review;
pub mod router;
pub mod sample;
pub mod store;
pub mod sync;
pub mod tls;
