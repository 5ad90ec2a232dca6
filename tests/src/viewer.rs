//! Somebody's open page, without the page: the stream of what happens, read as a browser reads it.

use std::io::{BufRead, BufReader, Read};

use doorstep_client_core::record::Timestamp;
use serde_json::Value;

/// Something that was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its place in the agency's order, where it has one.
    pub seq: Option<u64>,
    /// What it is.
    pub name: String,
    /// What is told.
    pub data: String,
}

impl Event {
    /// When what arrived did so, by the server's clock; none of what is no arrival.
    pub fn received_at(&self) -> Option<Timestamp> {
        let told: Value = serde_json::from_str(&self.data).ok()?;
        let html = told["html"].as_str()?;
        html.split("datetime=\"")
            .nth(1)?
            .split('"')
            .next()?
            .parse::<jiff::Timestamp>()
            .ok()
            .map(Timestamp::from)
    }
}

/// An open stream.
pub struct Viewer {
    lines: BufReader<Box<dyn Read + Send>>,
}

impl Viewer {
    /// Opens a stream for somebody who has signed in, past what she knows, or from now on.
    pub fn open(url: &str, session: &str, after: Option<u64>) -> Result<Self, ureq::Error> {
        let query = after.map(|seq| format!("?after={seq}")).unwrap_or_default();
        let answer = ureq::get(format!("{url}/office/live{query}"))
            .header("accept", "text/event-stream")
            .header("cookie", format!("__Host-doorstep={session}"))
            .call()?;
        Ok(Self { lines: BufReader::new(Box::new(answer.into_body().into_reader())) })
    }

    /// The next thing that is told; none once the stream has ended.
    pub fn next_event(&mut self) -> Option<Event> {
        let mut event = Event { seq: None, name: String::new(), data: String::new() };
        loop {
            let mut line = String::new();
            if self.lines.read_line(&mut line).unwrap_or(0) == 0 {
                return None;
            }
            let line = line.trim_end_matches(['\n', '\r']);
            match line.split_once(": ").unwrap_or((line, "")) {
                ("id", id) => event.seq = id.parse().ok(),
                ("event", name) => name.clone_into(&mut event.name),
                ("data", data) => data.clone_into(&mut event.data),
                ("", _) if line.is_empty() && !event.name.is_empty() => return Some(event),
                // A comment that keeps the connection open.
                _ => {}
            }
        }
    }

    /// The next arrival.
    pub fn next_arrival(&mut self) -> Option<Event> {
        loop {
            let event = self.next_event()?;
            if event.name == "arrived" {
                return Some(event);
            }
        }
    }
}
