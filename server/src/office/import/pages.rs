//! The upload, the preview, and the import that somebody confirms.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use data_encoding::BASE32_NOPAD;
use doorstep_client_core::ids::{ScopeId, StaffId};
use doorstep_client_core::record::Kind;

use super::kept::Owner;
use super::preview::{Line, Preview, kinds};
use crate::access::{Action, Relation};
use crate::app::{App, Poke};
use crate::fhir::bundle::{self, ImportedCase};
use crate::fhir::create::create;
use crate::http::{OfficeCaller, Permitted, Problem, blocking};
use crate::limits::{UPLOAD_BYTES_MAX, UPLOAD_FILES_MAX, UPLOAD_KEPT_MINUTES_MAX};
use crate::office::cases::assign::hand;
use crate::office::cases::{Nurse, nurses};
use crate::office::frame::{Area, Asking, Frame, page, rules};
use crate::office::gate::Posted;
use crate::office::upload::{File, Uploaded};
use crate::office::words::Words;
use crate::store::InsteadOf;

/// The field of the files.
const FILES: &str = "bundles";
const MIB: usize = 1 << 20;

#[derive(Template)]
#[template(path = "import/page.html")]
struct Page {
    frame: Frame,
    nurses: Vec<Nurse>,
    upload: String,
    previews: Vec<Preview>,
    done: Option<Vec<Done>>,
    mistake: Option<&'static str>,
}

/// A case that was imported.
struct Done {
    scope: ScopeId,
    patient: String,
    records: Vec<Line>,
    /// Why something of it was not done: a message.
    failed: Option<&'static str>,
}

/// Where bundles are chosen.
#[utoipa::path(
    get,
    path = "/office/import",
    security(("office" = ["oversee", "open"])),
    responses((status = 200, description = "The page"))
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
) -> Result<Html<String>, Problem> {
    let caller = importer(caller)?;
    blocking(app, move |app| page(&Page::empty(app, &caller, asking)?)).await
}

/// What the bundles hold. Nothing is written.
#[utoipa::path(
    post,
    path = "/office/import",
    security(("office" = ["oversee", "open"])),
    responses(
        (status = 200, description = "The preview"),
        (status = 413, description = "Too many files, or too large ones"),
        (status = 422, description = "The page: no file was chosen"),
    )
)]
pub async fn preview(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    upload: Uploaded,
) -> Result<Response, Problem> {
    let caller = importer(caller)?;
    let files: Arc<[File]> = upload.files(FILES).await?.into();
    let forgetting = Arc::clone(&app);
    let response = blocking(app, move |app| {
        let owner = owner(&caller, &asking);
        let mut shown = Page::empty(app, &caller, asking)?;
        if files.is_empty() {
            shown.mistake = Some("import-no-files");
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)?).into_response());
        }
        let snapshot = &*caller.snapshot(app)?;
        let agency = rules(snapshot)?;
        let previews = files.iter().map(|file| Preview::of(file, snapshot, &shown.frame.local, &agency));
        shown.previews = previews.collect::<Result<_, _>>()?;
        if shown.previews.iter().any(|preview| !preview.cases.is_empty()) {
            let mut id = [0; 16];
            app.environment.fill_random(&mut id);
            shown.upload = BASE32_NOPAD.encode(&id);
            app.uploads.keep(owner, shown.upload.clone(), files, app.environment.now());
        }
        Ok(page(&shown)?.into_response())
    })
    .await?;
    tokio::spawn(forget_in_time(forgetting));
    Ok(response)
}

/// What was uploaded goes in time, whether anybody asks for it or not.
async fn forget_in_time(app: Arc<App>) {
    let minutes = UPLOAD_KEPT_MINUTES_MAX.unsigned_abs();
    tokio::select! {
        () = app.stopped() => {}
        () = tokio::time::sleep(Duration::from_secs(minutes * 60 + 1)) => {}
    }
    app.uploads.forget_old(app.environment.now());
}

