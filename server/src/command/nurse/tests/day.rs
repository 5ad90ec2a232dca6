//! A nurse's day.

use super::*;

#[test]
fn a_day_is_made_offline_and_reaches_the_office() {
    let desk = Desk::with_caseload();
    let today = desk.types("today");
    assert!(today.contains("1  09:00  Ágnes Kovács  Routine appointment, wound care, booked"), "{today}");
    desk.later(58);
    desk.server.state().is_away = true;
    let started = desk.types("visit start");
    assert!(started.contains("Visit of Ágnes Kovács started at 08:58"), "{started}");
    assert!(started.contains("for the appointment of today 09:00"), "{started}");
    let measured = desk.types("measure agnes bp 192/96 --method sitting");
    assert!(measured.contains("Blood pressure 192/96 mmHg, sitting"), "{measured}");
    assert!(measured.contains("above 180 mmHg"), "{measured}");
    desk.types("visit note Wound clean.");
    desk.types("visit note");
    desk.later(40);
    let finished = desk.types("visit finish --mileage-km 7.5");
    assert!(finished.contains("finished at 09:38 after 40 min"), "{finished}");
    assert!(finished.contains("Saved on this phone. 7 changes not sent yet"), "{finished}");
    let unreachable = desk.fails("sync");
    assert!(
        unreachable.contains("everything is safe on this phone (7 changes not sent yet)"),
        "{unreachable}"
    );
    desk.server.state().is_away = false;
    let synced = desk.types("sync");
    assert!(synced.contains("Sent 3 records") && synced.contains("The office has everything"), "{synced}");
    let visit = &desk.json("chart agnes --kind visit")["records"]["visit"][0];
    assert_eq!(visit["record"]["note"], "Wound clean.\nEdited.");
    assert_eq!(visit["record"]["status"], "finished");
    assert_eq!(visit["record"]["mileage_km"], 7.5);
    let chart = desk.json("chart agnes");
    let observation = &chart["records"]["observation"][0]["record"];
    assert_eq!(observation["visit"], visit["id"]);
    assert_eq!(observation["components"]["systolic"]["value"]["value"], 192.0);
    assert_eq!(chart["records"]["appointment"][0]["record"]["status"], "fulfilled");
}

#[test]
fn lists_number_their_lines_and_the_numbers_are_understood() {
    let desk = Desk::with_caseload();
    let caseload = desk.types("caseload");
    assert!(caseload.contains("#  Patient"), "{caseload}");
    assert!(caseload.contains("1  Ágnes Kovács") && caseload.contains("today 09:00"), "{caseload}");
    let chart = desk.types("chart 2");
    assert!(chart.starts_with("Bob Kowalski\n"), "{chart}");
    assert!(chart.contains("1  today 10:00  Routine appointment, wound care"), "{chart}");
    let shown = desk.types("show 1");
    assert!(shown.contains("Appointment, Bob Kowalski") && shown.contains("Ann Lee"), "{shown}");
    let timeline = desk.types("timeline kow");
    assert!(timeline.contains("Bob Kowalski"), "{timeline}");
    let found = desk.types("search wound");
    assert!(found.contains("Ágnes Kovács") && found.contains("Bob Kowalski"), "{found}");
    desk.types("measure bob pain 3");
    let found = desk.types("search pain");
    assert!(found.contains("Pain severity, 0 to 10 3") && found.contains("↑ not sent"), "{found}");
    let history = desk.types("history 1");
    assert!(history.contains("today 08:00, you") && !history.contains("nothing"), "{history}");
}

