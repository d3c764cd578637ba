package app

import (
	"fmt"
	"time"

	"jiyao/internal/custody"
	"jiyao/internal/meeting"
	"jiyao/internal/procedure"
	"jiyao/internal/store"
)

// look holds every piece that moved since the last look to the law of one holder, and all pieces to the law of conservation.
func (w *life) look() {
	w.t.Helper()
	from := w.seen
	w.seen = w.clock.Now()
	w.read(func(tx *store.Tx) error {
		moved, err := custody.Copies.Select(tx, "WHERE since >= $1", from.UnixMilli())
		for _, c := range moved {
			if err := w.one(tx, c); err != nil {
				return err
			}
		}
		return err
	})
	w.conserved()
}

func (w *life) conserved() {
	w.t.Helper()
	if b := w.balance(w.clock.Now()); !b.Holds() || b.Issued.Pieces != len(w.at) {
		w.t.Errorf("the law of conservation: %d pieces: %+v", len(w.at), b)
	}
}

// one counts a piece where it stands now, and holds it to the law of one holder.
func (w *life) one(tx *store.Tx, c custody.Copy) error {
	where := string(c.State) + c.Ending
	if before, known := w.at[c.ID]; known {
		if custody.State(before) == custody.Ended && before != where {
			w.t.Errorf("%s had ended and is %s", c.ID, where)
		}
	} else {
		w.copies = append(w.copies, c.ID)
	}
	w.at[c.ID] = where
	lines, err := custody.HandOvers.Select(tx, "WHERE copy = $1 AND back_at IS NULL", string(c.ID))
	if err != nil {
		return err
	}
	given, err := meeting.Supplies.Select(tx, "WHERE copy = $1 AND taken_back_at IS NULL", string(c.ID))
	if err != nil {
		return err
	}
	bad := ""
	switch {
	case len(lines) > 1:
		bad = "more than one open line"
	case len(lines) == 1 && lines[0].ID != c.HandOver || len(lines) == 0 && c.HandOver != "":
		bad = "not its own line"
	case (c.State == custody.InPlace) != (c.Place != "") && c.State != custody.Missing:
		bad = "a place and no place"
	case (c.State == custody.Held || c.State == custody.Carried) != (c.Holder != "") && c.State != custody.Missing:
		bad = "a holder and no holder"
	case c.State == custody.Held && (len(lines) != 1 || lines[0].Receiver != c.Holder):
		bad = "held by another than its line says"
	case (c.State == custody.Transit || c.State == custody.Away) && (len(lines) != 1 || lines[0].Kind != "send"):
		bad = "on its way on no line"
	case c.State == custody.Supplied && (len(lines) != 1 || !lines[0].Outside() || lines[0].Giver == ""):
		bad = "outside on no line"
	case c.State == custody.Supplied && len(given) != 1 || len(given) > 1 || len(given) == 1 && c.State != custody.Supplied && c.State != custody.Missing:
		bad = "outside by another book than its own"
	case (c.State == custody.Ended) != (c.Ending != ""):
		bad = "an end without a way"
	case c.State == custody.Ended && (c.Place != "" || c.Holder != "" || c.HandOver != ""):
		bad = "ended, and somewhere"
	}
	if bad != "" {
		w.t.Errorf("%s: %s: %+v %+v", c.ID, bad, c, lines)
	}
	return nil
}

// verifyOn verifies what was recorded since the last time, and says what an evening or two were like.
func (w *life) verifyOn() {
	w.t.Helper()
	w.followed++
	if err := w.app.Ledger.Settle(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	before := w.last
	report, err := w.following.Next(w.t.Context())
	if w.last = report.Size; err != nil || !report.Whole {
		w.t.Errorf("the ledger from %d to %d: %d rows, %v %v", before, w.last, report.Rows, report.Findings, err)
	}
	for at := range w.evenings { // one that is past: as it was
		if at.Before(w.clock.Now()) && w.evenings[at] == "" && w.chance(10) {
			w.evenings[at] = spelled(w.balance(at))
		}
	}
}

// verifyAll verifies on and from the beginning, and holds the one to the other.
func (w *life) verifyAll() {
	w.t.Helper()
	w.verifyOn()
	w.verified++
	report, err := w.app.Check(w.t.Context())
	if err != nil || !report.Whole || report.Size != w.last {
		w.t.Errorf("the ledger of %d entries, %d verified on the way: %v %v", report.Size, w.last, report.Findings, err)
	}
}

// past counts the same evenings again, long after.
func (w *life) past() {
	w.t.Helper()
	n := 0
	for at, said := range w.evenings {
		if said == "" {
			continue
		}
		b := w.balance(at)
		if got := spelled(b); got != said || !b.Holds() {
			w.t.Errorf("%s: said %s, and says %s", at, said, got)
		}
		if n++; n == 40 {
			break
		}
	}
	if n == 0 {
		w.t.Error("no past day was looked at")
	}
}

func (w *life) balance(at time.Time) (b procedure.Balance) {
	w.t.Helper()
	w.read(func(tx *store.Tx) (err error) {
		b, err = procedure.BalanceAt(tx, custody.Everything, at)
		return err
	})
	return b
}

func spelled(b procedure.Balance) string { return fmt.Sprint(b.Issued, b.Where) }
