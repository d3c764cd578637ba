package custody

import (
	"fmt"
	"slices"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// CountScan answers one piece of a count: what a scanner read, or that a piece is missing.
type CountScan struct {
	Count  term.CountID `json:"count" req:"true"`
	Label  string       `json:"label"` // as read from the piece
	Copy   term.CopyID  `json:"copy"`  // instead of a label
	Place  term.PlaceID `json:"place"` // where it lies; empty: where it is registered
	Result string       `json:"result" in:"count_result"`
	// ShownBy is who showed a piece that is in somebody's hands; empty: whoever has it by the book, where its label was read.
	ShownBy term.PersonID `json:"shown_by"`
}

type scanned struct {
	count StockCount
	copy  Copy
	known bool // a copy of ours that the counter may know of
	kept  term.PlaceID
	line  CountLine
	seen  bool // answered before
	code  string
	wrong string // what is wrong with the code, where it is no label: a code of a field
}

var _ = act.Define("custody.count_scan", act.Act[CountScan, scanned, countFacts]{
	Load:   loadScan,
	Facts:  func(s scanned, _ CountScan, _ act.Env) countFacts { return countFacts{Kind: s.count.Kind} },
	Decide: scan,
})

// loadScan reads a handful of rows by their keys, however much there is.
func loadScan(tx *act.Tx, cmd CountScan) (s scanned, err error) {
	if s.count, err = Counts.Get(tx.Tx, cmd.Count); err != nil {
		return s, err
	}
	if cmd.Place != "" {
		if _, err := Places.Get(tx.Tx, cmd.Place); err != nil {
			return s, err
		}
	}
	where, key := "id", string(cmd.Copy)
	if cmd.Copy == "" {
		s.code = strings.TrimSpace(cmd.Label)
		if r := []rune(s.code); len(r) > maxScan {
			s.code = string(r[:maxScan])
		}
		where, key = "label", s.code
		switch label, err := term.ParseLabelCode(cmd.Label); {
		case err == nil:
			s.code = string(label) // one label however it is spelt
			key = s.code
		case term.MisreadLabel(cmd.Label):
			s.wrong = "misread"
		default:
			s.wrong = "no_such_label"
		}
	}
	v, err := viewer(tx)
	if err != nil {
		return s, err
	}
	cond, args := v.Visible("class", "document", 2)
	if s.copy, s.known, err = Copies.One(tx.Tx, "WHERE "+where+" = $1 AND "+cond, append([]any{key}, args...)...); err != nil {
		return s, fmt.Errorf("find a scanned piece: %w", err)
	}
	if s.known && s.copy.State == Held && s.copy.HandOver != "" {
		line, err := HandOvers.Get(tx.Tx, s.copy.HandOver)
		if err != nil {
			return s, fmt.Errorf("read the open line: %w", err)
		}
		s.kept = line.KeptIn
	}
	s.line, s.seen, err = CountLines.One(tx.Tx, "WHERE id = $1", s.key())
	return s, err
}

// viewer is the actor as far as he may know of items.
func viewer(tx *act.Tx) (act.Viewer, error) {
	env := tx.Env
	acting, _ := env.People.Acting(env.Actor.Person)
	sight, err := env.Law.Sight(append(slices.Clone(env.People.Posts(env.Actor.Person)), acting...), env.Person(env.Actor.Person).Left)
	if err != nil {
		return act.Viewer{}, fmt.Errorf("%w: %w", refuse.ErrUnavailable, err)
	}
	return act.Viewer{Person: env.Actor.Person, Sight: sight}, nil
}

func (s scanned) key() string {
	if s.known {
		return string(s.count.ID) + "/" + string(s.copy.ID)
	}
	return string(s.count.ID) + "/?" + s.code
}

// turnsUp reports whether the piece is one that was reported missing.
func (s scanned) turnsUp() bool { return s.known && s.copy.State == Missing }

// inHands reports whether somebody has the piece, and keeps it in no place.
func (s scanned) inHands() bool { return s.known && s.copy.State == Held && s.kept == "" }

// lies is where the piece is registered: of one that somebody holds, where he keeps it.
func (s scanned) lies() term.PlaceID {
	if s.copy.State == Held {
		return s.kept
	}
	return s.copy.Place
}

// result is what a scan at a place says of the piece.
func (s scanned) result(at term.PlaceID) string {
	c := s.count
	inPlace := s.copy.State == InPlace || s.copy.State == Held
	switch {
	case !s.known:
		return wasUnknown
	case len(c.Media) > 0 && !slices.Contains(c.Media, s.copy.Medium):
		return wasExtra
	case s.copy.State == Missing, s.copy.State == Received && c.Kind == fullCount:
		return wasFound
	case !inPlace:
		return wasExtra
	case c.Kind == partCount && !slices.Contains(c.Places, string(s.lies())), at != "" && at != s.lies() && s.lies() != "":
		return wasElsewhere
	}
	return wasFound
}

// awaited reports whether the piece is one of those that the count expects: StockCount.expected says the same of rows.
func (s scanned) awaited() bool {
	c, p := s.count, s.copy
	switch {
	case !s.known, p.Since.After(c.OpenedAt), len(c.Media) > 0 && !slices.Contains(c.Media, p.Medium):
		return false
	case c.Full():
		return p.State == Received || p.State == InPlace || p.State == Held
	}
	return (p.State == InPlace || p.State == Held) && slices.Contains(c.Places, string(s.lies()))
}

func scan(s scanned, cmd CountScan, env act.Env) (act.Changes, error) {
	if s.count.State != countOpen {
		return act.Changes{}, &refuse.Conflict{Table: "stock_count", Key: string(s.count.ID), By: s.count.CheckedBy}
	}
	if cmd.Copy == "" && s.code == "" {
		return act.Changes{}, refuse.Field("label", "required")
	}
	if cmd.Result != "" && cmd.Result != wasMissing {
		return act.Changes{}, refuse.Field("result", "by_scanning") // what is there is scanned, not said to be there
	}
	switch c := s.count; {
	case cmd.Result == wasMissing && !s.known:
		return act.Changes{}, refuse.Field("copy", "unknown")
	case cmd.Result == wasMissing && s.result("") != wasFound: // with somebody, sent, elsewhere: nobody looked for it here
		return act.Changes{}, refuse.Field("copy", "not_expected")
	case !s.known && s.wrong != "": // what is no label is no piece: no line stands for it
		return act.Changes{}, refuse.Field("label", s.wrong)
	case cmd.Place != "" && c.Kind == partCount && !slices.Contains(c.Places, string(cmd.Place)):
		return act.Changes{}, refuse.Field("place", "not_counted")
	case s.turnsUp() && cmd.Result != "": // it is reported missing already
		return act.Changes{}, refuse.Field("copy", "not_expected")
	case s.turnsUp() && cmd.Place == "": // it lay nowhere
		return act.Changes{}, refuse.Field("place", "required")
	case cmd.ShownBy != "" && env.People.Name(cmd.ShownBy) == "":
		return act.Changes{}, refuse.Field("shown_by", "unknown_person")
	case s.inHands() && cmd.Result == "" && cmd.Label == "" && cmd.Place == "" && cmd.ShownBy == "": // ticked unseen
		return act.Changes{}, refuse.Field("shown_by", "required")
	}
	line := CountLine{
		ID: s.key(), Count: s.count.ID, Place: cmd.Place, Result: s.result(cmd.Place), CountedBy: env.Actor.Person, CountedAt: env.At,
	}
	if s.known {
		line.Copy, line.Document, line.Belongs = s.copy.ID, s.copy.Document, s.lies()
		if line.With = cmd.ShownBy; line.With == "" && s.copy.State == Held {
			line.With = s.copy.Holder
		}
		if s.copy.State == Held && line.With != s.copy.Holder { // with another than has it by the book
			line.Result = wasElsewhere
		}
	} else {
		line.Code = s.code
	}
	if line.Place == "" {
		line.Place = line.Belongs
	}
	if cmd.Result == wasMissing {
		line.Result, line.Place, line.With = wasMissing, "", ""
	}
	c := act.Changes{Subject: string(s.count.ID), Values: map[string]string{"result": line.Result}}
	switch {
	case !s.seen:
		c.Rows = []store.Change{CountLines.Insert(line)}
		if s.awaited() {
			c.Values["awaited"] = "yes" // one more of what is expected has its answer
		}
	case s.line.Result == wasMissing && line.Result != wasMissing: // it turned up after all
		c.Rows = []store.Change{CountLines.Update(s.line, line.over(s.line))}
		c.Values["was"] = wasMissing
	default:
		c.Values["result"], c.Values["first"] = wasDouble, s.line.Result
	}
	if s.known {
		c.Values["copy"] = string(s.copy.ID)
	}
	if s.turnsUp() {
		c.Then = []act.Follow{{Act: "custody.report_found", Command: ReportFound{Copy: s.copy.ID, Place: cmd.Place, State: "opened", FoundBy: string(env.Actor.Person)}}}
	}
	return c, nil
}

// over is a line in the place of an earlier one.
func (l CountLine) over(old CountLine) CountLine {
	l.Meta = old.Meta
	return l
}
