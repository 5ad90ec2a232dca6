//! `Practitioner` as `care_team_member`: the bundle's practitioners work elsewhere and take part in the case.

use doorstep_client_core::record::care_team_member::{CareTeamMember, CareTeamStatus};
use doorstep_client_core::record::{AnyRecord, code_system};
use serde::Deserialize;
use serde_json::Value;

use super::bundle::Reason;
use super::data_types::{self, CodeableConcept, ContactPoint, FhirAddress, Identifier};
use super::references::{References, name_of};

#[derive(Default, Deserialize)]
#[serde(default)]
struct Source {
    identifier: Vec<Identifier>,
    active: Option<bool>,
    telecom: Vec<ContactPoint>,
    address: Vec<FhirAddress>,
    qualification: Vec<Qualification>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Qualification {
    code: CodeableConcept,
}

/// Maps a practitioner, who stands at `entry` of the bundle.
pub(super) fn read(content: &Value, entry: usize, references: &References<'_>) -> Result<AnyRecord, Reason> {
    let source = Source::deserialize(content).map_err(|_| Reason::Malformed)?;
    let (mut npi, mut notes) = (String::new(), Vec::new());
    for Identifier { system, value, .. } in source.identifier {
        let is_npi = value.len() <= 10 && value.bytes().all(|byte| byte.is_ascii_digit());
        if system == code_system::US_NPI && is_npi && npi.is_empty() {
            npi = value;
        } else {
            notes.push(format!("{system} {value}").trim().to_owned());
        }
    }
    notes.extend(source.address.iter().map(FhirAddress::words));
    let reach = |system: &str| {
        let point = source.telecom.iter().find(|point| point.system == system);
        point.map(|point| point.value.clone()).unwrap_or_default()
    };
    let email = reach("email");
    let has_at = email.contains('@');
    if !has_at {
        notes.push(email.clone());
    }
    let record = CareTeamMember {
        name: name_of(content),
        organisation: references.organisations.get(&entry).cloned().unwrap_or_default(),
        role: source.qualification.iter().map(|q| q.code.words()).collect::<Vec<_>>().join(", "),
        phones: data_types::phones(&source.telecom),
        fax: reach("fax"),
        email: if has_at { email } else { String::new() },
        npi,
        status: if source.active == Some(false) { CareTeamStatus::Inactive } else { CareTeamStatus::Active },
        note: data_types::note(&[], &notes),
        entered_in_error: false,
    };
    Ok(record.into())
}
