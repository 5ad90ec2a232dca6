# Review: what waits for somebody's look.
review-order = The most urgent first, then the oldest
review-kinds = Kinds
review-all = Everything
review-waiting = What waits
review-empty = Nothing waits here. What needs your look appears by itself.
review-no-more = There is no more.
review-with-seen = Show also what was seen
review-without-seen = Hide what was seen
review-first = From the beginning
review-next = Next
severity-urgent = Urgent
severity-warning = Soon
severity-notice = To note
review-says-conflict = { $kind }: { $count ->
    [one] different values in { $count } field
   *[other] different values in { $count } fields
  }
review-says-late-work = { $what }. It arrived after her assignment had ended, and is kept.
review-says-token-reuse = Somebody else may hold this phone’s secrets. Its session was ended: it has to be enrolled anew, and wiped if it is lost.
review-says-clock-ahead = { $minutes ->
    [one] The phone’s clock is { $minutes } minute ahead.
   *[other] The phone’s clock is { $minutes } minutes ahead.
  }
review-says-clock-behind = { $minutes ->
    [one] The phone’s clock is { $minutes } minute behind.
   *[other] The phone’s clock is { $minutes } minutes behind.
  }
review-says-double-booking = She is booked twice at the same time.
review-says-unlicensed = { $others ->
    [0] she has no license in this state for the appointment of { $at }.
    [one] she has no license in this state for the appointment of { $at } and { $others } more.
   *[other] she has no license in this state for the appointment of { $at } and { $others } more.
  }
review-says-unlicensed-made = { $others ->
    [0] she had no license in this state for the visit of { $at }.
    [one] she had no license in this state for the visit of { $at } and { $others } more.
   *[other] she had no license in this state for the visit of { $at } and { $others } more.
  }
review-says-ends = the last day is { $day }.
review-says-has-ended = the last day was { $day }.
review-says-used-up = every visit that was approved has been made.
review-reason-no-grant = The case was not assigned to her.
review-reason-too-late = It came too long after her assignment had ended.
review-reason-directory-is-read-only = It changes the directory, which is changed in the office alone.
review-reason-malformed = It cannot be read.
review-reason-too-big = It is too large.
review-reason-missing-dependencies = It builds on work that has not arrived.
review-reason-wrong-record = It is for another record than it says.
review-reason-unknown-kind = It is of a kind that this server does not know.
review-reason-not-a-record = It does not make a record.
review-reason-foreign-author = It claims to be somebody else’s work.
review-reason-deletes = It would delete what others wrote.
review-reason-invalid = It breaks a rule of the record.
review-reason-poisonous = It cannot be read without a fault.
review-reason-took-too-long = It took too long to read.
review-reason-nameless = It does not say which record it is for.
review-reason-other = It was refused: { $code }.
review-write-another = Write another value
review-to-phone = To the phone
review-to-visit = To the visit
review-to-appointment = To the appointment
review-to-credentials = Her licenses
review-to-coverage = To the coverage
review-look = What she wrote
review-decide = Look and decide
review-mark-seen = Mark as seen
review-seen-by = Seen by
review-to-queue = Back to the queue
review-written = What was written
review-wrote = Written by
review-patient = Patient
review-received = Arrived
review-why = Why it was set aside
review-field = Field
review-before = What she saw
review-after = What she wrote
review-when = When
review-would-refuse = It would be refused now as well.
review-nothing-new = Nothing in it is new: the chart holds it already.
review-accept = Accept
review-accept-means = It is merged into the chart as her work, and her phone is told.
review-accept-do = Merge it
review-discard = Discard
review-discard-reason = Why?
review-discard-hint = She is told. The work is kept, marked as discarded.
review-discard-do = Discard it
review-edit = Correct the record
review-was-accepted = { $by } accepted it: { $at }.
review-was-discarded = { $by } discarded it: { $at }. “{ $reason }”
done-seen = Marked as seen.
done-accepted = The work was merged into the chart.
done-discarded = The work was discarded. Its author is told.
problem-changed-since = It has changed since you opened the page. Nothing was marked. Look again.
problem-not-settled = It does not go away by being seen: it has to be settled.
problem-reviewed-before = Somebody has accepted or discarded it before you. Look again.
problem-reason-needed = Say why, in a few words: she is told.
problem-not-admitted = It cannot be merged: it breaks a rule. Discard it, and write what holds into the chart yourself.
problem-nameless = It does not say which record it is for, and cannot be merged.
problem-unknown-version = The record is not as it was on your screen. Nothing was changed. Look again.
problem-no-such-conflict = Somebody has picked a value before you. Nothing was changed. Look again.
