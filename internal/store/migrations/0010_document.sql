-- +goose Up
CREATE TABLE envelope (
	id TEXT NOT NULL PRIMARY KEY,
	no TEXT NOT NULL,
	issuer BLOB,
	channel TEXT NOT NULL,
	courier BLOB,
	level TEXT NOT NULL,
	urgency TEXT NOT NULL,
	listed INTEGER NOT NULL,
	counted INTEGER NOT NULL,
	counted_at INTEGER,
	counted_by TEXT NOT NULL,
	seal_intact INTEGER NOT NULL,
	received_at INTEGER,
	signed_at INTEGER,
	signed_by TEXT NOT NULL,
	courier_signature TEXT NOT NULL,
	discrepancy TEXT NOT NULL,
	document TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX envelope_by_document ON envelope (document);
CREATE INDEX envelope_by_signed_at_received_at ON envelope (signed_at, received_at);
CREATE INDEX envelope_by_no ON envelope (no);

CREATE TABLE document (
	id TEXT NOT NULL PRIMARY KEY,
	year INTEGER NOT NULL,
	no INTEGER NOT NULL,
	envelope TEXT NOT NULL,
	issuer BLOB,
	doc_no BLOB,
	doc_no_token BLOB NOT NULL,
	title BLOB,
	code_name BLOB,
	notes BLOB,
	document_kind TEXT NOT NULL,
	level TEXT NOT NULL,
	regime TEXT NOT NULL,
	class INTEGER NOT NULL,
	period TEXT NOT NULL,
	period_end INTEGER,
	mark_text TEXT NOT NULL,
	urgency TEXT NOT NULL,
	issuer_superior INTEGER NOT NULL,
	issuer_limit TEXT NOT NULL,
	copies INTEGER NOT NULL,
	pages INTEGER NOT NULL,
	attachments INTEGER NOT NULL,
	medium TEXT NOT NULL,
	content_kinds TEXT NOT NULL,
	channel TEXT NOT NULL,
	issued_on TEXT NOT NULL,
	notified_on TEXT NOT NULL,
	return_required TEXT NOT NULL,
	return_by TEXT NOT NULL,
	received_at INTEGER,
	registered_at INTEGER,
	registered_by TEXT NOT NULL,
	signed_by TEXT NOT NULL,
	steps TEXT NOT NULL,
	scope_fixed INTEGER NOT NULL,
	needs_action INTEGER NOT NULL,
	instructed INTEGER NOT NULL,
	handler TEXT NOT NULL,
	handle_by INTEGER,
	result BLOB,
	disposition TEXT NOT NULL,
	completed_at INTEGER,
	state TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE UNIQUE INDEX document_by_year_no ON document (year, no);
CREATE INDEX document_by_class_registered_at ON document (class, registered_at);
CREATE INDEX document_by_registered_at ON document (registered_at);
CREATE INDEX document_by_doc_no_token ON document (doc_no_token);
CREATE INDEX document_by_state_registered_at ON document (state, registered_at);
CREATE INDEX document_by_handler_state ON document (handler, state);

CREATE TABLE document_key (
	id TEXT NOT NULL PRIMARY KEY,
	wrapped BLOB NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);

CREATE TABLE knower (
	id TEXT NOT NULL PRIMARY KEY,
	document TEXT NOT NULL,
	person TEXT NOT NULL,
	unit TEXT NOT NULL,
	since INTEGER,
	until INTEGER,
	how TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX knower_by_document ON knower (document);
CREATE INDEX knower_by_person_document ON knower (person, document);
CREATE INDEX knower_by_unit_document ON knower (unit, document);

CREATE TABLE scope_line (
	id TEXT NOT NULL PRIMARY KEY,
	document TEXT NOT NULL,
	act TEXT NOT NULL,
	level TEXT NOT NULL,
	issuer_limit TEXT NOT NULL,
	before TEXT NOT NULL,
	after TEXT NOT NULL,
	reason BLOB,
	fixed_by TEXT NOT NULL,
	fixed_at INTEGER,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX scope_line_by_document_fixed_at ON scope_line (document, fixed_at);

CREATE TABLE slip (
	id TEXT NOT NULL PRIMARY KEY,
	document TEXT NOT NULL,
	made_at INTEGER,
	made_by TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE UNIQUE INDEX slip_by_document ON slip (document);

CREATE TABLE opinion (
	id TEXT NOT NULL PRIMARY KEY,
	document TEXT NOT NULL,
	text BLOB,
	readers TEXT NOT NULL,
	units TEXT NOT NULL,
	needs_action INTEGER NOT NULL,
	handler TEXT NOT NULL,
	handle_by INTEGER,
	read_by INTEGER,
	opined_by TEXT NOT NULL,
	opined_at INTEGER,
	in_force INTEGER NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX opinion_by_document_opined_at ON opinion (document, opined_at);

CREATE TABLE instruction (
	id TEXT NOT NULL PRIMARY KEY,
	document TEXT NOT NULL,
	text BLOB,
	handler TEXT NOT NULL,
	due INTEGER,
	instructed_by TEXT NOT NULL,
	instructed_at INTEGER,
	feedback BLOB,
	feedback_at INTEGER,
	feedback_by TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX instruction_by_document_instructed_at ON instruction (document, instructed_at);
CREATE INDEX instruction_by_handler_feedback_at ON instruction (handler, feedback_at);

CREATE TABLE chase (
	id TEXT NOT NULL PRIMARY KEY,
	document TEXT NOT NULL,
	instruction TEXT NOT NULL,
	stop TEXT NOT NULL,
	chased TEXT NOT NULL,
	how TEXT NOT NULL,
	chased_by TEXT NOT NULL,
	chased_at INTEGER,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX chase_by_document_chased_at ON chase (document, chased_at);
CREATE INDEX chase_by_instruction ON chase (instruction);

CREATE TABLE document_note (
	id TEXT NOT NULL PRIMARY KEY,
	kind TEXT NOT NULL,
	envelope TEXT NOT NULL,
	document TEXT NOT NULL,
	field TEXT NOT NULL,
	old BLOB,
	new BLOB,
	listed INTEGER NOT NULL,
	counted INTEGER NOT NULL,
	reason BLOB,
	sent_to BLOB,
	noted_by TEXT NOT NULL,
	noted_at INTEGER,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX document_note_by_document_noted_at ON document_note (document, noted_at);
CREATE INDEX document_note_by_envelope ON document_note (envelope);

-- +goose Down
DROP TABLE document_note;
DROP TABLE chase;
DROP TABLE instruction;
DROP TABLE opinion;
DROP TABLE slip;
DROP TABLE scope_line;
DROP TABLE knower;
DROP TABLE document_key;
DROP TABLE document;
DROP TABLE envelope;
