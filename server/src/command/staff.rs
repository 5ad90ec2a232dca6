//! `doorstep staff`: who works here, and on which cases.

use std::collections::HashMap;

use anyhow::bail;
use clap::Subcommand;
use doorstep_client_core::ids::StaffId;
use doorstep_server::access::{Action, Actor, Relation, may};
use doorstep_server::agency;
use doorstep_server::auth::Bearer;
use doorstep_server::store::Role;
use serde_json::json;

use super::output::Output;
use super::workplace::Workplace;

/// Add staff, assign cases, make tokens for the office's API. People and cases go by name or by id.
#[derive(Subcommand)]
#[command(after_help = "Examples:
  doorstep staff add \"Kim Reyes\"
  doorstep staff add \"Olu Ade\" --role office
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
    },
    /// List everybody.
    List,
    /// List the cases and whose they are.
    Cases,
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
            Self::Add { name, role } => add(at, output, &name, role),
            Self::List => list(at, output),
            Self::Cases => cases(at, output),
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

fn add(at: &Workplace, output: Output, name: &str, role: Role) -> anyhow::Result<()> {
    let member = agency::hire(&*at.store, &*at.environment, at.agency.id, name, role)?;
    let next = match role {
        Role::Nurse => "Enrol her phone with: doorstep device invite",
        Role::Office | Role::Admin => "Make a token for the office's API with: doorstep staff token",
    };
    output.say(
        &format!("Added {} ({}, {}). {next} {}", member.name, role.code(), member.id, member.id),
        &json!({"id": member.id, "name": member.name, "role": role}),
    )
}

fn list(at: &Workplace, output: Output) -> anyhow::Result<()> {
    let snapshot = at.snapshot()?;
    let (mut rows, mut values) = (Vec::new(), Vec::new());
    for member in snapshot.all_staff()? {
        let cases = snapshot.grants_of(member.id)?.iter().filter(|grant| grant.is_current()).count();
        let role = member.role.code().to_owned();
        rows.push(vec![member.name.clone(), role, cases.to_string(), member.id.to_string()]);
        values.push(json!({
            "id": member.id, "name": member.name, "role": member.role, "is_active": member.is_active,
            "cases": cases,
        }));
    }
    output.table(&["Name", "Role", "Cases", "Id"], rows, &values)
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
