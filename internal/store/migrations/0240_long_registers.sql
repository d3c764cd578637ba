-- A long register is read piece by piece in the order of its lines' own time; each of these begins a piece where the last ended.
-- Without them each piece sorted all lines there are.
-- +goose Up
CREATE INDEX document_by_series_received_at ON document (series, received_at, id);
CREATE INDEX copy_by_since ON copy (since, id);

-- +goose Down
DROP INDEX copy_by_since;
DROP INDEX document_by_series_received_at;
