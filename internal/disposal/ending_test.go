package disposal

import (
	"slices"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/act/acttest"
	"jiyao/internal/calendar"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// closeCase is one try to close a list, and what comes of it.
type closeCase struct {
	s       closing
	cmd     ListClose
	want    string
	follows string
	ending  string
	targets int
}

// closingAs is a counted list of a kind with one piece that is there, and one that is lost.
func closingAs(kind string, f func(*closing)) closing {
	list := List{ID: "L", Kind: kind, State: Open, CountedAt: acttest.Monday, OpenedAt: acttest.Monday.AddDate(0, 0, -3), ApprovedAt: acttest.Monday.AddDate(0, 0, -1)}
	s := closing{listed: listed{list: list, lines: []Line{{ID: "1", Copy: "a", Counted: true, State: Listed}, {ID: "2", Copy: "b", State: Lost}}}, documents: []term.DocumentID{"d"}}
	if f != nil {
		f(&s)
	}
	return s
}

var handed = ListClose{HandedBy: "ann", TakenBy: "bob", WatchedBy: "cai"}

func handedBut(f func(*ListClose)) ListClose { c := handed; f(&c); return c }

func closeEach(t *testing.T, cases map[string]closeCase) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, c.try)
	}
}

func (c closeCase) try(t *testing.T) {
	changes, err := decideClose(c.s, c.cmd, ending(t, "ann", "hander", "ann"))
	if got := acttest.Answer(err); got != c.want {
		t.Fatalf("%q, want %q", got, c.want)
	}
	if err != nil {
		return
	}
	l := acttest.Row[List](t, changes)
	if l.State != Closed || l.ClosedBy != "ann" || l.HandedBy != c.cmd.HandedBy || l.TakenBy != c.cmd.TakenBy || l.WatchedBy != c.cmd.WatchedBy || len(changes.Targets) != c.targets {
		t.Errorf("%+v, targets %v", l, changes.Targets)
	}
	for _, line := range acttest.Rows[Line](changes) {
		if line.State != Gone || line.DoneOn != c.cmd.At || line.Copy != "a" {
			t.Errorf("%+v", line)
		}
	}
	if c.follows == "" {
		if len(changes.Then) != 0 {
			t.Errorf("then %v", changes.Then)
		}
		return
	}
	if !slices.Equal(acttest.Follows(changes), []string{c.follows}) {
		t.Fatalf("then %v", changes.Then)
	}
	if f, ok := changes.Then[0].Command.(Finish); ok && (f.Ending != c.ending || !slices.Equal(f.Copies, []term.CopyID{"a"})) {
		t.Errorf("%+v", f)
	}
}

func TestClosingAList(t *testing.T) {
	closeEach(t, map[string]closeCase{
		"a return":                          {closingAs(Return, nil), ListClose{HandedBy: "ann", TakerSignature: "某厅王某"}, "", "custody.finish", "returned", 0},
		"a return whose receipt came":       {closingAs(Return, func(s *closing) { s.list.ReceiptAt = acttest.Monday }), handed, "", "custody.finish", "returned", 1},
		"a hand-over in the house":          {closingAs(Transfer, func(s *closing) { s.items = []act.Item{{}} }), handed, "", "custody.reassign", "", 1},
		"a hand-over outside":               {closingAs(Transfer, nil), ListClose{HandedBy: "ann", TakerSignature: "某局"}, "", "custody.finish", "transferred", 1},
		"an archive":                        {closingAs(Archive, nil), handed, "", "custody.finish", "archived", 1},
		"an archive that nobody takes":      {closingAs(Archive, nil), ListClose{HandedBy: "ann"}, "taken_by required", "", "", 0},
		"a destruction with a piece left":   {closingAs(Destruction, nil), handed, "list not_destroyed", "", "", 0},
		"a destruction, all gone":           {closingAs(Destruction, func(s *closing) { s.lines[0].State = Gone }), handed, "", "", "", 1},
		"uncounted":                         {closingAs(Return, func(s *closing) { s.list.CountedAt = time.Time{} }), handed, "list uncounted", "", "", 0},
		"with one line uncounted":           {closingAs(Return, func(s *closing) { s.lines[0].Counted = false }), handed, "list uncounted", "", "", 0},
		"with one piece too many":           {closingAs(Return, func(s *closing) { s.list.Extra = []string{"x"} }), handed, "list uncounted", "", "", 0},
		"with a piece out":                  {closingAs(Return, func(s *closing) { s.out = 1 }), handed, "list pieces_out", "", "", 0},
		"in the house, with a piece out":    {closingAs(Transfer, func(s *closing) { s.out = 1 }), handed, "", "custody.reassign", "", 1},
		"outside, with a piece out":         {closingAs(Transfer, func(s *closing) { s.out = 1 }), ListClose{HandedBy: "ann", TakerSignature: "某局"}, "list pieces_out", "", "", 0},
		"twice":                             {closingAs(Return, func(s *closing) { s.list.State = Closed }), handed, "conflict", "", "", 0},
		"with nothing that goes":            {closingAs(Return, func(s *closing) { s.lines = s.lines[1:] }), handed, "", "", "", 0},
		"with nothing that goes, uncounted": {closingAs(Return, func(s *closing) { s.lines, s.list.CountedAt = nil, time.Time{} }), handed, "", "", "", 0},
	})
}

