package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/store/pgtest"
	"jiyao/internal/store/storetest"
	"jiyao/internal/term"
)

// turns makes two nodes alternate, as the ledger's lock does.
type turns struct{}

func (turns) Begin(tx *store.Tx) error { return store.SetMetaValue(tx, "turn", "taken") }
func (turns) Seal(*store.Tx) error     { return nil }
func (turns) Committed()               {}
func (turns) Abandoned()               {}

// step is one act of the fuzz: add to some rows, perhaps from a row loaded earlier, perhaps failing at the end.
type step struct {
	rows  []int
	stale bool
	fails bool
}

// Two nodes with several callers each write the same few rows. Whatever happens, a row's counter, its revision
// and its history count exactly the acts that were acknowledged.
func TestTwoWritersLoseNothing(t *testing.T) {
	for engine, dsn := range map[string]string{store.SQLite: storetest.SQLite(t), store.PostgreSQL: pgtest.DSN(t)} {
		t.Run(engine, func(t *testing.T) {
			batch := storetest.Opened(func(o *store.Options) { o.Batch = turns{}; o.MaxBatch = 4 })
			nodes := []*store.DB{
				storetest.Open(t, dsn, storetest.With(tables), batch), storetest.Open(t, dsn, storetest.With(tables), batch),
			}
			round := 0
			rapid.Check(t, func(rt *rapid.T) {
				round++
				plan := rapid.SliceOfN(rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) step {
					return step{
						rows:  rapid.SliceOfNDistinct(rapid.IntRange(0, 2), 1, 3, rapid.ID[int]).Draw(rt, "rows"),
						stale: rapid.Bool().Draw(rt, "stale"), fails: rapid.IntRange(0, 3).Draw(rt, "fails") == 0,
					}
				}), 1, 5), 2, 6).Draw(rt, "plan")
				twoWriters(rt, nodes, fmt.Sprint("r", round, "."), plan)
			})
		})
	}
}

func twoWriters(t *rapid.T, nodes []*store.DB, prefix string, plan [][]step) {
	key := func(row int) term.CopyID { return term.CopyID(fmt.Sprint(prefix, row)) }
	ctx := context.Background()
	var fresh []store.Change
	for row := range 3 {
		fresh = append(fresh, things.Insert(thing{ID: key(row)}))
	}
	if err := tryPut(nodes[0], fresh...); err != nil {
		t.Fatalf("insert: %v", err)
	}
	var done [3]atomic.Int64
	var wg sync.WaitGroup
	for caller, steps := range plan {
		db := nodes[caller%len(nodes)]
		wg.Go(func() {
			seen := map[int]thing{}
			for _, s := range steps {
				err := db.Write(ctx, "add", func(tx *store.Tx) error { return add(tx, s, key, seen) })
				var conflict *refuse.Conflict
				switch {
				case err == nil && !s.fails:
					for _, row := range s.rows {
						done[row].Add(1)
					}
				case errors.As(err, &conflict) && s.stale, errors.Is(err, errWanted) && s.fails:
				default:
					t.Errorf("%+v: %v", s, err)
				}
			}
		})
	}
	wg.Wait()
	err := nodes[1].Read(ctx, func(tx *store.Tx) error {
		for row := range 3 {
			r, err := things.Get(tx, key(row))
			if err != nil {
				return err
			}
			lines, err := store.HistoryOf(tx, "test_thing", string(key(row)))
			if err != nil {
				return err
			}
			n := done[row].Load()
			if int64(r.N) != n || r.Rev != n+1 || int64(len(lines)) != n {
				t.Errorf("row %d: %d acts, counter %d, revision %d, %d lines of history", row, n, r.N, r.Rev, len(lines))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatalf("read: %v", err)
	}
}

var errWanted = errors.New("wanted")

// add counts one up in each row of a step.
func add(tx *store.Tx, s step, key func(int) term.CopyID, seen map[int]thing) error {
	var changes []store.Change
	for _, row := range s.rows {
		old, ok := seen[row]
		if !ok || !s.stale {
			var err error
			if old, err = things.Get(tx, key(row)); err != nil {
				return err
			}
			seen[row] = old
		}
		next := old
		next.N++
		changes = append(changes, things.Update(old, next))
	}
	if _, err := store.Put(tx, changes); err != nil {
		return err
	}
	if s.fails {
		return errWanted
	}
	return nil
}
