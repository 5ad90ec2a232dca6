# Every code of every list, the ratings of the Omaha System, and the usual codings, by list.

code-sex-unknown = Unknown
code-sex-female = Female
code-sex-male = Male
code-sex-other = Other

code-phone-use-home = Home
code-phone-use-work = Work
code-phone-use-mobile = Mobile
code-phone-use-old = No longer in use

code-condition-status-active = Active
code-condition-status-recurrence = Recurrence
code-condition-status-relapse = Relapse
code-condition-status-inactive = Inactive
code-condition-status-remission = Remission
code-condition-status-resolved = Resolved

code-condition-verification-confirmed = Confirmed
code-condition-verification-unconfirmed = Unconfirmed
code-condition-verification-provisional = Provisional
code-condition-verification-differential = Differential
code-condition-verification-refuted = Refuted

code-medication-status-active = Active
code-medication-status-completed = Completed
code-medication-status-intended = Intended
code-medication-status-stopped = Stopped
code-medication-status-on-hold = On hold
code-medication-status-not-taken = Not taken
code-medication-status-unknown = Unknown

code-criticality-unable-to-assess = Unable to assess risk
code-criticality-low = Low risk
code-criticality-high = High risk

code-allergy-status-active = Active
code-allergy-status-inactive = Inactive
code-allergy-status-resolved = Resolved

code-allergy-verification-unconfirmed = Unconfirmed
code-allergy-verification-confirmed = Confirmed
code-allergy-verification-refuted = Refuted

code-allergy-category-medication = Medication
code-allergy-category-food = Food
code-allergy-category-environment = Environment
code-allergy-category-biologic = Biologic

code-reaction-severity-mild = Mild
code-reaction-severity-moderate = Moderate
code-reaction-severity-severe = Severe

code-assessment-status-in-progress = In progress
code-assessment-status-completed = Completed
code-assessment-status-amended = Amended
code-assessment-status-stopped = Stopped

code-risk-negligible = Negligible
code-risk-low = Low
code-risk-moderate = Moderate
code-risk-high = High
code-risk-certain = Certain

code-relationship-FAMMEMB = Family member
code-relationship-SPS = Spouse
code-relationship-DOMPART = Domestic partner
code-relationship-SIGOTHR = Significant other
code-relationship-PRN = Parent
code-relationship-MTH = Mother
code-relationship-FTH = Father
code-relationship-CHILD = Child
code-relationship-DAUC = Daughter
code-relationship-SONC = Son
code-relationship-SIB = Sibling
code-relationship-SIS = Sister
code-relationship-BRO = Brother
code-relationship-GRPRN = Grandparent
code-relationship-GRNDCHILD = Grandchild
code-relationship-AUNT = Aunt
code-relationship-UNCLE = Uncle
code-relationship-NIENEPH = Niece or nephew
code-relationship-INLAW = In-law
code-relationship-FRND = Unrelated friend
code-relationship-NBOR = Neighbor
code-relationship-ROOM = Roommate

code-caregiver-role-none = Not a caregiver
code-caregiver-role-primary = Primary caregiver
code-caregiver-role-secondary = Secondary caregiver
code-caregiver-role-emergency = In emergencies only

code-care-team-status-active = Active
code-care-team-status-proposed = Proposed
code-care-team-status-suspended = Suspended
code-care-team-status-inactive = Inactive

code-coverage-status-active = Active
code-coverage-status-cancelled = Cancelled
code-coverage-status-draft = Draft

code-authorisation-status-requested = Requested
code-authorisation-status-approved = Approved
code-authorisation-status-modified = Approved with changes
code-authorisation-status-denied = Denied
code-authorisation-status-cancelled = Cancelled

code-direction-outgoing = Outgoing
code-direction-incoming = Incoming

code-medium-PHONE = Telephone
code-medium-FACE = Face-to-face
code-medium-VIDEOCONF = Videoconferencing
code-medium-EMAILWRIT = E-mail
code-medium-FAXWRIT = Fax
code-medium-MAILWRIT = Mail
code-medium-TYPEWRIT = Typewritten
code-medium-HANDWRIT = Handwritten
code-medium-ELECTRONIC = Electronic data

code-goal-status-active = Active
code-goal-status-proposed = Proposed
code-goal-status-planned = Planned
code-goal-status-accepted = Accepted
code-goal-status-on-hold = On hold
code-goal-status-completed = Completed
code-goal-status-cancelled = Cancelled
code-goal-status-rejected = Rejected

