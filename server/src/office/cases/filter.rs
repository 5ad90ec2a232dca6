//! How the list of cases is cut and sorted. Nothing of it says anything of a patient: it may stand in an address.

use doorstep_client_core::care::Now;
use doorstep_client_core::record::Timestamp;
use doorstep_client_core::record::agency::Agency;

use crate::http::Problem;
use crate::limits::CASES_SHOWN_MAX;
use crate::office::local::Local;
use crate::store::{AssignedTo, Authorised, CaseOrder, CasePlace, CaseQuery, CaseStatus, SearchWords};

const NURSE: &str = "nurse";
const STATUS: &str = "status";
const ATTENTION: &str = "attention";
const VISITS: &str = "visits";
const ORDER: &str = "order";
const AFTER: &str = "after";
/// Stands for the nurse of those that have none.
const NOBODY: &str = "nobody";
const ALL: &str = "all";
const YES: &str = "yes";
const MINUTE_MS: i64 = 60_000;

/// Which cases are shown, in which order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filter {
    pub(super) assigned: Option<AssignedTo>,
    pub(super) status: Option<CaseStatus>,
    pub(super) needs_attention: bool,
    pub(super) authorised: Option<Authorised>,
    pub(super) order: CaseOrder,
    pub(super) after: Option<CasePlace>,
}

impl Default for Filter {
    /// Every open case, by name.
    fn default() -> Self {
        Self {
            assigned: None,
            status: Some(CaseStatus::Open),
            needs_attention: false,
            authorised: None,
            order: CaseOrder::Title,
            after: None,
        }
    }
}

/// Something to choose in a filter: what stands for it, the message that says it, and whether it is chosen.
pub(super) struct Choice {
    pub(super) value: &'static str,
    pub(super) message: &'static str,
    pub(super) is_chosen: bool,
}

impl Filter {
    /// Reads the fields of a form or of an address. What is left out is as in the list that nobody has cut.
    pub(super) fn read(fields: &[(String, String)]) -> Result<Self, Problem> {
        let mut filter = Self::default();
        for (name, value) in fields {
            let unknown = || Problem::bad_request(format!("{name} is none of its choices"));
            match (name.as_str(), value.as_str()) {
                (NURSE, "") => filter.assigned = None,
                (NURSE, NOBODY) => filter.assigned = Some(AssignedTo::Nobody),
                (NURSE, id) => {
                    filter.assigned = Some(AssignedTo::Nurse(id.parse().map_err(|_| unknown())?));
                }
                (STATUS, status) => filter.status = of_name(&STATUSES, status).ok_or_else(unknown)?,
                (ATTENTION, attention) => filter.needs_attention = attention == YES,
                (VISITS, visits) => filter.authorised = of_name(&AUTHORISED, visits).ok_or_else(unknown)?,
                (ORDER, order) => filter.order = of_name(&ORDERS, order).ok_or_else(unknown)?,
                (AFTER, "") => filter.after = None,
                (AFTER, place) => filter.after = Some(place.parse().map_err(|_| unknown())?),
                _ => {}
            }
        }
        Ok(filter)
    }

    /// The same as the query of an address.
    pub(super) fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let untouched = Self::default();
        match self.assigned {
            Some(AssignedTo::Nobody) => drop(query.append_pair(NURSE, NOBODY)),
            Some(AssignedTo::Nurse(nurse)) => drop(query.append_pair(NURSE, &nurse.to_string())),
            None => {}
        }
        if self.status != untouched.status {
            query.append_pair(STATUS, name_of(&STATUSES, self.status));
        }
        if self.needs_attention {
            query.append_pair(ATTENTION, YES);
        }
        if self.authorised.is_some() {
            query.append_pair(VISITS, name_of(&AUTHORISED, self.authorised));
        }
        if self.order != untouched.order {
            query.append_pair(ORDER, name_of(&ORDERS, self.order));
        }
        if let Some(after) = self.after {
            query.append_pair(AFTER, &after.to_string());
        }
        query.finish()
    }

    /// The same as the fields of a form.
    pub(super) fn fields(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.query().as_bytes()).into_owned().collect()
    }

    /// The page that shows it.
    pub(super) fn path(&self) -> String {
        match self.query() {
            query if query.is_empty() => super::list::PATH.to_owned(),
            query => format!("{}?{query}", super::list::PATH),
        }
    }

    /// The same from another place on.
    pub(super) fn from(&self, after: Option<CasePlace>) -> Self {
        Self { after, ..self.clone() }
    }

    /// What the store is asked.
    pub(super) fn ask(&self, words: SearchWords, local: &Local, agency: &Agency) -> CaseQuery {
        CaseQuery {
            assigned: self.assigned,
            status: self.status,
            needs_attention: self.needs_attention,
            authorised: self.authorised,
            words,
            order: self.order,
            after: self.after,
            ..every_case(local, agency, CASES_SHOWN_MAX)
        }
    }

    /// Whether these are the cases of this nurse.
    pub(super) fn is_of(&self, nurse: &super::Nurse) -> bool {
        self.assigned == Some(AssignedTo::Nurse(nurse.id))
    }

    /// Whether these are the cases that nobody has.
    pub(super) fn is_of_nobody(&self) -> bool {
        self.assigned == Some(AssignedTo::Nobody)
    }

    /// Whether closed cases are left out.
    pub(super) fn leaves_out_closed(&self) -> bool {
        self.status == Some(CaseStatus::Open)
    }

    /// The choices of whether they are open.
    pub(super) fn statuses(&self) -> Vec<Choice> {
        choices(&STATUSES, self.status)
    }

    /// The choices of how visits are authorised.
    pub(super) fn authorisations(&self) -> Vec<Choice> {
        choices(&AUTHORISED, self.authorised)
    }

    /// The orders to choose from.
    pub(super) fn orders(&self) -> Vec<Choice> {
        choices(&ORDERS, self.order)
    }
}

