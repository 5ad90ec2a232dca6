//! Attempts to sign in, and the sessions that they begin.

use doorstep_client_core::ids::{AgencyId, StaffId};
use doorstep_client_core::record::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::accounts::find_account;
use super::audit;
use super::people::{STAFF_COLUMNS, agencies, staff_member};
use super::row::{Sql, get};
use crate::limits::{
    ACCOUNT_FAILURES_COUNTED_MINUTES, ACCOUNT_FAILURES_MAX, ACCOUNT_LOCK_OUT_MINUTES,
    BROWSERS_PER_PERSON_MAX, SESSION_HOURS_MAX, SESSION_IDLE_MINUTES_MAX, SESSIONS_PER_PERSON_MAX,
};
use crate::store::accounts::Hash;
use crate::store::{
    Account, Act, Agent, Attempt, AuditEvent, Begun, FailedAttempt, NewSession, Session, StoreError,
};

const MINUTE_MS: i64 = 60_000;

pub(super) fn begin_attempt(
    connection: &Connection,
    attempt: &Attempt,
    now: Timestamp,
) -> Result<Option<Begun>, StoreError> {
    let (account, counted_under) = match attempt {
        Attempt::Name { name, name_hash, browser } => {
            let account = find_account(connection, "accounts.sign_in_name = ?1", [name])?;
            let known = match (&account, browser) {
                (Some(account), Some(browser)) => is_known(connection, account, browser)?.then_some(*browser),
                _ => None,
            };
            (account, known.unwrap_or(*name_hash))
        }
        Attempt::Session(hash) => {
            let of_session = "(accounts.agency, accounts.staff) IN
                (SELECT agency, staff FROM sessions WHERE hash = ?1)";
            (find_account(connection, of_session, [hash])?, *hash)
        }
    };
    let is_counted = count(connection, &counted_under, now)?;
    Ok(is_counted.then_some(Begun { counted_under, account }))
}

fn is_known(connection: &Connection, account: &Account, browser: &Hash) -> Result<bool, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT 1 FROM browsers WHERE agency = ?1 AND staff = ?2 AND hash = ?3")?;
    Ok(statement.exists((Sql(account.agency), Sql(account.member.id), browser))?)
}

/// Counts one more attempt; false where no more are taken.
fn count(connection: &Connection, counted_under: &Hash, now: Timestamp) -> Result<bool, StoreError> {
    // A clock that was turned back must not keep anybody out for longer.
    let longest = ACCOUNT_FAILURES_COUNTED_MINUTES.max(ACCOUNT_LOCK_OUT_MINUTES);
    connection
        .prepare_cached("DELETE FROM sign_in_attempts WHERE until_ms <= ?1 OR until_ms > ?2")?
        .execute((Sql(now), Sql(now.saturating_add_ms(longest * MINUTE_MS))))?;
    let until = now.saturating_add_ms(ACCOUNT_FAILURES_COUNTED_MINUTES * MINUTE_MS);
    let counted = connection
        .prepare_cached(
            "INSERT INTO sign_in_attempts (counted_under, attempts, until_ms) VALUES (?1, 1, ?2)
             ON CONFLICT (counted_under) DO UPDATE SET attempts = attempts + 1
             WHERE attempts < ?3 AND NOT is_locked_out",
        )?
        .execute((counted_under, Sql(until), ACCOUNT_FAILURES_MAX))?;
    Ok(counted > 0)
}

pub(super) fn fail_attempt(
    connection: &Connection,
    failed: FailedAttempt,
    now: Timestamp,
) -> Result<(), StoreError> {
    let act = Act { by: Agent::Nobody, at: now };
    let is_locked_out = match &failed.counted_under {
        Some(counted_under) => lock_out(connection, counted_under, now)?,
        None => false,
    };
    if let Some((agency, staff)) = failed.account {
        let staff = Some(staff);
        let mut events = vec![AuditEvent::SignInFailed { staff }];
        events.extend(is_locked_out.then_some(AuditEvent::SignInLockedOut { staff }));
        audit::append(connection, agency, act, &events)?;
    }
    if failed.is_address_locked_out {
        let agency = match failed.account {
            Some((agency, _)) => Some(agency),
            None => only_agency(connection)?,
        };
        if let Some(agency) = agency {
            audit::append(connection, agency, act, &[AuditEvent::SignInLockedOut { staff: None }])?;
        }
    }
    Ok(())
}

/// Locks out what has failed as often as it may. Says whether it was not before.
fn lock_out(connection: &Connection, counted_under: &Hash, now: Timestamp) -> Result<bool, StoreError> {
    let until = now.saturating_add_ms(ACCOUNT_LOCK_OUT_MINUTES * MINUTE_MS);
    let locked_out = connection
        .prepare_cached(
            "UPDATE sign_in_attempts SET is_locked_out = 1, until_ms = ?2
             WHERE counted_under = ?1 AND attempts >= ?3 AND NOT is_locked_out",
        )?
        .execute((counted_under, Sql(until), ACCOUNT_FAILURES_MAX))?;
    Ok(locked_out > 0)
}

fn only_agency(connection: &Connection) -> Result<Option<AgencyId>, StoreError> {
    let agencies = agencies(connection)?;
    Ok(if let [agency] = agencies.as_slice() { Some(agency.id) } else { None })
}

pub(super) fn forgive_attempt(connection: &Connection, counted_under: &Hash) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE sign_in_attempts SET attempts = max(attempts - 1, 0) WHERE counted_under = ?1",
        [counted_under],
    )?;
    Ok(())
}

fn forgive_all(connection: &Connection, counted_under: &Hash) -> Result<(), StoreError> {
    connection.execute("DELETE FROM sign_in_attempts WHERE counted_under = ?1", [counted_under])?;
    Ok(())
}

