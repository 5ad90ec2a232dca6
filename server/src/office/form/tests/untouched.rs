//! What nobody touched comes back as it was.

use rand::rngs::ChaCha12Rng as Rng;
use rand::{RngExt as _, SeedableRng as _};

use super::*;

#[test]
fn a_form_that_nobody_touched_changes_nothing_in_any_kind() {
    let office = Office::new();
    for &kind in Kind::ALL {
        let record = filled(kind);
        assert!(is_plain(kind, &record), "{kind}");
        for record in [record, json!({})] {
            let page = office.page(kind, &record);
            assert_eq!(office.read(kind, &record, &page).unwrap(), record, "{kind}");
        }
    }
}

const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "\"'&amp;&#60;</textarea></select>",
    "\u{202E}abc\u{2066} مرحبا",
    "👩🏽‍⚕️ e\u{301}",
    "a\0b",
    "one\ntwo\r\nthree\rfour",
    "\n\nafter two line ends ",
    "{\"looks\": \"like JSON\"}",
    " ",
];

/// Puts hostile text into every text, code and id of a record, by what a seed draws.
fn made_hostile(value: &mut Value, rng: &mut Rng) {
    match value {
        Value::String(text) => {
            let is_parsed = text.parse::<doorstep_client_core::record::Date>().is_ok()
                || text.parse::<doorstep_client_core::record::Timestamp>().is_ok()
                || text.parse::<doorstep_client_core::ids::RecordId>().is_ok();
            if !is_parsed {
                *text = match rng.random_range(0..HOSTILE.len() + 1) {
                    drawn if drawn < HOSTILE.len() => HOSTILE[drawn].to_owned(),
                    _ => "ten kB\n".repeat(1_500),
                };
            }
        }
        Value::Object(fields) => {
            for (_, value) in fields.iter_mut() {
                made_hostile(value, rng);
            }
            if let Some(element) = fields.remove("k1") {
                let id = ["a.b", "/12.3#4", "é \"<", "k1", "~2e", "items.k1"][rng.random_range(0..6)];
                fields.insert(id.to_owned(), element);
            }
        }
        _ => {}
    }
}

#[test]
fn hostile_text_codes_and_ids_come_back_bit_for_bit_and_are_nowhere_markup() {
    let office = Office::new();
    for seed in 0..60 {
        let mut rng = Rng::seed_from_u64(seed);
        for &kind in Kind::ALL {
            let mut record = filled(kind);
            made_hostile(&mut record, &mut rng);
            let page = office.page(kind, &record);
            assert!(!page.html.contains("<script"), "{kind}");
            assert_eq!(office.read(kind, &record, &page).unwrap(), record, "{kind} of seed {seed}");
        }
    }
}

#[test]
fn every_point_in_time_comes_back_across_the_changes_of_the_clocks() {
    let mut office = Office::new();
    for zone in ["America/New_York", "Australia/Lord_Howe", "UTC"] {
        office.zone = TimeZone::get(zone).unwrap();
        for minutes in (0..60 * 24 * 366).step_by(7) {
            let at: jiff::Timestamp = "2026-01-01T00:00:12.5Z".parse().unwrap();
            let at = (at + jiff::SignedDuration::from_mins(minutes)).to_string();
            let record = json!({ "completed_at": at });
            let shown = single::text_of(shape::Single::Instant, &record["completed_at"], &office.zone);
            let posted = [("completed_at".to_owned(), shown)];
            assert_eq!(read(Kind::Task, &record, &posted, &office.context()).unwrap(), record);
        }
    }
    for at in ["-005000-01-01T00:00:00Z", "-000001-01-01T00:00:00Z"] {
        let record = json!({ "completed_at": at });
        let page = office.page(Kind::Task, &record);
        assert_eq!(office.read(Kind::Task, &record, &page).unwrap(), record, "{at}");
    }
}

#[test]
fn what_the_form_did_not_hold_stays() {
    let office = Office::new();
    for &kind in Kind::ALL {
        let record = filled(kind);
        assert_eq!(read(kind, &record, &[], &office.context()).unwrap(), record, "{kind}");
    }
    let mut newer = filled(Kind::Task);
    newer["urgency_level"] = json!(3);
    let page = office.page(Kind::Task, &newer).fill("title", "Call them");
    let made = office.read(Kind::Task, &newer, &page).unwrap();
    assert_eq!((&made["title"], &made["urgency_level"]), (&json!("Call them"), &json!(3)));
}
