package ledger

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emmansun/gmsm/sm3"
	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"

	"jiyao/internal/ledger/leaf"
	"jiyao/internal/refuse"
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

const testTables = `CREATE TABLE ledgertest_paper (
	id TEXT NOT NULL PRIMARY KEY, holder TEXT NOT NULL, pages INTEGER NOT NULL, due INTEGER, seal BLOB NOT NULL,
	note TEXT, rev INTEGER NOT NULL, salt BLOB NOT NULL);
CREATE TABLE ledgertest_sheet (id TEXT NOT NULL PRIMARY KEY, paper TEXT NOT NULL, rev INTEGER NOT NULL, salt BLOB NOT NULL);`

const origin = "test.example/log"

var testSigner, testVerifier = testKeys(origin)

func testKeys(name string) (note.Signer, note.Verifier) {
	secret, public, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		panic(err)
	}
	s, err := note.NewSigner(secret)
	if err != nil {
		panic(err)
	}
	v, err := note.NewVerifier(public)
	if err != nil {
		panic(err)
	}
	return s, v
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
	t.Cleanup(func() { l.Close() }) //nolint:errcheck // looked at where it matters
	return l
}

func withSM3(o *store.Options) { o.Hash = func() hash.Hash { return sm3.New() } }

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

func whole(t testing.TB, db *store.DB) Report {
	t.Helper()
	r := verify(t, db)
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
			var armed string
			boom := errors.New("boom")
			fault := storetest.Opened(func(o *store.Options) {
				o.Fault = func(s string) error {
					if s == armed {
						return boom
					}
					return nil
				}
			})
			each(t, func(t *testing.T, db *store.DB) {
				armed = ""
				l := openLog(t, db)
				mustAct(t, db, l, add("a"))
				before := l.Status()
				armed = step
				_, err := act(db, l, "paper.write", func(tx *store.Tx) ([]store.Change, error) {
					list, err := move("a", "P2")(tx)
					if step == "rollback" && err == nil {
						err = boom
					}
					return list, err
				})
				armed = ""
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
			turn.next = i % 2
			if seq := mustAct(t, db, turn.logs[i%2], add(fmt.Sprint(i))); seq != uint64(i+2) {
				t.Fatalf("act %d got number %d", i, seq)
			}
		}
		if r := whole(t, db); r.Size != 11 {
			t.Errorf("%d entries", r.Size)
		}
	})
}

type alternating struct {
	logs [2]*Log
	next int
}

func (a *alternating) Begin(tx *store.Tx) error { return a.logs[a.next].Begin(tx) }
func (a *alternating) Seal(tx *store.Tx) error  { return a.logs[a.next].Seal(tx) }
func (a *alternating) Committed()               { a.logs[a.next].Committed() }
func (a *alternating) Abandoned()               { a.logs[a.next].Abandoned() }

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

func TestCheckpointFolder(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		dir := filepath.Join(t.TempDir(), "outside")
		l := openLog(t, db, func(o *Options) { o.CheckpointDir = dir })
		for i := range 5 {
			mustAct(t, db, l, add(fmt.Sprint(i)))
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"checkpoint", "checkpoint-2026-01-01"} {
			text, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			c, err := leaf.ParseCheckpoint(text, testVerifier)
			if err != nil || c.Size != 6 || string(text) != l.Status().Checkpoint {
				t.Errorf("%s: %+v, %v", name, c, err)
			}
		}
		if left, err := filepath.Glob(filepath.Join(dir, ".checkpoint-*")); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	})
}

func TestCheckpointFolderThatFailsIsShownAndStopsNobody(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "outside")
	each(t, func(t *testing.T, db *store.DB) {
		l := openLog(t, db, func(o *Options) { o.CheckpointDir = dir })
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		mustAct(t, db, l, add("a"))
		if err := l.Close(); err == nil {
			t.Error("the failure is not told")
		}
		if s := l.Status(); s.FolderError == "" || s.Size != 2 {
			t.Errorf("%+v", s)
		}
	})
}

func TestReads(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		l := openLog(t, db)
		ctx := context.Background()
		for i := range 30 {
			e := Entry{Act: "a.even", Actor: "P1", Subject: fmt.Sprint("D", i%3), Reference: fmt.Sprint("R", i), Outcome: Done}
			if i%2 == 1 {
				e.Act, e.Actor, e.Outcome, e.Clauses = "a.odd", "P2", Refused, []string{"X-1"}
			}
			if err := db.Write(ctx, "x", func(tx *store.Tx) error { _, err := l.Append(tx, &e); return err }); err != nil {
				t.Fatal(err)
			}
		}
		read(t, db, func(tx *store.Tx) error {
			for name, c := range map[string]struct {
				f    Filter
				want int
				last uint64
			}{
				"all":       {Filter{}, 31, 1},
				"page":      {Filter{Limit: 4, Before: 10}, 4, 6},
				"act":       {Filter{Act: "a.odd"}, 15, 3},
				"actor":     {Filter{Actor: "P1"}, 15, 2},
				"outcome":   {Filter{Outcome: Refused}, 15, 3},
				"done":      {Filter{Outcome: Done}, 15, 2},
				"clause":    {Filter{Clause: "X-1", Act: "a.odd", Before: 30}, 14, 3},
				"no clause": {Filter{Clause: "X-9"}, 0, 0},
				"subject":   {Filter{Subject: "D0"}, 10, 2},
				"reference": {Filter{Reference: "R7"}, 1, 9},
				"time":      {Filter{From: time.UnixMilli(1767225600000 + 11), To: time.UnixMilli(1767225600000 + 21)}, 10, 11},
			} {
				list, err := l.Find(tx, c.f)
				if err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
				if len(list) != c.want || c.want > 0 && list[len(list)-1].Seq != c.last {
					t.Errorf("%s: %d entries down to %+v", name, len(list), list[max(len(list)-1, 0):])
				}
			}
			if e, err := l.ByReference(tx, "R4"); err != nil || e.Seq != 6 {
				t.Errorf("by reference: %+v, %v", e, err)
			}
			for _, ref := range []string{"", "nobody's"} {
				if _, err := l.ByReference(tx, ref); !errors.Is(err, refuse.ErrNotFound) {
					t.Errorf("by reference %q: %v", ref, err)
				}
			}
			if _, err := l.EntryBySeq(tx, 99); !errors.Is(err, refuse.ErrNotFound) {
				t.Errorf("entry 99: %v", err)
			}
			if list, err := l.Entries(tx, 30, 10); err != nil || len(list) != 2 || list[0].Seq != 30 {
				t.Errorf("entries from 30: %v, %v", list, err)
			}
			if list, err := l.BySubject(tx, "D1", 0, 3); err != nil || len(list) != 3 || list[0].Subject != "D1" {
				t.Errorf("by subject: %v, %v", list, err)
			}
			if h, err := l.Head(tx); err != nil || h.Size != 31 || !bytes.Equal(h.Root, l.Status().Root) {
				t.Errorf("head: %+v, %v", h, err)
			}
			if list, err := l.Checkpoints(tx, 0, 10); err != nil || len(list) != 1 || list[0].Size != 31 {
				t.Errorf("checkpoints: %v, %v", list, err)
			}
			return nil
		})
	})
}

