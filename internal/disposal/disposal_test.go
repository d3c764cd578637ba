package disposal

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

func TestACountIsRightWhenEachLineIsThereOnceAndNothingElse(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	line := func(counted bool, s LineState) Line { return Line{Counted: counted, State: s} }
	for _, c := range []struct {
		about string
		list  List
		lines []Line
		right bool
	}{
		{"never counted", List{}, []Line{line(true, Listed)}, false},
		{"all there", List{CountedAt: at}, []Line{line(true, Listed), line(true, Listed)}, true},
		{"one not there", List{CountedAt: at}, []Line{line(true, Listed), line(false, Listed)}, false},
		{"one lost, with its case", List{CountedAt: at}, []Line{line(true, Listed), line(false, Lost)}, true},
		{"one too many", List{CountedAt: at, Extra: []string{"x"}}, []Line{line(true, Listed)}, false},
		{"no lines", List{CountedAt: at}, nil, true},
	} {
		if got := (listed{list: c.list, lines: c.lines}).countsEqual(); got != c.right {
			t.Errorf("%s: %v", c.about, got)
		}
	}
}

func TestTheLatestYearIsThatOfTheLastFinishedItem(t *testing.T) {
	in := func(year int) Piece { return Piece{CompletedAt: time.Date(year, 12, 31, 12, 0, 0, 0, time.UTC)} }
	for _, c := range []struct {
		pieces []Piece
		want   int
	}{{nil, 0}, {[]Piece{in(2025)}, 2025}, {[]Piece{in(2025), in(2026)}, 2026}, {[]Piece{in(2025), {}}, 0}} {
		if got := latestYear(c.pieces); got != c.want {
			t.Errorf("%v: %d", c.pieces, got)
		}
	}
}

func TestOfManyItemsTheHighestLevelAndTheCommonStepsCount(t *testing.T) {
	one := func(l term.Level, steps ...string) act.Item {
		i := act.Item{Item: regulation.NewItem(l, term.RegimeState)}
		i.StepsDone = steps
		return i
	}
	got := together([]act.Item{one(term.Neibu, "register", "complete"), one(term.Jimi, "register")}, Destruction)
	if got.Level != term.Jimi || !got.Classified || got.Kind != Destruction || !slices.Equal(got.StepsDone, []string{"register"}) {
		t.Errorf("%+v", got)
	}
	if none := together(nil, Return); none.Classified || none.Kind != Return {
		t.Errorf("%+v", none)
	}
}

func TestItemsOfAnotherRegimeAreAskedForApart(t *testing.T) {
	one := func(l term.Level, r term.Regime, steps ...string) act.Item {
		i := act.Item{Item: regulation.NewItem(l, r)}
		i.StepsDone = steps
		return i
	}
	s, c := term.RegimeState, term.RegimeCompany
	for name, tc := range map[string]struct {
		items []act.Item
		want  string
	}{
		"none":                 {nil, "state 公开 []"},
		"of one":               {[]act.Item{one(term.Mimi, c, "a"), one(term.Jimi, c, "a", "b")}, "company 机密 [a]"},
		"the company's higher": {[]act.Item{one(term.Mimi, s, "a"), one(term.Jimi, c, "b"), one(term.Neibu, s, "a")}, "company 机密 [b], state 秘密 [a]"},
		"the state's higher":   {[]act.Item{one(term.Mimi, c), one(term.Jimi, s)}, "state 机密 [], company 秘密 []"},
		"of one level":         {[]act.Item{one(term.Mimi, c), one(term.Mimi, s)}, "company 秘密 [], state 秘密 []"},
	} {
		items := apart(tc.items, Destruction)
		f := listFacts{Item: items[0], beside: items[1:], OpenLines: 3}
		got := fmt.Sprint(f.Regime, " ", f.Level, " ", f.StepsDone)
		for _, other := range f.Others() {
			o := other.(listFacts)
			got += fmt.Sprint(", ", o.Regime, " ", o.Level, " ", o.StepsDone)
			if o.OpenLines != 3 || o.Kind != Destruction {
				t.Errorf("%s: %+v", name, o)
			}
		}
		if got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
		if d := (destroyFacts{beside: items[1:]}); len(d.Others()) != len(items)-1 {
			t.Errorf("%s: destroyed at once: %v", name, d.Others())
		}
	}
}

func TestAChangedListLosesItsApprovalAndItsCount(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	l := List{ApprovedAt: at, ApprovedBy: "head", CountedAt: at, CountedBy: "officer", Extra: []string{"x"}, Applicant: "officer"}
	got := l.changed(act.Env{Actor: act.Actor{Person: "other"}})
	if !got.ApprovedAt.IsZero() || got.ApprovedBy != "" || !got.CountedAt.IsZero() || got.Extra != nil || got.Applicant != "officer" {
		t.Errorf("%+v", got)
	}
	if made := (List{}).changed(act.Env{Actor: act.Actor{Person: "other"}}); made.Applicant != "other" {
		t.Errorf("of a list that the system made, who changes it first answers for it: %+v", made)
	}
}

