-- Who does not sign, and the two who attest it: of a reader's 已阅, and of a copy given back. Rows of before are empty
-- here (NULL, which no entry needs to speak of).
-- +goose Up
ALTER TABLE stop ADD COLUMN declined_at INTEGER;
ALTER TABLE stop ADD COLUMN declined TEXT;
ALTER TABLE stop ADD COLUMN declined_reason BLOB;
ALTER TABLE stop ADD COLUMN declined_by TEXT;
ALTER TABLE stop ADD COLUMN witnesses TEXT;
ALTER TABLE hand_over ADD COLUMN return_unsigned BLOB;
ALTER TABLE hand_over ADD COLUMN witnesses TEXT;

-- +goose Down
ALTER TABLE hand_over DROP COLUMN witnesses;
ALTER TABLE hand_over DROP COLUMN return_unsigned;
ALTER TABLE stop DROP COLUMN witnesses;
ALTER TABLE stop DROP COLUMN declined_by;
ALTER TABLE stop DROP COLUMN declined_reason;
ALTER TABLE stop DROP COLUMN declined;
ALTER TABLE stop DROP COLUMN declined_at;
