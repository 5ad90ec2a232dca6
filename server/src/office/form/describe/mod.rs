//! Per kind, which input each field is.

mod case;
mod directory;
mod health;
mod patient;
mod plan;
mod visits;

use doorstep_client_core::record::{Kind, code_system};

use super::codes::{self, List};
use super::shape::{Ended, Field, Members, Register, Shape, Single, Structure};
use super::usual::Usual;

/// What the records of a kind hold.
pub(super) fn of(kind: Kind) -> &'static Structure {
    match kind {
        Kind::Patient => &patient::PATIENT,
        Kind::Condition => &health::CONDITION,
        Kind::Medication => &health::MEDICATION,
        Kind::Allergy => &health::ALLERGY,
        Kind::Assessment => &health::ASSESSMENT,
        Kind::Observation => &health::OBSERVATION,
        Kind::SupportPerson => &patient::SUPPORT_PERSON,
        Kind::CareTeamMember => &patient::CARE_TEAM_MEMBER,
        Kind::Coverage => &patient::COVERAGE,
        Kind::Communication => &case::COMMUNICATION,
        Kind::Education => &case::EDUCATION,
        Kind::TreatmentChange => &case::TREATMENT_CHANGE,
        Kind::Task => &case::TASK,
        Kind::Attachment => &case::ATTACHMENT,
        Kind::Goal => &plan::GOAL,
        Kind::CarePlan => &plan::CARE_PLAN,
        Kind::Appointment => &visits::APPOINTMENT,
        Kind::Visit => &visits::VISIT,
        Kind::Staff => &directory::STAFF_MEMBER,
        Kind::Instrument => &directory::INSTRUMENT,
        Kind::Agency => &directory::AGENCY,
    }
}

const LINE: Shape = Shape::Single(Single::Line);
const DIALLED: Shape = Shape::Single(Single::Dialled);
const TEXT: Shape = Shape::Single(Single::Text);
const FLAG: Shape = Shape::Single(Single::Flag);
const DATE: Shape = Shape::Single(Single::Date);
const INSTANT: Shape = Shape::Single(Single::Instant);
const NUMBER: Shape = Shape::Single(Single::Number);
const WHOLE: Shape = Shape::Single(Single::Whole);
const PLACE: Shape = Shape::Single(Single::Place);
const UNIT: Shape = Shape::Single(Single::Unit);
const STAFF: Shape = Shape::Single(Single::Staff);
const ITEM: Shape = Shape::Single(Single::Item);
const ANSWER: Shape = Shape::Single(Single::Answer);
const FIXED_LINE: Shape = Shape::Single(Single::FixedLine);
const FIXED_BYTES: Shape = Shape::Single(Single::FixedBytes);
const QUANTITY: Shape = Shape::Register(Register::Quantity);
const PERIOD: Shape = Shape::Register(Register::Period);
const CHECK_POINT: Shape = Shape::Register(Register::CheckPoint);
const SNOMED_CT: Shape = coding(Usual::Of(code_system::SNOMED_CT));
const LOINC: Shape = coding(Usual::Of(code_system::LOINC));
const RXNORM: Shape = coding(Usual::Of(code_system::RXNORM));
/// Every kind's last field.
const ENTERED_IN_ERROR: Field = Field::new("entered_in_error", FLAG);

const fn code(list: &'static List) -> Shape {
    Shape::Single(Single::Code(list))
}

const fn code_or_none(list: &'static List) -> Shape {
    Shape::Single(Single::CodeOrNone(list))
}

const fn coding(usual: Usual) -> Shape {
    Shape::Register(Register::Coding(usual))
}

const fn record(kinds: &'static [Kind]) -> Shape {
    Shape::Single(Single::Record(kinds))
}

const fn rating(scale: &'static str) -> Shape {
    Shape::Single(Single::Rating(scale))
}

const fn members(of: Members) -> Shape {
    Shape::Members(of)
}
