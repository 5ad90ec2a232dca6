//! Visits as they are agreed on and as they happened.

use super::*;

pub(super) static APPOINTMENT: Structure = Structure {
    name: "appointment",
    fields: &[
        Field::new("start", INSTANT),
        Field::new("end", INSTANT),
        Field::new("nurse", STAFF),
        Field::new("appointment_type", code(&codes::APPOINTMENT_TYPE)),
        Field::new("service_type", coding(Usual::Services)),
        Field::new("status", code(&codes::APPOINTMENT_STATUS)),
        Field::new("cancellation_reason", LINE),
        Field::new("place", LINE).hinted(),
        Field::new("reason", LINE),
        Field::new("instructions", TEXT).hinted(),
        ENTERED_IN_ERROR,
    ],
    title: &[&["start"], &["service_type", "appointment_type"]],
    ended: Ended::Code("status", &["cancelled", "noshow"]),
};

static SIGNATURE: Structure = Structure {
    name: "signature",
    fields: &[
        Field::new("role", code(&codes::SIGNATURE_ROLE)),
        Field::new("name", LINE),
        Field::new("signed_at", INSTANT),
        Field::new("picture", record(&[Kind::Attachment])),
        Field::new("signed_version", FIXED_LINE),
        Field::new("withdrawn", FLAG),
    ],
    title: &[&["name"], &["role"]],
    ended: Ended::Flag("withdrawn"),
};

pub(super) static VISIT: Structure = Structure {
    name: "visit",
    fields: &[
        Field::new("appointment", record(&[Kind::Appointment])),
        Field::new("nurse", STAFF),
        Field::new("class", code(&codes::VISIT_CLASS)),
        Field::new("service_type", coding(Usual::Services)),
        Field::new("status", code(&codes::VISIT_STATUS)),
        Field::new("reason", SNOMED_CT),
        Field::new("check_in", CHECK_POINT),
        Field::new("check_out", CHECK_POINT),
        Field::new("note", TEXT),
        Field::new("interventions_done", members(Members::Interventions)),
        Field::new("mileage_km", NUMBER),
        Field::new("signatures", Shape::Keyed(&SIGNATURE)),
        Field::new("signed_version", FIXED_LINE),
        Field::new("missed_reason", code_or_none(&codes::MISSED_REASON)).hinted(),
        ENTERED_IN_ERROR,
    ],
    title: &[&["service_type", "class"], &["check_in"], &["status"]],
    ended: Ended::Code("status", &["cancelled"]),
};
