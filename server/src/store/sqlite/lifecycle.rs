//! What becomes of staff: other roles, leaving, coming back.

use doorstep_client_core::ids::{AgencyId, ScopeId, StaffId};
use rusqlite::Connection;

use super::accounts::{forget_codes, member};
use super::people::revoke;
use super::row::{Sql, get};
use super::{audit, calendars, sessions};
use crate::store::{Act, AuditEvent, Role, StaffChange, StaffMember, StoreError};

/// What the audit log says of a member of staff as she now is.
pub(super) fn changed(member: &StaffMember) -> AuditEvent {
    AuditEvent::StaffChanged { staff: member.id, role: member.role, is_active: member.is_active }
}

pub(super) fn change_staff(
    connection: &Connection,
    agency: AgencyId,
    staff: StaffId,
    change: StaffChange,
    act: Act,
) -> Result<Option<StaffMember>, StoreError> {
    let before = member(connection, agency, staff)?;
    let after = match change {
        StaffChange::Role(role) => StaffMember { role, ..before.clone() },
        StaffChange::Leave => StaffMember { is_active: false, ..before.clone() },
        StaffChange::Return => StaffMember { is_active: true, ..before.clone() },
    };
    if after == before {
        return Ok(Some(after));
    }
    let other_admins: u32 = connection.query_row(
        "SELECT count(*) FROM staff WHERE agency = ?1 AND id <> ?2 AND role = ?3 AND is_active",
        (Sql(agency), Sql(staff), Sql(Role::Admin)),
        |row| row.get(0),
    )?;
    let is_admin = |member: &StaffMember| member.role == Role::Admin && member.is_active;
    if is_admin(&before) && !is_admin(&after) && other_admins == 0 {
        return Ok(None);
    }
    connection.execute(
        "UPDATE staff SET role = ?3, is_active = ?4 WHERE agency = ?1 AND id = ?2",
        (Sql(agency), Sql(staff), Sql(after.role), after.is_active),
    )?;
    audit::append(connection, agency, act, &[changed(&after)])?;
    if !after.is_active || !after.role.is_of_office() {
        shut_account(connection, agency, staff, act)?;
    }
    if !after.is_active {
        end_grants(connection, agency, staff, act)?;
        calendars::revoke(connection, agency, staff, act)?;
    }
    Ok(Some(after))
}

/// Nothing that she holds or knows lets her in any more.
fn shut_account(
    connection: &Connection,
    agency: AgencyId,
    staff: StaffId,
    act: Act,
) -> Result<(), StoreError> {
    sessions::end_all(connection, agency, staff, None, act)?;
    sessions::forget_browsers(connection, agency, staff, None)?;
    forget_codes(connection, agency, staff)?;
    connection.execute(
        "UPDATE accounts SET password = NULL, second_factor = NULL, second_factor_step = NULL,
             second_factor_begun = NULL
         WHERE agency = ?1 AND staff = ?2",
        (Sql(agency), Sql(staff)),
    )?;
    Ok(())
}

fn end_grants(connection: &Connection, agency: AgencyId, staff: StaffId, act: Act) -> Result<(), StoreError> {
    let cases: Vec<ScopeId> = connection
        .prepare_cached(
            "SELECT scope FROM grants WHERE agency = ?1 AND staff = ?2 AND end_seq IS NULL ORDER BY begin_seq",
        )?
        .query_map((Sql(agency), Sql(staff)), |row| get(row, 0))?
        .collect::<Result<_, _>>()?;
    for case in cases {
        revoke(connection, agency, case, staff, act)?;
    }
    Ok(())
}
