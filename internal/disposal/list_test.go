package disposal

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/act/acttest"
	"jiyao/internal/calendar"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// keys stands for the other nouns: a list gets its key.
type keys struct{ Links }

func (keys) SameIssuer(a, b string) bool { return a == b }

func (keys) Key(id string, wrapped []byte) store.Change {
	return Lists.Insert(List{ID: term.DisposalListID("key of " + id), Kind: string(wrapped)})
}

// ending is the house that lists are made in: the head approves, ann keeps copies, bob, cai and dan are anybody.
func ending(t *testing.T, who term.PersonID, signed ...string) act.Env {
	before := links
	links = keys{}
	t.Cleanup(func() { links = before })
	h := acttest.Of("head", "ann", "bob", "cai", "dan")
	h.Held = map[term.PersonID][]string{"head": {"base/unit_head"}, "ann": {"base/officer"}, "dan": {"base/archivist"}}
	h.Units = map[term.PersonID]term.UnitID{"ann": "office"}
	e := acttest.Env(who, h, acttest.Law(t), signed...)
	e.Actor.System = who == ""
	return e
}

func one(id term.CopyID, level term.Level, medium string) Piece {
	i := act.Item{Item: regulation.NewItem(level, term.RegimeState), Document: term.DocumentID("d-" + id)}
	return Piece{Copy: id, Item: i, Medium: medium, CopyNo: "000001", Pages: 3, Attachments: 1, Live: true, InHand: true, Regime: term.RegimeState, Title: "某事", DocNo: "某发〔2026〕1号"}
}

func TestOpeningAList(t *testing.T) {
	paper, disk := one("p", term.Open, "paper"), one("d", term.Open, "magnetic")
	secret := one("s", term.Jimi, "paper")
	secret.Item.Class = regulation.NewClass(secret.Item.Item)
	newYear := time.Date(2027, 1, 1, 0, 0, 0, 0, calendar.Zone)
	for name, c := range map[string]struct {
		s      opening
		cmd    ListOpen
		who    term.PersonID
		at     time.Time
		want   string
		number string
		lines  int
		medium string
	}{
		"empty":                          {opening{}, ListOpen{Kind: Transfer}, "ann", acttest.Monday, "", "移交〔2026〕1号", 0, ""},
		"the next":                       {opening{last: 3, pieces: []Piece{paper}}, ListOpen{Kind: Return}, "ann", acttest.Monday, "", "清退〔2026〕4号", 1, ""},
		"at the last second of a year":   {opening{last: 3}, ListOpen{Kind: Archive}, "ann", newYear.Add(-time.Second), "", "归档〔2026〕4号", 0, ""},
		"at the first of the next":       {opening{}, ListOpen{Kind: Archive}, "ann", newYear, "", "归档〔2027〕1号", 0, ""},
		"of the medium of its first":     {opening{pieces: []Piece{disk, paper}}, ListOpen{Kind: Destruction}, "ann", acttest.Monday, "", "销毁〔2026〕1号", 1, "magnetic"},
		"of a medium that is said":       {opening{pieces: []Piece{disk, paper}}, ListOpen{Kind: Destruction, Medium: "paper"}, "ann", acttest.Monday, "", "销毁〔2026〕1号", 1, "paper"},
		"of a medium, where none is":     {opening{}, ListOpen{Kind: Return, Medium: "paper"}, "ann", acttest.Monday, "medium not_here", "", 0, ""},
		"what he may not know of":        {opening{pieces: []Piece{secret, paper}}, ListOpen{Kind: Return}, "bob", acttest.Monday, "", "清退〔2026〕1号", 1, ""},
		"by the system, all of it":       {opening{pieces: []Piece{secret, paper}}, ListOpen{Kind: Archive}, "", acttest.Monday, "", "归档〔2026〕1号", 2, ""},
		"by the system, nothing to burn": {opening{}, ListOpen{Kind: Destruction}, "", acttest.Monday, "", "", 0, ""},
		"of the holdings of a stranger":  {opening{}, ListOpen{Kind: Transfer, Person: "who"}, "ann", acttest.Monday, "person unknown_person", "", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			env := ending(t, c.who)
			env.At = c.at
			changes, err := decideOpen(c.s, c.cmd, env)
			if got := acttest.Answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil || c.number == "" {
				if len(changes.Rows) != 0 {
					t.Errorf("%d rows", len(changes.Rows))
				}
				return
			}
			l, lines := acttest.Rows[List](changes)[1], acttest.Rows[Line](changes)
			if changes.Values["number"] != c.number || len(lines) != c.lines || l.Lines != c.lines || l.Last != c.lines || l.Medium != c.medium || l.Applicant != c.who || l.State != Open {
				t.Errorf("%q: %+v, %d lines", changes.Values["number"], l, len(lines))
			}
			if (l.Unit == "office") != (c.who == "ann") || changes.Values["lines"] != strconv.Itoa(c.lines) {
				t.Errorf("of unit %q, %s lines", l.Unit, changes.Values["lines"])
			}
		})
	}
}

