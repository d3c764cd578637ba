package store_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"

	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// columnsOf names the digested columns of one Written.
func columnsOf(w store.Written) string {
	var names []string
	for _, c := range w.Columns {
		names = append(names, c.Column)
	}
	return strings.Join(names, " ")
}

// tryPut puts and returns the error.
func tryPut(db *store.DB, changes ...store.Change) error {
	return db.Write(context.Background(), "put", func(tx *store.Tx) error {
		_, err := store.Put(tx, changes)
		return err
	})
}

func changed(old thing, change func(*thing)) store.Change {
	next := old
	change(&next)
	return things.Update(old, next)
}

func TestAnUpdateWritesAndDigestsOnlyWhatChanged(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		put(t, db, things.Insert(full()))
		old := get(t, db, "C1")
		// Somebody alters another column behind our back; the update must not launder it.
		err := db.Write(context.Background(), "tamper", func(tx *store.Tx) error {
			_, err := tx.Exec("UPDATE test_thing SET note = $1 WHERE id = $2", "tampered", "C1")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		written := put(t, db, changed(old, func(r *thing) { r.N = 8; r.Posts = nil }))
		if len(written) != 1 || written[0].Rev != 2 || columnsOf(written[0]) != "n posts" {
			t.Fatalf("written = %+v", written)
		}
		now := get(t, db, "C1")
		if now.Rev != 2 || now.N != 8 || now.Note != "tampered" || len(now.Posts) != 0 || now.Name != old.Name {
			t.Errorf("row = %+v", now)
		}
		if w := put(t, db, things.Update(now, now)); len(w) != 0 {
			t.Errorf("an update of nothing wrote %+v", w)
		}
		if got := get(t, db, "C1").Rev; got != 2 {
			t.Errorf("revision after an update of nothing = %d", got)
		}
	})
}

func TestSealedColumnsAreSealedAgainOnlyWhenTheyChange(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		put(t, db, things.Insert(full()))
		row := get(t, db, "C1")
		read(t, db, func(tx *store.Tx) error { return things.Reveal(tx, &row, "title") })
		if w := put(t, db, changed(row, func(r *thing) { r.Title = store.Plain("标题"); r.N++ })); columnsOf(w[0]) != "n" {
			t.Errorf("the same text was sealed anew: %s", columnsOf(w[0]))
		}
		row = get(t, db, "C1")
		if w := put(t, db, changed(row, func(r *thing) { r.Title = store.Plain("新") })); columnsOf(w[0]) != "title" {
			t.Errorf("written %s", columnsOf(w[0]))
		}
		row = get(t, db, "C1")
		if w := put(t, db, changed(row, func(r *thing) { r.Title = store.Sealed{} })); columnsOf(w[0]) != "title" {
			t.Errorf("written %s", columnsOf(w[0]))
		}
		read(t, db, func(tx *store.Tx) error {
			lines, err := store.HistoryOf(tx, "test_thing", "C1")
			if err != nil || len(lines) != 3 {
				t.Fatalf("%d lines, %v", len(lines), err)
			}
			for i, want := range []string{"", "标题", "新"} {
				got, err := lines[i].Reveal(tx, "D1", "title")
				if got != want || err != nil {
					t.Errorf("line %d: %q, %v", i, got, err)
				}
			}
			if _, err := lines[1].Reveal(tx, "D2", "title"); err == nil {
				t.Error("an old value opened under another document's key")
			}
			return nil
		})
		if got := get(t, db, "C1"); !got.Title.Empty() {
			t.Error("the title is not empty")
		}
		foreign := full()
		foreign.ID, foreign.Title = "C9", row.Title
		if err := tryPut(db, things.Insert(foreign)); !errors.Is(err, store.ErrSealed) {
			t.Errorf("another row's ciphertext was stored: %v", err)
		}
	})
}

func TestAStaleRowIsAConflict(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		put(t, db, things.Insert(full()))
		old := get(t, db, "C1")
		put(t, db, changed(old, func(r *thing) { r.N = 1 }))
		other := full()
		other.ID = "C2"
		for name, changes := range map[string][]store.Change{
			"stale update": {things.Insert(other), changed(old, func(r *thing) { r.N = 2 })},
			"second row":   {things.Insert(other), things.Insert(full())},
		} {
			err := tryPut(db, changes...)
			var conflict *refuse.Conflict
			if !errors.As(err, &conflict) || conflict.Table != "test_thing" || conflict.Key != "C1" {
				t.Errorf("%s: %v", name, err)
			}
			// An act that swallows the error must not keep the half that was written.
			err = db.Write(context.Background(), "swallow", func(tx *store.Tx) error {
				_, _ = store.Put(tx, changes)
				return nil
			})
			if !errors.As(err, &conflict) {
				t.Errorf("%s swallowed: %v", name, err)
			}
		}
		read(t, db, func(tx *store.Tx) error {
			n, err := things.Count(tx, "WHERE id = $1", "C2")
			lines, err2 := store.HistoryOf(tx, "test_thing", "C1")
			if n != 0 || len(lines) != 1 {
				t.Errorf("%d rows and %d lines of history stayed", n, len(lines))
			}
			return errors.Join(err, err2)
		})
	})
}

