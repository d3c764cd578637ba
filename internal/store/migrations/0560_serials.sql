-- +goose Up
-- Whether a serial number is in use is asked with each carrier that has one. Not unique: books of before may hold one twice.
CREATE INDEX copy_by_serial ON copy (upper(serial_no)) WHERE serial_no <> '' AND state <> 'ended';

-- +goose Down
DROP INDEX copy_by_serial;
