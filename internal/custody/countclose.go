package custody

import (
	"fmt"
	"strconv"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// CountClose ends a count: who counted and who checked it sign for it, and what is missing is reported.
type CountClose struct {
	Count     term.CountID  `json:"count" req:"true"`
	CountedBy term.PersonID `json:"counted_by"`
	CheckedBy term.PersonID `json:"checked_by"`
}

// Checker is the role of who looks over a count that another has made; the counter signs as the actor.
const Checker = "checker"

type closing struct {
	count    StockCount
	expected int
	open     int            // expected pieces without an answer
	tally    map[string]int // lines by result
	missing  []term.CopyID  // declared, and still not located
}

var _ = act.Define("custody.count_close", act.Act[CountClose, closing, countFacts]{
	Check: func(cmd CountClose) error {
		if cmd.CheckedBy != "" && cmd.CheckedBy == cmd.CountedBy {
			return refuse.Field("checked_by", "same_person")
		}
		return nil
	},
	Load:  loadClosing,
	Signs: []string{Checker},
	Leans: func(s closing, _ CountClose) []act.Event {
		return []act.Event{{What: "begun", At: s.count.OpenedAt}}
	},
	Facts: func(s closing, _ CountClose, _ act.Env) countFacts {
		return countFacts{Kind: s.count.Kind, OpenLines: s.open}
	},
	Decide: closeCount,
})

func loadClosing(tx *act.Tx, cmd CountClose) (s closing, err error) {
	if s.count, err = Counts.Get(tx.Tx, cmd.Count); err != nil {
		return s, err
	}
	where, args := s.count.expected(2)
	args = append([]any{string(s.count.ID)}, args...)
	if s.expected, err = Copies.Count(tx.Tx, "WHERE $1 <> '' AND "+where, args...); err != nil {
		return s, fmt.Errorf("count what is expected: %w", err)
	}
	if s.open, err = Copies.Count(tx.Tx, "WHERE NOT "+hasLine+" AND "+where, args...); err != nil {
		return s, fmt.Errorf("count what has no answer: %w", err)
	}
	s.tally = map[string]int{}
	for _, result := range []string{wasFound, wasMissing, wasElsewhere, wasExtra, wasUnknown} {
		if s.tally[result], err = CountLines.Count(tx.Tx, "WHERE stock_count = $1 AND result = $2", string(s.count.ID), result); err != nil {
			return s, fmt.Errorf("count the lines: %w", err)
		}
	}
	lines, err := CountLines.Select(tx.Tx, "WHERE stock_count = $1 AND result = $2 ORDER BY copy LIMIT $3", string(s.count.ID), wasMissing, maxMissing+1)
	if err != nil {
		return s, fmt.Errorf("list what is missing: %w", err)
	}
	for _, l := range lines {
		c, err := Copies.Get(tx.Tx, l.Copy)
		if err != nil {
			return s, fmt.Errorf("read what is missing: %w", err)
		}
		if c.State != Missing && c.State != Ended && !c.Since.After(s.count.OpenedAt) { // what moved meanwhile was seen
			s.missing = append(s.missing, l.Copy)
		}
	}
	return s, nil
}

func closeCount(s closing, cmd CountClose, env act.Env) (act.Changes, error) {
	if s.count.State != countOpen {
		return act.Changes{}, &refuse.Conflict{Table: "stock_count", Key: string(s.count.ID), By: s.count.CheckedBy}
	}
	unknown := func(who term.PersonID) bool { return who != "" && env.People.Name(who) == "" }
	switch {
	case unknown(cmd.CountedBy):
		return act.Changes{}, refuse.Field("counted_by", "unknown_person")
	case unknown(cmd.CheckedBy):
		return act.Changes{}, refuse.Field("checked_by", "unknown_person")
	case env.Signer(Checker) != "" && env.Signer(Checker) != cmd.CheckedBy:
		return act.Changes{}, refuse.Field("checked_by", "signed_by_another")
	case len(s.missing) > maxMissing:
		return act.Changes{}, refuse.Field("count", "too_many_missing")
	case s.open > 0:
		return act.Changes{}, &refuse.Invalid{Fields: []refuse.FieldError{{Field: "count", Code: "lines_open", Args: map[string]string{"n": strconv.Itoa(s.open)}}}}
	}
	next := s.count
	next.State, next.ClosedAt, next.CountedBy, next.CheckedBy = countClosed, env.At, cmd.CountedBy, cmd.CheckedBy
	next.CheckedSigned = env.Signer(Checker)
	next.Expected, next.Found, next.Missing = s.expected, s.tally[wasFound], s.tally[wasMissing]
	next.Extra, next.Elsewhere = s.tally[wasExtra]+s.tally[wasUnknown], s.tally[wasElsewhere]
	c := act.Changes{
		Subject: string(s.count.ID), Rows: []store.Change{Counts.Update(s.count, next)}, Targets: env.InPeriods(),
		Values: map[string]string{"expected": strconv.Itoa(next.Expected), "missing": strconv.Itoa(next.Missing)},
	}
	for _, id := range s.missing {
		c.Then = append(c.Then, act.Follow{Act: "custody.report_missing", Command: ReportMissing{Copy: id}})
	}
	// A duty of the year is named by the year before it.
	c.Targets = append(c.Targets, act.Target{Kind: "year", ID: strconv.Itoa(env.At.Add(-time.Millisecond).In(calendar.Zone).Year() - 1), CloseOnly: true})
	return c, nil
}
