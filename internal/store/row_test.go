package store_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
	"jiyao/internal/term"
)

// thing has a column of every kind.
type thing struct {
	store.Meta
	ID       term.CopyID       `col:"id,key"`
	Document term.DocumentID   `col:"document,group"`
	Name     string            `col:"name"`
	Note     string            `col:"note,null"`
	Gone     bool              `col:"gone"`
	N        int               `col:"n"`
	Small    int8              `col:"small,null"`
	At       time.Time         `col:"at"`
	Body     []byte            `col:"body"`
	Maybe    []byte            `col:"maybe,null"`
	Title    store.Sealed      `col:"title,sealed"`
	Posts    []term.PostID     `col:"posts"`
	Args     map[string]string `col:"args,null"`
	Local    func()            `col:"-"`
}

// draft is an unrecorded row.
type draft struct {
	store.Meta
	ID   string `col:"id,key"`
	Text string `col:"text"`
}

var (
	things = store.Define[thing]("test_thing")
	drafts = store.Unrecorded[draft]("test_draft", "only a test writes it")
)

const tables = `CREATE TABLE test_thing (
	id TEXT NOT NULL PRIMARY KEY,
	document TEXT NOT NULL,
	name TEXT NOT NULL,
	note TEXT,
	gone INTEGER NOT NULL,
	n INTEGER NOT NULL,
	small INTEGER,
	at INTEGER,
	body BLOB NOT NULL,
	maybe BLOB,
	title BLOB,
	posts TEXT NOT NULL,
	args TEXT,
	rev INTEGER NOT NULL,
	salt BLOB NOT NULL
);
CREATE TABLE test_draft (id TEXT NOT NULL PRIMARY KEY, text TEXT NOT NULL, rev INTEGER NOT NULL);
CREATE TABLE test_child (
	id TEXT NOT NULL PRIMARY KEY,
	parent TEXT NOT NULL REFERENCES test_thing (id) DEFERRABLE INITIALLY DEFERRED
);`

func init() { store.Raw("test_child", "makes a COMMIT fail", "id TEXT", "parent TEXT") }

// xor is a sealer whose ciphertext shows what it was bound to.
type xor struct{ calls int }

func (x *xor) SealColumn(_ *store.Tx, group, table, column, key string, plain []byte) ([]byte, error) {
	x.calls++
	return []byte(fmt.Sprintf("%s/%s/%s/%s/%d|%s", group, table, column, key, x.calls, flip(plain))), nil
}

func (x *xor) OpenColumn(_ *store.Tx, group, table, column, key string, stored []byte) ([]byte, error) {
	bound, text, _ := strings.Cut(string(stored), "|")
	if !strings.HasPrefix(bound, group+"/"+table+"/"+column+"/"+key+"/") {
		return nil, errors.New("sealed for another place")
	}
	return flip([]byte(text)), nil
}

func flip(b []byte) []byte {
	out := slices.Clone(b)
	for i := range out {
		out[i] ^= 0x55
	}
	return out
}

func sealer(o *store.Options) { o.Sealer = &xor{} }

// each runs fn on both engines with the test tables.
func each(t *testing.T, fn func(t *testing.T, db *store.DB), more ...storetest.Option) {
	t.Helper()
	storetest.Each(t, fn, append([]storetest.Option{storetest.With(tables), sealer}, more...)...)
}

func put(t *testing.T, db *store.DB, changes ...store.Change) []store.Written {
	t.Helper()
	var out []store.Written
	err := db.Write(context.Background(), "put", func(tx *store.Tx) (err error) {
		out, err = store.Put(tx, changes)
		return err
	})
	if err != nil {
		t.Fatalf("put: %v", err)
	}
	return out
}

func get(t *testing.T, db *store.DB, key term.CopyID) thing {
	t.Helper()
	var row thing
	read(t, db, func(tx *store.Tx) (err error) {
		row, err = things.Get(tx, key)
		return err
	})
	return row
}

func read(t *testing.T, db *store.DB, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := db.Read(context.Background(), fn); err != nil {
		t.Fatalf("read: %v", err)
	}
}

func full() thing {
	return thing{
		ID: "C1", Document: "D1", Name: "名", Note: "x", Gone: true, N: -7, Small: 5,
		At:   time.Date(2026, 3, 1, 8, 30, 0, 5e6, calendar.Zone),
		Body: []byte{0, 1, 255}, Maybe: []byte("m"), Title: store.Plain("标题"),
		Posts: []term.PostID{"a", "b\"<&>"}, Args: map[string]string{"z": "1", "a": "2"},
	}
}

func TestEveryTypeComesBackAsItWasPut(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		want := full()
		empty := thing{ID: "C2"}
		written := put(t, db, things.Insert(want), things.Insert(empty))
		if len(written) != 2 || len(written[0].Columns) != 12 || written[0].Rev != 1 || written[0].Key != "C1" {
			t.Fatalf("written = %+v", written)
		}
		got := get(t, db, "C1")
		if _, err := got.Title.Text(); !errors.Is(err, store.ErrSealed) {
			t.Errorf("a sealed value answered before it was revealed: %v", err)
		}
		read(t, db, func(tx *store.Tx) error { return things.Reveal(tx, &got) })
		if text, err := got.Title.Text(); err != nil || text != "标题" {
			t.Errorf("title = %q, %v", text, err)
		}
		if !got.At.Equal(want.At) || got.At.Location() != calendar.Zone {
			t.Errorf("at = %v", got.At)
		}
		got.Meta, got.Title, got.At = want.Meta, want.Title, want.At
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
		got = get(t, db, "C2")
		got.Meta, got.Body = empty.Meta, nil
		if !reflect.DeepEqual(got, empty) {
			t.Errorf("empty: got %+v", got)
		}
		read(t, db, func(tx *store.Tx) error {
			var note, small, at, maybe, title, args, body, posts any
			err := tx.QueryRow("SELECT note, small, at, maybe, title, args, body, posts FROM test_thing WHERE id = $1", "C2").
				Scan(&note, &small, &at, &maybe, &title, &args, &body, &posts)
			for i, v := range []any{note, small, at, maybe, title, args} {
				if v != nil {
					t.Errorf("column %d is %v, not NULL", i, v)
				}
			}
			if b, ok := body.([]byte); !ok || len(b) != 0 || posts != "[]" {
				t.Errorf("body %v, posts %v", body, posts)
			}
			return err
		})
	})
}

func TestGetOfNothingIsNotFound(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		err := db.Read(context.Background(), func(tx *store.Tx) error {
			_, err := things.Get(tx, term.CopyID("none"))
			return err
		})
		if !errors.Is(err, refuse.ErrNotFound) {
			t.Fatalf("err = %v", err)
		}
		read(t, db, func(tx *store.Tx) error {
			_, ok, err := things.One(tx, "WHERE n > $1", 3)
			if ok {
				t.Error("One found a row in an empty table")
			}
			n, err2 := things.Count(tx, "")
			if n != 0 {
				t.Errorf("count = %d", n)
			}
			return errors.Join(err, err2)
		})
	})
}
