-- Of a carrier: in which ways it holds what it holds, where that is not as its document, and the machine it is built into.
-- Of a device: that it is in repair, or scrapped.
-- +goose Up
ALTER TABLE copy ADD COLUMN content_kinds TEXT;
ALTER TABLE copy ADD COLUMN device TEXT;
CREATE INDEX copy_by_device ON copy (device) WHERE device IS NOT NULL;
ALTER TABLE device ADD COLUMN state TEXT;
ALTER TABLE device ADD COLUMN state_at INTEGER;
ALTER TABLE device ADD COLUMN state_note TEXT;

-- +goose Down
ALTER TABLE device DROP COLUMN state_note;
ALTER TABLE device DROP COLUMN state_at;
ALTER TABLE device DROP COLUMN state;
DROP INDEX copy_by_device;
ALTER TABLE copy DROP COLUMN device;
ALTER TABLE copy DROP COLUMN content_kinds;
