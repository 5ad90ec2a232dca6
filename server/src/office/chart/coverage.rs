//! Visits used of visits approved.

use doorstep_client_core::care::authorisations::{Made, granted, is_made_on};
use doorstep_client_core::ids::RecordId;
use doorstep_client_core::record::Kind;
use doorstep_client_core::record::coverage::Coverage;
use doorstep_client_core::record::visit::{Visit, VisitStatus};
use serde_json::Value as Json;

use super::Case;
use super::case::now;
use crate::office::form;
use crate::office::local::Local;
use crate::office::words::Words;

/// An authorisation on which visits may be made.
pub(super) struct Authorised {
    /// The coverage that it is part of.
    pub(super) record: RecordId,
    /// Who pays.
    pub(super) payer: String,
    /// Its number.
    pub(super) number: String,
    /// For which service.
    pub(super) service: String,
    /// For which days.
    pub(super) period: String,
    /// Visits that were made on it.
    pub(super) used: i64,
    /// Visits that are approved; none: without a bound.
    pub(super) approved: Option<i64>,
}

impl Authorised {
    /// Whether no visit is left.
    pub(super) fn is_used_up(&self) -> bool {
        self.approved.is_some_and(|approved| self.used >= approved)
    }

    /// Visits used, of how many.
    pub(super) fn words(&self, words: Words) -> String {
        match self.approved {
            None => self.used.to_string(),
            Some(approved) => {
                let values = [("used", self.used.into()), ("approved", approved.into())];
                words.tell("chart-used-of", values).into_owned()
            }
        }
    }
}

/// The authorisations of a case on which visits may be made.
pub(super) fn authorised(case: &Case, local: &Local) -> Vec<Authorised> {
    let finished = case.chart().all::<Visit>().filter(|(_, visit)| visit.status == VisitStatus::Finished);
    let made: Vec<Made<'_>> = finished
        .filter_map(|(_, visit)| {
            let service = visit.service_type.as_ref().map(|service| service.code.as_str());
            Some(Made { at: visit.check_in?.at, service })
        })
        .collect();
    let now = now(local);
    let context = case.around.context(&Json::Null);
    let all = case
        .chart()
        .all::<Coverage>()
        .flat_map(|(id, coverage)| granted(id, coverage).map(move |granted| (coverage, granted)));
    let authorised = all.map(|(coverage, granted)| {
        let authorisation = granted.authorisation;
        let used = made.iter().filter(|visit| is_made_on(visit, authorisation, now)).count();
        let show = |field: &str, value: Json| {
            form::show(
                Kind::Coverage,
                &format!("authorisations.{}.{field}", granted.element.0),
                &value,
                &context,
            )
        };
        Authorised {
            record: granted.record,
            payer: coverage.payer.clone(),
            number: authorisation.number.clone(),
            service: show("service", serde_json::json!(authorisation.service)),
            period: show("period", serde_json::json!(authorisation.period)),
            used: i64::try_from(used).unwrap_or(i64::MAX),
            approved: authorisation.visits_approved,
        }
    });
    authorised.collect()
}
