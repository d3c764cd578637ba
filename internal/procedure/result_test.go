package procedure_test

import (
	"errors"
	"testing"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/circulation"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/people/peopletest"
	"jiyao/internal/procedure"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// fieldOf is what an answer says of a field: its code, or nothing.
func fieldOf(err error, field string) string {
	var bad *refuse.Invalid
	if errors.As(err, &bad) {
		for _, f := range bad.Fields {
			if f.Field == field {
				return f.Code
			}
		}
	}
	return ""
}

// A circulation of what is to be acted on closes once the result is on record, whichever way it was asked for.
func TestACirculationWaitsForTheResult(t *testing.T) {
	procedure.Wire(func(act.Directory, term.PersonID) []term.UnitID { return nil })
	peopletest.Each(t, "bureau", func(w *peopletest.World) {
		document1 := itemOf(w, received(w)[0])
		due := w.Clock.Now().Add(72 * time.Hour)
		asked := w.Do("leader", "document.instruct", document.Instruct{Document: document1, Handler: "clerk_a", Due: &due, Text: "请办"})
		noted := w.Do("leader", "document.instruct", document.Instruct{Document: document1, Text: "已阅"}) // asks for nothing
		round := w.Do("officer", "circulation.open", circulation.OpenOne{Document: document1, Readers: []term.PersonID{"leader"}})
		readRound(w, round, document1)
		end := circulation.Close{Circulation: term.CirculationID(round.Values["circulation"])}
		if _, err := w.Try("officer", "circulation.close", end); fieldOf(err, "circulation") != "no_result" {
			t.Fatalf("closed before the result was told: %v", err)
		}
		w.Do("officer", "circulation.feedback", document.Feedback{Instruction: term.InstructionID(asked.Values["instruction"]), To: "leader", Text: "已办"})
		w.Do("officer", "circulation.close", end)

		// A result of the item settles what instructions asked for.
		round = w.Do("officer", "circulation.open", circulation.OpenOne{Document: document1, Readers: []term.PersonID{"leader"}})
		w.Do("leader", "document.instruct", document.Instruct{Document: document1, Due: &due, Text: "再办"})
		readRound(w, round, document1)
		end = circulation.Close{Circulation: term.CirculationID(round.Values["circulation"])}
		if _, err := w.Try("officer", "circulation.close", end); fieldOf(err, "circulation") != "no_result" {
			t.Fatalf("closed before a result: %v", err)
		}
		w.Do("officer", "document.complete", document.Complete{Document: document1, Result: "已办"})
		w.Do("officer", "circulation.close", end)
		if noted.Subject == "" {
			t.Error("the second instruction left no receipt")
		}
	})
}

// itemOf is the document of a copy.
func itemOf(w *peopletest.World, id term.CopyID) (out term.DocumentID) {
	w.Read(func(tx *store.Tx) error {
		c, err := custody.Copies.Get(tx, id)
		out = c.Document
		return err
	})
	return out
}

// readRound hands the first copy to the leader, who signs, and takes it back.
func readRound(w *peopletest.World, round act.Receipt, document term.DocumentID) {
	w.T.Helper()
	var copy term.CopyID
	w.Read(func(tx *store.Tx) error {
		c, _, err := custody.Copies.One(tx, "WHERE document = $1 ORDER BY seq LIMIT 1", string(document))
		copy = c.ID
		return err
	})
	back := w.Clock.Now().Add(24 * time.Hour)
	w.Do("officer", "custody.hand_out", custody.HandOut{Copy: copy, To: "leader", ReturnBy: &back}, "giver", "officer", "receiver", "leader")
	w.Do("leader", "circulation.sign_read", circulation.SignRead{Stop: term.StopID(round.Values["stop.leader"])})
	w.Do("officer", "custody.take_back", custody.TakeBack{Copy: copy, CopiesBack: n(1), PagesBack: n(3), AttachmentsBack: n(0), Checked: true, Cabinet: "cabinet-1"}, "giver", "leader", "receiver", "officer")
}
