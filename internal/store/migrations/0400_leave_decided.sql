-- Who decided prints the form of what he decided: his newest decisions are looked up.
-- +goose Up
CREATE INDEX leave_by_decider ON leave (granted_by, decided_at);

-- +goose Down
DROP INDEX leave_by_decider;
