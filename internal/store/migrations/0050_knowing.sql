-- +goose Up
CREATE TABLE knowing (
	id TEXT NOT NULL PRIMARY KEY,
	document TEXT NOT NULL,
	person TEXT NOT NULL,
	at INTEGER,
	way TEXT NOT NULL,
	known_by TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX knowing_by_document ON knowing (document, at);
CREATE INDEX knowing_by_at ON knowing (at);

-- +goose Down
DROP TABLE knowing;
