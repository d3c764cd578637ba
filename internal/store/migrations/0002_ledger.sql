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
CREATE INDEX ledger_entry_act ON ledger_entry (act, seq);
CREATE INDEX ledger_entry_actor ON ledger_entry (actor, seq) WHERE actor <> '';
CREATE INDEX ledger_entry_subject ON ledger_entry (subject, seq) WHERE subject <> '';
CREATE INDEX ledger_entry_reference ON ledger_entry (reference) WHERE reference <> '';
CREATE INDEX ledger_entry_outcome ON ledger_entry (outcome, seq) WHERE outcome <> 'done';
CREATE INDEX ledger_entry_recorded ON ledger_entry (recorded_at);

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
DROP TABLE ledger_entry;
