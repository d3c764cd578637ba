package procedure_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/circulation"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/people/peopletest"
	"jiyao/internal/procedure"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// late does an act of a person that is entered afterwards, signed by whoever is named.
func late(w *peopletest.World, at time.Time, by term.PersonID, name string, cmd any, others ...string) error {
	q := act.Request{Act: name, Command: cmd, By: peopletest.By(by), At: at, Late: "停电", Signatures: []act.Signature{{Role: "actor", Person: by, Strength: "pin"}}}
	for i := 0; i+1 < len(others); i += 2 {
		q.Signatures = append(q.Signatures, act.Signature{Role: others[i], Person: term.PersonID(others[i+1]), Strength: "pin"})
	}
	_, err := w.Desk.Do(context.Background(), q)
	return err
}

// What is entered late comes after everything on record that it leans on, and may come between that and now.
func TestALateEntryComesAfterWhatItLeansOn(t *testing.T) {
	procedure.Wire(func(act.Directory, term.PersonID) []term.UnitID { return nil })
	peopletest.Each(t, "bureau", func(w *peopletest.World) {
		w.Desk.Secrets = secrets{}
		hour := func() time.Time {
			if err := w.Clock.Advance(time.Hour); err != nil {
				t.Fatal(err)
			}
			return w.Clock.Now()
		}
		places(w)
		early := hour()
		in := w.Do("officer", "document.accept", document.Accept{Channel: "courier", Envelopes: []document.EnvelopeLine{{No: "E-1", Issuer: "某厅", Listed: 1, Counted: n(1), SealIntact: new(bool)}}}).Values["envelope.E-1"]
		received := w.Clock.Now()
		cmd := document.Register{Envelope: term.EnvelopeID(in), ReceivedAt: &received, Issuer: "某厅", DocNo: "1号", Title: "某事", Level: term.Open, Urgency: term.Ordinary, Copies: n(1), Pages: n(3), Attachments: n(0), Channel: "courier", Signer: "officer"}
		beforeReceipt := early.Add(-10 * time.Minute)
		registered := hour()
		expectLate(t, "register", late(w, beforeReceipt, "officer", "document.register", cmd), "before_received")
		r := w.Do("officer", "document.register", cmd)
		id, one := term.DocumentID(r.Values["document"]), term.CopyID(r.Values["copy.1"])
		before := registered.Add(-10 * time.Minute)
		placed := hour()
		put := custody.Put{Copy: one, Place: "cabinet-1"}
		opine := document.Opine{Document: id, Text: "请阅", Readers: []term.PersonID{"leader", "clerk_a"}}
		scope := document.Scope{Document: id, Persons: []term.PersonID{"leader"}, Reason: "工作需要"}
		expectLate(t, "label", late(w, before, "officer", "custody.label", custody.LabelCopy{Copy: one}), "before_registered")
		expectLate(t, "place", late(w, before, "officer", "custody.place", put), "before_registered")
		expectLate(t, "slip", late(w, before, "officer", "document.slip", document.MakeSlip{Document: id}), "before_registered")
		expectLate(t, "opinion", late(w, before, "office_director", "document.opine", opine), "before_registered")
		expectLate(t, "scope", late(w, before, "office_director", "document.scope", scope), "before_registered")
		expectLate(t, "instruction", late(w, before, "leader", "document.instruct", document.Instruct{Document: id, Text: "阅"}), "before_registered")
		expectLate(t, "correction", late(w, before, "officer", "document.correct", document.Correct{Document: id, Field: "title", Value: "某事一", Reason: "误"}), "before_registered")
		expectLate(t, "result", late(w, before, "officer", "document.complete", document.Complete{Document: id, Result: "办"}), "before_registered")
		expectLate(t, "voiding", late(w, before, "officer", "document.void", document.Void{Document: id, Reason: "误"}), "before_registered")
		w.Do("officer", "custody.label", custody.LabelCopy{Copy: one})
		w.Do("officer", "custody.place", put)
		w.Do("officer", "document.slip", document.MakeSlip{Document: id})

		opined := hour()
		w.Do("office_director", "document.opine", opine)
		scoped := hour()
		w.Do("office_director", "document.scope", scope)
		open := circulation.OpenOne{Document: id, Readers: []term.PersonID{"leader", "clerk_a"}}
		widen := document.Widen{Document: id, Persons: []term.PersonID{"clerk_a"}, Reason: "工作需要"}
		expectLate(t, "opinion before the opinion", late(w, opined.Add(-10*time.Minute), "office_director", "document.opine", opine), "before_opined")
		expectLate(t, "widening before the scope", late(w, scoped.Add(-10*time.Minute), "office_director", "document.widen", widen), "before_scoped")
		expectLate(t, "circulation", late(w, opined.Add(-10*time.Minute), "officer", "circulation.open", open), "before_scoped")
		joined := hour()
		w.Do("office_director", "document.widen", widen)
		opened := hour()
		round := w.Do("officer", "circulation.open", open)
		stop := term.StopID(round.Values["stop.leader"])
		back := opened.Add(48 * time.Hour)
		hand := func(to term.PersonID) custody.HandOut { return custody.HandOut{Copy: one, To: to, ReturnBy: &back} }
		handed := hour()
		out := func(at time.Time, to term.PersonID) error {
			return late(w, at, "officer", "custody.hand_out", hand(to), "giver", "officer", "receiver", string(to))
		}
		lend := custody.Lend{Copy: one, To: "clerk_a", Due: &back, Purpose: "read"}
		expectLate(t, "hand-over", out(placed.Add(-10*time.Minute), "leader"), "before_opened")
		expectLate(t, "loan", late(w, joined.Add(-10*time.Minute), "officer", "custody.lend", lend, "giver", "officer", "receiver", "clerk_a"), "before_joined")
		expectLate(t, "sending", late(w, placed.Add(-10*time.Minute), "officer", "custody.send", custody.Send{Copy: one}), "before_scoped")
		// Its own word for when it was sent is held to the same: within minutes, and after what it leans on.
		for code, at := range map[string]time.Time{"in_the_future": handed.Add(2 * time.Minute), "enter_late": handed.Add(-6 * time.Minute)} {
			if _, err := w.Try("officer", "custody.send", custody.Send{Copy: one, To: "leader", Channel: "courier", SentAt: &at}); fieldOf(err, "sent_at") != code {
				t.Errorf("sent at %s: %v, want %s", at, err, code)
			}
		}
		if err := out(handed.Add(-10*time.Minute), "leader"); err != nil {
			t.Fatalf("a late hand-over in its order: %v", err)
		}
		hour()
		takeBack := custody.TakeBack{Copy: one, CopiesBack: n(1), PagesBack: n(3), AttachmentsBack: n(0), Checked: true, Cabinet: "cabinet-1"}
		expectLate(t, "signing", late(w, handed.Add(-20*time.Minute), "leader", "circulation.sign_read", circulation.SignRead{Stop: stop}), "before_handed")
		expectLate(t, "return", late(w, handed.Add(-20*time.Minute), "officer", "custody.take_back", takeBack, "giver", "leader", "receiver", "officer"), "before_moved")
		w.Do("leader", "circulation.sign_read", circulation.SignRead{Stop: stop})
		returned := hour()
		w.Do("officer", "custody.take_back", takeBack, "giver", "leader", "receiver", "officer")
		hour()
		expectLate(t, "next hand-over", out(returned.Add(-10*time.Minute), "clerk_a"), "before_moved")
		expectLate(t, "closing", late(w, returned.Add(-10*time.Minute), "officer", "circulation.close", circulation.Close{Circulation: term.CirculationID(round.Values["circulation"])}), "before_back")
		// the same minute counts: times are typed to the minute
		if err := out(returned.Truncate(time.Minute), "clerk_a"); err != nil {
			t.Errorf("a hand-over in the minute of the return: %v", err)
		}
	})
}

