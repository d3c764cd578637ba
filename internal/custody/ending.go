package custody

import (
	"fmt"
	"slices"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// How the life of a copy ended; see Copy.Ending.
const (
	Archived    = "archived"
	Returned    = "returned"
	Transferred = "transferred" // to another unit
	Destroyed   = "destroyed"
	Voided      = "voided" // its line was struck
)

// Finish follows the end of a list or a destruction: the life of these copies has ended.
type Finish struct {
	Copies []term.CopyID `json:"copies"`
	Ending string        `json:"ending"`
}

// Settle tells the document that no copy of it lives any more.
type Settle struct {
	Documents []term.DocumentID `json:"documents"`
	Shred     []term.DocumentID `json:"shred"` // of these, those of which nothing is kept
}

type finishing struct {
	lines
	settled, shred []term.DocumentID
}

var _ = act.Define("custody.finish", act.Act[Finish, finishing, systemFacts]{
	Load:   loadFinishing,
	Facts:  func(finishing, Finish, act.Env) systemFacts { return systemFacts{} },
	Decide: decideFinish,
})

func decideFinish(s finishing, cmd Finish, env act.Env) (act.Changes, error) {
	c := act.Changes{}
	for _, row := range s.copies {
		if row.State != InPlace && row.State != Received { // whoever has it gives it back first, and signs
			return c, &refuse.Conflict{Table: "copy", Key: string(row.ID), With: row.Holder}
		}
		if c.Subject == "" {
			c.Subject, c.Document = string(row.ID), row.Document
		}
		next := row
		next.State, next.Place, next.Holder, next.HandOver, next.Since, next.Ending, next.Device = Ended, "", "", "", env.At, cmd.Ending, ""
		c.Rows = append(c.Rows, Copies.Update(row, next))
		c.Targets = append(c.Targets, act.Target{Kind: "copy", ID: string(row.ID), CloseOnly: true})
		i := slices.IndexFunc(c.Ends, func(e act.Ending) bool { return e.Document == row.Document })
		if i < 0 {
			c.Ends, i = append(c.Ends, act.Ending{Document: row.Document}), len(c.Ends)
		}
		c.Ends[i].Copies = append(c.Ends[i].Copies, row.ID)
	}
	if len(s.settled) > 0 {
		c.Then = []act.Follow{{Act: "document.settle", Command: Settle{Documents: s.settled, Shred: s.shred}}}
	}
	return c, nil
}

// loadFinishing reads the copies with their open lines, and of which documents nothing is left then. Nothing is kept of one
// whose copies were all destroyed or given away, the last ones destroyed now.
func loadFinishing(tx *act.Tx, cmd Finish) (finishing, error) {
	s := finishing{}
	ending := map[term.CopyID]bool{}
	for _, id := range cmd.Copies {
		c, err := Copies.Get(tx.Tx, id)
		if err != nil {
			return s, err
		}
		line := HandOver{}
		if c.HandOver != "" {
			if line, err = HandOvers.Get(tx.Tx, c.HandOver); err != nil {
				return s, fmt.Errorf("read the open line: %w", err)
			}
		}
		s.copies, s.lines.lines, ending[id] = append(s.copies, c), append(s.lines.lines, line), true
	}
	seen := map[term.DocumentID]bool{}
	for _, c := range s.copies {
		if seen[c.Document] {
			continue
		}
		seen[c.Document] = true
		all, err := Copies.Select(tx.Tx, "WHERE document = $1 ORDER BY seq", string(c.Document))
		if err != nil {
			return s, fmt.Errorf("read the copies of a document: %w", err)
		}
		live, kept := false, cmd.Ending != Destroyed
		for _, other := range all {
			switch {
			case ending[other.ID]:
			case other.State != Ended:
				live = true
			case other.Ending == Archived || other.Ending == Transferred:
				kept = true
			}
		}
		if !live {
			s.settled = append(s.settled, c.Document)
			if !kept {
				s.shred = append(s.shred, c.Document)
			}
		}
	}
	return s, nil
}

// SettledBy gives the documents of these copies of which no other copy lives, in order.
func SettledBy(tx *store.Tx, ids []term.CopyID) ([]term.DocumentID, error) {
	here, of := map[term.DocumentID]int{}, []term.DocumentID{}
	for _, id := range ids {
		c, err := Copies.Get(tx, id)
		if err != nil {
			return nil, err
		}
		if here[c.Document] == 0 {
			of = append(of, c.Document)
		}
		here[c.Document]++
	}
	var out []term.DocumentID
	for _, d := range of {
		live, err := Copies.Count(tx, "WHERE document = $1 AND state <> 'ended'", string(d))
		if err != nil {
			return nil, fmt.Errorf("count the live copies of a document: %w", err)
		}
		if live <= here[d] {
			out = append(out, d)
		}
	}
	return out, nil
}

// HeldBy counts the copies that a person holds or answers for.
func HeldBy(tx *store.Tx, id term.PersonID) (int, error) {
	held, err := Copies.Count(tx, "WHERE holder = $1 AND state IN ('held', 'carried')", string(id))
	if err != nil {
		return 0, fmt.Errorf("count what a person holds: %w", err)
	}
	kept, err := Copies.Count(tx, "WHERE custodian = $1 AND custodian <> '' AND state <> 'ended' AND NOT (state IN ('held', 'carried') AND holder = $1)", string(id))
	if err != nil {
		return 0, fmt.Errorf("count what a person answers for: %w", err)
	}
	return held + kept, nil
}

// InStore counts what lies in store: nobody has it but who keeps the store.
func InStore(tx *store.Tx) (int, error) {
	n, err := Copies.Count(tx, "WHERE state IN ('received', 'in_place')")
	if err != nil {
		return 0, fmt.Errorf("count what lies in store: %w", err)
	}
	return n, nil
}

// Reassign follows a hand-over by list inside the house: who takes it holds what was held, and answers for what the other
// answered for.
type Reassign struct {
	Copies []term.CopyID `json:"copies"`
	To     term.PersonID `json:"to"`
}

var _ = act.Define("custody.reassign", act.Act[Reassign, finishing, systemFacts]{
	Load: func(tx *act.Tx, cmd Reassign) (finishing, error) {
		return loadFinishing(tx, Finish{Copies: cmd.Copies})
	},
	Facts:  func(finishing, Reassign, act.Env) systemFacts { return systemFacts{} },
	Decide: decideReassign,
})

func decideReassign(s finishing, cmd Reassign, env act.Env) (act.Changes, error) {
	c := act.Changes{}
	for i, row := range s.copies {
		if c.Subject == "" {
			c.Subject, c.Document = string(row.ID), row.Document
		}
		next := row
		if row.Custodian != "" || row.State != Held {
			next.Custodian = cmd.To
		}
		if line := s.lines.lines[i]; line.ID != "" && row.State == Held {
			back := line
			back.BackAt, back.TakenBy = env.At, cmd.To
			anew := HandOver{
				ID: term.HandOverID(env.ID()), Copy: row.ID, Document: row.Document, Class: row.Class, Kind: "transfer", Giver: row.Holder, Receiver: cmd.To,
				OutAt: env.At, ReturnBy: line.ReturnBy, Purpose: line.Purpose,
			}
			if line.Kind == "lend" { // the loan goes on with another borrower
				anew.Kind, anew.Department, anew.Destination, anew.Approvers, anew.ApprovedAt = line.Kind, env.People.Unit(cmd.To), line.Destination, line.Approvers, line.ApprovedAt
			}
			c.Rows = append(c.Rows, HandOvers.Update(line, back), HandOvers.Insert(anew))
			next.Holder, next.HandOver, next.Since = cmd.To, anew.ID, env.At
			c.Passes = append(c.Passes, act.Passing{Document: row.Document, Copy: row.ID, From: row.Holder, To: cmd.To})
		}
		c.Rows = append(c.Rows, Copies.Update(row, next))
	}
	return c, nil
}
