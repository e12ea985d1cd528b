-- Version 1: letters, their recipients and attempts, and the blobs they need.
--
-- Times are microseconds since the epoch, 0 = none. Every change takes the next
-- number of the counter "revision", so that another process can ask for what is
-- newer than the last thing it saw, whatever the wall clock did in between.

CREATE TABLE counters (
  name  TEXT PRIMARY KEY NOT NULL,
  value INTEGER NOT NULL
) WITHOUT ROWID;

INSERT INTO counters (name, value) VALUES ('revision', 0);

CREATE TABLE letters (
  id             TEXT PRIMARY KEY NOT NULL,
  revision       INTEGER NOT NULL,
  state          TEXT NOT NULL CHECK (state IN (
                   'draft', 'queued', 'sending', 'waiting', 'sent', 'failed', 'unknown')),
  account_id     TEXT NOT NULL,
  subject        TEXT NOT NULL,
  to_line        TEXT NOT NULL,
  message_id     TEXT NOT NULL,
  size           INTEGER NOT NULL,
  created        INTEGER NOT NULL,
  changed        INTEGER NOT NULL,
  hold_until     INTEGER NOT NULL,
  next_try       INTEGER NOT NULL,
  first_try      INTEGER NOT NULL,
  attempts       INTEGER NOT NULL,
  was_cancelled  INTEGER NOT NULL,
  is_handed_over INTEGER NOT NULL,
  is_dismissed   INTEGER NOT NULL,
  pauses_account INTEGER NOT NULL,
  sender         TEXT,              -- the envelope; its forward-paths are the recipients
  envelope_flags INTEGER NOT NULL,
  envelope_id    TEXT,
  error_domain   TEXT,              -- the last attempt's result
  error_code     INTEGER NOT NULL,
  error_message  TEXT,
  phase          TEXT,
  reply_code     INTEGER NOT NULL,
  reply_enhanced TEXT,
  reply_text     TEXT
);

CREATE INDEX letters_by_state ON letters (state, changed DESC, id);
CREATE INDEX letters_by_change ON letters (changed DESC, id);
CREATE INDEX letters_by_revision ON letters (revision);

-- Apart from the letters, so that reading a list never passes over the bodies.
CREATE TABLE manifests (
  letter_id TEXT PRIMARY KEY NOT NULL REFERENCES letters (id) ON DELETE CASCADE,
  bytes     BLOB NOT NULL
);

CREATE TABLE recipients (
  letter_id TEXT NOT NULL REFERENCES letters (id) ON DELETE CASCADE,
  position  INTEGER NOT NULL,
  address   TEXT NOT NULL,
  state     TEXT NOT NULL CHECK (state IN (
              'pending', 'accepted', 'deferred', 'refused', 'unknown')),
  code      INTEGER NOT NULL,
  enhanced  TEXT,
  text      TEXT,
  PRIMARY KEY (letter_id, position)
) WITHOUT ROWID;

CREATE TABLE attempts (
  letter_id      TEXT NOT NULL REFERENCES letters (id) ON DELETE CASCADE,
  number         INTEGER NOT NULL,
  began          INTEGER NOT NULL,
  ended          INTEGER NOT NULL,
  result         TEXT NOT NULL,     -- the state the letter went to
  error_domain   TEXT,
  error_code     INTEGER NOT NULL,
  error_message  TEXT,
  phase          TEXT,
  reply_code     INTEGER NOT NULL,
  reply_enhanced TEXT,
  reply_text     TEXT,
  transcript     TEXT,
  PRIMARY KEY (letter_id, number)
);

CREATE TABLE letter_blobs (
  letter_id TEXT NOT NULL REFERENCES letters (id) ON DELETE CASCADE,
  blob_id   TEXT NOT NULL,
  PRIMARY KEY (letter_id, blob_id)
) WITHOUT ROWID;

CREATE INDEX letter_blobs_by_blob ON letter_blobs (blob_id);

-- What was deleted lately, so that other processes hear of it.
CREATE TABLE deleted_letters (
  id       TEXT PRIMARY KEY NOT NULL,
  revision INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX deleted_letters_by_revision ON deleted_letters (revision);
