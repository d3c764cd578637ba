package disposal

import (
	"slices"
	"testing"
	"time"

	"jiyao/internal/act"
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
