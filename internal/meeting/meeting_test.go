package meeting

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

var monday = time.Date(2026, 3, 2, 10, 0, 0, 0, calendar.Zone)

func piece(id term.CopyID, r term.Regime, scope ...term.PersonID) Piece {
	i := act.Item{Item: regulation.NewItem(term.Mimi, r), Document: term.DocumentID("D-" + string(id)), Scope: scope}
	return Piece{Copy: id, Number: "000001", Live: true, Item: i}
}

func answer(err error) string {
	var invalid *refuse.Invalid
	var conflict *refuse.Conflict
	switch {
	case err == nil:
		return "done"
	case errors.As(err, &invalid):
		return invalid.Fields[0].Field + "=" + invalid.Fields[0].Code
	case errors.As(err, &conflict):
		return "conflict"
	}
	return err.Error()
}

func TestGivingToAnOutsider(t *testing.T) {
	gone := piece("3", term.RegimeCompany)
	gone.Live = false
	outside := piece("4", term.RegimeCompany)
	outside.Live, outside.Outside = false, true
	env := act.Env{Actor: act.Actor{Person: "keeper"}, At: monday, Allowed: []act.Allowed{{By: "gm", At: monday.Add(-time.Hour)}}}
	for name, c := range map[string]struct {
		pieces []Piece
		cmd    Disclose
		want   string
	}{
		"one":                    {[]Piece{piece("1", term.RegimeCompany)}, Disclose{Items: []term.CopyID{"1"}, ReturnBy: "2026-03-02"}, "done"},
		"two":                    {[]Piece{piece("1", term.RegimeCompany), piece("2", term.RegimeState)}, Disclose{Items: []term.CopyID{"1", "2"}}, "done"},
		"none":                   {nil, Disclose{}, "items=required"},
		"one twice":              {nil, Disclose{Items: []term.CopyID{"1", "1"}}, "items=named_twice"},
		"too many":               {nil, Disclose{Items: make([]term.CopyID, maxItems+1)}, "items=too_many"},
		"what nobody has":        {[]Piece{gone}, Disclose{Items: []term.CopyID{"3"}}, "conflict"},
		"what is outside":        {[]Piece{piece("1", term.RegimeCompany), outside}, Disclose{Items: []term.CopyID{"1", "4"}}, "items=given_already"},
		"back before it is gone": {[]Piece{piece("1", term.RegimeCompany)}, Disclose{Items: []term.CopyID{"1"}, ReturnBy: "2026-03-01"}, "return_by=in_the_past"},
		"no day":                 {nil, Disclose{Items: []term.CopyID{"1"}, ReturnBy: "2026-02-30"}, "return_by=bad_date"},
	} {
		err := checkDisclose(c.cmd)
		var changes act.Changes
		if err == nil {
			changes, err = decideDisclose(c.pieces, c.cmd, env)
		}
		if got := answer(err); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
			continue
		}
		if err != nil {
			continue
		}
		if len(changes.Rows) != len(c.pieces) {
			t.Errorf("%s: %d lines", name, len(changes.Rows))
		}
		if f := changes.Then[0]; f.Act != "custody.supply" || fmt.Sprint(f.Command) != fmt.Sprint(moved{c.cmd.Items, "keeper", "", c.cmd.ReturnBy}) {
			t.Errorf("%s: then %+v", name, f)
		}
		for i, row := range changes.Rows {
			s := row.Row().(Supply)
			if !s.Moved || s.Copy != c.pieces[i].Copy || fmt.Sprint(s.ApprovedBy) != "[gm]" || !s.ApprovedAt.Before(s.HandedAt) || s.HandedBy != "keeper" {
				t.Errorf("%s: %+v", name, s)
			}
		}
	}
}

func TestWhatWasGivenComesBackOnce(t *testing.T) {
	env := act.Env{Actor: act.Actor{Person: "keeper"}, At: monday}
	line := Supply{ID: "S", Document: "D-1", Copy: "1", ReturnBy: "2026-03-02"}
	changes, err := decideTakeBack(given{line, piece("1", term.RegimeCompany)}, TakeBack{Line: "S"}, env)
	if err != nil {
		t.Fatal(err)
	}
	next := changes.Rows[0].Row().(Supply)
	if next.TakenBackBy != "keeper" || !next.TakenBackAt.Equal(monday) {
		t.Errorf("%+v", next)
	}
	if _, err := decideTakeBack(given{line: next}, TakeBack{Line: "S"}, env); answer(err) != "conflict" {
		t.Errorf("twice: %v", err)
	}
	if len(changes.Then) != 0 {
		t.Errorf("what was moved since is moved again: %+v", changes.Then)
	}
	out, lost := piece("1", term.RegimeCompany), piece("1", term.RegimeCompany)
	out.Outside, lost.Lost = true, true
	if _, err := decideTakeBack(given{line, lost}, TakeBack{Line: "S"}, env); answer(err) != "line=reported_lost" {
		t.Errorf("lost: %v", err)
	}
	for cmd, want := range map[TakeBack]cameBack{
		{Line: "S", Checked: true}:               {[]term.CopyID{"1"}, "keeper", "", true, true},
		{Line: "S", Checked: true, Result: "缺页"}: {[]term.CopyID{"1"}, "keeper", "", true, false},
		{Line: "S"}: {[]term.CopyID{"1"}, "keeper", "", false, false},
	} {
		c, err := decideTakeBack(given{line, out}, cmd, env)
		if err != nil || len(c.Then) != 1 || c.Then[0].Act != "custody.supply_back" || fmt.Sprint(c.Then[0].Command) != fmt.Sprint(want) {
			t.Errorf("%+v: %v %+v", cmd, err, c.Then)
		}
	}
	end := time.Date(2026, 3, 3, 0, 0, 0, 0, calendar.Zone)
	for at, want := range map[time.Time]bool{end.Add(-time.Second): false, end: true} {
		if line.Overdue(at) != want {
			t.Errorf("at %s: overdue %v", at, !want)
		}
	}
	if next.Overdue(end) || (Supply{}).Overdue(end) {
		t.Error("what is back, or has no day, is overdue")
	}
}

// Of several items the law is asked for each, and he stands to all of them only as he does to every one.
func TestEachItemIsAskedFor(t *testing.T) {
	env := act.Env{Actor: act.Actor{Person: "reader"}}
	f := factsOf([]Piece{piece("1", term.RegimeCompany, "reader"), piece("2", term.RegimeState)}, env)
	others := f.Others()
	if f.Regime != term.RegimeCompany || len(others) != 1 || others[0].(facts).Regime != term.RegimeState || len(f.ActorRelations()) != 0 {
		t.Errorf("%+v, relations %v", others, f.ActorRelations())
	}
	if alone := factsOf([]Piece{piece("1", term.RegimeCompany, "reader")}, env); fmt.Sprint(alone.ActorRelations()) != "[reader]" {
		t.Errorf("%v", alone.ActorRelations())
	}
	if none := factsOf(nil, env); none.Classified {
		t.Error("nothing is classified")
	}
}
