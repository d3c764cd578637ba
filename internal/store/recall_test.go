package store_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
	"jiyao/internal/term"
)

// sole is a Batch of one node that may keep what it knows.
type sole struct {
	journal
	kept bool
}

func (s *sole) Begin(tx *store.Tx) error { tx.Sole(s.kept); return nil }

// number reads n of a row in the writer, by key and by a query.
func number(tx *store.Tx, key string) (int, error) {
	row, err := things.Get(tx, key)
	if err != nil {
		return 0, err
	}
	list, err := things.Select(tx, "WHERE document = $1 AND n = $2 ORDER BY id", string(row.Document), row.N)
	if err != nil || len(list) != 1 || list[0].N != row.N || list[0].Rev != row.Rev {
		return 0, fmt.Errorf("the query gives %+v, the key %+v: %w", list, row, err)
	}
	if none, err := things.Select(tx, "WHERE document = $1 AND n = $2 ORDER BY id", string(row.Document), row.N+1); err != nil || len(none) > 0 {
		return 0, fmt.Errorf("the query of another number gives %+v: %w", none, err)
	}
	return row.N, nil
}

func expect(want int) func(tx *store.Tx) error {
	return func(tx *store.Tx) error {
		if n, err := number(tx, "C1"); err != nil || n != want {
			return fmt.Errorf("n is %d and should be %d: %w", n, want, err)
		}
		return nil
	}
}

func set(n int) func(tx *store.Tx) error {
	return func(tx *store.Tx) error {
		row, err := things.Get(tx, "C1")
		if err != nil {
			return err
		}
		_, err = store.Put(tx, []store.Change{changed(row, func(r *thing) { r.N = n })})
		return err
	}
}

