-- The pages of the registers go through the lines by their own time, the newest first; these find a month without the rest.
-- +goose Up
CREATE INDEX document_by_received_at ON document (received_at);
CREATE INDEX envelope_by_received_at ON envelope (received_at);
CREATE INDEX scope_line_by_fixed_at ON scope_line (fixed_at);
CREATE INDEX slip_by_made_at ON slip (made_at);
CREATE INDEX chase_by_chased_at ON chase (chased_at);
CREATE INDEX hand_over_by_out_at ON hand_over (out_at);
CREATE INDEX circulation_by_opened_at ON circulation (opened_at);

-- +goose Down
DROP INDEX circulation_by_opened_at;
DROP INDEX hand_over_by_out_at;
DROP INDEX chase_by_chased_at;
DROP INDEX slip_by_made_at;
DROP INDEX scope_line_by_fixed_at;
DROP INDEX envelope_by_received_at;
DROP INDEX document_by_received_at;
