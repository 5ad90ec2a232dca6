//! The audit log as a file.

use std::io;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use doorstep_client_core::record::Timestamp;
use jiff::civil::Date;

use crate::access::{Action, Relation};
use crate::app::App;
use crate::audit::{self, ExportError};
use crate::http::{OfficeCaller, Problem, blocking};
use crate::office::download::download;
use crate::office::frame::{Asking, rules};
use crate::office::gate::Posted;
use crate::office::local::Local;
use crate::store::ExportFormat;

/// Writes the log out, from a day on where one is given. That is audited too.
#[utoipa::path(
    post,
    path = "/office/audit/export",
    security(("office" = ["manage"])),
    responses((status = 200, description = "The log: comma-separated values, or FHIR R4 AuditEvent, one a line"))
)]
pub async fn export(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    form: Posted,
) -> Result<Response, Problem> {
    let caller = caller.require(Action::Manage, Relation::Agency)?;
    let (format, ending, media_type) = match form.line("format") {
        "csv" => (ExportFormat::Csv, "csv", "text/csv; charset=utf-8"),
        "fhir" => (ExportFormat::Fhir, "ndjson", "application/fhir+ndjson"),
        _ => return Err(Problem::bad_request("the format must be csv or fhir")),
    };
    let from: Option<Date> = super::read(form.line("from"), "from")?;
    let (agency, act) = (caller.agency, caller.act(&app));
    let local = blocking(Arc::clone(&app), move |app| {
        Ok(Local::of(&rules(&*caller.snapshot(app)?)?, app.environment.now(), asking.words))
    })
    .await?;
    let since: Option<Timestamp> = from.map(|day| local.midnight(day));
    let name = format!("audit-{}.{ending}", local.today());
    Ok(download(app, (name, media_type), move |app, out| {
        let written = audit::export(&*app.store, agency, format, since, act, out);
        written.map(drop).map_err(|error| match error {
            ExportError::Write(kind) => kind.into(),
            ExportError::Store(error) => io::Error::other(error),
        })
    }))
}
