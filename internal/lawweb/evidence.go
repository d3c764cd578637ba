package lawweb

import (
	"fmt"
	"strconv"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/identity"
	"jiyao/internal/ledger"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
)

// counts is what a year left behind of one clause.
type counts struct {
	Refused int     // tries refused with it
	Late    int     // duties that ran late
	Done    int     // duties done in time
	Months  [12]int // refusals by month
}

// evidenceFor reports whether a viewer may see counts: who keeps the register, and the auditor.
func evidenceFor(v counter.Viewer) bool { return v.Keeps() || v.Admin(identity.AuditAdmin) }

// yearOf is the current year in Asia/Shanghai.
func yearOf(now time.Time) (from, to time.Time) {
	y := now.In(calendar.Zone).Year()
	return time.Date(y, 1, 1, 0, 0, 0, 0, calendar.Zone), time.Date(y+1, 1, 1, 0, 0, 0, 0, calendar.Zone)
}

// evidence counts by clause, over the whole year or for one clause.
func evidence(tx *store.Tx, now time.Time, only term.Clause) (map[term.Clause]*counts, error) {
	from, to := yearOf(now)
	out := map[term.Clause]*counts{}
	of := func(id string) *counts {
		c := out[term.Clause(id)]
		if c == nil {
			c = &counts{}
			out[term.Clause(id)] = c
		}
		return c
	}
	if err := refusals(tx, from, to, only, of); err != nil {
		return nil, err
	}
	q := "SELECT clause, CASE WHEN late_at IS NULL THEN 0 ELSE 1 END, count(*) FROM obligation WHERE opened_at >= $1 AND opened_at < $2 AND (late_at IS NOT NULL OR state = 'closed')"
	args := []any{from.UnixMilli(), to.UnixMilli()}
	if only != "" {
		q, args = q+" AND clause = $3", append(args, string(only))
	}
	rows, err := tx.Query(q+" GROUP BY clause, CASE WHEN late_at IS NULL THEN 0 ELSE 1 END", args...)
	if err != nil {
		return nil, fmt.Errorf("count duties: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err tells
	for rows.Next() {
		var id string
		var late, n int
		if err := rows.Scan(&id, &late, &n); err != nil {
			return nil, fmt.Errorf("count duties: %w", err)
		}
		if c := of(id); late == 1 {
			c.Late += n
		} else {
			c.Done += n
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("count duties: %w", err)
	}
	return out, nil
}

// maxRefusals bounds what one page counts.
const maxRefusals = 200_000

// refusals counts by month. It is driven by the index of clauses, which holds refused tries alone; entries are read
// by their number.
func refusals(tx *store.Tx, from, to time.Time, only term.Clause, of func(string) *counts) error {
	q := "SELECT c.clause, e.recorded_at FROM ledger_clause c JOIN ledger_entry e ON e.seq = c.seq WHERE e.outcome = $1 AND e.recorded_at >= $2 AND e.recorded_at < $3"
	args := []any{string(ledger.Refused), from.UnixMilli(), to.UnixMilli()}
	if only != "" {
		q, args = q+" AND c.clause = $4", append(args, string(only))
	}
	rows, err := tx.Query(q+" LIMIT "+strconv.Itoa(maxRefusals), args...)
	if err != nil {
		return fmt.Errorf("count refusals: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err tells
	for rows.Next() {
		var id string
		var at int64
		if err := rows.Scan(&id, &at); err != nil {
			return fmt.Errorf("count refusals: %w", err)
		}
		c := of(id)
		c.Refused++
		c.Months[time.UnixMilli(at).In(calendar.Zone).Month()-1]++
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("count refusals: %w", err)
	}
	return nil
}
