package custody

import (
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/act/acttest"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
	"jiyao/internal/term"
)

// What is given outside lies in no place and is with nobody here, on one open line that names who gave it. Whose line it was ends
// his line by giving it; what somebody else has, or what is not here, he does not give.
func TestGivingOutsideMovesThePiece(t *testing.T) {
	mine, loan := HandOver{ID: "L", Kind: "hand_out", Receiver: "officer", Stop: "s"}, HandOver{ID: "L", Kind: "lend", Receiver: "officer"}
	kept := Copy{State: InPlace, Place: "p", Device: "d"}
	has := Copy{State: Held, Holder: "officer", HandOver: "L"}
	for name, c := range map[string]struct {
		copy  Copy
		line  HandOver
		want  string
		ends  bool // a line of his
		kinds []string
		then  int
	}{
		"what lies in its place":   {kept, HandOver{}, "", false, []string{"copy", inLeaderOffice}, 0},
		"what is not put away":     {Copy{State: Received, FoundIn: "desk"}, HandOver{}, "", false, []string{"copy", inLeaderOffice}, 0},
		"what he was handed":       {has, mine, "", true, []string{"stop", "copy", inLeaderOffice}, 1},
		"what he borrowed":         {has, loan, "", true, []string{"loan", "copy", inLeaderOffice}, 0},
		"what another has":         {Copy{State: Held, Holder: "clerk", HandOver: "L"}, mine, "conflict", false, nil, 0},
		"what he carries about":    {Copy{State: Carried, Holder: "officer"}, HandOver{}, "conflict", false, nil, 0},
		"what is under way":        {Copy{State: Transit}, HandOver{}, "conflict", false, nil, 0},
		"what is outside already":  {Copy{State: Supplied}, HandOver{}, "conflict", false, nil, 0},
		"what nobody can find":     {Copy{State: Missing}, HandOver{}, "conflict", false, nil, 0},
		"what has come to its end": {Copy{State: Ended}, HandOver{}, "conflict", false, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			c.copy.ID, c.copy.Document = "c", "D"
			changes, err := decideSupply([]held{{copy: c.copy, line: c.line}}, Supply{By: "officer", Signed: "officer", ReturnBy: "2026-04-30"}, outward(t))
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			next, lines := acttest.Row[Copy](t, changes), acttest.Rows[HandOver](changes)
			open := lines[len(lines)-1]
			if next.State != Supplied || next.Place != "" || next.Holder != "" || next.Device != "" || next.FoundIn != "" || next.HandOver != open.ID || !next.Since.Equal(acttest.Monday) {
				t.Errorf("%+v", next)
			}
			if !open.Outside() || open.Giver != "officer" || open.GiverSigned != "officer" || open.Receiver != "" || !open.BackAt.IsZero() || open.ReturnBy.Format(time.DateTime) != "2026-05-01 00:00:00" {
				t.Errorf("%+v", open)
			}
			if (len(lines) == 2) != c.ends || c.ends && (lines[0].ID != "L" || lines[0].BackAt.IsZero() || lines[0].TakenBy != "officer" || lines[0].Checked || lines[0].PagesBack != -1) {
				t.Errorf("%+v", lines)
			}
			var kinds []string
			for _, x := range changes.Targets {
				if !x.CloseOnly {
					t.Errorf("opens: %+v", x)
				}
				kinds = append(kinds, x.Kind)
			}
			if len(kinds) != len(c.kinds) || kinds[0] != c.kinds[0] || len(changes.Then) != c.then {
				t.Errorf("%v, then %v", kinds, changes.Then)
			}
			if after, ok := changes.After.(standing); !ok || !after.SenderSigned || after.AtRest || after.HolderSigned {
				t.Errorf("%+v", changes.After)
			}
		})
	}
	if _, err := decideSupply(nil, Supply{ReturnBy: "2026-02-30"}, outward(t)); answer(err) != "return_by bad_date" {
		t.Errorf("no day: %v", err)
	}
}

