//! What a command prints: tables and sentences for people, or one JSON value a line for programs.

use std::io::{ErrorKind, Write};

use comfy_table::{Table, presets};
use serde::Serialize;

/// Where and how a command prints.
#[derive(Clone, Copy)]
pub(crate) struct Output {
    pub(crate) is_json: bool,
}

impl Output {
    /// Prints a line for people, or this value for programs.
    pub(crate) fn say(self, line: &str, value: &impl Serialize) -> anyhow::Result<()> {
        if self.is_json { print(&serde_json::to_string(value)?) } else { print(line) }
    }

    /// Prints a table for people, or these values for programs.
    pub(crate) fn table(
        self,
        header: &[&str],
        rows: impl IntoIterator<Item = Vec<String>>,
        values: &impl Serialize,
    ) -> anyhow::Result<()> {
        if self.is_json {
            return print(&serde_json::to_string(values)?);
        }
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_header(header.to_vec());
        table.add_rows(rows);
        print(&table.to_string())
    }
}

/// Prints a line. That nobody reads on, as in `doorstep … | head`, is no failure.
fn print(line: &str) -> anyhow::Result<()> {
    match writeln!(std::io::stdout(), "{line}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Says on the error stream what went wrong.
pub(crate) fn complain(error: &anyhow::Error) {
    // Where the error stream is closed there is nobody left to tell.
    let _ = writeln!(std::io::stderr(), "doorstep: {error:#}");
}
