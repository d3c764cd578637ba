package custody

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// What the pages of stock-taking read: a count as far as one viewer may know of its pieces.

// hasLine is the condition that a count has a line for a copy; $1 is the count. Lines are found by their keys.
const hasLine = "EXISTS (SELECT 1 FROM count_line l WHERE l.id = CAST($1 AS TEXT) || '/' || copy.id)"

// Share is what of a count is expected in one place, or of one level, and how much of that has its answer.
type Share struct {
	Place              term.PlaceID // empty: with somebody, or not put away yet
	Level              term.Level
	Expected, Answered int
}

// Taking is a count with how far it has come.
type Taking struct {
	StockCount
	Shares []Share        // by place and level
	Lines  map[string]int // by result
	Out    int            // copies in hands, on their way or outside the house, that a count of places does not look for
}

// Awaited are how many pieces are expected, and how many of them have no answer.
func (t Taking) Awaited() (expected, open int) {
	for _, s := range t.Shares {
		expected, open = expected+s.Expected, open+s.Expected-s.Answered
	}
	return expected, open
}

// IsOpen reports whether pieces can still be answered.
func (c StockCount) IsOpen() bool { return c.State == countOpen }

// Full reports whether it is a count of everything there is.
func (c StockCount) Full() bool { return c.Kind == fullCount }

// CountsBefore lists counts, the newest first, from before a moment on; zero is now.
func CountsBefore(tx *store.Tx, before time.Time, limit int) ([]StockCount, error) {
	where, args := "", []any(nil)
	if !before.IsZero() {
		where, args = "WHERE opened_at < $1 ", []any{before.UnixMilli()}
	}
	list, err := Counts.Select(tx, where+"ORDER BY opened_at DESC, id LIMIT "+strconv.Itoa(limit), args...)
	if err != nil {
		return nil, fmt.Errorf("list the counts: %w", err)
	}
	return list, nil
}

// TakingOf reads a count and how far it has come; refuse.ErrNotFound when there is none.
func TakingOf(tx *store.Tx, v act.Viewer, id term.CountID) (Taking, error) {
	t := Taking{Lines: map[string]int{}}
	var err error
	if t.StockCount, err = Counts.Get(tx, id); err != nil {
		return t, err
	}
	if t.IsOpen() {
		if err := t.share(tx, v); err != nil {
			return t, err
		}
	}
	cond, args := v.Visible("c.class", "c.document", 2)
	rows, err := tx.Query("SELECT result, COUNT(*) FROM count_line WHERE stock_count = $1 AND (copy = '' OR EXISTS (SELECT 1 FROM copy c WHERE c.id = count_line.copy AND "+cond+")) GROUP BY result",
		append([]any{string(id)}, args...)...)
	if err != nil {
		return t, fmt.Errorf("count the lines of a count: %w", err)
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		var result string
		var n int
		if err := rows.Scan(&result, &n); err != nil {
			return t, fmt.Errorf("count the lines of a count: %w", err)
		}
		t.Lines[result] = n
	}
	return t, rows.Err()
}

// share looks up what is expected, and how much of it has its answer.
func (t *Taking) share(tx *store.Tx, v act.Viewer) error {
	cond, args := t.awaited(v)
	rows, err := tx.Query("SELECT copy.place, copy.level, COUNT(*), SUM(CASE WHEN "+hasLine+" THEN 1 ELSE 0 END) FROM copy WHERE "+cond+" GROUP BY copy.place, copy.level ORDER BY copy.place, copy.level", args...)
	if err != nil {
		return fmt.Errorf("count what is expected: %w", err)
	}
	defer rows.Close() //nolint:errcheck // read to the end below
	for rows.Next() {
		var s Share
		if err := rows.Scan(&s.Place, &s.Level, &s.Expected, &s.Answered); err != nil {
			return fmt.Errorf("count what is expected: %w", err)
		}
		t.Shares = append(t.Shares, s)
	}
	if err := rows.Err(); err != nil || t.Full() {
		return err
	}
	seen, who := v.Visible("class", "document", 1)
	t.Out, err = Copies.Count(tx, "WHERE state IN ('held', 'carried', 'transit', 'away', 'supplied') AND "+seen, who...)
	return err
}

