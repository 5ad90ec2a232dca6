-- The review queue: what it looks at in a whole agency, out of indexes alone, and what the office has seen of it.

-- An entry that was computed, in the state in which it was seen: once something about it changes, it is back.
CREATE TABLE review_seen (
    agency BLOB NOT NULL,
    entry TEXT NOT NULL,
    state TEXT NOT NULL,
    seen_at_ms INTEGER NOT NULL,
    seen_by BLOB NOT NULL,
    PRIMARY KEY (agency, entry)
) STRICT, WITHOUT ROWID;

-- Each holds every column that its query names, those of its own condition included, so that no record has to be looked
-- up. What a view leaves out is at its default.
CREATE INDEX open_appointments_by_time ON records (
    agency, at_ms, nurse, scope, id, changed_at_ms, kind, is_open, is_entered_in_error,
    json_extract(view, '$.end'), json_extract(view, '$.status')
) WHERE kind = 'appointment' AND is_open = 1 AND is_entered_in_error = 0;
CREATE INDEX visits_by_time ON records (
    agency, at_ms, nurse, scope, id, changed_at_ms, kind, is_entered_in_error, json_extract(view, '$.status')
) WHERE kind = 'visit' AND is_entered_in_error = 0;
CREATE INDEX visits_by_scope ON records (
    agency, scope, at_ms, kind, is_entered_in_error,
    json_extract(view, '$.status'), json_extract(view, '$.service_type.code')
) WHERE kind = 'visit' AND is_entered_in_error = 0;
CREATE INDEX patients_by_state ON records (
    agency, scope, kind, is_entered_in_error, json_extract(view, '$.address.state')
) WHERE kind = 'patient' AND is_entered_in_error = 0;
CREATE INDEX coverages_by_scope ON records (
    agency, scope, id, changed_at_ms, kind, is_entered_in_error,
    json_extract(view, '$.status'), json_extract(view, '$.authorisations')
) WHERE kind = 'coverage' AND is_entered_in_error = 0;
CREATE INDEX conflicts_by_change ON records (agency, seq, id, scope, kind, changed_at_ms, conflicts)
    WHERE conflicts > 0;

-- A nurse is told on every phone of hers, which may have been enrolled anew.
DROP INDEX quarantine_reviewed;
CREATE INDEX quarantine_reviewed ON quarantine (agency, staff, reviewed_seq) WHERE outcome IS NOT NULL;
