-- What the office's pages read and write.

-- The names of the fields that the changes wrote, as a JSON list.
ALTER TABLE log ADD COLUMN fields TEXT NOT NULL DEFAULT '[]';
UPDATE log SET fields = json_extract(audit.details, '$.fields') FROM audit
    WHERE audit.agency = log.agency AND json_extract(audit.details, '$.seq') = log.seq
        AND audit.code IN ('record_created', 'record_changed');
