-- The register of devices is read by name, and by who answers for them.
-- +goose Up
CREATE INDEX device_by_name ON device (name, id);

-- +goose Down
DROP INDEX device_by_name;
