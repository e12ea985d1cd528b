-- Version 2: search in letters.
--
-- The text of a letter is given by whoever writes it; the store does not look
-- into manifests. Three characters make a step of the index, so that languages
-- without spaces between words are found too. Whoever changes letter_texts
-- changes letter_words too: a trigger may not, where the schema is not trusted.

CREATE TABLE letter_texts (
  number    INTEGER PRIMARY KEY,
  letter_id TEXT NOT NULL UNIQUE REFERENCES letters (id) ON DELETE CASCADE,
  subject   TEXT NOT NULL,
  people    TEXT NOT NULL,
  text      TEXT NOT NULL
);

CREATE VIRTUAL TABLE letter_words USING fts5 (
  subject, people, text,
  content = 'letter_texts', content_rowid = 'number', tokenize = 'trigram'
);

INSERT INTO letter_texts (letter_id, subject, people, text)
  SELECT id, subject,
         to_line || coalesce ((SELECT char (10) || group_concat (address, ' ')
                               FROM recipients WHERE letter_id = letters.id), ''),
         ''
  FROM letters;

INSERT INTO letter_words (letter_words) VALUES ('rebuild');