func TestAListIsClosedByWhoHandsAndTakes(t *testing.T) {
	secret := act.Item{Item: regulation.NewItem(term.Jimi, term.RegimeState)}
	secret.Class = regulation.NewClass(secret.Item)
	closeEach(t, map[string]closeCase{
		"by the officer, what cai has":     {closingAs(Transfer, func(s *closing) { s.out, s.holders = 1, []term.PersonID{"cai"} }), handed, "handed_by not_the_holder", "", "", 0},
		"by who has it":                    {closingAs(Transfer, func(s *closing) { s.out, s.holders = 1, []term.PersonID{"ann"} }), handed, "", "custody.reassign", "", 1},
		"by who has it, who did not sign":  {closingAs(Transfer, func(s *closing) { s.out, s.holders = 1, []term.PersonID{"bob"} }), ListClose{HandedBy: "bob", TakenBy: "ann"}, "handed_by unsigned_hander", "", "", 0},
		"by one of two who have it":        {closingAs(Transfer, func(s *closing) { s.out, s.holders = 2, []term.PersonID{"ann", "dan"} }), handed, "handed_by not_the_holder", "", "", 0},
		"of another's holdings":            {closingAs(Transfer, func(s *closing) { s.list.Person = "dan" }), handed, "handed_by not_the_holder", "", "", 0},
		"of his own holdings":              {closingAs(Transfer, func(s *closing) { s.list.Person = "ann" }), handed, "", "custody.reassign", "", 1},
		"outside, of another's":            {closingAs(Transfer, func(s *closing) { s.list.Person = "dan" }), ListClose{HandedBy: "ann", TakerSignature: "某局"}, "handed_by not_the_holder", "", "", 0},
		"handed by a stranger":             {closingAs(Return, nil), handedBut(func(c *ListClose) { c.HandedBy = "who" }), "handed_by unknown_person", "", "", 0},
		"taken by a stranger":              {closingAs(Return, nil), handedBut(func(c *ListClose) { c.TakenBy = "who" }), "taken_by unknown_person", "", "", 0},
		"taken by who hands it":            {closingAs(Return, nil), handedBut(func(c *ListClose) { c.TakenBy = "ann" }), "taken_by same_person", "", "", 0},
		"watched by who hands it":          {closingAs(Return, nil), handedBut(func(c *ListClose) { c.WatchedBy = "ann" }), "watched_by another", "", "", 0},
		"watched by who takes it":          {closingAs(Return, nil), handedBut(func(c *ListClose) { c.WatchedBy = "bob" }), "watched_by another", "", "", 0},
		"watched by a stranger":            {closingAs(Return, nil), handedBut(func(c *ListClose) { c.WatchedBy = "who" }), "watched_by another", "", "", 0},
		"taken by who may not know it":     {closingAs(Transfer, func(s *closing) { s.items = []act.Item{secret} }), handed, "taken_by outside_scope", "", "", 0},
		"by who knows it, without a grade": {closingAs(Transfer, func(s *closing) { i := secret; i.Scope = []term.PersonID{"bob"}; s.items = []act.Item{i} }), handed, "taken_by not_cleared", "", "", 0},
	})
}

