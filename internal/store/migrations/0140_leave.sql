-- What a leave was asked with (sealed), the posts' different persons who give it, when the grant was recorded and until when
-- it can be used, why it was decided so, and a superior's leave in writing. Requests made together are one (request). Leaves
-- of before take one grant and never end by themselves.
-- +goose Up
ALTER TABLE leave ADD COLUMN request TEXT;
ALTER TABLE leave ADD COLUMN asked_with BLOB;
ALTER TABLE leave ADD COLUMN quorum INTEGER NOT NULL DEFAULT 1;
ALTER TABLE leave ADD COLUMN grantors TEXT;
ALTER TABLE leave ADD COLUMN granted_recorded INTEGER;
ALTER TABLE leave ADD COLUMN expires_at INTEGER;
ALTER TABLE leave ADD COLUMN answer BLOB;
ALTER TABLE leave ADD COLUMN leave_no TEXT;
ALTER TABLE leave ADD COLUMN leave_date TEXT;
CREATE INDEX leave_request ON leave (request);
CREATE INDEX leave_expires ON leave (expires_at) WHERE state = 'granted';

-- +goose Down
DROP INDEX leave_expires;
DROP INDEX leave_request;
ALTER TABLE leave DROP COLUMN leave_date;
ALTER TABLE leave DROP COLUMN leave_no;
ALTER TABLE leave DROP COLUMN answer;
ALTER TABLE leave DROP COLUMN expires_at;
ALTER TABLE leave DROP COLUMN granted_recorded;
ALTER TABLE leave DROP COLUMN grantors;
ALTER TABLE leave DROP COLUMN quorum;
ALTER TABLE leave DROP COLUMN asked_with;
ALTER TABLE leave DROP COLUMN request;
