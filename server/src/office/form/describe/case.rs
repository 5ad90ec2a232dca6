//! What is said, taught, suggested, to be done and kept.

use super::*;

pub(super) static COMMUNICATION: Structure = Structure {
    name: "communication",
    fields: &[
        Field::new("direction", code(&codes::DIRECTION)),
        Field::new("medium", code(&codes::MEDIUM)),
        Field::new(
            "with_whom",
            record(&[Kind::CareTeamMember, Kind::SupportPerson, Kind::Patient, Kind::Staff]),
        ),
        Field::new("with_name", LINE).hinted(),
        Field::new("happened_at", INSTANT),
        Field::new("staff", STAFF),
        Field::new("topic", LINE),
        Field::new("summary", TEXT),
        Field::new("outcome", LINE).hinted(),
        Field::new("follow_up", record(&[Kind::Task])),
        ENTERED_IN_ERROR,
    ],
    title: &[&["topic"], &["medium"], &["with_name"]],
    ended: Ended::Never,
};

pub(super) static EDUCATION: Structure = Structure {
    name: "education",
    fields: &[
        Field::new("topic", LINE),
        Field::new("audience", code(&codes::AUDIENCE)),
        Field::new("method", code(&codes::TEACHING_METHOD)),
        Field::new("materials", LINE),
        Field::new("teach_back", code(&codes::TEACH_BACK)).hinted(),
        Field::new("performed_at", INSTANT),
        Field::new("performer", STAFF),
        Field::new("visit", record(&[Kind::Visit])),
        Field::new("note", TEXT),
        ENTERED_IN_ERROR,
    ],
    title: &[&["topic"]],
    ended: Ended::Never,
};

pub(super) static TREATMENT_CHANGE: Structure = Structure {
    name: "treatment-change",
    fields: &[
        Field::new("proposal", TEXT),
        Field::new("reason", TEXT),
        Field::new("observations", members(Members::Records(Kind::Observation))),
        Field::new("provider", record(&[Kind::CareTeamMember])),
        Field::new("status", code(&codes::PROPOSAL_STATUS)),
        Field::new("sent_at", INSTANT),
        Field::new("answered_at", INSTANT),
        Field::new("answer", TEXT),
        ENTERED_IN_ERROR,
    ],
    title: &[&["proposal"]],
    ended: Ended::Code("status", &["withdrawn"]),
};

pub(super) static TASK: Structure = Structure {
    name: "task",
    fields: &[
        Field::new("title", LINE),
        Field::new("due", DATE),
        Field::new("assignee", STAFF),
        Field::new("priority", code(&codes::PRIORITY)),
        Field::new("status", code(&codes::TASK_STATUS)),
        Field::new("source", record(&[])),
        Field::new("completed_at", INSTANT),
        Field::new("note", TEXT),
        ENTERED_IN_ERROR,
    ],
    title: &[&["title"]],
    ended: Ended::Code("status", &["rejected", "failed", "completed", "cancelled"]),
};

pub(super) static ATTACHMENT: Structure = Structure {
    name: "attachment",
    fields: &[
        Field::new("attachment_type", code(&codes::ATTACHMENT_TYPE)),
        Field::new("caption", LINE),
        Field::new("taken_at", INSTANT),
        Field::new("taken_by", STAFF),
        Field::new("body_site", SNOMED_CT),
        Field::new("visit", record(&[Kind::Visit])),
        Field::new("media_type", FIXED_LINE),
        Field::new("size_bytes", FIXED_BYTES),
        Field::new("sha256", FIXED_LINE),
        ENTERED_IN_ERROR,
    ],
    title: &[&["attachment_type"], &["caption"]],
    ended: Ended::Never,
};
