//! What the office sees when the day is over, and how to look for oneself.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};

use anyhow::Context;
use doorstep_client_core::document::ConflictingValue;
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::StaffId;
use doorstep_server::agency;
use doorstep_server::auth::{Bearer, OneTimeCode, Visitor};
use doorstep_server::store::{Act, Agent, CaseSummary, Role, SignInName, Snapshot, StaffMember};

use super::check::load;
use super::story::{Cast, Story};

type Names = HashMap<StaffId, String>;

impl Story<'_> {
    /// The merged caseload, and the fields that two people wrote differently.
    pub(super) fn show_office(&self, cast: &Cast) -> anyhow::Result<()> {
        let snapshot = self.app.store.snapshot(cast.agency.id)?;
        let names: Names = snapshot.all_staff()?.into_iter().map(|member| (member.id, member.name)).collect();
        let row = |case: &CaseSummary| {
            let nurses: Vec<&str> = case.nurses.iter().map(|nurse| name(&names, Some(*nurse))).collect();
            let conflicts = if case.conflicts > 0 { case.conflicts.to_string() } else { String::new() };
            vec![case.scope.title.clone(), nurses.join(", "), case.records.to_string(), conflicts]
        };
        let cases = snapshot.cases(self.clock.now())?;
        self.tell("What the office sees, merged:")?;
        self.output.table(&["Patient", "Nurses", "Records", "To settle"], cases.iter().map(row), &())?;
        self.tell_conflicts(&*snapshot, &names)
    }

    fn tell_conflicts(&self, snapshot: &dyn Snapshot, names: &Names) -> anyhow::Result<()> {
        for view in snapshot.in_conflict()? {
            let scope = snapshot.scope(view.stamp.scope)?.context("a record has no scope")?;
            for conflict in load(snapshot, view.stamp.record)?.conflicts() {
                let said = |value: &ConflictingValue| format!("{} ({})", value.value, name(names, value.by));
                let values: Vec<String> = conflict.values.iter().map(said).collect();
                self.tell(&format!(
                    "{}, {}: {} is {}; all are kept until somebody picks one.",
                    scope.title,
                    view.stamp.kind.display().to_lowercase(),
                    conflict.path.replace('_', " "),
                    values.join(" or "),
                ))?;
            }
        }
        Ok(())
    }

    /// How to open the office, to be one of the nurses, and to ask the office's API.
    pub(super) fn invite_the_user(&self, cast: &Cast) -> anyhow::Result<()> {
        let bearer = Bearer::Staff(cast.agency.id, cast.office.id);
        let (token, _) = self.app.keys.issue(bearer, self.clock.now())?;
        // One who has something to settle, if anybody has.
        let cases = self.app.store.snapshot(cast.agency.id)?.cases(self.clock.now())?;
        let settles = |nurse: &&StaffMember| {
            cases.iter().any(|case| case.conflicts > 0 && case.nurses.contains(&nurse.id))
        };
        let nurse = cast.nurses.iter().find(settles).or(cast.nurses.first());
        let nurse = nurse.context("the made-up agency has no nurse")?;
        let (code, _) = self.app.enrolments.invite(cast.agency.id, nurse.id, Agent::Staff(cast.office.id))?;
        let accounts = self.make_accounts(cast)?;
        let (url, doorstep) = (&self.url, this_command()?);
        self.output.say(
            &format!(
                "\nThe office is open in your browser: {url}\n\
                 Sign in with one of these; the passwords were made just now and go with the demo:\n{accounts}\
                 The day goes on until Ctrl-C: every few seconds a nurse arrives, writes, leaves or loses her signal.\n\
                 In another terminal, be {}, with a phone in a folder of its own:\n  \
                 export DOORSTEP_PHONE=doorstep-demo-phone\n  \
                 {doorstep} nurse enrol --server {url} {code}\n  {doorstep} nurse sync\n  {doorstep} nurse today\n  \
                 {doorstep} nurse conflicts\n\
                 or ask the office's API:\n  curl -H 'Authorization: Bearer {token}' {url}/v1/office/cases",
                nurse.name
            ),
            &(),
        )
    }

    /// An admin and somebody of the office, with passwords out of the system's randomness.
    fn make_accounts(&self, cast: &Cast) -> anyhow::Result<String> {
        let (store, agency) = (&*self.app.store, cast.agency.id);
        let act = Act { by: Agent::Command, at: self.clock.now() };
        let admin = agency::hire(store, &*self.clock, agency, "Ada Admin", Role::Admin)?;
        let mut accounts = String::new();
        for (member, name) in [(&admin, "admin"), (&cast.office, "office")] {
            let sign_in_name = SignInName::parse(name)?;
            store.set_sign_in_name(agency, member.id, sign_in_name, act)?;
            let (code, _) = self.app.sign_ins.reset(agency, member.id, act.by)?;
            let part = || OneTimeCode::new(&mut (&SystemEnvironment as &dyn Environment).entropy());
            let password = format!("{}-{}", part(), part());
            let here = Visitor { address: IpAddr::V4(Ipv4Addr::LOCALHOST), browser: None };
            let signed_in = self.app.sign_ins.set_password(&code.to_string(), &password, &here)?;
            self.app.sign_ins.sign_out(&self.app.sign_ins.session(&signed_in.session)?)?;
            accounts.push_str(&format!(
                "  {name:<8} {password}   {} ({})\n",
                member.name,
                member.role.code()
            ));
        }
        Ok(accounts)
    }
}

fn name(names: &Names, staff: Option<StaffId>) -> &str {
    staff.and_then(|staff| names.get(&staff)).map_or("nobody on the staff", String::as_str)
}

/// How this command was started, to be typed again from the same folder.
fn this_command() -> anyhow::Result<String> {
    let path = std::env::current_exe().context("finding this command's own path")?;
    let from_here = std::env::current_dir().ok().and_then(|here| path.strip_prefix(here).ok());
    Ok(from_here.unwrap_or(&path).display().to_string())
}