func TestWhatAListMayBeOf(t *testing.T) {
	for name, c := range map[string]struct {
		cmd  ListOpen
		want string
	}{
		"a year to archive": {ListOpen{Kind: Archive, Year: "2025"}, ""}, "a year to destroy": {ListOpen{Kind: Destruction, Year: "1900"}, ""}, "a year that is none": {ListOpen{Kind: Archive, Year: "1899"}, "year bad_format"},
		"a year to return": {ListOpen{Kind: Return, Year: "2025"}, "year not_here"}, "five digits": {ListOpen{Kind: Archive, Year: "02025"}, "year bad_format"},
		"a day to return by": {ListOpen{Kind: Return, Due: "2026-02-28"}, ""}, "no day": {ListOpen{Kind: Return, Due: "2026-02-29"}, "due bad_date"}, "a day to archive by": {ListOpen{Kind: Archive, Due: "2026-02-28"}, "due not_here"},
		"an issuer to archive for": {ListOpen{Kind: Archive, Issuer: "某厅"}, "issuer not_here"}, "a person to return for": {ListOpen{Kind: Return, Person: "ann"}, "person not_here"}, "a person": {ListOpen{Kind: Transfer, Person: "ann"}, ""},
	} {
		if got := acttest.Answer(checkOpen(c.cmd)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestAddingAPiece(t *testing.T) {
	n := func(i int) *int { return &i }
	open := List{ID: "L", Kind: Destruction, State: Open, Medium: "paper", Lines: 1, Last: 4, ApprovedAt: acttest.Monday, ApprovedBy: "head", CountedAt: acttest.Monday, Applicant: "ann"}
	as := func(f func(*adding)) adding {
		s := adding{listed: listed{list: open, lines: []Line{{ID: "1", State: Listed}}}, piece: one("p", term.Mimi, "paper")}
		f(&s)
		return s
	}
	right := ListAdd{Copy: "p"}
	for name, c := range map[string]struct {
		s    adding
		cmd  ListAdd
		want string
	}{
		"a piece":                     {as(func(*adding) {}), right, ""},
		"one, said":                   {as(func(*adding) {}), ListAdd{Copy: "p", Copies: n(1), Pages: n(3), Attachments: n(1), Level: term.Mimi, CopyNo: "000001", DocNo: "某发[2026]1号"}, ""},
		"two in one line":             {as(func(*adding) {}), ListAdd{Copy: "p", Copies: n(2)}, "copy one_piece"},
		"none":                        {as(func(*adding) {}), ListAdd{}, "copy one_piece"},
		"one page more":               {as(func(*adding) {}), ListAdd{Copy: "p", Pages: n(4)}, "pages differs"},
		"other than the registers":    {as(func(*adding) {}), ListAdd{Copy: "p", Level: term.Jimi, CopyNo: "000002", Attachments: n(0)}, "attachments differs, copy_no differs, level differs"},
		"what has ended":              {as(func(s *adding) { s.piece.Live = false }), right, "copy ended"},
		"of another medium":           {as(func(s *adding) { s.piece.Medium = "optical" }), right, "copy other_medium"},
		"of any, on one of no medium": {as(func(s *adding) { s.list.Medium, s.piece.Medium = "", "optical" }), right, ""},
		"of any, on another kind":     {as(func(s *adding) { s.list.Kind, s.piece.Medium = Return, "optical" }), right, ""},
		"on a list already":           {as(func(s *adding) { s.on = Line{ID: "9"} }), right, "copy listed_already"},
		"to a full list":              {as(func(s *adding) { s.list.Lines = MaxLines }), right, "list full"},
		"to the last line":            {as(func(s *adding) { s.list.Lines = MaxLines - 1 }), right, ""},
		"of another issuer":           {as(func(s *adding) { s.list.Kind, s.issuer, s.piece.Issuer = Return, "某省局", "某省主管厅" }), right, "copy other_issuer"},
		"of the issuer":               {as(func(s *adding) { s.list.Kind, s.issuer, s.piece.Issuer = Return, "某省局", "某省局" }), right, ""},
		"of an issuer, not returned":  {as(func(s *adding) { s.issuer, s.piece.Issuer = "某省局", "某省主管厅" }), right, ""},
		"to a closed one":             {as(func(s *adding) { s.list.State = Closed }), right, "conflict"},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := decideAdd(c.s, c.cmd, ending(t, "bob"))
			if got := acttest.Answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			l, line := acttest.Row[List](t, changes), acttest.Row[Line](t, changes)
			if l.Lines != c.s.list.Lines+1 || line.Seq != 5 || !l.ApprovedAt.IsZero() || !l.CountedAt.IsZero() || l.Applicant != "ann" || line.Copy != "p" || line.Copies != 1 || l.Kind == Destruction && l.Medium != c.s.piece.Medium {
				t.Errorf("%+v %+v", l, line)
			}
		})
	}
}

// A struck line takes the approval and the count with it, but not from a list of which pieces are gone.
func TestStrikingALine(t *testing.T) {
	approved := List{ID: "L", State: Open, Lines: 2, ApprovedAt: acttest.Monday, CountedAt: acttest.Monday}
	closed := approved
	closed.State = Closed
	for name, c := range map[string]struct {
		s    adding
		want string
		keep bool
	}{
		"before anything is gone": {adding{listed: listed{list: approved, lines: []Line{{State: Listed}}}, on: Line{ID: "1", List: "L"}}, "", false},
		"once something is gone":  {adding{listed: listed{list: approved, lines: []Line{{State: Gone}}}, on: Line{ID: "1", List: "L"}}, "", true},
		"of another list":         {adding{listed: listed{list: approved}, on: Line{ID: "1", List: "M"}}, "copy not_on_list", false},
		"of no list":              {adding{listed: listed{list: approved}}, "copy not_on_list", false},
		"of a closed one":         {adding{listed: listed{list: closed}, on: Line{ID: "1", List: "L"}}, "conflict", false},
	} {
		changes, err := decideStrike(c.s, ListStrike{Reason: "误列"}, ending(t, "bob"))
		if got := acttest.Answer(err); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if err == nil {
			if l, line := acttest.Row[List](t, changes), acttest.Row[Line](t, changes); l.Lines != 1 || l.ApprovedAt.IsZero() == c.keep || line.State != Struck {
				t.Errorf("%s: %+v %+v", name, l, line)
			}
		}
	}
}

func TestCountingAList(t *testing.T) {
	lines := []Line{{ID: "1", Copy: "a", State: Listed}, {ID: "2", Copy: "b", State: Listed}, {ID: "3", Copy: "g", State: Gone}}
	s := counting{listed: listed{list: List{ID: "L", State: Open}, lines: lines}, lost: map[term.CopyID]bool{"b": true}}
	closed := s
	closed.list.State = Closed
	missing := func(pairs ...string) (out []MissingLine) {
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, MissingLine{Copy: term.CopyID(pairs[i]), Reason: pairs[i+1]})
		}
		return out
	}
	for name, c := range map[string]struct {
		s     counting
		cmd   ListCount
		want  string
		equal bool
		extra []string
		lost  int
	}{
		"all there":                  {s, ListCount{Copies: []term.CopyID{"a", "b"}}, "", true, nil, 0},
		"one not there, no word":     {s, ListCount{Copies: []term.CopyID{"a"}}, "", false, nil, 0},
		"one that a case says lost":  {s, ListCount{Copies: []term.CopyID{"a"}, Missing: missing("b", "找不到")}, "", true, nil, 1},
		"one that no case says lost": {s, ListCount{Copies: []term.CopyID{"b"}, Missing: missing("a", "找不到")}, "", false, nil, 0},
		"one too many":               {s, ListCount{Copies: []term.CopyID{"a", "b", "x"}}, "", false, []string{"x"}, 0},
		"what is gone counts not":    {s, ListCount{Copies: []term.CopyID{"a", "b", "g"}}, "", true, nil, 0},
		"one twice":                  {s, ListCount{Copies: []term.CopyID{"a", "b", "a"}}, "copies twice", false, nil, 0},
		"missing without a reason":   {s, ListCount{Copies: []term.CopyID{"a"}, Missing: missing("b", " ")}, "missing.0.missing_reason required", false, nil, 0},
		"missing and there":          {s, ListCount{Copies: []term.CopyID{"a", "b"}, Missing: missing("b", "找不到")}, "missing.0.copy counted_too", false, nil, 0},
		"missing, of another list":   {s, ListCount{Missing: missing("x", "找不到")}, "missing.0.copy not_on_list", false, nil, 0},
		"missing twice":              {s, ListCount{Missing: missing("b", "找不到", "b", "烧了")}, "missing.1.copy twice", false, nil, 0},
		"after it is closed":         {closed, ListCount{Copies: []term.CopyID{"a", "b"}}, "conflict", false, nil, 0},
		"on a stale page":            {s, ListCount{Rev: 7}, "conflict", false, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := decideCount(c.s, c.cmd, ending(t, "bob"))
			if got := acttest.Answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			after := listed{list: acttest.Row[List](t, changes), lines: acttest.Rows[Line](changes)}
			lost := 0
			for _, l := range after.lines {
				if l.State == Lost {
					lost++
				}
			}
			if after.countsEqual() != c.equal || !slices.Equal(after.list.Extra, c.extra) || lost != c.lost || after.list.CountedBy != "bob" || after.list.Applicant != "bob" {
				t.Errorf("%+v, %d lost", after.list, lost)
			}
		})
	}
}

