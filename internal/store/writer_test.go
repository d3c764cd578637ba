package store_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
)

// journal is a Batch that notes what it is told.
type journal struct {
	sync.Mutex
	said   []string
	onSeal func(tx *store.Tx) error
	begin  func(tx *store.Tx) error
}

func (j *journal) note(s string) {
	j.Lock()
	defer j.Unlock()
	j.said = append(j.said, s)
}

func (j *journal) take() string {
	j.Lock()
	defer j.Unlock()
	s := strings.Join(j.said, " ")
	j.said = nil
	return s
}

func (j *journal) Begin(tx *store.Tx) error {
	j.note("begin")
	if j.begin != nil {
		return j.begin(tx)
	}
	return nil
}

func (j *journal) Seal(tx *store.Tx) error {
	j.note("seal")
	if j.onSeal != nil {
		return j.onSeal(tx)
	}
	return nil
}
func (j *journal) Committed() { j.note("committed") }
func (j *journal) Abandoned() { j.note("abandoned") }

// quiet keeps the log of expected failures out of the test's output.
func quiet(o *store.Options) { o.Log = slog.New(slog.DiscardHandler) }

// together runs acts in one batch: the first holds the writer until the others wait for it.
func together(db *store.DB, acts ...func(tx *store.Tx) error) []error {
	errs := make([]error, len(acts))
	entered, release := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		errs[0] = db.Write(context.Background(), "act 0", func(tx *store.Tx) error {
			close(entered)
			<-release
			return acts[0](tx)
		})
	})
	<-entered
	for i := 1; i < len(acts); i++ {
		wg.Go(func() { errs[i] = db.Write(context.Background(), fmt.Sprint("act ", i), acts[i]) })
		for store.Queued(db) < i {
			runtime.Gosched()
		}
	}
	close(release)
	wg.Wait()
	return errs
}

func insertDraft(id string) func(tx *store.Tx) error {
	return func(tx *store.Tx) error { return drafts.PutNow(tx, drafts.Insert(draft{ID: id})) }
}

func draftIDs(t *testing.T, db *store.DB) string {
	t.Helper()
	var ids []string
	read(t, db, func(tx *store.Tx) error {
		rows, err := drafts.Select(tx, "ORDER BY id")
		for _, r := range rows {
			ids = append(ids, r.ID)
		}
		return err
	})
	return strings.Join(ids, " ")
}

// then runs steps of an act in order.
func then(steps ...func(tx *store.Tx) error) func(tx *store.Tx) error {
	return func(tx *store.Tx) error {
		for _, step := range steps {
			if err := step(tx); err != nil {
				return err
			}
		}
		return nil
	}
}

func TestABadActUndoesItselfAlone(t *testing.T) {
	errOwn := errors.New("own")
	j := &journal{}
	each(t, func(t *testing.T, db *store.DB) {
		var order []int
		mark := func(i int) func(*store.Tx) error {
			return func(*store.Tx) error { order = append(order, i); return nil }
		}
		errs := together(db,
			then(mark(0), insertDraft("a")),
			then(mark(1), insertDraft("b"), func(*store.Tx) error { return errOwn }),
			then(mark(2), insertDraft("c"), func(*store.Tx) error { panic("secret") }),
			then(mark(3), insertDraft("d"), func(tx *store.Tx) error { _, err := tx.Exec("INSERT INTO nowhere VALUES (1)"); return err }),
			then(mark(4), insertDraft("e"), func(tx *store.Tx) error { _, _ = tx.Exec("INSERT INTO nowhere VALUES (1)"); return nil }),
			then(mark(5), insertDraft("a")),
			then(mark(6), insertDraft("f")),
		)
		var conflict *refuse.Conflict
		if errs[0] != nil || errs[6] != nil || !errors.Is(errs[1], errOwn) || errs[3] == nil || !errors.As(errs[5], &conflict) {
			t.Errorf("errors: %v", errs)
		}
		if errs[2] == nil || strings.Contains(errs[2].Error(), "secret") {
			t.Errorf("panic: %v", errs[2])
		}
		want := "a f"
		if db.Engine() == store.SQLite {
			want = "a e f" // a statement that SQLite refused leaves nothing behind, so there is nothing to undo
			if errs[4] != nil {
				t.Errorf("swallowed: %v", errs[4])
			}
		} else if errs[4] == nil {
			t.Error("PostgreSQL kept an act whose transaction had failed")
		}
		if got := draftIDs(t, db); got != want {
			t.Errorf("rows %q, want %q", got, want)
		}
		if !slices.IsSorted(order) || len(order) != 7 {
			t.Errorf("order %v", order)
		}
		if got := j.take(); got != "begin seal committed" {
			t.Errorf("batch heard %q", got)
		}
	}, storetest.Opened(quiet), storetest.Opened(func(o *store.Options) { o.Batch = j }))
}

