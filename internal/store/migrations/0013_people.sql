-- +goose Up
CREATE TABLE unit (
	id TEXT NOT NULL PRIMARY KEY,
	name TEXT NOT NULL,
	kind TEXT NOT NULL,
	slots TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);

CREATE TABLE post (
	id TEXT NOT NULL PRIMARY KEY,
	name TEXT NOT NULL,
	stands TEXT NOT NULL,
	unit TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);

CREATE TABLE person (
	id TEXT NOT NULL PRIMARY KEY,
	name TEXT NOT NULL,
	unit TEXT NOT NULL,
	affiliation TEXT NOT NULL,
	grade TEXT NOT NULL,
	reviewed_on TEXT NOT NULL,
	trained_on TEXT NOT NULL,
	left_at INTEGER,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);

CREATE TABLE holding (
	id TEXT NOT NULL PRIMARY KEY,
	post TEXT NOT NULL,
	person TEXT NOT NULL,
	from_at INTEGER,
	until_at INTEGER,
	doc_no TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX holding_by_person ON holding (person);
CREATE INDEX holding_by_post ON holding (post);

CREATE TABLE commitment (
	id TEXT NOT NULL PRIMARY KEY,
	person TEXT NOT NULL,
	version TEXT NOT NULL,
	signed_on TEXT NOT NULL,
	valid_to TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX commitment_by_person ON commitment (person);

CREATE TABLE delegation (
	id TEXT NOT NULL PRIMARY KEY,
	given_by TEXT NOT NULL,
	post TEXT NOT NULL,
	given_to TEXT NOT NULL,
	acts TEXT NOT NULL,
	from_on TEXT NOT NULL,
	to_on TEXT NOT NULL,
	revoked_at INTEGER,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX delegation_by_given_to ON delegation (given_to);
CREATE INDEX delegation_by_given_by ON delegation (given_by);

CREATE TABLE adoption (
	id TEXT NOT NULL PRIMARY KEY,
	pack TEXT NOT NULL,
	parts TEXT NOT NULL,
	version TEXT NOT NULL,
	basis TEXT NOT NULL,
	text_digest TEXT NOT NULL,
	in_force_from TEXT NOT NULL,
	responsible_units TEXT NOT NULL,
	adopted_by TEXT NOT NULL,
	adopted_at INTEGER,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);

CREATE TABLE setting (
	id TEXT NOT NULL PRIMARY KEY,
	value TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);

CREATE TABLE regulation_read (
	id TEXT NOT NULL PRIMARY KEY,
	person TEXT NOT NULL,
	pack TEXT NOT NULL,
	version TEXT NOT NULL,
	read_at INTEGER,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX regulation_read_by_person ON regulation_read (person);

CREATE TABLE calendar_year (
	id TEXT NOT NULL PRIMARY KEY,
	yaml TEXT NOT NULL,
	imported_by TEXT NOT NULL,
	imported_at INTEGER,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);

-- +goose Down
DROP TABLE calendar_year;
DROP TABLE regulation_read;
DROP TABLE setting;
DROP TABLE adoption;
DROP TABLE delegation;
DROP TABLE commitment;
DROP TABLE holding;
DROP TABLE person;
DROP TABLE post;
DROP TABLE unit;
