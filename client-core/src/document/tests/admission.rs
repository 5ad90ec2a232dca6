use automerge::transaction::Transactable;
use automerge::{ActorId, ObjType, ROOT};

use super::*;
use crate::limits;
use crate::record::visit::Visit;

fn record() -> RecordId {
    header(Kind::Patient).id
}

fn first_change() -> Changeset {
    create(rosa()).changes_since(&Version::empty())
}

fn refusal(stored: Option<&[u8]>, changes: &Changeset) -> Refusal {
    admit(stored, record(), changes, Authors::Only(nurse(1).staff)).err().expect("the changes are refused")
}

/// Changes made past the checks of `edit`, by nurse 1.
fn raw(document: &mut Document, write: impl FnOnce(&mut AutoCommit)) -> Changeset {
    let before = document.version();
    document.doc.set_actor(nurse(1).to_actor());
    write(&mut document.doc);
    document.doc.commit();
    document.changes_since(&before)
}

#[test]
fn a_new_record_is_admitted_and_says_what_it_is() {
    let admitted = admit(None, record(), &first_change(), Authors::Only(nurse(1).staff)).ok().unwrap();
    assert_eq!(admitted.header, header(Kind::Patient));
    assert_eq!(admitted.record, rosa().into());
    assert_eq!(admitted.new, first_change());
}

#[test]
fn i6_what_is_known_already_is_admitted_again_and_changes_nothing() {
    let mut document = create(rosa());
    let stored = document.save();
    let again = admit(Some(&stored), record(), &first_change(), Authors::Only(nurse(1).staff)).ok().unwrap();
    assert!(again.new.is_empty());
    assert_eq!(again.version, document.version());
}

#[test]
fn i10_each_bad_changeset_is_refused_for_its_own_reason() {
    let mut document = create(rosa());
    let stored = document.save();
    let first = document.version();

    assert_eq!(refusal(None, &Changeset::from_bytes(b"not a change".to_vec())), Refusal::Malformed);
    let cut = first_change().into_bytes();
    assert_eq!(refusal(None, &Changeset::from_bytes(cut[..cut.len() - 1].to_vec())), Refusal::Malformed);

    save::<Patient>(&mut document, nurse(1), 200, |patient| patient.given = "Rosalia".into());
    let later = document.changes_since(&first);
    assert_eq!(refusal(None, &later), Refusal::MissingDependencies);

    let other = RecordId::from_bytes([9; 16]);
    let misdirected = admit(None, other, &first_change(), Authors::Only(nurse(1).staff));
    assert_eq!(misdirected.err(), Some(Refusal::WrongRecord));

    let forged = admit(Some(&stored), record(), &later, Authors::Only(nurse(2).staff));
    assert_eq!(forged.err(), Some(Refusal::ForeignAuthor));
    assert!(admit(Some(&stored), record(), &later, Authors::Anybody).is_ok());

    let mut document = create(rosa());
    let renamed = raw(&mut document, |doc| doc.put(ROOT, "@kind", "goal").unwrap());
    assert!(matches!(
        refusal(Some(&stored), &renamed),
        Refusal::UnknownKind | Refusal::NotARecord | Refusal::WrongRecord
    ));

    let mut document = create(rosa());
    let unreadable = raw(&mut document, |doc| doc.put(ROOT, "given", 7).unwrap());
    assert_eq!(refusal(Some(&stored), &unreadable), Refusal::NotARecord);

    let mut document = create(rosa());
    let deleting = raw(&mut document, |doc| doc.delete(ROOT, "given").unwrap());
    assert_eq!(refusal(Some(&stored), &deleting), Refusal::Deletes);

    let mut document = create(rosa());
    let nameless = raw(&mut document, |doc| {
        doc.put(ROOT, "given", "").unwrap();
        doc.put(ROOT, "family", "").unwrap();
    });
    assert!(matches!(refusal(Some(&stored), &nameless), Refusal::Invalid(_)));

    let mut stranger = AutoCommit::load(&stored).unwrap().with_actor(ActorId::from(&[5u8; 9]));
    stranger.put(ROOT, "given", "X").unwrap();
    stranger.commit();
    let anonymous = Changeset::of(&stranger.get_changes(first.heads()));
    assert_eq!(refusal(Some(&stored), &anonymous), Refusal::ForeignAuthor);
}

#[test]
fn two_valid_edits_whose_merge_fails_the_checks_are_both_kept() {
    let mut a = create(rosa());
    let mut b = copy(&mut a);
    let first = a.version();
    save::<Patient>(&mut a, nurse(1), 200, |patient| patient.birth_date = "1950".parse().ok());
    save::<Patient>(&mut b, nurse(2), 200, |patient| patient.deceased = "1940".parse().ok());
    let admitted = admit(Some(&a.save()), record(), &b.changes_since(&first), Authors::Only(nurse(2).staff))
        .ok()
        .unwrap();
    assert!(!admitted.record.check().is_empty());
}

#[test]
fn i14_operations_of_a_changeset_at_the_limit_and_one_past_it() {
    let base = create(rosa()).save();
    let with_ops = |ops: usize| {
        let mut document = Document::load(&base).unwrap();
        raw(&mut document, |doc| {
            let text = doc.put_object(ROOT, "later_field", ObjType::Text).unwrap();
            doc.splice_text(&text, 0, 0, &"a".repeat(ops - 1)).unwrap();
        })
    };
    let at_limit = with_ops(limits::CHANGESET_OPS_MAX);
    assert!(admit(Some(&base), record(), &at_limit, Authors::Only(nurse(1).staff)).is_ok());
    let past = with_ops(limits::CHANGESET_OPS_MAX + 1);
    assert!(matches!(refusal(Some(&base), &past), Refusal::TooBig { limit: limits::CHANGESET_OPS_MAX, .. }));
}

