use super::*;

#[test]
fn changes_travel_packed_and_arrive_as_they_were() {
    let mut document = create(rosa());
    let seen = document.version();
    for second in 200..220 {
        save::<Patient>(&mut document, nurse(1), second, |patient| patient.given = second.to_string());
    }
    save_at::<Patient>(&mut document, &seen, nurse(1), 300, |patient| patient.family = "Example".into());
    let changes = document.changes_since(&Version::empty()).into_bytes();
    let packed = pack_changes(&changes).unwrap();
    assert_eq!(unpack_changes(&packed).unwrap(), changes);
    assert!(packed.len() + 20 * 32 < changes.len(), "the hashes of what they build on are left out");
}

#[test]
fn a_document_travels_packed_and_loads_at_the_same_version() {
    let mut a = create(rosa());
    let mut b = copy(&mut a);
    save::<Patient>(&mut a, nurse(1), 200, |patient| patient.given = "Rosalia".into());
    save::<Patient>(&mut b, nurse(2), 200, |patient| patient.given = "Rosina".into());
    exchange(&mut a, &mut b);
    let arrived = unpack_document(&pack_document(&a.save()).unwrap()).unwrap();
    let mut arrived = admit_document(&arrived, a.header().id).ok().unwrap();
    assert_eq!(arrived.version(), a.version());
    assert_eq!(copy(&mut arrived).read().unwrap(), a.read().unwrap());
    assert_eq!(arrived.conflicts(), a.conflicts());
}

#[test]
fn what_is_not_packed_changes_or_a_packed_document_is_refused() {
    assert!(unpack_changes(&[1, 0]).is_err(), "nothing comes before the first change");
    assert!(unpack_changes(&[7]).is_err());
    let of_bytes = |len: u8| [&[0, 0, len], vec![0; len.into()].as_slice()].concat();
    assert!(unpack_changes(&of_bytes(23)).is_ok());
    assert!(unpack_changes(&of_bytes(22)).is_err(), "a change says more than that");
    assert!(unpack_changes(&[0, 0xff, 0xff, 0xff, 0xff, 0x7f]).is_err());
    assert!(unpack_document(&[0, 0xff, 0xff, 0xff, 0xff, 0x7f]).is_err());
    let mut whole = create(rosa());
    let packed = pack_document(&whole.save()).unwrap();
    for cut in 0..packed.len() {
        let Ok(bytes) = unpack_document(&packed[..cut]) else { continue };
        if let Ok(mut loaded) = admit_document(&bytes, header(Kind::Patient).id) {
            assert_eq!(
                loaded.version(),
                whole.version(),
                "cut at {cut}: only what follows the changes is missing"
            );
        }
    }
}
