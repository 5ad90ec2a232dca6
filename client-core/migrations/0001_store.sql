-- The phone's store. Ids and versions are blobs, times are milliseconds since 1970 UTC.

-- Single values: this store's id, the cursor, the epoch, the enrolment, how the last exchanges went.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What the phone holds: the directory and its nurse's cases.
CREATE TABLE scopes (
    id          BLOB PRIMARY KEY,
    -- The office has ended it for this nurse; what is left is work that has no verdict yet.
    is_ending   INTEGER NOT NULL DEFAULT 0,
    -- Its digest differed from the server's; the list of its versions is to be asked for.
    is_in_doubt INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- One row per record. `document` comes last, so that lists do not page through it.
CREATE TABLE records (
    number              INTEGER PRIMARY KEY,
    id                  BLOB NOT NULL UNIQUE,
    scope               BLOB NOT NULL REFERENCES scopes (id),
    kind                TEXT NOT NULL,
    -- When what the record tells of happened, or is due: the order of lists.
    at_ms               INTEGER,
    is_entered_in_error INTEGER NOT NULL,
    -- Fields with several values; which ones, the document tells.
    conflicts           INTEGER NOT NULL,
    -- Changes between `acked` and `version`, and since when there are any.
    unsent_changes      INTEGER NOT NULL,
    unsent_since_ms     INTEGER,
    -- The server refused the unsent changes; they wait until the record changes again.
    is_set_aside        INTEGER NOT NULL DEFAULT 0,
    version             BLOB NOT NULL,
    -- What a server is known to hold; empty when it holds nothing.
    acked               BLOB NOT NULL,
    summary             TEXT NOT NULL,
    view                TEXT NOT NULL,
    document            BLOB NOT NULL
) STRICT;
CREATE INDEX records_by_scope ON records (scope, kind, at_ms);
CREATE INDEX records_by_kind ON records (kind, at_ms);
CREATE INDEX records_in_conflict ON records (scope) WHERE conflicts > 0;
CREATE INDEX records_unsent ON records (unsent_since_ms) WHERE unsent_changes > 0;

-- The words of each record's view and summary; `rowid` is `records.number`.
CREATE VIRTUAL TABLE search USING fts5 (
    words, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);

-- Work that was refused: sent and refused by the server, or received and refused by this phone.
CREATE TABLE quarantine (
    record      BLOB NOT NULL,
    is_received INTEGER NOT NULL,
    scope       BLOB,
    reason      TEXT NOT NULL,
    at_ms       INTEGER NOT NULL,
    changes     BLOB NOT NULL,
    PRIMARY KEY (record, is_received)
) STRICT;

-- Records to be asked for whole, because what this phone holds of them is in doubt.
CREATE TABLE wanted (
    record BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;
