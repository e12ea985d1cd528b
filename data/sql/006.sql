-- Version 6: a letter that goes to a part of its recipients at a time, because a
-- server takes no more of them in one transaction. 0: to all at once.

ALTER TABLE letters ADD COLUMN part_size INTEGER NOT NULL DEFAULT 0;
