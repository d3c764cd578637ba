package custody

import (
	"cmp"
	"errors"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Opening is how a piece stands in the books from before the program (期初建账).
type Opening struct {
	OldNo  string        // 原编号; empty: the number of the book is that of the line
	Place  term.PlaceID  // where it lies, or where its holder keeps it; empty: not said
	Holder term.PersonID // who has it; empty: nobody
	Since  string        // when it went to him: YYYY-MM-DD; empty: the book does not say
	Due    calendar.Date // when it has to be back; zero: no day is set
}

// Stand lets new copies stand as the old books say: in their place, or with who has them. A piece with a day to be back is a
// loan; any other was handed out. Nobody has signed for it here, and the line says so: the paper of before is what he signed.
func (b Opening) Stand(copies []Copy, env act.Env) (lines []store.Change, reached []act.Target) {
	for i := range copies {
		c := &copies[i]
		c.OldNo = b.OldNo
		switch {
		case b.Holder == "" && b.Place != "":
			c.State, c.Place = InPlace, b.Place
		case b.Holder != "":
			line := HandOver{
				ID: term.HandOverID(env.ID()), Copy: c.ID, Document: c.Document, Class: c.Class, Kind: "hand_out", Giver: env.Actor.Person, Receiver: b.Holder,
				OutAt: env.At, OldDay: cmp.Or(b.Since, term.Unsaid), KeptIn: b.Place,
			}
			if b.Due != (calendar.Date{}) {
				line.Kind, line.ReturnBy, line.Destination = "lend", b.Due.Add(1).Start().In(calendar.Zone), premises("")
			}
			c.State, c.Holder, c.HandOver, c.Since = Held, b.Holder, line.ID, env.At
			owes := owed(*c, b.Holder, line.ReturnBy)
			if line.Kind == "lend" { // what is out still is owed as any loan is
				owes.As = "custody.lend"
			}
			lines, reached = append(lines, HandOvers.Insert(line)), append(reached, owes)
		}
	}
	return lines, reached
}

// Resting is a new piece in the place where the old books have it, as the law looks at it.
type Resting struct {
	Item      regulation.Item
	Medium    string
	Custodian term.PersonID
	Holder    term.PersonID // who keeps it there; empty: nobody
	Issuer    string
	Year      int
}

// Against gives the clauses that would not let it be put there, for good: the night is none of its going out. at is of Located.
func (l Resting) Against(at Place, env act.Env, ask act.Asking) ([]term.Clause, error) {
	h := held{copy: Copy{Level: l.Item.Level, Medium: l.Medium, Custodian: l.Custodian, State: InPlace}, item: act.Item{Item: l.Item}}
	if l.Holder != "" { // he puts it there himself
		h.copy.State, h.copy.Holder, h.item.Holders, env.Actor.Person = Held, l.Holder, []term.PersonID{l.Holder}, l.Holder
	}
	f := placing{held: h, place: at, filed: filed{l.Item.Level, l.Issuer, l.Year}}.facts(env)
	f.Destination, f.AfterClosing, f.InNight = whereto("", at), true, true
	refusal, err := ask("custody.place", f)
	if refusal == nil || err != nil {
		return nil, err
	}
	return refusal.Clauses(), nil
}

// Located gives a place as the law looks at it; false where there is none.
func Located(tx *store.Tx, id term.PlaceID) (Place, bool, error) {
	p, err := locate(tx, id)
	if errors.Is(err, refuse.ErrNotFound) {
		return p, false, nil
	}
	return p, err == nil, err
}

// KnownBefore reports whether a carrier with that number of the old books is there already, of the same year.
func KnownBefore(tx *store.Tx, oldNo string, year int) (bool, error) {
	n, err := Copies.Count(tx, "WHERE old_no = $1 AND document IN (SELECT d.id FROM document d WHERE d.year = $2)", oldNo, year)
	return n > 0, err
}
