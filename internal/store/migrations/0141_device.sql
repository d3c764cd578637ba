-- 设备台账: a device has exactly one custodian.
-- +goose Up
CREATE TABLE device (
	id TEXT NOT NULL PRIMARY KEY,
	name TEXT NOT NULL,
	device_kind TEXT NOT NULL,
	device_class TEXT NOT NULL,
	place TEXT NOT NULL,
	custodian TEXT NOT NULL,
	since INTEGER,
	registered_at INTEGER,
	registered_by TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX device_by_custodian ON device (custodian);

-- +goose Down
DROP TABLE device;
