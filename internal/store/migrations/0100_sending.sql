-- What went out of the house, to whom and how, which until now only the entry told, and the recipient nobody. Of what was
-- sent before there is no row.
-- +goose Up
CREATE TABLE sending (
	id TEXT NOT NULL PRIMARY KEY,
	copy TEXT NOT NULL,
	document TEXT NOT NULL,
	channel TEXT NOT NULL,
	recipient BLOB,
	envelope_no TEXT NOT NULL,
	seal TEXT NOT NULL,
	network_no TEXT NOT NULL,
	carriers TEXT NOT NULL,
	sent_at INTEGER,
	sent_by TEXT NOT NULL,
	acknowledged_at INTEGER,
	acknowledged_by TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX sending_by_document ON sending (document);

-- +goose Down
DROP TABLE sending;
