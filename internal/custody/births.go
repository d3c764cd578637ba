package custody

import (
	"fmt"
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
	Medium, SerialNo   string
	Form, Described    string
	Custodian          term.PersonID
	Pages, Attachments int
	Numbers            []string // 份号, one a copy; may be empty
	Own                bool     // unprinted: our own numbers
	Count              int
	At                 time.Time
}

// Born gives the copies of a new line, numbered from 1, each with its label code.
func Born(b Birth, env act.Env) ([]Copy, error) {
	out := make([]Copy, 0, b.Count)
	for n := 1; n <= b.Count; n++ {
		c := Copy{
			ID: term.CopyID(env.ID()), Document: b.Document, Seq: n, Label: term.MakeLabelCode(b.Series, b.Year, b.No, n), Level: b.Level, Class: b.Class,
			Medium: b.Medium, SerialNo: b.SerialNo, Form: b.Form, Described: b.Described, Custodian: b.Custodian, Pages: b.Pages, Attachments: b.Attachments, State: Received, Since: b.At,
		}
		switch {
		case n <= len(b.Numbers):
			no, err := term.ParseCopyNo(b.Numbers[n-1])
			if err != nil {
				return nil, refuse.Field("copy_nos", "bad_format")
			}
			c.CopyNo = no
		case b.Own:
			c.CopyNo = term.CopyNo(fmt.Sprintf("%06d", n))
		}
		out = append(out, c)
	}
	return out, nil
}

// LabelCopy is 编号: the label with its code is on the carrier.
type LabelCopy struct {
	Copy term.CopyID `json:"copy" req:"true"`
}

var _ = act.Define("custody.label", act.Act[LabelCopy, placing, copyFacts]{
	Live:  true,
	Load:  func(tx *act.Tx, cmd LabelCopy) (placing, error) { return loadPlacing(tx, cmd.Copy, "") },
	Knows: func(s placing, _ LabelCopy, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s placing, _ LabelCopy) []act.Event { return s.moved()[:1] },
	Facts: func(s placing, _ LabelCopy, env act.Env) copyFacts { return s.facts(env) },
	Decide: func(s placing, _ LabelCopy, env act.Env) (act.Changes, error) {
		if !s.copy.LabelledAt.IsZero() || s.copy.State == Ended {
			return act.Changes{}, &refuse.Conflict{Table: "copy", Key: string(s.copy.ID)}
		}
		next := s.copy
		next.LabelledAt, next.LabelledBy = env.At, env.Actor.Person
		return act.Changes{
			Subject: string(s.copy.ID), Document: s.copy.Document, Rows: []store.Change{Copies.Update(s.copy, next)},
			Targets: []act.Target{target(s.copy)}, Values: map[string]string{"label": string(s.copy.Label)},
		}, nil
	},
})

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
	Facts: func(lines, Reclass, act.Env) systemFacts { return systemFacts{} },
	Decide: func(s lines, cmd Reclass, _ act.Env) (act.Changes, error) {
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
	},
})

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
	Facts: func(lines, End, act.Env) systemFacts { return systemFacts{} },
	Decide: func(s lines, cmd End, env act.Env) (act.Changes, error) {
		c := act.Changes{Subject: string(cmd.Document), Document: cmd.Document}
		for _, row := range s.copies {
			next := row
			next.State, next.Place, next.Since, next.Ending = Ended, "", env.At, Voided
			c.Rows = append(c.Rows, Copies.Update(row, next))
		}
		return c, nil
	},
})
