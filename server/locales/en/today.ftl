# The page of the day.
today-attention = Needs attention
today-nurses = Nurses
today-nobody = No nurse works here yet. Hire one and invite her phone:
today-no-visits = No visits today
today-arrived = What arrived
today-nothing-arrived = Nothing has arrived yet. What phones send appears here by itself.
today-arrived-minutes = { $minutes ->
    [one] { $minutes } minute ago
   *[other] { $minutes } minutes ago
  }
arrived-fields = { $kind }: { $fields }
arrived-new = { $kind }: new
arrived-record = A record
arrived-other-field = other fields
arrived-directory = Directory
arrived-more = { $count ->
    [one] 1 more field
   *[other] { $count } more fields
  }
phone-none = No phone
phone-stopped = Phone stopped
phone-never-synced = Phone has never synced
phone-synced = Synced { $when }
phone-unsent = { $count ->
    [one] { $count } unsent change
   *[other] { $count } unsent changes
  }
visit-state-planned = Planned
visit-state-late = Nobody checked in
visit-state-under-way = Under way
visit-state-done = Done
visit-state-missed = Missed
visit-state-cancelled = Cancelled
review-kind-conflict = Conflict
review-kind-late-work = Late work
review-kind-quarantine = Set aside
review-kind-token-reuse = Phone session ended
review-kind-clock-skew = Phone clock off
review-kind-double-booking = Double booking
review-kind-unlicensed-visit = No license in the state
review-kind-credential = License or certificate
review-kind-authorisation = Authorization
