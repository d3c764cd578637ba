package people

import (
	"fmt"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// GoAway is leave (请假) that somebody takes, recorded by himself before it begins.
type GoAway struct {
	From   string `json:"from" req:"true"` // YYYY-MM-DD
	To     string `json:"to" req:"true"`   // YYYY-MM-DD, inclusive
	Reason string `json:"reason" secret:"true" max:"200"`
}

// leavingBehind is what somebody has with him who is about to go.
type leavingBehind struct{ unlocked int }

// behindFacts are what the law may look at of it.
type behindFacts struct {
	ClassifiedUnlocked int `fact:"classified_unlocked"` // copies of 秘密 or above with him that are not locked away
}

// ActorRelations: everybody goes for himself.
func (behindFacts) ActorRelations() []string { return []string{"own"} }

var _ = act.Define("people.away", act.Act[GoAway, leavingBehind, behindFacts]{
	Load: func(tx *act.Tx, _ GoAway) (s leavingBehind, err error) {
		s.unlocked, err = unlocked(tx)
		return s, err
	},
	Facts:  func(s leavingBehind, _ GoAway, _ act.Env) behindFacts { return behindFacts{s.unlocked} },
	Decide: decideAway,
})

// unlocked counts what the actor would leave behind.
func unlocked(tx *act.Tx) (int, error) {
	if belongings == nil {
		return 0, fmt.Errorf("count what a person leaves behind: %w", refuse.ErrUnavailable)
	}
	return belongings.Unlocked(tx, tx.Env.Actor.Person)
}

func decideAway(_ leavingBehind, cmd GoAway, env act.Env) (act.Changes, error) {
	if err := refuse.Join(&refuse.Invalid{Fields: spanFaults(cmd.From, cmd.To)}); err != nil {
		return act.Changes{}, err
	}
	if cmd.To < env.Today().String() {
		return act.Changes{}, refuse.Field("to", "in_the_past")
	}
	a := Away{
		ID: env.ID(), Person: env.Actor.Person, FirstDay: cmd.From, LastDay: cmd.To, Reason: store.Plain(strings.TrimSpace(cmd.Reason)), RecordedAt: env.At,
	}
	return act.Changes{Subject: a.ID, Rows: []store.Change{Aways.Insert(a)}, Values: map[string]string{"away": a.ID}}, nil
}

// spanFaults answers days that are none, and a span that ends before it begins.
func spanFaults(from, to string) []refuse.FieldError {
	var bad []refuse.FieldError
	for _, day := range []struct{ field, value string }{{"from", from}, {"to", to}} {
		if _, err := calendar.ParseDate(day.value); err != nil {
			bad = append(bad, refuse.FieldError{Field: day.field, Code: "bad_format"})
		}
	}
	if len(bad) == 0 && to < from {
		bad = append(bad, refuse.FieldError{Field: "to", Code: "before_from"})
	}
	return bad
}

// AwaysOf lists the leave that somebody has recorded and that is not over on a day, the next first; at most 20.
func AwaysOf(tx *store.Tx, id term.PersonID, today calendar.Date) ([]Away, error) {
	rows, err := Aways.Select(tx, "WHERE person = $1 AND to_on >= $2 ORDER BY from_on, id LIMIT 20", string(id), today.String())
	if err != nil {
		return nil, fmt.Errorf("read somebody's leave: %w", err)
	}
	return rows, nil
}

// AwaysFrom lists the leave of everybody that is not over on a day, still sealed, the next first; at most 200.
func AwaysFrom(tx *store.Tx, today calendar.Date) ([]Away, error) {
	rows, err := Aways.Select(tx, "WHERE to_on >= $1 ORDER BY from_on, id LIMIT 200", today.String())
	if err != nil {
		return nil, fmt.Errorf("read who is on leave: %w", err)
	}
	return rows, nil
}

// AwayUntil is the last day of the leave that somebody is on; empty where he is here.
func AwayUntil(tx *store.Tx, id term.PersonID, today calendar.Date) (string, error) {
	list, err := AwaysOf(tx, id, today)
	if err != nil {
		return "", err
	}
	last := ""
	for _, a := range list {
		if a.FirstDay <= today.String() {
			last = max(last, a.LastDay)
		}
	}
	return last, nil
}

// JourneysFrom lists the trips of everybody that are not over on a day, still sealed, the next first; at most 200. With a person,
// his alone.
func JourneysFrom(tx *store.Tx, id term.PersonID, today calendar.Date) ([]Journey, error) {
	rows, err := Journeys.Select(tx, "WHERE to_on >= $1 AND (person = $2 OR $2 = '') ORDER BY from_on, id LIMIT 200", today.String(), string(id))
	if err != nil {
		return nil, fmt.Errorf("read who is on a trip: %w", err)
	}
	return rows, nil
}

// Reveal opens the reason of leave and the purpose of a trip: for himself alone.
func Reveal(tx *store.Tx, aways []Away, trips []Journey) error {
	for i := range aways {
		if err := Aways.Reveal(tx, &aways[i]); err != nil {
			return fmt.Errorf("open the reason of leave: %w", err)
		}
	}
	for i := range trips {
		if err := Journeys.Reveal(tx, &trips[i]); err != nil {
			return fmt.Errorf("open the purpose of a trip: %w", err)
		}
	}
	return nil
}