// What comes back is here, and to be put away anew; its line ends with who took it. The version before wrote none.
func TestWhatWasGivenOutsideComesBack(t *testing.T) {
	out := Copy{ID: "c", Document: "D", State: Supplied, HandOver: "L"}
	line := HandOver{ID: "L", Kind: kindSupply, Giver: "clerk"}
	for name, c := range map[string]struct {
		copy Copy
		line HandOver
		cmd  SupplyBack
		want string
	}{
		"whole":                {out, line, SupplyBack{Checked: true, Whole: true}, ""},
		"not looked at":        {out, line, SupplyBack{}, ""},
		"given without a line": {Copy{ID: "c", State: Supplied}, HandOver{}, SupplyBack{Checked: true}, ""},
		"what is here":         {Copy{ID: "c", State: InPlace}, HandOver{}, SupplyBack{}, "conflict"},
		"what is lost":         {Copy{ID: "c", State: Missing, HandOver: "L"}, line, SupplyBack{}, "conflict"},
	} {
		t.Run(name, func(t *testing.T) {
			c.cmd.By, c.cmd.Signed = "officer", "officer"
			changes, err := decideSupplyBack([]held{{copy: c.copy, line: c.line}}, c.cmd, outward(t))
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			if next := acttest.Row[Copy](t, changes); next.State != Received || next.HandOver != "" || next.Holder != "" || !next.Since.Equal(acttest.Monday) {
				t.Errorf("%+v", next)
			}
			lines := acttest.Rows[HandOver](changes)
			if len(lines) != 0 != (c.line.ID != "") {
				t.Fatalf("%+v", lines)
			}
			for _, l := range lines {
				if l.TakenBy != "officer" || l.TakenSigned != "officer" || l.CopiesBack != 1 || l.Checked != c.cmd.Checked || l.Whole != c.cmd.Whole || (l.CheckedBy != "") != c.cmd.Checked {
					t.Errorf("%+v", l)
				}
			}
		})
	}
}

// It is not handed on meanwhile, nor taken back as a loan is: the register of what is outside takes it back.
func TestWhatIsOutsideIsNotHandedOn(t *testing.T) {
	h := held{copy: Copy{ID: "a", State: Supplied, HandOver: "L"}, line: HandOver{ID: "L", Kind: kindSupply}}
	if got := answer(h.free(0)); got != "copy given_already" {
		t.Errorf("handed on: %s", got)
	}
	if got := answer((takingBack{held: h}).idle()); got != "copy given_outside" {
		t.Errorf("taken back: %s", got)
	}
	if _, err := decideMissing(h, ReportMissing{}, act.Env{At: acttest.Monday}); err != nil {
		t.Errorf("reported lost: %v", err)
	}
}

// Where one piece stood at a moment is what its row said then.
func TestWhereOnePieceStood(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		at := acttest.Monday
		first := Copy{ID: "c", Document: "D", Seq: 1, State: InPlace, Place: "p", Since: at}
		put := func(rows func(tx *store.Tx) []store.Change) {
			t.Helper()
			if err := db.Write(t.Context(), "test", func(tx *store.Tx) error {
				_, err := store.Put(tx, rows(tx))
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		put(func(*store.Tx) []store.Change {
			return []store.Change{Copies.Insert(first), HandOvers.Insert(HandOver{ID: "L", Copy: "c", Document: "D", Kind: kindSupply, OutAt: at.Add(time.Hour)})}
		})
		put(func(tx *store.Tx) []store.Change {
			was, err := Copies.Get(tx, "c")
			if err != nil {
				t.Fatal(err)
			}
			next := was
			next.State, next.Place, next.HandOver, next.Since = Supplied, "", "L", at.Add(time.Hour)
			return []store.Change{Copies.Update(was, next)}
		})
		for when, want := range map[time.Duration]string{-time.Millisecond: "", 0: Stored, time.Hour - time.Millisecond: Stored, time.Hour: GivenOut} {
			err := db.Read(t.Context(), func(tx *store.Tx) error {
				got, since, err := StationAt(tx, "c", at.Add(when))
				if got != want || (got != "") != !since.IsZero() {
					t.Errorf("after %s: %q since %s, want %q", when, got, since, want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := db.Read(t.Context(), func(tx *store.Tx) error { _, _, err := StationAt(tx, term.CopyID("x"), at); return err }); refuse.AtFields(err) != nil || err == nil {
			t.Errorf("what is not there: %v", err)
		}
	})
}