// TestAnySequenceIsTheTreeFromScratch appends in random batches with failing acts; the root is that of a tree built at
// once, and proofs hold.
func TestAnySequenceIsTheTreeFromScratch(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		l := openLog(t, db)
		boom := errors.New("boom")
		rapid.Check(t, func(r *rapid.T) {
			var acts []func(*store.Tx) error
			for range rapid.IntRange(1, 40).Draw(r, "acts") {
				fails, size := rapid.Bool().Draw(r, "fails"), rapid.IntRange(0, 50).Draw(r, "size")
				acts = append(acts, func(tx *store.Tx) error {
					if _, err := l.Append(tx, &Entry{Act: "a.b", Outcome: Done, Facts: make([]byte, size)}); err != nil {
						return err
					}
					if fails {
						return boom
					}
					return nil
				})
			}
			together(t, db, acts...)
			err := db.Read(context.Background(), func(tx *store.Tx) error {
				head, err := l.Head(tx)
				if err != nil || head.Size == 0 {
					return err
				}
				tree := l.tree.Factory().NewEmptyRange(0)
				rows, err := tx.Query("SELECT bytes FROM ledger_entry ORDER BY seq")
				if err != nil {
					return err
				}
				for rows.Next() {
					var b []byte
					if err := errors.Join(rows.Scan(&b), tree.Append(l.tree.HashLeaf(b), nil)); err != nil {
						return err
					}
				}
				if root, err := l.tree.Root(tree); err != nil || !bytes.Equal(root, head.Root) || tree.End() != head.Size {
					return fmt.Errorf("the tree of %d entries is another: %w", head.Size, err)
				}
				seq := rapid.Uint64Range(1, head.Size).Draw(r, "seq")
				if _, err := l.ProofFile(tx, seq, testVerifier); err != nil {
					return err
				}
				older := rapid.Uint64Range(0, head.Size).Draw(r, "older")
				_, err = l.Consistency(tx, older, head.Size)
				return err
			})
			if err != nil {
				r.Fatal(err)
			}
		})
		whole(t, db)
	})
}

func TestProofsOfALongLedger(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		l := openLog(t, db)
		var early string
		for round := range 12 {
			err := db.Write(context.Background(), "many", func(tx *store.Tx) error {
				for i := range 100 {
					if _, err := l.Append(tx, &Entry{Act: "a.b", Outcome: Done, Args: binary.BigEndian.AppendUint32(nil, uint32(i))}); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if round == 4 {
				early = l.Status().Checkpoint
			}
		}
		whole(t, db)
		read(t, db, func(tx *store.Tx) error {
			for _, seq := range []uint64{1, 2, 255, 256, 257, 512, 513, 1000, 1024, 1025, 1200, 1201} {
				b, err := l.ProofFile(tx, seq, testVerifier)
				if err != nil {
					return fmt.Errorf("prove %d: %w", seq, err)
				}
				if p, err := VerifyProofFile(b, testVerifier); err != nil || p.Entry.Seq != seq {
					t.Errorf("%d: %+v, %v", seq, p, err)
				}
				if _, err := VerifyProofFile(bytes.Replace(b, []byte(`"index": `), []byte(`"index": 1`), 1), testVerifier); err == nil {
					t.Errorf("%d: a tampered proof holds", seq)
				}
			}
			for _, seq := range []uint64{0, 1202} {
				if _, err := l.ProofFile(tx, seq, testVerifier); !errors.Is(err, refuse.ErrNotFound) {
					t.Errorf("prove %d: %v", seq, err)
				}
			}
			b, err := l.GrowthFile(tx, early, testVerifier)
			if err != nil {
				return err
			}
			p, err := VerifyProofFile(b, testVerifier)
			if err != nil || p.Older.Size != 501 || p.Checkpoint.Size != 1201 {
				t.Errorf("growth: %+v, %v", p, err)
			}
			if _, err := l.GrowthFile(tx, strings.Replace(early, "501", "502", 1), testVerifier); err == nil {
				t.Error("growth from a forged checkpoint")
			}
			return nil
		})
	})
}
