//! Names, passwords, second factors and one-time codes.

use doorstep_client_core::ids::{AgencyId, StaffId};
use doorstep_client_core::record::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::people::{STAFF_COLUMNS, add_staff, new, staff_member};
use super::row::{Sql, get};
use super::{SqliteStore, audit, lifecycle, sessions};
use crate::store::accounts::Hash;
use crate::store::{
    Account, AccountState, Accounts, Act, Agent, Attempt, AuditEvent, Begun, FailedAttempt, NewSession,
    Session, SignInName, StaffChange, StaffMember, StoreError,
};

impl Accounts for SqliteStore {
    fn hire(
        &self,
        agency: AgencyId,
        member: StaffMember,
        name: Option<SignInName>,
        act: Act,
    ) -> Result<(), StoreError> {
        self.writer.run(move |connection| {
            add_staff(connection, agency, &member)?;
            if let Some(name) = name {
                name_account(connection, agency, member.id, &name)?;
            }
            audit::append(connection, agency, act, &[lifecycle::changed(&member)])
        })
    }

    fn set_sign_in_name(
        &self,
        agency: AgencyId,
        staff: StaffId,
        name: SignInName,
        act: Act,
    ) -> Result<(), StoreError> {
        self.writer.run(move |connection| {
            let member = member(connection, agency, staff)?;
            name_account(connection, agency, staff, &name)?;
            audit::append(connection, agency, act, &[lifecycle::changed(&member)])
        })
    }

    fn change_staff(
        &self,
        agency: AgencyId,
        staff: StaffId,
        change: StaffChange,
        act: Act,
    ) -> Result<Option<StaffMember>, StoreError> {
        self.writer.run(move |connection| lifecycle::change_staff(connection, agency, staff, change, act))
    }

    fn account(&self, agency: AgencyId, staff: StaffId) -> Result<Option<Account>, StoreError> {
        account(&*self.readers.begin()?, agency, staff)
    }

    fn account_states(&self, agency: AgencyId) -> Result<Vec<AccountState>, StoreError> {
        account_states(&*self.readers.begin()?, agency)
    }

    fn add_password_code(
        &self,
        agency: AgencyId,
        staff: StaffId,
        code: Hash,
        expires_at: Timestamp,
        act: Act,
    ) -> Result<(), StoreError> {
        self.writer.run(move |connection| add_code(connection, agency, staff, &code, expires_at, act))
    }

    fn code_holder(&self, code: Hash, now: Timestamp) -> Result<Option<Account>, StoreError> {
        code_holder(&*self.readers.begin()?, &code, now)
    }

    fn redeem_password_code(
        &self,
        code: Hash,
        password: String,
        session: NewSession,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.writer.run(move |connection| redeem(connection, &code, &password, &session, now))
    }

    fn change_password(
        &self,
        checked: Account,
        password: String,
        kept: Hash,
        act: Act,
    ) -> Result<bool, StoreError> {
        self.writer.run(move |connection| change_password(connection, &checked, &password, &kept, act))
    }

    fn begin_second_factor(
        &self,
        agency: AgencyId,
        staff: StaffId,
        secret: Vec<u8>,
    ) -> Result<(), StoreError> {
        self.writer.run(move |connection| {
            let begun = connection.execute(
                "UPDATE accounts SET second_factor_begun = ?3 WHERE agency = ?1 AND staff = ?2",
                (Sql(agency), Sql(staff), secret),
            )?;
            if begun == 0 { Err(StoreError::NoSuch("account")) } else { Ok(()) }
        })
    }

    fn confirm_second_factor(
        &self,
        agency: AgencyId,
        staff: StaffId,
        secret: Vec<u8>,
        step: u64,
        act: Act,
    ) -> Result<bool, StoreError> {
        self.writer.run(move |connection| {
            let confirmed = connection.execute(
                "UPDATE accounts SET second_factor = ?3, second_factor_step = ?4, second_factor_begun = NULL
                 WHERE agency = ?1 AND staff = ?2 AND second_factor_begun = ?3 AND second_factor IS NULL",
                (Sql(agency), Sql(staff), secret, Sql(step)),
            )?;
            set_second_factor(connection, agency, staff, true, confirmed, act)
        })
    }

