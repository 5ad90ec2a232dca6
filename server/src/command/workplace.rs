//! The data folder as commands work on it.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use doorstep_client_core::environment::{Environment, SystemEnvironment};
use doorstep_client_core::ids::{DeviceId, ScopeId};
use doorstep_server::agency;
use doorstep_server::auth::{Enrolments, Keys, SignIns};
use doorstep_server::config::PasswordCost;
use doorstep_server::store::{
    Act, Agency, Agent, CaseSummary, EnrolledDevice, Snapshot, SqliteStore, StaffMember, Store,
};

/// An open data folder and its agency.
pub(crate) struct Workplace {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) environment: Arc<dyn Environment>,
    pub(crate) agency: Agency,
}

impl Workplace {
    /// Opens the folder; a new one gets its first agency.
    pub(crate) fn open(data: &Path) -> anyhow::Result<Self> {
        let environment: Arc<dyn Environment> = Arc::new(SystemEnvironment);
        let opened = SqliteStore::open(data, &*environment);
        let store: Arc<dyn Store> =
            Arc::new(opened.with_context(|| format!("cannot open the data folder {}", data.display()))?);
        let (agency, _) = agency::found_first(&*store, &*environment)?;
        let keys = Arc::new(Keys::load(Arc::clone(&store), &*environment)?);
        Ok(Self { store, keys, environment, agency })
    }

    /// Whoever runs the command, now, as the audit log names who acts.
    pub(crate) fn act(&self) -> Act {
        Act { by: Agent::Command, at: self.environment.now() }
    }

    pub(crate) fn snapshot(&self) -> anyhow::Result<Box<dyn Snapshot>> {
        Ok(self.store.snapshot(self.agency.id)?)
    }

    pub(crate) fn enrolments(&self) -> Enrolments {
        Enrolments::new(Arc::clone(&self.store), Arc::clone(&self.keys), Arc::clone(&self.environment))
    }

    pub(crate) fn sign_ins(&self) -> SignIns {
        SignIns::new(Arc::clone(&self.store), Arc::clone(&self.environment), PasswordCost::STRONG)
    }

    /// The member of staff with this id or name.
    pub(crate) fn find_staff(&self, named: &str) -> anyhow::Result<StaffMember> {
        let all = self.snapshot()?.all_staff()?;
        one(all, named, "doorstep staff list", |member| member.id.to_string(), |member| member.name.clone())
    }

    /// The phone with this id or name.
    pub(crate) fn find_device(&self, named: &str) -> anyhow::Result<DeviceId> {
        let all = self.snapshot()?.devices()?;
        let (id, name) =
            (|device: &EnrolledDevice| device.id.to_string(), |device: &EnrolledDevice| device.name.clone());
        Ok(one(all, named, "doorstep device list", id, name)?.id)
    }

    /// The case with this id or title.
    pub(crate) fn find_case(&self, named: &str) -> anyhow::Result<ScopeId> {
        let all = self.snapshot()?.cases(self.environment.now())?;
        let (id, name) =
            (|case: &CaseSummary| case.scope.id.to_string(), |case: &CaseSummary| case.scope.title.clone());
        Ok(one(all, named, "doorstep staff cases", id, name)?.scope.id)
    }
}

/// The one of `all` that has this id or, in any case, this name; `list` shows all.
fn one<T>(
    all: Vec<T>,
    named: &str,
    list: &str,
    id: impl Fn(&T) -> String,
    name: impl Fn(&T) -> String,
) -> anyhow::Result<T> {
    let wanted = named.trim().to_lowercase();
    let mut found: Vec<T> =
        all.into_iter().filter(|item| id(item) == wanted || name(item).to_lowercase() == wanted).collect();
    match (found.pop(), found.len()) {
        (Some(item), 0) => Ok(item),
        (None, _) => bail!("nothing here has that name or id; `{list}` shows all"),
        (Some(_), others) => bail!("{} have that name: give the id; `{list}` shows it", others + 1),
    }
}
