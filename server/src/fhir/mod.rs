//! FHIR R4 bundles as Doorstep's records. Pure: a bundle in, cases out; [`create`] alone stores what came out.
//!
//! | FHIR R4 | Record |
//! |---|---|
//! | `Patient` | `patient`, whose case everything else joins |
//! | `Practitioner` | `care_team_member` in the case: a bundle's practitioners work elsewhere |
//! | `Condition` | `condition` |
//! | `MedicationRequest` | `medication` |
//! | `AllergyIntolerance` | `allergy` |
//! | `Encounter` | `visit` |
//! | `Observation` | `observation` |
//! | `Goal` | `goal` |
//! | `CarePlan` | `care_plan`, its activities as interventions |
//!
//! What is not mapped is named and counted, never dropped in silence. Ids come out of the source's, so that a
//! bundle that is read twice yields the same records.

pub mod bundle;
pub mod count;
pub mod create;

mod allergy_intolerance;
mod care_plan;
mod condition;
mod data_types;
mod encounter;
mod goal;
mod identity;
mod medication_request;
mod observation;
mod patient;
mod practitioner;
mod references;

#[cfg(test)]
mod tests;
