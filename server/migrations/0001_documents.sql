-- Documents and their changes. A change row is also its receipt: who brought it, from which device, when it arrived.

-- One row per document, so that a board of thousands of dossiers is one query and a client that is up to date
-- is answered without loading the document.
CREATE TABLE documents (
    document_id  BLOB    NOT NULL PRIMARY KEY CHECK (length(document_id) = 16),
    kind         TEXT    NOT NULL,
    unit         TEXT    NOT NULL,
    year         INTEGER NOT NULL,
    criteria_set TEXT    NOT NULL,
    heads        BLOB    NOT NULL CHECK (length(heads) % 32 = 0), -- hashes of 32 bytes, ascending
    changes      INTEGER NOT NULL CHECK (changes >= 0),           -- how many rows `changes` has for it
    created_ms   INTEGER NOT NULL,
    changed_ms   INTEGER NOT NULL,
    last_seen_ms INTEGER,                                         -- when a device of the unit last synced it
    summary      TEXT                                             -- JSON, written with the changes it sums up
) STRICT;

CREATE UNIQUE INDEX documents_by_year ON documents (year, kind, unit, criteria_set);

-- Raw changes, append-only. `seq` is the order of arrival within the document, from 0, without gaps; a change
-- always comes after those it depends on. Clustered by document, so that loading one is one range scan.
CREATE TABLE changes (
    document_id BLOB    NOT NULL REFERENCES documents (document_id),
    seq         INTEGER NOT NULL CHECK (seq >= 0),
    hash        BLOB    NOT NULL CHECK (length(hash) = 32),
    actor       BLOB    NOT NULL,
    user_id     BLOB CHECK (length(user_id) = 16),   -- NULL: made by the server itself (genesis, migrations)
    device_id   BLOB CHECK (length(device_id) = 16),
    received_ms INTEGER NOT NULL,
    bytes       BLOB    NOT NULL,
    PRIMARY KEY (document_id, seq)
) STRICT, WITHOUT ROWID;

-- Whose an actor is: bound to the user and device that brought its first accepted change, for ever.
CREATE TABLE actors (
    document_id BLOB NOT NULL REFERENCES documents (document_id),
    actor       BLOB NOT NULL,
    user_id     BLOB NOT NULL CHECK (length(user_id) = 16),
    device_id   BLOB NOT NULL CHECK (length(device_id) = 16),
    PRIMARY KEY (document_id, actor)
) STRICT, WITHOUT ROWID;

-- A saved document, to load fast. It covers the first `changes` rows; the rows themselves stay.
CREATE TABLE snapshots (
    document_id BLOB    NOT NULL PRIMARY KEY REFERENCES documents (document_id),
    changes     INTEGER NOT NULL CHECK (changes > 0),
    heads       BLOB    NOT NULL CHECK (length(heads) % 32 = 0),
    bytes       BLOB    NOT NULL
) STRICT;

-- The receipts alone, for whoever asks what arrived when.
CREATE VIEW receipts AS
SELECT document_id, hash, actor, user_id, device_id, received_ms FROM changes WHERE user_id IS NOT NULL;
