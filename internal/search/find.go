package search

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Any is the Field of a want that any field may hold.
const Any = -1

// MaxWants is the most wants of one query.
const MaxWants = 64

// Want is a part that a field must hold. An empty text asks for nothing.
type Want struct {
	Field int // from 0, or Any
	Text  string
}

// Hit is one entry found. Place is where it stands: a page goes on after it.
type Hit struct {
	ID    string
	Rev   int64 // of the text it was found by
	Place int64 // the newest has the smallest
}

// Find gives the newest entries of some shelves that hold every want, from after a place on; 0 begins. Fewer than
// limit: there are no more.
func (x *Index) Find(ctx context.Context, shelves []int, wants []Want, after int64, limit int) ([]Hit, error) {
	wants, err := x.narrowed(wants)
	if err != nil {
		return nil, err
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.conn == nil {
		return nil, ErrClosed
	}
	var out []Hit
	for _, s := range slices.Compact(slices.Sorted(slices.Values(shelves))) {
		if !shelved(s) || !x.shelves[s] {
			continue
		}
		var page []Hit
		if len(wants) == 0 {
			page, err = x.hits(ctx, "SELECT place, id, rev FROM entry WHERE shelf = ? AND gone = 0 AND place > ? ORDER BY place LIMIT ?", s, after, limit)
		} else {
			t := table(s)
			page, err = x.hits(ctx, "SELECT e.place, e.id, e.rev FROM "+t+" CROSS JOIN entry e ON e.place = "+t+".rowid WHERE "+t+" MATCH ? AND "+
				t+".rowid > ? ORDER BY "+t+".rowid LIMIT ?", match(wants), after, limit)
		}
		if err != nil {
			return nil, fmt.Errorf("look on a shelf: %w", err)
		}
		out = append(out, page...)
	}
	slices.SortFunc(out, byPlace)
	return out[:min(len(out), limit)], nil
}

func byPlace(a, b Hit) int { return cmp.Compare(a.Place, b.Place) }

// among is how many ids are looked at in one turn: others wait no longer than that.
const among = 2000

// Among gives those of some ids, each named once, that hold every want, newest first, all of them.
func (x *Index) Among(ctx context.Context, ids []string, wants []Want) ([]Hit, error) {
	wants, err := x.narrowed(wants)
	if err != nil {
		return nil, err
	}
	cond, args := "", []any{}
	for _, w := range wants {
		or := make([]string, 0, x.fields)
		for i := range x.fields {
			if w.Field == Any || w.Field == i {
				or, args = append(or, "instr(e."+field(i)+", ?) > 0"), append(args, w.Text)
			}
		}
		cond += " AND (" + strings.Join(or, " OR ") + ")"
	}
	var out []Hit
	for piece := range slices.Chunk(ids, among) {
		list, err := json.Marshal(piece)
		if err != nil {
			return nil, fmt.Errorf("look among ids: %w", err)
		}
		page, err := x.turn(ctx, "SELECT e.place, e.id, e.rev FROM json_each(?) j CROSS JOIN entry e ON e.id = j.value WHERE e.gone = 0"+cond,
			append([]any{string(list)}, args...)...)
		if err != nil {
			return nil, fmt.Errorf("look among ids: %w", err)
		}
		out = append(out, page...)
	}
	slices.SortFunc(out, byPlace)
	return out, nil
}

func (x *Index) turn(ctx context.Context, q string, args ...any) ([]Hit, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.hits(ctx, q, args...)
}

// hits runs a query for places, ids and revisions. The caller holds mu.
func (x *Index) hits(ctx context.Context, q string, args ...any) ([]Hit, error) {
	st, err := x.prepare(ctx, q) //nolint:sqlclosecheck // kept for the next time
	if err != nil {
		return nil, err
	}
	rows, err := st.QueryContext(ctx, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
	var out []Hit
	for rows.Next() {
		var h Hit
		if err := rows.Scan(&h.Place, &h.ID, &h.Rev); err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, rows.Err()
}

// narrowed leaves out what asks for nothing or twice.
func (x *Index) narrowed(wants []Want) ([]Want, error) {
	var out []Want
	for _, w := range wants {
		if w.Field < Any || w.Field >= x.fields {
			return nil, ErrWant
		}
		if w.Text = strings.ToValidUTF8(w.Text, "\ufffd"); w.Text != "" && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	if len(out) > MaxWants {
		return nil, ErrWant
	}
	return out, nil
}
