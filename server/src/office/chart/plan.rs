//! The care plan with its interventions, and the goals with their ratings.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use doorstep_client_core::ids::ScopeId;
use doorstep_client_core::record::Kind;
use serde_json::Value as Json;

use super::kind::first;
use super::{Case, Entry, Header, Line, Tab};
use crate::access::Action;
use crate::app::App;
use crate::describe;
use crate::http::{Named, OfficeCaller, Problem, blocking};
use crate::limits::CHART_RECORDS_MAX;
use crate::office::form;
use crate::office::frame::{Area, Asking, Frame, page};
use crate::store::AuditEvent;

#[derive(Template)]
#[template(path = "chart/plan.html")]
struct Page {
    frame: Frame,
    header: Header,
    plans: Vec<Planned>,
    goals: Vec<Planned>,
    /// How many more of each there are.
    more_plans: usize,
    more_goals: usize,
}

/// A plan with its interventions, or a goal with its ratings.
struct Planned {
    line: Line,
    /// What else it says, by label.
    facts: Vec<(String, String)>,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// What a table of a record's elements shows.
struct Shown {
    kind: Kind,
    facts: &'static [&'static str],
    collection: &'static str,
    columns: &'static [&'static str],
}

const PLAN: Shown = Shown {
    kind: Kind::CarePlan,
    facts: &["period", "conditions", "goals", "physician", "physician_signed", "description"],
    collection: "interventions",
    columns: &["description", "frequency", "status", "category", "problem", "target"],
};
const GOAL: Shown = Shown {
    kind: Kind::Goal,
    facts: &["condition", "target", "achievement", "omaha_problem", "start"],
    collection: "ratings",
    columns: &["rated_at", "knowledge", "behavior", "status", "rated_by"],
};

/// The care plan and the goals of a chart.
#[utoipa::path(
    get,
    path = "/office/cases/{scope}/plan",
    params(("scope" = describe::Id, Path, description = "The case")),
    security(("office" = ["read"])),
    responses((status = 200, description = "The page"))
)]
pub async fn show(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    Named(scope): Named<ScopeId>,
) -> Result<Html<String>, Problem> {
    blocking(app, move |app| {
        let (caller, scope) = caller.require_in(app, Action::Read, scope)?;
        let snapshot = &*caller.snapshot(app)?;
        caller.audit(app, AuditEvent::CaseRead { scope: scope.id })?;
        let frame = Frame::new(app, &caller, snapshot, asking, Area::Caseload)?;
        let case = Case::read(app, snapshot, scope.id, &frame.local)?;
        let (plans, more_plans) = PLAN.planned(&case, &frame);
        let (goals, more_goals) = GOAL.planned(&case, &frame);
        page(&Page {
            plans,
            goals,
            more_plans,
            more_goals,
            header: Header::of(snapshot, &scope, &case, &frame.local, Tab::Plan)?,
            frame,
        })
    })
    .await
}

impl Shown {
    /// The newest of the kind, and how many more there are.
    fn planned(&self, case: &Case, frame: &Frame) -> (Vec<Planned>, usize) {
        let (entries, more) = first(case.of_kind(self.kind), CHART_RECORDS_MAX);
        let planned = entries.into_iter().map(|entry| self.one(entry, case, frame));
        (planned.collect(), more)
    }

    fn one(&self, entry: &Entry, case: &Case, frame: &Frame) -> Planned {
        let context = case.around.context(&entry.content);
        let at = |path: &str, value: &Json| form::show(self.kind, path, value, &context);
        let label = |path: &str| form::label(self.kind, path, &entry.content, &context);
        let facts = self.facts.iter().filter_map(|field| {
            let said = at(field, entry.content.get(*field)?);
            (!said.is_empty()).then(|| (label(field), said))
        });
        let elements = entry.content.get(self.collection).and_then(Json::as_object);
        let rows = elements.into_iter().flatten().map(|(id, element)| {
            let cell = |column: &&str| {
                let value = element.get(*column).unwrap_or(&Json::Null);
                at(&format!("{}.{id}.{column}", self.collection), value)
            };
            self.columns.iter().map(cell).collect()
        });
        let name = match self.kind {
            Kind::CarePlan => "field-intervention-",
            _ => "field-rating-",
        };
        let column = |column: &&str| frame.say(&format!("{name}{}", column.replace('_', "-"))).into_owned();
        Planned {
            line: Line::of(entry, case, &frame.local),
            facts: facts.collect(),
            columns: self.columns.iter().map(column).collect(),
            rows: rows.collect(),
        }
    }
}