func TestChangesOfOnePutJoin(t *testing.T) {
	set := func(n int) func(*thing) { return func(r *thing) { r.N = n } }
	each(t, func(t *testing.T, db *store.DB) {
		fresh := full()
		next := fresh
		next.N = 10
		if w := put(t, db, things.Insert(fresh), things.Update(fresh, next)); len(w) != 1 || w[0].Rev != 1 {
			t.Fatalf("insert and update: %+v", w)
		}
		old := get(t, db, "C1")
		if old.N != 10 {
			t.Fatalf("n = %d", old.N)
		}
		w := put(t, db, changed(old, set(11)), changed(old, func(r *thing) { r.Note = "y" }))
		if len(w) != 1 || w[0].Rev != 2 || columnsOf(w[0]) != "note n" {
			t.Fatalf("merged: %+v", w)
		}
		old = get(t, db, "C1")
		step := old
		step.N = 12
		w = put(t, db, things.Update(old, step), changed(step, set(13)))
		if len(w) != 1 || columnsOf(w[0]) != "n" || get(t, db, "C1").N != 13 {
			t.Fatalf("chained: %+v", w)
		}
		old = get(t, db, "C1")
		step = old
		step.N = 1
		if w := put(t, db, things.Update(old, step), things.Update(step, old)); len(w) != 0 {
			t.Errorf("there and back wrote %+v", w)
		}
		if err := tryPut(db, changed(old, set(1)), changed(old, set(2))); !errors.Is(err, store.ErrTwoWays) {
			t.Errorf("two ways: %v", err)
		}
		var conflict *refuse.Conflict
		if err := tryPut(db, changed(old, set(1)), things.Insert(full())); !errors.As(err, &conflict) {
			t.Errorf("insert after update: %v", err)
		}
	})
}

func TestRowsThatNobodyLoadedAreNotUpdated(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		put(t, db, things.Insert(full()))
		old := get(t, db, "C1")
		altered := old
		altered.N = 99
		byHand := full()
		byHand.Rev = 1
		moved := old
		moved.ID = "C2"
		regrouped := old
		regrouped.Document = "D2"
		for name, c := range map[string]store.Change{
			"altered in place": changed(altered, func(r *thing) { r.Note = "z" }),
			"made by hand":     changed(byHand, func(r *thing) { r.Note = "z" }),
			"another key":      things.Update(old, moved),
			"another group":    things.Update(old, regrouped),
		} {
			if err := tryPut(db, c); !errors.Is(err, store.ErrNotLoaded) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := get(t, db, "C1"); got.Rev != 1 {
			t.Errorf("revision %d", got.Rev)
		}
	})
}

func TestValuesThatOneEngineCannotStoreAreInvalidOnBoth(t *testing.T) {
	long := strings.Repeat("x", store.MaxValue+1)
	each(t, func(t *testing.T, db *store.DB) {
		for _, c := range []struct {
			field, code string
			change      func(*thing)
		}{
			{"id", "required", func(r *thing) { r.ID = "" }},
			{"name", "not_utf8", func(r *thing) { r.Name = "a\xff" }},
			{"name", "not_utf8", func(r *thing) { r.Name = "a\x00b" }},
			{"note", "too_long", func(r *thing) { r.Note = long }},
			{"body", "too_long", func(r *thing) { r.Body = []byte(long) }},
			{"title", "not_utf8", func(r *thing) { r.Title = store.Plain("\xff") }},
			{"posts", "not_utf8", func(r *thing) { r.Posts = []term.PostID{"\xff"} }},
			{"args", "not_utf8", func(r *thing) { r.Args = map[string]string{"k\x00": ""} }},
		} {
			row := full()
			c.change(&row)
			var bad *refuse.Invalid
			err := tryPut(db, things.Insert(row))
			if !errors.As(err, &bad) || bad.Fields[0].Field != c.field || bad.Fields[0].Code != c.code {
				t.Errorf("%s %s: %v", c.field, c.code, err)
			}
		}
	})
}

