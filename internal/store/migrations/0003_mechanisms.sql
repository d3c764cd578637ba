-- +goose Up
CREATE TABLE notice (
	id TEXT NOT NULL PRIMARY KEY,
	post TEXT NOT NULL,
	person TEXT NOT NULL,
	kind TEXT NOT NULL,
	clause TEXT NOT NULL,
	duty TEXT NOT NULL,
	subject TEXT NOT NULL,
	document TEXT NOT NULL,
	at INTEGER,
	seen_at INTEGER,
	seen_by TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX notice_post ON notice (post, at);
CREATE INDEX notice_person ON notice (person, at);
CREATE INDEX notice_duty ON notice (duty);

CREATE TABLE obligation (
	id TEXT NOT NULL PRIMARY KEY,
	name TEXT NOT NULL,
	clause TEXT NOT NULL,
	subject_kind TEXT NOT NULL,
	subject TEXT NOT NULL,
	document TEXT NOT NULL,
	owner_post TEXT NOT NULL,
	owner_person TEXT NOT NULL,
	opened_at INTEGER,
	due_at INTEGER,
	end_of_day INTEGER NOT NULL,
	warn_at INTEGER,
	next_at INTEGER,
	plan TEXT NOT NULL,
	every_ms INTEGER NOT NULL,
	late_at INTEGER,
	told_post TEXT NOT NULL,
	state TEXT NOT NULL,
	closed_at INTEGER,
	closed_by TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX obligation_subject ON obligation (subject, name, state);
CREATE INDEX obligation_next ON obligation (state, next_at);
CREATE INDEX obligation_document ON obligation (document);
CREATE INDEX obligation_owner ON obligation (owner_post, state, due_at);
CREATE INDEX obligation_person ON obligation (owner_person, state, due_at);

CREATE TABLE leave (
	id TEXT NOT NULL PRIMARY KEY,
	approval TEXT NOT NULL,
	act TEXT NOT NULL,
	bound TEXT NOT NULL,
	document TEXT NOT NULL,
	applicant TEXT NOT NULL,
	reason BLOB,
	asked_at INTEGER,
	posts TEXT NOT NULL,
	granted_by TEXT NOT NULL,
	decided_at INTEGER,
	spent_at INTEGER,
	state TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX leave_find ON leave (approval, bound, state);
CREATE INDEX leave_document ON leave (document);

CREATE TABLE idempotency (
	id TEXT NOT NULL PRIMARY KEY,
	command BLOB NOT NULL,
	answer TEXT NOT NULL,
	at INTEGER,
	rev INTEGER NOT NULL
);
CREATE INDEX idempotency_at ON idempotency (at);

-- +goose Down
DROP TABLE idempotency;
DROP TABLE leave;
DROP TABLE obligation;
DROP TABLE notice;
