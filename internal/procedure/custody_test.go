package procedure_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/people/peopletest"
	"jiyao/internal/procedure"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

type secrets struct{}

func (secrets) DocumentKey(id term.DocumentID) ([]byte, error) { return []byte(id), nil }
func (secrets) Blind(domain, plain string) ([]byte, error)     { return []byte(domain + plain), nil }

func n(i int) *int { return &i }

// Whatever is tried in whatever order, a copy has one place or one holder and at most one open line, and it never
// goes from reader to reader.
func TestACopyNeverHasTwoHolders(t *testing.T) {
	procedure.Wire(func(act.Directory, term.PersonID) []term.UnitID { return nil })
	peopletest.Each(t, "bureau", func(w *peopletest.World) {
		copies := received(w)
		draw := rand.New(rand.NewPCG(7, 11)) // a repeatable sequence is the point
		readers := []term.PersonID{"leader", "clerk_a", "clerk_b", "office_director"}
		done := map[string]int{}
		for range 120 {
			copy, reader := copies[draw.IntN(len(copies))], readers[draw.IntN(len(readers))]
			back := w.Clock.Now().Add(24 * time.Hour)
			var err error
			var name string
			switch draw.IntN(4) {
			case 0:
				name = "custody.hand_out"
				_, err = w.Try("officer", name, custody.HandOut{Copy: copy, To: reader, ReturnBy: &back}, "giver", "officer", "receiver", string(reader))
			case 1:
				name = "custody.take_back"
				_, err = w.Try("officer", name, custody.TakeBack{Copy: copy, CopiesBack: n(1), PagesBack: n(3), AttachmentsBack: n(0), Checked: true, Cabinet: "cabinet-1"}, "giver", string(reader), "receiver", "officer")
			case 2:
				name = "custody.place"
				_, err = w.Try("officer", name, custody.Put{Copy: copy, Place: "cabinet-1"})
			case 3:
				name = "custody.pass_on"
				to := readers[draw.IntN(len(readers))]
				_, err = w.Try(reader, name, custody.PassOn{Copy: copy, To: to}, "giver", string(reader), "receiver", string(to))
			}
			if !expected(err) {
				w.T.Fatalf("%s: %v", name, err)
			}
			if err == nil {
				done[name]++
			}
			check(w)
		}
		for _, name := range []string{"custody.hand_out", "custody.take_back", "custody.place"} {
			if done[name] == 0 {
				w.T.Errorf("%s was never done: %v", name, done)
			}
		}
	})
}

func expected(err error) bool {
	var refusal *refuse.Refusal
	var stale *refuse.Conflict
	var bad *refuse.Invalid
	return err == nil || errors.As(err, &refusal) || errors.As(err, &stale) || errors.As(err, &bad) || errors.Is(err, refuse.ErrNotFound)
}

// received gives three labelled copies of a 公开 item in cabinet-1.
func received(w *peopletest.World) []term.CopyID {
	w.T.Helper()
	w.Desk.Secrets = secrets{}
	for _, p := range w.Setup.Places {
		w.Must(act.Request{Act: "custody.create_place", Command: procedure.PlaceOf(p), By: act.System()})
	}
	whole, at := true, peopletest.Monday
	in := w.Do("officer", "document.accept", document.Accept{Channel: "courier", Envelopes: []document.EnvelopeLine{{No: "E-1", Issuer: "某厅", Listed: 3, Counted: n(3), SealIntact: &whole}}})
	r := w.Do("officer", "document.register", document.Register{
		Envelope: term.EnvelopeID(in.Values["envelope.E-1"]), ReceivedAt: &at, Issuer: "某厅", DocNo: "1号", Title: "某事", Level: term.Open,
		Urgency: term.Ordinary, Copies: n(3), Pages: n(3), Attachments: n(0), Channel: "courier", Signer: "officer",
	})
	var out []term.CopyID
	for i := 1; i <= 3; i++ {
		id := term.CopyID(r.Values[fmt.Sprintf("copy.%d", i)])
		w.Do("officer", "custody.label", custody.LabelCopy{Copy: id})
		w.Do("officer", "custody.place", custody.Put{Copy: id, Place: "cabinet-1"})
		out = append(out, id)
	}
	return out
}

func check(w *peopletest.World) {
	w.T.Helper()
	w.Read(func(tx *store.Tx) error {
		copies, err := custody.Copies.Select(tx, "ORDER BY seq")
		if err != nil {
			return err
		}
		for _, c := range copies {
			open, err := custody.HandOvers.Count(tx, "WHERE copy = $1 AND back_at IS NULL", string(c.ID))
			if err != nil {
				return err
			}
			held, placed := c.Holder != "", c.Place != ""
			if held == placed || held != (c.State == custody.Held) || held != (open == 1) || open > 1 {
				w.T.Fatalf("copy %d: state %s, holder %q, place %q, %d open lines", c.Seq, c.State, c.Holder, c.Place, open)
			}
		}
		return nil
	})
}
