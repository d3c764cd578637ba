-- Codes that were used, recorded. Those of spent_code are copied by the data migration of this name; it is read no more.
-- +goose Up
CREATE TABLE used_code (
	id TEXT NOT NULL PRIMARY KEY,
	account TEXT NOT NULL,
	series TEXT NOT NULL,
	n INTEGER NOT NULL,
	at INTEGER,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX used_code_series ON used_code (account, series, n);

-- +goose Down
DROP TABLE used_code;
