//! What a person reads: lines, aligned columns, colour on terminals only; or JSON for programs.

use std::io::IsTerminal;

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use super::phone::{Phone, Surroundings, explained};
use super::words::{CONFLICT, Clock, UNSENT, work};

/// How to write.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Style {
    /// JSON, and nothing else, on standard output.
    pub(super) is_json: bool,
    /// Colour and weight.
    pub(super) has_colour: bool,
    /// Characters in a line, where it is known.
    pub(super) width: Option<u16>,
}

impl Style {
    /// As standard output has it. `NO_COLOR` turns colour off: <https://no-color.org>.
    pub(super) fn of_this_terminal(is_json: bool) -> Self {
        let is_terminal = std::io::stdout().is_terminal();
        let is_plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        Self { is_json, has_colour: is_terminal && !is_plain, width: width.filter(|_| is_terminal) }
    }
}

/// How something is set off.
#[derive(Debug, Clone, Copy)]
pub(super) enum Tone {
    /// A heading.
    Bold,
    /// What matters less.
    Dim,
    /// What wants a look.
    Amber,
    /// What wants a look now.
    Red,
}

/// What one command says.
pub(super) struct Page {
    pub(super) style: Style,
    pub(super) clock: Clock,
    out: String,
    aside: String,
}

impl Page {
    /// An empty page.
    pub(super) fn new(style: Style, surroundings: &Surroundings) -> Self {
        let clock = Clock { now: surroundings.now(), zone: surroundings.zone.clone() };
        Self { style, clock, out: String::new(), aside: String::new() }
    }

    /// What goes to standard output, and what goes to standard error.
    pub(super) fn into_texts(self) -> (String, String) {
        (self.out, self.aside)
    }

    /// A line; nothing in JSON.
    pub(super) fn line(&mut self, text: &str) {
        if !self.style.is_json {
            self.out.push_str(text);
            self.out.push('\n');
        }
    }

    /// A line on standard error.
    pub(super) fn note(&mut self, text: &str) {
        self.aside.push_str(text);
        self.aside.push('\n');
    }

    /// The text in a tone, where there is colour.
    pub(super) fn toned(&self, tone: Tone, text: &str) -> String {
        let code = match tone {
            Tone::Bold => "1",
            Tone::Dim => "2",
            Tone::Amber => "33",
            Tone::Red => "31",
        };
        if self.style.has_colour && !text.is_empty() {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }

    /// Rows in aligned columns, below a header unless it is empty.
    pub(super) fn table(&mut self, header: &[&str], rows: Vec<Vec<String>>) {
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
        if let Some(width) = self.style.width {
            table.set_width(width);
        }
        if !header.is_empty() {
            table.set_header(header.to_vec());
        }
        table.add_rows(rows);
        for (index, line) in table.lines().enumerate() {
            let line = line.strip_prefix(' ').unwrap_or(&line).trim_end();
            let line = match index {
                0 if !header.is_empty() => self.toned(Tone::Dim, line),
                _ => line
                    .replace(CONFLICT, &self.toned(Tone::Red, CONFLICT))
                    .replace(UNSENT, &self.toned(Tone::Amber, UNSENT)),
            };
            self.line(&line);
        }
    }

    /// A value, where JSON was asked for. Says whether it was.
    pub(super) fn json(&mut self, value: impl FnOnce() -> serde_json::Value) -> bool {
        if self.style.is_json {
            self.out.push_str(&value().to_string());
            self.out.push('\n');
        }
        self.style.is_json
    }

    /// Below a list: conflicts and unsent work, where there are any.
    pub(super) fn footer(&mut self, phone: &Phone<'_>) -> anyhow::Result<()> {
        let status =
            phone.device.sync_status().map_err(|error| explained("reading what is unsent", &error))?;
        let conflicts: u32 = phone.cases()?.iter().map(|case| case.conflicts).sum();
        if conflicts > 0 {
            let fields = super::words::counted(conflicts, "field");
            let text = format!("{fields} with several values: run `doorstep nurse conflicts`.");
            let text = self.toned(Tone::Red, &text);
            self.line(&text);
        }
        if !status.is_all_sent {
            let text = self.toned(Tone::Amber, &work(&status));
            self.line(&text);
        }
        Ok(())
    }

    /// After a save: what was saved, and what the office does not have yet.
    pub(super) fn saved(
        &mut self,
        phone: &Phone<'_>,
        what: &str,
        details: impl Serialize,
    ) -> anyhow::Result<()> {
        let status =
            phone.device.sync_status().map_err(|error| explained("reading what is unsent", &error))?;
        let details = serde_json::to_value(details)?;
        if !self.json(|| {
            serde_json::json!({ "saved": details, "unsent_changes": status.unsent_changes, "all_sent": status.is_all_sent })
        }) {
            self.line(what);
            let text = format!("Saved on this phone. {}", work(&status));
            let text = self.toned(Tone::Amber, &text);
            self.line(&text);
        }
        Ok(())
    }
}