// awaited is the condition over copies that the viewer knows of and the count expects; $1 is the count.
func (c StockCount) awaited(v act.Viewer) (string, []any) {
	where, more := c.expected(2)
	args := append([]any{string(c.ID)}, more...)
	seen, who := v.Visible("copy.class", "copy.document", len(args)+1)
	return "CAST($1 AS TEXT) <> '' AND " + where + " AND " + seen, append(args, who...)
}

// Unanswered lists expected pieces without an answer, by place and label, behind a piece that is named; place narrows them,
// limit bounds them.
func Unanswered(tx *store.Tx, v act.Viewer, c StockCount, place term.PlaceID, after term.CopyID, limit int) ([]Copy, error) {
	cond, args := c.awaited(v)
	bind := func(value string) string {
		args = append(args, value)
		return "$" + strconv.Itoa(len(args))
	}
	if place != "" {
		cond += " AND copy.place = " + bind(string(place))
	}
	if after != "" {
		known, who := v.Visible("class", "document", 2)
		last, ok, err := Copies.One(tx, "WHERE id = $1 AND "+known, append([]any{string(after)}, who...)...)
		if err != nil {
			return nil, fmt.Errorf("find where a list goes on: %w", err)
		}
		if ok {
			cond += " AND (copy.place, copy.label, copy.id) > (" + bind(string(last.Place)) + ", " + bind(string(last.Label)) + ", " + bind(string(last.ID)) + ")"
		}
	}
	list, err := Copies.Select(tx, "WHERE "+cond+" AND NOT "+hasLine+" ORDER BY copy.place, copy.label, copy.id LIMIT "+strconv.Itoa(limit), args...)
	if err != nil {
		return nil, fmt.Errorf("list what has no answer: %w", err)
	}
	return list, nil
}

// Counted is a line of a count with its piece, of what has no label of ours without.
type Counted struct {
	CountLine
	Piece Copy
}

// Counted lists lines of a count by results, newest first.
func (c StockCount) Counted(tx *store.Tx, v act.Viewer, results []string, limit int) ([]Counted, error) {
	marks, args := list(results, 2)
	cond, who := v.Visible("c.class", "c.document", len(args)+2)
	args = append(append([]any{string(c.ID)}, args...), who...)
	lines, err := CountLines.Select(tx, "WHERE stock_count = $1 AND result IN ("+marks+") AND (copy = '' OR EXISTS (SELECT 1 FROM copy c WHERE c.id = count_line.copy AND "+cond+
		")) ORDER BY counted_at DESC, id LIMIT "+strconv.Itoa(limit), args...)
	if err != nil {
		return nil, fmt.Errorf("list the lines of a count: %w", err)
	}
	out := make([]Counted, len(lines))
	for i, l := range lines {
		out[i].CountLine = l
		if l.Copy == "" {
			continue
		}
		if out[i].Piece, err = Copies.Get(tx, l.Copy); err != nil {
			return nil, fmt.Errorf("read the piece of a line: %w", err)
		}
	}
	return out, nil
}

// KeptBy lists the places that somebody of these keeps, for a count of a department.
func KeptBy(tx *store.Tx, keepers []term.PersonID) ([]term.PlaceID, error) {
	places, err := Places.Select(tx, "WHERE keeper <> '' ORDER BY id")
	if err != nil {
		return nil, fmt.Errorf("list the places: %w", err)
	}
	var out []term.PlaceID
	for _, p := range places {
		if slices.Contains(keepers, p.Keeper) {
			out = append(out, p.ID)
		}
	}
	return out, nil
}

// AllPlaces lists every place, by name; there are at most MaxPlaces.
func AllPlaces(tx *store.Tx) ([]Place, error) {
	list, err := Places.Select(tx, "ORDER BY name, id")
	if err != nil {
		return nil, fmt.Errorf("list the places: %w", err)
	}
	return list, nil
}

// CountOf reads a count; refuse.ErrNotFound when there is none.
func CountOf(tx *store.Tx, id term.CountID) (StockCount, error) {
	if id == "" {
		return StockCount{}, fmt.Errorf("find a count: %w", refuse.ErrNotFound)
	}
	return Counts.Get(tx, id)
}
