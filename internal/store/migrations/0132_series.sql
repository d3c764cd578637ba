-- An item may be the office's own: drafted here, or made from another. Each series runs for itself. Of before all came in.
-- +goose Up
ALTER TABLE document ADD COLUMN series TEXT NOT NULL DEFAULT '收';
ALTER TABLE document ADD COLUMN origin TEXT NOT NULL DEFAULT 'received';
DROP INDEX document_by_year_no;
CREATE UNIQUE INDEX document_by_series_year_no ON document (series, year, no);

-- +goose Down
DROP INDEX document_by_series_year_no;
CREATE UNIQUE INDEX document_by_year_no ON document (year, no);
ALTER TABLE document DROP COLUMN origin;
ALTER TABLE document DROP COLUMN series;
