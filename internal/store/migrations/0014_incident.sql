-- +goose Up
CREATE TABLE incident (
	id TEXT NOT NULL PRIMARY KEY,
	kind TEXT NOT NULL,
	sub_kind TEXT NOT NULL,
	clauses TEXT NOT NULL,
	document TEXT NOT NULL,
	subject TEXT NOT NULL,
	items TEXT NOT NULL,
	persons TEXT NOT NULL,
	place_type TEXT NOT NULL,
	what BLOB,
	known_by BLOB,
	source TEXT NOT NULL,
	discovered_at INTEGER,
	opened_at INTEGER,
	opened_by TEXT NOT NULL,
	state TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX incident_by_opened_at ON incident (opened_at);
CREATE INDEX incident_by_document ON incident (document);

CREATE TABLE incident_party (
	id TEXT NOT NULL PRIMARY KEY,
	case_id TEXT NOT NULL,
	role TEXT NOT NULL,
	who TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX incident_party_by_case_id ON incident_party (case_id);
CREATE INDEX incident_party_by_who_role ON incident_party (who, role);

CREATE TABLE incident_note (
	id TEXT NOT NULL PRIMARY KEY,
	case_id TEXT NOT NULL,
	text BLOB,
	annotated_by TEXT NOT NULL,
	annotated_at INTEGER,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX incident_note_by_case_id ON incident_note (case_id);

CREATE TABLE finding (
	id TEXT NOT NULL PRIMARY KEY,
	what TEXT NOT NULL,
	text BLOB,
	sub_kind TEXT NOT NULL,
	place TEXT NOT NULL,
	clause TEXT NOT NULL,
	owner_post TEXT NOT NULL,
	owner TEXT NOT NULL,
	persons TEXT NOT NULL,
	document TEXT NOT NULL,
	subject TEXT NOT NULL,
	found_at INTEGER,
	found_by TEXT NOT NULL,
	fix_by TEXT NOT NULL,
	measure BLOB,
	measured_at INTEGER,
	measured_by TEXT NOT NULL,
	recheck_result TEXT NOT NULL,
	rechecked_at INTEGER,
	rechecked_by TEXT NOT NULL,
	state TEXT NOT NULL,
	closed_at INTEGER,
	closed_by TEXT NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX finding_by_state_found_at ON finding (state, found_at);
CREATE INDEX finding_by_document ON finding (document);
CREATE INDEX finding_by_owner ON finding (owner);

-- +goose Down
DROP TABLE finding;
DROP TABLE incident_note;
DROP TABLE incident_party;
DROP TABLE incident;
