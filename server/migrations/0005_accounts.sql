-- Sign-in for people: names, passwords, second factors, browsers. Secrets that the server only has to know again are
-- kept as SHA-256.

CREATE TABLE accounts (
    agency BLOB NOT NULL,
    staff BLOB NOT NULL,
    -- In lower case, so that it is one person's in whatever case it is typed.
    sign_in_name TEXT NOT NULL UNIQUE,
    -- argon2id, as a PHC string; none until the person has set one.
    password TEXT,
    -- The secret of the second factor, where there is one.
    second_factor BLOB,
    -- The step of the last code that was taken: none up to it is taken again.
    second_factor_step INTEGER,
    -- A secret that was shown and not confirmed yet.
    second_factor_begun BLOB,
    PRIMARY KEY (agency, staff),
    FOREIGN KEY (agency, staff) REFERENCES staff (agency, id)
) STRICT, WITHOUT ROWID;

-- One-time codes with which passwords are set. A new one takes the place of the person's last.
CREATE TABLE password_codes (
    hash BLOB PRIMARY KEY,
    agency BLOB NOT NULL,
    staff BLOB NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    UNIQUE (agency, staff),
    FOREIGN KEY (agency, staff) REFERENCES accounts (agency, staff)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    hash BLOB PRIMARY KEY,
    agency BLOB NOT NULL,
    staff BLOB NOT NULL,
    -- The browser it began in, as browsers knows it.
    browser BLOB NOT NULL,
    began_at_ms INTEGER NOT NULL,
    -- Not at each request: to about a minute.
    seen_at_ms INTEGER NOT NULL,
    FOREIGN KEY (agency, staff) REFERENCES accounts (agency, staff)
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_staff ON sessions (agency, staff, began_at_ms);

-- Browsers in which a person has signed in: what strangers get wrong does not lock her out of these.
CREATE TABLE browsers (
    hash BLOB NOT NULL,
    agency BLOB NOT NULL,
    staff BLOB NOT NULL,
    used_at_ms INTEGER NOT NULL,
    PRIMARY KEY (agency, staff, hash),
    FOREIGN KEY (agency, staff) REFERENCES accounts (agency, staff)
) STRICT, WITHOUT ROWID;

-- Attempts that failed or are under way, by what they are counted under: the SHA-256 of a name, whether it is anybody's
-- or not, of a known browser, or of a session.
CREATE TABLE sign_in_attempts (
    counted_under BLOB PRIMARY KEY,
    attempts INTEGER NOT NULL,
    -- When they are forgotten: counting ends then, or the lock-out.
    until_ms INTEGER NOT NULL,
    is_locked_out INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX sign_in_attempts_over ON sign_in_attempts (until_ms);
