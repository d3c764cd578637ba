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

// lateLife is one item as it goes its way, an hour a step, and what of it a later step leans on.
type lateLife struct {
	*peopletest.World
	id                     term.DocumentID
	one                    term.CopyID
	stop                   term.StopID
	round                  act.Receipt
	placed, joined, handed time.Time
	back                   time.Time
}

func (l *lateLife) opine() document.Opine {
	return document.Opine{Document: l.id, Text: "请阅", Readers: []term.PersonID{"leader", "clerk_a"}}
}

func (l *lateLife) scope() document.Scope {
	return document.Scope{Document: l.id, Persons: []term.PersonID{"leader"}, Reason: "工作需要"}
}

// hour is the moment an hour later.
func (l *lateLife) hour() time.Time {
	if err := l.Clock.Advance(time.Hour); err != nil {
		l.T.Fatal(err)
	}
	return l.Clock.Now()
}

func (l *lateLife) expect(what string, err error, code string) {
	l.T.Helper()
	expectLate(l.T, what, err, code)
}

// out hands the copy out, as it is entered afterwards.
func (l *lateLife) out(at time.Time, to term.PersonID) error {
	return late(l.World, at, "officer", "custody.hand_out", custody.HandOut{Copy: l.one, To: to, ReturnBy: &l.back}, "giver", "officer", "receiver", string(to))
}

// What is entered late comes after everything on record that it leans on, and may come between that and now.
func TestALateEntryComesAfterWhatItLeansOn(t *testing.T) {
	procedure.Wire(func(act.Directory, term.PersonID) []term.UnitID { return nil })
	peopletest.Each(t, "bureau", func(w *peopletest.World) {
		w.Desk.Secrets = secrets{}
		places(w)
		l := &lateLife{World: w}
		l.registering()
		l.scoping()
		l.handing()
		l.returning()
	})
}

func (l *lateLife) registering() {
	early := l.hour()
	in := l.Do("officer", "document.accept", document.Accept{Channel: "courier", Envelopes: []document.EnvelopeLine{{No: "E-1", Issuer: "某厅", Listed: 1, Counted: n(1), SealIntact: new(bool)}}}).Values["envelope.E-1"]
	received := l.Clock.Now()
	cmd := document.Register{Envelope: term.EnvelopeID(in), ReceivedAt: &received, Issuer: "某厅", DocNo: "1号", Title: "某事", Level: term.Open, Urgency: term.Ordinary, Copies: n(1), Pages: n(3), Attachments: n(0), Channel: "courier", Signer: "officer"}
	beforeReceipt := early.Add(-10 * time.Minute)
	registered := l.hour()
	l.expect("register", late(l.World, beforeReceipt, "officer", "document.register", cmd), "before_received")
	r := l.Do("officer", "document.register", cmd)
	id, one := term.DocumentID(r.Values["document"]), term.CopyID(r.Values["copy.1"])
	l.id, l.one = id, one
	before := registered.Add(-10 * time.Minute)
	l.placed = l.hour()
	put := custody.Put{Copy: one, Place: "cabinet-1"}
	opine, scope := l.opine(), l.scope()
	l.expect("label", late(l.World, before, "officer", "custody.label", custody.LabelCopy{Copy: one}), "before_registered")
	l.expect("place", late(l.World, before, "officer", "custody.place", put), "before_registered")
	l.expect("slip", late(l.World, before, "officer", "document.slip", document.MakeSlip{Document: id}), "before_registered")
	l.expect("opinion", late(l.World, before, "office_director", "document.opine", opine), "before_registered")
	l.expect("scope", late(l.World, before, "office_director", "document.scope", scope), "before_registered")
	l.expect("instruction", late(l.World, before, "leader", "document.instruct", document.Instruct{Document: id, Text: "阅"}), "before_registered")
	l.expect("correction", late(l.World, before, "officer", "document.correct", document.Correct{Document: id, Field: "title", Value: "某事一", Reason: "误"}), "before_registered")
	l.expect("result", late(l.World, before, "officer", "document.complete", document.Complete{Document: id, Result: "办"}), "before_registered")
	l.expect("voiding", late(l.World, before, "officer", "document.void", document.Void{Document: id, Reason: "误"}), "before_registered")
	l.Do("officer", "custody.label", custody.LabelCopy{Copy: one})
	l.Do("officer", "custody.place", put)
	l.Do("officer", "document.slip", document.MakeSlip{Document: id})
}

