-- When a piece went out, as the books of before the program say.
-- +goose Up
ALTER TABLE hand_over ADD COLUMN old_day TEXT;

-- +goose Down
ALTER TABLE hand_over DROP COLUMN old_day;
