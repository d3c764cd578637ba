-- A worklist also shows the open duties of some names whoever owes them; this finds them without the closed ones.
-- +goose Up
CREATE INDEX obligation_by_name_state_due ON obligation (name, state, due_at);

-- +goose Down
DROP INDEX obligation_by_name_state_due;
