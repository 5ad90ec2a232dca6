//! Agencies, staff, phones, scopes, grants and keys.

use doorstep_client_core::ids::{AgencyId, DeviceId, ScopeId, StaffId};
use doorstep_client_core::record::Timestamp;
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, params};

use super::commit::Order;
use super::row::{Sql, get, get_any};
use super::{audit, closing};
use crate::store::caseload::sorts_as;
use crate::store::{
    Act, Agency, Agent, AuditEvent, Contact, DeviceHolder, EnrolledDevice, Grant, NewDevice, Role, ScopeKind,
    Seq, StaffMember, StoreError, StoredKey,
};

pub(super) fn agencies(connection: &Connection) -> Result<Vec<Agency>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, name, directory, created_at_ms FROM agencies ORDER BY created_at_ms, id",
    )?;
    let rows = statement.query_map((), agency)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn agency(row: &Row<'_>) -> rusqlite::Result<Agency> {
    Ok(Agency { id: get(row, 0)?, name: row.get(1)?, directory: get(row, 2)?, created_at: get(row, 3)? })
}

pub(super) fn create_agency(connection: &Connection, agency: &Agency) -> Result<(), StoreError> {
    let made = connection.execute(
        "INSERT INTO agencies (id, name, directory, created_at_ms) VALUES (?1, ?2, ?3, ?4)",
        params![Sql(agency.id), agency.name, Sql(agency.directory), Sql(agency.created_at)],
    );
    new(made, "an agency")?;
    let title = "Directory";
    open_scope(connection, agency.id, agency.directory, ScopeKind::Directory, title, agency.created_at, None)
}

pub(super) fn add_staff(
    connection: &Connection,
    agency: AgencyId,
    staff: &StaffMember,
) -> Result<(), StoreError> {
    Order::of(connection, agency)?;
    let added = connection.execute(
        "INSERT INTO staff (agency, id, name, role, is_active) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![Sql(agency), Sql(staff.id), staff.name, Sql(staff.role), staff.is_active],
    );
    new(added, "a member of staff")
}

/// Reads the columns of [`STAFF_COLUMNS`] from `first` on.
pub(super) fn staff_member(row: &Row<'_>, first: usize) -> rusqlite::Result<StaffMember> {
    Ok(StaffMember {
        id: get(row, first)?,
        name: row.get(first + 1)?,
        role: get::<Role>(row, first + 2)?,
        is_active: row.get(first + 3)?,
    })
}

pub(super) const STAFF_COLUMNS: &str = "staff.id, staff.name, staff.role, staff.is_active";

pub(super) const DEVICE_COLUMNS: &str = "devices.id, devices.staff, devices.name, devices.app_version,
    devices.enrolled_at_ms, devices.last_contact_at_ms, devices.unsent_count, devices.clock_skew_s,
    devices.cursor_seq_max, devices.is_locked, devices.session_ended_at_ms, devices.wipe_asked_at_ms,
    devices.wiped_at_ms";
const DEVICE_COLUMNS_COUNT: usize = 13;

/// Reads the columns of [`DEVICE_COLUMNS`].
pub(super) fn device(row: &Row<'_>) -> rusqlite::Result<EnrolledDevice> {
    Ok(EnrolledDevice {
        id: get(row, 0)?,
        staff: get(row, 1)?,
        name: row.get(2)?,
        app_version: row.get(3)?,
        enrolled_at: get(row, 4)?,
        last_contact_at: get_any(row, 5)?,
        unsent_count: row.get(6)?,
        clock_skew_s: row.get(7)?,
        cursor_seq_max: get(row, 8)?,
        is_locked: row.get(9)?,
        session_ended_at: get_any(row, 10)?,
        wipe_asked_at: get_any(row, 11)?,
        wiped_at: get_any(row, 12)?,
    })
}

pub(super) fn holder(
    connection: &Connection,
    agency: AgencyId,
    id: DeviceId,
) -> Result<Option<DeviceHolder>, StoreError> {
    let holder = connection
        .prepare_cached(&format!(
            "SELECT {DEVICE_COLUMNS}, {STAFF_COLUMNS} FROM devices
             JOIN staff ON staff.agency = devices.agency AND staff.id = devices.staff
             WHERE devices.agency = ?1 AND devices.id = ?2"
        ))?
        .query_row((Sql(agency), Sql(id)), |row| {
            Ok(DeviceHolder { agency, device: device(row)?, staff: staff_member(row, DEVICE_COLUMNS_COUNT)? })
        })
        .optional()?;
    Ok(holder)
}

