-- Which envelope of a number went out last is asked at each sending.
-- +goose Up
CREATE INDEX sending_by_envelope ON sending (envelope_no, sent_at);

-- +goose Down
DROP INDEX sending_by_envelope;
