use super::filled::filled;
use super::*;
use crate::document::{Author, Document, Header, StoreId};
use crate::ids::ScopeId;

#[test]
fn every_filled_record_of_every_kind_survives_its_json_form() {
    for &kind in Kind::ALL {
        let record = filled(kind);
        let json = record.to_json();
        assert_eq!(kind.from_json(json).unwrap(), record, "{kind}");
    }
}

#[test]
fn every_filled_record_of_every_kind_survives_its_document() {
    let author = Author { staff: someone(), store: StoreId([7; 8]) };
    for &kind in Kind::ALL {
        let header = Header { id: record(1), scope: ScopeId::from_bytes([2; 16]), kind };
        for record in [filled(kind), kind.empty()] {
            let mut document = Document::create(header, &record, author, at(0)).unwrap();
            let loaded = Document::load(&document.save()).unwrap();
            assert_eq!(loaded.read().unwrap(), record, "{kind}");
        }
    }
}

#[test]
fn an_empty_object_reads_as_every_kind_at_its_defaults_and_defaults_are_left_out() {
    for &kind in Kind::ALL {
        assert_eq!(kind.from_json(serde_json::json!({})).unwrap(), kind.empty(), "{kind}");
        assert_eq!(kind.empty().to_json(), serde_json::json!({}), "{kind}");
        assert!(!kind.empty().is_entered_in_error());
        assert!(filled(kind).is_entered_in_error(), "{kind}");
    }
}

#[test]
fn a_code_and_a_field_of_a_newer_version_do_not_keep_a_record_from_being_read() {
    let json = serde_json::json!({ "title": "Call", "status": "delegated", "urgency_level": 3 });
    let AnyRecord::Task(task) = Kind::Task.from_json(json).unwrap() else { panic!("not a task") };
    assert_eq!(task.status, TaskStatus::Unrecognised("delegated".into()));
    assert!(!task.status.is_recognised());
    assert!(AnyRecord::from(task).check().is_empty());
}

#[test]
fn staff_instruments_and_the_agency_live_in_the_directory_and_the_rest_in_a_case() {
    let directory: Vec<_> = Kind::ALL.iter().copied().filter(|kind| kind.is_directory()).collect();
    assert_eq!(directory, [Kind::Staff, Kind::Instrument, Kind::Agency]);
    assert_eq!(Kind::ALL.len(), 21);
}

#[test]
fn every_kind_is_found_by_its_code() {
    for &kind in Kind::ALL {
        assert_eq!(kind.code().parse(), Ok(kind));
    }
    assert_eq!("invoice".parse::<Kind>(), Err(UnknownKind));
}
