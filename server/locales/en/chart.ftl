# The pages of a patient's chart.
chart-title = Chart
chart-pages = Chart
chart-tab-summary = Summary
chart-tab-plan = Care plan and goals
chart-tab-outcomes = Outcomes
chart-tab-timeline = Timeline
chart-tab-as-of = At another time
chart-nurses = Nurses
chart-no-nurse = No nurse is assigned.
chart-team = Assignments
chart-edit-patient = Edit patient
chart-closed = Closed { $when }: { $reason }
chart-age = { $years ->
    [one] { $years } year
   *[other] { $years } years
  }
chart-conflicts = Several values
chart-conflicts-hint = Several people wrote different values in these records. Open each one and pick the value that holds.
chart-alerts = Alerts
chart-no-alerts = Nothing needs a look now.
chart-problems = Active problems
chart-medications = Medications
chart-allergies = Allergies
chart-appointments = Next appointments
chart-visits = Visits
chart-tasks = Open tasks
chart-treatment-changes = Suggested treatment changes
chart-support = Support network
chart-care-team = Care team
chart-no-authorisation = There is no authorization in force.
chart-authorised = Visits used of visits approved
chart-visits-used = Visits used
chart-used-of = { $used } of { $approved }
chart-all = All records
chart-add = Add: { $kind }
chart-add-short = Add
chart-more = { $count ->
    [one] { $count } more
   *[other] { $count } more
  }
chart-nothing = There is nothing of this sort yet.
chart-files-hint = A phone sends what it took after its records: a file may come a while later than what is known of it.
chart-file-not-here = Not yet uploaded.
chart-file-download = Download
chart-file-download-of = Download { $title }

list-pages = Pages of the list
list-page = Page { $page } of { $pages }
list-earlier = Previous page
list-later = Next page

alert-measurement-out-of-bounds = Measurement out of bounds
alert-allergy-to-medication = Allergy to a medication
alert-overdue-task = Overdue task
alert-authorisation-expiring = Authorization runs out
alert-authorisation-used-up = Authorization used up
alert-unsigned-visit = Visit not signed
alert-missed-visit = Missed visit
alert-credential-expiring = License or certificate runs out
alert-double-booking = Double booking
alert-unlicensed-visit = Visit without a license in the state

outcome-none = Nothing has been measured yet.
outcome-legend = Points are measurements; triangles at the bottom are visits; dashed lines are goals; dotted lines are the bounds outside of which an alert is raised.
outcome-goal = Goal: { $comparator } { $value }
outcome-low = Alert below { $value }
outcome-high = Alert above { $value }
outcome-visit = Visit, { $when }
outcome-day = { $month } { $day }
outcome-description = { $count ->
    [one] One measurement: { $latest }.
   *[other] { $count } measurements from { $low } to { $high }; the latest is { $latest }.
  }
outcome-table = All values in a table
outcome-when = When
outcome-value = Value
outcome-earlier = { $count ->
    [one] 1 earlier measurement
   *[other] { $count } earlier measurements
  }
trend-on-target = On target
trend-improving = Improving
trend-steady = Steady
trend-worsening = Worsening

chart-goals = Goals
timeline-order = Order
timeline-happened = As it happened
timeline-arrived = As it arrived
timeline-what = What
timeline-who = Written by
as-of-when = Date and time
as-of-hint = The chart is shown as the office could have seen it then: what counts is when changes arrived at the server, not what the clocks of phones say.
as-of-then = The chart as of { $when }
as-of-nothing = Nothing of this case had arrived by then.
as-of-changed = changed since
