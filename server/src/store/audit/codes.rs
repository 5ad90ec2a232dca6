//! The names of all that can happen.

use super::AuditEvent;

impl AuditEvent {
    /// The name of every event.
    pub const CODES: [&'static str; 35] = [
        "signed_in",
        "sign_in_failed",
        "sign_in_locked_out",
        "signed_out",
        "token_made",
        "staff_changed",
        "password_set",
        "second_factor_set",
        "calendar_set",
        "case_read",
        "record_read",
        "case_downloaded",
        "file_read",
        "file_arrived",
        "case_opened",
        "case_closed",
        "case_reopened",
        "record_created",
        "record_changed",
        "grant_begun",
        "grant_ended",
        "device_invited",
        "device_enrolled",
        "device_locked",
        "device_unlocked",
        "device_wipe_asked",
        "device_wiped",
        "refresh_token_reused",
        "exported",
        "conflict_resolved",
        "record_mistaken",
        "quarantine_accepted",
        "quarantine_discarded",
        "late_work_seen",
        "review_seen",
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_those_of_every_event() {
        let source = include_str!("event.rs");
        let named = source.split("{ .. } => \"").skip(1).map(|after| after.split('"').next().unwrap());
        assert_eq!(named.take(AuditEvent::CODES.len() + 1).collect::<Vec<_>>()[..], AuditEvent::CODES);
    }
}
