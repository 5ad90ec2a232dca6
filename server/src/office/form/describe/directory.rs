//! The agency's directory: its staff, its forms for assessments, its rules.

use super::patient::PHONE;
use super::*;

static CREDENTIAL: Structure = Structure {
    name: "credential",
    fields: &[
        Field::new("credential_type", code(&codes::CREDENTIAL_TYPE)),
        Field::new("state", LINE).hinted(),
        Field::new("number", LINE),
        Field::new("issued", DATE),
        Field::new("expires", DATE).hinted(),
        Field::new("ended", FLAG),
    ],
    title: &[&["credential_type"], &["state"]],
    ended: Ended::Flag("ended"),
};

pub(super) static STAFF_MEMBER: Structure = Structure {
    name: "staff",
    fields: &[
        Field::new("name", LINE),
        Field::new("role", code(&codes::STAFF_ROLE)),
        Field::new("credentials", Shape::Keyed(&CREDENTIAL)),
        Field::new("phones", Shape::Keyed(&PHONE)),
        Field::new("languages", members(Members::Languages)).hinted(),
        Field::new("areas", members(Members::Words)).hinted(),
        Field::new("has_left", FLAG),
        ENTERED_IN_ERROR,
    ],
    title: &[&["name"]],
    ended: Ended::Flag("has_left"),
};

static ITEM_OPTION: Structure = Structure {
    name: "item-option",
    fields: &[
        Field::new("position", PLACE),
        Field::new("code", LINE),
        Field::new("text", LINE),
        Field::new("score", NUMBER),
        Field::new("ended", FLAG),
    ],
    title: &[&["text", "code"]],
    ended: Ended::Flag("ended"),
};

static ENABLE_WHEN: Structure = Structure {
    name: "enable-when",
    fields: &[
        Field::new("question", ITEM),
        Field::new("operator", code(&codes::ENABLE_OPERATOR)),
        Field::new("answer", ANSWER).hinted(),
    ],
    title: &[&["question"], &["operator"], &["answer"]],
    ended: Ended::Never,
};

static ITEM_OF_INSTRUMENT: Structure = Structure {
    name: "item",
    fields: &[
        Field::new("position", PLACE),
        Field::new("group", ITEM),
        Field::new("text", TEXT),
        Field::new("item_type", code(&codes::ITEM_TYPE)),
        Field::new("code", LOINC),
        Field::new("required", FLAG),
        Field::new("repeats", FLAG),
        Field::new("answer_is_score", FLAG),
        Field::new("options", Shape::Keyed(&ITEM_OPTION)),
        Field::new("enable_when", Shape::Keyed(&ENABLE_WHEN)).hinted(),
        Field::new("enable_behavior", code(&codes::ENABLE_BEHAVIOR)),
        Field::new("ended", FLAG),
    ],
    title: &[&["text"]],
    ended: Ended::Flag("ended"),
};

static SCORING_BAND: Structure = Structure {
    name: "scoring-band",
    fields: &[
        Field::new("from", NUMBER),
        Field::new("to", NUMBER),
        Field::new("label", LINE),
        Field::new("risk", code_or_none(&codes::RISK)),
        Field::new("advice", LINE),
        Field::new("ended", FLAG),
    ],
    title: &[&["label", "from"]],
    ended: Ended::Flag("ended"),
};

pub(super) static INSTRUMENT: Structure = Structure {
    name: "instrument",
    fields: &[
        Field::new("title", LINE),
        Field::new("version", LINE),
        Field::new("status", code(&codes::INSTRUMENT_STATUS)),
        Field::new("code", LOINC),
        Field::new("description", TEXT),
        Field::new("copyright", LINE),
        Field::new("items", Shape::Keyed(&ITEM_OF_INSTRUMENT)),
        Field::new("scoring", code(&codes::SCORING)),
        Field::new("bands", Shape::Keyed(&SCORING_BAND)),
        ENTERED_IN_ERROR,
    ],
    title: &[&["title"], &["version"]],
    ended: Ended::Code("status", &["retired"]),
};

static THRESHOLD: Structure = Structure {
    name: "threshold",
    fields: &[
        Field::new("code", coding(Usual::Vitals)),
        Field::new("unit", UNIT),
        Field::new("low", NUMBER),
        Field::new("high", NUMBER),
        Field::new("ended", FLAG),
    ],
    title: &[&["code"]],
    ended: Ended::Flag("ended"),
};

static VISIT_RULES: Structure = Structure {
    name: "visit-rules",
    fields: &[
        Field::new("check_in_within_m", WHOLE).hinted(),
        Field::new("sign_within_hours", WHOLE).hinted(),
        Field::new("missed_after_minutes", WHOLE).hinted(),
        Field::new("patient_signs", FLAG),
    ],
    title: &[],
    ended: Ended::Never,
};

pub(super) static AGENCY: Structure = Structure {
    name: "agency",
    fields: &[
        Field::new("name", LINE),
        Field::new("time_zone", LINE).hinted(),
        Field::new("thresholds", Shape::Keyed(&THRESHOLD)),
        Field::new("offline_lease_days", WHOLE).hinted(),
        Field::new("visit_rules", Shape::Structure(&VISIT_RULES)),
        ENTERED_IN_ERROR,
    ],
    title: &[&["name"]],
    ended: Ended::Never,
};
