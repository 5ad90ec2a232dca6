//! Several cases at once to a nurse, beside those who have them or instead of them.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use doorstep_client_core::ids::{ScopeId, StaffId};

use super::filter::Filter;
use super::list::{Mistakes, shown};
use crate::access::{Action, Relation};
use crate::app::{App, Poke};
use crate::http::{OfficeCaller, Permitted, Problem, blocking};
use crate::office::frame::{Asking, done};
use crate::office::gate::Posted;
use crate::store::InsteadOf;

/// The field that names a case that was selected.
const CASE: &str = "case";
/// The field that holds how the list was cut.
const BACK: &str = "back";

/// Assigns the cases that were selected.
#[utoipa::path(
    post,
    path = "/office/cases/assign",
    security(("office" = ["assign"]), ("office" = ["oversee"])),
    responses(
        (status = 303, description = "Assigned: back to the list"),
        (status = 409, description = "One of them is closed: none is assigned"),
        (status = 422, description = "The list, with what was wrong"),
    )
)]
pub async fn assign(
    State(app): State<Arc<App>>,
    caller: OfficeCaller,
    asking: Asking,
    form: Posted,
) -> Result<Response, Problem> {
    let scopes = selected(&form)?;
    let back: Vec<_> = form_urlencoded::parse(form.line(BACK).as_bytes()).into_owned().collect();
    let wrong = match (scopes.is_empty(), form.line("to")) {
        (true, _) => Some("cases-nothing-selected"),
        (_, "") => Some("cases-nobody-chosen"),
        _ => None,
    };
    if let Some(wrong) = wrong {
        let caller = caller.require(Action::Oversee, Relation::Agency)?;
        let mistakes = Mistakes { assign: Some(wrong), ..Mistakes::default() };
        return shown(app, caller, asking, Filter::read(&back)?, String::new(), mistakes).await;
    }
    let (to, instead_of) = (form.parse("to")?, instead_of(&form)?);
    blocking(app, move |app| {
        let caller = caller.require_in_all(app, Action::Assign, &scopes)?;
        let path = Filter::read(&back)?.from(None).path();
        hand(app, &caller, scopes, to, instead_of)?;
        Ok(done(&path, "cases-assigned").into_response())
    })
    .await
}

/// Whose assignments end with it, as a form says.
pub(super) fn instead_of(form: &Posted) -> Result<InsteadOf, Problem> {
    Ok(match form.line("instead_of") {
        "" => InsteadOf::Nobody,
        "everybody" => InsteadOf::Everybody,
        _ => InsteadOf::Nurse(form.parse("instead_of")?),
    })
}

/// Assigns cases, and tells the phones of everybody whom it concerns.
pub(in crate::office) fn hand(
    app: &App,
    caller: &Permitted,
    scopes: Vec<ScopeId>,
    to: StaffId,
    instead_of: InsteadOf,
) -> Result<(), Problem> {
    let concerned = app.store.assign(caller.agency, scopes, to, instead_of, caller.act(app))?;
    for nurse in concerned {
        app.poke(Poke::assignments(caller.agency, nurse));
    }
    Ok(())
}

fn selected(form: &Posted) -> Result<Vec<ScopeId>, Problem> {
    let ids = form.fields().iter().filter(|(name, _)| name == CASE).map(|(_, id)| id.parse());
    ids.collect::<Result<_, _>>().map_err(|_| Problem::bad_request("what was selected is no case"))
}
