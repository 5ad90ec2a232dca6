//! Why a record was entered in error.

use serde::Serialize;

/// Why a record was entered in error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MistakeReason {
    /// It is about somebody else.
    WrongPatient,
    /// It says what another record says.
    Duplicate,
    /// It did not happen.
    DidNotHappen,
    /// It says something wrong.
    WrongContent,
}

impl MistakeReason {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::WrongPatient, Self::Duplicate, Self::DidNotHappen, Self::WrongContent];

    /// The reason's name as it is stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::WrongPatient => "wrong_patient",
            Self::Duplicate => "duplicate",
            Self::DidNotHappen => "did_not_happen",
            Self::WrongContent => "wrong_content",
        }
    }

    /// The reason of this name.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}
