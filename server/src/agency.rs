//! Founding an agency; hiring its staff, and what becomes of them.

use doorstep_client_core::document::{Document, Header};
use doorstep_client_core::environment::Environment;
use doorstep_client_core::ids::{AgencyId, RecordId, ScopeId, StaffId};
use doorstep_client_core::record::staff::{Staff, StaffRole};
use doorstep_client_core::record::{self, AnyRecord, Kind};

use crate::merge::{self, Save, SaveError};
use crate::store::{Act, Agency, Agent, Role, SignInName, StaffChange, StaffMember, Store};

/// What the first agency is called until somebody names it.
pub const FIRST_AGENCY: &str = "My agency";

/// The author of what nobody in particular wrote: the agency itself, by the id of its record in the directory.
pub fn itself(agency: AgencyId) -> StaffId {
    StaffId::from_bytes(*agency.as_bytes())
}

/// Makes an agency and its directory, with the agency's own record in it.
pub fn found(store: &dyn Store, environment: &dyn Environment, name: &str) -> Result<Agency, SaveError> {
    let now = environment.now();
    let agency = Agency {
        id: AgencyId::new(now, &mut environment.entropy()),
        name: name.to_owned(),
        directory: ScopeId::new(now, &mut environment.entropy()),
        created_at: now,
    };
    store.create_agency(agency.clone())?;
    let header = Header { id: itself(agency.id).into(), scope: agency.directory, kind: Kind::Agency };
    let record = record::agency::Agency { name: name.to_owned(), ..Default::default() };
    merge::save(store, agency.id, itself(agency.id), &Save::Create(header), &record.into(), now)?;
    Ok(agency)
}

/// The first agency, made where there is none. Says whether it was made now.
pub fn found_first(store: &dyn Store, environment: &dyn Environment) -> Result<(Agency, bool), SaveError> {
    match store.agencies()?.into_iter().next() {
        Some(agency) => Ok((agency, false)),
        None => Ok((found(store, environment, FIRST_AGENCY)?, true)),
    }
}

/// Who is to be hired.
pub struct NewMember<'a> {
    /// The person's name.
    pub name: &'a str,
    /// What she may do.
    pub role: Role,
    /// By which she signs in to the office.
    pub sign_in_name: Option<SignInName>,
}

/// Adds a member of staff, as the command does.
pub fn hire(
    store: &dyn Store,
    environment: &dyn Environment,
    agency: AgencyId,
    name: &str,
    role: Role,
) -> Result<StaffMember, SaveError> {
    let act = Act { by: Agent::Command, at: environment.now() };
    hire_by(store, environment, agency, NewMember { name, role, sign_in_name: None }, act)
}

/// Adds a member of staff: what access rests on, and her record in the directory, whose first change bears her own
/// name.
pub fn hire_by(
    store: &dyn Store,
    environment: &dyn Environment,
    agency: AgencyId,
    new: NewMember<'_>,
    act: Act,
) -> Result<StaffMember, SaveError> {
    let id = StaffId::new(act.at, &mut environment.entropy());
    let directory = store.snapshot(agency)?.agency()?.directory;
    let header = Header { id: RecordId::from(id), scope: directory, kind: Kind::Staff };
    let record =
        Staff { name: new.name.to_owned(), role: role_in_directory(new.role), ..Staff::default() }.into();
    let problems = AnyRecord::check(&record);
    if !problems.is_empty() {
        return Err(SaveError::Invalid(problems));
    }
    let member = StaffMember { id, name: new.name.to_owned(), role: new.role, is_active: true };
    store.hire(agency, member.clone(), new.sign_in_name, act)?;
    merge::save(store, agency, id, &Save::Create(header), &record, act.at)?;
    Ok(member)
}

/// Changes what a member of staff may do, or whether she works here, and her record in the directory with it. None
/// where the agency would be left without an admin.
pub fn change(
    store: &dyn Store,
    agency: AgencyId,
    staff: StaffId,
    change: StaffChange,
    act: Act,
) -> Result<Option<StaffMember>, SaveError> {
    let Some(member) = store.change_staff(agency, staff, change, act)? else { return Ok(None) };
    let Some(stored) = store.snapshot(agency)?.record(staff.into())? else { return Ok(Some(member)) };
    if let AnyRecord::Staff(mut record) = Document::load(&stored.document)?.read()? {
        record.role = role_in_directory(member.role);
        record.has_left = !member.is_active;
        let author = act.by.staff().unwrap_or(itself(agency));
        let seen = Save::Edit(staff.into(), stored.stamp.version);
        merge::save(store, agency, author, &seen, &record.into(), act.at)?;
    }
    Ok(Some(member))
}

fn role_in_directory(role: Role) -> StaffRole {
    match role {
        Role::Nurse => StaffRole::Nurse,
        Role::Office => StaffRole::Office,
        Role::Admin => StaffRole::Admin,
    }
}

#[cfg(test)]
mod tests {
    use doorstep_client_core::environment::SystemEnvironment;

    use super::*;
    use crate::store::SqliteStore;

    #[test]
    fn who_is_hired_stands_in_the_directory() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path(), &SystemEnvironment).unwrap();
        let (agency, is_new) = found_first(&store, &SystemEnvironment).unwrap();
        assert!(is_new && !found_first(&store, &SystemEnvironment).unwrap().1);
        let kim = hire(&store, &SystemEnvironment, agency.id, "Kim", Role::Nurse).unwrap();
        let snapshot = store.snapshot(agency.id).unwrap();
        assert_eq!(snapshot.all_staff().unwrap().len(), 1);
        let record = snapshot.stamp(kim.id.into()).unwrap().unwrap();
        assert_eq!((record.scope, record.kind), (agency.directory, Kind::Staff));
        let nameless = hire(&store, &SystemEnvironment, agency.id, " ", Role::Nurse);
        assert!(matches!(nameless, Err(SaveError::Invalid(_))));
        assert_eq!(store.snapshot(agency.id).unwrap().all_staff().unwrap().len(), 1);
    }
}
