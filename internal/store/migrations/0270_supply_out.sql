-- What is out by the day it is due back, and what was given of one copy: the pages ask for both.
-- +goose Up
CREATE INDEX supply_out ON supply (return_by, id) WHERE taken_back_at IS NULL;
CREATE INDEX supply_by_copy ON supply (copy);

-- +goose Down
DROP INDEX supply_by_copy;
DROP INDEX supply_out;
