-- Version 3: the audit log: one line for each attempt, kept apart from the
-- letters, so that it outlives them. It names no recipients, only their number.

CREATE TABLE audit (
  number         INTEGER PRIMARY KEY,
  time           INTEGER NOT NULL,  -- when the attempt ended
  letter_id      TEXT NOT NULL,
  account_id     TEXT NOT NULL,
  sender         TEXT NOT NULL,
  recipients     INTEGER NOT NULL,
  accepted       INTEGER NOT NULL,
  refused        INTEGER NOT NULL,
  result         TEXT NOT NULL,     -- the state the letter went to
  error_domain   TEXT,
  error_code     INTEGER NOT NULL,
  reply_code     INTEGER NOT NULL,
  reply_enhanced TEXT,
  reply_text     TEXT
);

CREATE INDEX audit_by_time ON audit (time);
