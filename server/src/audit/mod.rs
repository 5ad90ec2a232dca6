//! The audit log as others read it: [`csv`] for a spreadsheet, [`fhir`] for whoever speaks FHIR R4. Both are written
//! page by page, so that a log of any length can be exported.

pub mod csv;
pub mod fhir;

use std::io::Write;

use doorstep_client_core::ids::AgencyId;
use doorstep_client_core::record::Timestamp;

use crate::limits::AUDIT_ENTRIES_MAX;
use crate::store::{Act, AuditEvent, AuditQuery, ExportFormat, ExportOf, Store, StoreError};

/// Why an export ended early.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// What it is written to failed.
    #[error("the export cannot be written: {0}")]
    Write(std::io::ErrorKind),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<std::io::Error> for ExportError {
    fn from(error: std::io::Error) -> Self {
        Self::Write(error.kind())
    }
}

/// Writes an agency's entries from `since` on, and returns how many there were. That it is done is the last of them.
pub fn export(
    store: &dyn Store,
    agency: AgencyId,
    format: ExportFormat,
    since: Option<Timestamp>,
    act: Act,
    out: &mut dyn Write,
) -> Result<u64, ExportError> {
    store.audit(agency, act, vec![AuditEvent::Exported { of: ExportOf::Audit, format }])?;
    let last = store.audit_head(agency)?.number;
    let mut query = AuditQuery { since, rows_max: AUDIT_ENTRIES_MAX, ..AuditQuery::default() };
    if format == ExportFormat::Csv {
        writeln!(out, "{}", csv::HEADER)?;
    }
    let mut written = 0;
    loop {
        let page = store.audit_entries(agency, query)?;
        for entry in page.iter().filter(|entry| entry.number <= last) {
            match format {
                ExportFormat::Fhir => writeln!(out, "{}", fhir::resource(agency, entry))?,
                ExportFormat::Csv => writeln!(out, "{}", csv::line(entry))?,
            }
            written += 1;
        }
        match page.last() {
            Some(entry) if entry.number < last => query.after = entry.number,
            _ => break,
        }
    }
    out.flush()?;
    Ok(written)
}
