package custody

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/checklist"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// DayEnd is the sheet that is signed at the end of a day, by whom the packs ask for it.
const DayEnd = "day_end"

// maxHeld is the most copies that are looked at of what one person holds; whoever holds more has not put them away.
const maxHeld = 2000

// Kept is a copy that somebody holds, and where he keeps it: a zero place is with him.
type Kept struct {
	Copy  Copy
	Line  HandOver
	Place Place
	his   bool // the place is one that he may use
}

// away reports whether it is put away: in a cabinet of his with a lock that is protected as the packs in force ask.
func (k Kept) away(env act.Env) bool {
	return k.his && k.Place.Cabinet() && k.Place.Locked() && protected(k.Place, env)
}

// usable reports whether a place is one that somebody may keep things in: his own or dedicated to him; of nobody; or, where it
// is dedicated to no other, one of his room or of his department.
func (p Place) usable(tx *store.Tx, people act.Directory, who term.PersonID) (bool, error) {
	unit := people.Unit(who)
	switch {
	case p.Keeper == who, p.Officer == who:
		return true, nil
	case p.Officer != "":
		return false, nil
	case p.Keeper == "", unit != "" && people.Unit(p.Keeper) == unit:
		return true, nil
	case p.Room == "":
		return false, nil
	}
	n, err := Places.Count(tx, "WHERE keeper = $1 AND room = $2", string(who), p.Room)
	if err != nil {
		return false, fmt.Errorf("look whose room a place is in: %w", err)
	}
	return n > 0, nil
}

// Holdings lists what a person holds, each with where he keeps it.
func Holdings(tx *store.Tx, people act.Directory, person term.PersonID) ([]Kept, error) {
	rows, err := Copies.Select(tx, "WHERE holder = $1 AND state = 'held' ORDER BY id LIMIT $2", string(person), maxHeld)
	if err != nil {
		return nil, fmt.Errorf("list what somebody holds: %w", err)
	}
	places, his := map[term.PlaceID]Place{"": {}}, map[term.PlaceID]bool{}
	out := make([]Kept, len(rows))
	for i, c := range rows {
		out[i].Copy = c
		if c.HandOver == "" {
			continue
		}
		if out[i].Line, err = HandOvers.Get(tx, c.HandOver); err != nil {
			return nil, fmt.Errorf("read the line of what somebody holds: %w", err)
		}
		in := out[i].Line.KeptIn
		if _, ok := places[in]; !ok {
			if places[in], err = locate(tx, in); err != nil {
				return nil, fmt.Errorf("find where somebody keeps what he holds: %w", err)
			}
			if his[in], err = places[in].usable(tx, people, person); err != nil {
				return nil, err
			}
		}
		out[i].Place, out[i].his = places[in], his[in]
	}
	return out, nil
}

// HadSince reports whether a person has something, or had it at some time since then.
func HadSince(tx *store.Tx, person term.PersonID, since time.Time) (bool, error) {
	n, err := HandOvers.Count(tx, "WHERE receiver = $1 AND (back_at IS NULL OR back_at >= $2)", string(person), since.UnixMilli())
	if err != nil {
		return false, fmt.Errorf("look what somebody had today: %w", err)
	}
	return n > 0, nil
}

// CameSince reports whether a person still has something that came to him after that moment.
func CameSince(tx *store.Tx, person term.PersonID, since time.Time) (bool, error) {
	n, err := HandOvers.Count(tx, "WHERE receiver = $1 AND back_at IS NULL AND out_at > $2", string(person), since.UnixMilli())
	if err != nil {
		return false, fmt.Errorf("look what came to somebody since: %w", err)
	}
	return n > 0, nil
}

// Evening is what the law may look at of what somebody holds when he leaves.
type Evening struct {
	HoldsUnlocked      int `fact:"holds_unlocked"`      // copies of any level that are not put away
	ClassifiedUnlocked int `fact:"classified_unlocked"` // of these, classified
	DeskItems          int `fact:"desk_items"`          // on a desk, or nobody said where
}

