-- Work that the server refused is kept there: of a case that has ended for the nurse, the phone keeps only that.
ALTER TABLE quarantine ADD COLUMN is_with_office INTEGER NOT NULL DEFAULT 0;
