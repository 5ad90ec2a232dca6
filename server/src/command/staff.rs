//! `doorstep staff`: who works here, signs in, and on which cases.

use std::collections::HashMap;

use anyhow::{Context, bail};
use clap::Subcommand;
use doorstep_client_core::ids::StaffId;
use doorstep_client_core::record::Timestamp;
use doorstep_server::access::{Action, Actor, Relation, may};
use doorstep_server::agency::{self, NewMember};
use doorstep_server::auth::Bearer;
use doorstep_server::store::{Role, SignInName, StaffChange, StaffMember};
use serde_json::json;

use super::output::Output;
use super::workplace::Workplace;

/// Add staff, let them sign in, assign cases, make tokens for the office's API. People and cases go by name or by id.
#[derive(Subcommand)]
#[command(after_help = "Examples:
  doorstep staff add \"Kim Reyes\"
  doorstep staff add \"Olu Ade\" --role admin --sign-in olu.ade    prints the code with which Olu Ade sets a password
  doorstep staff reset \"Olu Ade\"                  the same for a forgotten password or a lost second factor
  doorstep staff leave \"Kim Reyes\"                her phones are locked, her sessions and assignments end
  doorstep staff cases                          every patient's case, and whose it is
  doorstep staff grant \"Kim Reyes\" \"Ada Long\"     assign Ada Long's case to Kim Reyes
  doorstep staff revoke \"Kim Reyes\" \"Ada Long\"    end that; her phone deletes the case at its next exchange
  curl -H \"Authorization: Bearer $(doorstep staff token 'Olu Ade')\" http://127.0.0.1:8787/v1/office/cases")]
pub(crate) enum Staff {
    /// Add a member of staff.
    Add {
        /// The person's name.
        name: String,
        /// What the person may do.
        #[arg(long, value_enum, default_value = "nurse")]
        role: Role,
        /// The name to sign in to the office by, for office and admin; prints the code that sets a password.
        #[arg(long, value_name = "NAME", value_parser = SignInName::parse)]
        sign_in: Option<SignInName>,
    },
    /// List everybody.
    List,
    /// List the cases and whose they are.
    Cases,
    /// Change what somebody may do.
    Role {
        /// The person's name or id.
        staff: String,
        /// What she may do from now on.
        #[arg(value_enum)]
        role: Role,
    },
    /// Somebody leaves: her sessions and assignments end, and her phones are locked at their next contact.
    Leave {
        /// The person's name or id.
        staff: String,
    },
    /// Somebody who left works here again. Assignments do not come back by themselves.
    Return {
        /// The person's name or id.
        staff: String,
    },
    /// Make a one-time code with which somebody of the office sets a password. Using it removes her second factor and
    /// ends her sessions.
    Reset {
        /// The person's name or id.
        staff: String,
        /// The name to sign in by from now on.
        #[arg(long, value_name = "NAME", value_parser = SignInName::parse)]
        sign_in: Option<SignInName>,
    },
    /// End somebody's sessions in every browser.
    SignOut {
        /// The person's name or id.
        staff: String,
    },
    /// Assign a case to a nurse.
    Grant {
        /// The nurse's name or id.
        staff: String,
        /// The patient's name or the case's id.
        case: String,
    },
    /// End a nurse's assignment to a case.
    Revoke {
        /// The nurse's name or id.
        staff: String,
        /// The patient's name or the case's id.
        case: String,
    },
    /// Make a token for the office's API; it holds for 12 hours.
    Token {
        /// The name or id of somebody whose role is office or admin.
        staff: String,
    },
}

impl Staff {
    pub(crate) fn run(self, at: &Workplace, output: Output) -> anyhow::Result<()> {
        match self {
            Self::Add { name, role, sign_in } => add(at, output, &name, role, sign_in),
            Self::List => list(at, output),
            Self::Cases => cases(at, output),
            Self::Role { staff, role } => change(at, output, &staff, StaffChange::Role(role)),
            Self::Leave { staff } => change(at, output, &staff, StaffChange::Leave),
            Self::Return { staff } => change(at, output, &staff, StaffChange::Return),
            Self::Reset { staff, sign_in } => reset(at, output, &staff, sign_in),
            Self::SignOut { staff } => {
                let staff = at.find_staff(&staff)?.id;
                let ended = at.store.end_sessions(at.agency.id, staff, at.act())?;
                output.say(&format!("{ended} sessions have ended."), &json!({"staff": staff, "ended": ended}))
            }
            Self::Grant { staff, case } => {
                let (staff, case) = (at.find_staff(&staff)?.id, at.find_case(&case)?);
                let seq = at.store.grant(at.agency.id, case, staff, at.act())?;
                output.say("Assigned.", &json!({"staff": staff, "scope": case, "seq": seq}))
            }
            Self::Revoke { staff, case } => {
                let (staff, case) = (at.find_staff(&staff)?.id, at.find_case(&case)?);
                let Some(seq) = at.store.revoke(at.agency.id, case, staff, at.act())? else {
                    bail!("the case is not assigned to that nurse");
                };
                output.say("The assignment has ended.", &json!({"staff": staff, "scope": case, "seq": seq}))
            }
            Self::Token { staff } => token(at, output, &staff),
        }
    }
}

