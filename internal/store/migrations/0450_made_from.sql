-- +goose Up
-- What was made of a piece stands in its history.
CREATE INDEX reproduction_by_source ON reproduction (source_copy);

-- +goose Down
DROP INDEX reproduction_by_source;
