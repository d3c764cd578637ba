-- What is made of others: a line for each piece (复制登记, 摘抄登记, 录制登记, 汇编登记), what a copy was made from and its own
-- number (复印件编号), and whether a compilation is one that is not sent without leave. Copies of before were made of nothing.
-- +goose Up
CREATE TABLE reproduction (
	id TEXT NOT NULL PRIMARY KEY,
	kind TEXT NOT NULL,
	document TEXT NOT NULL,
	level TEXT NOT NULL,
	source_copy TEXT NOT NULL,
	sources TEXT NOT NULL,
	copy TEXT NOT NULL,
	number TEXT NOT NULL,
	device TEXT NOT NULL,
	medium TEXT NOT NULL,
	recording_kind TEXT NOT NULL,
	stamp TEXT NOT NULL,
	purpose BLOB,
	passages BLOB,
	recipients BLOB,
	approved_by TEXT NOT NULL,
	approved_at INTEGER,
	consent_no BLOB,
	consent_date TEXT NOT NULL,
	made_by TEXT NOT NULL,
	made_at INTEGER,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX reproduction_by_document ON reproduction (document);
CREATE INDEX reproduction_by_kind ON reproduction (kind, made_at);
ALTER TABLE copy ADD COLUMN source TEXT;
ALTER TABLE copy ADD COLUMN duplicate_no TEXT;
ALTER TABLE copy ADD COLUMN stamp TEXT;
ALTER TABLE copy ADD COLUMN recording_kind TEXT;
ALTER TABLE document ADD COLUMN compiled_limited INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE document DROP COLUMN compiled_limited;
ALTER TABLE copy DROP COLUMN recording_kind;
ALTER TABLE copy DROP COLUMN stamp;
ALTER TABLE copy DROP COLUMN duplicate_no;
ALTER TABLE copy DROP COLUMN source;
DROP TABLE reproduction;
