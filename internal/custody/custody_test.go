package custody

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/act/acttest"
	"jiyao/internal/calendar"
	"jiyao/internal/obligation"
	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
	"jiyao/internal/term"
)

var monday = time.Date(2026, 3, 2, 10, 0, 0, 0, calendar.Zone)

func envOf(pairs ...string) act.Env {
	e := act.Env{Actor: act.Actor{Person: "officer"}, At: monday.Add(time.Hour)}
	for i := 0; i < len(pairs); i += 2 {
		e.Signatures = append(e.Signatures, act.Signature{Role: pairs[i], Person: term.PersonID(pairs[i+1])})
	}
	return e
}

// What a copy's row, its place and its open line say of it is all that the watches look at.
func TestHowACopyStands(t *testing.T) {
	cabinet, desk := Place{ID: "c", Kind: "cabinet", Lock: "key"}, Place{ID: "d", Kind: "desk", Lock: "key"}
	signed := HandOver{Giver: "officer", GiverSigned: "officer", Receiver: "leader", ReceiverSigned: "leader"}
	for name, c := range map[string]struct {
		copy  Copy
		line  HandOver
		place Place
		want  standing
	}{
		"in a locked cabinet":      {Copy{State: InPlace}, HandOver{}, cabinet, standing{Live: true, Located: true, AtRest: true, PlaceKind: "cabinet", PlaceCabinet: true, PlaceLocked: true}},
		"in one without a lock":    {Copy{State: InPlace}, HandOver{}, Place{Kind: "safe", Lock: "none"}, standing{Live: true, Located: true, AtRest: true, PlaceKind: "safe", PlaceCabinet: true}},
		"on a desk that locks":     {Copy{State: InPlace}, HandOver{}, desk, standing{Live: true, Located: true, AtRest: true, PlaceKind: "desk", PlaceLocked: true}},
		"with who signed":          {Copy{State: Held, Holder: "leader"}, signed, cabinet, standing{Live: true, Located: true, HolderSigned: true}},
		"with who did not":         {Copy{State: Held, Holder: "leader"}, HandOver{Receiver: "leader"}, Place{}, standing{Live: true, Located: true}},
		"with another than signed": {Copy{State: Held, Holder: "clerk"}, signed, Place{}, standing{Live: true, Located: true}},
		"on its way, signed":       {Copy{State: Transit}, signed, Place{}, standing{Live: true, Located: true, SenderSigned: true}},
		"on its way, unsigned":     {Copy{State: Transit}, HandOver{Giver: "officer"}, Place{}, standing{Live: true, Located: true}},
		"given outside, signed":    {Copy{State: Supplied}, signed, Place{}, standing{Live: true, Located: true, SenderSigned: true}},
		"given outside, unsigned":  {Copy{State: Supplied}, HandOver{Giver: "officer"}, Place{}, standing{Live: true, Located: true}},
		"delivered":                {Copy{State: Away}, HandOver{ReceiptAt: monday}, Place{}, standing{Live: true, Located: true, HolderSigned: true}},
		"never put away":           {Copy{State: Received}, HandOver{}, cabinet, standing{Live: true, Located: true}},
		"missing":                  {Copy{State: Missing}, HandOver{}, cabinet, standing{Live: true}},
		"ended":                    {Copy{State: Ended}, HandOver{}, Place{}, standing{Located: true}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (held{}).standing(c.copy, c.line, c.place, act.Env{}); fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

func TestTakingBack(t *testing.T) {
	back := TakeBack{Cabinet: "cabinet-1", Checked: true, CourierSignature: " paper "}
	line := HandOver{ID: "L", Giver: "officer", Receiver: "leader1"}
	for name, c := range map[string]struct {
		copy    Copy
		line    HandOver
		env     act.Env
		want    string // of the answer; empty: done
		signed  term.PersonID
		courier string
	}{
		"the holder signs":             {Copy{State: Held, Holder: "leader1"}, line, envOf("giver", "leader1", "receiver", "officer"), "", "leader1", ""},
		"another signs for him":        {Copy{State: Held, Holder: "leader1"}, line, envOf("giver", "leader2", "receiver", "officer"), "signed other_person", "", ""},
		"another takes it":             {Copy{State: Held, Holder: "leader1"}, line, envOf("giver", "leader1", "receiver", "officer2"), "signed other_person", "", ""},
		"nobody signs":                 {Copy{State: Held, Holder: "leader1"}, line, envOf(), "", "", ""},
		"from the courier":             {Copy{State: Transit}, HandOver{ID: "L", Giver: "officer"}, envOf("receiver", "officer"), "", "", "paper"},
		"somebody for the courier":     {Copy{State: Transit}, HandOver{ID: "L", Giver: "officer"}, envOf("giver", "leader2"), "signed other_person", "", ""},
		"from whom it was sent to":     {Copy{State: Away}, line, envOf("giver", "leader1", "receiver", "officer"), "", "leader1", "paper"},
		"what lies in a cabinet":       {Copy{State: InPlace, Place: "cabinet-1"}, HandOver{}, envOf(), "copy not_out", "", ""},
		"what was never handed to one": {Copy{State: Received}, HandOver{}, envOf(), "copy not_out", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := decideTakeBack(takingBack{held: held{copy: c.copy, line: c.line}}, back, nil, c.env)
			if got := answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			var written HandOver
			for _, row := range changes.Rows {
				if l, ok := row.Row().(HandOver); ok {
					written = l
				}
			}
			if written.ReturnSigned != c.signed || written.CourierSignature != c.courier || written.BackAt.IsZero() {
				t.Errorf("the line says %q, %q, back at %s", written.ReturnSigned, written.CourierSignature, written.BackAt)
			}
		})
	}
}

// answer is a decision's answer in one line.
func answer(err error) string { return acttest.Answer(err) }

// A turn comes for as many of those who wait as copies are free, once for each.
func TestWhoseTurnComesByAReturn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		waiting := []term.PersonID{"a", "b", "c"}
		err := db.Write(t.Context(), "test.fill", func(tx *store.Tx) error {
			_, err := store.Put(tx, []store.Change{
				Copies.Insert(Copy{ID: "back", Document: "D", Seq: 1, Label: "1", State: Held, Holder: "x"}),
				Copies.Insert(Copy{ID: "free", Document: "D", Seq: 2, Label: "2", State: InPlace, Place: "cabinet"}),
				Copies.Insert(Copy{ID: "out", Document: "D", Seq: 3, Label: "3", State: Held, Holder: "y"}),
				Copies.Insert(Copy{ID: "other", Document: "E", Seq: 1, Label: "4", State: InPlace, Place: "cabinet"}),
				obligation.Duties.Insert(obligation.Duty{ID: "o1", SubjectKind: "turn", Subject: readerKey("D", "a"), State: obligation.Open}),
				obligation.Duties.Insert(obligation.Duty{ID: "o2", SubjectKind: "turn", Subject: readerKey("D", "b"), State: obligation.Closed}),
			})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			waiting, want []term.PersonID
		}{{waiting, []term.PersonID{"b"}}, {waiting[1:], []term.PersonID{"b", "c"}}, {waiting[2:], []term.PersonID{"c"}}, {nil, nil}} {
			var got []term.PersonID
			err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
				got, err = nextTurns(tx, held{copy: Copy{ID: "back", Document: "D"}, queue: Queue{Waiting: c.waiting}})
				return err
			})
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("of %v: %v, want %v; %v", c.waiting, got, c.want, err)
			}
		}
	})
}

