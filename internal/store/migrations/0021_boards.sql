-- What the boards ask for of all circulations and instructions is what is open; these find it without the closed ones.
-- +goose Up
CREATE INDEX stop_by_state_out_at ON stop (state, out_at);
CREATE INDEX instruction_by_feedback_at_due ON instruction (feedback_at, due);

-- +goose Down
DROP INDEX instruction_by_feedback_at_due;
DROP INDEX stop_by_state_out_at;
