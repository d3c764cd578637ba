package ledger

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"jiyao/internal/store"
)

// longLedger appends 1500 entries whose words differ in how often they come.
func longLedger(t *testing.T, db *store.DB, l *Log) []Entry {
	t.Helper()
	var all []Entry
	for at := 0; at < 1500; at += 75 {
		err := db.Write(context.Background(), "many", func(tx *store.Tx) error {
			for i := at; i < at+75; i++ {
				e := Entry{Act: fmt.Sprint("a.", i%3), Actor: fmt.Sprint("P", i%40), Subject: fmt.Sprint("D", i%700),
					Reference: fmt.Sprint("R", i), Outcome: Done}
				if i%50 == 7 {
					e.Outcome, e.Clauses = Refused, []string{fmt.Sprint("X-", i%4)}
				}
				if _, err := l.Append(tx, &e); err != nil {
					return err
				}
				all = append(all, e)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		settle(t, l) // so that every block has its checkpoint
	}
	return all
}

func fits(e *Entry, f Filter) bool {
	same := func(want, got string) bool { return want == "" || want == got }
	at := time.UnixMilli(e.RecordedAt)
	return same(f.Act, e.Act) && same(f.Actor, e.Actor) && same(f.Subject, e.Subject) && same(f.Reference, e.Reference) &&
		same(string(f.Outcome), string(e.Outcome)) && (f.Clause == "" || slices.Contains(e.Clauses, f.Clause)) &&
		(f.Before == 0 || e.Seq < f.Before) && (f.From.IsZero() || !at.Before(f.From)) && (f.To.IsZero() || at.Before(f.To))
}

// TestFindIsTheFilterOverAllEntries: the index by blocks leaves nothing out and adds nothing.
func TestFindIsTheFilterOverAllEntries(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		l := openLog(t, db)
		all := longLedger(t, db, l)
		whole(t, db)
		rapid.Check(t, func(r *rapid.T) {
			pick := func(name string, values ...string) string {
				return rapid.SampledFrom(append(values, "", "")).Draw(r, name)
			}
			f := Filter{Act: pick("act", "a.1", "a.2", "a.none"), Actor: pick("actor", "P7", "P39"), Subject: pick("subject", "D7", "D699"),
				Reference: pick("reference", "R1499", "R3", "R700"), Clause: pick("clause", "X-1", "X-3"),
				Outcome: Outcome(pick("outcome", "refused", "done", "system")), Before: rapid.Uint64Range(0, 1510).Draw(r, "before"),
				Limit: rapid.IntRange(0, 60).Draw(r, "limit")}
			if rapid.Bool().Draw(r, "times") {
				f.From = time.UnixMilli(1767225600000 + rapid.Int64Range(0, 1600).Draw(r, "from"))
				f.To = f.From.Add(time.Duration(rapid.Int64Range(0, 900).Draw(r, "to")) * time.Millisecond)
			}
			var want []uint64
			for i := len(all) - 1; i >= 0 && len(want) < page(f.Limit); i-- {
				if fits(&all[i], f) {
					want = append(want, all[i].Seq)
				}
			}
			var got []uint64
			err := db.Read(context.Background(), func(tx *store.Tx) error {
				list, err := l.Find(tx, f)
				for _, e := range list {
					if e.Act != SchemaAct {
						got = append(got, e.Seq)
					}
				}
				return err
			})
			if err != nil {
				r.Fatal(err)
			}
			if !slices.Equal(got, want) {
				r.Fatalf("%+v gives %v, want %v", f, got, want)
			}
		})
		tamper(t, db, "DELETE FROM ledger_block WHERE place = 1")
		read(t, db, func(tx *store.Tx) error { // a lost line costs time and no entry
			if e, err := l.ByReference(tx, "R300"); err != nil || e.Seq != 302 {
				t.Errorf("%+v, %v", e, err)
			}
			return nil
		})
	})
}

func TestDerivedTablesAreComparedInALongLedger(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		l := openLog(t, db)
		longLedger(t, db, l)
		if r := whole(t, db); r.Size != 1501 || r.Checkpoints != 6 {
			t.Errorf("%d entries, %d checkpoints", r.Size, r.Checkpoints)
		}
		tamper(t, db,
			"UPDATE ledger_block SET words = (SELECT root FROM ledger_head) WHERE place = 1", "DELETE FROM ledger_block WHERE place = 4",
			"UPDATE ledger_node SET hash = (SELECT root FROM ledger_head) WHERE level = 8 AND place = 2",
			"DELETE FROM ledger_node WHERE level = 10", "INSERT INTO ledger_node (level, place, hash) SELECT 12, 0, root FROM ledger_head",
			"UPDATE ledger_entry SET bytes = (SELECT bytes FROM ledger_entry WHERE seq = 801) WHERE seq = 800",
			"UPDATE ledger_entry SET leaf = (SELECT leaf FROM ledger_entry WHERE seq = 801) WHERE seq = 800")
		r := verify(t, db)
		for _, want := range []Finding{
			{Kind: IndexAltered, Table: "ledger_block", From: 257, Seq: 512}, {Kind: IndexAltered, Table: "ledger_block", From: 1025, Seq: 1280},
			{Kind: NodeAltered, Table: "ledger_node", From: 513, Seq: 768}, {Kind: NodeAltered, Table: "ledger_node", From: 1, Seq: 1024},
			{Kind: NodeAltered, Table: "ledger_node", From: 1, Seq: 4096}, {Kind: NodeAltered, Table: "ledger_node", From: 769, Seq: 1024},
			{Kind: EntryMisplaced, Table: "ledger_entry", Seq: 800},
		} {
			if !found(r, want) {
				t.Errorf("%v is not found; found were %v", want, r.Findings)
			}
		}
		// The signed roots narrow it down: everything up to the last good one is untouched.
		i := slices.IndexFunc(r.Findings, func(f Finding) bool { return f.Kind == CheckpointRoot })
		if i < 0 || r.Findings[i].From > 800 || r.Findings[i].From < 512 || r.Findings[i].Seq < 800 || r.Findings[i].Seq > 1056 {
			t.Errorf("the signed roots say %v", r.Findings)
		}
	})
}