func TestACancelledCallerCancelsNothing(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		ctx, cancel := context.WithCancel(context.Background())
		err := db.Write(ctx, "cancelled inside", func(tx *store.Tx) error {
			if err := insertDraft("a")(tx); err != nil {
				return err
			}
			cancel()
			if tx.Context().Err() != nil {
				t.Error("the batch runs under the caller's context")
			}
			return insertDraft("b")(tx)
		})
		if err != nil || draftIDs(t, db) != "a b" {
			t.Errorf("%v, rows %q", err, draftIDs(t, db))
		}
		// One whose context ends while he waits never gets a place.
		entered, release := make(chan struct{}), make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() {
			_ = db.Write(context.Background(), "holder", func(*store.Tx) error { close(entered); <-release; return nil })
		})
		<-entered
		if err := db.Write(ctx, "too late", insertDraft("c")); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled before: %v", err)
		}
		ctx, cancel = context.WithCancel(context.Background())
		gaveUp := make(chan error)
		go func() { gaveUp <- db.Write(ctx, "gives up", insertDraft("d")) }()
		for store.Queued(db) == 0 {
			runtime.Gosched()
		}
		cancel()
		if err := <-gaveUp; !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled while waiting: %v", err)
		}
		close(release)
		wg.Wait()
		if got := draftIDs(t, db); got != "a b" {
			t.Errorf("rows %q", got)
		}
	})
}

func TestAFailedCommitIsToldToEverybody(t *testing.T) {
	j := &journal{}
	each(t, func(t *testing.T, db *store.DB) {
		orphan := func(tx *store.Tx) error {
			_, err := tx.Exec("INSERT INTO test_child (id, parent) VALUES ($1, $2)", "x", "nobody")
			return err
		}
		refusal := &refuse.Refusal{Act: "x"}
		errs := together(db, insertDraft("a"), orphan, func(*store.Tx) error { return refusal }, insertDraft("b"))
		for i, err := range errs {
			if !errors.Is(err, refuse.ErrUnavailable) {
				t.Errorf("act %d heard %v", i, err)
			}
		}
		if got := j.take(); got != "begin seal abandoned" {
			t.Errorf("batch heard %q", got)
		}
		if err := db.Write(context.Background(), "after", insertDraft("c")); err != nil {
			t.Errorf("the next batch: %v", err)
		}
		j.take()
		if got := draftIDs(t, db); got != "c" {
			t.Errorf("rows %q", got)
		}
	}, storetest.Opened(quiet), storetest.Opened(func(o *store.Options) { o.Batch = j }))
}

// The fault table: each step fails once; what stays, what callers hear, what the batch hears.
func TestEveryStepMayFail(t *testing.T) {
	errFault := errors.New("fault")
	for _, c := range []struct{ step, rows, said string }{
		{"begin", "after", ""},
		{"savepoint", "after", "begin abandoned"},
		{"release", "after b", "begin seal committed"},
		{"rollback", "after b", "begin abandoned begin seal committed"}, // b was not in yet
		{"seal", "after", "begin abandoned"},
		{"commit", "after", "begin seal abandoned"},
		{"committed", "a after b", "begin seal abandoned"}, // persisted, but reported failed
	} {
		t.Run(c.step, func(t *testing.T) {
			j, armed := &journal{}, ""
			fault := func(o *store.Options) {
				o.Batch = j
				o.Fault = func(step string) error {
					if step == armed {
						armed = ""
						return errFault
					}
					return nil
				}
			}
			each(t, func(t *testing.T, db *store.DB) {
				first := insertDraft("a")
				if c.step == "rollback" {
					first = func(*store.Tx) error { return errors.New("own") }
				}
				var errs []error
				switch c.step {
				case "begin", "savepoint":
					armed = c.step
					errs = []error{db.Write(context.Background(), "first", first)}
				default:
					errs = together(db, func(tx *store.Tx) error { armed = c.step; return first(tx) }, insertDraft("b"))
				}
				for i, err := range errs {
					if c.step == "release" || c.step == "rollback" {
						if (i == 0) != (err != nil) {
							t.Errorf("act %d heard %v", i, err)
						}
					} else if !errors.Is(err, refuse.ErrUnavailable) {
						t.Errorf("act %d heard %v", i, err)
					}
				}
				if got := j.take(); got != c.said {
					t.Errorf("batch heard %q, want %q", got, c.said)
				}
				if err := db.Write(context.Background(), "after", insertDraft("after")); err != nil {
					t.Errorf("the next batch: %v", err)
				}
				j.take()
				if got := draftIDs(t, db); got != c.rows {
					t.Errorf("rows %q, want %q", got, c.rows)
				}
			}, storetest.Opened(quiet), storetest.Opened(fault))
		})
	}
}

