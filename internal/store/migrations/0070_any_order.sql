-- +goose Up
ALTER TABLE circulation ADD COLUMN any_order INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE circulation DROP COLUMN any_order;
