-- Lending, carrying out and what comes back: of a loan who asked for it, where to and by whose leave; of a return what the
-- check found; of a trip everything. Lines of before are empty here.
-- +goose Up
ALTER TABLE hand_over ADD COLUMN department TEXT;
ALTER TABLE hand_over ADD COLUMN destination TEXT;
ALTER TABLE hand_over ADD COLUMN approvers TEXT;
ALTER TABLE hand_over ADD COLUMN approved_at INTEGER;
ALTER TABLE hand_over ADD COLUMN recalled_at INTEGER;
ALTER TABLE hand_over ADD COLUMN pages_result TEXT;
ALTER TABLE hand_over ADD COLUMN attachments_result TEXT;
ALTER TABLE hand_over ADD COLUMN marks_result TEXT;
ALTER TABLE document ADD COLUMN important INTEGER NOT NULL DEFAULT 0;
CREATE TABLE trip (
	id TEXT NOT NULL PRIMARY KEY,
	copy TEXT NOT NULL,
	document TEXT NOT NULL,
	class INTEGER NOT NULL,
	carriers TEXT NOT NULL,
	purpose TEXT NOT NULL,
	destination TEXT NOT NULL,
	route BLOB,
	measures TEXT NOT NULL,
	approvers TEXT NOT NULL,
	approved_at INTEGER,
	out_at INTEGER,
	out_by TEXT NOT NULL,
	carrier_signed TEXT NOT NULL,
	return_by INTEGER,
	back_at INTEGER,
	taken_by TEXT NOT NULL,
	place TEXT NOT NULL,
	return_signed TEXT NOT NULL,
	taken_signed TEXT NOT NULL,
	return_unsigned BLOB,
	witnesses TEXT NOT NULL,
	checked INTEGER NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX trip_by_document ON trip (document);
CREATE INDEX trip_by_copy_out_at ON trip (copy, out_at);
CREATE INDEX trip_by_out_at ON trip (out_at);

-- +goose Down
DROP TABLE trip;
ALTER TABLE document DROP COLUMN important;
ALTER TABLE hand_over DROP COLUMN marks_result;
ALTER TABLE hand_over DROP COLUMN attachments_result;
ALTER TABLE hand_over DROP COLUMN pages_result;
ALTER TABLE hand_over DROP COLUMN recalled_at;
ALTER TABLE hand_over DROP COLUMN approved_at;
ALTER TABLE hand_over DROP COLUMN approvers;
ALTER TABLE hand_over DROP COLUMN destination;
ALTER TABLE hand_over DROP COLUMN department;
