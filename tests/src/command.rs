//! The `doorstep` command, run once beside a server.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::ensure;
use serde_json::Value;

/// What the command at `binary` answers in JSON, on this data folder.
pub fn ask(binary: &Path, data: &Path, arguments: &[&str]) -> anyhow::Result<Value> {
    let mut command = Command::new(binary);
    command.arg("--json").arg("--data").arg(data).args(arguments).stderr(Stdio::inherit());
    let output = command.output()?;
    ensure!(output.status.success(), "doorstep {arguments:?}: {}", output.status);
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Hires a nurse and returns her id.
pub fn hire(binary: &Path, data: &Path, name: &str) -> anyhow::Result<String> {
    text(&ask(binary, data, &["staff", "add", name])?, "id")
}

/// Makes a one-time code for a phone of a member of staff.
pub fn invite(binary: &Path, data: &Path, staff: &str) -> anyhow::Result<String> {
    text(&ask(binary, data, &["device", "invite", staff])?, "code")
}

fn text(answer: &Value, name: &str) -> anyhow::Result<String> {
    let text = answer[name].as_str().map(str::to_owned);
    text.ok_or_else(|| anyhow::anyhow!("the answer has no {name}"))
}
