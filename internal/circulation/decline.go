package circulation

import (
	"fmt"
	"slices"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/obligation"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Decline records that a reader does not sign 已阅: he will not, or he is gone for good. Two witnesses sign beside who
// records it. The copy must be back first; then the reader counts as answered for, and the book says how.
type Decline struct {
	Stop   term.StopID `json:"stop" req:"true"`
	Why    Why         `json:"why" req:"true" in:"why"`
	Reason string      `json:"reason" req:"true"`
}

type declining struct {
	atStop
	next []term.PersonID // whose turn comes once this reader waits no longer
}

type declineFacts struct {
	facts
	Witnesses int `fact:"witnesses"` // who attest it
}

var _ = act.Define("circulation.decline", act.Act[Decline, declining, declineFacts]{
	Check: checkDecline,
	Load:  loadDecline,
	Knows: func(s declining, _ Decline, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s declining, _ Decline) []act.Event {
		return []act.Event{s.opened(), {What: "opened", At: s.stop.AddedAt}, {What: "back", At: s.stop.BackAt}}
	},
	Facts: func(s declining, _ Decline, env act.Env) declineFacts {
		return declineFacts{s.facts(env, append([]term.PersonID{s.stop.Reader}, s.next...)...), len(env.Witnesses(s.stop.Reader))}
	},
	Decide: decideDecline,
})

func checkDecline(cmd Decline) error {
	switch {
	case cmd.Why == "":
		return refuse.Field("why", "required")
	case strings.TrimSpace(cmd.Reason) == "":
		return refuse.Field("reason", "required")
	}
	return nil
}

func loadDecline(tx *act.Tx, cmd Decline) (declining, error) {
	at, err := loadStop(tx, cmd.Stop)
	if err != nil || at.stop.State != Waiting {
		return declining{atStop: at}, err
	}
	d := declining{atStop: at}
	free, err := links.Free(tx.Tx, at.stop.Document)
	if err != nil {
		return d, fmt.Errorf("count the copies that are free: %w", err)
	}
	for _, s := range at.stops {
		if s.State != Waiting || s.ID == at.stop.ID || free == 0 {
			continue
		}
		free--
		open, err := obligation.Duties.Count(tx.Tx, "WHERE subject = $1 AND subject_kind = 'turn' AND state = 'open'", s.key())
		if err != nil {
			return d, fmt.Errorf("look for turns that have come: %w", err)
		}
		if open == 0 {
			d.next = append(d.next, s.Reader)
		}
	}
	return d, nil
}

func decideDecline(s declining, cmd Decline, env act.Env) (act.Changes, error) {
	switch {
	case cmd.Why == Unscoped && (!s.item.ScopeFixed || slices.Contains(s.item.Scope, s.stop.Reader)):
		return act.Changes{}, refuse.Field("why", "still_in_scope")
	case s.stop.Reader == env.Actor.Person:
		return act.Changes{}, refuse.Field("stop", "own_reading")
	case s.circulation.State == Open && (s.stop.State == Out || s.stop.State == Read):
		return act.Changes{}, refuse.Field("stop", "copy_first")
	case s.circulation.State != Open || !s.stop.Unserved():
		return act.Changes{}, &refuse.Conflict{Table: "stop", Key: string(s.stop.ID), By: s.stop.DeclinedBy}
	}
	next := s.stop
	next.State, next.DeclinedAt, next.DeclinedBy = Declined, env.At, env.Actor.Person
	next.Why, next.DeclinedReason, next.Witnesses = cmd.Why, store.Plain(strings.TrimSpace(cmd.Reason)), env.Witnesses(s.stop.Reader)
	c := act.Changes{
		Subject: string(next.ID), Document: next.Document, Rows: []store.Change{Stops.Update(s.stop, next)},
		Targets: append(next.answered(env), act.Target{Kind: "turn", ID: next.key(), Person: next.Reader, CloseOnly: true}),
		Then:    s.awaited(next),
	}
	for _, p := range s.next {
		c.Targets = append(c.Targets, act.Target{Kind: "turn", ID: Stop{Document: next.Document, Reader: p}.key(), Person: p, OpenOnly: true})
	}
	return c, nil
}

// key names one reader of one document, as the document's duties do.
func (s Stop) key() string { return string(s.Document) + "/" + string(s.Reader) }

// answered is what is owed to a reader and ends once he has signed, or it is attested that he does not: his own, and that
// of each unit for which he receives.
func (s Stop) answered(env act.Env) []act.Target {
	out := []act.Target{{Kind: "reader", ID: s.key(), Person: s.Reader, CloseOnly: true}}
	for _, u := range links.Receives(env.People, s.Reader) {
		out = append(out, act.Target{Kind: "reader", ID: string(s.Document) + "/unit/" + string(u), Person: s.Reader, CloseOnly: true})
	}
	return out
}
