//! Between columns and types.

use doorstep_client_core::document::{StoreId, Version};
use doorstep_client_core::ids::{AgencyId, DeviceId, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::{Kind, Timestamp};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use rusqlite::{ErrorCode, Row, ToSql};

use crate::store::{CloseReason, Role, ScopeKind, Seq, SignInName, StoreError};

/// A value as a column holds it.
pub(super) struct Sql<T>(pub(super) T);

/// The column `index` as a value.
pub(super) fn get<T>(row: &Row<'_>, index: usize) -> rusqlite::Result<T>
where
    Sql<T>: FromSql,
{
    row.get::<_, Sql<T>>(index).map(|sql| sql.0)
}

/// The column `index` as a value, or none where it is null.
pub(super) fn get_any<T>(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<T>>
where
    Sql<T>: FromSql,
{
    row.get::<_, Option<Sql<T>>>(index).map(|sql| sql.map(|sql| sql.0))
}

macro_rules! ids {
    ($($ty:ty),+) => {$(
        impl ToSql for Sql<$ty> {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::Borrowed(ValueRef::Blob(self.0.as_bytes())))
            }
        }

        impl FromSql for Sql<$ty> {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                <[u8; 16]>::column_result(value).map(|bytes| Self(<$ty>::from_bytes(bytes)))
            }
        }
    )+};
}

ids!(AgencyId, StaffId, DeviceId, ScopeId, RecordId);

macro_rules! codes {
    ($($ty:ty: $all:expr),+ $(,)?) => {$(
        impl ToSql for Sql<$ty> {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::Borrowed(ValueRef::Text(self.0.code().as_bytes())))
            }
        }

        impl FromSql for Sql<$ty> {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                let code = value.as_str()?;
                let known = $all.iter().copied().find(|known: &$ty| known.code() == code);
                known.map(Self).ok_or(FromSqlError::InvalidType)
            }
        }
    )+};
}

codes! {
    Kind: Kind::ALL,
    Role: Role::ALL,
    CloseReason: CloseReason::ALL,
    ScopeKind: [ScopeKind::Case, ScopeKind::Directory],
}

impl ToSql for Sql<StoreId> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Blob(&self.0.0)))
    }
}

impl FromSql for Sql<StoreId> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        <[u8; 8]>::column_result(value).map(|bytes| Self(StoreId(bytes)))
    }
}

impl ToSql for Sql<Timestamp> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_millisecond().into())
    }
}

impl FromSql for Sql<Timestamp> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let ms = value.as_i64()?;
        Timestamp::from_millisecond(ms).map(Self).map_err(|_| FromSqlError::OutOfRange(ms))
    }
}

/// A seq past what SQLite can count is past every entry there is.
impl ToSql for Sql<Seq> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(i64::try_from(self.0).unwrap_or(i64::MAX).into())
    }
}

impl FromSql for Sql<Seq> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let seq = value.as_i64()?;
        Seq::try_from(seq).map(Self).map_err(|_| FromSqlError::OutOfRange(seq))
    }
}

impl FromSql for Sql<Version> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Version::from_bytes(value.as_blob()?).map(Self).map_err(|_| FromSqlError::InvalidType)
    }
}

impl FromSql for Sql<SignInName> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        SignInName::parse(value.as_str()?).map(Self).map_err(|_| FromSqlError::InvalidType)
    }
}

/// Names of fields, kept as a JSON list.
pub(super) struct Names<T = Vec<String>>(pub(super) T);

impl ToSql for Names<&[String]> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(serde_json::Value::from(self.0).to_string().into())
    }
}

impl FromSql for Sql<Names> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let names = serde_json::from_str(value.as_str()?).map_err(|_| FromSqlError::InvalidType)?;
        Ok(Self(Names(names)))
    }
}

/// Says what failed without the values that were bound or read.
impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
                _ => Self::Failed(failure.to_string()),
            },
            rusqlite::Error::FromSqlConversionFailure(column, ..)
            | rusqlite::Error::IntegralValueOutOfRange(column, _)
            | rusqlite::Error::InvalidColumnType(column, ..) => Self::Unreadable(format!("column {column}")),
            rusqlite::Error::QueryReturnedNoRows => Self::NoSuch("entry"),
            _ => Self::Failed("the statement could not be carried out".to_owned()),
        }
    }
}
