//! Which files the records of a case name, out of the index that holds it.

use doorstep_client_core::ids::ScopeId;

use super::row::{Sql, get};
use super::snapshot::SqliteSnapshot;
use crate::store::{FileHash, FileNames, NamedFile, StoreError};

const NAMED: &str = "SELECT id, json_extract(view, '$.media_type'), json_extract(view, '$.size_bytes')
     FROM records INDEXED BY attachments_by_file
     WHERE kind = 'attachment' AND agency = ?1 AND scope = ?2 AND json_extract(view, '$.sha256') = ?3
     ORDER BY id";

/// Every query here.
#[cfg(test)]
pub(super) const ALL: [&str; 1] = [NAMED];

impl FileNames for SqliteSnapshot {
    fn files_named(&self, scope: ScopeId, file: FileHash) -> Result<Vec<NamedFile>, StoreError> {
        let mut statement = self.reading.prepare_cached(NAMED)?;
        let rows = statement.query_map((Sql(self.agency), Sql(scope), file.to_string()), |row| {
            Ok(NamedFile {
                record: get(row, 0)?,
                media_type: row.get::<_, Option<String>>(1)?.unwrap_or_default(),
                // A record says no less than none.
                size_bytes: row.get::<_, Option<i64>>(2)?.unwrap_or_default().unsigned_abs(),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