// Only what lies in a cabinet is back.
func TestWhatIsOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		rows := []store.Change{Places.Insert(Place{ID: "cabinet", Name: "c", Kind: "secure_cabinet"}), Places.Insert(Place{ID: "desk", Name: "d", Kind: "desk"})}
		want := map[term.DocumentID]int{}
		for i, c := range []Copy{
			{State: InPlace, Place: "cabinet"}, {State: InPlace, Place: "desk"}, {State: InPlace, Place: "nowhere"}, {State: Received}, {State: Held, Holder: "x"},
			{State: Transit}, {State: Away}, {State: Supplied}, {State: Missing}, {State: Ended},
		} {
			id := fmt.Sprintf("%02d", i)
			c.ID, c.Document, c.Seq, c.Label = term.CopyID(id), term.DocumentID(id), 1, term.LabelCode(id)
			rows = append(rows, Copies.Insert(c))
			want[c.Document] = 1
			if c.Place == "cabinet" || c.State == Ended {
				want[c.Document] = 0
			}
		}
		err := db.Write(t.Context(), "test.fill", func(tx *store.Tx) error {
			_, err := store.Put(tx, rows)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for id, n := range want {
			var got int
			if err := db.Read(t.Context(), func(tx *store.Tx) (err error) { got, err = OutOf(tx, id); return err }); err != nil || got != n {
				t.Errorf("copy %s: %d out, want %d; %v", id, got, n, err)
			}
		}
	})
}