func TestAListIsClosedOnItsDay(t *testing.T) {
	day := calendar.DateOf(acttest.Monday)
	closeEach(t, map[string]closeCase{
		"tomorrow":                  {closingAs(Return, nil), handedBut(func(c *ListClose) { c.At = day.Add(1).String() }), "at in_the_future", "", "", 0},
		"today":                     {closingAs(Return, nil), handedBut(func(c *ListClose) { c.At = day.String() }), "", "custody.finish", "returned", 0},
		"on the day it was allowed": {closingAs(Return, nil), handedBut(func(c *ListClose) { c.At = day.Add(-1).String() }), "at enter_late", "", "", 0},
		"the day before":            {closingAs(Return, nil), handedBut(func(c *ListClose) { c.At = day.Add(-2).String() }), "at before_allowed", "", "", 0},
		"before it was begun":       {closingAs(Return, func(s *closing) { s.list.ApprovedAt = time.Time{} }), handedBut(func(c *ListClose) { c.At = day.Add(-4).String() }), "at before_begun", "", "", 0},
	})
}

func TestTheIssuersReceipt(t *testing.T) {
	list := List{ID: "L", Kind: Return, State: Open, CountedAt: acttest.Monday}
	with := func(f func(*List)) closing {
		l := list
		f(&l)
		return closing{listed: listed{list: l, lines: []Line{{ID: "1", Copy: "a", Counted: true, State: Listed}}}, documents: []term.DocumentID{"d"}}
	}
	moved := with(func(*List) {})
	moved.moved = map[term.CopyID]bool{"a": true}
	bare := with(func(*List) {})
	bare.lines = nil
	if _, err := decideReceipt(with(func(*List) {}), IssuerReceipt{Number: "7", Date: "2026-03-02", Receiver: " "}, ending(t, "ann")); acttest.Answer(err) != "receiver required" {
		t.Errorf("signed by nobody: %v", err)
	}
	for name, c := range map[string]struct {
		s    closing
		date string
		want string
	}{
		"today": {with(func(*List) {}), "2026-03-02", ""}, "tomorrow": {with(func(*List) {}), "2026-03-03", "date in_the_future"}, "of no day": {with(func(*List) {}), "", "date required"},
		"before anything was counted": {with(func(l *List) { l.CountedAt = time.Time{} }), "2026-03-02", "list uncounted"}, "of a piece that moved since": {moved, "2026-03-02", "list uncounted"},
		"of one too many": {with(func(l *List) { l.Extra = []string{"x"} }), "2026-03-02", "list uncounted"}, "of nothing": {bare, "2026-03-02", "list no_lines"},
		"before the list was begun": {with(func(l *List) { l.OpenedAt = acttest.Monday }), "2026-03-01", "date before_begun"},
		"before the pieces were given": {with(func(l *List) {
			l.State, l.OpenedAt, l.ClosedAt = Closed, acttest.Monday.AddDate(0, 0, -9), acttest.Monday
		}), "2026-03-01", "date before_gone"},
		"of the day they were given": {with(func(l *List) {
			l.State, l.OpenedAt, l.ClosedAt = Closed, acttest.Monday.AddDate(0, 0, -9), acttest.Monday
		}), "2026-03-02", ""},

		"after it was closed": {with(func(l *List) { l.State = Closed }), "2026-03-02", ""}, "twice": {with(func(l *List) { l.ReceiptAt = acttest.Monday }), "2026-03-02", "conflict"},
		"of a destruction": {with(func(l *List) { l.Kind = Destruction }), "2026-03-02", "list not_a_return"},
	} {
		changes, err := decideReceipt(c.s, IssuerReceipt{Number: "7", Date: c.date, Receiver: " 王某 "}, ending(t, "ann"))
		if got := acttest.Answer(err); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if err == nil {
			if l := acttest.Row[List](t, changes); l.ReceiptNo != "7" || l.ReceiptBy != "ann" || acttest.Text(t, l.Receiver) != "王某" || len(changes.Targets) > 0 == (l.State == Open) || l.State != c.s.list.State {
				t.Errorf("%s: %+v", name, l)
			}
		}
	}
}

