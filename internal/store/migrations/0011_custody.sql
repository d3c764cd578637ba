-- +goose Up
CREATE TABLE copy (
	id TEXT NOT NULL PRIMARY KEY,
	document TEXT NOT NULL,
	seq INTEGER NOT NULL,
	copy_no TEXT NOT NULL,
	label TEXT NOT NULL,
	labelled_at INTEGER,
	labelled_by TEXT NOT NULL,
	level TEXT NOT NULL,
	class INTEGER NOT NULL,
	medium TEXT NOT NULL,
	serial_no TEXT NOT NULL,
	pages INTEGER NOT NULL,
	attachments INTEGER NOT NULL,
	custodian TEXT NOT NULL,
	state TEXT NOT NULL,
	place TEXT NOT NULL,
	holder TEXT NOT NULL,
	hand_over TEXT NOT NULL,
	since INTEGER,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX copy_by_document_seq ON copy (document, seq);
CREATE UNIQUE INDEX copy_by_label ON copy (label);
CREATE INDEX copy_by_holder_state ON copy (holder, state);
CREATE INDEX copy_by_place_state ON copy (place, state);
CREATE INDEX copy_by_state_since ON copy (state, since);

CREATE TABLE place (
	id TEXT NOT NULL PRIMARY KEY,
	name TEXT NOT NULL,
	place_kind TEXT NOT NULL,
	cabinet_class TEXT NOT NULL,
	lock_kind TEXT NOT NULL,
	room TEXT NOT NULL,
	keeper TEXT NOT NULL,
	in_office INTEGER NOT NULL,
	class_level TEXT NOT NULL,
	class_issuer TEXT NOT NULL,
	class_year INTEGER NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE UNIQUE INDEX place_by_name ON place (name);

CREATE TABLE hand_over (
	id TEXT NOT NULL PRIMARY KEY,
	copy TEXT NOT NULL,
	document TEXT NOT NULL,
	class INTEGER NOT NULL,
	kind TEXT NOT NULL,
	circulation TEXT NOT NULL,
	stop TEXT NOT NULL,
	giver TEXT NOT NULL,
	receiver TEXT NOT NULL,
	out_at INTEGER,
	return_by INTEGER,
	purpose TEXT NOT NULL,
	back_at INTEGER,
	taken_by TEXT NOT NULL,
	place TEXT NOT NULL,
	copies_back INTEGER NOT NULL,
	pages_back INTEGER NOT NULL,
	attachments_back INTEGER NOT NULL,
	checked INTEGER NOT NULL,
	checked_by TEXT NOT NULL,
	whole INTEGER NOT NULL,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX hand_over_by_copy_out_at ON hand_over (copy, out_at);
CREATE INDEX hand_over_by_document_out_at ON hand_over (document, out_at);
CREATE INDEX hand_over_by_receiver_back_at ON hand_over (receiver, back_at);
CREATE INDEX hand_over_by_circulation ON hand_over (circulation);
CREATE INDEX hand_over_by_back_at_out_at ON hand_over (back_at, out_at);

CREATE TABLE sheet (
	id TEXT NOT NULL PRIMARY KEY,
	name TEXT NOT NULL,
	person TEXT NOT NULL,
	subject TEXT NOT NULL,
	day TEXT NOT NULL,
	lines TEXT NOT NULL,
	signed_at INTEGER,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX sheet_by_person_day ON sheet (person, day);
CREATE INDEX sheet_by_name_day ON sheet (name, day);

-- +goose Down
DROP TABLE sheet;
DROP TABLE hand_over;
DROP TABLE place;
DROP TABLE copy;
