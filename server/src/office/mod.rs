//! The office's pages: server-rendered, one file and one template per page, live by server-sent events.
//!
//! - `gate`: what stands before and after every page: forms are read, refusals are pages.
//! - `frame`: what stands around a page. `words`: what it says, in every language. `local`: its times.
//! - `assets`: one stylesheet, one script, one icon.
//! - `form`: every kind of record as a form, and in words.
//! - `review`: what waits for somebody's look.
//! - `chart`: a patient's chart. `record`: one record and its form. `directory`: what the agency's staff share.
//! - `staff`: who works here, and with which phones.
//! - `account`: the caller's own account.
//! - `audit`: who saw and changed what. `download`: files of any length.
//! - `outcomes`: what the care comes to.
//! - `sign_in`: signing in and out. `today`: what happens now. `live`: what is told to pages that are open.
//! - `cases`: the caseload, who has which case, opening and closing one. `import`: cases out of FHIR bundles, which
//!   come by `upload`. `file_form`: a form with a file of a chart.
//! - `track`: a day on a time line. `schedule`: who visits whom when, and how that is agreed on. `calendar`: the same as
//!   calendars read it.
//!
//! A page works without its script: links lead somewhere, forms are sent. The script adds what is live.

pub mod account;
pub mod arrivals;
pub mod assets;
pub mod audit;
pub mod calendar;
pub mod cases;
pub mod chart;
pub mod directory;
pub mod download;
pub mod file_form;
pub mod form;
pub mod frame;
pub mod gate;
pub mod import;
pub mod live;
pub mod local;
pub mod outcomes;
pub mod phone;
pub mod record;
pub mod review;
pub mod schedule;
pub mod sign_in;
pub mod staff;
pub mod today;
mod told;
pub mod track;
pub mod upload;
pub mod words;

pub use gate::gate;
pub use live::Live;
pub use outcomes::KeptOutcomes;
