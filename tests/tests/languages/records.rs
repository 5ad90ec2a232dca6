//! Records as apps see them.

use super::*;

#[test]
fn an_empty_record_of_every_kind_is_a_typed_one_in_kotlin() {
    let Some(kotlin) = Kotlin::find("records in Kotlin").unwrap() else { return };
    let said = kotlin.compile("tests", &[beside("records.kt")]).unwrap();
    let said = said.program("RecordsKt").unwrap().run().unwrap();
    assert_eq!(said, told());
}

#[test]
fn an_empty_record_of_every_kind_is_a_typed_one_in_python() {
    let Some(python) = Python::find("records in Python").unwrap() else { return };
    assert_eq!(python.program(&beside("records.py")).run().unwrap(), told());
}

/// Kinds and their records have the same names, whatever the language writes them like.
fn told() -> Vec<String> {
    use doorstep_client_core::record::Kind;
    Kind::ALL.iter().map(|kind| format!("{kind:?}")).collect()
}