func TestSigningForTheArchive(t *testing.T) {
	list := List{ID: "L", Kind: Archive, State: Open, Of: "2025", CountedAt: acttest.Monday, OpenedAt: acttest.Monday}
	as := func(f func(*closing)) closing {
		s := closing{listed: listed{list: list, lines: []Line{{ID: "1", Copy: "a", Counted: true, State: Listed}}}, documents: []term.DocumentID{"d"}}
		f(&s)
		return s
	}
	for name, c := range map[string]struct {
		s       closing
		date    string
		want    string
		follows int
		targets int
	}{
		"with its list":          {as(func(*closing) {}), "2026-03-02", "", 1, 2},
		"of no year":             {as(func(s *closing) { s.list.Of = "" }), "", "", 1, 1},
		"of a closed list":       {as(func(s *closing) { s.list.State, s.lines[0].State = Closed, Gone }), "", "", 0, 1},
		"tomorrow":               {as(func(*closing) {}), "2026-03-03", "date in_the_future", 0, 0},
		"before it was begun":    {as(func(*closing) {}), "2026-03-01", "date before_begun", 0, 0},
		"twice":                  {as(func(s *closing) { s.list.SignedAt = acttest.Monday }), "", "conflict", 0, 0},
		"of another kind":        {as(func(s *closing) { s.list.Kind = Return }), "", "list not_an_archive", 0, 0},
		"of one not counted":     {as(func(s *closing) { s.lines[0].Counted = false }), "", "list uncounted", 0, 0},
		"with a piece still out": {as(func(s *closing) { s.out = 1 }), "", "list pieces_out", 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := decideArchive(c.s, ArchiveSign{HandedBy: "ann", TakenBy: "dan", Date: c.date, FileNo: "5"}, ending(t, "dan"))
			if got := acttest.Answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			l := acttest.Row[List](t, changes)
			if l.SignedBy != "dan" || l.FileNo != "5" || l.State != Closed || len(changes.Then) != c.follows || len(changes.Targets) != c.targets {
				t.Errorf("%+v, then %v, targets %v", l, changes.Then, changes.Targets)
			}
		})
	}
}