code-achievement-in-progress = In progress
code-achievement-improving = Improving
code-achievement-worsening = Worsening
code-achievement-no-change = No change
code-achievement-achieved = Achieved
code-achievement-sustaining = Sustaining
code-achievement-not-achieved = Not achieved
code-achievement-no-progress = No progress
code-achievement-not-attainable = Not attainable

code-comparator-eq = exactly
code-comparator-lt = below
code-comparator-lteq = at most
code-comparator-gteq = at least
code-comparator-gt = above

code-care-plan-status-draft = Draft
code-care-plan-status-active = Active
code-care-plan-status-on-hold = On hold
code-care-plan-status-completed = Completed
code-care-plan-status-revoked = Revoked
code-care-plan-status-unknown = Unknown

code-intervention-status-not-started = Not started
code-intervention-status-scheduled = Scheduled
code-intervention-status-in-progress = In progress
code-intervention-status-on-hold = On hold
code-intervention-status-completed = Completed
code-intervention-status-cancelled = Cancelled
code-intervention-status-stopped = Stopped
code-intervention-status-unknown = Unknown

code-appointment-status-booked = Booked
code-appointment-status-proposed = Proposed
code-appointment-status-pending = Pending
code-appointment-status-arrived = Arrived
code-appointment-status-fulfilled = Fulfilled
code-appointment-status-cancelled = Cancelled
code-appointment-status-noshow = No show
code-appointment-status-checked-in = Checked in
code-appointment-status-waitlist = Waitlisted

code-appointment-type-ROUTINE = Routine appointment
code-appointment-type-FOLLOWUP = Follow-up
code-appointment-type-CHECKUP = Check-up
code-appointment-type-WALKIN = Unscheduled
code-appointment-type-EMERGENCY = Emergency

code-visit-status-planned = Planned
code-visit-status-arrived = Arrived
code-visit-status-triaged = Triaged
code-visit-status-in-progress = In progress
code-visit-status-onleave = On leave
code-visit-status-finished = Finished
code-visit-status-cancelled = Cancelled
code-visit-status-missed = Missed
code-visit-status-unknown = Unknown

code-visit-class-HH = Home health
code-visit-class-AMB = Ambulatory
code-visit-class-EMER = Emergency
code-visit-class-FLD = Field
code-visit-class-IMP = Inpatient
code-visit-class-VR = Virtual

code-missed-reason-not-home = Patient not at home
code-missed-reason-refused = Patient refused
code-missed-reason-hospitalised = Patient in hospital
code-missed-reason-weather = Weather or roads
code-missed-reason-unsafe = Not safe to enter
code-missed-reason-nurse-unavailable = Nurse not available
code-missed-reason-rescheduled = Moved to another day
code-missed-reason-other = Other

code-signature-role-patient = Patient
code-signature-role-nurse = Nurse
code-signature-role-caregiver = Caregiver
code-signature-role-supervisor = Supervisor

code-observation-status-final = Final
code-observation-status-registered = Registered
code-observation-status-preliminary = Preliminary
code-observation-status-amended = Amended
code-observation-status-corrected = Corrected
code-observation-status-cancelled = Cancelled
code-observation-status-unknown = Unknown

code-observation-category-vital-signs = Vital signs
code-observation-category-laboratory = Laboratory
code-observation-category-survey = Survey
code-observation-category-social-history = Social history
code-observation-category-exam = Exam
code-observation-category-imaging = Imaging
code-observation-category-procedure = Procedure
code-observation-category-therapy = Therapy
code-observation-category-activity = Activity

code-interpretation-N = Normal
code-interpretation-A = Abnormal
code-interpretation-AA = Critical abnormal
code-interpretation-L = Low
code-interpretation-LL = Critical low
code-interpretation-H = High
code-interpretation-HH = Critical high
code-interpretation-B = Better
code-interpretation-W = Worse

code-audience-patient = Patient
code-audience-caregiver = Caregiver
code-audience-family = Family
code-audience-patient-and-caregiver = Patient and caregiver

code-teaching-method-explanation = Explanation
code-teaching-method-demonstration = Demonstration
code-teaching-method-written = Written material
code-teaching-method-video = Video
code-teaching-method-practice = Supervised practice

