-- A head is signed after its batch has committed. Until then a keyed mark in the same row says that it is the office's own.
-- +goose Up
ALTER TABLE ledger_head ADD COLUMN mark BLOB;

-- +goose Down
ALTER TABLE ledger_head DROP COLUMN mark;
