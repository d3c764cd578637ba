package store_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"jiyao/internal/store"
	"jiyao/internal/store/pgtest"
	"jiyao/internal/store/storetest"
	"jiyao/internal/term"
)

// BenchmarkWrite64 measures acts of one update (with history) and one insert, recorded, from 64 callers; raw
// is the insert of one row by plain SQL through the same writer.
func BenchmarkWrite64(b *testing.B) {
	for engine, dsn := range map[string]func(testing.TB) string{store.SQLite: storetest.SQLite, store.PostgreSQL: pgtest.DSN} {
		for _, callers := range []int{1, 64} {
			b.Run(fmt.Sprintf("%s/%d/recorded", engine, callers), func(b *testing.B) { benchRecorded(b, dsn(b), callers) })
			b.Run(fmt.Sprintf("%s/%d/raw", engine, callers), func(b *testing.B) { benchRaw(b, dsn(b), callers) })
		}
	}
}

func benchRecorded(b *testing.B, dsn string, callers int) {
	db := storetest.Open(b, dsn, storetest.With(tables), sealer)
	ctx := context.Background()
	for i := range callers {
		row := thing{ID: term.CopyID(fmt.Sprint("base", i)), Name: "x", Note: "y"}
		err := db.Write(ctx, "fill", func(tx *store.Tx) error { _, err := store.Put(tx, []store.Change{things.Insert(row)}); return err })
		if err != nil {
			b.Fatal(err)
		}
	}
	bench(b, callers, func(caller, n int) error {
		return db.Write(ctx, "bench", func(tx *store.Tx) error {
			old, err := things.Get(tx, fmt.Sprint("base", caller))
			if err != nil {
				return err
			}
			next := old
			next.N++
			line := thing{ID: term.CopyID(fmt.Sprintf("line%d.%d", caller, n)), Name: "someone", Note: "somewhere"}
			_, err = store.Put(tx, []store.Change{things.Update(old, next), things.Insert(line)})
			return err
		})
	})
}

func benchRaw(b *testing.B, dsn string, callers int) {
	db := storetest.Open(b, dsn, storetest.With(tables))
	bench(b, callers, func(caller, n int) error {
		return db.Write(context.Background(), "bench", func(tx *store.Tx) error {
			_, err := tx.Exec("INSERT INTO test_draft (id, text, rev) VALUES ($1, $2, $3)", fmt.Sprintf("%d.%d", caller, n), "some text", 1)
			return err
		})
	})
}

func bench(b *testing.B, callers int, act func(caller, n int) error) {
	b.ReportAllocs()
	b.ResetTimer()
	var next atomic.Int64
	var wg sync.WaitGroup
	for caller := range callers {
		wg.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				if err := act(caller, int(n)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}
