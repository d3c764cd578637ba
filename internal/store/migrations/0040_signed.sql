-- A line of hand-over keeps who has in fact signed it, and what was sent keeps its receipt. Lines of before are empty
-- here (NULL, which no entry needs to speak of).
-- +goose Up
ALTER TABLE hand_over ADD COLUMN giver_signed TEXT;
ALTER TABLE hand_over ADD COLUMN receiver_signed TEXT;
ALTER TABLE hand_over ADD COLUMN return_signed TEXT;
ALTER TABLE hand_over ADD COLUMN taken_signed TEXT;
ALTER TABLE hand_over ADD COLUMN receipt_at INTEGER;
ALTER TABLE hand_over ADD COLUMN receipt_no TEXT;
ALTER TABLE hand_over ADD COLUMN courier_signature TEXT;

-- +goose Down
ALTER TABLE hand_over DROP COLUMN courier_signature;
ALTER TABLE hand_over DROP COLUMN receipt_no;
ALTER TABLE hand_over DROP COLUMN receipt_at;
ALTER TABLE hand_over DROP COLUMN taken_signed;
ALTER TABLE hand_over DROP COLUMN return_signed;
ALTER TABLE hand_over DROP COLUMN receiver_signed;
ALTER TABLE hand_over DROP COLUMN giver_signed;