func TestAListIsCalledByItsNumber(t *testing.T) {
	for kind, want := range map[string]string{Return: "清退〔2027〕3号", Transfer: "移交〔2027〕3号", Archive: "归档〔2027〕3号", Destruction: "销毁〔2027〕3号"} {
		if got := (List{Kind: kind, Year: 2027, No: 3}).Number(); got != want || !numberPattern.MatchString(got) {
			t.Errorf("%s: %s", kind, got)
		}
	}
}

// everybody is a house in which every name is known.
type everybody struct{ act.Directory }

func (everybody) Name(id term.PersonID) string { return string(id) }

func TestAListIsClosedOnlyWithItsPiecesInTheOffice(t *testing.T) {
	closed := func(kind string, out int, taker term.PersonID) error {
		return closing{listed: listed{list: List{Kind: kind}}, out: out}.closable(ListClose{TakenBy: taker}, act.Env{People: everybody{}})
	}
	for _, c := range []struct {
		name  string
		kind  string
		out   int
		taker term.PersonID
		want  string
	}{
		{"a return with a piece still lent", Return, 1, "", "pieces_out"},
		{"a return with all of them", Return, 0, "", ""},
		{"an archive with a piece still lent", Archive, 1, "archivist", "pieces_out"},
		{"a hand-over to another unit with a piece still lent", Transfer, 1, "", "pieces_out"},
		{"one inside the house: it changes hands where it is", Transfer, 1, "archivist", ""},
	} {
		var wrong *refuse.Invalid
		err := closed(c.kind, c.out, c.taker)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (!errors.As(err, &wrong) || wrong.Fields[0].Code != c.want):
			t.Errorf("%s: %v", c.name, err)
		}
	}
	away := destroying{pieces: []Piece{{Live: true}}, lines: []Line{{}}, lists: []List{{}}}
	var wrong *refuse.Invalid
	if err := away.destroyable(Destroy{}, act.Env{}); !errors.As(err, &wrong) || wrong.Fields[0].Code != "pieces_out" {
		t.Errorf("destroyed while it is lent: %v", err)
	}
}

func TestNothingIsAddedOnceDestructionHasBegun(t *testing.T) {
	s := adding{listed: listed{list: List{Kind: Destruction}, lines: []Line{{State: Gone}}}, piece: Piece{Copy: "c", Live: true}}
	var wrong *refuse.Invalid
	if err := s.addable(ListAdd{Copy: "c"}); !errors.As(err, &wrong) || wrong.Fields[0].Code != "begun" {
		t.Errorf("added to a list whose first piece is gone: %v", err)
	}
	s.lines[0].State = Listed
	if err := s.addable(ListAdd{Copy: "c"}); err != nil {
		t.Errorf("before the first piece is gone: %v", err)
	}
}

func TestWhatIsNotFinishedOrGoesAnotherWayIsNotDestroyed(t *testing.T) {
	done := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	item := func(origin string, void bool) act.Item {
		i := act.Item{Item: regulation.NewItem(term.Mimi, term.RegimeState), Void: void}
		i.Origin = origin
		return i
	}
	came := item("received", false)
	for _, c := range []struct {
		name  string
		piece Piece
		want  string
	}{
		{"came in, not finished", Piece{Item: came}, "not_finished"},
		{"not finished, others beside it", Piece{Item: came, Stays: 2}, "not_finished"},
		{"finished", Piece{Item: came, CompletedAt: done}, ""},
		{"finished, to be destroyed", Piece{Item: came, CompletedAt: done, Way: "destroy"}, ""},
		{"to go back", Piece{Item: came, CompletedAt: done, Way: "return", Stays: 2}, "to_return"},
		{"to be archived, the last", Piece{Item: came, CompletedAt: done, Way: "archive"}, "to_archive"},
		{"to be archived, one stays", Piece{Item: came, CompletedAt: done, Way: "archive", Stays: 1}, ""},
		{"a copy that was made", Piece{Item: item("derived", false)}, ""},
		{"of the office's own", Piece{Item: item("own", false)}, ""},
		{"struck from the register", Piece{Item: item("received", true)}, ""},
	} {
		c.piece.Copy, c.piece.Live, c.piece.InHand, c.piece.Medium = "c", true, true, "paper"
		destroy := Destroy{Copy: "c", Method: "pulp", Supervisors: []term.PersonID{"a", "b"}}
		for field, err := range map[string]error{
			"copy": adding{listed: listed{list: List{Kind: Destruction}}, piece: c.piece}.addable(ListAdd{Copy: "c"}),
			"list": destroying{pieces: []Piece{c.piece}, lines: []Line{{ID: "l", Counted: true}}, lists: []List{{ID: "d", Kind: Destruction}}}.destroyable(destroy, act.Env{People: everybody{}, At: done}),
		} {
			var wrong *refuse.Invalid
			if errors.As(err, &wrong) != (c.want != "") || wrong != nil && (wrong.Fields[0].Code != c.want || wrong.Fields[0].Field != field) {
				t.Errorf("%s: %s: %v", c.name, field, err)
			}
		}
		if err := (adding{listed: listed{list: List{Kind: Transfer}}, piece: c.piece}).addable(ListAdd{Copy: "c"}); err != nil {
			t.Errorf("%s: to be handed over: %v", c.name, err)
		}
	}
}
