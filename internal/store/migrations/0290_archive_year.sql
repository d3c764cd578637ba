-- The page of a year (归档与清退) reads the items that were finished in it, settled or not, and those whose issuer wanted them
-- back in it: each by its own range.
-- +goose Up
CREATE INDEX document_completed_at ON document (completed_at, id) WHERE completed_at IS NOT NULL;
CREATE INDEX document_returned_by ON document (return_by) WHERE return_by <> '';

-- +goose Down
DROP INDEX document_returned_by;
DROP INDEX document_completed_at;
