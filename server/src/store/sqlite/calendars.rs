//! The secret addresses at which calendars read nurses' schedules.

use doorstep_client_core::ids::{AgencyId, StaffId};
use doorstep_client_core::record::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use super::people::{STAFF_COLUMNS, staff_member};
use super::row::{Sql, get};
use super::{SqliteStore, audit};
use crate::store::{Act, AuditEvent, Calendars, StaffMember, StoreError};

impl Calendars for SqliteStore {
    fn set_calendar_secret(
        &self,
        agency: AgencyId,
        staff: StaffId,
        hash: [u8; 32],
        act: Act,
    ) -> Result<(), StoreError> {
        self.writer.run(move |connection| {
            let set = connection
                .prepare_cached(
                    "INSERT INTO calendars (agency, staff, hash, made_at_ms)
                     SELECT agency, id, ?3, ?4 FROM staff WHERE agency = ?1 AND id = ?2 AND is_active
                     ON CONFLICT (agency, staff) DO UPDATE SET hash = ?3, made_at_ms = ?4",
                )?
                .execute((Sql(agency), Sql(staff), hash, Sql(act.at)))?;
            if set == 0 {
                return Err(StoreError::NoSuch("member of staff"));
            }
            audit::append(connection, agency, act, &[AuditEvent::CalendarSet { staff, is_on: true }])
        })
    }

    fn revoke_calendar(&self, agency: AgencyId, staff: StaffId, act: Act) -> Result<bool, StoreError> {
        self.writer.run(move |connection| revoke(connection, agency, staff, act))
    }

    fn calendar_of_secret(&self, hash: [u8; 32]) -> Result<Option<(AgencyId, StaffMember)>, StoreError> {
        let reading = self.readers.begin()?;
        let found = reading
            .prepare_cached(&format!(
                "SELECT calendars.agency, {STAFF_COLUMNS} FROM calendars
                 JOIN staff ON staff.agency = calendars.agency AND staff.id = calendars.staff
                 WHERE hash = ?1 AND staff.is_active"
            ))?
            .query_row([hash], |row| Ok((get(row, 0)?, staff_member(row, 1)?)))
            .optional()?;
        Ok(found)
    }

    fn calendars(&self, agency: AgencyId) -> Result<Vec<(StaffId, Timestamp)>, StoreError> {
        let reading = self.readers.begin()?;
        let mut statement = reading
            .prepare_cached("SELECT staff, made_at_ms FROM calendars WHERE agency = ?1 ORDER BY staff")?;
        let rows = statement.query_map([Sql(agency)], |row| Ok((get(row, 0)?, get(row, 1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// Takes an address away. Returns whether there was one.
pub(super) fn revoke(
    connection: &Connection,
    agency: AgencyId,
    staff: StaffId,
    act: Act,
) -> Result<bool, StoreError> {
    let revoked = connection
        .prepare_cached("DELETE FROM calendars WHERE agency = ?1 AND staff = ?2")?
        .execute((Sql(agency), Sql(staff)))?;
    if revoked > 0 {
        audit::append(connection, agency, act, &[AuditEvent::CalendarSet { staff, is_on: false }])?;
    }
    Ok(revoked > 0)
}
