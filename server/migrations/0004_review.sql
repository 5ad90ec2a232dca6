-- What the office has to look at: work that arrived late (I9), and what was set aside (I10).

-- By the server's clock: for so many days from then on, late work is merged.
ALTER TABLE grants ADD COLUMN ended_at_ms INTEGER;
UPDATE grants SET ended_at_ms = CAST(unixepoch('subsec') * 1000 AS INTEGER) WHERE end_seq IS NOT NULL;

-- The agency's seq when the phone was enrolled: a phone can have held nothing that had ended by then.
ALTER TABLE devices ADD COLUMN enrolled_seq INTEGER NOT NULL DEFAULT 0;
-- The store it last synced from, by which a phone is known again that is enrolled anew and keeps its work.
ALTER TABLE devices ADD COLUMN store BLOB;
CREATE INDEX devices_by_store ON devices (agency, staff, store);

-- Log entries that were pushed after their author's assignment had ended.
CREATE TABLE late_work (
    agency BLOB NOT NULL,
    seq INTEGER NOT NULL,
    scope BLOB NOT NULL,
    record BLOB NOT NULL,
    staff BLOB NOT NULL,
    device BLOB,
    received_at_ms INTEGER NOT NULL,
    seen_at_ms INTEGER,
    seen_by BLOB,
    PRIMARY KEY (agency, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX late_work_unseen ON late_work (agency, seq) WHERE seen_at_ms IS NULL;

-- What the office made of it: the entry and its bytes stay.
ALTER TABLE quarantine ADD COLUMN outcome TEXT;
ALTER TABLE quarantine ADD COLUMN reviewed_at_ms INTEGER;
ALTER TABLE quarantine ADD COLUMN reviewed_by BLOB;
-- Its place in the agency's order, by which the phone is told.
ALTER TABLE quarantine ADD COLUMN reviewed_seq INTEGER;
ALTER TABLE quarantine ADD COLUMN discard_reason TEXT;

CREATE INDEX quarantine_waiting ON quarantine (agency, received_at_ms) WHERE outcome IS NULL;
CREATE INDEX quarantine_reviewed ON quarantine (agency, device, reviewed_seq) WHERE outcome IS NOT NULL;