// EveningOf counts what somebody leaves behind. What is on a trip with him is not left.
func EveningOf(holds []Kept, env act.Env) Evening {
	var f Evening
	for _, k := range holds {
		if k.Place.ID == "" || k.Place.Kind == "desk" {
			f.DeskItems++
		}
		if k.away(env) {
			continue
		}
		f.HoldsUnlocked++
		if k.Copy.Level.Classified() {
			f.ClassifiedUnlocked++
		}
	}
	return f
}

// SignOff is the end of a day: the person signs the lines of the sheet day_end.
type SignOff struct {
	Lines map[string]string `json:"lines"` // line → answer: yes, no, or what the line asks
	Loans *int              `json:"loans"` // how many copies are lent out, where the list of open loans is confirmed
}

// signingOff is what somebody has in the evening, and what is lent out where he confirms that list.
type signingOff struct {
	kept    []Kept
	carried int // what he has with him on a trip
	loans   []act.Thing
}

type signOffFacts struct {
	Evening
	checklist.Facts
	LoansConfirmed bool `fact:"loans_confirmed"` // as many are lent out as he says
}

// ActorRelations: everybody signs off for himself.
func (signOffFacts) ActorRelations() []string { return []string{"own"} }

var _ = act.Define("custody.sign_off", act.Act[SignOff, signingOff, signOffFacts]{
	Load: func(tx *act.Tx, cmd SignOff) (s signingOff, err error) {
		who := tx.Env.Actor.Person
		if s.kept, err = Holdings(tx.Tx, tx.Env.People, who); err != nil {
			return s, err
		}
		if s.carried, err = Copies.Count(tx.Tx, "WHERE holder = $1 AND state = 'carried'", string(who)); err == nil && cmd.Loans != nil {
			s.loans, err = loansOut(tx.Tx)
		}
		return s, err
	},
	Facts: func(s signingOff, cmd SignOff, env act.Env) signOffFacts {
		return signOffFacts{
			EveningOf(s.kept, env), checklist.FactsOf(env.Law, DayEnd, env.People.Posts(env.Actor.Person), cmd.Lines), cmd.Loans != nil && *cmd.Loans == len(s.loans),
		}
	},
	Decide: decideSignOff,
})

func decideSignOff(s signingOff, cmd SignOff, env act.Env) (act.Changes, error) {
	if err := checklist.Check(env.Law, DayEnd, cmd.Lines); err != nil {
		return act.Changes{}, err
	}
	if err := checklist.CheckFigures(env.Law, DayEnd, cmd.Lines, len(s.kept)+s.carried); err != nil {
		return act.Changes{}, err
	}
	// Of all the loans only who keeps the register may know.
	if keeps := slices.Contains(env.People.Posts(env.Actor.Person), officerPost); keeps && cmd.Loans != nil && *cmd.Loans != len(s.loans) {
		return act.Changes{}, &refuse.Invalid{Fields: []refuse.FieldError{{Field: "loans", Code: "not_by_the_book", Args: map[string]string{"n": strconv.Itoa(len(s.loans))}}}}
	}
	who := string(env.Actor.Person)
	sheet := checklist.Sheet{ID: env.ID(), Name: DayEnd, Person: env.Actor.Person, Day: env.Today().String(), Lines: cmd.Lines, SignedAt: env.At}
	c := act.Changes{
		Subject: sheet.ID, Rows: []store.Change{checklist.Sheets.Insert(sheet)},
		Targets: []act.Target{
			{Kind: "person", ID: who, Person: env.Actor.Person, CloseOnly: true}, {Kind: "keeper", ID: who, Person: env.Actor.Person, CloseOnly: true},
		},
		No: checklist.NoLines(env.Law, DayEnd, cmd.Lines),
	}
	for _, l := range s.loans {
		c.Targets = append(c.Targets, act.Target{Kind: "loan", ID: l.ID, CloseOnly: true})
	}
	return c, nil
}
