-- Version 7: a delivery receipt was asked for, and the server gives none.

ALTER TABLE letters ADD COLUMN lacks_receipt INTEGER NOT NULL DEFAULT 0;
