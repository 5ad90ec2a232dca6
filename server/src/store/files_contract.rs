//! What every store must do with the files that records name.

use doorstep_client_core::record::attachment::Attachment;

use super::contract::{AGENCY, CASE, OTHER_AGENCY, OTHER_CASE, agency, agency_with_case, record};
use super::kept::{change, keep};
use super::*;

/// Makes a test of each promise, over the store that `$make` makes.
macro_rules! files_contract {
    ($make:expr, $($promise:ident),+ $(,)?) => {$(
        #[test]
        fn $promise() {
            let (store, _guard) = $make();
            $crate::store::files_contract::$promise(&store);
        }
    )+};
    ($make:expr) => {
        files_contract! {
            $make,
            a_file_is_found_by_the_records_of_its_case_that_name_it,
            a_file_is_named_as_its_record_stands_now,
        }
    };
}
pub(super) use files_contract;

fn attachment(file: FileHash, size_bytes: i64) -> Attachment {
    let media_type = "image/jpeg".to_owned();
    Attachment { sha256: file.to_string(), media_type, size_bytes: Some(size_bytes), ..Attachment::default() }
}

fn named(store: &dyn Store, agency: AgencyId, scope: ScopeId, file: FileHash) -> Vec<(RecordId, u64)> {
    let named = store.snapshot(agency).unwrap().files_named(scope, file).unwrap();
    assert!(named.iter().all(|named| named.media_type == "image/jpeg"));
    named.into_iter().map(|named| (named.record, named.size_bytes)).collect()
}

pub(super) fn a_file_is_found_by_the_records_of_its_case_that_name_it(store: &dyn Store) {
    agency_with_case(store);
    agency(store, OTHER_AGENCY);
    let (file, another) = (FileHash([1; 32]), FileHash([2; 32]));
    keep(store, 4, attachment(file, 40));
    keep(store, 3, Attachment { entered_in_error: true, ..attachment(file, 30) });
    keep(store, 5, attachment(another, 50));
    assert_eq!(named(store, AGENCY, CASE, file), [(record(3), 30), (record(4), 40)]);
    assert_eq!(named(store, AGENCY, CASE, another), [(record(5), 50)]);
    assert_eq!(named(store, AGENCY, CASE, FileHash([3; 32])), []);
    assert_eq!(named(store, AGENCY, OTHER_CASE, file), []);
    assert_eq!(named(store, OTHER_AGENCY, CASE, file), []);
}

pub(super) fn a_file_is_named_as_its_record_stands_now(store: &dyn Store) {
    agency_with_case(store);
    let (before, now) = (FileHash([1; 32]), FileHash([2; 32]));
    keep(store, 4, attachment(before, 40));
    change(store, 4, attachment(now, 41));
    assert_eq!(named(store, AGENCY, CASE, before), []);
    assert_eq!(named(store, AGENCY, CASE, now), [(record(4), 41)]);
}
