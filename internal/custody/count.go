package custody

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Stock-taking (清查). What is expected is not written down when a count opens: it is the live copies in the places counted
// that have lain there since before. What moves meanwhile was seen by the act that moved it. So a count opens, and each scan
// is answered, at the same cost however much there is; only closing costs what there is to count.

// The kinds of counts: of some places, or of everything there is.
const (
	partCount = "part"
	fullCount = "full"
)

// The results of a piece: each expected one has one of the first three before a count closes.
const (
	wasFound     = "found"
	wasMissing   = "missing"
	wasElsewhere = "elsewhere" // registered in another place, or with somebody
	wasExtra     = "extra"     // not among what is counted: ended, sent away, of a medium left out
	wasUnknown   = "unknown"   // a whole label, of nothing here that the counter may know: another office's
	wasDouble    = "double"    // scanned before: the first answer stands
)

// State of a count.
const (
	countOpen   = "open"
	countClosed = "closed"
)

// Bounds of a count.
const (
	maxCountPlaces = 500
	maxMissing     = 500 // declared missing in one count: each opens a case
	maxScan        = 64  // characters of what a scanner reads
)

// StockCount is one count.
type StockCount struct {
	ID        term.CountID  `col:"id,key"`
	Kind      string        `col:"kind"`
	Places    []string      `col:"places"` // with all that stands in them; of a full count none: every place
	Media     []string      `col:"media"`  // none: every medium
	State     string        `col:"state"`
	OpenedAt  time.Time     `col:"opened_at"`
	OpenedBy  term.PersonID `col:"opened_by"`
	Expected  int           `col:"expected"` // the figures stand when it is closed
	Found     int           `col:"found"`
	Missing   int           `col:"missing"`
	Extra     int           `col:"extra"` // unknown labels too
	Elsewhere int           `col:"elsewhere"`
	CountedBy term.PersonID `col:"counted_by"`
	CheckedBy term.PersonID `col:"checked_by"`
	ClosedAt  time.Time     `col:"closed_at"`
	// CheckedSigned is who has in fact signed as the checker; empty: nobody.
	CheckedSigned term.PersonID `col:"checked_signed,null"`
	store.Meta
}

// CountLine is one piece of a count.
type CountLine struct {
	ID        string          `col:"id,key"` // count/copy, of an unknown label count/?label
	Count     term.CountID    `col:"stock_count"`
	Copy      term.CopyID     `col:"copy"`
	Document  term.DocumentID `col:"document"`
	Code      string          `col:"code"`    // as scanned, of an unknown label
	Place     term.PlaceID    `col:"place"`   // where it was counted
	Belongs   term.PlaceID    `col:"belongs"` // where it is registered; empty: with somebody
	Result    string          `col:"result"`
	With      term.PersonID   `col:"seen_with,null"` // who showed it; empty: it lay in a place
	CountedBy term.PersonID   `col:"counted_by"`
	CountedAt time.Time       `col:"counted_at"`
	store.Meta
}

// The tables of stock-taking.
var (
	Counts     = store.Define[StockCount]("stock_count")
	CountLines = store.Define[CountLine]("count_line")
)

// CountOpen begins a count.
type CountOpen struct {
	Kind   string         `json:"kind" req:"true" in:"count_kind"`
	Places []term.PlaceID `json:"places"` // of a full count none, or every place
	Media  []string       `json:"media" in:"medium"`
}

type countOpening struct {
	inside  []string // the places and all that stands in them
	left    int      // electronic carriers there that the list leaves out
	omitted int      // of a full count: places with something in them that it does not name
}

type countFacts struct {
	Kind      string `fact:"kind"`
	LeftOut   int    `fact:"media_left_out"`
	OpenLines int    `fact:"open_lines"`
}

var _ = act.Define("custody.count_open", act.Act[CountOpen, countOpening, countFacts]{
	Check: func(cmd CountOpen) error {
		if len(cmd.Places) > maxCountPlaces {
			return refuse.Field("places", "too_many")
		}
		return nil
	},
	Load: loadCountOpen,
	Facts: func(s countOpening, cmd CountOpen, _ act.Env) countFacts {
		return countFacts{Kind: cmd.Kind, LeftOut: s.left}
	},
	Decide: openCount,
})