    fn remove_second_factor(&self, checked: Account, act: Act) -> Result<bool, StoreError> {
        self.writer.run(move |connection| {
            let (agency, staff) = (checked.agency, checked.member.id);
            let removed = connection.execute(
                "UPDATE accounts SET second_factor = NULL, second_factor_step = NULL, second_factor_begun = NULL
                 WHERE agency = ?1 AND staff = ?2 AND password IS ?3 AND second_factor IS NOT NULL",
                (Sql(agency), Sql(staff), checked.password),
            )?;
            set_second_factor(connection, agency, staff, false, removed, act)
        })
    }

    fn begin_attempt(&self, attempt: Attempt, now: Timestamp) -> Result<Option<Begun>, StoreError> {
        self.writer.run(move |connection| sessions::begin_attempt(connection, &attempt, now))
    }

    fn fail_attempt(&self, failed: FailedAttempt, now: Timestamp) -> Result<(), StoreError> {
        self.writer.run(move |connection| sessions::fail_attempt(connection, failed, now))
    }

    fn forgive_attempt(&self, counted_under: Hash) -> Result<(), StoreError> {
        self.writer.run(move |connection| sessions::forgive_attempt(connection, &counted_under))
    }

    fn begin_session(
        &self,
        counted_under: Hash,
        checked: Account,
        session: NewSession,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.writer.run(move |connection| {
            sessions::begin_checked(connection, &counted_under, &checked, &session, now)
        })
    }

    fn session(&self, hash: Hash) -> Result<Option<Session>, StoreError> {
        sessions::session(&*self.readers.begin()?, &hash)
    }

    fn note_session(&self, hash: Hash, now: Timestamp) -> Result<(), StoreError> {
        self.writer.run(move |connection| {
            connection.execute(
                "UPDATE sessions SET seen_at_ms = max(seen_at_ms, ?2) WHERE hash = ?1",
                (hash, Sql(now)),
            )?;
            Ok(())
        })
    }

    fn end_session(&self, hash: Hash, act: Act) -> Result<(), StoreError> {
        self.writer.run(move |connection| sessions::end(connection, &hash, act))
    }

    fn end_sessions(&self, agency: AgencyId, staff: StaffId, act: Act) -> Result<usize, StoreError> {
        self.writer.run(move |connection| {
            member(connection, agency, staff)?;
            sessions::end_all(connection, agency, staff, None, act)
        })
    }
}

const ACCOUNT_COLUMNS: &str =
    "accounts.agency, accounts.sign_in_name, accounts.password, accounts.second_factor,
    accounts.second_factor_begun";
const ACCOUNT_COLUMNS_COUNT: usize = 5;

/// The account that `condition` finds.
pub(super) fn find_account(
    connection: &Connection,
    condition: &str,
    parameters: impl rusqlite::Params,
) -> Result<Option<Account>, StoreError> {
    let account = connection
        .prepare_cached(&format!(
            "SELECT {ACCOUNT_COLUMNS}, {STAFF_COLUMNS} FROM accounts
             JOIN staff ON staff.agency = accounts.agency AND staff.id = accounts.staff
             WHERE {condition}"
        ))?
        .query_row(parameters, account_row)
        .optional()?;
    Ok(account)
}

fn account_row(row: &Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        agency: get(row, 0)?,
        name: get(row, 1)?,
        password: row.get(2)?,
        second_factor: row.get(3)?,
        second_factor_begun: row.get(4)?,
        member: staff_member(row, ACCOUNT_COLUMNS_COUNT)?,
    })
}

fn account(connection: &Connection, agency: AgencyId, staff: StaffId) -> Result<Option<Account>, StoreError> {
    let condition = "accounts.agency = ?1 AND accounts.staff = ?2";
    find_account(connection, condition, (Sql(agency), Sql(staff)))
}