#[test]
fn a_text_at_its_limit_may_be_written_and_rewritten_at_once() {
    let note = |letter: &str| Visit {
        note: letter.repeat(limits::TEXT_CHARS_MAX).as_str().into(),
        ..Visit::default()
    };
    let mut document = create(note("a"));
    let (stored, first) = (document.save(), document.version());
    assert!(document.read().unwrap().check().is_empty());
    let written = document.changes_since(&Version::empty());
    assert!(admit(None, header(Kind::Visit).id, &written, Authors::Only(nurse(1).staff)).is_ok());
    document.edit(&first, &note("b").into(), nurse(1), at(300)).unwrap();
    let rewritten = document.changes_since(&first);
    assert!(admit(Some(&stored), header(Kind::Visit).id, &rewritten, Authors::Only(nurse(1).staff)).is_ok());
}

#[test]
fn i14_changes_of_a_changeset_at_the_limit_and_one_past_it() {
    let mut document = create(rosa());
    let base = document.save();
    let change = raw(&mut document, |doc| doc.put(ROOT, "f", true).unwrap());
    let with_changes = |changes| Changeset::from_bytes(change.as_bytes().repeat(changes));
    let at_limit = with_changes(limits::CHANGESET_CHANGES_MAX);
    assert!(admit(Some(&base), record(), &at_limit, Authors::Only(nurse(1).staff)).is_ok());
    let past = with_changes(limits::CHANGESET_CHANGES_MAX + 1);
    assert!(matches!(
        refusal(Some(&base), &past),
        Refusal::TooBig { limit: limits::CHANGESET_CHANGES_MAX, .. }
    ));
}

#[test]
fn i14_bytes_of_a_changeset_at_the_limit_are_read_and_one_past_it_are_not() {
    let of_bytes = |len| Changeset::from_bytes(vec![0; len]);
    assert_eq!(refusal(None, &of_bytes(limits::CHANGESET_BYTES_MAX)), Refusal::Malformed);
    let past = refusal(None, &of_bytes(limits::CHANGESET_BYTES_MAX + 1));
    assert!(matches!(past, Refusal::TooBig { limit: limits::CHANGESET_BYTES_MAX, .. }));
}

#[test]
fn i14_concurrent_versions_of_a_record_at_the_limit_and_one_past_it() {
    let stored = create(rosa()).save();
    let concurrent = |store: u64| {
        let mut document = Document::load(&stored).unwrap();
        let (seen, by) = (document.version(), Author { store: StoreId(store.to_be_bytes()), ..nurse(1) });
        document.edit(&seen, &Patient { given: store.to_string(), ..rosa() }.into(), by, at(200)).unwrap();
        document.changes_since(&seen).into_bytes()
    };
    let of_heads = |heads| Changeset::from_bytes((1..=heads).flat_map(concurrent).collect());
    let limit = limits::VERSION_HEADS_MAX as u64;
    let admitted = admit(Some(&stored), record(), &of_heads(limit), Authors::Only(nurse(1).staff));
    assert_eq!(admitted.ok().unwrap().version.to_bytes().len(), limits::VERSION_HEADS_MAX * 32);
    let past = refusal(Some(&stored), &of_heads(limit + 1));
    assert!(matches!(past, Refusal::TooBig { limit: limits::VERSION_HEADS_MAX, .. }), "{past}");
}

#[test]
fn i14_bytes_of_a_record_at_the_limit_and_one_past_it() {
    let mut base = create(rosa());
    let stored = base.save();
    let with_bytes = |filler: usize| {
        let mut document = Document::load(&stored).unwrap();
        let mut noise = 0x9e37_79b9_u32;
        let bytes: Vec<u8> = (0..filler)
            .map(|_| {
                noise ^= noise << 13;
                noise ^= noise >> 17;
                noise ^= noise << 5;
                noise as u8
            })
            .collect();
        let changes = raw(&mut document, |doc| doc.put(ROOT, "later_field", bytes).unwrap());
        let len = document.save().len();
        (changes, len)
    };
    let (_, overhead) = with_bytes(limits::RECORD_BYTES_MAX / 2);
    let mut filler = limits::RECORD_BYTES_MAX / 2 + (limits::RECORD_BYTES_MAX - overhead);
    while with_bytes(filler).1 > limits::RECORD_BYTES_MAX {
        filler -= 1;
    }
    let (fits, len) = with_bytes(filler);
    assert_eq!(len, limits::RECORD_BYTES_MAX);
    assert!(admit(Some(&stored), record(), &fits, Authors::Only(nurse(1).staff)).is_ok());
    let (past, _) = with_bytes(filler + 1);
    assert!(matches!(refusal(Some(&stored), &past), Refusal::TooBig { .. }));
}

#[test]
fn a_change_that_claims_endless_operations_is_refused_before_it_is_read() {
    let mut document = create(rosa());
    let stored = document.save();
    let chunk = raw(&mut document, |doc| {
        for _ in 0..100 {
            doc.put(ROOT, "later_field", true).unwrap();
            doc.put(ROOT, "later_field", false).unwrap();
        }
    });
    let claims = super::super::prescan::claimed_ops(chunk.as_bytes()).unwrap();
    assert!((200..2_000).contains(&claims), "{claims}");
    assert!(admit(Some(&stored), record(), &chunk, Authors::Only(nurse(1).staff)).is_ok());
}
