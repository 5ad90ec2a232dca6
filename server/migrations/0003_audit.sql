-- Who saw and changed what. Each entry's hash is over the one before it, so that none can be edited, removed or moved
-- without the chain showing where.

CREATE TABLE audit (
    agency BLOB NOT NULL,
    -- From 1, without gaps.
    number INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    code TEXT NOT NULL,
    actor TEXT NOT NULL,
    by_staff BLOB,
    by_device BLOB,
    scope BLOB,
    record BLOB,
    staff BLOB,
    device BLOB,
    -- JSON: names and numbers, never what a record says.
    details TEXT,
    hash BLOB NOT NULL,
    PRIMARY KEY (agency, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX audit_by_scope ON audit (agency, scope, number) WHERE scope IS NOT NULL;

CREATE TRIGGER audit_is_never_edited BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is only ever appended to'); END;
CREATE TRIGGER audit_is_never_removed BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is only ever appended to'); END;

-- The last entry: what is missing at the end shows by it.
ALTER TABLE agencies ADD COLUMN audit_number INTEGER NOT NULL DEFAULT 0;
ALTER TABLE agencies ADD COLUMN audit_hash BLOB NOT NULL
    DEFAULT x'0000000000000000000000000000000000000000000000000000000000000000';
