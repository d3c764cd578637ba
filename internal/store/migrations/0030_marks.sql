-- Sessions and waiting signatures carry a keyed mark of their columns. A row without one is none: it was ended, or was
-- opened by a version that made none.
-- +goose Up
ALTER TABLE session ADD COLUMN mark BLOB;
ALTER TABLE ticket ADD COLUMN mark BLOB;

-- +goose Down
ALTER TABLE ticket DROP COLUMN mark;
ALTER TABLE session DROP COLUMN mark;
