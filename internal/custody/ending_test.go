package custody

import (
	"slices"
	"testing"

	"jiyao/internal/act"
	"jiyao/internal/act/acttest"
	"jiyao/internal/term"
)

// The life of a copy ends only from a place of the office, or unplaced: whoever has it gives it back first.
func TestTheLifeOfACopyEnds(t *testing.T) {
	for state, want := range map[State]string{Received: "", InPlace: "", Held: "conflict", Carried: "conflict", Transit: "conflict", Away: "conflict", Supplied: "conflict", Missing: "conflict", Ended: "conflict"} {
		s := finishing{lines: lines{copies: []Copy{{ID: "a", Document: "D", State: InPlace, Place: "p", Device: "d"}, {ID: "b", Document: "D", State: state, Holder: "clerk"}}}, settled: []term.DocumentID{"D"}, shred: []term.DocumentID{"D"}}
		changes, err := decideFinish(s, Finish{Ending: Destroyed}, outward(t))
		if got := answer(err); got != want {
			t.Errorf("%s: %q, want %q", state, got, want)
		}
		if err != nil {
			continue
		}
		for _, c := range acttest.Rows[Copy](changes) {
			if c.State != Ended || c.Ending != Destroyed || c.Place != "" || c.Holder != "" || c.HandOver != "" || c.Device != "" {
				t.Errorf("%s: %+v", state, c)
			}
		}
		if f, ok := changes.Then[0].Command.(Settle); !ok || !slices.Equal(f.Documents, s.settled) || !slices.Equal(f.Shred, s.shred) || len(changes.Targets) != 2 {
			t.Errorf("%s: then %+v", state, changes.Then)
		}
	}
	if changes, err := decideFinish(finishing{lines: lines{copies: []Copy{{ID: "a", State: InPlace}}}}, Finish{Ending: Archived}, outward(t)); err != nil || len(changes.Then) != 0 {
		t.Errorf("of a document with other copies: %v, %v", changes.Then, err)
	}
}

// Inside the house what is held is held by another, on the same terms; what lies here he answers for.
func TestHandingOverByList(t *testing.T) {
	line := HandOver{ID: "L", Kind: "lend", Receiver: "clerk", ReturnBy: acttest.Monday.AddDate(0, 0, 3), Purpose: "use"}
	for name, c := range map[string]struct {
		copy      Copy
		line      HandOver
		holder    term.PersonID
		custodian term.PersonID
		lines     int
	}{
		"what he holds":                    {Copy{ID: "c", State: Held, Holder: "clerk", HandOver: "L"}, line, "leader1", "", 2},
		"what he holds and answers for":    {Copy{ID: "c", State: Held, Holder: "clerk", HandOver: "L", Custodian: "clerk"}, line, "leader1", "leader1", 2},
		"what lies here":                   {Copy{ID: "c", State: InPlace, Custodian: "clerk"}, HandOver{}, "", "leader1", 0},
		"what nobody answered for":         {Copy{ID: "c", State: InPlace}, HandOver{}, "", "leader1", 0},
		"what is carried about":            {Copy{ID: "c", State: Carried, Holder: "clerk", HandOver: "L", Custodian: "clerk"}, line, "clerk", "leader1", 0},
		"what is held without a line":      {Copy{ID: "c", State: Held, Holder: "clerk"}, HandOver{}, "clerk", "", 0},
		"what was sent and he vouches for": {Copy{ID: "c", State: Transit, HandOver: "L", Custodian: "clerk"}, line, "", "leader1", 0},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := decideReassign(finishing{lines: lines{copies: []Copy{c.copy}, lines: []HandOver{c.line}}}, Reassign{To: "leader1"}, outward(t))
			if err != nil {
				t.Fatal(err)
			}
			next, moved := acttest.Row[Copy](t, changes), acttest.Rows[HandOver](changes)
			if next.Holder != c.holder || next.Custodian != c.custodian || len(moved) != c.lines || next.State != c.copy.State {
				t.Fatalf("%+v, lines %+v", next, moved)
			}
			if c.lines == 2 && (moved[0].BackAt.IsZero() || moved[0].TakenBy != "leader1" || moved[1].Kind != "lend" || !moved[1].ReturnBy.Equal(line.ReturnBy) || moved[1].Receiver != "leader1" || next.HandOver != moved[1].ID) {
				t.Errorf("%+v", moved)
			}
		})
	}
}

