package procedure

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"jiyao/internal/custody"
	"jiyao/internal/disposal"
	"jiyao/internal/meeting"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Balance is the law of conservation at a moment: every piece that came into being stands somewhere, and what the pieces
// say of themselves is what the registers, each kept by another act, say of them.
type Balance struct {
	At     time.Time // as known now: what was entered late counts from when it was done
	Issued Tally
	Where  []Tally // by station, the pieces of all together are those issued; see custody.Stored
	Lines  []Tally // by kind of open line: pieces that bear one, and lines of 交接登记
}

// Tally is a number of pieces beside what the register says. What is in store, and what was reported lost, has no register but
// the pieces' own; what is out has the open lines.
type Tally struct {
	Name       string
	Pieces     int
	Book       int
	Registered bool
}

func (t Tally) equal() bool { return !t.Registered || t.Pieces == t.Book }

// Holds reports whether the law holds.
func (b Balance) Holds() bool {
	sum := 0
	for _, t := range b.Where {
		sum += t.Pieces
	}
	return sum == b.Issued.Pieces && len(b.Broken()) == 0
}

// Broken lists what does not agree.
func (b Balance) Broken() []Tally {
	return slices.DeleteFunc(slices.Concat([]Tally{b.Issued}, b.Where, b.Lines), Tally.equal)
}

// BalanceAt counts all pieces that seen lets through, and the registers.
func BalanceAt(tx *store.Tx, seen custody.Seen, at time.Time) (Balance, error) {
	b := Balance{At: at}
	s, err := custody.StationsAt(tx, seen, at)
	if err != nil {
		return b, err
	}
	books, lines, err := books(tx, seen, s, at)
	if err != nil {
		return b, err
	}
	if books[custody.GivenOut], err = givenOut(tx, seen, s, at); err != nil {
		return b, err
	}
	b.Issued = Tally{"issued", s.Issued, books["issued"], true}
	for _, name := range stations {
		book, registered := books[name]
		b.Where = append(b.Where, Tally{name, s.At[name], book, registered})
	}
	kinds := maps.Clone(lines)
	maps.Copy(kinds, s.Lines)
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		b.Lines = append(b.Lines, Tally{kind, s.Lines[kind], lines[kind], true})
	}
	return b, nil
}

// stations are all there are, in the order in which they are shown.
var stations = []string{
	custody.Stored, custody.Unshelved, custody.Out, custody.Lent, custody.CarriedOut, custody.Underway, custody.SentAway, custody.GivenOut, custody.Archived, custody.Returned,
	custody.Transferred, custody.Destroyed, custody.Voided, custody.ReportedOff,
}

// books are what the registers say, by station; and the open lines of 交接登记 by kind, which say it of what is out or under
// way. A lost piece stays in the book in which it was when it was lost.
func books(tx *store.Tx, seen custody.Seen, s custody.Stations, at time.Time) (map[string]int, map[string]int, error) {
	out, err := disposal.GoneAt(tx, seen, at)
	if err != nil {
		return nil, nil, err
	}
	for _, name := range []string{custody.Archived, custody.Returned, custody.Transferred, custody.Destroyed} {
		out[name] += 0 // no list is an answer
	}
	lines, receipts, err := custody.LinesAt(tx, seen, at)
	if err != nil {
		return nil, nil, err
	}
	trips, err := custody.TripsAt(tx, seen, at)
	if err != nil {
		return nil, nil, err
	}
	out[custody.SentAway], out[custody.CarriedOut] = receipts, len(trips)
	for _, id := range s.Missing {
		if trips[id] {
			out[custody.CarriedOut]--
		}
		receipt, err := custody.ReceiptAt(tx, id, at)
		if err != nil {
			return nil, nil, err
		}
		if receipt {
			out[custody.SentAway]--
		}
	}
	for name, query := range map[string]string{"issued": issued, custody.Voided: voided} {
		if out[name], err = sum(tx, query, seen, at); err != nil {
			return nil, nil, fmt.Errorf("count the pieces %s: %w", name, err)
		}
	}
	return out, lines, nil
}

// givenOut counts the pieces that 对外提供登记 said at a moment were outside, each once. By a line of the version that left a
// piece standing where it had lain, it stood outside if it had not moved since the line was written: s is set right for it.
func givenOut(tx *store.Tx, seen custody.Seen, s custody.Stations, at time.Time) (int, error) {
	open, err := meeting.OpenAt(tx, seen, at)
	if err != nil {
		return 0, err
	}
	out, still := map[term.CopyID]bool{}, []string{custody.Stored, custody.Unshelved, custody.Out, custody.Lent}
	for _, line := range open {
		if line.Moved || out[line.Copy] {
			out[line.Copy] = !slices.Contains(s.Missing, line.Copy)
			continue
		}
		station, since, err := custody.StationAt(tx, line.Copy, at)
		switch {
		case err != nil:
			return 0, fmt.Errorf("find where a piece stood that was given: %w", err)
		case station == custody.GivenOut:
			out[line.Copy] = true
		case slices.Contains(still, station) && !since.After(line.HandedAt):
			out[line.Copy] = true
			s.At[station]--
			s.At[custody.GivenOut]++
		}
	}
	n := 0
	for _, is := range out {
		if is {
			n++
		}
	}
	return n, nil
}

// The registers of births, of what came in, was printed, or copied; and of what was struck. Each has the condition of who looks in place of %s.
const (
	issued = `SELECT coalesce(sum(n), 0) FROM (
		SELECT d.copies AS n FROM document d WHERE d.registered_at <= $1 AND NOT EXISTS (SELECT 1 FROM outgoing o WHERE o.id = d.id) AND %[1]s
		UNION ALL SELECT o.printed FROM outgoing o JOIN document d ON d.id = o.id WHERE o.printed_at <= $1 AND %[1]s
		UNION ALL SELECT 1 FROM reproduction r JOIN document d ON d.id = r.document WHERE r.kind = 'duplicate' AND r.made_at <= $1 AND %[1]s) AS births`
	voided = `SELECT count(*) FROM document_note n JOIN document d ON d.id = n.document JOIN copy c ON c.document = d.id WHERE n.kind = 'void' AND n.noted_at <= $1 AND %[1]s`
)

func sum(tx *store.Tx, query string, seen custody.Seen, at time.Time) (n int, err error) {
	cond, args := seen("d.class", "d.id", 2)
	err = tx.QueryRow(fmt.Sprintf(query, cond), append([]any{at.UnixMilli()}, args...)...).Scan(&n)
	return n, err
}
