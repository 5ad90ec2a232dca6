//! Small helpers for summary lines.

use super::{Coding, Timestamp};

/// Characters of a text that a summary line quotes.
const EXCERPT_CHARS_MAX: usize = 80;

/// The first line of a text, cut to what fits in a summary line.
pub(crate) fn excerpt(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    match line.char_indices().nth(EXCERPT_CHARS_MAX) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line.to_owned(),
    }
}

/// The parts that say something, separated by commas.
pub(crate) fn listed<const N: usize>(parts: [&str; N]) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// What a coding says, or nothing.
pub(crate) fn said(coding: &Option<Coding>) -> &str {
    coding.as_ref().map(Coding::words).unwrap_or_default()
}

/// A point in time to the minute, in UTC.
pub(crate) fn minute(at: Timestamp) -> String {
    at.to_jiff().strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// A number with at most two decimals and no trailing zeros.
pub(crate) fn rounded(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_the_first_line_that_says_something_cut_at_80_characters() {
        assert_eq!(excerpt("\n  Wound clean.\nNo odour."), "Wound clean.");
        assert_eq!(excerpt(&"ä".repeat(80)), "ä".repeat(80));
        assert_eq!(excerpt(&"ä".repeat(81)), format!("{}…", "ä".repeat(80)));
    }

    #[test]
    fn numbers_are_rounded_to_two_decimals_without_trailing_zeros() {
        assert_eq!([120.0, 36.75, 7.128, 0.5].map(rounded), ["120", "36.75", "7.13", "0.5"]);
    }
}
