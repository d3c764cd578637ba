-- A piece that is given outside stands there itself, and not where it lay before. The lines of before say no; what is still out by
-- them is moved by the data migration of the same name.
-- +goose Up
ALTER TABLE supply ADD COLUMN moved INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE supply DROP COLUMN moved;
