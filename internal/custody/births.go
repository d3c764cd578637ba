package custody

import (
	"fmt"
	"slices"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Birth is what new copies take over from the line that registers them.
type Birth struct {
	Document           term.DocumentID
	Series             term.Series
	Year, No           int
	Class              int
	Level              term.Level
	Material           Material
	Pages, Attachments int
	Numbers            []string // 份号, one a copy; may be empty
	Own                bool     // unprinted: our own numbers
	Count              int
	At                 time.Time
}

// Material is what carriers are made of, and what tells one that is no paper from others of its kind.
type Material struct {
	Medium       string
	Form         string        // of a magnetic or solid-state one
	Serials      []string      // one a piece; empty: none has any
	Described    string        // of another medium
	Custodian    term.PersonID // empty: nobody in particular
	ContentKinds []string      // empty: as the document says
}

// make gives the n-th copy, from 1, what it is made of.
func (m Material) make(c *Copy, n int) {
	c.Medium, c.Form, c.Described, c.Custodian, c.ContentKinds = m.Medium, m.Form, m.Described, m.Custodian, m.ContentKinds
	if n <= len(m.Serials) {
		c.SerialNo = m.Serials[n-1]
	}
}

// Born gives the copies of a new line, numbered from 1, each with its label code.
func Born(b Birth, env act.Env) ([]Copy, error) {
	out := make([]Copy, 0, b.Count)
	for n := 1; n <= b.Count; n++ {
		c := Copy{
			ID: term.CopyID(env.ID()), Document: b.Document, Seq: n, Label: term.MakeLabelCode(b.Series, b.Year, b.No, n), Level: b.Level, Class: b.Class,
			Pages: b.Pages, Attachments: b.Attachments, State: Received, Since: b.At,
		}
		b.Material.make(&c, n)
		switch {
		case n <= len(b.Numbers):
			no, err := term.ParseCopyNo(b.Numbers[n-1])
			if err != nil {
				return nil, refuse.Field("copy_nos", "bad_format")
			}
			c.CopyNo = no
		case b.Own:
			c.CopyNo = ownNumber(n)
		}
		out = append(out, c)
	}
	return out, nil
}

// LabelCopy is 编号: the label with its code is on the carrier. One without a printed 份号 can get a number of the office then,
// or later, where it was labelled before.
type LabelCopy struct {
	Copy            term.CopyID `json:"copy" req:"true"`
	CopyNoUnprinted string      `json:"copy_no_unprinted" in:"yes"` // yes: the next free number of its document
}

type labelling struct {
	placing
	taken []term.CopyNo // by the copies of its document
}

var _ = act.Define("custody.label", act.Act[LabelCopy, labelling, copyFacts]{
	Live:   true,
	Load:   loadLabelling,
	Knows:  func(s labelling, _ LabelCopy, env act.Env) []act.Matter { return s.matters(env) },
	Leans:  func(s labelling, _ LabelCopy) []act.Event { return s.moved()[:1] },
	Facts:  func(s labelling, _ LabelCopy, env act.Env) copyFacts { return s.facts(env) },
	Decide: decideLabel,
})

func loadLabelling(tx *act.Tx, cmd LabelCopy) (s labelling, err error) {
	if s.placing, err = loadPlacing(tx, cmd.Copy, ""); err != nil || cmd.CopyNoUnprinted == "" {
		return s, err
	}
	list, err := Copies.Select(tx.Tx, "WHERE document = $1 AND copy_no <> '' ORDER BY seq", string(s.copy.Document))
	if err != nil {
		return s, fmt.Errorf("read the numbers of a document's copies: %w", err)
	}
	for _, c := range list {
		s.taken = append(s.taken, c.CopyNo)
	}
	return s, nil
}

// free is the number of the office for a copy: that of its place in the line, or the next that no other copy bears.
func (s labelling) free() term.CopyNo {
	for n := s.copy.Seq; ; n++ {
		if no := ownNumber(n); !slices.Contains(s.taken, no) {
			return no
		}
	}
}

func ownNumber(n int) term.CopyNo { return term.CopyNo(fmt.Sprintf("%06d", n)) }

func decideLabel(s labelling, cmd LabelCopy, env act.Env) (act.Changes, error) {
	next, numbers := s.copy, cmd.CopyNoUnprinted == "yes"
	switch {
	case s.copy.State == Ended, !numbers && !s.copy.LabelledAt.IsZero():
		return act.Changes{}, &refuse.Conflict{Table: "copy", Key: string(s.copy.ID)}
	case numbers && s.copy.CopyNo != "":
		return act.Changes{}, refuse.Field("copy_no_unprinted", "has_its_number")
	case numbers:
		next.CopyNo = s.free()
	}
	if s.copy.LabelledAt.IsZero() {
		next.LabelledAt, next.LabelledBy = env.At, env.Actor.Person
	}
	return act.Changes{
		Subject: string(s.copy.ID), Document: s.copy.Document, Rows: []store.Change{Copies.Update(s.copy, next)},
		Targets: []act.Target{target(s.copy)}, Values: map[string]string{"label": string(s.copy.Label), "copy_no": string(next.CopyNo)},
	}, nil
}

// Reclass follows a change of a document's scope: copies and lines keep what visibility looks at.
type Reclass struct {
	Document term.DocumentID `json:"document"`
	Class    int             `json:"class"`
}

type systemFacts struct{}

type lines struct {
	copies []Copy
	lines  []HandOver
}

var _ = act.Define("custody.reclass", act.Act[Reclass, lines, systemFacts]{
	Load: func(tx *act.Tx, cmd Reclass) (lines, error) {
		var l lines
		var err error
		if l.copies, err = Copies.Select(tx.Tx, "WHERE document = $1 ORDER BY seq", string(cmd.Document)); err != nil {
			return l, err
		}
		l.lines, err = HandOvers.Select(tx.Tx, "WHERE document = $1 ORDER BY id", string(cmd.Document))
		return l, err
	},
	Facts:  func(lines, Reclass, act.Env) systemFacts { return systemFacts{} },
	Decide: decideReclass,
})

func decideReclass(s lines, cmd Reclass, _ act.Env) (act.Changes, error) {
	c := act.Changes{Subject: string(cmd.Document), Document: cmd.Document}
	for _, row := range s.copies {
		next := row
		next.Class = cmd.Class
		c.Rows = append(c.Rows, Copies.Update(row, next))
	}
	for _, row := range s.lines {
		next := row
		next.Class = cmd.Class
		c.Rows = append(c.Rows, HandOvers.Update(row, next))
	}
	return c, nil
}

// End follows a voided line: its copies end with it.
type End struct {
	Document term.DocumentID `json:"document"`
}

var _ = act.Define("custody.end", act.Act[End, lines, systemFacts]{
	Load: func(tx *act.Tx, cmd End) (lines, error) {
		var l lines
		var err error
		l.copies, err = Copies.Select(tx.Tx, "WHERE document = $1 ORDER BY seq", string(cmd.Document))
		return l, err
	},
	Facts:  func(lines, End, act.Env) systemFacts { return systemFacts{} },
	Decide: decideEnd,
})

func decideEnd(s lines, cmd End, env act.Env) (act.Changes, error) {
	c := act.Changes{Subject: string(cmd.Document), Document: cmd.Document}
	for _, row := range s.copies {
		next := row
		next.State, next.Place, next.Since, next.Ending, next.Device = Ended, "", env.At, Voided, ""
		c.Rows = append(c.Rows, Copies.Update(row, next))
	}
	return c, nil
}