func TestDestroying(t *testing.T) {
	day := calendar.DateOf(acttest.Monday)
	list := List{ID: "L", Kind: Destruction, State: Open, Year: 2026, No: 3, Applicant: "ann", OpenedAt: acttest.Monday.AddDate(0, 0, -3), ApprovedAt: acttest.Monday.AddDate(0, 0, -1)}
	as := func(f func(*destroying)) destroying {
		s := destroying{
			pieces: []Piece{one("a", term.Mimi, "paper"), one("b", term.Mimi, "paper")}, lines: []Line{{ID: "1", Copy: "a", State: Listed}, {ID: "2", Copy: "b", State: Listed}},
			lists: []List{list, list}, documents: []term.DocumentID{"d-a"},
		}
		s.whole = listed{list: list, lines: []Line{{ID: "1", Copy: "a", State: Listed, Counted: true}, {ID: "2", Copy: "b", State: Listed, Counted: true}}}
		s.whole.list.CountedAt = acttest.Monday.AddDate(0, 0, -1)
		if f != nil {
			f(&s)
		}
		return s
	}
	single := func(f func(*destroying)) destroying {
		s := destroying{pieces: []Piece{one("a", term.Open, "paper")}, lines: []Line{{Copy: "a"}}, lists: []List{{}}, last: 8}
		if f != nil {
			f(&s)
		}
		return s
	}
	listedOne := func(counted bool) destroying {
		return destroying{pieces: []Piece{one("a", term.Mimi, "paper")}, lines: []Line{{ID: "1", Copy: "a", State: Listed, Counted: counted}}, lists: []List{list}}
	}
	movedOne := func() destroying {
		s := listedOne(true)
		s.moved = map[term.CopyID]bool{"a": true}
		return s
	}
	secretOne := func() destroying {
		return destroying{pieces: []Piece{one("a", term.Mimi, "paper")}, lines: []Line{{Copy: "a"}}, lists: []List{{}}}
	}

	right := Destroy{List: "L", Method: "shred", Supervisors: []term.PersonID{"bob", "cai"}}
	but := func(f func(*Destroy)) Destroy { d := right; f(&d); return d }
	for name, c := range map[string]struct {
		s      destroying
		cmd    Destroy
		want   string
		number string
	}{
		"a list":                       {as(nil), right, "", "销毁〔2026〕3号"},
		"one that stands on no list":   {single(nil), but(func(d *Destroy) { d.List, d.Copy = "", "a" }), "", "销毁〔2026〕9号"},
		"one of a list, counted":       {listedOne(true), but(func(d *Destroy) { d.List, d.Copy = "", "a" }), "", "销毁〔2026〕3号"},
		"one of a list, not counted":   {listedOne(false), but(func(d *Destroy) { d.List, d.Copy = "", "a" }), "copy uncounted", ""},
		"one that has moved since":     {movedOne(), but(func(d *Destroy) { d.List, d.Copy = "", "a" }), "copy uncounted", ""},
		"a secret of no list":          {secretOne(), but(func(d *Destroy) { d.List, d.Copy = "", "a" }), "copy not_listed", ""},
		"one that is on another kind":  {single(func(s *destroying) { s.lists[0].Kind = Return }), right, "copy on_another_list", ""},
		"a list of another kind":       {as(func(s *destroying) { s.lists[0].Kind = Archive }), right, "list not_a_destruction", ""},
		"a list without lines":         {destroying{}, right, "list no_lines", ""},
		"what has ended":               {as(func(s *destroying) { s.pieces[1].Live = false }), right, "conflict", ""},
		"what somebody has":            {as(func(s *destroying) { s.pieces[1].InHand = false }), right, "list pieces_out", ""},
		"a list not counted":           {as(func(s *destroying) { s.whole.list.CountedAt = time.Time{} }), right, "list uncounted", ""},
		"one of it not counted":        {as(func(s *destroying) { s.whole.lines[1].Counted = false }), right, "list uncounted", ""},
		"one of it gone before":        {as(func(s *destroying) { s.whole.lines[1].Counted, s.whole.lines[1].State = false, Gone }), right, "", "销毁〔2026〕3号"},
		"something lies beside it":     {as(func(s *destroying) { s.whole.list.Extra = []string{"x"} }), right, "list uncounted", ""},
		"two media at once":            {as(func(s *destroying) { s.pieces[1].Medium = "optical" }), right, "list other_medium", ""},
		"before a stranger":            {as(nil), but(func(d *Destroy) { d.Supervisors = []term.PersonID{"bob", "who"} }), "supervisors unknown_person", ""},
		"before one, named twice":      {as(nil), but(func(d *Destroy) { d.Supervisors = []term.PersonID{"bob", "bob"} }), "supervisors twice", ""},
		"before who listed it":         {as(nil), but(func(d *Destroy) { d.Supervisors = []term.PersonID{"bob", "ann"} }), "supervisors applicant", ""},
		"before who does it, unlisted": {single(nil), but(func(d *Destroy) { d.List, d.Copy, d.Supervisors = "", "a", []term.PersonID{"ann", "bob"} }), "supervisors applicant", ""},
		"by no method":                 {as(nil), but(func(d *Destroy) { d.Method = "" }), "method required", ""},
		"tomorrow":                     {as(nil), but(func(d *Destroy) { d.At = day.Add(1).String() }), "at in_the_future", ""},
		"on the day it was allowed":    {as(nil), but(func(d *Destroy) { d.At = day.Add(-1).String() }), "at enter_late", ""},
		"today":                        {as(nil), but(func(d *Destroy) { d.At = day.String() }), "", "销毁〔2026〕3号"},
		"the day before":               {as(nil), but(func(d *Destroy) { d.At = day.Add(-2).String() }), "at before_allowed", ""},
		"before it was registered":     {single(func(s *destroying) { s.pieces[0].Item.RegisteredAt = acttest.Monday }), but(func(d *Destroy) { d.List, d.Copy, d.At = "", "a", day.Add(-1).String() }), "at before_registered", ""},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := decideDestroy(c.s, c.cmd, ending(t, "ann"))
			if got := acttest.Answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			lines := acttest.Rows[Line](changes)
			if changes.Values["number"] != c.number || len(lines) != len(c.s.pieces) || len(changes.Targets) != len(c.s.documents) {
				t.Fatalf("%q, %d lines, targets %v", changes.Values["number"], len(lines), changes.Targets)
			}
			for _, l := range lines {
				if l.State != Gone || l.Method != "shred" || l.DoneOn != c.cmd.At || !slices.Equal(l.Supervisors, []string{"bob", "cai"}) {
					t.Errorf("%+v", l)
				}
			}
			if f := changes.Then[0].Command.(Finish); f.Ending != "destroyed" || len(f.Copies) != len(lines) {
				t.Errorf("%+v", f)
			}
		})
	}
}

