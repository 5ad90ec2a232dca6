//! A nurse and her phone.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use doorstep_client_core::device::{Device, Error, IS_ENCRYPTING, StoreKey, Version};
use doorstep_client_core::environment::Environment;
use doorstep_client_core::ids::{RecordId, ScopeId, StaffId};
use doorstep_client_core::record::AnyRecord;
use doorstep_client_core::transport::Cancel;
use doorstep_server::store::StaffMember;

use super::signal::Signal;

/// A nurse with her phone in her pocket.
pub(super) struct Phone {
    pub(super) staff: StaffId,
    pub(super) nurse: String,
    pub(super) signal: Signal,
    pub(super) device: Device,
    path: PathBuf,
    environment: Arc<dyn Environment>,
    /// Every version that a save returned: what the demo holds the server to at the end.
    pub(super) saved: Vec<(RecordId, Version)>,
}

impl Phone {
    /// A new phone, enrolled by a code from the office.
    pub(super) fn enrol(
        path: PathBuf,
        environment: Arc<dyn Environment>,
        nurse: &StaffMember,
        url: &str,
        code: &str,
    ) -> anyhow::Result<Self> {
        let device = open(&path, &environment)?;
        let signal = Signal::to(url)?;
        let name = format!("{}'s phone", nurse.name);
        device
            .enrol(&signal, url, code, &name, env!("CARGO_PKG_VERSION"), &Cancel::new())
            .with_context(|| format!("cannot enrol {name}"))?;
        let (staff, nurse) = (nurse.id, nurse.name.clone());
        Ok(Self { staff, nurse, signal, device, path, environment, saved: Vec::new() })
    }

    /// Syncs, where there is a signal.
    pub(super) fn sync(&self) -> Result<(), Error> {
        self.device.sync(&self.signal, &Cancel::new(), |_| ()).map(drop)
    }

    /// The battery is empty; the phone comes back with what was on its disk.
    pub(super) fn die_and_come_back(self) -> anyhow::Result<Self> {
        let Self { staff, nurse, signal, device, path, environment, saved } = self;
        drop(device);
        let device = open(&path, &environment)?;
        Ok(Self { staff, nurse, signal, device, path, environment, saved })
    }

    /// Creates a record in a case.
    pub(super) fn create(&mut self, case: ScopeId, record: impl Into<AnyRecord>) -> anyhow::Result<RecordId> {
        let created = self.device.create(case, &record.into())?;
        self.saved.push((created.header.id, created.version));
        Ok(created.header.id)
    }

    /// Changes a record as it stands on this phone.
    pub(super) fn change<R>(&mut self, id: RecordId, change: impl FnOnce(&mut R)) -> anyhow::Result<()>
    where
        R: TryFrom<AnyRecord> + Into<AnyRecord>,
    {
        let read = self.device.read(id)?;
        let record = R::try_from(read.record).ok();
        let mut record = record.context("the record is of another kind than the story says")?;
        change(&mut record);
        let version = self.device.save(id, &read.version, &record.into())?;
        self.saved.push((id, version));
        Ok(())
    }

    /// How many changes wait on the phone.
    pub(super) fn waiting(&self) -> anyhow::Result<u32> {
        Ok(self.device.sync_status()?.unsent_changes)
    }
}

/// The demo's phones are thrown away with its folder: a build without encryption leaves them plain, and one with it
/// locks them with a key that is as good as none.
fn open(path: &std::path::Path, environment: &Arc<dyn Environment>) -> anyhow::Result<Device> {
    let key = IS_ENCRYPTING.then_some(StoreKey([0xd0; 32]));
    Ok(Device::open(path, key.as_ref(), Arc::clone(environment))?)
}
