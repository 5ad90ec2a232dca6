//! How many bytes the files of each case and of each agency come to.
//!
//! An agency's are counted once, when the first of its files arrives after a start, and again each day; between that, what
//! comes and goes is added and taken away. Of several servers that keep files in one place, each learns within a day what the
//! others have taken.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use doorstep_client_core::ids::{AgencyId, ScopeId};
use object_store::ObjectStore;
use object_store::path::Path;
use tokio::sync::Mutex;
use tokio_stream::StreamExt;

use super::{ChunkError, FileId, FilesError};
use crate::config::FileQuotas;

/// What files come to.
pub(super) struct Usage {
    quotas: FileQuotas,
    counted: Mutex<HashMap<AgencyId, Counted>>,
}

/// What an agency's files come to.
#[derive(Default)]
struct Counted {
    bytes: u64,
    by_case: HashMap<ScopeId, u64>,
}

impl Usage {
    /// Nothing is counted yet.
    pub(super) fn up_to(quotas: FileQuotas) -> Self {
        Self { quotas, counted: Mutex::default() }
    }

    /// Counts these bytes of a file, unless there is no room for all that is still to come of it.
    pub(super) async fn take(
        &self,
        objects: &dyn ObjectStore,
        file: &FileId,
        bytes: u64,
        to_come: u64,
    ) -> Result<(), ChunkError> {
        let mut counted = self.counted.lock().await;
        let of_agency = match counted.entry(file.agency) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(Counted::of(objects, file.agency).await?),
        };
        let of_case = of_agency.by_case.entry(file.scope).or_default();
        let has_room = |taken: u64, quota: u64| taken.saturating_add(to_come) <= quota;
        if !has_room(*of_case, self.quotas.case_bytes) || !has_room(of_agency.bytes, self.quotas.agency_bytes)
        {
            return Err(ChunkError::OverQuota);
        }
        *of_case += bytes;
        of_agency.bytes += bytes;
        Ok(())
    }

    /// These bytes of a file are gone.
    pub(super) async fn give_back(&self, file: &FileId, bytes: u64) {
        if let Some(of_agency) = self.counted.lock().await.get_mut(&file.agency) {
            of_agency.bytes = of_agency.bytes.saturating_sub(bytes);
            let of_case = of_agency.by_case.entry(file.scope).or_default();
            *of_case = of_case.saturating_sub(bytes);
        }
    }

    /// Counts everything anew when it is next asked for.
    pub(super) async fn forget(&self) {
        self.counted.lock().await.clear();
    }
}

impl Counted {
    async fn of(objects: &dyn ObjectStore, agency: AgencyId) -> Result<Self, FilesError> {
        let mut counted = Self::default();
        let mut listing = objects.list(Some(&Path::from(agency.to_string())));
        while let Some(object) = listing.next().await {
            let object = object?;
            counted.bytes += object.size;
            let case = object.location.parts().nth(1).and_then(|name| name.as_ref().parse().ok());
            if let Some(case) = case {
                *counted.by_case.entry(case).or_default() += object.size;
            }
        }
        Ok(counted)
    }
}
