-- +goose Up
CREATE TABLE ledger_resumption (
	damage TEXT NOT NULL PRIMARY KEY,
	reason TEXT NOT NULL,
	resumed_by TEXT NOT NULL,
	resumed_at INTEGER,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);

-- +goose Down
DROP TABLE ledger_resumption;
