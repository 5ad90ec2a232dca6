//! The server's own limits by name, units last; those that phones share are in
//! [`doorstep_client_core::limits`].

use std::num::NonZeroU32;

use doorstep_client_core::limits::ATTACHMENT_BYTES_MAX;

/// Seconds that reading one pushed changeset may take.
pub const ADMISSION_SECONDS_MAX: u64 = 10;
/// Threads that may be left behind at work on changesets that took too long.
pub const ADMISSIONS_LEFT_BEHIND_MAX: usize = 16;
/// Times that a push is merged again because the record changed meanwhile.
pub const MERGE_ATTEMPTS_MAX: usize = 16;
/// Exchanges that may be under way at once; more wait.
pub const EXCHANGES_MAX: usize = 64;
/// Parts of an answer that wait for a slow phone, each a frame.
pub const ANSWER_PARTS_WAITING_MAX: usize = 4;
/// Bytes of the body of a JSON request.
pub const JSON_BYTES_MAX: usize = 2 << 20;
/// Bytes of a form that a browser sends.
pub const FORM_BYTES_MAX: usize = 2 << 20;
/// Fields of a form.
pub const FORM_FIELDS_MAX: usize = 5_000;
/// Bytes of the files that are uploaded at once.
pub const UPLOAD_BYTES_MAX: usize = 32 << 20;
/// Files that are uploaded at once.
pub const UPLOAD_FILES_MAX: usize = 100;
/// Bytes of an upload that are read to find the session's token, before it is known who sends it: the token stands first,
/// and these hold it. One part of the body more, as it came from the network, may be read with them.
pub const UPLOAD_HEAD_BYTES_MIN: usize = 1 << 10;
/// Minutes for which an upload is kept between its preview and its import.
pub const UPLOAD_KEPT_MINUTES_MAX: i64 = 30;
/// Bytes of all uploads that are kept; past it, the oldest goes.
pub const UPLOADS_KEPT_BYTES_MAX: usize = 128 << 20;
/// Bytes of a form with a file of a chart in it: as large a file as there may be, as much beside it as in any form, and what
/// stands around each field.
pub const FILE_FORM_BYTES_MAX: usize = ATTACHMENT_BYTES_MAX as usize + 2 * FORM_BYTES_MAX;
/// Bytes of a refused request's body that are read and dropped so that whoever sends them gets the refusal: as many as
/// the largest request has. A connection with more to come is closed.
pub const REST_BYTES_MAX: usize = FILE_FORM_BYTES_MAX;
/// Seconds for which they are read.
pub const REST_SECONDS_MAX: u64 = 60;
/// Seconds that the next part of a request's body may take.
pub const BODY_SILENCE_SECONDS_MAX: u64 = 30;
/// Seconds that a phone may take over a part of an answer, with so many more waiting for it.
pub const ANSWER_SILENCE_SECONDS_MAX: u64 = 60;
/// Seconds until a request's head has come whole, and that a connection may idle before it.
pub const HEAD_SECONDS_MAX: u64 = 30;
/// Seconds that the handshake of TLS may take.
pub const HANDSHAKE_SECONDS_MAX: u64 = 10;
/// Seconds until new certificate files are taken up.
pub const TLS_FILES_SECONDS_MAX: u64 = 30;
/// Requests of one phone in a minute.
pub const DEVICE_REQUESTS_PER_MINUTE_MAX: NonZeroU32 = per_minute(600);
/// Enrolments from one address in a minute.
pub const ENROLMENTS_PER_MINUTE_MAX: NonZeroU32 = per_minute(30);
/// Requests for tokens from one address in a minute: many phones may share one.
pub const TOKENS_PER_MINUTE_MAX: NonZeroU32 = per_minute(300);
/// Requests for calendar feeds that one address makes in a minute: those who read them for many people come from few.
pub const CALENDARS_PER_MINUTE_MAX: NonZeroU32 = per_minute(120);
/// Exchanges, and streams of events begun, from one address in a minute.
pub const EXCHANGES_PER_MINUTE_MAX: NonZeroU32 = per_minute(3_000);
/// Streams of events that one phone has open; with one more the oldest ends.
pub const EVENT_STREAMS_MAX: usize = 4;
/// Bytes of an access token: a longer one is not looked at.
pub const TOKEN_BYTES_MAX: usize = 512;
/// Characters of a phone's name and of an app's version.
pub const DEVICE_NAME_CHARS_MAX: usize = 100;
/// Failed enrolments in a minute, after which nobody may try in that minute.
pub const ENROLMENT_FAILURES_PER_MINUTE_MAX: u32 = 30;
/// Successors of one refresh token that nobody has used yet, as answers lost on their way leave them.
pub const REFRESH_SUCCESSORS_MAX: u32 = 32;
/// Days that a replaced refresh token is remembered, so that whoever shows it gives himself away.
pub const REPLACED_TOKEN_DAYS_KEPT: i64 = 400;
/// Days after the end of a nurse's assignment for which her late work is merged (I9); past them it is set aside.
pub const LATE_WORK_DAYS_MAX: i64 = 30;
/// Reviews of its refused work that a phone is told of in one answer, the newest.
pub const REVIEWS_TOLD_MAX: usize = 500;
/// Characters of the reason for which work is discarded.
pub const DISCARD_REASON_CHARS_MAX: usize = 300;
/// Characters of what the office looks for among its cases.
pub const CASE_SEARCH_CHARS_MAX: usize = 100;
/// Cases of what may be the same patient that are shown before one is opened.
pub const ALIKE_CASES_MAX: usize = 10;
/// Cases in one page of the list.
pub const CASES_SHOWN_MAX: usize = 50;
/// Entries of the review queue in one answer to the office.
pub const REVIEW_ENTRIES_MAX: usize = 50;
/// Entries of activity in one answer to the office.
pub const ACTIVITY_ENTRIES_MAX: usize = 500;
/// Entries of the audit log in one answer to the office, and in one page of an export.
pub const AUDIT_ENTRIES_MAX: usize = 500;
/// Seconds after which what the care comes to is counted anew for whoever looks.
pub const OUTCOMES_SECONDS_MAX: i64 = 300;
/// Periods of which it is kept; the oldest count goes for one more.
pub const OUTCOMES_KEPT_MAX: usize = 64;
/// Entries of the audit log on a page of the office.
pub const AUDIT_ROWS_MAX: usize = 100;
/// Cases that a search for somebody's chart shows on a page about something else.
pub const FOUND_CASES_MAX: usize = 20;
/// Bytes of the files of one case, unless the configuration says otherwise.
pub const CASE_FILES_BYTES_QUOTA: u64 = 2 << 30;
/// Bytes of the files of one agency, unless the configuration says otherwise.
pub const AGENCY_FILES_BYTES_QUOTA: u64 = 500 << 30;
/// Days for which what has arrived of a file is kept while nothing more comes.
pub const FILE_PARTS_DAYS_MAX: i64 = 14;
/// Bytes of a file in one part of what puts its chunks together: stores that speak S3 take none that is smaller but the last.
pub const FILE_PART_BYTES: usize = 5 << 20;
/// Bytes of a file that are gathered before they are handed to a browser.
pub const DOWNLOAD_PART_BYTES: usize = 64 << 10;
/// Entries of the quarantine in one answer to the office, the newest.
pub const QUARANTINE_ENTRIES_MAX: usize = 200;
/// Seconds between looks for changes that another process made, such as the `doorstep staff` command.
pub const EVENT_SECONDS_MAX: u64 = 15;
/// Streams of events that one person of the office has open; with one more the oldest ends.
pub const LIVE_STREAMS_MAX: usize = 16;
/// Batches of what happens that wait for a slow stream; past it, the stream reads anew what it lacks.
pub const LIVE_BATCHES_WAITING_MAX: usize = 64;
/// Parts of a stream that wait for a slow browser.
pub const LIVE_PARTS_WAITING_MAX: usize = 16;
/// Entries of activity that a stream catches up with; past it, the page is shown anew.
pub const LIVE_ENTRIES_MAX: usize = 200;
/// Seconds for which what a page says of the review queue may be past, where phones' work has changed it since.
pub const QUEUE_SECONDS_MAX: i64 = 30;
/// Entries of what arrived last, on the page of the day.
pub const ARRIVED_ENTRIES_MAX: usize = 30;
/// Fields that such an entry names.
pub const ARRIVED_FIELDS_MAX: usize = 4;
/// Nurses on one page of the schedule.
pub const SCHEDULE_NURSES_MAX: usize = 50;
/// Visits that a week of the schedule shows one by one; past it, it says how many there are on a day.
pub const SCHEDULE_ENTRIES_MAX: usize = 150;
/// Cases without a next appointment on one page of the schedule.
pub const UNBOOKED_CASES_MAX: usize = 20;
/// Cases that are offered to somebody who looks for one to book a visit for.
pub const CASES_OFFERED_MAX: usize = 20;
/// Minutes that a visit is planned to last.
pub const VISIT_MINUTES_MIN: i64 = 5;
/// Minutes that a visit is planned to last.
pub const VISIT_MINUTES_MAX: i64 = 1_440;
/// Pokes that may wait for a slow listener; past it, one poke stands for all.
pub const POKES_WAITING_MAX: usize = 256;
/// Characters of a password.
pub const PASSWORD_CHARS_MIN: usize = 12;
/// Characters of a password.
pub const PASSWORD_CHARS_MAX: usize = 128;
/// Characters of the name that somebody signs in by.
pub const SIGN_IN_NAME_CHARS_MAX: usize = 64;
/// Passwords that are checked at once: each takes a processor for its time, and exchanges need the others.
pub const PASSWORD_CHECKS_MAX: usize = 1;
/// Passwords that wait to be checked; one more is refused at once.
pub const PASSWORD_CHECKS_WAITING_MAX: usize = 16;
/// Failed sign-ins under one name, from browsers in which its owner never signed in, after which these are locked out.
pub const ACCOUNT_FAILURES_MAX: u32 = 10;
/// Minutes from the first of them in which they are counted together.
pub const ACCOUNT_FAILURES_COUNTED_MINUTES: i64 = 15;
/// Minutes for which they are locked out.
pub const ACCOUNT_LOCK_OUT_MINUTES: i64 = 15;
/// Failed sign-ins and wrong codes from one address in a minute, after which it is locked out.
pub const ADDRESS_FAILURES_PER_MINUTE_MAX: u32 = 30;
/// Minutes for which an address is locked out.
pub const ADDRESS_LOCK_OUT_MINUTES: i64 = 5;
/// Addresses whose failures are counted at once; past it, the one that is forgotten soonest goes.
pub const ADDRESSES_COUNTED_MAX: usize = 10_000;
/// Minutes without a request after which a browser's session has ended.
pub const SESSION_IDLE_MINUTES_MAX: i64 = 30;
/// Hours after which a browser's session has ended.
pub const SESSION_HOURS_MAX: i64 = 12;
/// Sessions that a person has at once; the oldest goes for one more.
pub const SESSIONS_PER_PERSON_MAX: u32 = 16;
/// Browsers in which a person has signed in that are remembered; the one longest unused goes for one more.
pub const BROWSERS_PER_PERSON_MAX: u32 = 16;
/// New elements of one collection that a form may post.
pub const FORM_NEW_ELEMENTS_MAX: usize = 200;

/// Records of one sort in the summary of a chart.
pub const CHART_LINES_MAX: usize = 6;
/// Records with all that they say on one page of a chart.
pub const CHART_RECORDS_MAX: usize = 20;
/// Changes of a record on one page of its history.
pub const HISTORY_CHANGES_MAX: usize = 20;
/// Characters of a value that a history shows; past them, the record as of the change says all.
pub const HISTORY_CHARS_MAX: usize = 300;
/// Measures on one page of outcomes.
pub const OUTCOME_MEASURES_MAX: usize = 6;
/// Measurements in one outcome chart and in its table, the latest.
pub const PLOT_POINTS_MAX: usize = 60;
/// Entries on one page of a chart's timeline.
pub const TIMELINE_ENTRIES_MAX: usize = 100;
/// Members of staff on one page of the directory.
pub const DIRECTORY_STAFF_MAX: usize = 100;

const fn per_minute(times: u32) -> NonZeroU32 {
    NonZeroU32::new(times).expect("a limit of none would refuse everything")
}
