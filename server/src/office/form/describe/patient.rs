//! The patient, whoever helps, and who pays.

use super::*;

pub(super) static PHONE: Structure = Structure {
    name: "phone",
    fields: &[
        Field::new("number", DIALLED),
        Field::new("purpose", code(&codes::PHONE_USE)),
        Field::new("note", LINE).hinted(),
    ],
    title: &[&["number"]],
    ended: Ended::Code("purpose", &["old"]),
};

static ADDRESS: Structure = Structure {
    name: "address",
    fields: &[
        Field::new("line", LINE).hinted(),
        Field::new("city", LINE),
        Field::new("state", LINE).hinted(),
        Field::new("postal_code", LINE),
        Field::new("country", LINE).hinted(),
        Field::new("door_code", LINE).hinted(),
        Field::new("dog", LINE).hinted(),
        Field::new("parking", LINE),
    ],
    title: &[&["line"], &["city"], &["state"]],
    ended: Ended::Never,
};

static IDENTIFIER: Structure = Structure {
    name: "identifier",
    fields: &[
        Field::new("label", LINE).hinted(),
        Field::new("value", LINE),
        Field::new("system", LINE).hinted(),
    ],
    title: &[&["label", "value"]],
    ended: Ended::Never,
};

pub(super) static PATIENT: Structure = Structure {
    name: "patient",
    fields: &[
        Field::new("given", LINE),
        Field::new("family", LINE),
        Field::new("preferred", LINE).hinted(),
        Field::new("birth_date", DATE),
        Field::new("sex", code(&codes::SEX)),
        Field::new("phones", Shape::Keyed(&PHONE)),
        Field::new("address", Shape::Structure(&ADDRESS)),
        Field::new("language", coding(Usual::Languages)),
        Field::new("needs_interpreter", FLAG),
        Field::new("identifiers", Shape::Keyed(&IDENTIFIER)),
        Field::new("deceased", DATE),
        ENTERED_IN_ERROR,
    ],
    title: &[&["preferred", "given"], &["family"]],
    ended: Ended::Never,
};

pub(super) static SUPPORT_PERSON: Structure = Structure {
    name: "support-person",
    fields: &[
        Field::new("name", LINE),
        Field::new("relationship", code(&codes::RELATIONSHIP)),
        Field::new("phones", Shape::Keyed(&PHONE)),
        Field::new("lives_with_patient", FLAG),
        Field::new("caregiver_role", code(&codes::CAREGIVER_ROLE)),
        Field::new("availability", LINE).hinted(),
        Field::new("may_receive_information", FLAG).hinted(),
        Field::new("no_longer_involved", FLAG),
        Field::new("note", TEXT),
        ENTERED_IN_ERROR,
    ],
    title: &[&["name"], &["relationship"]],
    ended: Ended::Flag("no_longer_involved"),
};

pub(super) static CARE_TEAM_MEMBER: Structure = Structure {
    name: "care-team-member",
    fields: &[
        Field::new("name", LINE),
        Field::new("organisation", LINE).hinted(),
        Field::new("role", LINE).hinted(),
        Field::new("phones", Shape::Keyed(&PHONE)),
        Field::new("fax", DIALLED),
        Field::new("email", LINE),
        Field::new("npi", LINE).hinted(),
        Field::new("status", code(&codes::CARE_TEAM_STATUS)),
        Field::new("note", TEXT),
        ENTERED_IN_ERROR,
    ],
    title: &[&["name", "organisation"], &["role"]],
    ended: Ended::Code("status", &["inactive"]),
};

static AUTHORISATION: Structure = Structure {
    name: "authorisation",
    fields: &[
        Field::new("number", LINE).hinted(),
        Field::new("service", coding(Usual::Services)).hinted(),
        Field::new("visits_approved", WHOLE),
        Field::new("period", PERIOD),
        Field::new("status", code(&codes::AUTHORISATION_STATUS)),
    ],
    title: &[&["number", "service"]],
    ended: Ended::Code("status", &["denied", "cancelled"]),
};

pub(super) static COVERAGE: Structure = Structure {
    name: "coverage",
    fields: &[
        Field::new("payer", LINE),
        Field::new("plan", LINE),
        Field::new("member_id", LINE).hinted(),
        Field::new("period", PERIOD),
        Field::new("status", code(&codes::COVERAGE_STATUS)),
        Field::new("authorisations", Shape::Keyed(&AUTHORISATION)),
        Field::new("note", TEXT),
        ENTERED_IN_ERROR,
    ],
    title: &[&["payer"], &["plan"]],
    ended: Ended::Code("status", &["cancelled"]),
};
