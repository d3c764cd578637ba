-- 对外提供登记: what was given to somebody outside, a line for each piece, and when it came back.
-- +goose Up
CREATE TABLE supply (
	id TEXT NOT NULL PRIMARY KEY,
	document TEXT NOT NULL,
	copy TEXT NOT NULL,
	copy_no TEXT NOT NULL,
	level TEXT NOT NULL,
	recipient BLOB,
	recipient_person BLOB,
	purpose BLOB,
	basis BLOB,
	agreement_no BLOB,
	recipient_signature BLOB,
	return_by TEXT NOT NULL,
	approved_by TEXT NOT NULL,
	approved_at INTEGER,
	handed_at INTEGER,
	handed_by TEXT NOT NULL,
	taken_back_at INTEGER,
	taken_back_by TEXT NOT NULL,
	result BLOB,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE INDEX supply_by_document ON supply (document);
CREATE INDEX supply_by_handed ON supply (handed_at);

-- +goose Down
DROP TABLE supply;