func TestWhatTheWriterRemembersIsWhatIsThere(t *testing.T) {
	errOwn := errors.New("own")
	fail := func(*store.Tx) error { return errOwn }
	for engine, dsn := range storetest.DSNs(t) {
		t.Run(engine, func(t *testing.T) {
			b := &sole{}
			open := func(o *store.Options) { quiet(o); o.Batch = b }
			db := storetest.Open(t, dsn, storetest.With(tables), storetest.Opened(sealer), storetest.Opened(open))
			other := storetest.Open(t, dsn, storetest.With(tables), storetest.Opened(sealer))
			put(t, db, things.Insert(full()))
			b.kept = true
			first := get(t, db, "C1").N
			errs := together(db, expect(first), then(set(first+5), expect(first+5)), then(set(90), expect(90), fail), expect(first+5),
				then(fail), then(expect(first+5), set(first+7)), expect(first+7))
			for i, err := range errs {
				if bad := i == 2 || i == 4; bad != errors.Is(err, errOwn) || !bad && err != nil {
					t.Errorf("act %d: %v", i, err)
				}
			}
			// A statement of one's own is seen.
			errs = together(db, expect(first+7), func(tx *store.Tx) error {
				_, err := tx.Exec("UPDATE test_thing SET n = $1 WHERE id = $2", first+8, "C1")
				return err
			}, expect(first+8))
			if err := errors.Join(errs...); err != nil {
				t.Error(err)
			}
			// Another node was at work: what was known counts no more.
			if err := other.Write(context.Background(), "other", set(3)); err != nil {
				t.Fatal(err)
			}
			b.kept = false
			if err := db.Write(context.Background(), "after", then(expect(3), set(4), expect(4))); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestWhatWasGatheredGoesWithItsAct(t *testing.T) {
	errOwn := errors.New("own")
	each(t, func(t *testing.T, db *store.DB) {
		two := full()
		two.ID = "C2"
		put(t, db, things.Insert(full()), things.Insert(two))
		lines := func(tx *store.Tx, key string) int {
			found, err := store.HistoryOf(tx, "test_thing", key)
			if err != nil {
				t.Error(err)
			}
			return len(found)
		}
		other := func(tx *store.Tx) error {
			row, err := things.Get(tx, term.CopyID("C2"))
			if err != nil {
				return err
			}
			_, err = store.Put(tx, []store.Change{changed(row, func(r *thing) { r.N++ })})
			return err
		}
		errs := together(db, set(50), func(tx *store.Tx) error {
			if err := other(tx); err != nil {
				return err
			}
			if a, b := lines(tx, "C1"), lines(tx, "C2"); a != 1 || b != 1 { // sent inside this act, which is undone
				t.Errorf("%d and %d lines inside the act", a, b)
			}
			return errOwn
		}, set(51), then(other, func(*store.Tx) error { return errOwn }))
		if errs[0] != nil || errs[2] != nil || !errors.Is(errs[1], errOwn) || !errors.Is(errs[3], errOwn) {
			t.Fatal(errs)
		}
		read(t, db, func(tx *store.Tx) error {
			if a, b := lines(tx, "C1"), lines(tx, "C2"); a != 2 || b != 0 {
				t.Errorf("%d and %d lines afterwards", a, b)
			}
			return nil
		})
	}, storetest.Opened(quiet))
}

func TestARehearsalChangesNothing(t *testing.T) {
	b := &sole{}
	each(t, func(t *testing.T, db *store.DB) {
		b.kept = false
		put(t, db, things.Insert(full()))
		b.kept = true
		rehearsed := 0 // on the writer's goroutine
		warm := func(tx *store.Tx) bool {
			rehearsed++
			if _, err := store.Put(tx, []store.Change{things.Insert(full())}); !errors.Is(err, store.ErrReadOnly) {
				t.Errorf("a rehearsal may put: %v", err)
			}
			if _, err := tx.Exec("DELETE FROM test_thing"); !errors.Is(err, store.ErrReadOnly) {
				t.Errorf("a rehearsal may execute: %v", err)
			}
			if _, err := number(tx, "C1"); err != nil {
				return false
			}
			panic("nobody hears this")
		}
		errs := together(db, expect(full().N), set(60), expect(60))
		errs = append(errs, db.WriteWarm(context.Background(), "alone", warm, expect(60)))
		entered, release, done := make(chan struct{}), make(chan struct{}), make(chan error, 3)
		go func() {
			done <- db.Write(context.Background(), "first", func(tx *store.Tx) error { close(entered); <-release; return set(61)(tx) })
		}()
		<-entered
		for range 2 {
			go func() { done <- db.WriteWarm(context.Background(), "warm", warm, expect(61)) }()
		}
		for store.Queued(db) < 2 {
			runtime.Gosched()
		}
		close(release)
		for range 3 {
			errs = append(errs, <-done)
		}
		if err := errors.Join(errs...); err != nil {
			t.Error(err)
		}
		if want := db.Engine() == store.PostgreSQL; rehearsed > 0 != want {
			t.Errorf("%d rehearsals", rehearsed)
		}
	}, storetest.Opened(sealer), storetest.Opened(func(o *store.Options) { quiet(o); o.Batch = b }))
}

// Questions that differ in their order, or whose arguments only read alike one behind the other, are different questions.
func TestAnswersAreNotMixedUp(t *testing.T) {
	b := &sole{}
	each(t, func(t *testing.T, db *store.DB) {
		b.kept = false
		two := full()
		two.ID = "C2"
		put(t, db, things.Insert(full()), things.Insert(two))
		b.kept = true
		gives := func(want, tail string, args ...any) func(*store.Tx) error {
			return func(tx *store.Tx) error {
				list, err := things.Select(tx, tail, args...)
				got := ""
				for _, r := range list {
					got += string(r.ID)
				}
				if err != nil || got != want {
					return fmt.Errorf("%s of %v gives %q and should give %q: %w", tail, args, got, want, err)
				}
				return nil
			}
		}
		const up, down, both = "WHERE name = $1 ORDER BY id", "WHERE name = $1 ORDER BY id DESC", "WHERE document = $1 AND name = $2 ORDER BY id"
		err := errors.Join(together(db, gives("C1C2", up, "名"), gives("C2C1", down, "名"), gives("C1C2", up, "名"),
			gives("C1C2", both, "D1", "名"), gives("", both, "D", "1名"), gives("", both, "D1名", ""), gives("C1C2", both, "D1", "名"))...)
		if err != nil {
			t.Error(err)
		}
	}, storetest.Opened(sealer), storetest.Opened(func(o *store.Options) { quiet(o); o.Batch = b }))
}

// silent is a Batch that takes no lock in some batches, so that nothing may be kept there.
type silent struct {
	journal
	quiet bool
}

func (s *silent) Begin(tx *store.Tx) error {
	if !s.quiet {
		tx.Sole(true)
	}
	return nil
}

// A batch that could not commit, or of which nobody knows whether it did, leaves nothing to remember, though no other
// node was at work; and a batch that does not say that it is alone remembers nothing of the others.
func TestNothingOfAFailedBatchIsRemembered(t *testing.T) {
	errFault := errors.New("fault")
	for engine, dsn := range storetest.DSNs(t) {
		t.Run(engine, func(t *testing.T) {
			b, failing := &silent{}, ""
			open := func(o *store.Options) {
				quiet(o)
				o.Batch = b
				o.Fault = func(step string) error {
					if step == failing {
						failing = ""
						return errFault
					}
					return nil
				}
			}
			db := storetest.Open(t, dsn, storetest.With(tables), storetest.Opened(sealer), storetest.Opened(open))
			other := storetest.Open(t, dsn, storetest.With(tables), storetest.Opened(sealer))
			put(t, db, things.Insert(full()))
			value := get(t, db, "C1").N
			for _, step := range []string{"seal", "commit", "committed"} {
				if err := db.Write(context.Background(), "know", expect(value)); err != nil {
					t.Fatal(err)
				}
				failing = step
				if errs := together(db, then(set(value+1), expect(value+1)), expect(value+1)); errs[0] == nil || errs[1] == nil {
					t.Errorf("%s: the batch answered %v", step, errs)
				}
				if step == "committed" {
					value++ // the server had it
				}
				if err := db.Write(context.Background(), "after", expect(value)); err != nil {
					t.Errorf("after %s: %v", step, err)
				}
			}
			if err := other.Write(context.Background(), "other", set(value+9)); err != nil {
				t.Fatal(err)
			}
			b.quiet = true
			if err := db.Write(context.Background(), "not alone", then(expect(value+9), set(value+10), expect(value+10))); err != nil {
				t.Errorf("where nobody said that it is alone: %v", err)
			}
		})
	}
}

// Rows that come into a query's answer or leave it by a change of the column it asks for are there, or not, at once; and
// queries that differ in what they ask for alone do not share an answer.
func TestAnAnswerFollowsRowsThatComeAndGo(t *testing.T) {
	b := &sole{}
	each(t, func(t *testing.T, db *store.DB) {
		b.kept = false
		two := full()
		two.ID, two.Name = "C2", "另"
		put(t, db, things.Insert(full()), things.Insert(two))
		b.kept = true
		named := func(tail, name, want string) func(*store.Tx) error {
			return func(tx *store.Tx) error {
				args := []any{name}
				if strings.Contains(tail, "$2") {
					args = append(args, "另")
				}
				list, err := things.Select(tx, tail, args...)
				got := ""
				for _, r := range list {
					got += string(r.ID)
				}
				if err != nil || got != want {
					return fmt.Errorf("%s of %s gives %q and should give %q: %w", tail, name, got, want, err)
				}
				return nil
			}
		}
		const one, either = "WHERE name = $1 ORDER BY id", "WHERE name = $1 AND gone = 1 OR name = $2 ORDER BY id"
		rename := func(key, name string) func(*store.Tx) error {
			return func(tx *store.Tx) error {
				row, err := things.Get(tx, key)
				if err != nil || string(row.ID) != key {
					return fmt.Errorf("key %s gives %s: %w", key, row.ID, err)
				}
				_, err = store.Put(tx, []store.Change{changed(row, func(r *thing) { r.Name = name })})
				return err
			}
		}
		errs := together(db,
			then(named(one, "名", "C1"), named(one, "另", "C2"), named(one, "新", ""), named(either, "名", "C1C2")),
			rename("C1", "新"), then(named(one, "名", ""), named(one, "新", "C1"), named(one, "另", "C2"), named(either, "名", "C2")),
			rename("C2", "新"), then(named(one, "新", "C1C2"), named(either, "名", "")),
			rename("C1", "名"), then(named(one, "名", "C1"), named(one, "新", "C2"), named(either, "名", "C1")))
		if err := errors.Join(errs...); err != nil {
			t.Error(err)
		}
	}, storetest.Opened(sealer), storetest.Opened(func(o *store.Options) { quiet(o); o.Batch = b }))
}