pub(super) fn scope_exists(
    connection: &Connection,
    agency: AgencyId,
    scope: ScopeId,
) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM scopes WHERE agency = ?1 AND id = ?2")?;
    Ok(statement.exists((Sql(agency), Sql(scope)))?)
}

pub(super) fn open_scope(
    connection: &Connection,
    agency: AgencyId,
    scope: ScopeId,
    kind: ScopeKind,
    title: &str,
    at: Timestamp,
    by: Option<StaffId>,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO scopes (agency, id, kind, title, opened_at_ms, opened_by, sorts_as)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![Sql(agency), Sql(scope), Sql(kind), title, Sql(at), by.map(Sql), sorts_as(title)])?;
    Ok(())
}

pub(super) fn begin_grant(
    connection: &Connection,
    agency: AgencyId,
    scope: ScopeId,
    staff: StaffId,
    seq: Seq,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO grants (agency, staff, scope, begin_seq) VALUES (?1, ?2, ?3, ?4)")?
        .execute((Sql(agency), Sql(staff), Sql(scope), Sql(seq)))?;
    Ok(())
}

pub(super) fn grant(
    connection: &Connection,
    agency: AgencyId,
    scope: ScopeId,
    staff: StaffId,
    act: Act,
) -> Result<Seq, StoreError> {
    if closing::is_closed(connection, agency, scope)? {
        return Err(StoreError::CaseClosed);
    }
    let is_staff = connection
        .prepare_cached("SELECT 1 FROM staff WHERE agency = ?1 AND id = ?2 AND is_active")?
        .exists((Sql(agency), Sql(staff)))?;
    if !is_staff {
        return Err(StoreError::NoSuch("member of staff"));
    }
    if let Some(current) = current_grant(connection, agency, scope, staff)? {
        return Ok(current);
    }
    let mut order = Order::of(connection, agency)?;
    let seq = order.next();
    begin_grant(connection, agency, scope, staff, seq)?;
    order.keep()?;
    audit::append(connection, agency, act, &[AuditEvent::GrantBegun { scope, staff, seq }])?;
    Ok(seq)
}

pub(super) fn revoke(
    connection: &Connection,
    agency: AgencyId,
    scope: ScopeId,
    staff: StaffId,
    act: Act,
) -> Result<Option<Seq>, StoreError> {
    if current_grant(connection, agency, scope, staff)?.is_none() {
        return Ok(None);
    }
    let mut order = Order::of(connection, agency)?;
    let seq = order.next();
    connection.execute(
        "UPDATE grants SET end_seq = ?4, ended_at_ms = ?5
         WHERE agency = ?1 AND staff = ?2 AND scope = ?3 AND end_seq IS NULL",
        (Sql(agency), Sql(staff), Sql(scope), Sql(seq), Sql(act.at)),
    )?;
    order.keep()?;
    audit::append(connection, agency, act, &[AuditEvent::GrantEnded { scope, staff, seq }])?;
    Ok(Some(seq))
}

fn current_grant(
    connection: &Connection,
    agency: AgencyId,
    scope: ScopeId,
    staff: StaffId,
) -> Result<Option<Seq>, StoreError> {
    let seq = connection
        .prepare_cached(
            "SELECT begin_seq FROM grants WHERE agency = ?1 AND staff = ?2 AND scope = ?3 AND end_seq IS NULL",
        )?
        .query_row((Sql(agency), Sql(staff), Sql(scope)), |row| get(row, 0))
        .optional()?;
    Ok(seq)
}

/// Reads scope, staff, beginning, end and when that was.
pub(super) fn grant_row(row: &Row<'_>) -> rusqlite::Result<Grant> {
    Ok(Grant {
        scope: get(row, 0)?,
        staff: get(row, 1)?,
        begin_seq: get(row, 2)?,
        end_seq: get_any(row, 3)?,
        ended_at: get_any(row, 4)?,
    })
}

