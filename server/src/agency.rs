//! Founding an agency and hiring its staff.

use doorstep_client_core::environment::Environment;
use doorstep_client_core::ids::{AgencyId, ScopeId, StaffId};

use crate::store::{Agency, Role, StaffMember, Store, StoreError};

/// What the first agency is called until somebody names it.
pub const FIRST_AGENCY: &str = "My agency";

/// Makes an agency and its directory.
pub fn found(store: &dyn Store, environment: &dyn Environment, name: &str) -> Result<Agency, StoreError> {
    let now = environment.now();
    let agency = Agency {
        id: AgencyId::new(now, &mut environment.entropy()),
        name: name.to_owned(),
        directory: ScopeId::new(now, &mut environment.entropy()),
        created_at: now,
    };
    store.create_agency(agency.clone())?;
    Ok(agency)
}

/// The first agency, made where there is none. Says whether it was made now.
pub fn found_first(store: &dyn Store, environment: &dyn Environment) -> Result<(Agency, bool), StoreError> {
    match store.agencies()?.into_iter().next() {
        Some(agency) => Ok((agency, false)),
        None => Ok((found(store, environment, FIRST_AGENCY)?, true)),
    }
}

/// Adds a member of staff.
pub fn hire(
    store: &dyn Store,
    environment: &dyn Environment,
    agency: AgencyId,
    name: &str,
    role: Role,
) -> Result<StaffMember, StoreError> {
    let id = StaffId::new(environment.now(), &mut environment.entropy());
    let member = StaffMember { id, name: name.to_owned(), role, is_active: true };
    store.add_staff(agency, member.clone())?;
    Ok(member)
}
