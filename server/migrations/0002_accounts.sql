-- Units, accounts, and what an account is signed in with. Times are Unix milliseconds of the server's clock.

-- A unit's code is given once and never changes or is used again; name and parent may change.
CREATE TABLE units (
    code TEXT NOT NULL PRIMARY KEY,
    level TEXT NOT NULL CHECK (level IN ('province', 'district', 'commune')),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    slug TEXT NOT NULL,
    parent TEXT REFERENCES units (code)
) STRICT;
CREATE INDEX units_by_parent ON units (parent);

-- `id` is the Automerge author of everything the account writes: rows are disabled, never deleted.
CREATE TABLE users (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    username TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password TEXT NOT NULL, -- PHC string, argon2id
    unit TEXT REFERENCES units (code), -- NULL: the system itself
    position TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    disabled_ms INTEGER
) STRICT;

-- One device of one account. Receipts name it, so it stays when its sessions go.
CREATE TABLE devices (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id BLOB NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX devices_by_user ON devices (user_id);

-- The token itself is only in the browser's cookie.
CREATE TABLE sessions (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    token_hash BLOB NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    user_id BLOB NOT NULL REFERENCES users (id),
    device_id BLOB NOT NULL REFERENCES devices (id),
    created_ms INTEGER NOT NULL,
    renewed_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_ms);

-- Used by exactly one DELETE … RETURNING; a session takes its tickets with it.
CREATE TABLE tickets (
    ticket_hash BLOB NOT NULL PRIMARY KEY CHECK (length(ticket_hash) = 32),
    session_id BLOB NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    user_id BLOB NOT NULL,
    device_id BLOB NOT NULL,
    expires_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tickets_by_session ON tickets (session_id);