// Two are there who did not ask for it: neither the applicant of a list, nor whoever destroys what nobody asked for.
func TestWhoSupervises(t *testing.T) {
	list := func(applicant term.PersonID) List { return List{ID: "L", Kind: Destruction, Applicant: applicant} }
	for name, c := range map[string]struct {
		list        List
		supervisors []term.PersonID
		all, other  int
	}{
		"two others":                         {list("cai"), []term.PersonID{"bob", "dan"}, 2, 2},
		"the applicant and another":          {list("cai"), []term.PersonID{"bob", "cai"}, 2, 1},
		"one, twice":                         {list("cai"), []term.PersonID{"bob", "bob"}, 1, 1},
		"nobody":                             {list("cai"), []term.PersonID{""}, 0, 0},
		"who destroys it, of another's list": {list("cai"), []term.PersonID{"ann", "bob"}, 2, 2},
		"who destroys it, of nobody's list":  {list(""), []term.PersonID{"ann", "bob"}, 2, 1},
		"who destroys it, of no list":        {List{}, []term.PersonID{"ann", "bob"}, 2, 1},
	} {
		f := factsOfDestroy(destroying{pieces: []Piece{one("a", term.Mimi, "paper")}, lines: []Line{{}}, lists: []List{c.list}}, Destroy{Supervisors: c.supervisors}, ending(t, "ann"))
		if f.Supervisors != c.all || f.SupervisorsOther != c.other || f.Medium != "paper" {
			t.Errorf("%s: %d, of them others %d", name, f.Supervisors, f.SupervisorsOther)
		}
	}
}

// The year of a piece is that of its 办结 here, whatever the hour says elsewhere.
func TestTheYearOfAPieceIsThatOfItsDayHere(t *testing.T) {
	newYear := time.Date(2027, 1, 1, 0, 0, 0, 0, calendar.Zone)
	for at, want := range map[time.Time]int{newYear.Add(-time.Second): 2026, newYear: 2027, newYear.UTC(): 2027, newYear.Add(-time.Second).UTC(): 2026} {
		if got := latestYear([]Piece{{CompletedAt: at}}); got != want {
			t.Errorf("%s: %d, want %d", at, got, want)
		}
	}
}

func TestOnWhichDayALineWasDone(t *testing.T) {
	for _, c := range []struct {
		said string
		at   time.Time
		want string
	}{{"", acttest.Monday, "2026-03-02 10:00"}, {"2026-03-02", acttest.Monday, "2026-03-02 10:00"}, {"2026-03-01", acttest.Monday, "2026-03-01"}, {"", time.Time{}, ""}} {
		if got := (Line{DoneOn: c.said}).day(c.at); got != c.want {
			t.Errorf("%q at %s: %q, want %q", c.said, c.at, got, c.want)
		}
	}
}
