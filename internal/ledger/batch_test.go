package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
)

// together makes the acts one batch: the first holds the writer until the others wait.
func together(t testing.TB, db *store.DB, acts ...func(tx *store.Tx) error) []error {
	t.Helper()
	errs := make([]error, len(acts))
	var group sync.WaitGroup
	release := make(chan struct{})
	held := make(chan struct{})
	group.Go(func() {
		errs[0] = db.Write(context.Background(), "first", func(tx *store.Tx) error {
			close(held)
			<-release
			return acts[0](tx)
		})
	})
	<-held
	for i := range acts[1:] {
		started := make(chan struct{})
		group.Go(func() {
			close(started)
			errs[i+1] = db.Write(context.Background(), fmt.Sprint("act ", i+1), acts[i+1])
		})
		<-started
	}
	close(release)
	group.Wait()
	return errs
}

func TestARolledBackActLeavesNoTrace(t *testing.T) {
	boom := errors.New("boom")
	each(t, func(t *testing.T, db *store.DB) {
		l := openLog(t, db)
		entry := func(name string, fail error) func(tx *store.Tx) error {
			return func(tx *store.Tx) error {
				e := Entry{Act: name, Outcome: Refused, Clauses: []string{"X-1", "X-1", "X-2"}}
				if _, err := l.Append(tx, &e); err != nil {
					return err
				}
				return fail
			}
		}
		for round, acts := range [][]error{{nil, boom, nil}, {boom, nil, boom}, {boom, boom, boom}, {nil, nil, boom}, {boom, boom, nil}} {
			before := l.Status().Size
			var list []func(*store.Tx) error
			good := 0
			for i, fail := range acts {
				if fail == nil {
					good++
				}
				list = append(list, entry(fmt.Sprintf("r%d.a%d", round, i), fail))
			}
			for i, err := range together(t, db, list...) {
				if !errors.Is(err, acts[i]) {
					t.Errorf("round %d, act %d: %v", round, i, err)
				}
			}
			if got := l.Status().Size - before; round > 0 && got != uint64(good) {
				t.Errorf("round %d: %d entries, want %d", round, got, good)
			}
			whole(t, db)
		}
		read(t, db, func(tx *store.Tx) error {
			list, err := l.Find(tx, Filter{Clause: "X-2"})
			if len(list) != 6 {
				t.Errorf("%d entries by clause", len(list))
			}
			return err
		})
	})
}

// TestFaultsOfTheBatch fails every step of the writer, before it ran and, for the commit, after it had: nobody is told
// of an act that is not there, and the next batch goes on from what is true.
func TestFaultsOfTheBatch(t *testing.T) {
	for _, step := range []string{"begin", "savepoint", "release", "rollback", "seal", "commit", "committed"} {
		t.Run(step, func(t *testing.T) {
			var armed atomic.Value
			boom := errors.New("boom")
			fault := storetest.Opened(func(o *store.Options) {
				o.Fault = func(s string) error {
					if s == armed.Load() {
						return boom
					}
					return nil
				}
			})
			each(t, func(t *testing.T, db *store.DB) {
				armed.Store("")
				l := openLog(t, db)
				mustAct(t, db, l, add("a"))
				settle(t, l)
				before := l.Status()
				armed.Store(step)
				_, err := act(db, l, "paper.write", func(tx *store.Tx) ([]store.Change, error) {
					list, err := move("a", "P2")(tx)
					if step == "rollback" && err == nil {
						err = boom
					}
					return list, err
				})
				armed.Store("")
				if err == nil {
					t.Fatal("the act was acknowledged")
				}
				if got := l.Status(); got.Size != before.Size || !bytes.Equal(got.Root, before.Root) || got.Checkpoint != before.Checkpoint {
					t.Errorf("memory went ahead: %+v", got)
				}
				want := before.Size + 1
				if step == "committed" {
					want++ // it was persisted and reported lost
				}
				if seq := mustAct(t, db, l, add("b")); seq != want {
					t.Errorf("the next act is %d, want %d", seq, want)
				}
				if r := whole(t, db); r.Size != want {
					t.Errorf("%d entries, want %d", r.Size, want)
				}
			}, fault)
		})
	}
}

func TestTwoNodesAlternate(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		mine := openLog(t, db)
		// A second node is a second Log told about the batches in turn.
		other := openLog(t, nil, func(o *Options) { o.Hash = db.NewHash })
		turn := &alternating{logs: [2]*Log{mine, other}}
		db.SetBatch(turn)
		for i := range 10 {
			turn.next.Store(int32(i % 2))
			if seq := mustAct(t, db, turn.logs[i%2], add(fmt.Sprint(i))); seq != uint64(i+2) {
				t.Fatalf("act %d got number %d", i, seq)
			}
			settle(t, mine) // its keeper's batch must not be the next act's
		}
		if r := whole(t, db); r.Size != 11 {
			t.Errorf("%d entries", r.Size)
		}
	})
}

