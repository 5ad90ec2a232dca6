# The caseload, and one case's team.
cases-new = Open a case
cases-import = Import
cases-search-label = Cases
cases-search = Search
cases-search-hint = Name, phone number, date of birth or an identifier: part of it is enough.
cases-search-do = Search
cases-search-too-long = Write at most { $max } characters.
cases-nurse = Nurse
cases-nurse-any = Any nurse
cases-nurse-nobody = Nobody
cases-status = Status
cases-status-open = Open
cases-status-closed = Closed
cases-status-all = Open and closed
cases-visits = Visits authorized
cases-visits-any = In any way
cases-visits-now = Authorized now
cases-visits-runs-out = Running out
cases-visits-not = Not authorized
cases-visits-none = Not authorized
cases-visits-open = Without an end
cases-visits-until = Until { $day }
cases-order = Sort by
cases-order-name = Name
cases-order-next = Next visit
cases-order-change = Last change
cases-attention-only = Needs attention
cases-found = Cases
cases-count = { $count ->
    [one] { $count } case
   *[other] { $count } cases
  }
cases-first = Back to the first
cases-none = No case is like this.
cases-none-closed = Closed cases are left out: choose another status to see them.
cases-select = Select
cases-select-all = Select all that are shown
cases-nurses = Nurses
cases-team-of = Team of { $patient }
cases-next = Next visit
cases-attention = Needs attention
cases-changed = Last change
cases-closed = Closed
cases-born = Born { $day }
cases-tag-conflicts = { $count ->
    [one] { $count } conflict
   *[other] { $count } conflicts
  }
cases-tag-late-work = { $count ->
    [one] { $count } late change
   *[other] { $count } late changes
  }
cases-tag-set-aside = { $count ->
    [one] { $count } change set aside
   *[other] { $count } changes set aside
  }
cases-tag-overdue-tasks = { $count ->
    [one] { $count } overdue task
   *[other] { $count } overdue tasks
  }
cases-tag-missed = { $count ->
    [one] { $count } missed visit
   *[other] { $count } missed visits
  }
cases-assign = Assign the selected cases
cases-assign-to = To
cases-assign-how = How
cases-assign-besides = Besides the nurses who have it
cases-assign-instead = Instead of everybody who has it
cases-assign-instead-of = Instead of { $nurse }
cases-assign-do = Assign
cases-choose = Choose …
cases-phone-hint = When an assignment ends, the nurse’s phone first sends what it holds of the case, then deletes the case, at its next contact. What she wrote before she could know of it is kept and waits in the review.
cases-nothing-selected = Select at least one case in the list.
cases-nobody-chosen = Choose the nurse who is to have it.
done-cases-assigned = The selected cases are assigned. Cases that the named nurse did not have are as they were.

team-title = Team
team-now = Has this case
team-nobody = Nobody has this case: no phone holds it.
team-end = End assignment
team-assign = Assign or hand over
team-before = Had this case before
team-nobody-before = Nobody had it before.
team-until = until { $when }
team-case = The case
team-opened = Opened { $when } by { $by }.
team-closed = Closed { $when } by { $by }: { $reason }.
team-close = Close the case …
team-close-hint = Every assignment ends, and the case leaves the phones. The chart stays here and can be opened again.
team-close-why = Why
team-close-do = Close the case
team-no-reason = Choose why the case is closed.
team-reopen = Open the case again
team-reopen-hint = Nobody has it then: assign it to a nurse afterwards.
team-has-it-no-more = She does not have the case any more. Nothing was changed; this is who has it now.
close-reason-goals-met = the goals are met
close-reason-transferred = somebody else cares for the patient now
close-reason-declined = the patient wants no more visits
close-reason-moved = the patient moved away
close-reason-died = the patient died
close-reason-other = another reason
problem-case-closed = The case is closed. Open it again before you assign it.
done-case-assigned = The case is assigned.
done-assignment-ended = The assignment has ended.
done-case-closed = The case is closed.
done-case-reopened = The case is open again.

cases-new-hint = The case begins with its patient. Assign it to a nurse next; its chart is filled from there.
cases-new-do = Open the case
done-case-opened = The case is open. Assign it to a nurse.
alike-title = There may be a case of this patient already
alike-hint = Look at it first: what you typed stays here. One patient with two cases has two charts that nobody merges.
alike-anyway = It is another patient: open the case
alike-identifier = Same identifier
alike-phone = Same telephone number
alike-birth = Born the same day, similar name
alike-name = Same name
done-case-opened-before = This case was opened by the same form before. If you have changed anything since, change it in the chart.
