//! I3, I4 and I6: what an exchange does, whatever the link does to it.

use std::collections::BTreeSet;

use doorstep_client_core::device::{ErrorKind, Version};
use doorstep_client_core::ids::RecordId;
use doorstep_client_core::record::Text;
use doorstep_client_core::record::care_plan::CarePlan;
use doorstep_client_core::transport::{Cancel, Transport};
use doorstep_client_core::wire::FrameBody;
use doorstep_server::store::{Quarantined, Seq};
use doorstep_tests::link::Link;
use doorstep_tests::world::{Fault, Phone, World};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::{Shared, edit, patient, plan, shown};

#[test]
fn i3_work_is_unsent_until_the_verdict_arrives_and_is_stored_once_although_the_first_was_lost() {
    let world = World::new(3);
    let ana = world.nurse("ana");
    let link = Link::to(&world);
    let sync = || ana.device.sync(&link, &Cancel::new(), |_| ()).map(|_| ()).map_err(|error| error.kind());
    let record = ana.device.open_case(&patient("Sample")).unwrap().header.id;

    world.next_fault(Fault::RequestLost);
    assert_eq!(sync(), Err(ErrorKind::Network));
    assert!(world.on_server(record).is_none());
    assert_eq!(ana.device.sync_status().unwrap().unsent_changes, 1);

    link.cut_after_frames(0);
    assert_eq!(sync(), Err(ErrorKind::Network));
    assert!(world.on_server(record).is_some(), "the server has committed");
    let status = ana.device.sync_status().unwrap();
    assert_eq!((status.unsent_changes, status.is_all_sent), (1, false), "but the phone cannot know");

    edit(&ana, record, |patient| patient.preferred = "Rosie".into());
    assert_eq!(ana.device.sync_status().unwrap().unsent_changes, 2);
    sync().unwrap();
    let status = ana.device.sync_status().unwrap();
    assert_eq!((status.unsent_changes, status.is_all_sent), (0, true));
    assert_eq!(world.on_server(record).unwrap().history().len(), 2, "each change once");
    let entries = activity(&world).into_iter().filter(|(_, of)| *of == record).count();
    assert_eq!(entries, 2, "and each in the log once");
}

#[test]
fn i4_a_download_cut_inside_any_frame_leaves_whole_frames_alone_and_goes_on_after_them() {
    let world = World::new(4);
    let (ana, mut bea) = (world.nurse("ana"), world.nurse("bea"));
    let records = three_cases_in_conflict(&world, &ana, &bea);
    let own = bea.device.open_case(&patient("Offline")).unwrap().header.id;
    let link = Link::to(&world);
    let (mut fetched, mut cursor, mut cuts) = (Vec::new(), None, 0);
    loop {
        link.cut_after_frames(1);
        let synced = bea.device.sync(&link, &Cancel::new(), |_| ());
        let frames = link.take_frames();
        let was_cut = synced.is_err();
        if was_cut {
            assert_eq!((synced.unwrap_err().kind(), frames.len()), (ErrorKind::Network, 1));
            assert_eq!(link.last_request().cursor, cursor, "it asked from where it was");
            cuts += 1;
        }
        for frame in frames {
            cursor = frame.cursor.or(cursor);
            match frame.body {
                FrameBody::Documents(documents) => fetched.extend(documents.iter().map(|of| of.record)),
                FrameBody::Verdicts(_) => assert_eq!(cuts, 1, "work has its verdict once"),
                _ => {}
            }
        }
        bea = reopened(&world, bea);
        assert_holds(&bea, &records, &fetched.iter().copied().collect());
        if !was_cut {
            break;
        }
    }
    assert!(cuts > 6, "every case, and the large one's parts, came in frames of their own");
    let distinct: BTreeSet<RecordId> = fetched.iter().copied().collect();
    assert_eq!(fetched.len(), distinct.len(), "nothing that was stored is fetched again");
    assert!(records.iter().all(|(record, _)| distinct.contains(record)));
    assert!(bea.device.sync_status().unwrap().is_all_sent && world.on_server(own).is_some());
}

#[test]
fn i4_an_update_cut_inside_its_frame_leaves_the_record_as_it_was() {
    let Shared { world, ana, bea, patient, .. } = Shared::new(41);
    edit(&ana, patient, |patient| patient.preferred = "Rosie".into());
    ana.sync(&world);
    let before = bea.device.read(patient).unwrap();
    let link = Link::to(&world);
    link.cut_after_frames(0);
    bea.device.sync(&link, &Cancel::new(), |_| ()).unwrap_err();
    assert_eq!(bea.device.read(patient).unwrap(), before);
    let asked_from = link.last_request().cursor;
    bea.device.sync(&link, &Cancel::new(), |_| ()).unwrap();
    assert_eq!(link.last_request().cursor, asked_from);
    assert_eq!(shown(&bea, patient).preferred, "Rosie");
}

