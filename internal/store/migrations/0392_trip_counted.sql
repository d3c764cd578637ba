-- What was counted when a piece came back from a trip; -1 where it was not, and whether that is not what went out.
-- +goose Up
ALTER TABLE trip ADD COLUMN pages_back INTEGER NOT NULL DEFAULT -1;
ALTER TABLE trip ADD COLUMN attachments_back INTEGER NOT NULL DEFAULT -1;
ALTER TABLE trip ADD COLUMN short INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE trip DROP COLUMN short;
ALTER TABLE trip DROP COLUMN attachments_back;
ALTER TABLE trip DROP COLUMN pages_back;