func TestTheBatchMayRefuseOrPanic(t *testing.T) {
	for name, c := range map[string]struct {
		change func(j *journal)
		said   string
	}{
		"begin fails":  {func(j *journal) { j.begin = func(*store.Tx) error { return errors.New("x") } }, "begin abandoned"},
		"begin panics": {func(j *journal) { j.begin = func(*store.Tx) error { panic("x") } }, "begin abandoned"},
		"seal fails":   {func(j *journal) { j.onSeal = func(*store.Tx) error { return errors.New("x") } }, "begin seal abandoned"},
		"seal panics":  {func(j *journal) { j.onSeal = func(*store.Tx) error { panic("x") } }, "begin seal abandoned"},
	} {
		t.Run(name, func(t *testing.T) {
			j := &journal{}
			each(t, func(t *testing.T, db *store.DB) {
				c.change(j)
				err := db.Write(context.Background(), "a", insertDraft("a"))
				if !errors.Is(err, refuse.ErrUnavailable) || j.take() != c.said {
					t.Errorf("heard %v", err)
				}
				j.begin, j.onSeal = nil, func(tx *store.Tx) error { return insertDraft("sealed")(tx) }
				if err := db.Write(context.Background(), "b", insertDraft("b")); err != nil {
					t.Error(err)
				}
				if got := draftIDs(t, db); got != "b sealed" {
					t.Errorf("rows %q", got)
				}
				j.take()
			}, storetest.Opened(quiet), storetest.Opened(func(o *store.Options) { o.Batch = j }))
		})
	}
}

func TestABatchOfNothingIsNotSealed(t *testing.T) {
	j := &journal{}
	each(t, func(t *testing.T, db *store.DB) {
		err := db.Write(context.Background(), "refused", then(insertDraft("a"), func(*store.Tx) error {
			return &refuse.Refusal{Act: "x"}
		}))
		var r *refuse.Refusal
		if !errors.As(err, &r) || j.take() != "begin abandoned" || draftIDs(t, db) != "" {
			t.Errorf("heard %v", err)
		}
	}, storetest.Opened(func(o *store.Options) { o.Batch = j }))
}

func TestAnActThatEndsItsGoroutineDoesNotEndTheWriter(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		err := db.Write(context.Background(), "exit", then(insertDraft("a"), func(*store.Tx) error { runtime.Goexit(); return nil }))
		if !errors.Is(err, refuse.ErrUnavailable) {
			t.Errorf("heard %v", err)
		}
		if err := db.Write(context.Background(), "after", insertDraft("b")); err != nil || draftIDs(t, db) != "b" {
			t.Errorf("heard %v, rows %q", err, draftIDs(t, db))
		}
	}, storetest.Opened(quiet))
}

func TestAClosedDatabaseIsUnavailable(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		if err := db.Write(context.Background(), "a", insertDraft("a")); !errors.Is(err, refuse.ErrUnavailable) {
			t.Errorf("write: %v", err)
		}
		if err := db.Read(context.Background(), func(*store.Tx) error { return nil }); !errors.Is(err, refuse.ErrUnavailable) {
			t.Errorf("read: %v", err)
		}
	})
}

func TestBatchAndSealerAreFixedFromTheFirstWrite(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		db.SetBatch(nil)
		if err := db.Write(context.Background(), "a", insertDraft("a")); err != nil {
			t.Fatal(err)
		}
		for name, set := range map[string]func(){"batch": func() { db.SetBatch(nil) }, "sealer": func() { db.SetSealer(nil) }} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("the %s was changed", name)
					}
				}()
				set()
			}()
		}
	})
}