fn add(
    at: &Workplace,
    output: Output,
    name: &str,
    role: Role,
    sign_in_name: Option<SignInName>,
) -> anyhow::Result<()> {
    if sign_in_name.is_some() && !role.is_of_office() {
        bail!("a nurse has a phone and no sign-in name: leave --sign-in out, or say --role office");
    }
    let new = NewMember { name, role, sign_in_name: sign_in_name.clone() };
    let member = agency::hire_by(&*at.store, &*at.environment, at.agency.id, new, at.act())?;
    let code = sign_in_name.as_ref().map(|_| code(at, &member)).transpose()?;
    let next = match (&code, &sign_in_name, role) {
        (Some(code), Some(name), _) => code.words(name),
        (_, _, Role::Nurse) => format!("Enrol her phone with: doorstep device invite {}", member.id),
        _ => format!("Let her sign in with: doorstep staff reset {} --sign-in NAME", member.id),
    };
    output.say(
        &format!("Added {} ({}, {}). {next}", member.name, role.code(), member.id),
        &json!({
            "id": member.id, "name": member.name, "role": role, "sign_in_name": sign_in_name,
            "code": code.as_ref().map(|code| &code.code), "expires_at": code.as_ref().map(|code| code.expires_at),
        }),
    )
}

/// A one-time code that sets a password.
struct Code {
    code: String,
    expires_at: Timestamp,
}

impl Code {
    fn words(&self, name: &SignInName) -> String {
        format!(
            "\n{}\nis the one-time code with which {name} sets a password, within 24 hours, at \
             http://127.0.0.1:8787/office/password",
            self.code
        )
    }
}

fn code(at: &Workplace, member: &StaffMember) -> anyhow::Result<Code> {
    let (code, expires_at) = at.sign_ins().reset(at.agency.id, member.id, at.act().by)?;
    Ok(Code { code: code.to_string(), expires_at })
}

fn reset(
    at: &Workplace,
    output: Output,
    staff: &str,
    sign_in_name: Option<SignInName>,
) -> anyhow::Result<()> {
    let member = at.find_staff(staff)?;
    if !member.is_active || !member.role.is_of_office() {
        bail!("only active staff whose role is office or admin sign in; see doorstep staff role");
    }
    if let Some(name) = sign_in_name {
        at.store.set_sign_in_name(at.agency.id, member.id, name, at.act())?;
    }
    let account = at.store.account(at.agency.id, member.id)?;
    let name = account
        .with_context(|| format!("{} has no sign-in name: give one with --sign-in", member.name))?
        .name;
    let code = code(at, &member)?;
    output.say(
        code.words(&name).trim_start(),
        &json!({
            "staff": member.id, "sign_in_name": name, "code": code.code, "expires_at": code.expires_at,
        }),
    )
}

fn change(at: &Workplace, output: Output, staff: &str, change: StaffChange) -> anyhow::Result<()> {
    let staff = at.find_staff(staff)?.id;
    let changed = agency::change(&*at.store, at.agency.id, staff, change, at.act())?;
    let member = changed.context("the agency would have no admin left: make somebody else one first")?;
    let stands = if member.is_active { "works here" } else { "has left" };
    output.say(
        &format!("{} {stands}, as {}.", member.name, member.role.code()),
        &json!({"id": member.id, "name": member.name, "role": member.role, "is_active": member.is_active}),
    )
}

fn list(at: &Workplace, output: Output) -> anyhow::Result<()> {
    let snapshot = at.snapshot()?;
    let accounts = at.store.account_states(at.agency.id)?;
    let (mut rows, mut values) = (Vec::new(), Vec::new());
    for member in snapshot.all_staff()? {
        let cases = snapshot.grants_of(member.id)?.iter().filter(|grant| grant.is_current()).count();
        let account = accounts.iter().find(|account| account.staff == member.id);
        let name = account.map(|account| account.name.to_string());
        let role = if member.is_active { member.role.code() } else { "has left" }.to_owned();
        let signs_in = name.clone().unwrap_or_default();
        rows.push(vec![member.name.clone(), role, cases.to_string(), signs_in, member.id.to_string()]);
        values.push(json!({
            "id": member.id, "name": member.name, "role": member.role, "is_active": member.is_active,
            "cases": cases, "sign_in_name": name,
            "has_password": account.is_some_and(|account| account.has_password),
            "has_second_factor": account.is_some_and(|account| account.has_second_factor),
        }));
    }
    output.table(&["Name", "Role", "Cases", "Signs in as", "Id"], rows, &values)
}

fn cases(at: &Workplace, output: Output) -> anyhow::Result<()> {
    let snapshot = at.snapshot()?;
    let names: HashMap<StaffId, String> =
        snapshot.all_staff()?.into_iter().map(|member| (member.id, member.name)).collect();
    let (mut rows, mut values) = (Vec::new(), Vec::new());
    for case in snapshot.cases(at.environment.now())? {
        let (id, title) = (case.scope.id, case.scope.title);
        let nurses: Vec<&str> =
            case.nurses.iter().filter_map(|nurse| Some(names.get(nurse)?.as_str())).collect();
        rows.push(vec![title.clone(), nurses.join(", "), case.records.to_string(), id.to_string()]);
        values.push(json!({"id": id, "title": title, "nurses": case.nurses, "records": case.records}));
    }
    output.table(&["Patient", "Nurses", "Records", "Id"], rows, &values)
}

fn token(at: &Workplace, output: Output, staff: &str) -> anyhow::Result<()> {
    let member = at.find_staff(staff)?;
    if !may(Actor::of(at.agency.id, &member), Action::Oversee, Relation::Agency.of(at.agency.id)) {
        bail!("only staff whose role is office or admin can use the office's API");
    }
    let (token, ends_at) = at.keys.issue(Bearer::Staff(at.agency.id, member.id), at.environment.now())?;
    output.say(&token, &json!({"token": token, "expires_at": ends_at}))
}
