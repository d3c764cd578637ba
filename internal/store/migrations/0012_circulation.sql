-- +goose Up
CREATE TABLE circulation (
	id TEXT NOT NULL PRIMARY KEY,
	document TEXT NOT NULL,
	class INTEGER NOT NULL,
	opened_at INTEGER,
	opened_by TEXT NOT NULL,
	closed_at INTEGER,
	closed_by TEXT NOT NULL,
	state TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX circulation_by_document ON circulation (document);
CREATE INDEX circulation_by_state_opened_at ON circulation (state, opened_at);

CREATE TABLE stop (
	id TEXT NOT NULL PRIMARY KEY,
	circulation TEXT NOT NULL,
	document TEXT NOT NULL,
	class INTEGER NOT NULL,
	seq INTEGER NOT NULL,
	reader TEXT NOT NULL,
	unit TEXT NOT NULL,
	added_at INTEGER,
	state TEXT NOT NULL,
	copy TEXT NOT NULL,
	out_at INTEGER,
	read_at INTEGER,
	back_at INTEGER,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX stop_by_circulation_seq ON stop (circulation, seq);
CREATE INDEX stop_by_reader_state ON stop (reader, state);
CREATE INDEX stop_by_document ON stop (document);

-- +goose Down
DROP TABLE stop;
DROP TABLE circulation;
