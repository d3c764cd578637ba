package document

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// sameNo is how far back an envelope of the same number counts: senders begin anew each year.
const sameNo = 366 * 24 * time.Hour

// met is an envelope of the same sender and number that was taken in before.
type met struct {
	at     time.Time
	number string // of the line it was registered under, where the actor may know of it
}

// metBefore finds for each line, by its place in the list, the newest envelope of the same sender and number. A line that
// is confirmed to be another one is not looked for.
func metBefore(tx *act.Tx, lines []EnvelopeLine) (map[int]met, error) {
	out := map[int]met{}
	for i, line := range lines {
		no := strings.TrimSpace(line.No)
		if no == "" || line.Again {
			continue
		}
		list, err := Envelopes.Select(tx.Tx, "WHERE no = $1 AND received_at > $2 ORDER BY received_at DESC, id LIMIT 50", no, tx.Env.At.Add(-sameNo).UnixMilli())
		if err != nil {
			return nil, fmt.Errorf("look for the same envelope: %w", err)
		}
		for _, e := range list {
			if err := Envelopes.Reveal(tx.Tx, &e, "issuer"); err != nil {
				return nil, fmt.Errorf("open an envelope's line: %w", err)
			}
			issuer, err := text(e.Issuer)
			if err != nil {
				return nil, err
			}
			if !sameName(issuer, line.Issuer) {
				continue
			}
			out[i] = met{at: e.ReceivedAt}
			if e.Document != "" {
				if out[i], err = numbered(tx, e); err != nil {
					return nil, err
				}
			}
			break
		}
	}
	return out, nil
}

// numbered names the line an envelope was registered under to who may know of that.
func numbered(tx *act.Tx, e Envelope) (met, error) {
	l, err := load(tx, e.Document)
	if err != nil {
		return met{}, fmt.Errorf("read what an envelope became: %w", err)
	}
	acting, _ := tx.Env.People.Acting(tx.Env.Actor.Person)
	sight, err := tx.Env.Law.Sight(append(append([]string{}, tx.Env.People.Posts(tx.Env.Actor.Person)...), acting...), tx.Env.Person(tx.Env.Actor.Person).Left)
	if err != nil {
		return met{}, fmt.Errorf("ask who may know of a line: %w", err)
	}
	m := met{at: e.ReceivedAt}
	if matter := l.item.Matter(tx.Env.Actor.Person); sight.Sees(regulation.Class(l.doc.Class), matter.Ways) {
		m.number = Number(l.doc)
	}
	return m, nil
}

// sameName compares senders as people write them: spaces apart.
func sameName(a, b string) bool {
	return strings.Join(strings.Fields(a), "") == strings.Join(strings.Fields(b), "")
}

// twice answers each line whose envelope was taken in before; line counts from 1.
func twice(before map[int]met) error {
	var bad refuse.Invalid
	for i := range maxEnvelopes {
		m, ok := before[i]
		if !ok {
			continue
		}
		e := refuse.FieldError{Field: onLine(i, "envelope_no"), Code: "received_before", Args: map[string]string{
			"line": strconv.Itoa(i + 1), "time": m.at.Format("2006-01-02 15:04"), "number": m.number,
		}}
		if m.number != "" {
			e.Code = "received_as"
		}
		bad.Fields = append(bad.Fields, e)
	}
	if len(bad.Fields) > 0 {
		return &bad
	}
	return nil
}

// usedBefore reports whether another line that is not struck bears the number.
func usedBefore(tx *act.Tx, no string, but term.DocumentID) (bool, error) {
	if no == "" || no == string(term.NoDocNumber) {
		return false, nil
	}
	token, err := docNoToken(tx.Env, no)
	if err != nil {
		return false, err
	}
	_, used, err := Documents.One(tx.Tx, "WHERE doc_no_token = $1 AND id <> $2 AND state <> 'voided' LIMIT 1", token, string(but))
	if err != nil {
		return false, fmt.Errorf("look for the same number: %w", err)
	}
	return used, nil
}
