package act

import (
	"fmt"
	"slices"

	"jiyao/internal/obligation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Ending is an item, or some copies of it, that is no more: struck, destroyed, returned, archived.
type Ending struct {
	Document term.DocumentID
	Copies   []term.CopyID // these alone; empty: no copy of the item lives any more
	Struck   bool          // the line was struck: nothing at all is owed on it
}

// Passing is a copy that goes from hand to hand.
type Passing struct {
	Document term.DocumentID
	Copy     term.CopyID
	From, To term.PersonID
}

// What is owed for the sake of a copy, and for that of an item of which there are copies. Any other duty goes on without
// them: a case, a finding, a search, the answer to an instruction.
var (
	ofCopies = []string{"copy", "loan", "in_leader_office"}
	ofItems  = append([]string{"item", "reader", "turn", "stop", "handling"}, ofCopies...)
)

// ends reports whether a duty ends with what is no more.
func (e Ending) ends(d obligation.Duty) bool {
	switch {
	case e.Struck:
		return true
	case len(e.Copies) == 0:
		return slices.Contains(ofItems, d.SubjectKind)
	}
	return slices.Contains(ofCopies, d.SubjectKind) && slices.Contains(e.Copies, term.CopyID(d.Subject))
}

// ended adds to the duties that an act closes those that end with what is no more, and hands on those of a piece that another
// holds now. What was late stays late, with who owed it then.
func (r *running) ended(rows []store.Change, changes Changes) ([]store.Change, error) {
	closed := map[string]bool{}
	for _, c := range rows {
		closed[c.Key()] = true
	}
	for _, e := range changes.Ends {
		err := r.owed(e.Document, closed, func(d obligation.Duty) {
			if e.ends(d) {
				closed[string(d.ID)] = true
				rows = append(rows, obligation.Duties.Update(d, obligation.Finish(d, r.env.At, r.env.Actor.Person)))
			}
		})
		if err != nil {
			return nil, err
		}
	}
	for _, p := range changes.Passes {
		err := r.owed(p.Document, closed, func(d obligation.Duty) {
			if p.From != "" && d.OwnerPerson == p.From && d.Subject == string(p.Copy) && slices.Contains(ofCopies, d.SubjectKind) {
				done, anew := obligation.Pass(d, term.ObligationID(r.env.ID()), p.To, r.env.At, r.env.Actor.Person)
				closed[string(d.ID)] = true
				rows = append(rows, obligation.Duties.Update(d, done), obligation.Duties.Insert(anew))
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// owed looks at each duty on an item that is open and stays so.
func (r *running) owed(document term.DocumentID, closed map[string]bool, see func(obligation.Duty)) error {
	open, err := obligation.OpenOf(r.tx, document)
	if err != nil {
		return fmt.Errorf("find open duties: %w", err)
	}
	for _, d := range open {
		if !closed[string(d.ID)] {
			see(d)
		}
	}
	return nil
}
