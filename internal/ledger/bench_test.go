package ledger

import (
	"context"
	"fmt"
	"testing"

	"jiyao/internal/calendar"
	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
)

// BenchmarkVerify verifies b.N entries, each with a changed and a new row, in batches of 64. Beside the total it
// prints the log part as a fraction of hashing the same entries in memory (the goal is 0.30).
func BenchmarkVerify(b *testing.B) {
	db := storetest.Open(b, storetest.SQLite(b), storetest.With(testTables))
	l := openLog(b, db)
	ctx := context.Background()
	n := max(b.N, 1000)
	for at := 0; at < n; at += 64 {
		err := db.Write(ctx, "fill", func(tx *store.Tx) error {
			for i := at; i < min(at+64, n); i++ {
				id := fmt.Sprintf("p%09d", i)
				list := []store.Change{papers.Insert(paper{ID: id, Holder: "P1", Pages: 3, Seal: []byte("cipher")})}
				if i >= 64 && i%2 == 0 {
					old, err := papers.Get(tx, fmt.Sprintf("p%09d", i-64))
					if err != nil {
						return err
					}
					next := old
					next.Holder, next.Pages = "P2", 4
					list = append(list, papers.Update(old, next))
				}
				written, err := store.Put(tx, list)
				if err != nil {
					return err
				}
				if _, err := l.Append(tx, &Entry{Act: "paper.write", Actor: "P1", Posts: []string{"county/officer"}, Terminal: "T1",
					Subject: id, Reference: id, Outcome: Done, Facts: make([]byte, 60), Args: make([]byte, 40), Rows: written}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	entries := make([][]byte, 0, n)
	read(b, db, func(tx *store.Tx) error {
		list, err := tx.Query("SELECT bytes FROM ledger_entry ORDER BY seq")
		if err != nil {
			return err
		}
		defer list.Close()
		for list.Next() {
			var e []byte
			if err := list.Scan(&e); err != nil {
				return err
			}
			entries = append(entries, e)
		}
		return list.Err()
	})
	var r Report
	b.ResetTimer()
	r = verify(b, db)
	b.StopTimer()
	if !r.Whole {
		b.Fatal(r.Findings)
	}
	started := calendar.System().Now()
	tree := l.tree.Factory().NewEmptyRange(0)
	for _, e := range entries {
		if err := tree.Append(l.tree.HashLeaf(e), nil); err != nil {
			b.Fatal(err)
		}
	}
	hashing := calendar.System().Now().Sub(started)
	b.ReportMetric(float64(hashing)/float64(r.LogTime), "log/hashing")
	b.ReportMetric(float64(r.LogTime.Microseconds())/float64(r.Size), "log-us/entry")
	b.ReportMetric(float64(r.RowTime.Microseconds())/float64(r.Size), "row-us/entry")
	b.ReportMetric(float64(len(entries[len(entries)-1])), "bytes/entry")
}
