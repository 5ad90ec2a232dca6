//! The URIs of the code systems that records use, as FHIR R4 names them.

/// LOINC: observations, instruments.
pub const LOINC: &str = "http://loinc.org";
/// SNOMED CT: conditions, substances, routes, body sites.
pub const SNOMED_CT: &str = "http://snomed.info/sct";
/// RxNorm: medications.
pub const RXNORM: &str = "http://www.nlm.nih.gov/research/umls/rxnorm";
/// ICD-10-CM: conditions.
pub const ICD_10_CM: &str = "http://hl7.org/fhir/sid/icd-10-cm";
/// UCUM: units of measure.
pub const UCUM: &str = "http://unitsofmeasure.org";
/// BCP 47: languages.
pub const BCP_47: &str = "urn:ietf:bcp:47";
/// HCPCS Level II: services that are billed.
pub const HCPCS: &str = "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets";
/// The National Provider Identifier of the United States.
pub const US_NPI: &str = "http://hl7.org/fhir/sid/us-npi";
