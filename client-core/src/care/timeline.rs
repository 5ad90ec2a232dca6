//! Everything of a case in the order of time.

use super::Chart;
use crate::ids::RecordId;
use crate::record::{AnyRecord, Date, Kind, Period, Timestamp};

/// One record on the timeline.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Entry {
    /// When it happened or is to happen; a date counts from its first midnight, UTC.
    pub at: Option<Timestamp>,
    /// The record.
    pub record: RecordId,
    /// Its kind.
    pub kind: Kind,
    /// Its summary line.
    pub summary: String,
}

/// Every valid record of a case, newest first, those without a time last.
pub fn timeline(chart: Chart<'_>) -> Vec<Entry> {
    let entry = |(id, record): (RecordId, &AnyRecord)| Entry {
        at: when(record),
        record: id,
        kind: record.kind(),
        summary: record.summary(),
    };
    let mut entries: Vec<_> = chart.records().map(entry).collect();
    entries.sort_by_key(|entry| std::cmp::Reverse((entry.at, entry.record)));
    entries
}

/// When what a record tells of happened or is to happen.
pub fn when(record: &AnyRecord) -> Option<Timestamp> {
    match record {
        AnyRecord::Condition(condition) => midnight(condition.onset),
        AnyRecord::Medication(medication) => midnight(medication.start),
        AnyRecord::Allergy(allergy) => midnight(allergy.onset),
        AnyRecord::Assessment(assessment) => assessment.performed_at,
        AnyRecord::Coverage(coverage) => begin(coverage.period),
        AnyRecord::Communication(communication) => communication.happened_at,
        AnyRecord::Goal(goal) => midnight(goal.start),
        AnyRecord::CarePlan(plan) => begin(plan.period),
        AnyRecord::Appointment(appointment) => appointment.start,
        AnyRecord::Visit(visit) => visit.check_in.map(|point| point.at),
        AnyRecord::Observation(observation) => observation.performed_at,
        AnyRecord::Education(education) => education.performed_at,
        AnyRecord::TreatmentChange(change) => change.answered_at.or(change.sent_at),
        AnyRecord::Task(task) => task.completed_at.or_else(|| midnight(task.due)),
        AnyRecord::Attachment(attachment) => attachment.taken_at,
        AnyRecord::Patient(_)
        | AnyRecord::SupportPerson(_)
        | AnyRecord::CareTeamMember(_)
        | AnyRecord::Staff(_)
        | AnyRecord::Instrument(_)
        | AnyRecord::Agency(_) => None,
    }
}

fn begin(period: Option<Period>) -> Option<Timestamp> {
    midnight(period?.start)
}

fn midnight(date: Option<Date>) -> Option<Timestamp> {
    let midnight = date?.first_day().at(0, 0, 0, 0);
    jiff::tz::Offset::UTC.to_timestamp(midnight).ok().map(Timestamp::from)
}
