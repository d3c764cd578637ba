-- Where a copy rests is told in full: a box stands in a cabinet, a place is dedicated, what protects it is recorded, a holder
-- keeps his copy somewhere, and every putting away is a line with its reason. Of what was put away before there is no line.
-- +goose Up
ALTER TABLE place ADD COLUMN inside TEXT;
ALTER TABLE place ADD COLUMN dedicated_officer TEXT;
ALTER TABLE place ADD COLUMN dedicated_room TEXT;
ALTER TABLE place ADD COLUMN dedicated_cabinet TEXT;
ALTER TABLE place ADD COLUMN dedicated_at INTEGER;
ALTER TABLE place ADD COLUMN alarm TEXT;
ALTER TABLE place ADD COLUMN watch TEXT;
ALTER TABLE place ADD COLUMN last_checked_on TEXT;
CREATE INDEX place_by_keeper ON place (keeper, place_kind);
CREATE INDEX place_by_inside ON place (inside);
CREATE INDEX place_by_officer ON place (dedicated_officer);
ALTER TABLE hand_over ADD COLUMN kept_in TEXT;
CREATE INDEX hand_over_by_kept_in ON hand_over (kept_in) WHERE back_at IS NULL;
ALTER TABLE copy ADD COLUMN form TEXT;
ALTER TABLE copy ADD COLUMN described TEXT;
CREATE INDEX copy_by_medium ON copy (medium, place) WHERE state <> 'ended';

CREATE TABLE placement (
	id TEXT NOT NULL PRIMARY KEY,
	copy TEXT NOT NULL,
	document TEXT NOT NULL,
	box TEXT NOT NULL,
	place TEXT NOT NULL,
	place_class TEXT NOT NULL,
	fits INTEGER NOT NULL,
	reason BLOB,
	placed_at INTEGER,
	placed_by TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX placement_by_placed_at ON placement (placed_at, id);
CREATE INDEX placement_by_copy ON placement (copy, placed_at);

-- +goose Down
DROP TABLE placement;
DROP INDEX copy_by_medium;
ALTER TABLE copy DROP COLUMN described;
ALTER TABLE copy DROP COLUMN form;
DROP INDEX hand_over_by_kept_in;
ALTER TABLE hand_over DROP COLUMN kept_in;
DROP INDEX place_by_officer;
DROP INDEX place_by_inside;
DROP INDEX place_by_keeper;
ALTER TABLE place DROP COLUMN last_checked_on;
ALTER TABLE place DROP COLUMN watch;
ALTER TABLE place DROP COLUMN alarm;
ALTER TABLE place DROP COLUMN dedicated_at;
ALTER TABLE place DROP COLUMN dedicated_cabinet;
ALTER TABLE place DROP COLUMN dedicated_room;
ALTER TABLE place DROP COLUMN dedicated_officer;
ALTER TABLE place DROP COLUMN inside;
