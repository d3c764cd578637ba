-- Stock-taking: the count, and a line for each piece that was seen or declared missing. What is expected is read from the
-- copies, so that opening a count costs the same however much there is.
-- +goose Up
CREATE TABLE stock_count (
	id TEXT NOT NULL PRIMARY KEY,
	kind TEXT NOT NULL,
	places TEXT NOT NULL,
	media TEXT NOT NULL,
	state TEXT NOT NULL,
	opened_at INTEGER,
	opened_by TEXT NOT NULL,
	expected INTEGER NOT NULL,
	found INTEGER NOT NULL,
	missing INTEGER NOT NULL,
	extra INTEGER NOT NULL,
	elsewhere INTEGER NOT NULL,
	counted_by TEXT NOT NULL,
	checked_by TEXT NOT NULL,
	closed_at INTEGER,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX stock_count_by_opened_at ON stock_count (opened_at, id);

CREATE TABLE count_line (
	id TEXT NOT NULL PRIMARY KEY,
	stock_count TEXT NOT NULL,
	copy TEXT NOT NULL,
	document TEXT NOT NULL,
	code TEXT NOT NULL,
	place TEXT NOT NULL,
	belongs TEXT NOT NULL,
	result TEXT NOT NULL,
	counted_by TEXT NOT NULL,
	counted_at INTEGER,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX count_line_by_result ON count_line (stock_count, result, copy);
CREATE INDEX count_line_by_counted_at ON count_line (counted_at, id);
CREATE INDEX incident_by_subject_kind ON incident (subject, kind);

-- +goose Down
DROP INDEX incident_by_subject_kind;
DROP TABLE count_line;
DROP TABLE stock_count;
