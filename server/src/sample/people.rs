//! Made-up names and staff.

use doorstep_client_core::record::instrument::{Instrument, InstrumentStatus, Item, ItemType, Scoring};
use doorstep_client_core::record::patient::{Phone, PhoneUse, Sex};
use doorstep_client_core::record::staff::{Credential, CredentialType, Staff, StaffRole};

use super::Maker;

/// A made-up person's name.
#[derive(Debug, Clone, Default)]
pub(super) struct Name {
    pub(super) given: String,
    pub(super) family: String,
    pub(super) sex: Sex,
}

impl Name {
    pub(super) fn full(&self) -> String {
        format!("{} {}", self.given, self.family)
    }
}

/// Every pair of a given and a family name.
pub(super) fn names() -> Vec<Name> {
    let given = WOMEN.iter().map(|name| (name, Sex::Female)).chain(MEN.iter().map(|name| (name, Sex::Male)));
    let pair = |(given, sex): (&&str, Sex)| {
        FAMILIES
            .iter()
            .map(move |family| Name {
                given: (*given).to_owned(),
                family: (*family).to_owned(),
                sex: sex.clone(),
            })
            .collect::<Vec<_>>()
    };
    given.flat_map(pair).collect()
}

/// A name for when there are more people than pairs.
pub(super) fn numbered(number: usize) -> Name {
    Name { given: format!("Sample {number}"), family: "Person".to_owned(), sex: Sex::Unknown }
}

pub(super) fn phone(maker: &mut Maker, purpose: PhoneUse, note: &str) -> Phone {
    // 555-0100 to 555-0199 are kept for fiction.
    Phone { number: format!("413 555 01{}", maker.digits(2)), purpose, note: note.to_owned() }
}

pub(super) fn staff(maker: &mut Maker, name: &str, role: StaffRole) -> Staff {
    let mut staff = Staff { name: name.to_owned(), role: role.clone(), ..Staff::default() };
    staff.phones.insert("work".into(), phone(maker, PhoneUse::Work, ""));
    staff.languages.insert("en");
    if role == StaffRole::Nurse {
        let credential = |maker: &mut Maker, credential_type, state: &str, expires_in_days| Credential {
            credential_type,
            state: state.to_owned(),
            number: format!("S{}", maker.digits(6)),
            issued: Some(maker.day(-700)),
            expires: Some(maker.day(expires_in_days)),
            ended: false,
        };
        let in_days = maker.pick(&[45, 200, 365, 500]);
        staff
            .credentials
            .insert("rn".into(), credential(maker, CredentialType::RegisteredNurse, "MA", in_days));
        staff
            .credentials
            .insert("cm".into(), credential(maker, CredentialType::AccreditedCaseManager, "", 400));
        staff.areas.insert(maker.pick(&["north", "south", "east", "west"]));
        if maker.pick(&[true, false, false]) {
            staff.languages.insert("es");
        }
    }
    staff
}

/// A short form that sums three answers; made up, no published instrument.
pub(super) fn instrument() -> Instrument {
    let mut instrument = Instrument {
        title: "Safety at home (sample)".to_owned(),
        version: "1".to_owned(),
        status: InstrumentStatus::Active,
        scoring: Scoring::Sum,
        ..Instrument::default()
    };
    let questions = [
        ("falls", "How many falls in the last three months?"),
        ("steps", "How many steps at the front door without a rail?"),
        ("alone", "How many hours of a usual day alone?"),
    ];
    for (position, (link, text)) in (1..).zip(questions) {
        let item = Item {
            position,
            text: text.to_owned(),
            item_type: ItemType::Integer,
            required: true,
            answer_is_score: true,
            ..Item::default()
        };
        instrument.items.insert(link.into(), item);
    }
    instrument
}

const WOMEN: [&str; 24] = [
    "Alma", "Beatriz", "Carol", "Dolores", "Edith", "Florence", "Grace", "Hanna", "Irene", "Joan", "Keiko",
    "Lucia", "Mabel", "Nadia", "Opal", "Pilar", "Rosa", "Sylvia", "Thelma", "Una", "Vera", "Wilma",
    "Yolanda", "Zora",
];
const MEN: [&str; 24] = [
    "Abel", "Bruno", "Clyde", "Dario", "Earl", "Felix", "George", "Hugo", "Ivan", "Jorge", "Karl", "Leon",
    "Marvin", "Niels", "Omar", "Pedro", "Ralph", "Samir", "Tomas", "Urban", "Victor", "Walter", "Yusuf",
    "Zeke",
];
const FAMILIES: [&str; 48] = [
    "Abbott",
    "Alvarez",
    "Baptiste",
    "Berger",
    "Bishop",
    "Calloway",
    "Castillo",
    "Chen",
    "Dalton",
    "Delgado",
    "Eriksen",
    "Farrow",
    "Fontaine",
    "Garza",
    "Gibbs",
    "Hale",
    "Haddad",
    "Ibarra",
    "Jensen",
    "Kaplan",
    "Keane",
    "Kowalski",
    "Lang",
    "Lopez",
    "Mancini",
    "Mbeki",
    "Mercer",
    "Nakamura",
    "Novak",
    "Okafor",
    "Olsen",
    "Osei",
    "Park",
    "Pereira",
    "Quinn",
    "Rahman",
    "Reyes",
    "Rossi",
    "Santos",
    "Schmidt",
    "Silva",
    "Tanaka",
    "Tran",
    "Underwood",
    "Vargas",
    "Weber",
    "Whitfield",
    "Zielinski",
];
