//! Whose schedule a calendar may read, by an address that is a secret.

use doorstep_client_core::environment::Environment;
use doorstep_client_core::ids::{AgencyId, StaffId};

use super::{hash, new_secret};
use crate::store::{Act, StaffMember, Store, StoreError};

/// Gives a member of staff a new secret, of 256 random bits, in place of the one that she had. It is shown this once: the
/// store has only its hash.
pub fn new_calendar(
    store: &dyn Store,
    environment: &dyn Environment,
    agency: AgencyId,
    staff: StaffId,
    act: Act,
) -> Result<String, StoreError> {
    let secret = new_secret(environment);
    store.set_calendar_secret(agency, staff, hash(&secret), act)?;
    Ok(secret)
}

/// Whose schedule this secret opens.
pub fn calendar_of(store: &dyn Store, secret: &str) -> Result<Option<(AgencyId, StaffMember)>, StoreError> {
    store.calendar_of_secret(hash(secret))
}

#[cfg(test)]
mod tests {
    use doorstep_client_core::environment::SystemEnvironment;

    use super::*;
    use crate::agency::{found_first, hire};
    use crate::store::{Agent, Role, SqliteStore};

    #[test]
    fn a_new_secret_opens_the_schedule_and_the_one_before_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path(), &SystemEnvironment).unwrap();
        let (agency, _) = found_first(&store, &SystemEnvironment).unwrap();
        let kim = hire(&store, &SystemEnvironment, agency.id, "Kim", Role::Nurse).unwrap();
        let act = Act { by: Agent::Command, at: SystemEnvironment.now() };
        let secret = || new_calendar(&store, &SystemEnvironment, agency.id, kim.id, act).unwrap();
        let (first, second) = (secret(), secret());
        assert_eq!(calendar_of(&store, &first).unwrap(), None);
        assert_eq!(calendar_of(&store, &second).unwrap(), Some((agency.id, kim.clone())));
        assert_eq!(calendar_of(&store, "").unwrap(), None);
    }
}
