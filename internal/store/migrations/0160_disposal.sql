-- How the life of a copy ends: lists of return, hand-over, archive and destruction with a line for each piece. Copies say how
-- they ended, documents when nothing of them was left and when their key was shredded.
-- +goose Up
CREATE TABLE disposal_list (
	id TEXT NOT NULL PRIMARY KEY,
	kind TEXT NOT NULL,
	year INTEGER NOT NULL,
	no INTEGER NOT NULL,
	of_year TEXT NOT NULL,
	due TEXT NOT NULL,
	medium TEXT NOT NULL,
	issuer BLOB,
	party BLOB,
	reason BLOB,
	unit TEXT NOT NULL,
	person TEXT NOT NULL,
	opened_at INTEGER,
	opened_by TEXT NOT NULL,
	applicant TEXT NOT NULL,
	lines INTEGER NOT NULL,
	last_seq INTEGER NOT NULL,
	counted_at INTEGER,
	counted_by TEXT NOT NULL,
	extra TEXT NOT NULL,
	approved_at INTEGER,
	approved_by TEXT NOT NULL,
	receipt_no TEXT NOT NULL,
	receipt_on TEXT NOT NULL,
	receiver BLOB,
	receipt_at INTEGER,
	receipt_by TEXT NOT NULL,
	handed_by TEXT NOT NULL,
	taken_by TEXT NOT NULL,
	watched_by TEXT NOT NULL,
	file_no TEXT NOT NULL,
	signed_at INTEGER,
	signed_by TEXT NOT NULL,
	closed_at INTEGER,
	closed_by TEXT NOT NULL,
	state TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE UNIQUE INDEX disposal_list_by_kind_year_no ON disposal_list (kind, year, no);
CREATE INDEX disposal_list_open ON disposal_list (opened_at) WHERE state = 'open';

CREATE TABLE disposal_line (
	id TEXT NOT NULL PRIMARY KEY,
	list TEXT NOT NULL,
	seq INTEGER NOT NULL,
	copy TEXT NOT NULL,
	document TEXT NOT NULL,
	class INTEGER NOT NULL,
	title BLOB,
	code_name BLOB,
	doc_no BLOB,
	issuer BLOB,
	level TEXT NOT NULL,
	regime TEXT NOT NULL,
	period TEXT NOT NULL,
	copy_no TEXT NOT NULL,
	copies INTEGER NOT NULL,
	pages INTEGER NOT NULL,
	attachments INTEGER NOT NULL,
	medium TEXT NOT NULL,
	serial_no TEXT NOT NULL,
	reason BLOB,
	opinion BLOB,
	planned TEXT NOT NULL,
	return_by TEXT NOT NULL,
	completed_at INTEGER,
	added_at INTEGER,
	added_by TEXT NOT NULL,
	counted INTEGER NOT NULL,
	missing_reason BLOB,
	state TEXT NOT NULL,
	done_at INTEGER,
	done_on TEXT NOT NULL,
	done_by TEXT NOT NULL,
	method TEXT NOT NULL,
	spot TEXT NOT NULL,
	supervisors TEXT NOT NULL,
	works TEXT NOT NULL,
	works_no TEXT NOT NULL,
	escort TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE UNIQUE INDEX disposal_line_by_list_seq ON disposal_line (list, seq);
CREATE UNIQUE INDEX disposal_line_listed ON disposal_line (copy) WHERE state = 'listed';
CREATE INDEX disposal_line_by_document ON disposal_line (document);
CREATE INDEX disposal_line_by_added_at ON disposal_line (added_at, id);

ALTER TABLE copy ADD COLUMN ending TEXT;
ALTER TABLE document ADD COLUMN settled_at INTEGER;
ALTER TABLE document ADD COLUMN shredded_at INTEGER;
CREATE INDEX copy_kept_by ON copy (custodian) WHERE custodian <> '' AND state <> 'ended';
CREATE INDEX document_finished_at ON document (completed_at) WHERE settled_at IS NULL;
CREATE INDEX document_wanted_back ON document (return_by) WHERE return_by <> '' AND settled_at IS NULL;

-- +goose Down
DROP INDEX document_wanted_back;
DROP INDEX document_finished_at;
DROP INDEX copy_kept_by;
ALTER TABLE document DROP COLUMN shredded_at;
ALTER TABLE document DROP COLUMN settled_at;
ALTER TABLE copy DROP COLUMN ending;
DROP TABLE disposal_line;
DROP TABLE disposal_list;