// receiving stands for the other nouns: nobody receives for a unit.
type receiving struct{ Links }

func (receiving) Receives(act.Directory, term.PersonID) []term.UnitID { return nil }

func TestPassingOn(t *testing.T) {
	others(t)
	line := HandOver{ID: "L", Receiver: "officer", ReturnBy: acttest.Monday.AddDate(0, 0, 3)}
	for name, c := range map[string]struct {
		copy   Copy
		cmd    PassOn
		signed []string
		want   string
	}{
		"what one holds":         {Copy{ID: "c", Document: "D", State: Held, Holder: "officer"}, PassOn{To: "clerk"}, []string{"giver", "officer", "receiver", "clerk"}, ""},
		"what another holds":     {Copy{ID: "c", State: Held, Holder: "leader1"}, PassOn{To: "clerk"}, nil, "conflict"},
		"what lies here":         {Copy{ID: "c", State: InPlace}, PassOn{To: "clerk"}, nil, "conflict"},
		"what one carries":       {Copy{ID: "c", State: Carried, Holder: "officer"}, PassOn{To: "clerk"}, nil, "conflict"},
		"to nobody":              {Copy{ID: "c", State: Held, Holder: "officer"}, PassOn{}, nil, "to required"},
		"to a stranger":          {Copy{ID: "c", State: Held, Holder: "officer"}, PassOn{To: "who"}, nil, "to unknown_person"},
		"to oneself":             {Copy{ID: "c", State: Held, Holder: "officer"}, PassOn{To: "officer"}, nil, "to same_person"},
		"another number":         {Copy{ID: "c", State: Held, Holder: "officer", CopyNo: "000001"}, PassOn{To: "clerk", CopyNo: "000002"}, nil, "copy_no differs"},
		"signed by another":      {Copy{ID: "c", State: Held, Holder: "officer"}, PassOn{To: "clerk"}, []string{"receiver", "leader1"}, "signed other_person"},
		"by the label, unsigned": {Copy{ID: "c", State: Held, Holder: "officer", Label: "JC26-1"}, PassOn{To: "clerk", CopyNo: "JC26-1"}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := decidePassOn(held{copy: c.copy, line: line}, c.cmd, outward(t, c.signed...))
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			lines, next := acttest.Rows[HandOver](changes), acttest.Row[Copy](t, changes)
			signed := len(c.signed) > 0
			if next.Holder != "clerk" || next.HandOver != lines[1].ID || lines[0].TakenBy != "clerk" || !lines[1].ReturnBy.Equal(line.ReturnBy) || changes.After.(standing).HolderSigned != signed {
				t.Errorf("%+v %+v", next, lines)
			}
		})
	}
}

// With its officer a place loses what was dedicated to him; each of his places, and all that rests there stands so.
func TestAPlaceLosesItsOfficer(t *testing.T) {
	changes, err := decideOfficerGone([]Place{{ID: "p"}, {ID: "q"}}, OfficerGone{Person: "officer"}, outward(t))
	if err != nil || !slices.Equal(acttest.Follows(changes), []string{"custody.place_orphaned", "custody.place_orphaned"}) {
		t.Errorf("%v, %v", changes.Then, err)
	}
	rest := func(n int) (out []placing) {
		for range n {
			out = append(out, placing{held: held{copy: Copy{State: InPlace, Place: "p"}}})
		}
		return out
	}
	for name, c := range map[string]struct {
		s    orphan
		want string
	}{
		"with two copies": {orphan{Place{ID: "p", Officer: "officer"}, rest(2)}, ""}, "empty": {orphan{Place{ID: "p", Officer: "officer"}, nil}, ""}, "of nobody": {orphan{Place{ID: "p"}, rest(1)}, "conflict"},
	} {
		changes, err := decideOrphaned(c.s, PlaceOrphaned{Place: "p"}, outward(t))
		if got := answer(err); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if err != nil {
			continue
		}
		stands, any := changes.After.(standing)
		if p := acttest.Row[Place](t, changes); p.Officer != "" || p.DedicatedAt.IsZero() || any != (len(c.s.rest) > 0) || any && len(stands.Others()) != len(c.s.rest)-1 {
			t.Errorf("%s: %+v, after %+v", name, p, changes.After)
		}
	}
}
