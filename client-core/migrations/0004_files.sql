-- The bytes that attachments name: one row per file of a case, and its bytes in parts, so that a large one is written and
-- read without being held or rewritten whole. A file of which nothing is known here has no row.
CREATE TABLE files (
    number     INTEGER PRIMARY KEY,
    scope      BLOB NOT NULL REFERENCES scopes (id),
    -- SHA-256 of the bytes, in hexadecimal digits.
    sha256     TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    -- How many of its bytes are here, from the start.
    here_bytes INTEGER NOT NULL DEFAULT 0,
    -- How many a server is known to hold, from the start.
    sent_bytes INTEGER NOT NULL DEFAULT 0,
    -- A server is known to hold it whole.
    is_held    INTEGER NOT NULL DEFAULT 0,
    -- The larger, the later it was used last.
    used       INTEGER NOT NULL,
    -- Why a server did not take it when it was last offered, and when.
    refusal    TEXT,
    refused_ms INTEGER,
    -- A small JPEG; empty where the file is no picture, absent where nobody has looked.
    thumbnail  BLOB,
    UNIQUE (scope, sha256)
) STRICT;
CREATE INDEX files_unsent ON files (scope) WHERE NOT is_held;

CREATE TABLE file_parts (
    file  INTEGER NOT NULL REFERENCES files (number) ON DELETE CASCADE,
    -- Where the part begins.
    at    INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE (file, at)
) STRICT;
