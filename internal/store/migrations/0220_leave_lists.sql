-- +goose Up
CREATE INDEX leave_by_applicant ON leave (applicant, act) WHERE state IN ('asked', 'granted');
CREATE INDEX leave_asked ON leave (asked_at, id) WHERE state = 'asked';

-- +goose Down
DROP INDEX leave_asked;
DROP INDEX leave_by_applicant;
