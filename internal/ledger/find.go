package ledger

import (
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"jiyao/internal/store"
)

// blocksAtOnce is how many lines of ledger_block a search reads before it looks into the blocks.
const blocksAtOnce = 256

// condition builds the rest of a SELECT with placeholders in order.
type condition struct {
	parts []string
	args  []any
}

func (c *condition) add(text string, arg any) {
	c.args = append(c.args, arg)
	c.parts = append(c.parts, strings.Replace(text, "?", "$"+strconv.Itoa(len(c.args)), 1))
}

// search is one Find under way: the entries low+1 to high are still to be looked at.
type search struct {
	l     *Log
	tx    *store.Tx
	f     Filter
	words []uint32
	low   uint64
	high  uint64
	want  int
	out   []Entry
}

// Find lists entries newest first.
func (l *Log) Find(tx *store.Tx, f Filter) ([]Entry, error) {
	row, err := readHead(tx, false)
	if err != nil {
		return nil, err
	}
	s := &search{l: l, tx: tx, f: f, high: row.size, want: page(f.Limit)}
	if tx.Writable() && l.batch != nil {
		s.high = l.batch.next - 1
	}
	if f.Before > 0 {
		s.high = min(s.high, f.Before-1)
	}
	if err := s.bound(); err != nil {
		return nil, err
	}
	if s.low >= s.high {
		return nil, nil
	}
	s.words = words(nil, f.Act, string(f.Outcome), f.Actor, f.Subject, f.Reference)
	if len(s.words) == 0 || f.Clause != "" { // clauses have an index of their own
		err = s.read(s.low, s.high)
	} else {
		err = s.blocks(row.size / blockSize)
	}
	return s.out, err
}

// bound turns times into numbers by the checkpoints, of which there is one for every block or batch.
func (s *search) bound() error {
	edge := func(q string, at int64, set func(uint64)) error {
		var n sql.NullInt64
		if err := s.tx.QueryRow(q, at).Scan(&n); err != nil {
			return fmt.Errorf("find entries by time: %w", err)
		}
		if n.Valid {
			set(uint64(n.Int64))
		}
		return nil
	}
	if !s.f.From.IsZero() {
		err := edge("SELECT MAX(size) FROM ledger_checkpoint WHERE recorded_at < $1", s.f.From.UnixMilli(), func(n uint64) { s.low = n })
		if err != nil {
			return err
		}
	}
	if s.f.To.IsZero() {
		return nil
	}
	return edge("SELECT MIN(size) FROM ledger_checkpoint WHERE recorded_at >= $1", s.f.To.UnixMilli(), func(n uint64) { s.high = min(s.high, n) })
}

// blocks looks into the entries after the last full block, then into the blocks that may hold the words.
func (s *search) blocks(full uint64) error {
	if err := s.read(max(s.low, min(full*blockSize, s.high)), s.high); err != nil {
		return err
	}
	top := min(full, (s.high+blockSize-1)/blockSize)
	for top > s.low/blockSize && len(s.out) < s.want {
		bottom := max(s.low/blockSize, top-min(top, blocksAtOnce))
		places, err := s.candidates(bottom, top)
		if err != nil {
			return err
		}
		for _, place := range places {
			if len(s.out) >= s.want {
				return nil
			}
			if err := s.read(max(s.low, place*blockSize), min(s.high, (place+1)*blockSize)); err != nil {
				return err
			}
		}
		top = bottom
	}
	return nil
}

// candidates are the blocks of bottom to top-1 that may hold all words, from the top down. One without a line may.
func (s *search) candidates(bottom, top uint64) ([]uint64, error) {
	rows, err := s.tx.Query("SELECT place, words FROM ledger_block WHERE place >= $1 AND place < $2 ORDER BY place DESC", int64(bottom), int64(top))
	if err != nil {
		return nil, fmt.Errorf("find entries by word: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
	var out []uint64
	next := top
	var line sql.RawBytes
	for rows.Next() {
		var place int64
		if err := rows.Scan(&place, &line); err != nil {
			return nil, fmt.Errorf("find entries by word: %w", err)
		}
		for next > uint64(place)+1 {
			next--
			out = append(out, next)
		}
		next = uint64(place)
		if holds(line, s.words) {
			out = append(out, next)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("find entries by word: %w", err)
	}
	for next > bottom {
		next--
		out = append(out, next)
	}
	return out, nil
}

// read takes the entries low+1 to high that fit the whole filter.
func (s *search) read(low, high uint64) error {
	if low >= high {
		return nil
	}
	var c condition
	c.add("seq > ?", int64(low))
	c.add("seq <= ?", int64(high))
	for _, p := range []struct{ column, text string }{{"act", s.f.Act}, {"actor", s.f.Actor}, {"subject", s.f.Subject},
		{"reference", s.f.Reference}, {"outcome", string(s.f.Outcome)}} {
		if p.text != "" {
			c.add(p.column+" = ?", p.text)
		}
	}
	if s.f.Clause != "" {
		c.add("seq IN (SELECT seq FROM ledger_clause WHERE clause = ?)", s.f.Clause)
	}
	if !s.f.From.IsZero() {
		c.add("recorded_at >= ?", s.f.From.UnixMilli())
	}
	if !s.f.To.IsZero() {
		c.add("recorded_at < ?", s.f.To.UnixMilli())
	}
	q := "SELECT bytes FROM ledger_entry WHERE " + strings.Join(c.parts, " AND ") + " ORDER BY seq DESC LIMIT " + strconv.Itoa(s.want-len(s.out))
	list, err := s.l.list(s.tx, q, c.args...)
	s.out = append(s.out, list...)
	return err
}
