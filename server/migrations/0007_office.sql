-- What the office's pages read and write.

-- The names of the fields that the changes wrote, as a JSON list.
ALTER TABLE log ADD COLUMN fields TEXT NOT NULL DEFAULT '[]';
UPDATE log SET fields = json_extract(audit.details, '$.fields') FROM audit
    WHERE audit.agency = log.agency AND json_extract(audit.details, '$.seq') = log.seq
        AND audit.code IN ('record_created', 'record_changed');

-- The plan of the office's days, and the review: every appointment by time, those that are open no longer among them, and
-- every visit by time and by the appointment that it keeps. Each index holds every column that its queries name.
DROP INDEX open_appointments_by_time;
CREATE INDEX appointments_by_time ON records (
    agency, at_ms, nurse, scope, id, changed_at_ms, kind, is_open, is_entered_in_error, conflicts,
    json_extract(view, '$.end'), json_extract(view, '$.status'), json_extract(view, '$.appointment_type'),
    json_extract(view, '$.service_type')
) WHERE kind = 'appointment' AND is_entered_in_error = 0;
DROP INDEX visits_by_time;
CREATE INDEX visits_by_time ON records (
    agency, at_ms, nurse, scope, id, changed_at_ms, kind, is_entered_in_error, conflicts,
    json_extract(view, '$.check_out.at'), json_extract(view, '$.status'), json_extract(view, '$.appointment'),
    json_extract(view, '$.missed_reason'), json_extract(view, '$.service_type')
) WHERE kind = 'visit' AND is_entered_in_error = 0;
CREATE INDEX visits_by_appointment ON records (
    agency, json_extract(view, '$.appointment'), at_ms, nurse, scope, id, kind, is_entered_in_error, conflicts,
    json_extract(view, '$.check_out.at'), json_extract(view, '$.status'), json_extract(view, '$.missed_reason'),
    json_extract(view, '$.service_type')
) WHERE kind = 'visit' AND is_entered_in_error = 0 AND json_extract(view, '$.appointment') IS NOT NULL;

-- What was entered in error is not to be done any more.
UPDATE records SET is_open = 0 WHERE is_open = 1 AND is_entered_in_error = 1;

-- What a case is found by, sorted by, and whether it is open, beside its title. The first four are filled from the patients'
-- records once this file has run.
ALTER TABLE scopes ADD COLUMN patient BLOB;
ALTER TABLE scopes ADD COLUMN birth_date TEXT;
-- The title, and every word that the case is found by: in lower case, without accents and punctuation.
ALTER TABLE scopes ADD COLUMN sorts_as TEXT NOT NULL DEFAULT '';
ALTER TABLE scopes ADD COLUMN words TEXT NOT NULL DEFAULT '';
ALTER TABLE scopes ADD COLUMN closed_at_ms INTEGER;
ALTER TABLE scopes ADD COLUMN closed_by BLOB;
ALTER TABLE scopes ADD COLUMN closed_reason TEXT;
CREATE INDEX cases_by_title ON scopes (agency, sorts_as, id) WHERE kind = 'case';

-- The days for which visits to a case are authorised, both included; kept with the `coverage` that says so.
CREATE TABLE authorised (
    agency BLOB NOT NULL,
    scope BLOB NOT NULL,
    record BLOB NOT NULL,
    from_day TEXT NOT NULL,
    until_day TEXT NOT NULL,
    PRIMARY KEY (agency, scope, record, from_day, until_day)
) STRICT, WITHOUT ROWID;
CREATE INDEX authorised_by_day ON authorised (agency, until_day, from_day, scope);

DROP INDEX open_appointments_by_scope;
CREATE INDEX open_appointments_by_scope ON records (
    agency, scope, at_ms, id, kind, is_open, json_extract(view, '$.status')
) WHERE kind = 'appointment' AND is_open = 1;
CREATE INDEX open_tasks_by_scope ON records (
    agency, scope, json_extract(view, '$.due'), nurse, id, kind, is_open
) WHERE kind = 'task' AND is_open = 1;
DROP INDEX coverages_by_scope;
CREATE INDEX coverages_by_scope ON records (
    agency, scope, id, changed_at_ms, kind, is_entered_in_error, json_extract(view, '$.status'),
    json_extract(view, '$.payer'), json_extract(view, '$.authorisations')
) WHERE kind = 'coverage' AND is_entered_in_error = 0;

-- The audit log by time, and by time for whoever asks about somebody, a case or an act.
CREATE INDEX audit_by_time ON audit (agency, at_ms, number);
CREATE INDEX audit_by_code ON audit (agency, code, at_ms, number);
CREATE INDEX audit_by_actor ON audit (agency, by_staff, at_ms, number) WHERE by_staff IS NOT NULL;
CREATE INDEX audit_by_actor_and_code ON audit (agency, by_staff, code, at_ms, number) WHERE by_staff IS NOT NULL;
CREATE INDEX audit_by_staff ON audit (agency, staff, at_ms, number, by_staff, code) WHERE staff IS NOT NULL;
CREATE INDEX audit_of_scope ON audit (agency, scope, at_ms, number, by_staff, staff, code) WHERE scope IS NOT NULL;

-- The secret addresses at which nurses' schedules are read, as SHA-256: one for each nurse at most.
CREATE TABLE calendars (
    agency BLOB NOT NULL,
    staff BLOB NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    made_at_ms INTEGER NOT NULL,
    PRIMARY KEY (agency, staff),
    FOREIGN KEY (agency, staff) REFERENCES staff (agency, id)
) STRICT, WITHOUT ROWID;

-- Outcomes: what was measured, by measure and as part of a panel; goals with their targets.
CREATE INDEX measurements_by_code ON records (
    agency, scope, json_extract(view, '$.code.code'), at_ms, id, kind, is_entered_in_error,
    json_extract(view, '$.code.system'), json_extract(view, '$.status'), json_extract(view, '$.value.unit'),
    json_extract(view, '$.value.value')
) WHERE kind = 'observation' AND is_entered_in_error = 0 AND json_extract(view, '$.value.value') IS NOT NULL;
CREATE INDEX panels_by_time ON records (
    agency, scope, at_ms, id, kind, is_entered_in_error, json_extract(view, '$.status'),
    json_extract(view, '$.components')
) WHERE kind = 'observation' AND is_entered_in_error = 0 AND json_extract(view, '$.components') IS NOT NULL;
CREATE INDEX goals_by_scope ON records (
    agency, scope, id, at_ms, changed_at_ms, kind, is_entered_in_error, json_extract(view, '$.status'),
    json_extract(view, '$.achievement'), json_extract(view, '$.target')
) WHERE kind = 'goal' AND is_entered_in_error = 0;
