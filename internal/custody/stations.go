package custody

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Where a piece stands for the count of all pieces. Each has one of these, or is told by how its life ended: archived,
// returned, transferred, destroyed, voided.
const (
	Stored      = "stored"    // in a place
	Unshelved   = "unshelved" // registered or found, and not put away
	Out         = "out"       // with somebody, by hand-over
	Lent        = "lent"      // with somebody, by loan
	CarriedOut  = "carried"   // away with its carrier
	Underway    = "transit"   // sent, no receipt
	SentAway    = "sent"      // sent, receipt on record
	GivenOut    = "supplied"  // given to somebody outside, not back
	ReportedOff = "reported"  // reported lost
)

// Seen gives the condition and arguments for rows that somebody may know of, as act.Viewer.Visible does.
type Seen func(class, document string, first int) (string, []any)

// Everything is the Seen of who looks at the whole register: a check, never a page.
func Everything(string, string, int) (string, []any) { return "1 = 1", nil }

// Stations tells where all pieces stood at one moment.
type Stations struct {
	Issued  int            // pieces that had come into being
	At      map[string]int // by station; together Issued
	Lines   map[string]int // pieces that bear an open line of 交接登记, by its kind
	Missing []term.CopyID  // reported lost, in order
}

// stationAt is what a piece's row says at a moment, as far as its station goes.
type stationAt struct {
	id     term.CopyID
	state  State
	ending string
	line   string // id of the open line
	since  time.Time
}

func (s stationAt) station(kind string) string {
	switch s.state {
	case InPlace:
		return Stored
	case Received:
		return Unshelved
	case Held:
		if kind == "lend" {
			return Lent
		}
		return Out
	case Carried:
		return CarriedOut
	case Transit:
		return Underway
	case Away:
		return SentAway
	case Supplied:
		return GivenOut
	case Missing:
		return ReportedOff
	case Ended:
		if s.ending == "" { // before rows said how, nothing but striking its line ended a life
			return Voided
		}
	}
	return s.ending
}

// StationsAt reads where every piece stood at a moment, as is known now: what was entered late counts from when it was done.
// A row that has changed since is taken back by its history. The cost is that of all pieces.
func StationsAt(tx *store.Tx, seen Seen, at time.Time) (Stations, error) {
	out := Stations{At: map[string]int{}, Lines: map[string]int{}}
	if err := out.unchanged(tx, seen, at); err != nil {
		return out, fmt.Errorf("count the pieces: %w", err)
	}
	for last, more := "", true; more; {
		rows, err := changed(tx, seen, at, last)
		if err != nil {
			return out, fmt.Errorf("list the pieces that have moved since: %w", err)
		}
		if more = len(rows) == stationPage; len(rows) == 0 {
			break
		}
		last = string(rows[len(rows)-1].id)
		if err := takeBack(tx, rows, at); err != nil {
			return out, fmt.Errorf("take back what has moved since: %w", err)
		}
		if err := out.tally(tx, rows, at); err != nil {
			return out, err
		}
	}
	return out, nil
}

const stationPage = 2000

