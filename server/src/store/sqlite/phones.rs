//! Phones after their enrolment.

use doorstep_client_core::ids::{AgencyId, DeviceId};
use doorstep_client_core::record::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::people::holder;
use super::row::{Sql, get, get_any};
use super::{SqliteStore, audit};
use crate::limits::{REFRESH_SUCCESSORS_MAX, REPLACED_TOKEN_DAYS_KEPT};
use crate::store::{Act, Agent, AuditEvent, DeviceHolder, Phones, Shown, Standing, StoreError, TokenReuse};

type Hash = [u8; 32];

impl Phones for SqliteStore {
    fn rotate_refresh_token(
        &self,
        shown: Hash,
        successor: Hash,
        now: Timestamp,
    ) -> Result<Option<Shown>, StoreError> {
        self.writer.run(move |connection| rotate(connection, &shown, &successor, now))
    }

    fn token_reuses(&self, agency: AgencyId) -> Result<Vec<TokenReuse>, StoreError> {
        token_reuses(&*self.readers.begin()?, agency)
    }

    fn set_device_locked(
        &self,
        agency: AgencyId,
        device: DeviceId,
        is_locked: bool,
        act: Act,
    ) -> Result<(), StoreError> {
        self.writer.run(move |connection| {
            known(connection.execute(
                "UPDATE devices SET is_locked = ?3 WHERE agency = ?1 AND id = ?2",
                (Sql(agency), Sql(device), is_locked),
            )?)?;
            let event = match is_locked {
                true => AuditEvent::DeviceLocked { device },
                false => AuditEvent::DeviceUnlocked { device },
            };
            audit::append(connection, agency, act, &[event])
        })
    }

    fn ask_wipe(&self, agency: AgencyId, device: DeviceId, act: Act) -> Result<(), StoreError> {
        self.writer.run(move |connection| {
            known(connection.execute(
                "UPDATE devices SET wipe_asked_at_ms = coalesce(wipe_asked_at_ms, ?3)
                 WHERE agency = ?1 AND id = ?2",
                (Sql(agency), Sql(device), Sql(act.at)),
            )?)?;
            audit::append(connection, agency, act, &[AuditEvent::DeviceWipeAsked { device }])
        })
    }

    fn note_wiped(&self, refresh_token: Hash, now: Timestamp) -> Result<Option<DeviceHolder>, StoreError> {
        self.writer.run(move |connection| {
            let Some(token) = token(connection, &refresh_token)? else { return Ok(None) };
            let (agency, device) = (token.agency, token.device);
            let noted = connection.execute(
                "UPDATE devices SET wiped_at_ms = ?3
                 WHERE agency = ?1 AND id = ?2 AND wipe_asked_at_ms IS NOT NULL AND wiped_at_ms IS NULL",
                (Sql(agency), Sql(device), Sql(now)),
            )?;
            let holder = holder(connection, agency, device)?;
            if let Some(holder) = holder.as_ref().filter(|_| noted > 0) {
                let act = Act { by: Agent::Device(device, holder.staff.id), at: now };
                audit::append(connection, agency, act, &[AuditEvent::DeviceWiped { device }])?;
            }
            Ok(holder)
        })
    }
}

fn known(changed: usize) -> Result<(), StoreError> {
    if changed == 0 { Err(StoreError::NoSuch("device")) } else { Ok(()) }
}

struct Token {
    agency: AgencyId,
    device: DeviceId,
    used_at: Option<Timestamp>,
    replaced_at: Option<Timestamp>,
}

fn token(connection: &Connection, hash: &Hash) -> Result<Option<Token>, StoreError> {
    let token = connection
        .prepare_cached(
            "SELECT agency, device, used_at_ms, replaced_at_ms FROM refresh_tokens WHERE hash = ?1",
        )?
        .query_row([hash], |row| {
            Ok(Token {
                agency: get(row, 0)?,
                device: get(row, 1)?,
                used_at: get_any(row, 2)?,
                replaced_at: get_any(row, 3)?,
            })
        })
        .optional()?;
    Ok(token)
}