pub(super) fn add_enrolment_code(
    connection: &Connection,
    agency: AgencyId,
    staff: StaffId,
    hash: &[u8; 32],
    expires_at: Timestamp,
    act: Act,
) -> Result<(), StoreError> {
    let added = connection.execute(
        "INSERT INTO enrolment_codes (hash, agency, staff, expires_at_ms)
         SELECT ?1, agency, id, ?4 FROM staff WHERE agency = ?2 AND id = ?3 AND is_active",
        (hash, Sql(agency), Sql(staff), Sql(expires_at)),
    )?;
    if added == 0 {
        return Err(StoreError::NoSuch("member of staff"));
    }
    audit::append(connection, agency, act, &[AuditEvent::DeviceInvited { staff }])
}

pub(super) fn enrol(
    connection: &Connection,
    code_hash: &[u8; 32],
    device: &NewDevice,
    now: Timestamp,
) -> Result<Option<DeviceHolder>, StoreError> {
    let invited: Option<(AgencyId, StaffId)> = connection
        .query_row(
            "UPDATE enrolment_codes SET used_at_ms = ?2
             WHERE hash = ?1 AND used_at_ms IS NULL AND expires_at_ms > ?2
                 AND EXISTS (SELECT 1 FROM staff WHERE staff.agency = enrolment_codes.agency
                     AND staff.id = enrolment_codes.staff AND staff.is_active)
             RETURNING agency, staff",
            (code_hash, Sql(now)),
            |row| Ok((get(row, 0)?, get(row, 1)?)),
        )
        .optional()?;
    let Some((agency, staff)) = invited else { return Ok(None) };
    let added = connection.execute(
        "INSERT INTO devices (agency, id, staff, name, app_version, enrolled_at_ms, clock_skew_s, enrolled_seq)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, seq FROM agencies WHERE id = ?1",
        params![
            Sql(agency),
            Sql(device.id),
            Sql(staff),
            device.name,
            device.app_version,
            Sql(now),
            device.clock_skew_s
        ],
    );
    new(added, "a device")?;
    connection.execute(
        "INSERT INTO refresh_tokens (hash, agency, device, created_at_ms) VALUES (?1, ?2, ?3, ?4)",
        (device.refresh_token_hash, Sql(agency), Sql(device.id), Sql(now)),
    )?;
    let act = Act { by: Agent::Device(device.id, staff), at: now };
    audit::append(connection, agency, act, &[AuditEvent::DeviceEnrolled { device: device.id, staff }])?;
    holder(connection, agency, device.id)
}

pub(super) fn note_contact(
    connection: &Connection,
    agency: AgencyId,
    device: DeviceId,
    contact: Contact,
) -> Result<(), StoreError> {
    let noted = connection
        .prepare_cached(
            "UPDATE devices SET last_contact_at_ms = ?3, unsent_count = ?4, clock_skew_s = ?5,
                 cursor_seq_max = max(cursor_seq_max, ?6), store = ?7
             WHERE agency = ?1 AND id = ?2",
        )?
        .execute(params![
            Sql(agency),
            Sql(device),
            Sql(contact.at),
            contact.unsent_count,
            contact.clock_skew_s,
            Sql(contact.cursor_seq.unwrap_or(0)),
            Sql(contact.store),
        ])?;
    if noted == 0 { Err(StoreError::NoSuch("device")) } else { Ok(()) }
}

pub(super) fn signing_keys(connection: &Connection) -> Result<Vec<StoredKey>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT kid, pkcs8, created_at_ms, retired_at_ms FROM signing_keys ORDER BY created_at_ms DESC, kid",
    )?;
    let rows = statement.query_map((), |row| {
        Ok(StoredKey {
            kid: row.get(0)?,
            pkcs8: row.get(1)?,
            created_at: get(row, 2)?,
            retired_at: get_any(row, 3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn add_first_signing_key(
    connection: &Connection,
    key: &StoredKey,
) -> Result<StoredKey, StoreError> {
    if let Some(known) = signing_keys(connection)?.into_iter().find(|known| known.retired_at.is_none()) {
        return Ok(known);
    }
    connection.execute(
        "INSERT INTO signing_keys (kid, pkcs8, created_at_ms) VALUES (?1, ?2, ?3)",
        params![key.kid, key.pkcs8, Sql(key.created_at)],
    )?;
    Ok(key.clone())
}

pub(super) fn new(made: rusqlite::Result<usize>, what: &'static str) -> Result<(), StoreError> {
    match made {
        Ok(_) => Ok(()),
        Err(rusqlite::Error::SqliteFailure(failure, _)) if failure.code == ErrorCode::ConstraintViolation => {
            Err(StoreError::Exists(what))
        }
        Err(error) => Err(error.into()),
    }
}
