package ledger

import (
	"context"
	"fmt"
	"testing"

	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
)

// BenchmarkAppend64 appends entries in batches of 64, as one act each but for the savepoints.
func BenchmarkAppend64(b *testing.B) {
	db := storetest.Open(b, storetest.SQLite(b), storetest.With(testTables))
	l := openLog(b, db)
	ctx := context.Background()
	row := store.Written{Table: "ledgertest_paper", Key: "p1", Rev: 2, Columns: []store.ColumnDigest{{Column: "holder"}, {Column: "pages"}, {Column: "note"}}}
	b.ResetTimer()
	for at := 0; at < b.N; at += 64 {
		if err := db.Write(ctx, "fill", func(tx *store.Tx) error {
			for i := at; i < min(at+64, b.N); i++ {
				h := uint32(i) * 2654435761
				if _, err := l.Append(tx, &Entry{Act: fmt.Sprint("paper.write", h%40), Actor: fmt.Sprint("P", h%31), Posts: []string{"county/officer"}, Terminal: "T1",
					Subject: fmt.Sprintf("D%08d", h%10000), Reference: fmt.Sprintf("%08x", h), Outcome: Done, Facts: make([]byte, 60), Args: make([]byte, 40), Rows: []Row{row}}); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
}
