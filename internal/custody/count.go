package custody

import (
	"fmt"
	"slices"
	"strconv"
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
	Again  bool           `json:"again"` // something of it is being counted already, and this is another count all the same
}

type countOpening struct {
	inside  []string    // the places and all that stands in them
	left    int         // electronic carriers there that the list leaves out
	omitted int         // of a full count: places with something in them that it does not name
	under   *StockCount // one that is open and counts some of the same; nil: none
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
	if s.under, err = underCount(tx.Tx, cmd, s.inside); err != nil || len(cmd.Media) == 0 {
		return s, err
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

// maxOpenCounts is how many open counts are looked at, the newest.
const maxOpenCounts = 200

// underCount finds an open count of the same kind that looks for some of the same: a place of these, with all that stands in it, and a
// medium. Beside a count of everything a part may be counted.
func underCount(tx *store.Tx, cmd CountOpen, inside []string) (*StockCount, error) {
	list, err := Counts.Select(tx, "WHERE state = 'open' AND kind = $1 ORDER BY opened_at DESC, id LIMIT $2", cmd.Kind, maxOpenCounts)
	if err != nil {
		return nil, fmt.Errorf("find the counts that are open: %w", err)
	}
	shared := func(a, b []string) bool {
		return slices.ContainsFunc(a, func(x string) bool { return slices.Contains(b, x) })
	}
	for i, c := range list {
		media := len(c.Media) == 0 || len(cmd.Media) == 0 || shared(c.Media, cmd.Media)
		if media && (c.Full() || shared(c.Places, inside)) {
			return &list[i], nil
		}
	}
	return nil, nil
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
	if s.under != nil && !cmd.Again {
		field := "places"
		if cmd.Kind == fullCount {
			field = "kind"
		}
		return act.Changes{}, &refuse.Invalid{Fields: []refuse.FieldError{{Field: field, Code: "under_count", Args: map[string]string{
			"at": minute(s.under.OpenedAt), "who": env.People.Name(s.under.OpenedBy),
		}}}}
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
