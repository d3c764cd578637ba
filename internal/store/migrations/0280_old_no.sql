-- The number that a carrier had in the books from before the program (原编号).
-- +goose Up
ALTER TABLE copy ADD COLUMN old_no TEXT;
CREATE INDEX copy_by_old_no ON copy (old_no) WHERE old_no IS NOT NULL;

-- +goose Down
DROP INDEX copy_by_old_no;
ALTER TABLE copy DROP COLUMN old_no;