func loadCountOpen(tx *act.Tx, cmd CountOpen) (s countOpening, err error) {
	for _, p := range cmd.Places {
		if _, err := Places.Get(tx.Tx, p); err != nil {
			return s, err
		}
		ids, _, err := within(tx.Tx, p)
		if err != nil {
			return s, err
		}
		for _, id := range ids {
			if !slices.Contains(s.inside, id) {
				s.inside = append(s.inside, id)
			}
		}
	}
	if cmd.Kind == fullCount && len(cmd.Places) > 0 {
		marks, args := list(s.inside, 1)
		if s.omitted, err = Copies.Count(tx.Tx, "WHERE state = 'in_place' AND place NOT IN ("+marks+")", args...); err != nil {
			return s, fmt.Errorf("look what a full count leaves out: %w", err)
		}
	}
	if len(cmd.Media) == 0 {
		return s, nil
	}
	var out []string
	for _, m := range term.Electronic() { // what a count of paper leaves out
		if !slices.Contains(cmd.Media, m) {
			out = append(out, m)
		}
	}
	if len(out) == 0 || cmd.Kind == partCount && len(s.inside) == 0 {
		return s, nil
	}
	marks, args := list(out, 1)
	where := "WHERE state <> 'ended' AND medium IN (" + marks + ")"
	if len(s.inside) > 0 {
		in, more := list(s.inside, len(args)+1)
		args = append(args, more...)
		kept, more := list(s.inside, len(args)+1)
		args = append(args, more...)
		where += " AND (place IN (" + in + ") OR state = 'held' AND hand_over IN (SELECT h.id FROM hand_over h WHERE h.back_at IS NULL AND h.kept_in IN (" + kept + ")))"
	}
	s.left, err = Copies.Count(tx.Tx, where, args...)
	return s, err
}

func openCount(s countOpening, cmd CountOpen, env act.Env) (act.Changes, error) {
	switch {
	case cmd.Kind == "":
		return act.Changes{}, refuse.Field("kind", "required")
	case cmd.Kind == partCount && len(cmd.Places) == 0:
		return act.Changes{}, refuse.Field("places", "required")
	case s.omitted > 0:
		return act.Changes{}, refuse.Field("places", "not_all")
	case len(s.inside) > maxCountPlaces:
		return act.Changes{}, refuse.Field("places", "too_many")
	}
	row := StockCount{
		ID: term.CountID(env.ID()), Kind: cmd.Kind, Places: s.inside, Media: cmd.Media, State: countOpen, OpenedAt: env.At, OpenedBy: env.Actor.Person,
	}
	if cmd.Kind == fullCount {
		row.Places = nil
	}
	return act.Changes{Subject: string(row.ID), Rows: []store.Change{Counts.Insert(row)}, Values: map[string]string{"count": string(row.ID)}}, nil
}

// expected is the condition that a copy is to be found by a count: its arguments are numbered from $first on.
func (c StockCount) expected(first int) (string, []any) {
	var args []any
	bind := func(values []string) string {
		marks, more := list(values, first+len(args))
		args = append(args, more...)
		return marks
	}
	where := "copy.since <= $" + strconv.Itoa(first)
	args = append(args, c.OpenedAt.UnixMilli())
	switch {
	case c.Kind == fullCount:
		where += " AND copy.state IN ('received', 'in_place', 'held')"
	case len(c.Places) == 0:
		where += " AND 1 = 0"
	default:
		where += " AND (copy.state = 'in_place' AND copy.place IN (" + bind(c.Places) + ") OR copy.state = 'held' AND copy.hand_over IN " +
			"(SELECT h.id FROM hand_over h WHERE h.back_at IS NULL AND h.kept_in IN (" + bind(c.Places) + ")))"
	}
	if len(c.Media) > 0 {
		where += " AND copy.medium IN (" + bind(c.Media) + ")"
	}
	return where, args
}

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
	sight, err := env.Law.Sight(append(slices.Clone(env.People.Posts(env.Actor.Person)), acting...))
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
	case s.line.Result == wasMissing && line.Result != wasMissing: // it turned up after all
		c.Rows = []store.Change{CountLines.Update(s.line, line.over(s.line))}
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
