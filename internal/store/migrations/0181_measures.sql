-- The measures of safety taken on the way; which act a signed sheet has served; the stages that a secret object has been through.
-- +goose Up
ALTER TABLE hand_over ADD COLUMN measures TEXT;
ALTER TABLE sheet ADD COLUMN served_at INTEGER;
CREATE INDEX sheet_unserved ON sheet (subject, name) WHERE served_at IS NULL AND subject <> '';
CREATE TABLE stage_line (
	id TEXT NOT NULL PRIMARY KEY,
	copy TEXT NOT NULL,
	document TEXT NOT NULL,
	class INTEGER NOT NULL,
	stage TEXT NOT NULL,
	unit TEXT NOT NULL,
	person TEXT NOT NULL,
	place TEXT NOT NULL,
	destination TEXT NOT NULL,
	measures TEXT NOT NULL,
	agreement_no TEXT NOT NULL,
	at INTEGER,
	done_by TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX stage_line_by_copy ON stage_line (copy, at);
CREATE INDEX stage_line_by_document ON stage_line (document);
CREATE INDEX stage_line_by_at ON stage_line (at);

-- +goose Down
DROP TABLE stage_line;
DROP INDEX sheet_unserved;
ALTER TABLE sheet DROP COLUMN served_at;
ALTER TABLE hand_over DROP COLUMN measures;
