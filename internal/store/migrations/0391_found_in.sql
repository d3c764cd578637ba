-- Where a piece was found that is to be put away anew: a kind of place, NULL where it was not found.
-- +goose Up
ALTER TABLE copy ADD COLUMN found_in TEXT;
CREATE INDEX copy_found ON copy (since) WHERE state = 'received' AND found_in IS NOT NULL;

-- +goose Down
DROP INDEX copy_found;
ALTER TABLE copy DROP COLUMN found_in;
