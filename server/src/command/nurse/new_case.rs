//! `open-case`: a new patient on the doorstep.

use clap::Args;
use doorstep_client_core::record::patient::{Address, Patient, Phone as Number, PhoneUse, Sex};
use doorstep_client_core::record::{Date, ElementId, Keyed};
use serde_json::json;

use super::memory::Row;
use super::page::Page;
use super::phone::{Phone, explained};

/// Open a case for a patient who is new to the agency. The office learns of it with the next sync.
#[derive(Args)]
pub(super) struct OpenCase {
    /// Given names.
    given: String,
    /// Family name.
    family: String,
    /// What the patient likes to be called.
    #[arg(long, default_value = "")]
    preferred: String,
    /// Date of birth, as precise as it is known: 1948-03-09, 1948-03 or 1948.
    #[arg(long, value_name = "DATE")]
    born: Option<Date>,
    /// female, male, other or unknown.
    #[arg(long, default_value = "unknown", value_parser = sex)]
    sex: Sex,
    /// Telephone number.
    #[arg(long, value_name = "NUMBER")]
    tel: Option<String>,
    /// Street, number, flat.
    #[arg(long, default_value = "")]
    street: String,
    #[arg(long, default_value = "")]
    city: String,
    #[arg(long, default_value = "")]
    state: String,
    #[arg(long, default_value = "")]
    zip: String,
    /// Door code, key safe.
    #[arg(long, default_value = "")]
    door_code: String,
}

impl OpenCase {
    pub(super) fn run(self, phone: &mut Phone<'_>, page: &mut Page) -> anyhow::Result<()> {
        let entropy = |bytes: &mut [u8]| phone.surroundings.environment.fill_random(bytes);
        let number = |number| {
            (
                ElementId::new(&mut { entropy }),
                Number { number, purpose: PhoneUse::Home, ..Number::default() },
            )
        };
        let phones: Keyed<Number> = self.tel.map(number).into_iter().collect();
        let address = Address {
            line: self.street,
            city: self.city,
            state: self.state,
            postal_code: self.zip,
            door_code: self.door_code,
            ..Address::default()
        };
        let patient = Patient {
            given: self.given,
            family: self.family,
            preferred: self.preferred,
            birth_date: self.born,
            sex: self.sex,
            phones,
            address,
            ..Patient::default()
        };
        let name = patient.full_name();
        let namesake = phone.cases()?.iter().any(|case| case.case.patient_name == name);
        let created =
            phone.device.open_case(&patient).map_err(|error| explained("opening a case", &error))?;
        if namesake {
            page.note(&format!(
                "There is another case for {name} on this phone; tell the office if it is the same person."
            ));
        }
        phone.memory.keep_rows(vec![Row::from(created.header)])?;
        let what = format!("Case opened for {name}; it is number 1 now.");
        let details =
            json!({ "case": created.header.scope, "id": created.header.id, "version": created.version });
        page.saved(phone, &what, details)
    }
}

fn sex(text: &str) -> Result<Sex, String> {
    let sex = Sex::from(text.to_lowercase().as_str());
    if sex.is_recognised() { Ok(sex) } else { Err("expected female, male, other or unknown".to_owned()) }
}
