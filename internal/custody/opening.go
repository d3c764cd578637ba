package custody

import (
	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Opening is how a piece stands in the books from before the program (期初建账).
type Opening struct {
	OldNo  string        // 原编号; empty: the number of the book is that of the line
	Place  term.PlaceID  // where it lies, or where its holder keeps it; empty: not said
	Holder term.PersonID // who has it; empty: nobody
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
				OutAt: env.At, KeptIn: b.Place,
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

// KnownBefore reports whether a carrier with that number of the old books is there already, of the same year.
func KnownBefore(tx *store.Tx, oldNo string, year int) (bool, error) {
	n, err := Copies.Count(tx, "WHERE old_no = $1 AND document IN (SELECT d.id FROM document d WHERE d.year = $2)", oldNo, year)
	return n > 0, err
}
