-- Who is in the scope of an item is asked for all day, who was never: these indexes hold the former, and answer without the
-- row. A unit's row is one of few.
-- +goose Up
DROP INDEX knower_by_document;
DROP INDEX knower_by_person_document;
DROP INDEX knower_by_unit_document;
CREATE INDEX knower_by_document ON knower (document) WHERE until IS NULL;
CREATE INDEX knower_by_person_document ON knower (person, document, until) WHERE until IS NULL;
CREATE INDEX knower_by_unit_document ON knower (unit, document, until) WHERE until IS NULL AND unit <> '';

-- +goose Down
DROP INDEX knower_by_unit_document;
DROP INDEX knower_by_person_document;
DROP INDEX knower_by_document;
CREATE INDEX knower_by_unit_document ON knower (unit, document);
CREATE INDEX knower_by_person_document ON knower (person, document);
CREATE INDEX knower_by_document ON knower (document);