func TestHistoryAndScanGiveTheBytesThatWereDigested(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		digests := map[string]map[int64][16]byte{} // column → revision → digest
		keep := func(written []store.Written) {
			for _, w := range written {
				for _, c := range w.Columns {
					if digests[c.Column] == nil {
						digests[c.Column] = map[int64][16]byte{}
					}
					digests[c.Column][w.Rev] = c.Digest
				}
			}
		}
		keep(put(t, db, things.Insert(full())))
		for n := range 4 {
			keep(put(t, db, changed(get(t, db, "C1"), func(r *thing) {
				r.N, r.Gone, r.Title = n, n%2 == 0, store.Plain(strings.Repeat("t", n))
			})))
		}
		// set tells the revision at which the value of a column at rev was set.
		set := func(column string, rev int64) int64 {
			for digests[column][rev] == [16]byte{} && rev > 0 {
				rev--
			}
			return rev
		}
		var salt []byte
		read(t, db, func(tx *store.Tx) error {
			rows := 0
			err := store.ScanRows(tx, "test_thing", func(key string, rev int64, s []byte, cols []any) error {
				rows++
				salt = append([]byte{}, s...)
				info := table(t, "test_thing")
				for i, c := range info.Columns {
					at := set(c.Name, rev)
					if store.Digest(sha256.New(), s, "test_thing", key, c.Name, at, cols[i]) != digests[c.Name][at] {
						t.Errorf("live column %s does not match its digest", c.Name)
					}
				}
				if rev != 5 || len(s) != 16 || len(cols) != 12 {
					t.Errorf("rev %d, salt %d, %d columns", rev, len(s), len(cols))
				}
				return nil
			})
			if rows != 1 {
				t.Errorf("%d rows", rows)
			}
			return err
		})
		read(t, db, func(tx *store.Tx) error {
			lines := map[int64]bool{}
			return errors.Join(store.ScanHistory(tx, func(h store.HistoryRow) error {
				if lines[h.Rev] = true; h.Damaged || h.Rev < 1 || h.Rev > 4 || h.At.IsZero() {
					t.Errorf("line %+v", h)
				}
				for c, v := range h.Columns {
					at := set(c, h.Rev)
					if store.Digest(sha256.New(), salt, h.Table, h.Key, c, at, v) != digests[c][at] {
						t.Errorf("revision %d: old value of %s does not match its digest", h.Rev, c)
					}
				}
				return nil
			}), func() error {
				if len(lines) != 4 {
					t.Errorf("lines of the revisions %v", lines)
				}
				return nil
			}())
		})
	})
}

func table(t *testing.T, name string) store.TableInfo {
	t.Helper()
	for _, info := range store.Tables() {
		if info.Name == name {
			return info
		}
	}
	t.Fatalf("table %s is not listed", name)
	return store.TableInfo{}
}

func TestADamagedLineOfHistoryStopsNobodyButIsSeen(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		put(t, db, things.Insert(full()))
		put(t, db, changed(get(t, db, "C1"), func(r *thing) { r.N = 1 }))
		err := db.Write(context.Background(), "tamper", func(tx *store.Tx) error {
			_, err := tx.Exec("UPDATE history SET cols = $1", []byte{0xff})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		read(t, db, func(tx *store.Tx) error {
			if _, err := store.HistoryOf(tx, "test_thing", "C1"); !errors.Is(err, store.ErrDamaged) {
				t.Errorf("HistoryOf: %v", err)
			}
			return store.ScanHistory(tx, func(h store.HistoryRow) error {
				if !h.Damaged || h.Columns != nil {
					t.Errorf("line %+v", h)
				}
				return nil
			})
		})
	})
}

func TestUnrecordedRowsLeaveNoHistoryButKeepTheirRevision(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		write := func(c store.Change) error {
			return db.Write(context.Background(), "draft", func(tx *store.Tx) error { return drafts.PutNow(tx, c) })
		}
		if err := write(drafts.Insert(draft{ID: "x", Text: "1"})); err != nil {
			t.Fatal(err)
		}
		var old draft
		read(t, db, func(tx *store.Tx) (err error) { old, err = drafts.Get(tx, "x"); return err })
		next := old
		next.Text = "2"
		if err := write(drafts.Update(old, next)); err != nil {
			t.Fatal(err)
		}
		var conflict *refuse.Conflict
		if err := write(drafts.Update(old, next)); !errors.As(err, &conflict) {
			t.Errorf("stale: %v", err)
		}
		if w := put(t, db, drafts.Insert(draft{ID: "y"})); len(w) != 0 {
			t.Errorf("written = %+v", w)
		}
		read(t, db, func(tx *store.Tx) error {
			lines, err := store.HistoryOf(tx, "test_draft", "x")
			if len(lines) != 0 {
				t.Errorf("%d lines of history", len(lines))
			}
			return err
		})
		err := db.Write(context.Background(), "thing", func(tx *store.Tx) error {
			return things.PutNow(tx, things.Insert(full()))
		})
		if err == nil {
			t.Error("PutNow wrote a recorded row")
		}
	})
}