#[test]
fn two_phones_that_differ_make_a_conflict_that_is_shown_and_settled() {
    let desk = Desk::with_caseload();
    desk.types("open-case Carla Diaz --preferred Carla --born 1950-02 --sex female");
    desk.types("sync");
    desk.types_on("other", "enrol --server http://server GOOD").unwrap();
    desk.types_on("other", "sync").unwrap();
    let visit = |phone: &str, line: &str| desk.types_on(phone, line).unwrap();
    visit("ann", "visit start carla");
    desk.types("sync");
    visit("other", "sync");
    visit("ann", "visit finish --mileage-km 5");
    visit("other", "visit finish --mileage-km 8");
    visit("other", "sync");
    let synced = desk.types("sync");
    assert!(synced.contains("1 field with several values"), "{synced}");
    assert!(desk.types("caseload").contains("⚠ conflict"));
    let conflicts = desk.types("conflicts");
    assert!(
        conflicts.contains("mileage_km has 2 values") && conflicts.contains("you, today 08:00"),
        "{conflicts}"
    );
    let listed = desk.json("conflicts");
    let values = &listed[0]["conflicts"][0]["values"];
    let hidden = values.as_array().unwrap().iter().position(|value| value["is_shown"] == false).unwrap();
    let picked = &values[hidden]["value"];
    let resolved = desk.types(&format!("resolve 1 mileage_km {}", hidden + 1));
    assert!(resolved.contains("has the value that you picked"), "{resolved}");
    assert_eq!(desk.types("conflicts"), "No conflicts: every field has one value.\n");
    let visit = &desk.json("chart carla --kind visit")["records"]["visit"][0];
    assert_eq!(&visit["record"]["mileage_km"], picked);
}

#[test]
fn a_save_keeps_what_came_while_the_editor_was_open() {
    let mut desk = Desk::with_caseload();
    desk.types("visit start agnes");
    let (folder, clock) = (desk.folder.path().to_owned(), desk.clock.clone());
    desk.surroundings.write = Box::new(move |before| {
        let surroundings = Surroundings {
            environment: clock.clone(),
            zone: jiff::tz::TimeZone::UTC,
            connect: Box::new(|_, _| Err(doorstep_client_core::transport::TransportError::Unreachable)),
            write: Box::new(|_| Ok(Written::More(String::new()))),
        };
        let place = folder.join("ann").display().to_string();
        let line = ["nurse", "--phone", &place, "visit", "note", "Typed meanwhile."];
        let mut page = Page::new(Style::default(), &surroundings);
        Typed::try_parse_from(line)?.nurse.carry_out(&surroundings, &mut page)?;
        Ok(Written::Instead(format!("{before}From the editor.")))
    });
    desk.types("visit note");
    let chart = desk.json("chart agnes --kind visit");
    let note = chart["records"]["visit"][0]["record"]["note"].as_str().unwrap();
    assert!(note.contains("Typed meanwhile.") && note.contains("From the editor."), "{note}");
}

#[test]
fn refused_work_is_listed_with_its_reason_and_can_be_offered_again() {
    let desk = Desk::with_caseload();
    desk.types("measure bob pulse 72");
    desk.server.state().refuses = true;
    let synced = desk.types("sync");
    assert!(synced.contains("1 record refused"), "{synced}");
    assert!(!synced.contains("The office has everything"), "{synced}");
    let refused = desk.types("refused");
    assert!(refused.contains("the case has ended for you") && refused.contains("Bob Kowalski"), "{refused}");
    desk.server.state().refuses = false;
    assert!(desk.types("refused --retry 1").contains("offered again"));
    assert!(desk.types("sync").contains("The office has everything"));
    assert_eq!(desk.types("refused"), "Nothing was refused.\n");
}

#[test]
fn status_says_whose_phone_it_is_and_what_is_not_sent() {
    let desk = Desk::with_caseload();
    let status = desk.types("status");
    assert!(
        status.contains("Phone of") && status.contains("Ann Lee") && status.contains("All sent."),
        "{status}"
    );
    desk.types("measure bob temp 98.6");
    let status = desk.types("status");
    assert!(status.contains("1 change in 1 record") && !status.contains("All sent."), "{status}");
    assert_eq!(desk.json("status")["unsent_changes"], 1);
}
