-- What the forms of practice have and no act recorded: the capacity of a carrier that is to be destroyed, the number of the reply;
-- and what their registers look up.
-- +goose Up
ALTER TABLE disposal_line ADD COLUMN capacity TEXT;
ALTER TABLE document ADD COLUMN reply_no BLOB;
CREATE INDEX count_line_by_copy ON count_line (copy, counted_at);
CREATE INDEX leave_by_act ON leave (act, asked_at, id);

-- +goose Down
DROP INDEX leave_by_act;
DROP INDEX count_line_by_copy;
ALTER TABLE document DROP COLUMN reply_no;
ALTER TABLE disposal_line DROP COLUMN capacity;
