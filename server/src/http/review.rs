//! What the office has to look at: one queue, and what has been seen of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use doorstep_client_core::care::alerts::Severity;
use doorstep_client_core::ids::{DeviceId, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::cases::{Nurse, names, nurse};
use super::error::Body as Refusal;
use super::review_entry::{Action as Next, Details, Teller};
use super::{Answer, Asked, Named, OfficeCaller, Permitted, Problem, Queried, blocking};
use crate::access::{Action, Relation};
use crate::app::App;
use crate::describe;
use crate::review::{About, Entry, Position, Queue, ReviewKind};
use crate::store::{AuditEvent, Seq};

/// Which entries.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// Of this kind alone.
    kind: Option<ReviewKind>,
    /// Past this place: `next` of the page before.
    after: Option<String>,
    /// Also those that somebody has seen as they are.
    #[serde(default)]
    with_seen: bool,
}

/// A page of the queue: the most urgent first, then the oldest.
#[derive(Serialize, ToSchema)]
#[schema(as = ReviewPage)]
pub struct Page {
    /// How many of each kind nobody has seen, in the whole queue.
    counts: BTreeMap<ReviewKind, usize>,
    entries: Vec<Shown>,
    /// Where the next page goes on; none where this was the last.
    next: Option<String>,
}

/// Something that waits for the office.
#[derive(Serialize, ToSchema)]
#[schema(as = ReviewEntry)]
pub struct Shown {
    id: String,
    kind: ReviewKind,
    #[schema(value_type = describe::Severity)]
    severity: Severity,
    #[schema(value_type = describe::Time)]
    since: Timestamp,
    /// What a person reads.
    words: String,
    staff: Option<Nurse>,
    #[schema(value_type = Option<describe::Id>)]
    device: Option<DeviceId>,
    #[schema(value_type = Option<describe::Id>)]
    scope: Option<ScopeId>,
    /// The patient's name.
    patient: Option<String>,
    #[schema(value_type = Option<describe::Id>)]
    record: Option<RecordId>,
    /// What its kind says of it; none where that says it all.
    details: Option<Details>,
    /// What can be done about it.
    actions: Vec<Next>,
    /// The state that it is shown in: sent back by who has seen it.
    state: String,
    seen: Option<Seen>,
}

/// Who saw it first.
#[derive(Serialize, ToSchema)]
pub struct Seen {
    by: Nurse,
    #[schema(value_type = describe::Time)]
    at: Timestamp,
}

/// What waits for the office, the most urgent first, then the oldest.
#[utoipa::path(
    get,
    path = "/v1/office/review",
    params(Which),
    security(("office" = ["oversee"])),
    responses(
        (status = 200, body = Page, description = "A page of the queue"),
        OfficeCaller,
        Queried<Which>,
    )
)]
pub async fn list(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Queried(which): Queried<Which>,
) -> Answer<Page> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        let after: Option<Position> =
            which.after.map(|place| place.parse()).transpose().map_err(|_| {
                Problem::bad_request("`after` is not a place in the queue; begin without one")
            })?;
        let queue = Queue::read(&*app.store, caller.agency, None, app.environment.now())?;
        let page = queue.page(after.as_ref(), which.kind, which.with_seen);
        audit_reads(app, &caller, &page.entries)?;
        let snapshot = caller.snapshot(app)?;
        let teller = Teller::new(&*snapshot, &queue.clock, names(&*snapshot)?)?;
        let entries = page.entries.into_iter().map(|entry| Shown::of(entry, &teller));
        let entries = entries.collect::<Result<_, Problem>>()?;
        let next = page.next.map(|next| next.to_string());
        Ok(Json(Page { counts: queue.counts(), entries, next }))
    })
    .await
}

/// In which state an entry was seen.
#[derive(Deserialize, ToSchema)]
pub struct SeenIn {
    state: String,
}

