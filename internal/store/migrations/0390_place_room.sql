-- Which rooms bear a number, and which places are of a kind: what a place is in.
-- +goose Up
CREATE INDEX place_by_room ON place (room, place_kind);
CREATE INDEX place_by_kind ON place (place_kind, room);

-- +goose Down
DROP INDEX place_by_kind;
DROP INDEX place_by_room;
