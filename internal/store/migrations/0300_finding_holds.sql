-- A finding may hold back the copy it is about until it was found mended: what came back short goes to nobody meanwhile. Findings of
-- before held nothing.
-- +goose Up
ALTER TABLE finding ADD COLUMN holds INTEGER NOT NULL DEFAULT 0;
CREATE INDEX finding_by_subject ON finding (subject);

-- +goose Down
DROP INDEX finding_by_subject;
ALTER TABLE finding DROP COLUMN holds;
