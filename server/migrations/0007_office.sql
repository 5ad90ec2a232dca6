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
