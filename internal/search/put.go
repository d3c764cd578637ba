package search

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Entry is one thing to be found.
type Entry struct {
	ID     string
	Rev    int64
	At     int64 // the newest is found first; of two alike the greater id
	Shelf  int   // 0 to MaxShelf
	Fields []string
	// Gone takes it out of the index. Its revision stays, so that an older put does not bring it back.
	Gone bool
}

// known is what the index has of an entry.
type known struct {
	id             string
	place, rev, at int64
	shelf          int
	gone           bool
	fields         []string
}

// Put takes entries in. All of them or, with an error, none.
func (x *Index) Put(entries []Entry) (err error) {
	entries = slices.Clone(entries)
	for _, e := range entries {
		if !shelved(e.Shelf) || len(e.Fields) != x.fields && !e.Gone {
			return fmt.Errorf("put an entry of %d fields on shelf %d: %w", len(e.Fields), e.Shelf, ErrWant)
		}
	}
	// The newest first: rising places are what FTS5 takes in without writing a segment for each.
	slices.SortStableFunc(entries, func(a, b Entry) int { return cmp.Or(cmp.Compare(b.At, a.At), cmp.Compare(b.ID, a.ID)) })
	x.mu.Lock()
	defer x.mu.Unlock()
	if err := x.tables(entries); err != nil {
		return err
	}
	if err := x.exec("BEGIN"); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = x.exec("ROLLBACK") // a full database has rolled back by itself
		}
		if full(err) {
			err = fmt.Errorf("put %d entries: %w", len(entries), ErrFull)
		}
	}()
	for i := range entries {
		if err := x.put(&entries[i]); err != nil {
			return fmt.Errorf("put an entry: %w", err)
		}
	}
	return x.exec("COMMIT")
}

// tables makes the tables of shelves that are new.
func (x *Index) tables(entries []Entry) error {
	for _, e := range entries {
		if x.shelves[e.Shelf] || e.Gone {
			continue
		}
		// The prefix index holds single characters. Rows can be deleted though no text is kept.
		err := x.exec("CREATE VIRTUAL TABLE " + table(e.Shelf) + " USING fts5(" + x.columns("") +
			", content='', contentless_delete=1, detail=full, tokenize='ascii', prefix='" + strconv.Itoa(runeLen) + "')")
		if full(err) {
			return ErrFull
		}
		if err != nil {
			return fmt.Errorf("make a shelf: %w", err)
		}
		x.shelves[e.Shelf] = true
	}
	return nil
}

func (x *Index) put(e *Entry) error {
	have, err := x.list("id = ?", e.ID)
	if err != nil {
		return err
	}
	var was known
	found := len(have) == 1
	if found {
		was = have[0]
	}
	if found && was.rev >= e.Rev {
		return nil
	}
	if e.Gone {
		e.Fields = make([]string, x.fields)
	}
	same := found && was.at == e.At && was.shelf == e.Shelf && was.gone == e.Gone && slices.Equal(was.fields, e.Fields)
	if same { // most acts change no word of a cover
		return x.exec("UPDATE entry SET rev = ? WHERE place = ?", e.Rev, was.place)
	}
	place := was.place
	if found {
		if err := x.remove(was); err != nil {
			return err
		}
	}
	if !found || was.at != e.At {
		if place, err = x.place(e.At, e.ID); err != nil {
			return err
		}
	}
	return x.insert(place, e)
}

func (x *Index) remove(was known) error {
	if !was.gone {
		if err := x.exec("DELETE FROM "+table(was.shelf)+" WHERE rowid = ?", was.place); err != nil {
			return err
		}
	}
	return x.exec("DELETE FROM entry WHERE place = ?", was.place)
}

func (x *Index) insert(place int64, e *Entry) error {
	row := []any{place, e.ID, e.Rev, e.At, e.Shelf, e.Gone}
	line := []any{place}
	for _, f := range e.Fields {
		row, line = append(row, f), append(line, bigrams(f))
	}
	if err := x.exec("INSERT INTO entry VALUES ("+marks(len(row))+")", row...); err != nil || e.Gone {
		return err
	}
	return x.exec("INSERT INTO "+table(e.Shelf)+" (rowid, "+x.columns("")+") VALUES ("+marks(len(line))+")", line...)
}

// list reads what the index has of some entries.
func (x *Index) list(where string, args ...any) ([]known, error) {
	st, err := x.prepare(context.Background(), "SELECT place, id, rev, at, shelf, gone, "+x.columns("")+" FROM entry WHERE "+where) //nolint:sqlclosecheck // kept for the next time
	if err != nil {
		return nil, err
	}
	rows, err := st.QueryContext(context.Background(), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
	var out []known
	for rows.Next() {
		k := known{fields: make([]string, x.fields)}
		into := []any{&k.place, &k.id, &k.rev, &k.at, &k.shelf, &k.gone}
		for i := range k.fields {
			into = append(into, &k.fields[i])
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, rows.Err()
}

// exec runs one statement to its end: a cancelled one would roll the whole put back unseen.
func (x *Index) exec(q string, args ...any) error {
	st, err := x.prepare(context.Background(), q) //nolint:sqlclosecheck // kept for the next time
	if err != nil {
		return err
	}
	_, err = st.ExecContext(context.Background(), args...)
	return err
}

// full reports whether SQLite found no room for a page.
func full(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code() == sqlite3.SQLITE_FULL
}
