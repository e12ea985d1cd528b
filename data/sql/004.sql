-- Version 4: what is reported of a recipient after the letter was sent, and the
-- keys by which a report names the letter it is about.

ALTER TABLE recipients RENAME TO recipients_before;

CREATE TABLE recipients (
  letter_id TEXT NOT NULL REFERENCES letters (id) ON DELETE CASCADE,
  position  INTEGER NOT NULL,
  address   TEXT NOT NULL,
  state     TEXT NOT NULL CHECK (state IN (
              'pending', 'accepted', 'deferred', 'refused', 'unknown',
              'returned', 'delayed', 'delivered')),
  code      INTEGER NOT NULL,
  enhanced  TEXT,
  text      TEXT,
  PRIMARY KEY (letter_id, position)
) WITHOUT ROWID;

INSERT INTO recipients SELECT letter_id, position, address, state, code, enhanced, text
  FROM recipients_before;
DROP TABLE recipients_before;

CREATE INDEX letters_by_message_id ON letters (message_id) WHERE message_id <> '';
CREATE INDEX letters_by_envelope_id ON letters (envelope_id) WHERE envelope_id IS NOT NULL;
