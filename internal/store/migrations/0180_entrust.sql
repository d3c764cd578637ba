-- What a head entrusts: deeds for all items or listed ones, each delegation with a number; persons and departments designated
-- for acts and stages; and who carried what out by which delegation.
-- +goose Up
ALTER TABLE delegation ADD COLUMN year INTEGER NOT NULL DEFAULT 0;
ALTER TABLE delegation ADD COLUMN no INTEGER NOT NULL DEFAULT 0;
ALTER TABLE delegation ADD COLUMN deeds TEXT;
ALTER TABLE delegation ADD COLUMN items TEXT;
ALTER TABLE delegation ADD COLUMN signed TEXT;
ALTER TABLE delegation ADD COLUMN given_at INTEGER;
CREATE TABLE designation (
	id TEXT NOT NULL PRIMARY KEY,
	year INTEGER NOT NULL,
	no INTEGER NOT NULL,
	person TEXT NOT NULL,
	unit TEXT NOT NULL,
	acts TEXT NOT NULL,
	stages TEXT NOT NULL,
	items TEXT NOT NULL,
	from_on TEXT NOT NULL,
	to_on TEXT NOT NULL,
	given_by TEXT NOT NULL,
	signed TEXT NOT NULL,
	given_at INTEGER,
	revoked_at INTEGER,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE TABLE execution (
	id TEXT NOT NULL PRIMARY KEY,
	act TEXT NOT NULL,
	deed TEXT NOT NULL,
	document TEXT NOT NULL,
	executor TEXT NOT NULL,
	delegation TEXT NOT NULL,
	at INTEGER,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX execution_by_at ON execution (at);
CREATE INDEX execution_by_document ON execution (document);

-- +goose Down
DROP TABLE execution;
DROP TABLE designation;
ALTER TABLE delegation DROP COLUMN given_at;
ALTER TABLE delegation DROP COLUMN signed;
ALTER TABLE delegation DROP COLUMN items;
ALTER TABLE delegation DROP COLUMN deeds;
ALTER TABLE delegation DROP COLUMN no;
ALTER TABLE delegation DROP COLUMN year;
