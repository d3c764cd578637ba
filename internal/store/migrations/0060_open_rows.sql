-- What is out and what is open is asked for all day, what came back seldom: these indexes hold the rows of the day, and
-- moving a piece no longer rewrites six leaves of indexes nobody asks.
-- +goose Up
DROP INDEX copy_by_holder_state;
DROP INDEX copy_by_place_state;
DROP INDEX copy_by_state_since;
CREATE INDEX copy_held_by ON copy (holder) WHERE state = 'held';
CREATE INDEX copy_out_since ON copy (since, id) WHERE state IN ('held', 'transit');
DROP INDEX hand_over_by_copy_out_at;
DROP INDEX hand_over_by_receiver_back_at;
DROP INDEX hand_over_by_circulation;
DROP INDEX hand_over_by_back_at_out_at;
DROP INDEX obligation_subject;
DROP INDEX obligation_next;
CREATE INDEX obligation_open_on ON obligation (subject, name) WHERE state = 'open';
CREATE INDEX obligation_ripe ON obligation (next_at, id) WHERE state = 'open';

-- +goose Down
DROP INDEX obligation_ripe;
DROP INDEX obligation_open_on;
CREATE INDEX obligation_next ON obligation (state, next_at);
CREATE INDEX obligation_subject ON obligation (subject, name, state);
CREATE INDEX hand_over_by_back_at_out_at ON hand_over (back_at, out_at);
CREATE INDEX hand_over_by_circulation ON hand_over (circulation);
CREATE INDEX hand_over_by_receiver_back_at ON hand_over (receiver, back_at);
CREATE INDEX hand_over_by_copy_out_at ON hand_over (copy, out_at);
DROP INDEX copy_out_since;
DROP INDEX copy_held_by;
CREATE INDEX copy_by_state_since ON copy (state, since);
CREATE INDEX copy_by_place_state ON copy (place, state);
CREATE INDEX copy_by_holder_state ON copy (holder, state);