// unchanged counts the pieces that stand as they did then, in one question, and names those that were lost.
func (s *Stations) unchanged(tx *store.Tx, seen Seen, at time.Time) (err error) {
	cond, args := seen("c.class", "c.document", 2)
	args = append([]any{at.UnixMilli()}, args...)
	rows, err := tx.Query("SELECT c.state, coalesce(c.ending, ''), coalesce(h.kind, ''), count(*) FROM copy c LEFT JOIN hand_over h ON h.id = c.hand_over WHERE c.since <= $1 AND "+
		cond+" GROUP BY 1, 2, 3", args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var one stationAt
		var kind string
		var n int
		if err := rows.Scan(&one.state, &one.ending, &kind, &n); err != nil {
			return err
		}
		s.add(one, kind, n)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	lost, err := Copies.Select(tx, "AS c WHERE c.state = 'missing' AND c.since <= $1 AND "+cond+" ORDER BY c.id", args...)
	for _, c := range lost {
		s.Missing = append(s.Missing, c.ID)
	}
	return err
}

func (s *Stations) add(one stationAt, kind string, n int) {
	s.Issued += n
	s.At[one.station(kind)] += n
	if kind != "" {
		s.Lines[kind] += n
	}
}

// changed reads the next pieces, by id, whose row is of a later time.
func changed(tx *store.Tx, seen Seen, at time.Time, last string) (out []stationAt, err error) {
	cond, args := seen("class", "document", 3)
	rows, err := tx.Query("SELECT id, state, coalesce(ending, ''), hand_over, since FROM copy WHERE since > $1 AND id > $2 AND "+cond+" ORDER BY id LIMIT "+strconv.Itoa(stationPage),
		append([]any{at.UnixMilli(), last}, args...)...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var one stationAt
		var since int64
		if err := rows.Scan(&one.id, &one.state, &one.ending, &one.line, &since); err != nil {
			return nil, err
		}
		one.since = time.UnixMilli(since)
		out = append(out, one)
	}
	return out, rows.Err()
}

// takeBack turns rows, in order of id, into what they said at a moment. Of one that was not there yet since stays later.
func takeBack(tx *store.Tx, rows []stationAt, at time.Time) error {
	i := 0
	return store.ScanHistoryOf(tx, Copies.Name(), string(rows[0].id), string(rows[len(rows)-1].id), func(h store.HistoryRow) error {
		for i < len(rows) && string(rows[i].id) < h.Key {
			i++
		}
		if i == len(rows) || string(rows[i].id) != h.Key || !rows[i].since.After(at) {
			return nil
		}
		one := &rows[i]
		for column, v := range h.Columns {
			text, _ := v.(string) // nil: it was empty
			switch column {
			case "state":
				one.state = State(text)
			case "ending":
				one.ending = text
			case "hand_over":
				one.line = text
			case "since":
				ms, ok := v.(int64)
				if !ok {
					return fmt.Errorf("since of a copy: %w", store.ErrDamaged)
				}
				one.since = time.UnixMilli(ms)
			}
		}
		return nil
	})
}

// kind is that of the line it bears; empty: it bears none.
func (s stationAt) kind(tx *store.Tx) (string, error) {
	if s.line == "" {
		return "", nil
	}
	line, err := HandOvers.Get(tx, s.line)
	if err != nil {
		return "", fmt.Errorf("read the line of a piece: %w", err)
	}
	return line.Kind, nil
}

func (s *Stations) tally(tx *store.Tx, rows []stationAt, at time.Time) error {
	for _, one := range rows {
		if one.since.After(at) {
			continue // it was not there yet
		}
		kind, err := one.kind(tx)
		if err != nil {
			return err
		}
		if s.add(one, kind, 1); one.state == Missing {
			s.Missing = append(s.Missing, one.id)
		}
	}
	return nil
}

// LinesAt counts the lines of 交接登记 that were open at a moment, by kind, and those of what was sent whose receipt was on
// record by then. A sitting (consult) takes no piece out of its place.
func LinesAt(tx *store.Tx, seen Seen, at time.Time) (open map[string]int, receipts int, err error) {
	cond, args := seen("h.class", "h.document", 2)
	open, err = counted(tx, "SELECT h.kind, count(*) FROM hand_over h WHERE h.kind <> 'consult' AND h.out_at <= $1 AND (h.back_at IS NULL OR h.back_at > $1) AND "+cond+" GROUP BY h.kind", at, args)
	if err != nil {
		return nil, 0, fmt.Errorf("count the open lines: %w", err)
	}
	got, err := counted(tx, "SELECT 'sent', count(*) FROM hand_over h WHERE h.kind = 'send' AND h.receipt_at <= $1 AND (h.back_at IS NULL OR h.back_at > $1) AND "+cond, at, args)
	if err != nil {
		return nil, 0, fmt.Errorf("count the receipts: %w", err)
	}
	return open, got["sent"], nil
}

// TripsAt gives the pieces that were out on a trip at a moment.
func TripsAt(tx *store.Tx, seen Seen, at time.Time) (map[term.CopyID]bool, error) {
	cond, args := seen("t.class", "t.document", 2)
	trips, err := Trips.Select(tx, "AS t WHERE t.out_at <= $1 AND (t.back_at IS NULL OR t.back_at > $1) AND "+cond, append([]any{at.UnixMilli()}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("list the trips: %w", err)
	}
	out := map[term.CopyID]bool{}
	for _, t := range trips {
		out[t.Copy] = true
	}
	return out, nil
}

// ReceiptAt reports whether a piece was with a recipient outside by a moment: its line open, its receipt on record.
func ReceiptAt(tx *store.Tx, id term.CopyID, at time.Time) (bool, error) {
	n, err := HandOvers.Count(tx, "WHERE copy = $1 AND kind = 'send' AND receipt_at <= $2 AND (back_at IS NULL OR back_at > $2)", string(id), at.UnixMilli())
	if err != nil {
		return false, fmt.Errorf("look for a receipt: %w", err)
	}
	return n > 0, nil
}

// counted reads pairs of a word and a number; the query's first argument is a moment.
func counted(tx *store.Tx, query string, at time.Time, args []any) (out map[string]int, err error) {
	rows, err := tx.Query(query, append([]any{at.UnixMilli()}, args...)...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	out = map[string]int{}
	for rows.Next() {
		var word string
		var n int
		if err := rows.Scan(&word, &n); err != nil {
			return nil, err
		}
		out[word] = n
	}
	return out, rows.Err()
}