// What rests on a count goes with it: a receipt and an approval are of what was counted.
func TestAnotherCountUndoesReceiptAndApproval(t *testing.T) {
	at := acttest.Monday
	list := List{ID: "L", Kind: Return, State: Open, CountedAt: at, ApprovedAt: at, ApprovedBy: "head", ReceiptNo: "HZ-1", ReceiptOn: "2026-03-02", ReceiptAt: at, ReceiptBy: "ann", Lines: 2}
	counted := []Line{{ID: "1", Copy: "a", Counted: true, State: Listed}, {ID: "2", Copy: "b", Counted: true, State: Listed}}
	begun := append([]Line{{ID: "0", Copy: "g", State: Gone}}, counted...)
	for name, c := range map[string]struct {
		lines  []Line
		copies []term.CopyID
		keeps  bool
	}{
		"the same": {counted, []term.CopyID{"b", "a"}, true}, "one less": {counted, []term.CopyID{"a"}, false}, "one more": {counted, []term.CopyID{"a", "b", "x"}, false},
		"one less, where some are gone": {begun, []term.CopyID{"a"}, true},
	} {
		changes, err := decideCount(counting{listed: listed{list: list, lines: c.lines}}, ListCount{Copies: c.copies}, ending(t, "ann"))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		l := acttest.Row[List](t, changes)
		if l.ReceiptAt.IsZero() == c.keeps || l.ApprovedAt.IsZero() == c.keeps || (l.ReceiptNo+l.ReceiptOn == "") == c.keeps {
			t.Errorf("%s: %+v", name, l)
		}
	}
	for name, f := range map[string]func() (act.Changes, error){
		"a piece more": func() (act.Changes, error) {
			return decideAdd(adding{listed: listed{list: list, lines: counted}, piece: one("p", term.Mimi, "paper")}, ListAdd{Copy: "p"}, ending(t, "ann"))
		},
		"a piece less": func() (act.Changes, error) {
			return decideStrike(adding{listed: listed{list: list, lines: counted}, on: Line{ID: "1", List: "L"}}, ListStrike{Reason: "误列"}, ending(t, "ann"))
		},
	} {
		changes, err := f()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if l := acttest.Row[List](t, changes); !l.ReceiptAt.IsZero() || l.ReceiptNo != "" || !l.ApprovedAt.IsZero() || !l.CountedAt.IsZero() {
			t.Errorf("%s: %+v", name, l)
		}
	}
}

