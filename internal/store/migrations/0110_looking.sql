-- A board looks through the open circulations for those its reader may know of: the index holds what that is decided by, in
-- the order of the board. Whether he holds a piece of one item is one look, however much he holds.
-- +goose Up
DROP INDEX copy_held_by;
CREATE INDEX copy_held_by ON copy (holder, document) WHERE state = 'held';
DROP INDEX circulation_by_state_opened_at;
CREATE INDEX circulation_by_state_opened_at ON circulation (state, opened_at, id, class, document);

-- +goose Down
DROP INDEX circulation_by_state_opened_at;
CREATE INDEX circulation_by_state_opened_at ON circulation (state, opened_at);
DROP INDEX copy_held_by;
CREATE INDEX copy_held_by ON copy (holder) WHERE state = 'held';
