//! The patient's health: what she has, takes, reacts to, and what was measured and asked.

use super::*;

pub(super) static CONDITION: Structure = Structure {
    name: "condition",
    fields: &[
        Field::new("code", SNOMED_CT).hinted(),
        Field::new("clinical_status", code(&codes::CONDITION_STATUS)),
        Field::new("verification_status", code(&codes::CONDITION_VERIFICATION)),
        Field::new("onset", DATE),
        Field::new("abatement", DATE),
        Field::new("omaha_problem", code_or_none(&codes::OMAHA_PROBLEM)),
        Field::new("note", TEXT),
        ENTERED_IN_ERROR,
    ],
    title: &[&["code", "omaha_problem"]],
    ended: Ended::Code("clinical_status", &["inactive", "remission", "resolved"]),
};

pub(super) static MEDICATION: Structure = Structure {
    name: "medication",
    fields: &[
        Field::new("code", RXNORM),
        Field::new("dose", LINE).hinted(),
        Field::new("route", coding(Usual::Routes)),
        Field::new("frequency", LINE).hinted(),
        Field::new("as_needed", FLAG),
        Field::new("status", code(&codes::MEDICATION_STATUS)),
        Field::new("start", DATE),
        Field::new("stop", DATE),
        Field::new("prescriber", record(&[Kind::CareTeamMember])),
        Field::new("reason", record(&[Kind::Condition])),
        Field::new("reason_text", LINE),
        Field::new("last_reconciled_by", STAFF),
        Field::new("last_reconciled_at", INSTANT),
        Field::new("note", TEXT),
        ENTERED_IN_ERROR,
    ],
    title: &[&["code"], &["dose"]],
    ended: Ended::Code("status", &["completed", "stopped", "not-taken"]),
};

static REACTION: Structure = Structure {
    name: "reaction",
    fields: &[
        Field::new("manifestation", SNOMED_CT).hinted(),
        Field::new("severity", code_or_none(&codes::REACTION_SEVERITY)),
        Field::new("onset", DATE),
        ENTERED_IN_ERROR,
    ],
    title: &[&["manifestation"]],
    ended: Ended::Flag("entered_in_error"),
};

pub(super) static ALLERGY: Structure = Structure {
    name: "allergy",
    fields: &[
        Field::new("substance", RXNORM).hinted(),
        Field::new("category", code_or_none(&codes::ALLERGY_CATEGORY)),
        Field::new("criticality", code(&codes::CRITICALITY)).hinted(),
        Field::new("reactions", Shape::Keyed(&REACTION)),
        Field::new("clinical_status", code(&codes::ALLERGY_STATUS)),
        Field::new("verification_status", code(&codes::ALLERGY_VERIFICATION)),
        Field::new("onset", DATE),
        Field::new("note", TEXT),
        ENTERED_IN_ERROR,
    ],
    title: &[&["substance"]],
    ended: Ended::Code("clinical_status", &["inactive", "resolved"]),
};

pub(super) static ASSESSMENT: Structure = Structure {
    name: "assessment",
    fields: &[
        Field::new("instrument", record(&[Kind::Instrument])),
        Field::new("instrument_title", LINE).hinted(),
        Field::new("instrument_version", LINE),
        Field::new("status", code(&codes::ASSESSMENT_STATUS)),
        Field::new("answers", Shape::Answers),
        Field::new("score", NUMBER).hinted(),
        Field::new("risk", code_or_none(&codes::RISK)).hinted(),
        Field::new("performed_by", STAFF),
        Field::new("performed_at", INSTANT),
        Field::new("visit", record(&[Kind::Visit])),
        Field::new("summary", TEXT),
        ENTERED_IN_ERROR,
    ],
    title: &[&["instrument_title"], &["score"], &["risk"]],
    ended: Ended::Code("status", &["stopped"]),
};

static COMPONENT: Structure = Structure {
    name: "component",
    fields: &[
        Field::new("code", coding(Usual::Vitals)),
        Field::new("value", QUANTITY),
        Field::new("value_code", SNOMED_CT),
        Field::new("value_text", LINE),
    ],
    title: &[&["code"], &["value", "value_code", "value_text"]],
    ended: Ended::Never,
};

pub(super) static OBSERVATION: Structure = Structure {
    name: "observation",
    fields: &[
        Field::new("code", coding(Usual::Observations)),
        Field::new("category", code_or_none(&codes::OBSERVATION_CATEGORY)),
        Field::new("status", code(&codes::OBSERVATION_STATUS)),
        Field::new("value", QUANTITY),
        Field::new("value_code", SNOMED_CT),
        Field::new("value_text", LINE),
        Field::new("components", Shape::Keyed(&COMPONENT)).hinted(),
        Field::new("not_obtained_reason", LINE),
        Field::new("performed_at", INSTANT),
        Field::new("performer", STAFF),
        Field::new("visit", record(&[Kind::Visit])),
        Field::new("method", LINE).hinted(),
        Field::new("interpretation", code_or_none(&codes::INTERPRETATION)),
        Field::new("note", TEXT),
        ENTERED_IN_ERROR,
    ],
    title: &[&["code"], &["value", "components", "value_code", "value_text", "not_obtained_reason"]],
    ended: Ended::Code("status", &["cancelled"]),
};