/// Marks an entry as seen in the state in which it was shown: it is back once something about it changes.
#[utoipa::path(
    post,
    path = "/v1/office/review/{entry}/seen",
    params(("entry" = String, Path, description = "The entry")),
    request_body = SeenIn,
    security(("office" = ["oversee"])),
    responses(
        (status = 200, body = Seen, description = "Who saw it first"),
        OfficeCaller,
        Named<String>,
        Asked<SeenIn>,
        (
            status = 409, body = Refusal,
            description = "it has changed since it was shown (changed_since), or does not go away by being seen \
                (not_settled)"
        ),
    )
)]
pub async fn see(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(id): Named<String>,
    Asked(seen_in): Asked<SeenIn>,
) -> Answer<Seen> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        let seen = see_for(app, &caller, &id, &seen_in.state)?;
        Ok(Json(Seen { by: nurse(seen.by, &names(&*caller.snapshot(app)?)?), at: seen.at }))
    })
    .await
}

/// Marks an entry as seen in a state, and says who saw it first.
pub(crate) fn see_for(
    app: &App,
    caller: &Permitted,
    id: &str,
    state: &str,
) -> Result<crate::store::Seen, Problem> {
    let missing = || Problem::not_found("entry in the review queue");
    let kind = ReviewKind::of_entry(id).ok_or_else(missing)?;
    let (agency, act) = (caller.agency, caller.act(app));
    let read = || Queue::read(&*app.store, agency, Some(kind), act.at);
    let queue = read()?;
    let entry = queue.entry(id).ok_or_else(missing)?;
    if !kind.can_be_seen() {
        return Err(Problem::new(
            StatusCode::CONFLICT,
            "not_settled",
            "it does not go away by being seen; do what its `actions` name",
        ));
    }
    if !entry.is_as_in(state) {
        let told = "it has changed since it was shown; look again";
        return Err(Problem::new(StatusCode::CONFLICT, "changed_since", told));
    }
    if entry.seen.is_none() {
        app.store.see(agency, id.to_owned(), entry.state.clone(), entry.event(), act)?;
    }
    read()?.entry(id).and_then(|entry| entry.seen.clone()).ok_or_else(missing)
}

/// Marks late work as seen.
#[utoipa::path(
    post,
    path = "/v1/office/review/late/{seq}/seen",
    params(("seq" = u64, Path, description = "Its place in the agency's order")),
    security(("office" = ["oversee"])),
    responses(
        (status = 200, body = Seen, description = "Who saw it first"),
        OfficeCaller,
        Named<Seq>,
    )
)]
pub async fn see_late_work(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    Named(seq): Named<Seq>,
) -> Answer<Seen> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        let late = app.store.see_late_work(caller.agency, seq, caller.act(app))?;
        let seen = late.and_then(|late| late.seen).ok_or_else(|| Problem::not_found("late work"))?;
        Ok(Json(Seen { by: nurse(seen.0, &names(&*caller.snapshot(app)?)?), at: seen.1 }))
    })
    .await
}

/// Audits the records of which these entries show what they say.
pub(crate) fn audit_reads(app: &App, caller: &Permitted, entries: &[Entry]) -> Result<(), Problem> {
    let mut read: BTreeSet<(ScopeId, RecordId)> = BTreeSet::new();
    for entry in entries {
        match &entry.about {
            About::DoubleBooking(pair) => {
                read.extend([pair.first, pair.second].map(|one| (one.scope, one.record)));
            }
            About::Conflict(_) | About::UnlicensedVisit(_) | About::Authorisation { .. } => {
                read.extend(entry.scope.zip(entry.record));
            }
            About::LateWork(_)
            | About::Quarantine(_)
            | About::TokenReuse
            | About::ClockSkew(_)
            | About::Credential(..) => {}
        }
    }
    if read.is_empty() {
        return Ok(());
    }
    let reads = read.into_iter().map(|(scope, record)| AuditEvent::RecordRead { scope, record });
    Ok(app.store.audit(caller.agency, caller.act(app), reads.collect())?)
}

impl Shown {
    fn of(entry: Entry, teller: &Teller<'_>) -> Result<Self, Problem> {
        let names: &HashMap<StaffId, String> = &teller.names;
        Ok(Self {
            words: teller.words(&entry)?,
            patient: teller.patient(entry.scope)?,
            details: teller.details(&entry)?,
            actions: Next::of(&entry),
            staff: entry.staff.map(|id| nurse(id, names)),
            seen: entry.seen.map(|seen| Seen { by: nurse(seen.by, names), at: seen.at }),
            id: entry.id,
            kind: entry.kind,
            severity: entry.severity,
            since: entry.since,
            device: entry.device,
            scope: entry.scope,
            record: entry.record,
            state: entry.state,
        })
    }
}