func (l *lateLife) scoping() {
	id, opine, scope := l.id, l.opine(), l.scope()
	opined := l.hour()
	l.Do("office_director", "document.opine", opine)
	scoped := l.hour()
	l.Do("office_director", "document.scope", scope)
	open := circulation.OpenOne{Document: id, Readers: []term.PersonID{"leader", "clerk_a"}}
	widen := document.Widen{Document: id, Persons: []term.PersonID{"clerk_a"}, Reason: "工作需要"}
	l.expect("opinion before the opinion", late(l.World, opined.Add(-10*time.Minute), "office_director", "document.opine", opine), "before_opined")
	l.expect("widening before the scope", late(l.World, scoped.Add(-10*time.Minute), "office_director", "document.widen", widen), "before_scoped")
	l.expect("circulation", late(l.World, opined.Add(-10*time.Minute), "officer", "circulation.open", open), "before_scoped")
	l.joined = l.hour()
	l.Do("office_director", "document.widen", widen)
	l.back = l.hour().Add(48 * time.Hour)
	l.round = l.Do("officer", "circulation.open", open)
	l.stop = term.StopID(l.round.Values["stop.leader"])
}

func (l *lateLife) handing() {
	l.handed = l.hour()
	one, placed, joined, handed := l.one, l.placed, l.joined, l.handed
	lend := custody.Lend{Copy: one, To: "clerk_a", Due: &l.back, Purpose: "read"}
	l.expect("hand-over", l.out(placed.Add(-10*time.Minute), "leader"), "before_opened")
	l.expect("loan", late(l.World, joined.Add(-10*time.Minute), "officer", "custody.lend", lend, "giver", "officer", "receiver", "clerk_a"), "before_joined")
	l.expect("sending", late(l.World, placed.Add(-10*time.Minute), "officer", "custody.send", custody.Send{Copy: one}), "before_scoped")
	// Its own word for when it was sent is held to the same: within minutes, and after what it leans on.
	for code, at := range map[string]time.Time{"in_the_future": handed.Add(2 * time.Minute), "enter_late": handed.Add(-6 * time.Minute)} {
		if _, err := l.Try("officer", "custody.send", custody.Send{Copy: one, To: "leader", Channel: "courier", SentAt: &at}); fieldOf(err, "sent_at") != code {
			l.T.Errorf("sent at %s: %v, want %s", at, err, code)
		}
	}
	if err := l.out(handed.Add(-10*time.Minute), "leader"); err != nil {
		l.T.Fatalf("a late hand-over in its order: %v", err)
	}
	l.hour()
}

func (l *lateLife) returning() {
	takeBack := custody.TakeBack{Copy: l.one, CopiesBack: n(1), PagesBack: n(3), AttachmentsBack: n(0), Checked: true, Cabinet: "cabinet-1"}
	l.expect("signing", late(l.World, l.handed.Add(-20*time.Minute), "leader", "circulation.sign_read", circulation.SignRead{Stop: l.stop}), "before_handed")
	l.expect("return", late(l.World, l.handed.Add(-20*time.Minute), "officer", "custody.take_back", takeBack, "giver", "leader", "receiver", "officer"), "before_moved")
	l.Do("leader", "circulation.sign_read", circulation.SignRead{Stop: l.stop})
	returned := l.hour()
	l.Do("officer", "custody.take_back", takeBack, "giver", "leader", "receiver", "officer")
	l.hour()
	l.expect("next hand-over", l.out(returned.Add(-10*time.Minute), "clerk_a"), "before_moved")
	l.expect("closing", late(l.World, returned.Add(-10*time.Minute), "officer", "circulation.close", circulation.Close{Circulation: term.CirculationID(l.round.Values["circulation"])}), "before_back")
	// the same minute counts: times are typed to the minute
	if err := l.out(returned.Truncate(time.Minute), "clerk_a"); err != nil {
		l.T.Errorf("a hand-over in the minute of the return: %v", err)
	}
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
