//! What client-core's types look like in JSON, for the API's description (OpenAPI), of which client-core knows nothing:
//! a field of one of its types names the type here that looks the same.

use doorstep_client_core::record::Kind;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{KnownFormat, RefOr, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

/// An id: a UUID.
pub struct Id;

impl PartialSchema for Id {
    fn schema() -> RefOr<Schema> {
        text("An id: a UUID, as RFC 9562 writes it.")
            .format(Some(SchemaFormat::Custom("uuid".to_owned())))
            .into()
    }
}

impl ToSchema for Id {}

/// A point in time.
pub struct Time;

impl PartialSchema for Time {
    fn schema() -> RefOr<Schema> {
        text("A point in time, to the millisecond, as RFC 3339 writes it.")
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .into()
    }
}

impl ToSchema for Time {}

/// A day.
pub struct Day;

impl PartialSchema for Day {
    fn schema() -> RefOr<Schema> {
        text("A day of the calendar, as RFC 3339 writes it.")
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
            .into()
    }
}

impl ToSchema for Day {}

/// How soon somebody should look.
pub struct Severity;

impl PartialSchema for Severity {
    fn schema() -> RefOr<Schema> {
        text("How soon somebody should look.").enum_values(Some(["notice", "warning", "urgent"])).into()
    }
}

impl ToSchema for Severity {}

/// A record's version.
pub struct Version;

impl PartialSchema for Version {
    fn schema() -> RefOr<Schema> {
        text("A record's version: sent back, as it came, with what was made of the record as of it.").into()
    }
}

impl ToSchema for Version {}

/// A kind of record.
pub struct KindOfRecord;

impl PartialSchema for KindOfRecord {
    fn schema() -> RefOr<Schema> {
        text("What a record is about.").enum_values(Some(Kind::ALL.iter().map(|kind| kind.code()))).into()
    }
}

impl ToSchema for KindOfRecord {}

/// 32 bytes in hexadecimal digits.
pub struct Hash;

impl PartialSchema for Hash {
    fn schema() -> RefOr<Schema> {
        text("SHA-256, in hexadecimal digits.").pattern(Some("^[0-9a-f]{64}$")).into()
    }
}

impl ToSchema for Hash {}

/// What is neither text nor JSON.
pub struct Binary;

impl PartialSchema for Binary {
    fn schema() -> RefOr<Schema> {
        text("Bytes.").format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary))).into()
    }
}

impl ToSchema for Binary {}

/// A field with several values, until a person picks one.
#[derive(ToSchema)]
pub struct Conflict {
    /// The field's path, e.g. `interventions.k3.frequency`.
    pub path: String,
    /// Its values.
    pub values: Vec<ConflictingValue>,
}

/// One of the values of a field in conflict.
#[derive(ToSchema)]
pub struct ConflictingValue {
    /// Names this value when it is picked.
    pub id: String,
    /// The value.
    pub value: serde_json::Value,
    /// Who wrote it; none where no member of staff did.
    #[schema(value_type = Option<Id>)]
    pub by: (),
    /// When, by the writer's clock.
    #[schema(value_type = Time)]
    pub at: (),
    /// Whether this is the one that is shown meanwhile.
    pub is_shown: bool,
}

/// One change of a record.
#[derive(ToSchema)]
pub struct HistoryEntry {
    /// The record as this change's author left it.
    #[schema(value_type = Version)]
    pub version: (),
    /// Who made it; none where no member of staff did.
    #[schema(value_type = Option<Id>)]
    pub by: (),
    /// When, by the author's clock.
    #[schema(value_type = Time)]
    pub at: (),
    /// What it changed.
    pub fields: Vec<FieldChange>,
}

/// One field that a change gave another value.
#[derive(ToSchema)]
pub struct FieldChange {
    /// The field's path, e.g. `interventions.k3.frequency`.
    pub path: String,
    /// What its author saw there; null where there was nothing.
    pub before: serde_json::Value,
    /// What its author wrote.
    pub after: serde_json::Value,
}

fn text(words: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::new(Type::String)).description(Some(words))
}

#[cfg(test)]
mod tests {
    use doorstep_client_core::document;
    use doorstep_client_core::record::Timestamp;
    use serde::Serialize;
    use serde_json::Value;

    use super::*;

    /// What client-core writes has the fields that are described, and no others.
    fn check<T: PartialSchema>(written: impl Serialize) {
        let written = serde_json::to_value(written).unwrap();
        let described = serde_json::to_value(T::schema()).unwrap();
        let mut described: Vec<&String> = described["properties"].as_object().unwrap().keys().collect();
        let mut written: Vec<&String> = written.as_object().unwrap().keys().collect();
        described.sort();
        written.sort();
        assert_eq!(described, written);
    }

    #[test]
    fn what_client_core_writes_is_what_is_described() {
        let at = Timestamp::UNIX_EPOCH;
        let value = document::ConflictingValue {
            id: String::new(),
            value: Value::Null,
            by: None,
            at,
            is_shown: true,
        };
        check::<ConflictingValue>(&value);
        check::<Conflict>(document::Conflict { path: String::new(), values: vec![value] });
        let change = document::FieldChange { path: String::new(), before: Value::Null, after: Value::Null };
        check::<FieldChange>(&change);
        let version = document::Version::empty();
        check::<HistoryEntry>(document::HistoryEntry { version, by: None, at, fields: vec![change] });
    }
}