code-teach-back-not-done = Teach-back not done
code-teach-back-independent = Teaches back without help
code-teach-back-with-prompting = Teaches back with prompting
code-teach-back-needs-reinforcement = Needs reinforcement
code-teach-back-unable = Unable to teach back
code-teach-back-declined = Declined

code-proposal-status-draft = Draft
code-proposal-status-sent = Sent
code-proposal-status-accepted = Accepted
code-proposal-status-declined = Declined
code-proposal-status-withdrawn = Withdrawn

code-priority-routine = Routine
code-priority-urgent = Urgent
code-priority-asap = ASAP
code-priority-stat = STAT

code-task-status-requested = Requested
code-task-status-draft = Draft
code-task-status-received = Received
code-task-status-accepted = Accepted
code-task-status-rejected = Rejected
code-task-status-ready = Ready
code-task-status-in-progress = In progress
code-task-status-on-hold = On hold
code-task-status-failed = Failed
code-task-status-completed = Completed
code-task-status-cancelled = Cancelled

code-attachment-type-photograph = Photograph
code-attachment-type-wound-photograph = Wound photograph
code-attachment-type-consent = Consent
code-attachment-type-signature = Signature
code-attachment-type-order = Order
code-attachment-type-letter = Letter
code-attachment-type-report = Report
code-attachment-type-other = Other

code-staff-role-nurse = Nurse
code-staff-role-office = Office
code-staff-role-admin = Administrator

code-credential-type-RN = Registered nurse
code-credential-type-LPN = Licensed practical nurse
code-credential-type-NP = Nurse practitioner
code-credential-type-ACM = Accredited case manager
code-credential-type-CMGT-BC = Board-certified nursing case manager
code-credential-type-CCM = Certified case manager
code-credential-type-BLS = Basic life support

code-instrument-status-draft = Draft
code-instrument-status-active = Active
code-instrument-status-retired = Retired
code-instrument-status-unknown = Unknown

code-item-type-text = Text
code-item-type-group = Group
code-item-type-display = Display
code-item-type-boolean = Yes or no
code-item-type-decimal = Decimal number
code-item-type-integer = Whole number
code-item-type-date = Date
code-item-type-dateTime = Date and time
code-item-type-string = Short text
code-item-type-choice = Choice
code-item-type-open-choice = Choice or text

code-enable-operator-exists = is answered
code-enable-operator-eq = is
code-enable-operator-noteq = is not
code-enable-operator-gt = is above
code-enable-operator-lt = is below
code-enable-operator-gteq = is at least
code-enable-operator-lteq = is at most

code-enable-behavior-all = All
code-enable-behavior-any = Any

code-scoring-none = Not scored
code-scoring-sum = Sum of the answers' scores
code-scoring-mean = Mean of the answers' scores

code-omaha-problem-income = Income
code-omaha-problem-sanitation = Sanitation
code-omaha-problem-residence = Residence
code-omaha-problem-neighborhood-workplace-safety = Neighborhood/workplace safety
code-omaha-problem-communication-with-community-resources = Communication with community resources
code-omaha-problem-social-contact = Social contact
code-omaha-problem-role-change = Role change
code-omaha-problem-interpersonal-relationship = Interpersonal relationship
code-omaha-problem-spirituality = Spirituality
code-omaha-problem-grief = Grief
code-omaha-problem-mental-health = Mental health
code-omaha-problem-sexuality = Sexuality
code-omaha-problem-caretaking-parenting = Caretaking/parenting
code-omaha-problem-neglect = Neglect
code-omaha-problem-abuse = Abuse
code-omaha-problem-growth-and-development = Growth and development
code-omaha-problem-hearing = Hearing
code-omaha-problem-vision = Vision
code-omaha-problem-speech-and-language = Speech and language
code-omaha-problem-oral-health = Oral health
code-omaha-problem-cognition = Cognition
code-omaha-problem-pain = Pain
code-omaha-problem-consciousness = Consciousness
code-omaha-problem-skin = Skin
code-omaha-problem-neuro-musculo-skeletal-function = Neuro-musculo-skeletal function
code-omaha-problem-respiration = Respiration
code-omaha-problem-circulation = Circulation
code-omaha-problem-digestion-hydration = Digestion-hydration
code-omaha-problem-bowel-function = Bowel function
code-omaha-problem-urinary-function = Urinary function
code-omaha-problem-reproductive-function = Reproductive function
code-omaha-problem-pregnancy = Pregnancy
code-omaha-problem-postpartum = Postpartum
code-omaha-problem-communicable-infectious-condition = Communicable/infectious condition
code-omaha-problem-nutrition = Nutrition
code-omaha-problem-sleep-and-rest-patterns = Sleep and rest patterns
code-omaha-problem-physical-activity = Physical activity
code-omaha-problem-personal-care = Personal care
code-omaha-problem-substance-use = Substance use
code-omaha-problem-family-planning = Family planning
code-omaha-problem-health-care-supervision = Health care supervision
code-omaha-problem-medication-regimen = Medication regimen

