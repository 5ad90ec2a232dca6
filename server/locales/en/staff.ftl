# Staff and phones.
staff-works-here = Who works here
staff-name = Name
staff-role = Role
staff-sign-in = Signing in
staff-credentials = Licenses and certificates
staff-phones = Phones
staff-left = { $count ->
    [one] { $count } person has left
   *[other] { $count } people have left
  }
staff-has-left = Has left
staff-all = All staff
staff-cases = { $count ->
    [0] No cases
    [one] { $count } case
   *[other] { $count } cases
  }
staff-hire = Hire somebody
staff-hire-do = Hire
staff-sign-in-name = Sign-in name
staff-sign-in-name-hint = Only for people of the office. Nurses have a phone instead: invite it on their page.
staff-name-taken = Somebody has this sign-in name. Choose another.
staff-not-a-sign-in-name = A sign-in name has at most { $chars } letters (a to z), digits and any of . - _ @, and nurses have none.
staff-needs-a-name = Enter the person’s name.
staff-invite = Invite a phone
staff-invite-means = Makes a one-time code with which one phone is enrolled as this person’s. A code made before stays valid until it is used or too old.
staff-invite-do = Make an invitation
staff-calendar = Calendar link
staff-calendar-since = Made { $when }
staff-reset = New password
staff-reset-means = Makes a one-time code with which a new password is set. The second factor is removed with it.
staff-new-name = Another sign-in name, if it is to change
staff-reset-do = Make a one-time code
staff-sign-out = Sign out of every browser
staff-work = Work
staff-role-means = Who becomes a nurse is signed out and loses the password.
staff-role-do = Change the role
staff-leave = Leaves the agency
staff-leave-means = Ends all sessions and assignments at once and locks the phones. What a phone has not sent is kept on it.
staff-leave-self = This is you.
staff-leave-do = Has left
staff-return-means = Works here again, in the same role. Assignments are made anew.
staff-return-do = Works here again
account-none = Does not sign in
account-no-password = No password yet
account-password = Password
account-factor = Second factor
account-second-factor = Password and second factor
account-password-alone = Password alone
credentials-none = No license or certificate is known.
credentials-good = { $count ->
    [one] { $count } valid
   *[other] { $count } valid
  }
credentials-edit = Edit licenses and details
credential-what = What
credential-state = State
credential-number = Number
credential-expires = Last day
credential-never = No last day
credential-standing = Standing
credential-good = Valid
credential-expiring = Runs out
credential-expired = Has run out
credential-ended = Ended
phone-welcome = In use
phone-locked = Locked
phone-session-ended = Session ended: enroll it anew
phone-wiping = To be wiped at its next contact
phone-wiped = Wiped
phone-last-sync = Last sync
phone-unsent-label = Unsent
phone-version = App version
phone-enrolled = Enrolled
phone-clock = Clock
phone-lock = Lock
phone-unlock = Unlock
phone-wipe = Wipe
phone-wipe-of = This phone is enrolled for
phone-wipe-means = At its next contact it destroys everything it holds, for good, and cannot be used until it is enrolled anew. This cannot be taken back.
phone-wipe-loses = { $count ->
    [one] { $count } change that it last reported as unsent is lost with it.
   *[other] { $count } changes that it last reported as unsent are lost with it.
  }
phone-wipe-loses-nothing = It last reported nothing unsent. What was written on it since is lost.
phone-wipe-do = Wipe this phone
handed-title = One-time code
handed-once = This is shown once. Hand it to this person, and to nobody else.
handed-scan = Open Doorstep on the phone and scan the picture, or type the code.
handed-qr = The invitation as a picture for the phone’s camera
handed-password = With this code a password is set on the sign-in page, under “I have a one-time code”.
handed-code = Code
handed-link = Link
handed-until = Valid until
handed-done = Done
done-hired = Hired. Invite the phone now.
done-role-changed = The role was changed.
done-left = All sessions and assignments have ended.
done-returned = Works here again.
done-signed-out-everywhere = Signed out of every browser.
done-phone-locked = The phone is locked from its next contact on.
done-phone-unlocked = The phone may be used again.
done-phone-wiping = The phone will be wiped at its next contact.
problem-last-admin = The agency would have no administrator left. Make somebody else one first.
problem-not-of-office = Only people of the office sign in. Change the role first.
problem-unsent-count-changed = The phone has reported another count of unsent changes since. Look again before you wipe it.
