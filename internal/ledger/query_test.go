package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"jiyao/internal/refuse"
	"jiyao/internal/store"
)

func TestReads(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		l := openLog(t, db)
		ctx := context.Background()
		for i := range 30 {
			e := Entry{Act: "a.even", Actor: "P1", Subject: fmt.Sprint("D", i%3), Reference: fmt.Sprint("R", i), Outcome: Done}
			if i%2 == 1 {
				e.Act, e.Actor, e.Outcome, e.Clauses = "a.odd", "P2", Refused, []string{"X-1"}
			}
			if err := db.Write(ctx, "x", func(tx *store.Tx) error { _, err := l.Append(tx, &e); return err }); err != nil {
				t.Fatal(err)
			}
		}
		settle(t, l)
		read(t, db, func(tx *store.Tx) error {
			for name, c := range map[string]struct {
				f    Filter
				want int
				last uint64
			}{
				"all":       {Filter{}, 31, 1},
				"page":      {Filter{Limit: 4, Before: 10}, 4, 6},
				"act":       {Filter{Act: "a.odd"}, 15, 3},
				"actor":     {Filter{Actor: "P1"}, 15, 2},
				"outcome":   {Filter{Outcome: Refused}, 15, 3},
				"done":      {Filter{Outcome: Done}, 15, 2},
				"clause":    {Filter{Clause: "X-1", Act: "a.odd", Before: 30}, 14, 3},
				"no clause": {Filter{Clause: "X-9"}, 0, 0},
				"subject":   {Filter{Subject: "D0"}, 10, 2},
				"reference": {Filter{Reference: "R7"}, 1, 9},
				"time":      {Filter{From: time.UnixMilli(1767225600000 + 11), To: time.UnixMilli(1767225600000 + 21)}, 10, 11},
			} {
				list, err := l.Find(tx, c.f)
				if err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				if len(list) != c.want || c.want > 0 && list[len(list)-1].Seq != c.last {
					t.Errorf("%s: %d entries down to %+v", name, len(list), list[max(len(list)-1, 0):])
				}
			}
			if e, err := l.ByReference(tx, "R4"); err != nil || e.Seq != 6 {
				t.Errorf("by reference: %+v, %v", e, err)
			}
			for _, ref := range []string{"", "nobody's"} {
				if _, err := l.ByReference(tx, ref); !errors.Is(err, refuse.ErrNotFound) {
					t.Errorf("by reference %q: %v", ref, err)
				}
			}
			if _, err := l.EntryBySeq(tx, 99); !errors.Is(err, refuse.ErrNotFound) {
				t.Errorf("entry 99: %v", err)
			}
			if list, err := l.Entries(tx, 30, 10); err != nil || len(list) != 2 || list[0].Seq != 30 {
				t.Errorf("entries from 30: %v, %v", list, err)
			}
			if list, err := l.BySubject(tx, "D1", 0, 3); err != nil || len(list) != 3 || list[0].Subject != "D1" {
				t.Errorf("by subject: %v, %v", list, err)
			}
			if h, err := l.Head(tx); err != nil || h.Size != 31 || !bytes.Equal(h.Root, l.Status().Root) {
				t.Errorf("head: %+v, %v", h, err)
			}
			if list, err := l.Checkpoints(tx, 0, 10); err != nil || len(list) != 1 || list[0].Size != 31 {
				t.Errorf("checkpoints: %v, %v", list, err)
			}
			return nil
		})
	})
}
