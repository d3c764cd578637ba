-- Since when somebody has left his posts: until he is given one again or graded anew he is told no secret. Rows of before
-- have not left.
-- +goose Up
ALTER TABLE person ADD COLUMN left_post_at INTEGER;

-- +goose Down
ALTER TABLE person DROP COLUMN left_post_at;
