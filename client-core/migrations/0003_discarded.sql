-- What the office discarded of refused work: nothing becomes of it any more.
ALTER TABLE quarantine ADD COLUMN is_discarded INTEGER NOT NULL DEFAULT 0;
