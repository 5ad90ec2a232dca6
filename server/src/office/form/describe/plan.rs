//! What the patient wants to reach, and what is to be done for it.

use super::*;

static TARGET: Structure = Structure {
    name: "target",
    fields: &[
        Field::new("measure", coding(Usual::Vitals)),
        Field::new("comparator", code(&codes::COMPARATOR)),
        Field::new("value", QUANTITY),
        Field::new("due", DATE),
    ],
    title: &[&["measure"], &["value"]],
    ended: Ended::Never,
};

static RATING: Structure = Structure {
    name: "rating",
    fields: &[
        Field::new("rated_at", INSTANT),
        Field::new("rated_by", STAFF),
        Field::new("knowledge", rating("knowledge")),
        Field::new("behavior", rating("behavior")),
        Field::new("status", rating("status")),
        ENTERED_IN_ERROR,
    ],
    title: &[&["rated_at"]],
    ended: Ended::Flag("entered_in_error"),
};

pub(super) static GOAL: Structure = Structure {
    name: "goal",
    fields: &[
        Field::new("description", TEXT).hinted(),
        Field::new("condition", record(&[Kind::Condition])),
        Field::new("omaha_problem", code_or_none(&codes::OMAHA_PROBLEM)).hinted(),
        Field::new("target", Shape::Structure(&TARGET)),
        Field::new("status", code(&codes::GOAL_STATUS)),
        Field::new("achievement", code(&codes::ACHIEVEMENT)),
        Field::new("ratings", Shape::Keyed(&RATING)),
        Field::new("start", DATE),
        ENTERED_IN_ERROR,
    ],
    title: &[&["description"]],
    ended: Ended::Code("status", &["completed", "cancelled", "rejected"]),
};

static INTERVENTION: Structure = Structure {
    name: "intervention",
    fields: &[
        Field::new("description", LINE),
        Field::new("frequency", LINE).hinted(),
        Field::new("status", code(&codes::INTERVENTION_STATUS)),
        Field::new("category", code_or_none(&codes::OMAHA_CATEGORY)),
        Field::new("problem", code_or_none(&codes::OMAHA_PROBLEM)),
        Field::new("target", LINE).hinted(),
        Field::new("code", SNOMED_CT),
    ],
    title: &[&["description", "code", "target"]],
    ended: Ended::Code("status", &["completed", "cancelled", "stopped"]),
};

pub(super) static CARE_PLAN: Structure = Structure {
    name: "care-plan",
    fields: &[
        Field::new("title", LINE),
        Field::new("category", SNOMED_CT),
        Field::new("status", code(&codes::CARE_PLAN_STATUS)),
        Field::new("period", PERIOD),
        Field::new("description", TEXT),
        Field::new("conditions", members(Members::Records(Kind::Condition))),
        Field::new("goals", members(Members::Records(Kind::Goal))),
        Field::new("interventions", Shape::Keyed(&INTERVENTION)),
        Field::new("physician", record(&[Kind::CareTeamMember])),
        Field::new("physician_signed", DATE),
        ENTERED_IN_ERROR,
    ],
    title: &[&["title"]],
    ended: Ended::Code("status", &["completed", "revoked"]),
};
