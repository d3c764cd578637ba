-- +goose Up
CREATE TABLE refused_try (
	id TEXT NOT NULL PRIMARY KEY,
	at INTEGER,
	person TEXT NOT NULL,
	actor TEXT NOT NULL,
	act TEXT NOT NULL,
	outcome TEXT NOT NULL,
	asked INTEGER NOT NULL,
	subject TEXT NOT NULL,
	reference TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX refused_try_by_person_at ON refused_try (person, at);
CREATE INDEX refused_try_by_at ON refused_try (at);

-- +goose Down
DROP TABLE refused_try;
