-- Lines of the office's books from before the program (期初建账): which were brought in, so that none is brought in twice.
-- +goose Up
CREATE TABLE opening_line (
	id TEXT NOT NULL PRIMARY KEY,
	list TEXT NOT NULL,
	line_no INTEGER NOT NULL,
	book TEXT NOT NULL,
	document TEXT NOT NULL,
	brought_at INTEGER,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX opening_line_by_document ON opening_line (document);

-- +goose Down
DROP TABLE opening_line;
