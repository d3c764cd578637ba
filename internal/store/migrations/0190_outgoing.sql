-- What 发文登记簿 keeps of a document of the office's own, and the office's rules for its numbers.
-- +goose Up
CREATE TABLE outgoing (
	id TEXT NOT NULL PRIMARY KEY,
	main_to BLOB,
	copy_to BLOB,
	drafted_at INTEGER,
	drafted_by TEXT NOT NULL,
	reviewed_at INTEGER,
	reviewed_by TEXT NOT NULL,
	signed_off_at INTEGER,
	signed_off_by TEXT NOT NULL,
	numbered_at INTEGER,
	numbered_by TEXT NOT NULL,
	rule TEXT NOT NULL,
	rule_year INTEGER NOT NULL,
	rule_no INTEGER NOT NULL,
	printed_at INTEGER,
	printed_by TEXT NOT NULL,
	proofread_by TEXT NOT NULL,
	printed INTEGER NOT NULL,
	kept INTEGER NOT NULL,
	basis BLOB,
	points BLOB,
	source_no BLOB,
	source_issuer BLOB,
	classified_at INTEGER,
	classified_by TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX outgoing_by_rule ON outgoing (rule, rule_year, rule_no);
CREATE INDEX outgoing_by_drafted_at ON outgoing (drafted_at, id);

CREATE TABLE number_rule (
	id TEXT NOT NULL PRIMARY KEY,
	prefix TEXT NOT NULL,
	kinds TEXT NOT NULL,
	made_by TEXT NOT NULL,
	made_at INTEGER,
	ended_at INTEGER,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);

-- +goose Down
DROP TABLE number_rule;
DROP TABLE outgoing;
