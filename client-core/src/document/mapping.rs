//! How the values of records are written into documents and read from them.

use autosurgeon::reconcile::{NoKey, TextReconciler};
use autosurgeon::{Hydrate, HydrateError, ReadDoc, Reconcile, Reconciler};

use crate::ids::RecordId;
use crate::ids::StaffId;
use crate::record::{Answer, CheckPoint, Coding, Date, Members, Period, Position, Quantity, Text, Timestamp};

fn unreadable(expected: &str) -> HydrateError {
    HydrateError::unexpected(expected, "something else".to_owned())
}

impl Reconcile for Timestamp {
    type Key<'a> = NoKey;
    fn reconcile<R: Reconciler>(&self, mut reconciler: R) -> Result<(), R::Error> {
        reconciler.timestamp(self.as_millisecond())
    }
}

impl Hydrate for Timestamp {
    fn hydrate_timestamp(ms: i64) -> Result<Self, HydrateError> {
        Self::from_millisecond(ms).map_err(|_| unreadable("a point in time"))
    }
}

impl Reconcile for Text {
    type Key<'a> = NoKey;
    fn reconcile<R: Reconciler>(&self, mut reconciler: R) -> Result<(), R::Error> {
        reconciler.text()?.update(&self.0)
    }
}

impl Hydrate for Text {
    fn hydrate_text<D: ReadDoc>(document: &D, object: &automerge::ObjId) -> Result<Self, HydrateError> {
        Ok(Self(document.text(object)?))
    }
}

/// Values that are written as one string: their text form.
macro_rules! as_text {
    ($($ty:ty: $expected:literal),+ $(,)?) => {$(
        impl Reconcile for $ty {
            type Key<'a> = NoKey;
            fn reconcile<R: Reconciler>(&self, mut reconciler: R) -> Result<(), R::Error> {
                reconciler.str(self.to_string())
            }
        }

        impl Hydrate for $ty {
            fn hydrate_string(text: &str) -> Result<Self, HydrateError> {
                text.parse().map_err(|_| unreadable($expected))
            }
        }
    )+};
}

as_text! {
    Date: "a date",
    RecordId: "a record's id",
    StaffId: "a staff member's id",
}

/// Values that are written as one string: their JSON form, so that a register is replaced whole.
macro_rules! as_json {
    ($($ty:ty: $expected:literal),+ $(,)?) => {$(
        impl Reconcile for $ty {
            type Key<'a> = NoKey;
            fn reconcile<R: Reconciler>(&self, mut reconciler: R) -> Result<(), R::Error> {
                let json = serde_json::to_string(self).expect("register values have a JSON form");
                reconciler.str(json)
            }
        }

        impl Hydrate for $ty {
            fn hydrate_string(text: &str) -> Result<Self, HydrateError> {
                serde_json::from_str(text).map_err(|_| unreadable($expected))
            }
        }
    )+};
}

as_json! {
    Coding: "a coding",
    Quantity: "a quantity",
    Period: "a period",
    Position: "a position",
    CheckPoint: "a check-in or check-out",
}

impl Reconcile for Members {
    type Key<'a> = NoKey;
    fn reconcile<R: Reconciler>(&self, reconciler: R) -> Result<(), R::Error> {
        self.0.reconcile(reconciler)
    }
}

impl Hydrate for Members {
    fn hydrate_map<D: ReadDoc>(document: &D, object: &automerge::ObjId) -> Result<Self, HydrateError> {
        Hydrate::hydrate_map(document, object).map(Self)
    }
}

impl Reconcile for Answer {
    type Key<'a> = NoKey;
    fn reconcile<R: Reconciler>(&self, mut reconciler: R) -> Result<(), R::Error> {
        match self {
            Self::Boolean(value) => reconciler.boolean(*value),
            Self::Integer(value) => reconciler.i64(*value),
            Self::Decimal(value) => reconciler.f64(*value),
            Self::Text(value) => reconciler.str(value),
        }
    }
}

impl Hydrate for Answer {
    fn hydrate_bool(value: bool) -> Result<Self, HydrateError> {
        Ok(Self::Boolean(value))
    }

    fn hydrate_int(value: i64) -> Result<Self, HydrateError> {
        Ok(Self::Integer(value))
    }

    fn hydrate_f64(value: f64) -> Result<Self, HydrateError> {
        Ok(Self::Decimal(value))
    }

    fn hydrate_string(value: &str) -> Result<Self, HydrateError> {
        Ok(Self::Text(value.to_owned()))
    }
}
