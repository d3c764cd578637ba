package identity

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"jiyao/internal/store"
	"jiyao/internal/term"
)

// lane is one count of failures: how many are free, what the first wait is, how long it may double to, and after
// how long a quiet the count begins anew.
type lane struct {
	id       string
	subject  string
	terminal term.TerminalID
	pair     bool // counts one account on one terminal; a success clears it
	free     int
	first    time.Duration
	most     time.Duration
	quiet    time.Duration
}

// subjectHash stands for a name in the throttle: of any length and content, and no name to read.
func subjectHash(kind, name string) string {
	sum := sha256.Sum256([]byte(kind + "\x00" + name))
	return hex.EncodeToString(sum[:16])
}

// lanes are the counts that a try stands in. by is the account that asks for a signature.
func lanes(purpose, subject string, terminal term.TerminalID, known bool, by term.AccountID) []lane {
	pair := lane{id: purpose + ":" + string(terminal) + ":" + subject, subject: subject, terminal: terminal, pair: true,
		free: 4, first: 30 * time.Second, most: 30 * time.Minute, quiet: 24 * time.Hour}
	out := []lane{pair}
	if by != "" { // one who goes from terminal to terminal guessing a colleague's PIN
		mine := pair
		mine.id, mine.terminal, mine.pair, mine.free, mine.quiet = purpose+":by:"+string(by)+":"+subject, "", false, 8, time.Hour
		out = append(out, mine)
	}
	if known {
		return append(out, lane{id: "terminal:" + string(terminal), terminal: terminal,
			free: 20, first: 30 * time.Second, most: 30 * time.Minute, quiet: time.Hour})
	}
	// So many lanes and no more, whatever names are tried: a flood fills no table with this one.
	return append(out, lane{id: "new:" + subject[:4], free: 50, first: 5 * time.Second, most: time.Minute, quiet: time.Hour})
}

// wait is how long after the n-th failure in a row nothing is looked at.
func (l lane) wait(n int) time.Duration {
	over := n - l.free - 1
	switch {
	case over < 0:
		return 0
	case over > 30:
		return l.most
	}
	return min(l.first<<over, l.most)
}

// fail is the row after one more failure.
func (l lane) fail(row Throttle, now time.Time) Throttle {
	if now.Sub(row.LastAt) > l.quiet {
		row.Failures = 0
	}
	row.ID, row.Subject, row.Terminal = l.id, l.subject, l.terminal
	row.Failures++
	row.LastAt, row.UntilAt = now, now.Add(l.wait(row.Failures))
	return row
}

// counted is a lane with its row.
type counted struct {
	lane lane
	row  Throttle
}

func loadLanes(tx *store.Tx, list []lane) ([]counted, error) {
	out := make([]counted, len(list))
	for i, l := range list {
		row, _, err := throttles.One(tx, "WHERE id = $1", l.id)
		if err != nil {
			return nil, fmt.Errorf("look at the throttle: %w", err)
		}
		out[i] = counted{l, row}
	}
	return out, nil
}

// throttled is until when nothing is looked at, by the longest of the lanes; zero where none holds it up.
func throttled(list []counted, now time.Time) (until time.Time) {
	for _, c := range list {
		if at := c.row.UntilAt; at.After(now) && at.After(until) {
			until = at
		}
	}
	return until
}

// count writes one try into its lanes and returns the failures in a row of the pair, this one included.
func count(tx *store.Tx, list []counted, ok bool, now time.Time) (int, error) {
	failures := 0
	for _, c := range list {
		next := c.row
		switch {
		case !ok:
			next = c.lane.fail(c.row, now)
		case c.lane.pair:
			next.Failures, next.UntilAt = 0, time.Time{}
		}
		if c.lane.pair {
			failures = next.Failures
		}
		change := throttles.Update(c.row, next)
		if c.row.Rev == 0 {
			if next.ID == "" {
				continue // never failed, nothing to clear
			}
			change = throttles.Insert(next)
		}
		if err := throttles.PutNow(tx, change); err != nil {
			return 0, fmt.Errorf("count a try: %w", err)
		}
	}
	return failures, nil
}

// ClearThrottle gives the changes that let an account try again: at one terminal, or everywhere when terminal is
// empty. For identity.unlock.
func ClearThrottle(tx *store.Tx, a Account, terminal term.TerminalID) ([]store.Change, error) {
	rows, err := throttles.Select(tx, "WHERE subject = $1 LIMIT 1000", subjectHash("login", a.Login))
	if err != nil {
		return nil, fmt.Errorf("find the throttle of an account: %w", err)
	}
	var out []store.Change
	for _, r := range rows {
		if terminal != "" && r.Terminal != terminal {
			continue
		}
		next := r
		next.Failures, next.UntilAt = 0, time.Time{}
		out = append(out, throttles.Update(r, next))
	}
	return out, nil
}
