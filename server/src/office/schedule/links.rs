//! Where the schedule leads: the same with other days, another nurse, another page.

use doorstep_client_core::ids::{ScopeId, StaffId};
use jiff::civil::Date;

use super::span::Span;

/// What is shown now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Links {
    /// The days.
    pub(super) span: Span,
    /// The nurse, where it is of one.
    pub(super) nurse: Option<StaffId>,
    /// The case, where it is of one.
    pub(super) case: Option<ScopeId>,
}

impl Links {
    /// The same of the day or the week before.
    pub(super) fn earlier(&self) -> String {
        self.of_day(self.span.later(-1))
    }

    /// The same of the day or the week after.
    pub(super) fn later(&self) -> String {
        self.of_day(self.span.later(1))
    }

    /// The same for the day or the week of today.
    pub(super) fn at(&self, today: &Date) -> String {
        self.of_day(if self.span.is_week() { Span::week_of(*today) } else { Span::Day(*today) })
    }

    /// The same of the week in which the first of these days is.
    pub(super) fn week(&self) -> String {
        self.of_day(Span::week_of(self.span.first()))
    }

    /// The same of today, where it is among these days, or else of the first of them.
    pub(super) fn day(&self, today: &Date) -> String {
        let is_shown = self.span.days().contains(today);
        self.of_day(Span::Day(if is_shown { *today } else { self.span.first() }))
    }

    /// The same of one day.
    pub(super) fn on(&self, day: &Date) -> String {
        self.of_day(Span::Day(*day))
    }

    /// The same of one nurse on one day.
    pub(super) fn of_nurse_on(&self, nurse: &Option<StaffId>, day: &Date) -> String {
        Self { span: Span::Day(*day), nurse: nurse.or(self.nurse), ..*self }.to_here()
    }

    /// The same of one nurse.
    pub(super) fn of_nurse(&self, nurse: &StaffId) -> String {
        Self { nurse: Some(*nurse), ..*self }.to_here()
    }

    /// The same of every nurse and case.
    pub(super) fn of_all(&self) -> String {
        Self { nurse: None, case: None, ..*self }.to_here()
    }

    /// The page of nurses that follows this one.
    pub(super) fn past(&self, nurse: &StaffId) -> String {
        format!("{}&past={nurse}", self.to_here())
    }

    /// The page of cases that follows this one.
    pub(super) fn after(&self, case: &ScopeId) -> String {
        format!("{}&after={case}#unbooked", self.to_here())
    }

    /// Where a visit of what is shown is booked.
    pub(super) fn book_here(&self) -> String {
        self.book(&None)
    }

    /// The same: of this nurse, or else of the one whose schedule it is.
    pub(super) fn book(&self, nurse: &Option<StaffId>) -> String {
        let day = match self.span {
            Span::Day(day) => Some(day),
            Span::Week(_) => None,
        };
        booking(self.case, nurse.or(self.nurse), day)
    }

    /// Where a visit of a nurse on a day is booked.
    pub(super) fn book_on(&self, nurse: &Option<StaffId>, day: &Date) -> String {
        booking(self.case, *nurse, Some(*day))
    }

    /// Where a visit to a case is booked.
    pub(super) fn book_for(&self, case: &ScopeId) -> String {
        booking(Some(*case), self.nurse, None)
    }

    fn of_day(&self, span: Span) -> String {
        Self { span, ..*self }.to_here()
    }

    /// The address of this, relative to the schedule's.
    fn to_here(self) -> String {
        let (name, value) = self.span.parameter();
        let nurse = self.nurse.map(|nurse| format!("&nurse={nurse}")).unwrap_or_default();
        let case = self.case.map(|case| format!("&case={case}")).unwrap_or_default();
        format!("?{name}={value}{nurse}{case}")
    }
}

/// Where a visit is booked.
fn booking(case: Option<ScopeId>, nurse: Option<StaffId>, day: Option<Date>) -> String {
    let case = case.map(|case| format!("case={case}"));
    let nurse = nurse.map(|nurse| format!("nurse={nurse}"));
    let day = day.map(|day| format!("at={day}"));
    let named: Vec<String> = [case, nurse, day].into_iter().flatten().collect();
    format!("/office/schedule/book?{}", named.join("&"))
}
