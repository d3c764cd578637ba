-- The ledger: the entries, what is derived from them, and the results of verification.
-- +goose Up
CREATE TABLE ledger_entry (
	seq INTEGER PRIMARY KEY,
	act TEXT NOT NULL,
	outcome TEXT NOT NULL,
	actor TEXT NOT NULL,
	subject TEXT NOT NULL,
	reference TEXT NOT NULL,
	recorded_at INTEGER NOT NULL,
	leaf BLOB NOT NULL,
	bytes BLOB NOT NULL
);
-- Entries have no index of their own: random pages would cost more than the entry. See ledger/words.go.
CREATE TABLE ledger_block (
	place INTEGER PRIMARY KEY,
	words BLOB NOT NULL
);

CREATE TABLE ledger_clause (
	clause TEXT NOT NULL,
	seq INTEGER NOT NULL,
	PRIMARY KEY (clause, seq)
);
CREATE INDEX ledger_clause_seq ON ledger_clause (seq);

CREATE TABLE ledger_node (
	level INTEGER NOT NULL,
	place INTEGER NOT NULL,
	hash BLOB NOT NULL,
	PRIMARY KEY (level, place)
);

CREATE TABLE ledger_head (
	id INTEGER PRIMARY KEY,
	size INTEGER NOT NULL,
	hashes BLOB,
	root BLOB,
	schema_seq INTEGER NOT NULL,
	recorded_at INTEGER NOT NULL
);
INSERT INTO ledger_head (id, size, schema_seq, recorded_at) VALUES (1, 0, 0, 0);

CREATE TABLE ledger_checkpoint (
	size INTEGER PRIMARY KEY,
	note TEXT NOT NULL,
	recorded_at INTEGER NOT NULL
);

CREATE TABLE ledger_check (
	id INTEGER PRIMARY KEY,
	recorded_at INTEGER NOT NULL,
	whole INTEGER NOT NULL,
	report TEXT NOT NULL
);

-- +goose Down
DROP TABLE ledger_check;
DROP TABLE ledger_checkpoint;
DROP TABLE ledger_head;
DROP TABLE ledger_node;
DROP TABLE ledger_clause;
DROP TABLE ledger_block;
DROP TABLE ledger_entry;
