-- Who is away on a day, whoever it is.
-- +goose Up
CREATE INDEX away_by_day ON away (to_on);
CREATE INDEX journey_by_day ON journey (to_on);

-- +goose Down
DROP INDEX journey_by_day;
DROP INDEX away_by_day;
