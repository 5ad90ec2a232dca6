//! Entries of the audit log as comma-separated values (RFC 4180).

use crate::store::AuditEntry;

/// The first line.
pub const HEADER: &str = "number,at,code,actor,by_staff,by_device,case,record,staff,device,details,hash";

/// An entry as a line, without its end.
pub fn line(entry: &AuditEntry) -> String {
    fn text(value: &Option<impl ToString>) -> String {
        value.as_ref().map(ToString::to_string).unwrap_or_default()
    }
    let columns = [
        entry.number.to_string(),
        entry.at.to_string(),
        entry.code.clone(),
        entry.actor.clone(),
        text(&entry.by_staff),
        text(&entry.by_device),
        text(&entry.scope),
        text(&entry.record),
        text(&entry.staff),
        text(&entry.device),
        text(&entry.details),
        entry.hash.to_string(),
    ];
    columns.map(|column| quoted(&column)).join(",")
}

/// A text as a cell.
pub fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_a_comma_or_a_quote_is_quoted() {
        assert_eq!(quoted("case_read"), "case_read");
        assert_eq!(quoted(r#"{"a":1,"b":2}"#), r#""{""a"":1,""b"":2}""#);
    }
}
