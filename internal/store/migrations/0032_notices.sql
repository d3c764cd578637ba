-- A board shows what is not seen yet; these find it without everything that was ever told.
-- +goose Up
CREATE INDEX notice_unseen_by_post ON notice (post, at) WHERE seen_at IS NULL;
CREATE INDEX notice_unseen_by_person ON notice (person, at) WHERE seen_at IS NULL;

-- +goose Down
DROP INDEX notice_unseen_by_person;
DROP INDEX notice_unseen_by_post;