func expectLate(t *testing.T, what string, err error, code string) {
	t.Helper()
	if got := fieldOf(err, "occurred_at"); got != code {
		t.Errorf("%s: %q, want %q: %v", what, got, code, err)
	}
}

func places(w *peopletest.World) {
	w.T.Helper()
	for _, p := range w.Setup.Places {
		w.Must(act.Request{Act: "custody.create_place", Command: procedure.PlaceOf(p), By: act.System()})
	}
}

// Two copies may be out at once, but nobody is served before who stands ahead of him.
func TestReadersAreServedInOrder(t *testing.T) {
	procedure.Wire(func(act.Directory, term.PersonID) []term.UnitID { return nil })
	for _, anyOrder := range []bool{false, true} {
		peopletest.Each(t, "bureau", func(w *peopletest.World) {
			copies := received(w)
			readers := []term.PersonID{"leader", "clerk_a", "clerk_b"}
			round := w.Do("officer", "circulation.open", circulation.OpenOne{Document: itemOf(w, copies[0]), Readers: readers, AnyOrder: anyOrder})
			back := w.Clock.Now().Add(24 * time.Hour)
			out := func(copy int, to term.PersonID) error {
				_, err := w.Try("officer", "custody.hand_out", custody.HandOut{Copy: copies[copy], To: to, ReturnBy: &back}, "giver", "officer", "receiver", string(to))
				return err
			}
			if anyOrder {
				if err := out(0, "clerk_b"); err != nil {
					t.Errorf("the third first, without an order: %v", err)
				}
				return
			}
			for _, who := range readers[1:] {
				if err := out(0, who); fieldOf(err, "to") != "not_in_turn" {
					t.Errorf("%s before the first: %v", who, err)
				}
			}
			for i, who := range readers { // each with a copy of his own, while the others are still out
				if err := out(i, who); err != nil {
					t.Errorf("%s in his turn: %v", who, err)
				}
			}
			var states []string
			w.Read(func(tx *store.Tx) error {
				stops, err := circulation.Stops.Select(tx, "WHERE circulation = $1 ORDER BY seq", round.Values["circulation"])
				for _, s := range stops {
					states = append(states, string(s.State))
				}
				return err
			})
			if !slices.Equal(states, []string{"out", "out", "out"}) {
				t.Errorf("stops: %v", states)
			}
			// who gave it back unread is not held up by anybody, nor does he hold up others
			w.Do("officer", "custody.take_back", custody.TakeBack{Copy: copies[1], CopiesBack: n(1), PagesBack: n(3), AttachmentsBack: n(0), Checked: true, Cabinet: "cabinet-1"}, "giver", "clerk_a", "receiver", "officer")
			if err := out(1, "clerk_a"); err != nil {
				t.Errorf("once more to who gave it back unread: %v", err)
			}
		})
	}
}
