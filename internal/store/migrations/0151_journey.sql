-- Trips that people report before they begin.
-- +goose Up
CREATE TABLE journey (
	id TEXT NOT NULL PRIMARY KEY,
	person TEXT NOT NULL,
	destination TEXT NOT NULL,
	country TEXT NOT NULL,
	from_on TEXT NOT NULL,
	to_on TEXT NOT NULL,
	purpose BLOB,
	items TEXT NOT NULL,
	reported_at INTEGER,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX journey_by_person ON journey (person, from_on);

-- +goose Down
DROP TABLE journey;