type alternating struct {
	logs [2]*Log
	next atomic.Int32 // whose the next batch is
	now  *Log
}

func (a *alternating) Begin(tx *store.Tx) error {
	a.now = a.logs[a.next.Load()]
	return a.now.Begin(tx)
}
func (a *alternating) Seal(tx *store.Tx) error { return a.now.Seal(tx) }
func (a *alternating) Committed()              { a.now.Committed() }
func (a *alternating) Abandoned()              { a.now.Abandoned() }

// TestWriterStopsAtATamperedHead: evidence fails closed.
func TestWriterStopsAtATamperedHead(t *testing.T) {
	for name, q := range map[string]string{
		"root":         "UPDATE ledger_head SET root = hashes",
		"size back":    "UPDATE ledger_head SET size = 2",
		"gone":         "DELETE FROM ledger_head",
		"entry beyond": "INSERT INTO ledger_entry SELECT seq + 1, act, outcome, actor, subject, reference, recorded_at, leaf, bytes FROM ledger_entry WHERE seq = 5",
		"entry gone":   "DELETE FROM ledger_entry WHERE seq = 5",
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, db *store.DB) {
				l := openLog(t, db)
				for i := range 4 {
					mustAct(t, db, l, add(fmt.Sprint(i)))
				}
				tamper(t, db, q)
				_, err := act(db, l, "paper.write", add("x"))
				if !errors.Is(err, ErrBroken) {
					t.Fatalf("the act answered %v", err)
				}
				read(t, db, func(tx *store.Tx) error {
					if n, err := papers.Count(tx, ""); err != nil || n != 4 {
						t.Errorf("%d papers, %v", n, err)
					}
					return nil
				})
			})
		})
	}
}

// tamper runs SQL beside the writer, as somebody with the file or the database would.
func tamper(t testing.TB, db *store.DB, queries ...string) {
	t.Helper()
	tamperAt(t, rawOf(t, db), queries...)
}

func tamperAt(t testing.TB, raw *sql.DB, queries ...string) {
	t.Helper()
	for _, q := range queries {
		if _, err := raw.ExecContext(context.Background(), q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
}

// TestWriterStopsWhenTheFileGoesBackUnderIt: an older state that contradicts nothing but memory.
func TestWriterStopsWhenTheFileGoesBackUnderIt(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		l := openLog(t, db)
		mustAct(t, db, l, add("a"))
		tamper(t, db, "CREATE TABLE kept AS SELECT * FROM ledger_head")
		mustAct(t, db, l, add("b"))
		tamper(t, db, "DELETE FROM ledger_entry WHERE seq > 2", "DELETE FROM ledger_head", "INSERT INTO ledger_head SELECT * FROM kept")
		if _, err := act(db, l, "paper.write", add("c")); !errors.Is(err, ErrBroken) {
			t.Errorf("the act answered %v", err)
		}
	})
}

// TestAnActWithoutAnEntryCannotTouchTheLedger: nothing was gathered, so nothing may be there.
func TestAnActWithoutAnEntryCannotTouchTheLedger(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		l := openLog(t, db)
		mustAct(t, db, l, add("a"))
		err := db.Write(context.Background(), "meddle", func(tx *store.Tx) error {
			_, err := tx.Exec("INSERT INTO ledger_entry SELECT seq + 1, act, outcome, actor, subject, reference, recorded_at, leaf, bytes FROM ledger_entry WHERE seq = 2")
			return err
		})
		if !errors.Is(err, ErrBroken) {
			t.Errorf("the act answered %v", err)
		}
		if r := whole(t, db); r.Size != 2 {
			t.Errorf("%d entries", r.Size)
		}
	})
}

// TestAnActCannotTouchTheLedger: what stands in the table at Seal must be what Append wrote there.
func TestAnActCannotTouchTheLedger(t *testing.T) {
	for name, q := range map[string]string{
		"leaf":    "UPDATE ledger_entry SET leaf = bytes WHERE seq = 3",
		"number":  "UPDATE ledger_entry SET seq = 4 WHERE seq = 3",
		"another": "INSERT INTO ledger_entry SELECT seq + 1, act, outcome, actor, subject, reference, recorded_at, leaf, bytes FROM ledger_entry WHERE seq = 3",
		"schema":  "DELETE FROM ledger_head",
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, db *store.DB) {
				l := openLog(t, db)
				mustAct(t, db, l, add("a"))
				err := db.Write(context.Background(), "meddle", func(tx *store.Tx) error {
					if _, err := l.Append(tx, &Entry{Act: "a.b", Outcome: Done}); err != nil {
						return err
					}
					_, err := tx.Exec(q)
					return err
				})
				if !errors.Is(err, ErrBroken) || !errors.Is(err, refuse.ErrUnavailable) {
					t.Errorf("the act answered %v", err)
				}
				if r := whole(t, db); r.Size != 2 {
					t.Errorf("%d entries", r.Size)
				}
			})
		})
	}
}