/// Three cases of Ana's that Bea is to have too, one of them larger than a frame. The patient of each is in conflict.
/// Returns each record with a word that only it holds.
fn three_cases_in_conflict(world: &World, ana: &Phone, bea: &Phone) -> Vec<(RecordId, String)> {
    let mut records = Vec::new();
    for (number, plans) in [(1, 1), (2, 20), (3, 1)] {
        let family = format!("family{number}");
        let case = ana.device.open_case(&patient(&family)).unwrap();
        for preferred in ["Rosie", "Mrs Sample"] {
            let form = super::Patient { preferred: preferred.into(), ..patient(&family) };
            ana.device.save(case.header.id, &case.version, &form.into()).unwrap();
        }
        records.push((case.header.id, family));
        for of_case in 0..plans {
            let word = format!("plan{number}x{of_case}x");
            let plan = CarePlan { description: Text("and so on, ".repeat(500)), ..plan(&word) };
            records.push((ana.device.create(case.header.scope, &plan.into()).unwrap().header.id, word));
        }
        ana.sync(world);
        world.grant(case.header.scope, bea.staff);
    }
    records
}

/// The phone shows all of what it holds and nothing of what it does not, wherever one looks.
fn assert_holds(phone: &Phone, records: &[(RecordId, String)], held: &BTreeSet<RecordId>) {
    let in_conflict: Vec<RecordId> =
        phone.device.conflicts().unwrap().iter().map(|record| record.listed.header.id).collect();
    for (record, word) in records {
        let is_held = held.contains(record);
        let read = phone.device.read(*record);
        assert_eq!(read.is_ok(), is_held);
        assert_eq!(phone.device.search(word, None, 10).unwrap().len(), usize::from(is_held), "{word}");
        if let Ok(read) = read {
            assert_eq!(read.unsent_changes, 0);
            assert_eq!(in_conflict.contains(record), word.starts_with("family"));
            let chart = phone.device.chart(read.header.scope).unwrap();
            let listed = chart.records[&read.header.kind].iter().find(|listed| listed.header.id == *record);
            assert_eq!(listed.unwrap().view, read.record.to_json());
        }
    }
}

/// The phone after its process has ended.
fn reopened(world: &World, phone: Phone) -> Phone {
    let Phone { staff, device, path } = phone;
    drop(device);
    Phone { staff, device: world.open(&path), path }
}

#[test]
fn i6_every_request_sent_again_twice_and_in_any_order_changes_nothing() {
    let Shared { world, ana, bea, scope, patient } = Shared::new(6);
    let (of_ana, of_bea) = (Link::to(&world), Link::to(&world));
    for round in 0..4 {
        edit(&ana, patient, |patient| patient.preferred = format!("Rosie {round}"));
        edit(&bea, patient, |patient| patient.address.door_code = format!("{round}"));
        ana.device.create(scope, &plan(&format!("plan {round}")).into()).unwrap();
        ana.device.sync(&of_ana, &Cancel::new(), |_| ()).unwrap();
        bea.device.sync(&of_bea, &Cancel::new(), |_| ()).unwrap();
    }
    ana.device.sync(&of_ana, &Cancel::new(), |_| ()).unwrap();
    let before = Office::of(&world);
    let mut requests = [of_ana.requests(), of_bea.requests()].concat();
    requests.extend(requests.clone());
    for seed in 0..10 {
        requests.shuffle(&mut StdRng::seed_from_u64(seed));
        for request in &requests {
            world.exchange(request.clone(), &Cancel::new()).unwrap();
        }
        assert_eq!(Office::of(&world), before, "order {seed}");
    }
    for phone in [&ana, &bea] {
        let version = phone.version_of(patient);
        let report = phone.device.sync(&*world, &Cancel::new(), |_| ()).unwrap();
        assert_eq!((report.received, report.merged, report.refused), (0, 0, 0), "nothing is new to a phone");
        assert_eq!(phone.version_of(patient), version);
    }
}

/// What the server holds.
#[derive(Debug, PartialEq)]
struct Office {
    head: Seq,
    activity: Vec<(Seq, RecordId)>,
    versions: Vec<(RecordId, Version)>,
    quarantined: Vec<Quarantined>,
}

impl Office {
    fn of(world: &World) -> Self {
        world.with_server(|server| {
            let snapshot = server.snapshot(world.agency.id).unwrap();
            let scopes = snapshot.cases(doorstep_client_core::record::Timestamp::UNIX_EPOCH).unwrap();
            let versions = scopes.iter().flat_map(|case| snapshot.versions(case.scope.id).unwrap());
            Self {
                head: snapshot.head().unwrap(),
                versions: versions.collect(),
                activity: activity_in(&*snapshot),
                quarantined: snapshot.quarantined(usize::MAX).unwrap(),
            }
        })
    }
}

fn activity(world: &World) -> Vec<(Seq, RecordId)> {
    world.with_server(|server| activity_in(&*server.snapshot(world.agency.id).unwrap()))
}

fn activity_in(snapshot: &dyn doorstep_server::store::Snapshot) -> Vec<(Seq, RecordId)> {
    let entries = snapshot.activity(0, usize::MAX).unwrap();
    entries.iter().map(|entry| (entry.seq, entry.record)).collect()
}
