//! I7: a server restored from a backup loses nothing that a phone still holds.

use doorstep_client_core::record::patient::Patient;
use doorstep_client_core::record::task::Task;
use doorstep_tests::world::World;

fn task(title: &str) -> Task {
    Task { title: title.to_owned(), ..Task::default() }
}

#[test]
fn i7_a_phone_that_meets_a_new_epoch_offers_all_its_work_again_and_discards_none() {
    let world = World::new(7);
    let (ana, bea) = (world.nurse("ana"), world.nurse("bea"));
    let patient = Patient { given: "Rosa".into(), family: "Sample".into(), ..Patient::default() };
    let case = ana.device.open_case(&patient).unwrap().header;
    ana.sync(&world);
    world.grant(case.scope, bea.staff);
    bea.sync(&world);
    let backup = world.back_up();

    let lost = ana.device.create(case.scope, &task("order dressings").into()).unwrap();
    ana.sync(&world);
    bea.sync(&world);
    let read = bea.device.read(lost.header.id).unwrap();
    bea.device.save(read.header.id, &read.version, &task("order silver dressings").into()).unwrap();
    bea.sync(&world);
    assert!(bea.device.sync_status().unwrap().is_all_sent);

    world.restore(&backup);
    assert!(world.on_server(lost.header.id).is_none(), "the backup is older");
    // Bea's phone alone returns, and brings what Ana wrote as well.
    bea.sync(&world);
    let mut office = world.on_server(lost.header.id).expect("the phone has offered it again");
    assert_eq!(office.read().unwrap(), task("order silver dressings").into());
    assert!(office.contains(&lost.version));
    assert!(bea.device.sync_status().unwrap().is_all_sent);
    assert!(bea.device.sync_status().unwrap().refused.is_empty());

    ana.sync(&world);
    ana.sync(&world);
    for phone in [&ana, &bea] {
        assert_eq!(phone.version_of(lost.header.id), Some(office.version()));
        assert!(phone.device.sync_status().unwrap().is_all_sent);
    }
}
