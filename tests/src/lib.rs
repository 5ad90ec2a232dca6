//! What Doorstep's cross-crate tests, simulations and benches share.
//!
//! - [`browser`]: a real browser in front of the office's pages.
//! - [`certificates`]: an agency's own root, and what it vouches for.
//! - [`command`]: the `doorstep` command, run once.
//! - [`contested`]: a server's store in which somebody else is always a moment faster.
//! - [`day`]: a nurse's day on a phone that may be killed at any moment.
//! - [`frozen`]: stores as versions of the app left them.
//! - [`languages`]: the apps' library, its bindings, and programs that call it.
//! - [`large_agency`]: an agency that makes the office's reads long.
//! - [`liar`]: a server that lies.
//! - [`link`]: a link to a world that a test holds in its hands.
//! - [`office`]: a real server in this process over real HTTP, and who asks it things.
//! - [`process`]: the `doorstep` command as a real process, and what it costs.
//! - [`programs`]: programs that may be missing.
//! - [`proxy`]: a counting TCP proxy between phones and a server, slow or broken where a test wants it so.
//! - [`reconnect`]: the bench of that name.
//! - [`review_queue`]: the bench of that name.
//! - [`rogue`]: a phone that sends what no phone would.
//! - [`sample_data`]: sample data that may be missing.
//! - [`samples`]: a record of each kind with every field filled.
//! - [`tree`]: the project's own source as text.
//! - [`viewer`]: an open page's stream of what happens.
//! - [`walk`]: every page of the office.
//! - [`workload`]: the reconnect workload, mapped to records.
//! - [`world`]: a server and phones in one process, with a link between them that fails in every way a link can.

pub mod browser;
pub mod certificates;
pub mod command;
pub mod contested;
pub mod day;
pub mod frozen;
pub mod languages;
pub mod large_agency;
pub mod liar;
pub mod link;
pub mod office;
pub mod process;
pub mod programs;
pub mod proxy;
pub mod reconnect;
pub mod review_queue;
pub mod rogue;
pub mod sample_data;
pub mod samples;
pub mod tree;
pub mod viewer;
pub mod walk;
pub mod workload;
pub mod world;
