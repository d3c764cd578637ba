package ledger

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"jiyao/internal/keyring"
	"jiyao/internal/ledger/leaf"
	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
)

// paper is a recorded row with a column of every storage class, sheet a second table.
type paper struct {
	store.Meta
	ID     string    `col:"id,key"`
	Holder string    `col:"holder"`
	Pages  int       `col:"pages"`
	Due    time.Time `col:"due"`
	Seal   []byte    `col:"seal"`
	Note   string    `col:"note,null"`
}

type sheet struct {
	store.Meta
	ID    string `col:"id,key"`
	Paper string `col:"paper"`
}

var (
	papers = store.Define[paper]("ledgertest_paper")
	sheets = store.Define[sheet]("ledgertest_sheet")
)

const testTables = paperTables + `
CREATE TABLE ledgertest_kept (id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, rev INTEGER NOT NULL, salt BLOB NOT NULL,
	extra TEXT NOT NULL, count INTEGER NOT NULL, note TEXT, body BLOB);`

const paperTables = `CREATE TABLE ledgertest_paper (
	id TEXT NOT NULL PRIMARY KEY, holder TEXT NOT NULL, pages INTEGER NOT NULL, due INTEGER, seal BLOB NOT NULL,
	note TEXT, rev INTEGER NOT NULL, salt BLOB NOT NULL);
CREATE TABLE ledgertest_sheet (id TEXT NOT NULL PRIMARY KEY, paper TEXT NOT NULL, rev INTEGER NOT NULL, salt BLOB NOT NULL);`

const origin = "test.example/log"

var testSigner, testVerifier = testKeys(origin)

func testKeys(name string) (Signer, note.Verifier) {
	s, err := keyring.NewSigner(name, keyring.Intl)
	if err != nil {
		panic(err)
	}
	return s, s.Verifier()
}

// clock counts milliseconds from the first of January 2026.
type clock struct {
	mu sync.Mutex
	at int64
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at++
	return time.UnixMilli(1767225600000 + c.at)
}

func openLog(t testing.TB, db *store.DB, change ...func(*Options)) *Log {
	t.Helper()
	o := Options{Hash: db.NewHash, Signer: testSigner, Origin: origin, Now: new(clock).now}
	for _, fn := range change {
		fn(&o)
	}
	l, err := Open(db, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func withSM3(o *store.Options) { o.Hash, _ = leaf.SuiteHash(leaf.SuiteSM3) }

// act writes rows with their entry.
func act(db *store.DB, l *Log, name string, changes func(tx *store.Tx) ([]store.Change, error)) (seq uint64, err error) {
	err = db.Write(context.Background(), name, func(tx *store.Tx) error {
		list, err := changes(tx)
		if err != nil {
			return err
		}
		rows, err := store.Put(tx, list)
		if err != nil {
			return err
		}
		seq, err = l.Append(tx, &Entry{Act: name, Actor: "P1", Subject: "D1", Outcome: Done, Facts: []byte{0xa0}, Rows: rows})
		return err
	})
	return seq, err
}

func mustAct(t testing.TB, db *store.DB, l *Log, changes func(tx *store.Tx) ([]store.Change, error)) uint64 {
	t.Helper()
	seq, err := act(db, l, "paper.write", changes)
	if err != nil {
		t.Fatal(err)
	}
	return seq
}

func add(id string) func(*store.Tx) ([]store.Change, error) {
	return func(*store.Tx) ([]store.Change, error) {
		return []store.Change{
			papers.Insert(paper{ID: id, Holder: "P1", Pages: 3, Due: time.UnixMilli(1767225600000), Seal: []byte("cipher " + id)}),
			sheets.Insert(sheet{ID: "s-" + id, Paper: id}),
		}, nil
	}
}

func move(id, to string) func(*store.Tx) ([]store.Change, error) {
	return func(tx *store.Tx) ([]store.Change, error) {
		old, err := papers.Get(tx, id)
		if err != nil {
			return nil, err
		}
		next := old
		next.Holder, next.Pages, next.Note = to, old.Pages+1, "to "+to
		return []store.Change{papers.Update(old, next)}, nil
	}
}

func read(t testing.TB, db *store.DB, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := db.Read(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func verify(t testing.TB, db *store.DB, change ...func(*VerifyOptions)) Report {
	t.Helper()
	o := VerifyOptions{Verifier: testVerifier, Origin: origin, Partial: true}
	for _, fn := range change {
		fn(&o)
	}
	r, err := Verify(context.Background(), db, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// settle waits until the newest head is signed and kept, for what is verified by the public key alone.
func settle(t testing.TB, l *Log) {
	t.Helper()
	if err := l.Settle(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func marked(o *VerifyOptions) { o.Mark = testSigner.Mark }

// whole verifies as the office itself would, with the key at hand: the newest head need not be signed yet.
func whole(t testing.TB, db *store.DB) Report {
	t.Helper()
	r := verify(t, db, marked)
	if !r.Whole {
		t.Fatalf("not whole: %v", r.Findings)
	}
	return r
}

func TestActsAndEntriesStandTogether(t *testing.T) {
	for name, options := range map[string][]storetest.Option{"sha256": nil, "sm3": {storetest.Opened(withSM3)}} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, db *store.DB) {
				l := openLog(t, db)
				if l.Suite() != name {
					t.Errorf("suite %s", l.Suite())
				}
				first := mustAct(t, db, l, add("a"))
				second := mustAct(t, db, l, move("a", "P2"))
				if first != 2 || second != 3 { // the schema is entry 1
					t.Errorf("numbers %d and %d", first, second)
				}
				settle(t, l)
				r := whole(t, db)
				if r.Size != 3 || r.Rows != 2 || r.History != 1 || r.Checkpoints == 0 || !bytes.Equal(r.Root, l.Status().Root) {
					t.Errorf("%+v", r)
				}
				read(t, db, func(tx *store.Tx) error {
					e, err := l.EntryBySeq(tx, 3)
					if err != nil {
						return err
					}
					if len(e.Rows) != 1 || e.Rows[0].Table != "ledgertest_paper" || e.Rows[0].Key != "a" || e.Rows[0].Rev != 2 || len(e.Rows[0].Columns) != 3 {
						t.Errorf("rows of the second act: %+v", e.Rows)
					}
					return nil
				})
			}, options...)
		})
	}
}

func TestAppendOnlyInsideABatch(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		l := openLog(t, db)
		if _, err := l.Append(nil, &Entry{Act: "a.b", Outcome: Done}); !errors.Is(err, ErrNoBatch) {
			t.Errorf("without a transaction: %v", err)
		}
		mustAct(t, db, l, add("a"))
		read(t, db, func(tx *store.Tx) error {
			if _, err := l.Append(tx, &Entry{Act: "a.b", Outcome: Done}); !errors.Is(err, ErrNoBatch) {
				t.Errorf("in a reader: %v", err)
			}
			return nil
		})
	})
}