fn account_states(connection: &Connection, agency: AgencyId) -> Result<Vec<AccountState>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT staff, sign_in_name, password IS NOT NULL, second_factor IS NOT NULL FROM accounts
         WHERE agency = ?1 ORDER BY sign_in_name",
    )?;
    let rows = statement.query_map([Sql(agency)], |row| {
        Ok(AccountState {
            staff: get(row, 0)?,
            name: get(row, 1)?,
            has_password: row.get(2)?,
            has_second_factor: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn name_account(
    connection: &Connection,
    agency: AgencyId,
    staff: StaffId,
    name: &SignInName,
) -> Result<(), StoreError> {
    let named = connection.execute(
        "INSERT INTO accounts (agency, staff, sign_in_name) VALUES (?1, ?2, ?3)
         ON CONFLICT (agency, staff) DO UPDATE SET sign_in_name = excluded.sign_in_name",
        (Sql(agency), Sql(staff), name.as_str()),
    );
    new(named, "a sign-in name")
}

pub(super) fn member(
    connection: &Connection,
    agency: AgencyId,
    staff: StaffId,
) -> Result<StaffMember, StoreError> {
    connection
        .prepare_cached(&format!("SELECT {STAFF_COLUMNS} FROM staff WHERE agency = ?1 AND id = ?2"))?
        .query_row((Sql(agency), Sql(staff)), |row| staff_member(row, 0))
        .optional()?
        .ok_or(StoreError::NoSuch("member of staff"))
}

pub(super) fn forget_codes(
    connection: &Connection,
    agency: AgencyId,
    staff: StaffId,
) -> Result<(), StoreError> {
    connection
        .execute("DELETE FROM password_codes WHERE agency = ?1 AND staff = ?2", (Sql(agency), Sql(staff)))?;
    Ok(())
}

fn add_code(
    connection: &Connection,
    agency: AgencyId,
    staff: StaffId,
    code: &Hash,
    expires_at: Timestamp,
    act: Act,
) -> Result<(), StoreError> {
    let account = account(connection, agency, staff)?;
    let is_of_office = |account: &Account| account.member.is_active && account.member.role.is_of_office();
    if !account.as_ref().is_some_and(is_of_office) {
        return Err(StoreError::NoSuch("account of somebody who works in the office"));
    }
    forget_codes(connection, agency, staff)?;
    let added = connection.execute(
        "INSERT INTO password_codes (hash, agency, staff, expires_at_ms) VALUES (?1, ?2, ?3, ?4)",
        (code, Sql(agency), Sql(staff), Sql(expires_at)),
    );
    new(added, "a code")?;
    audit::append(connection, agency, act, &[AuditEvent::PasswordSet { staff }])
}

fn code_holder(connection: &Connection, code: &Hash, now: Timestamp) -> Result<Option<Account>, StoreError> {
    let condition = "staff.is_active AND (accounts.agency, accounts.staff) IN
        (SELECT agency, staff FROM password_codes WHERE hash = ?1 AND expires_at_ms > ?2)";
    find_account(connection, condition, (code, Sql(now)))
}

fn redeem(
    connection: &Connection,
    code: &Hash,
    password: &str,
    session: &NewSession,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(account) = code_holder(connection, code, now)? else { return Ok(false) };
    let (agency, staff) = (account.agency, account.member.id);
    let act = Act { by: Agent::Staff(staff), at: now };
    forget_codes(connection, agency, staff)?;
    connection.execute(
        "UPDATE accounts SET password = ?3, second_factor = NULL, second_factor_step = NULL,
             second_factor_begun = NULL
         WHERE agency = ?1 AND staff = ?2",
        params![Sql(agency), Sql(staff), password],
    )?;
    audit::append(connection, agency, act, &[AuditEvent::PasswordSet { staff }])?;
    if account.second_factor.is_some() {
        set_second_factor(connection, agency, staff, false, 1, act)?;
    }
    sessions::end_all(connection, agency, staff, None, act)?;
    sessions::forget_browsers(connection, agency, staff, None)?;
    sessions::begin(connection, agency, staff, session, now)?;
    Ok(true)
}

fn change_password(
    connection: &Connection,
    checked: &Account,
    password: &str,
    kept: &Hash,
    act: Act,
) -> Result<bool, StoreError> {
    let (agency, staff) = (checked.agency, checked.member.id);
    let is_changed = connection.execute(
        "UPDATE accounts SET password = ?3 WHERE agency = ?1 AND staff = ?2 AND password IS ?4",
        params![Sql(agency), Sql(staff), password, checked.password],
    )? > 0;
    if is_changed {
        forget_codes(connection, agency, staff)?;
        audit::append(connection, agency, act, &[AuditEvent::PasswordSet { staff }])?;
        sessions::end_all(connection, agency, staff, Some(kept), act)?;
        sessions::forget_browsers(connection, agency, staff, Some(kept))?;
    }
    Ok(is_changed)
}

fn set_second_factor(
    connection: &Connection,
    agency: AgencyId,
    staff: StaffId,
    is_on: bool,
    changed: usize,
    act: Act,
) -> Result<bool, StoreError> {
    if changed > 0 {
        audit::append(connection, agency, act, &[AuditEvent::SecondFactorSet { staff, is_on }])?;
    }
    Ok(changed > 0)
}