fn rotate(
    connection: &Connection,
    shown: &Hash,
    successor: &Hash,
    now: Timestamp,
) -> Result<Option<Shown>, StoreError> {
    let Some(token) = token(connection, shown)? else { return Ok(None) };
    let (agency, device) = (token.agency, token.device);
    let is_reuse = token.replaced_at.is_some() && end_session(connection, agency, device, now)?;
    let Some(holder) = holder(connection, agency, device)? else { return Ok(None) };
    if holder.standing() != Standing::Welcome {
        return Ok(Some(Shown { holder, is_reuse }));
    }
    if token.used_at.is_none() {
        replace_all_but(connection, &token, shown, now)?;
    }
    connection
        .prepare_cached(
            "INSERT INTO refresh_tokens (hash, agency, device, created_at_ms, parent)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((successor, Sql(agency), Sql(device), Sql(now), shown))?;
    connection
        .prepare_cached(
            "DELETE FROM refresh_tokens WHERE hash IN (
                 SELECT hash FROM refresh_tokens WHERE agency = ?1 AND device = ?2 AND parent = ?3
                     AND used_at_ms IS NULL AND replaced_at_ms IS NULL
                 ORDER BY hash = ?4 DESC, created_at_ms DESC LIMIT -1 OFFSET ?5)",
        )?
        .execute(params![Sql(agency), Sql(device), shown, successor, REFRESH_SUCCESSORS_MAX])?;
    Ok(Some(Shown { holder, is_reuse }))
}

/// The token is used for the first time: its parent and those beside it are good no more.
fn replace_all_but(
    connection: &Connection,
    token: &Token,
    shown: &Hash,
    now: Timestamp,
) -> Result<(), StoreError> {
    let of = (Sql(token.agency), Sql(token.device));
    connection
        .prepare_cached("UPDATE refresh_tokens SET used_at_ms = ?2 WHERE hash = ?1")?
        .execute((shown, Sql(now)))?;
    connection
        .prepare_cached(
            "UPDATE refresh_tokens SET replaced_at_ms = ?4
             WHERE agency = ?1 AND device = ?2 AND hash <> ?3 AND replaced_at_ms IS NULL",
        )?
        .execute((&of.0, &of.1, shown, Sql(now)))?;
    let forgotten = now.saturating_add_ms(-REPLACED_TOKEN_DAYS_KEPT * 24 * 3_600_000);
    connection
        .prepare_cached(
            "DELETE FROM refresh_tokens WHERE agency = ?1 AND device = ?2 AND replaced_at_ms < ?3",
        )?
        .execute((&of.0, &of.1, Sql(forgotten)))?;
    Ok(())
}

/// Ends a phone's session and tells the office. Says whether it had not ended before.
fn end_session(
    connection: &Connection,
    agency: AgencyId,
    device: DeviceId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let ended = connection.execute(
        "UPDATE devices SET session_ended_at_ms = ?3
         WHERE agency = ?1 AND id = ?2 AND session_ended_at_ms IS NULL",
        (Sql(agency), Sql(device), Sql(now)),
    )?;
    if ended == 0 {
        return Ok(false);
    }
    connection.execute(
        "INSERT INTO token_reuses (agency, device, detected_at_ms) VALUES (?1, ?2, ?3)",
        (Sql(agency), Sql(device), Sql(now)),
    )?;
    if let Some(holder) = holder(connection, agency, device)? {
        let (by, staff) = (Agent::Nobody, holder.staff.id);
        let reused = AuditEvent::RefreshTokenReused { device, staff };
        audit::append(connection, agency, Act { by, at: now }, &[reused])?;
    }
    Ok(true)
}

fn token_reuses(connection: &Connection, agency: AgencyId) -> Result<Vec<TokenReuse>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT device, staff, detected_at_ms FROM token_reuses
         JOIN devices ON devices.agency = token_reuses.agency AND devices.id = token_reuses.device
         WHERE token_reuses.agency = ?1 ORDER BY detected_at_ms DESC, device",
    )?;
    let rows = statement.query_map([Sql(agency)], |row| {
        Ok(TokenReuse { device: get(row, 0)?, staff: get(row, 1)?, detected_at: get(row, 2)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
