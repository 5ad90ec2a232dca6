//! Today: each nurse with her visits on a time line, what arrived, and what needs attention.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use doorstep_client_core::ids::{ScopeId, StaffId};
use doorstep_client_core::record::agency::Agency;

use super::arrivals::{self, Arrival};
use super::frame::{Area, Asking, Frame, page, rules};
use super::local::Local;
use super::phone::{self, PhoneOf};
use super::track::{Hour, Hours, Lead, Visit, visits};
use crate::access::{Action, Relation};
use crate::app::App;
use crate::http::{OfficeCaller, Problem, blocking};
use crate::limits::{ARRIVED_ENTRIES_MAX, QUEUE_SECONDS_MAX};
use crate::review::ReviewKind;
use crate::store::{Planned, Role, Snapshot, StaffMember};

#[derive(Template)]
#[template(path = "today/page.html")]
struct Page {
    frame: Frame,
    day: String,
    rows: Vec<Row>,
    arrivals: Vec<Arrival>,
    attention: Vec<Attention>,
    hours: Vec<Hour>,
    now_column: Option<i64>,
}

/// Something that needs attention, and how often.
struct Attention {
    kind: ReviewKind,
    count: usize,
}

/// A nurse's day.
pub struct Row {
    /// The nurse.
    pub nurse: StaffId,
    /// Her name.
    pub name: String,
    /// Her phone; none, where she has none.
    pub phone: Option<PhoneOf>,
    /// Her visits by time.
    pub visits: Vec<Visit>,
}

/// A row by itself, as it is told to pages that are open.
#[derive(Template)]
#[template(path = "today/row.html")]
pub(super) struct RowPart<'a> {
    pub(super) local: &'a Local,
    pub(super) row: &'a Row,
}

/// What happens today.
#[utoipa::path(
    get,
    path = "/office",
    security(("office" = ["oversee"])),
    responses((status = 200, description = "The page"))
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
) -> Result<Html<String>, Problem> {
    let caller = caller.require(Action::Oversee, Relation::Agency)?;
    blocking(app, move |app| {
        let snapshot = &*caller.snapshot(app)?;
        let frame = Frame::new(app, &caller, snapshot, asking, Area::Today)?;
        let local = frame.local.clone();
        let counts = app.queues.read(&*app.store, caller.agency, local.now(), QUEUE_SECONDS_MAX)?.counts();
        page(&Page {
            day: local.long_day(local.today()).into_owned(),
            rows: rows(snapshot, &local)?,
            arrivals: arrivals::of(snapshot, snapshot.latest_activity(ARRIVED_ENTRIES_MAX)?)?,
            attention: attention(&counts),
            hours: Hours::of(&local).shown(&local),
            now_column: Hours::of(&local).now_column(&local),
            frame,
        })
    })
    .await
}

/// Every nurse's day: those with visits or a phone, by name.
fn rows(snapshot: &dyn Snapshot, local: &Local) -> Result<Vec<Row>, Problem> {
    let (from, until) = local.bounds(local.today());
    let mut planned: HashMap<StaffId, Vec<Planned>> = HashMap::new();
    for one in snapshot.day_plan(from, until, None)? {
        if let Some(nurse) = one.nurse {
            planned.entry(nurse).or_default().push(one);
        }
    }
    let scopes: Vec<ScopeId> = planned.values().flatten().map(|one| one.scope).collect();
    let (patients, agency) = (snapshot.titles(&scopes)?, rules(snapshot)?);
    let mut phones = phone::of_all(snapshot)?;
    let nurses = snapshot.all_staff()?.into_iter().filter(has_days);
    let rows = nurses.map(|member| {
        let plan = planned.remove(&member.id).unwrap_or_default();
        Row {
            nurse: member.id,
            phone: phones.remove(&member.id),
            visits: visits(plan, &patients, &agency, local, (Lead::Charts, Hours::of(local))),
            name: member.name,
        }
    });
    Ok(rows.collect())
}

/// What a nurse's row is made of, in whatever language.
pub(super) struct Day {
    member: StaffMember,
    plan: Vec<Planned>,
    patients: HashMap<ScopeId, String>,
}

impl Day {
    /// A nurse's day; none of whoever is no nurse.
    pub(super) fn read(
        snapshot: &dyn Snapshot,
        local: &Local,
        nurse: StaffId,
    ) -> Result<Option<Self>, Problem> {
        let Some(member) = snapshot.staff(nurse)?.filter(has_days) else { return Ok(None) };
        let (from, until) = local.bounds(local.today());
        let plan = snapshot.day_plan(from, until, Some(nurse))?;
        let scopes: Vec<ScopeId> = plan.iter().map(|one| one.scope).collect();
        Ok(Some(Self { member, patients: snapshot.titles(&scopes)?, plan }))
    }

    /// Her row in the words of a language.
    pub(super) fn row(&self, local: &Local, agency: &Agency, phone: Option<PhoneOf>) -> Row {
        let on_line = (Lead::Charts, Hours::of(local));
        let visits = visits(self.plan.clone(), &self.patients, agency, local, on_line);
        Row { nurse: self.member.id, name: self.member.name.clone(), phone, visits }
    }
}

/// Whether somebody visits patients.
pub(super) fn has_days(member: &StaffMember) -> bool {
    member.is_active && member.role == Role::Nurse
}

fn attention(counts: &BTreeMap<ReviewKind, usize>) -> Vec<Attention> {
    counts.iter().map(|(kind, count)| Attention { kind: *kind, count: *count }).collect()
}

impl Attention {
    fn message(&self) -> String {
        format!("review-kind-{}", self.kind.code().replace('_', "-"))
    }
}
