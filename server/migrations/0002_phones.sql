-- Refresh tokens rotate, and the office can end what a phone holds.

-- The token that this one took the place of; none for the one of the enrolment.
ALTER TABLE refresh_tokens ADD COLUMN parent BLOB;
-- When it first bought a token.
ALTER TABLE refresh_tokens ADD COLUMN used_at_ms INTEGER;
-- When a token that took its place, or one beside it, was first used: whoever shows it from then on is not the phone.
ALTER TABLE refresh_tokens ADD COLUMN replaced_at_ms INTEGER;

CREATE INDEX refresh_tokens_by_device ON refresh_tokens (agency, device);

-- When a token that had been replaced was shown, after which no token of the phone is good.
ALTER TABLE devices ADD COLUMN session_ended_at_ms INTEGER;
-- When the office asked for the phone to be wiped, and when the phone said that it was.
ALTER TABLE devices ADD COLUMN wipe_asked_at_ms INTEGER;
ALTER TABLE devices ADD COLUMN wiped_at_ms INTEGER;

-- What the office is told of refresh tokens that were used again: one entry for each session that it ended.
CREATE TABLE token_reuses (
    agency BLOB NOT NULL,
    device BLOB NOT NULL,
    detected_at_ms INTEGER NOT NULL,
    PRIMARY KEY (agency, device),
    FOREIGN KEY (agency, device) REFERENCES devices (agency, id)
) STRICT, WITHOUT ROWID;
