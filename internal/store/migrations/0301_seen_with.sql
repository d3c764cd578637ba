-- With whom a piece was seen in a count: what is in somebody's hands lies in no place. Lines of before do not say.
-- +goose Up
ALTER TABLE count_line ADD COLUMN seen_with TEXT;

-- +goose Down
ALTER TABLE count_line DROP COLUMN seen_with;
