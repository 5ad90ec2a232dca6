//! The same on the phone, without a network.

use std::sync::Arc;

use doorstep_client_core::device::{AlertKind, Device};
use doorstep_client_core::transport::{Cancel, HttpTransport};
use doorstep_tests::world::{scratch, store_key};

use super::*;

#[test]
fn a_nurses_phone_tells_her_of_her_double_bookings_and_licences_without_a_network() {
    let office = Office::start();
    let (one, other) = (open_case(&office, "Long", "MA"), open_case(&office, "Short", "MA"));
    let (ana, bea) = (office.hire("Ana Sample"), office.hire("Bea Sample"));
    for scope in [&one, &other] {
        office.grant(scope.parse().unwrap(), ana);
        make(&office, "appointment", Some(scope), computed::booked(ana, 60, 120));
        make(&office, "appointment", Some(scope), computed::booked(bea, 60, 120));
    }
    let folder = scratch();
    let device =
        Device::open(&folder.path().join("phone"), Some(&store_key()), Arc::new(SystemEnvironment)).unwrap();
    let http = HttpTransport::new(&office.url()).unwrap();
    device.enrol(&http, &office.url(), &office.invite(ana), "phone", "1.0", &Cancel::new()).unwrap();
    device.sync(&http, &Cancel::new(), |_| ()).unwrap();
    drop(office);
    let alerts = device.own_alerts(0).unwrap();
    let kinds: Vec<AlertKind> = alerts.iter().map(|alert| alert.kind).collect();
    use AlertKind::{DoubleBooking, UnlicensedVisit};
    assert_eq!(kinds, [DoubleBooking, UnlicensedVisit, UnlicensedVisit]);
    assert!(alerts[0].message.ends_with("lasts"), "{}", alerts[0].message);

    let mend = |alert: &doorstep_client_core::device::Alert| {
        let read = device.read(alert.record).unwrap();
        let AnyRecord::Appointment(mut appointment) = read.record else { panic!("not an appointment") };
        appointment.nurse = Some(bea);
        device.save(alert.record, &read.version, &appointment.into()).unwrap();
    };
    mend(&alerts[0]);
    assert_eq!(device.own_alerts(0).unwrap().len(), 1, "the other patient is still hers to see");
}
