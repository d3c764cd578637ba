package search

import (
	"context"
	"database/sql"
	"errors"
)

// Places of neighbours at the ends lie so far apart: near for the many that are built in, so that their postings stay
// small, and wide for what comes new. loose is what spread leaves at least between two.
const (
	first = int64(1) << 62
	near  = int64(1) << 10
	wide  = int64(1) << 20
	loose = int64(1) << 6
)

// place is where an entry not yet there belongs: after all newer ones and before all older ones.
func (x *Index) place(at int64, id string) (int64, error) {
	for {
		newer, err := x.neighbour("at = ? AND id > ? ORDER BY id LIMIT 1", "at > ? ORDER BY at, id LIMIT 1", at, id)
		if err != nil {
			return 0, err
		}
		older, err := x.neighbour("at = ? AND id < ? ORDER BY id DESC LIMIT 1", "at < ? ORDER BY at DESC, id DESC LIMIT 1", at, id)
		switch {
		case err != nil:
			return 0, err
		case newer == 0 && older == 0:
			return first, nil
		case newer == 0:
			return older - wide, nil
		case older == 0:
			return newer + near, nil
		case older-newer >= 2:
			return newer + (older-newer)/2, nil
		}
		// A clock that went back puts a whole day between the same two.
		if err := x.spread(newer, older); err != nil {
			return 0, err
		}
	}
}

// neighbour is the place of the nearest entry of the same time or, where there is none, of another; 0 for none.
func (x *Index) neighbour(same, other string, at int64, id string) (int64, error) {
	place, err := x.one(same, at, id)
	if err != nil || place != 0 {
		return place, err
	}
	return x.one(other, at)
}

func (x *Index) one(where string, args ...any) (place int64, err error) {
	st, err := x.prepare(context.Background(), "SELECT place FROM entry WHERE "+where) //nolint:sqlclosecheck // kept for the next time
	if err != nil {
		return 0, err
	}
	err = st.QueryRowContext(context.Background(), args...).Scan(&place)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return place, err
}

// spread moves the newer of two neighbours, and those before it, until there is room between the two.
func (x *Index) spread(newer, older int64) error {
	for n := 8; ; n *= 2 {
		move, err := x.list("place <= ? ORDER BY place DESC LIMIT ?", newer, n+1)
		if err != nil {
			return err
		}
		bound := int64(0)
		if len(move) > n {
			bound, move = move[n].place, move[:n]
		} else {
			bound = move[len(move)-1].place - int64(len(move)+1)*wide
		}
		step := (older - bound) / int64(len(move)+1)
		if step < loose {
			continue
		}
		for _, k := range move {
			if err := x.remove(k); err != nil {
				return err
			}
		}
		for i := len(move) - 1; i >= 0; i-- { // in rising order
			k := move[i]
			e := Entry{ID: k.id, Rev: k.rev, At: k.at, Shelf: k.shelf, Fields: k.fields, Gone: k.gone}
			if err := x.insert(older-int64(i+1)*step, &e); err != nil {
				return err
			}
		}
		return nil
	}
}
