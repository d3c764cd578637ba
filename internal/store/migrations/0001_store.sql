-- What every other table leans on: what rows said before, and the program's own settings.
-- +goose Up
CREATE TABLE history (
	tbl TEXT NOT NULL,
	key TEXT NOT NULL,
	rev INTEGER NOT NULL,
	cols BLOB NOT NULL,
	at INTEGER NOT NULL,
	PRIMARY KEY (tbl, key, rev)
);

CREATE TABLE meta (
	name TEXT NOT NULL PRIMARY KEY,
	value TEXT NOT NULL
);

-- +goose Down
DROP TABLE meta;
DROP TABLE history;
