-- The first schema. Ids are 16 bytes, times are milliseconds since 1970-01-01T00:00:00Z, and every key of an
-- agency's data begins with the agency.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE agencies (
    id BLOB PRIMARY KEY,
    name TEXT NOT NULL,
    directory BLOB NOT NULL,
    -- The last entry of the agency's order. Only counted up, inside the transaction that makes the entry (I5).
    seq INTEGER NOT NULL DEFAULT 0,
    created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE staff (
    agency BLOB NOT NULL REFERENCES agencies (id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    is_active INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (agency, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE devices (
    agency BLOB NOT NULL,
    id BLOB NOT NULL,
    staff BLOB NOT NULL,
    name TEXT NOT NULL,
    app_version TEXT NOT NULL,
    enrolled_at_ms INTEGER NOT NULL,
    last_contact_at_ms INTEGER,
    unsent_count INTEGER NOT NULL DEFAULT 0,
    clock_skew_s INTEGER NOT NULL DEFAULT 0,
    -- The highest cursor that the server ever had from it (I9).
    cursor_seq_max INTEGER NOT NULL DEFAULT 0,
    is_locked INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (agency, id),
    FOREIGN KEY (agency, staff) REFERENCES staff (agency, id)
) STRICT, WITHOUT ROWID;

-- One-time codes, as SHA-256.
CREATE TABLE enrolment_codes (
    hash BLOB PRIMARY KEY,
    agency BLOB NOT NULL,
    staff BLOB NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    used_at_ms INTEGER,
    FOREIGN KEY (agency, staff) REFERENCES staff (agency, id)
) STRICT, WITHOUT ROWID;

-- As SHA-256, bound to the device.
CREATE TABLE refresh_tokens (
    hash BLOB PRIMARY KEY,
    agency BLOB NOT NULL,
    device BLOB NOT NULL,
    created_at_ms INTEGER NOT NULL,
    FOREIGN KEY (agency, device) REFERENCES devices (agency, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE signing_keys (
    kid TEXT PRIMARY KEY,
    pkcs8 BLOB NOT NULL,
    created_at_ms INTEGER NOT NULL,
    retired_at_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE scopes (
    agency BLOB NOT NULL REFERENCES agencies (id),
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    opened_at_ms INTEGER NOT NULL,
    opened_by BLOB,
    PRIMARY KEY (agency, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE grants (
    agency BLOB NOT NULL,
    staff BLOB NOT NULL,
    scope BLOB NOT NULL,
    begin_seq INTEGER NOT NULL,
    end_seq INTEGER,
    PRIMARY KEY (agency, staff, scope, begin_seq),
    FOREIGN KEY (agency, staff) REFERENCES staff (agency, id),
    FOREIGN KEY (agency, scope) REFERENCES scopes (agency, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX grants_by_scope ON grants (agency, scope);
CREATE UNIQUE INDEX one_current_grant ON grants (agency, staff, scope) WHERE end_seq IS NULL;

-- A row is read up to the column that is needed: the long ones stand last.
CREATE TABLE records (
    agency BLOB NOT NULL,
    id BLOB NOT NULL,
    scope BLOB NOT NULL,
    kind TEXT NOT NULL,
    -- The agency's seq at the record's last change.
    seq INTEGER NOT NULL,
    changed_at_ms INTEGER NOT NULL,
    at_ms INTEGER,
    nurse BLOB,
    is_open INTEGER NOT NULL,
    is_entered_in_error INTEGER NOT NULL,
    conflicts INTEGER NOT NULL,
    version BLOB NOT NULL,
    view TEXT NOT NULL,
    document BLOB NOT NULL,
    FOREIGN KEY (agency, scope) REFERENCES scopes (agency, id)
) STRICT;

CREATE UNIQUE INDEX records_by_id ON records (agency, id);
CREATE INDEX records_by_scope ON records (agency, scope, id);
CREATE INDEX records_by_change ON records (agency, scope, seq);
CREATE INDEX open_appointments_by_nurse ON records (agency, nurse, at_ms, scope)
    WHERE kind = 'appointment' AND is_open = 1;
CREATE INDEX open_appointments_by_scope ON records (agency, scope, at_ms)
    WHERE kind = 'appointment' AND is_open = 1;
CREATE INDEX records_in_conflict ON records (agency, scope, conflicts) WHERE conflicts > 0;

CREATE TABLE log (
    agency BLOB NOT NULL,
    seq INTEGER NOT NULL,
    scope BLOB NOT NULL,
    record BLOB NOT NULL,
    -- The store whose device pushed the changes, which does not want them back; none for the office's own.
    origin BLOB,
    device BLOB,
    staff BLOB NOT NULL,
    received_at_ms INTEGER NOT NULL,
    changes BLOB NOT NULL
) STRICT;

CREATE UNIQUE INDEX log_by_seq ON log (agency, seq);
CREATE INDEX log_by_scope ON log (agency, scope, seq, origin);

CREATE TABLE quarantine (
    agency BLOB NOT NULL,
    -- SHA-256 over device, record and changes: the same push set aside twice is one entry (I6).
    id BLOB NOT NULL,
    record BLOB,
    scope BLOB,
    device BLOB NOT NULL,
    staff BLOB NOT NULL,
    reason TEXT NOT NULL,
    received_at_ms INTEGER NOT NULL,
    changes BLOB NOT NULL
) STRICT;

CREATE UNIQUE INDEX quarantine_by_id ON quarantine (agency, id);