/// Imports the cases that were chosen.
#[utoipa::path(
    post,
    path = "/office/import/confirm",
    security(("office" = ["oversee", "open"])),
    responses(
        (status = 200, description = "What was imported"),
        (status = 409, description = "The page: the upload is not kept any more"),
        (status = 422, description = "The page: no case was chosen"),
    )
)]
pub async fn confirm(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    form: Posted,
) -> Result<Response, Problem> {
    let caller = importer(caller)?;
    blocking(app, move |app| {
        let (owner, now) = (owner(&caller, &asking), app.environment.now());
        let mut shown = Page::empty(app, &caller, asking)?;
        let Some(files) = app.uploads.find(&owner, form.line("upload"), now) else {
            shown.mistake = Some("import-not-kept");
            return Ok((StatusCode::CONFLICT, page(&shown)?).into_response());
        };
        let chosen = form.fields().iter().filter(|(name, _)| name == "case").map(|(_, id)| id.as_str());
        let chosen: HashSet<&str> = chosen.collect();
        let nurse = match form.line("nurse") {
            "" => None,
            _ => Some(form.parse("nurse")?),
        };
        if chosen.is_empty() {
            shown.mistake = Some("import-nothing-chosen");
            let snapshot = &*caller.snapshot(app)?;
            let agency = rules(snapshot)?;
            let again = files.iter().map(|file| Preview::of(file, snapshot, &shown.frame.local, &agency));
            shown.previews = again.collect::<Result<_, _>>()?;
            shown.upload = form.line("upload").to_owned();
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)?).into_response());
        }
        let mut done = Vec::new();
        for file in files.iter() {
            // The preview has said what is no bundle.
            let cases = bundle::read(&file.bytes).map(|read| read.cases).unwrap_or_default();
            for case in cases.iter().filter(|case| chosen.contains(case.scope.to_string().as_str())) {
                done.push(import(app, &caller, case, nurse, shown.frame.words())?);
            }
        }
        app.uploads.forget(&owner, now);
        shown.done = Some(done);
        Ok(page(&shown)?.into_response())
    })
    .await
}

/// Imports a case and assigns it. What fails is told of this case, and keeps no other from being imported.
fn import(
    app: &App,
    caller: &Permitted,
    case: &ImportedCase,
    nurse: Option<StaffId>,
    words: Words,
) -> Result<Done, Problem> {
    let made = create(&*app.store, caller.agency, caller.member.id, case, app.environment.now());
    let (made, mut failed) = match made {
        Ok(made) => (made, None),
        Err(_) => {
            tracing::error!("a case of a bundle cannot be imported");
            (Vec::new(), Some("import-failed"))
        }
    };
    app.poke(Poke::records(caller.agency, &[case.scope], None));
    if let (Some(nurse), None) = (nurse, failed)
        && let Err(problem) = hand(app, caller, vec![case.scope], nurse, InsteadOf::Nobody)
    {
        failed =
            Some(if problem.code() == "case_closed" { "problem-case-closed" } else { "import-not-assigned" });
    }
    let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
    for header in made {
        *counts.entry(header.kind).or_default() += 1;
    }
    let scope = caller.snapshot(app)?.scope(case.scope)?;
    let patient = scope.map(|scope| scope.title).unwrap_or_default();
    Ok(Done { scope: case.scope, patient, records: kinds(&counts, words), failed })
}

/// Whoever sees all cases, which a preview tells of, and may open some.
fn importer(caller: OfficeCaller) -> Result<Permitted, Problem> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    caller.also(Action::Open, Relation::Nothing)?;
    Ok(caller)
}

fn owner(caller: &Permitted, asking: &Asking) -> Owner {
    Owner { agency: caller.agency, staff: caller.member.id, session: asking.csrf_token.clone() }
}

impl Page {
    fn empty(app: &App, caller: &Permitted, asking: Asking) -> Result<Self, Problem> {
        let snapshot = &*caller.snapshot(app)?;
        let mut asking = asking;
        asking.path = "/office/import".to_owned();
        Ok(Self {
            frame: Frame::new(app, caller, snapshot, asking, Area::Caseload)?,
            nurses: nurses(snapshot)?,
            upload: String::new(),
            previews: Vec::new(),
            done: None,
            mistake: None,
        })
    }

    fn limits(&self) -> String {
        let limits = [("files", UPLOAD_FILES_MAX.into()), ("size", (UPLOAD_BYTES_MAX / MIB).into())];
        self.frame.words().tell("import-limits", limits).into_owned()
    }

    fn kept(&self) -> String {
        self.frame.words().with("import-kept", "minutes", UPLOAD_KEPT_MINUTES_MAX).into_owned()
    }

    fn known(&self, count: &usize) -> String {
        self.frame.words().with("import-known", "count", *count).into_owned()
    }
}