/// Every case, as of now, where the agency is.
pub(super) fn every_case(local: &Local, agency: &Agency, rows_max: usize) -> CaseQuery {
    let at = local.now();
    let now = Now::new(at, local.zoned(at).offset().seconds());
    let allowed_ms = agency.visit_rules.missed_after_minutes().saturating_mul(MINUTE_MS);
    let missed_before = Timestamp::from_millisecond(at.as_millisecond().saturating_sub(allowed_ms));
    CaseQuery::all(now, missed_before.unwrap_or(at), rows_max)
}

/// What can be chosen: its name, its message, and what it stands for.
type Named<T> = (&'static str, &'static str, T);

const STATUSES: [Named<Option<CaseStatus>>; 3] = [
    ("open", "cases-status-open", Some(CaseStatus::Open)),
    ("closed", "cases-status-closed", Some(CaseStatus::Closed)),
    (ALL, "cases-status-all", None),
];
const AUTHORISED: [Named<Option<Authorised>>; 4] = [
    ("", "cases-visits-any", None),
    ("now", "cases-visits-now", Some(Authorised::Now)),
    ("runs-out", "cases-visits-runs-out", Some(Authorised::RunsOut)),
    ("not", "cases-visits-not", Some(Authorised::Not)),
];
const ORDERS: [Named<CaseOrder>; 3] = [
    ("name", "cases-order-name", CaseOrder::Title),
    ("next", "cases-order-next", CaseOrder::NextAppointment),
    ("change", "cases-order-change", CaseOrder::LastChange),
];

fn of_name<T: Copy>(of: &[Named<T>], name: &str) -> Option<T> {
    of.iter().find(|(other, ..)| *other == name).map(|(_, _, value)| *value)
}

fn name_of<T: PartialEq>(of: &[Named<T>], value: T) -> &'static str {
    of.iter().find(|(.., other)| *other == value).map_or("", |(name, ..)| *name)
}

fn choices<T: Copy + PartialEq>(of: &[Named<T>], chosen: T) -> Vec<Choice> {
    let choice = |(value, message, of): &Named<T>| Choice { value, message, is_chosen: *of == chosen };
    of.iter().map(choice).collect()
}

#[cfg(test)]
mod tests {
    use doorstep_client_core::ids::{ScopeId, StaffId};

    use super::*;

    fn read(query: &str) -> Result<Filter, Problem> {
        Filter::read(&form_urlencoded::parse(query.as_bytes()).into_owned().collect::<Vec<_>>())
    }

    #[test]
    fn what_an_address_says_comes_back_as_the_same_address() {
        let (scope, nurse) = (ScopeId::from_bytes([7; 16]), StaffId::from_bytes([8; 16]));
        for query in [
            String::new(),
            "nurse=nobody".to_owned(),
            format!(
                "nurse={nurse}&status=all&attention=yes&visits=runs-out&order=change&after=change.{scope}.9"
            ),
            format!("status=closed&visits=not&order=next&after=next.{scope}.1700000000000"),
            format!("visits=now&order=next&after=next.{scope}"),
        ] {
            assert_eq!(read(&query).unwrap().query(), query);
        }
        assert_eq!(read("").unwrap(), Filter::default());
        assert_eq!(read("words=Rosa&done=case-closed").unwrap().query(), "", "what is typed is kept out");
    }

    #[test]
    fn what_is_none_of_the_choices_is_refused() {
        for query in ["nurse=x", "status=gone", "visits=maybe", "order=size", "after=title.x", "after=1"] {
            assert_eq!(read(query).unwrap_err().status(), 400, "{query}");
        }
    }
}
