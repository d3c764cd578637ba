-- Which line of a courier's list an envelope was, from 1: they wait in that order. Of before: 0.
-- +goose Up
ALTER TABLE envelope ADD COLUMN line_no INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE envelope DROP COLUMN line_no;
