//! A form, read and checked as a phone would check it.

use doorstep_client_core::record::{AnyRecord, Kind};
use serde_json::Value as Json;

use super::{Context, Why, Wrong, read};

/// The record that a person made of `base`, when it passes its checks; all that is wrong otherwise.
pub fn checked(
    kind: Kind,
    base: &Json,
    posted: &[(String, String)],
    context: &Context<'_>,
) -> Result<AnyRecord, Vec<Wrong>> {
    let content = read(kind, base, posted, context)?;
    let record = kind.from_json(content).map_err(|_| vec![Wrong::at("", Why::Unreadable)])?;
    let problems = record.check();
    if problems.is_empty() { Ok(record) } else { Err(problems.into_iter().map(Wrong::from).collect()) }
}