code-omaha-category-teaching-guidance-and-counseling = Teaching, guidance, and counseling
code-omaha-category-treatments-and-procedures = Treatments and procedures
code-omaha-category-case-management = Case management
code-omaha-category-surveillance = Surveillance

rating-knowledge-1 = 1: No knowledge
rating-knowledge-2 = 2: Minimal knowledge
rating-knowledge-3 = 3: Basic knowledge
rating-knowledge-4 = 4: Adequate knowledge
rating-knowledge-5 = 5: Superior knowledge

rating-behavior-1 = 1: Not appropriate behavior
rating-behavior-2 = 2: Rarely appropriate behavior
rating-behavior-3 = 3: Inconsistently appropriate behavior
rating-behavior-4 = 4: Usually appropriate behavior
rating-behavior-5 = 5: Consistently appropriate behavior

rating-status-1 = 1: Extreme signs/symptoms
rating-status-2 = 2: Severe signs/symptoms
rating-status-3 = 3: Moderate signs/symptoms
rating-status-4 = 4: Minimal signs/symptoms
rating-status-5 = 5: No signs/symptoms

coding-routes-26643006 = Oral route
coding-routes-37839007 = Sublingual route
coding-routes-34206005 = Subcutaneous route
coding-routes-78421000 = Intramuscular route
coding-routes-47625008 = Intravenous route
coding-routes-6064005 = Topical route
coding-routes-45890007 = Transdermal route
coding-routes-447694001 = Respiratory tract route
coding-routes-46713006 = Nasal route
coding-routes-54485002 = Ophthalmic route
coding-routes-10547007 = Otic route
coding-routes-37161004 = Rectal route

coding-services-G0299 = Skilled nursing by an RN
coding-services-G0300 = Skilled nursing by an LPN
coding-services-G0162 = Management and evaluation of the care plan by an RN
coding-services-G0493 = Observation and assessment by an RN
coding-services-G0495 = Training and education by an RN

coding-vitals-85354-9 = Blood pressure
coding-vitals-8480-6 = Systolic blood pressure
coding-vitals-8462-4 = Diastolic blood pressure
coding-vitals-8867-4 = Heart rate
coding-vitals-9279-1 = Respiratory rate
coding-vitals-8310-5 = Body temperature
coding-vitals-8331-1 = Oral temperature
coding-vitals-59408-5 = Oxygen saturation by pulse oximetry
coding-vitals-2708-6 = Oxygen saturation in arterial blood
coding-vitals-29463-7 = Body weight
coding-vitals-8302-2 = Body height
coding-vitals-39156-5 = Body mass index
coding-vitals-2339-0 = Glucose in blood (mg/dL)
coding-vitals-15074-8 = Glucose in blood (mmol/L)
coding-vitals-72514-3 = Pain severity, 0 to 10

coding-languages-en = English
coding-languages-es = Spanish
coding-languages-zh = Chinese
coding-languages-tl = Tagalog
coding-languages-vi = Vietnamese
coding-languages-ar = Arabic
coding-languages-fr = French
coding-languages-ko = Korean
coding-languages-pt = Portuguese
coding-languages-ru = Russian
coding-languages-ht = Haitian Creole
coding-languages-de = German
coding-languages-hi = Hindi
coding-languages-pl = Polish
coding-languages-it = Italian
coding-languages-ur = Urdu
coding-languages-fa = Persian
coding-languages-te = Telugu
coding-languages-ja = Japanese
coding-languages-gu = Gujarati
coding-languages-bn = Bengali
coding-languages-ta = Tamil
coding-languages-pa = Punjabi
coding-languages-he = Hebrew
coding-languages-hy = Armenian
coding-languages-km = Khmer
coding-languages-so = Somali
coding-languages-sm = Samoan
coding-languages-ase = American Sign Language
