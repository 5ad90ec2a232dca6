//! What a store holds, the phone's or the server's.

use std::collections::BTreeMap;
use std::path::Path;

use doorstep_client_core::device::Version;
use doorstep_client_core::document::Document;
use doorstep_client_core::environment::SystemEnvironment;
use doorstep_client_core::ids::RecordId;
use doorstep_client_core::store::Store as PhoneStore;
use doorstep_server::store::{SqliteStore, Store};
use doorstep_tests::world::store_key;

/// What a phone's store holds to be on the server.
pub(crate) fn acked(path: &Path) -> Vec<(RecordId, Version)> {
    let store = PhoneStore::open(path, Some(&store_key()), &SystemEnvironment).unwrap();
    let scopes = store.reader().scopes().unwrap();
    scopes.into_iter().flat_map(|scope| store.reader().acked_versions(scope).unwrap()).collect()
}

/// The documents in a store, each loaded once.
pub(crate) struct Documents {
    loaded: BTreeMap<RecordId, Option<Document>>,
    load: Box<dyn FnMut(RecordId) -> Option<Vec<u8>>>,
}

impl Documents {
    pub(crate) fn of_server(data: &Path) -> Self {
        let store = SqliteStore::open(data, &SystemEnvironment).unwrap();
        let agency = store.agencies().unwrap().remove(0).id;
        Self::of(move |record| {
            let stored = store.snapshot(agency).unwrap().record(record).unwrap();
            stored.map(|stored| stored.document)
        })
    }

    pub(crate) fn of_phone(path: &Path) -> Self {
        let store = PhoneStore::open(path, Some(&store_key()), &SystemEnvironment).unwrap();
        Self::of(move |record| store.reader().record(record).unwrap().map(|row| row.document))
    }

    fn of(load: impl FnMut(RecordId) -> Option<Vec<u8>> + 'static) -> Self {
        Self { loaded: BTreeMap::new(), load: Box::new(load) }
    }

    fn get(&mut self, record: RecordId) -> Option<&mut Document> {
        let load = || (self.load)(record).map(|bytes| Document::load(&bytes).unwrap());
        self.loaded.entry(record).or_insert_with(load).as_mut()
    }

    pub(crate) fn contain(&mut self, record: RecordId, version: &Version) -> bool {
        self.get(record).is_some_and(|document| document.contains(version))
    }

    pub(crate) fn version(&mut self, record: RecordId) -> Version {
        self.get(record).unwrap().version()
    }

    pub(crate) fn as_of(&mut self, record: RecordId, version: &Version) -> String {
        self.get(record).unwrap().read_at(version).unwrap().to_json().to_string()
    }
}
