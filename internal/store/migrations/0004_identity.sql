-- Accounts and what proves them. Hashes, keyed codes and sealed values only: nothing here opens a door by itself.
-- +goose Up
CREATE TABLE account (
	id TEXT NOT NULL PRIMARY KEY,
	login TEXT NOT NULL,
	person TEXT NOT NULL,
	roles TEXT NOT NULL,
	active INTEGER NOT NULL,
	must_change INTEGER NOT NULL,
	created_at INTEGER,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE UNIQUE INDEX account_login ON account (login);
CREATE UNIQUE INDEX account_person ON account (person) WHERE person <> '';

CREATE TABLE credential (
	account TEXT NOT NULL PRIMARY KEY,
	password TEXT NOT NULL,
	password_at INTEGER,
	token_kind TEXT NOT NULL,
	token_id TEXT NOT NULL,
	token BLOB,
	codes_id TEXT NOT NULL,
	codes TEXT NOT NULL,
	pin BLOB,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);

CREATE TABLE sign_in (
	account TEXT NOT NULL PRIMARY KEY,
	at INTEGER,
	terminal TEXT NOT NULL,
	failures INTEGER NOT NULL,
	failed_at INTEGER,
	failed_terminal TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);

CREATE TABLE account_lock (
	id TEXT NOT NULL PRIMARY KEY,
	account TEXT NOT NULL,
	terminal TEXT NOT NULL,
	since INTEGER,
	released_at INTEGER,
	released_by TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX account_lock_pair ON account_lock (account, terminal);

CREATE TABLE session (
	token TEXT NOT NULL PRIMARY KEY,
	id TEXT NOT NULL,
	account TEXT NOT NULL,
	terminal TEXT NOT NULL,
	bearer INTEGER NOT NULL,
	created_at INTEGER,
	seen_at INTEGER,
	expires_at INTEGER,
	revoked_at INTEGER,
	rev INTEGER NOT NULL
);
CREATE INDEX session_account ON session (account);
CREATE INDEX session_expires ON session (expires_at);

CREATE TABLE throttle (
	id TEXT NOT NULL PRIMARY KEY,
	subject TEXT NOT NULL,
	terminal TEXT NOT NULL,
	failures INTEGER NOT NULL,
	last_at INTEGER,
	until_at INTEGER,
	rev INTEGER NOT NULL
);
CREATE INDEX throttle_subject ON throttle (subject);
CREATE INDEX throttle_last ON throttle (last_at);

CREATE TABLE spent_code (
	id TEXT NOT NULL PRIMARY KEY,
	account TEXT NOT NULL,
	series TEXT NOT NULL,
	n INTEGER NOT NULL,
	at INTEGER,
	rev INTEGER NOT NULL
);
CREATE INDEX spent_code_series ON spent_code (account, series, n);

CREATE TABLE ticket (
	id TEXT NOT NULL PRIMARY KEY,
	digest BLOB NOT NULL,
	role TEXT NOT NULL,
	account TEXT NOT NULL,
	person TEXT NOT NULL,
	strength TEXT NOT NULL,
	terminal TEXT NOT NULL,
	at INTEGER,
	expires_at INTEGER,
	used_at INTEGER,
	rev INTEGER NOT NULL
);
CREATE INDEX ticket_expires ON ticket (expires_at);

CREATE TABLE terminal (
	id TEXT NOT NULL PRIMARY KEY,
	name TEXT NOT NULL,
	first_at INTEGER,
	last_at INTEGER,
	rev INTEGER NOT NULL
);

-- +goose Down
DROP TABLE terminal;
DROP TABLE ticket;
DROP TABLE spent_code;
DROP TABLE throttle;
DROP TABLE session;
DROP TABLE account_lock;
DROP TABLE sign_in;
DROP TABLE credential;
DROP TABLE account;