func TestApprovingAList(t *testing.T) {
	list := List{ID: "L", State: Open, Applicant: "ann", CountedAt: acttest.Monday}
	with := func(f func(*List)) List { l := list; f(&l); return l }
	for name, c := range map[string]struct {
		s    listed
		rev  int64
		want string
	}{
		"as it stands": {listed{list: list, lines: []Line{{Counted: true}}}, 0, ""}, "without lines": {listed{list: list}, 0, "list no_lines"}, "on a stale page": {listed{list: list, lines: []Line{{Counted: true}}}, 7, "conflict"},
		"before it was counted":         {listed{list: with(func(l *List) { l.CountedAt = time.Time{} }), lines: []Line{{}}}, 0, "list uncounted"},
		"with a piece that moved since": {listed{list: list, lines: []Line{{Copy: "a", Counted: true}}, moved: map[term.CopyID]bool{"a": true}}, 0, "list uncounted"},
		"with a piece destroyed":        {listed{list: with(func(l *List) { l.Kind = Destruction }), lines: []Line{{}, {State: Gone}}}, 0, "list approved_late"},
		"twice":                         {listed{list: with(func(l *List) { l.ApprovedAt = acttest.Monday }), lines: []Line{{Counted: true}}}, 0, "conflict"}, "once it is closed": {listed{list: with(func(l *List) { l.State = Closed }), lines: []Line{{Counted: true}}}, 0, "conflict"},
	} {
		changes, err := decideApprove(c.s, ListApprove{Rev: c.rev}, ending(t, "head"))
		if got := acttest.Answer(err); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if err == nil && acttest.Row[List](t, changes).ApprovedBy != "head" {
			t.Errorf("%s: %+v", name, changes)
		}
	}
	for who, want := range map[term.PersonID]bool{"head": true, "ann": false, "bob": false} {
		if got := (listed{list: list}).mayApprove(ending(t, who)); got != want {
			t.Errorf("%s may approve: %v", who, got)
		}
	}
	if (listed{list: with(func(l *List) { l.Applicant = "head" })}).mayApprove(ending(t, "head")) {
		t.Error("the applicant approves his own list")
	}
}
