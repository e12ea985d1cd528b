-- Version 5: words of one and two characters, which the index of version 2 does
-- not know and half of all Chinese words are. Its words are the grams of a
-- letter (src/store/envoi-letter-grams.c), each once: where they stand does not
-- matter, so the index holds no more than which letters have them. It keeps no
-- text; who takes a letter out gives the grams that went in.

CREATE VIRTUAL TABLE letter_grams USING fts5 (
  grams, content = '', detail = 'none', columnsize = 0, tokenize = 'ascii'
);

INSERT INTO letter_grams (rowid, grams)
  SELECT number, grams (subject, people, text) FROM letter_texts;
