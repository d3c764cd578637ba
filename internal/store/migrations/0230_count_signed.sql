-- Who has in fact signed as the checker of a count; of one that was closed before nobody has. What lies in a place is asked
-- for by the pages of places and counts, and whenever a box or a cabinet moves: without an index that looked at every copy.
-- +goose Up
ALTER TABLE stock_count ADD COLUMN checked_signed TEXT;
CREATE INDEX copy_lying ON copy (place, label) WHERE state = 'in_place';

-- +goose Down
DROP INDEX copy_lying;
ALTER TABLE stock_count DROP COLUMN checked_signed;
