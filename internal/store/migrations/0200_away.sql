-- Leave that people take, recorded before it begins.
-- +goose Up
CREATE TABLE away (
	id TEXT NOT NULL PRIMARY KEY,
	person TEXT NOT NULL,
	from_on TEXT NOT NULL,
	to_on TEXT NOT NULL,
	reason BLOB,
	recorded_at INTEGER,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX away_by_person ON away (person, from_on);

-- +goose Down
DROP TABLE away;
