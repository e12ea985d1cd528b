-- Version 5: words of one and two characters, which the index of version 2 does
-- not know and half of all Chinese words are. Its words are the grams of a
-- letter (src/store/envoi-letter-grams.c), each once: where they stand does not
-- matter, so the index holds no more than which letters have them. It keeps no
-- text; who takes a letter out gives the grams that went in.
--
-- A large archive takes many seconds, for which nobody should wait before the
-- first letter: those whose number is below the counter are not in the index yet.
-- The store puts them in after the start, some at a time, the newest first, and
-- takes the counter away with the last one.

CREATE VIRTUAL TABLE letter_grams USING fts5 (
  grams, content = '', detail = 'none', columnsize = 0, tokenize = 'ascii'
);

INSERT INTO counters (name, value)
  SELECT 'grams-below', max (number) + 1 FROM letter_texts HAVING count (*) > 0;