pub(super) fn begin_checked(
    connection: &Connection,
    counted_under: &Hash,
    checked: &Account,
    session: &NewSession,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (agency, staff) = (checked.agency, checked.member.id);
    let is_as_checked = connection.execute(
        "UPDATE accounts SET second_factor_step = coalesce(?5, second_factor_step)
         WHERE agency = ?1 AND staff = ?2 AND password = ?3 AND second_factor IS ?4
             AND (?5 IS NULL OR second_factor_step IS NULL OR second_factor_step < ?5)
             AND EXISTS (SELECT 1 FROM staff WHERE staff.agency = ?1 AND staff.id = ?2 AND is_active
                 AND role = ?6)",
        params![
            Sql(agency),
            Sql(staff),
            checked.password,
            checked.second_factor,
            session.second_factor_step.map(Sql),
            Sql(checked.member.role),
        ],
    )? > 0;
    if is_as_checked {
        forgive_all(connection, counted_under)?;
        begin(connection, agency, staff, session, now)?;
    }
    Ok(is_as_checked)
}

/// Begins a session and remembers its browser. What a person has too many of, or what has ended, goes.
pub(super) fn begin(
    connection: &Connection,
    agency: AgencyId,
    staff: StaffId,
    session: &NewSession,
    now: Timestamp,
) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM sessions WHERE began_at_ms <= ?1 OR seen_at_ms <= ?2",
        (
            Sql(now.saturating_add_ms(-SESSION_HOURS_MAX * 60 * MINUTE_MS)),
            Sql(now.saturating_add_ms(-SESSION_IDLE_MINUTES_MAX * MINUTE_MS)),
        ),
    )?;
    connection.execute(
        "INSERT INTO sessions (hash, agency, staff, browser, began_at_ms, seen_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
        (session.hash, Sql(agency), Sql(staff), session.browser, Sql(now)),
    )?;
    connection.execute(
        "DELETE FROM sessions WHERE hash IN (
             SELECT hash FROM sessions WHERE agency = ?1 AND staff = ?2
             ORDER BY hash = ?3 DESC, began_at_ms DESC LIMIT -1 OFFSET ?4)",
        params![Sql(agency), Sql(staff), session.hash, SESSIONS_PER_PERSON_MAX],
    )?;
    connection.execute(
        "INSERT INTO browsers (hash, agency, staff, used_at_ms) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET used_at_ms = excluded.used_at_ms",
        (session.browser, Sql(agency), Sql(staff), Sql(now)),
    )?;
    connection.execute(
        "DELETE FROM browsers WHERE agency = ?1 AND staff = ?2 AND hash IN (
             SELECT hash FROM browsers WHERE agency = ?1 AND staff = ?2
             ORDER BY hash = ?3 DESC, used_at_ms DESC LIMIT -1 OFFSET ?4)",
        params![Sql(agency), Sql(staff), session.browser, BROWSERS_PER_PERSON_MAX],
    )?;
    let is_second_factor_used = session.second_factor_step.is_some();
    let act = Act { by: Agent::Staff(staff), at: now };
    audit::append(connection, agency, act, &[AuditEvent::SignedIn { is_second_factor_used }])
}

pub(super) fn session(connection: &Connection, hash: &Hash) -> Result<Option<Session>, StoreError> {
    let session = connection
        .prepare_cached(&format!(
            "SELECT sessions.agency, accounts.sign_in_name, accounts.second_factor IS NOT NULL, began_at_ms,
                 seen_at_ms, {STAFF_COLUMNS}
             FROM sessions
             JOIN accounts ON accounts.agency = sessions.agency AND accounts.staff = sessions.staff
             JOIN staff ON staff.agency = sessions.agency AND staff.id = sessions.staff
             WHERE sessions.hash = ?1"
        ))?
        .query_row([hash], |row| {
            Ok(Session {
                agency: get(row, 0)?,
                name: get(row, 1)?,
                has_second_factor: row.get(2)?,
                began_at: get(row, 3)?,
                seen_at: get(row, 4)?,
                member: staff_member(row, 5)?,
            })
        })
        .optional()?;
    Ok(session)
}

pub(super) fn end(connection: &Connection, hash: &Hash, act: Act) -> Result<(), StoreError> {
    let ended: Option<(AgencyId, StaffId)> = connection
        .query_row("DELETE FROM sessions WHERE hash = ?1 RETURNING agency, staff", [hash], |row| {
            Ok((get(row, 0)?, get(row, 1)?))
        })
        .optional()?;
    match ended {
        Some((agency, staff)) => audit::append(connection, agency, act, &[AuditEvent::SignedOut { staff }]),
        None => Ok(()),
    }
}

/// Ends the sessions of a member of staff but the one that is kept.
pub(super) fn end_all(
    connection: &Connection,
    agency: AgencyId,
    staff: StaffId,
    kept: Option<&Hash>,
    act: Act,
) -> Result<usize, StoreError> {
    let ended = connection.execute(
        "DELETE FROM sessions WHERE agency = ?1 AND staff = ?2 AND hash IS NOT ?3",
        (Sql(agency), Sql(staff), kept),
    )?;
    if ended > 0 {
        audit::append(connection, agency, act, &[AuditEvent::SignedOut { staff }])?;
    }
    Ok(ended)
}

/// Forgets the browsers of a member of staff but that of the session that is kept.
pub(super) fn forget_browsers(
    connection: &Connection,
    agency: AgencyId,
    staff: StaffId,
    kept: Option<&Hash>,
) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM browsers WHERE agency = ?1 AND staff = ?2
             AND hash IS NOT (SELECT browser FROM sessions WHERE hash = ?3)",
        (Sql(agency), Sql(staff), kept),
    )?;
    Ok(())
}
