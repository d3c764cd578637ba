package store

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/jackc/pgx/v5"
)

// Ask is a query that will be made soon.
type Ask struct {
	s    *schema
	tail string
	args []any
}

// Ask is the Select with this tail; nothing is read yet.
func (t *Table[R]) Ask(tail string, args ...any) Ask { return Ask{t.s, tail, args} }

// AskKey is the Get with this key; nothing is read yet.
func (t *Table[R]) AskKey(key any) Ask { return Ask{t.s, t.s.keyTail, []any{key}} }

// Ahead reads in one round trip what will be asked next. It does nothing where asking costs no round trip, or where
// answers are not kept; nothing depends on it but time.
func (tx *Tx) Ahead(asks ...Ask) error {
	if tx.sess.lite || !tx.remembering() {
		return nil
	}
	var missing []question
	for _, a := range asks {
		r := tx.remembers(a.s)
		args, err := arguments(a.args)
		if r == nil || err != nil {
			continue
		}
		if q := a.s.question(a.tail, args); q.key != "" && r.answers[q.key] == nil {
			missing = append(missing, q)
		}
	}
	if tx.wishing {
		tx.wishes = append(tx.wishes, missing...)
		return nil
	}
	if len(missing) < 2 {
		return nil
	}
	_, err := tx.fetch(missing)
	return err
}

// errWish ends a rehearsal at a query whose answer is not known yet.
var errWish = errors.New("not known yet")

// ask answers a query of a table from memory, or else from the database: on PostgreSQL in one round trip with what waits.
func (tx *Tx) ask(q question) ([]*loadedRow, error) {
	if q.key != "" {
		if r := tx.remembers(q.s); r != nil {
			if a := r.answers[q.key]; a != nil {
				return a.rows, nil
			}
		}
	}
	if tx.wishing {
		if q.key != "" {
			tx.wishes = append(tx.wishes, q)
		}
		return nil, errWish
	}
	got, err := tx.fetch([]question{q})
	if err != nil {
		return nil, err
	}
	return got[0], nil
}

// remembering reports whether queries of tables go through ask: the writer's do.
func (tx *Tx) remembering() bool { return tx.sess.recall != nil && (tx.write || tx.wishing) }

// fetch puts questions to the database, and keeps the answers that can be kept.
func (tx *Tx) fetch(list []question) ([][]*loadedRow, error) {
	put := tx.fetchTogether
	if tx.sess.lite {
		put = tx.fetchEach
	}
	out, err := put(list)
	if err != nil {
		return nil, err
	}
	for i, q := range list {
		if r := tx.remembers(q.s); r != nil && q.key != "" {
			r.add(&answer{key: q.key, on: q.on, rows: out[i]})
		}
	}
	return out, nil
}

// fetchEach asks one question after another.
func (tx *Tx) fetchEach(list []question) ([][]*loadedRow, error) {
	out := make([][]*loadedRow, len(list))
	for i, q := range list {
		var err error
		if out[i], err = tx.fetchOne(q); err != nil {
			return nil, fmt.Errorf("read a %s: %w", q.s.name, err)
		}
	}
	return out, nil
}

func (tx *Tx) fetchOne(q question) (out []*loadedRow, err error) {
	rows, err := tx.Query(q.text, q.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
	for rows.Next() {
		r, err := q.s.load(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, translate(rows.Err())
}

// fetchTogether asks all in one round trip after what waits.
func (tx *Tx) fetchTogether(list []question) ([][]*loadedRow, error) {
	if err := tx.usable(); err != nil {
		return nil, fmt.Errorf("query: %w", err)
	}
	for _, q := range list {
		if err := tx.known(q.text); err != nil {
			return nil, fmt.Errorf("query: %w", err)
		}
	}
	out := make([][]*loadedRow, len(list))
	err := tx.together(func(b *pgx.Batch) {
		for _, q := range list {
			b.Queue(q.text, q.args...)
		}
	}, func(results pgx.BatchResults) error {
		for i, q := range list {
			rows, err := results.Query()
			if err != nil {
				return translate(err)
			}
			if out[i], err = q.s.collect(rows); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// collect reads all rows of a SELECT of s.list.
func (s *schema) collect(rows pgx.Rows) ([]*loadedRow, error) {
	defer rows.Close()
	var out []*loadedRow
	n := len(s.columns)
	for rows.Next() {
		values, err := rows.Values()
		if err != nil {
			return nil, fmt.Errorf("read a %s: %w", s.name, translate(err))
		}
		r := &loadedRow{l: &loaded{values: values[:n:n]}}
		r.rev, _ = values[n].(int64)
		if s.recorded {
			r.l.salt, _ = values[n+1].([]byte)
		}
		out = append(out, r)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("select from %s: %w", s.name, translate(err))
	}
	return out, nil
}

// fill makes a row of the table's struct say what was loaded.
func (s *schema) fill(r *loadedRow, row reflect.Value) error {
	for i := range s.columns {
		if err := s.columns[i].decode(r.l.values[i], s.field(row, i)); err != nil {
			return err
		}
	}
	m := s.metaOf(row)
	m.Rev, m.loaded = r.rev, r.l
	return nil
}
