package ledger

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"jiyao/internal/ledger/leaf"
	"jiyao/internal/store"
)

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

func TestEveryHeadIsSignedInTheEnd(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		l := openLog(t, db)
		for i := range 20 {
			mustAct(t, db, l, add(fmt.Sprint(i)))
			newest(t, db, l, l.Status().Size) // though its table may not have it yet
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if r := verify(t, db); !r.Whole || r.Size != 21 || r.Checkpoints != 1 {
			t.Errorf("%+v", r)
		}
	})
}

// newest wants one checkpoint more, which is of this size.
func newest(t *testing.T, db *store.DB, l *Log, size uint64) {
	t.Helper()
	read(t, db, func(tx *store.Tx) error {
		list, err := l.Checkpoints(tx, 0, 1)
		if err != nil || len(list) != 1 || list[0].Size != size {
			t.Errorf("%v, %v, want size %d", list, err, size)
		}
		return err
	})
}

// restarted is the log of a program that starts where another, which did three acts, has ended.
func restarted(t *testing.T, db *store.DB, change ...func(*Options)) *Log {
	t.Helper()
	turn := &alternating{logs: [2]*Log{openLog(t, db), openLog(t, db, change...)}}
	db.SetBatch(turn)
	for i := range 3 {
		mustAct(t, db, turn.logs[0], add(fmt.Sprint(i)))
	}
	settle(t, turn.logs[0])
	turn.next.Store(1)
	return turn.logs[1]
}

// unsigned is the same where the other died between its commit and the signature.
func unsigned(t *testing.T, db *store.DB, change ...func(*Options)) *Log {
	t.Helper()
	l := restarted(t, db, change...)
	tamper(t, db, "DELETE FROM ledger_checkpoint")
	return l
}

func TestAHeadWithoutSignatureIsHeldByItsMark(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		l := unsigned(t, db)
		if r := verify(t, db); !found(r, Finding{Kind: CheckpointMissing, Table: "ledger_checkpoint", Seq: 4}) || r.Total != 1 {
			t.Errorf("without the key: %v", r.Findings)
		}
		r := verify(t, db, marked)
		if !r.Whole || r.NoticeCount != 1 || r.Notices[0] != (Finding{Kind: Unsigned, Table: "ledger_head", From: 1, Seq: 4}) {
			t.Errorf("with the key: %v, %v", r.Findings, r.Notices)
		}
		if err := l.Resume(t.Context()); err != nil {
			t.Fatal(err)
		}
		settle(t, l)
		if r := verify(t, db); !r.Whole || r.Checkpoints != 1 || l.Status().Size != 4 {
			t.Errorf("after the next start: %v", r.Findings)
		}
	})
}

// TestAHeadOfSomebodyElseIsNeverSigned: who alters the last entries of an office that stands still has no mark for them.
func TestAHeadOfSomebodyElseIsNeverSigned(t *testing.T) {
	other, _ := testKeys(origin)
	for name, c := range map[string]struct {
		sql   string
		by    Signer
		found []Finding
	}{
		"another mark":         {"UPDATE ledger_head SET mark = root", testSigner, []Finding{{Kind: HeadAltered, Table: "ledger_head", Column: "mark"}, {Kind: CheckpointMissing, Table: "ledger_checkpoint"}}},
		"no mark":              {"UPDATE ledger_head SET mark = NULL", testSigner, []Finding{{Kind: CheckpointMissing, Table: "ledger_checkpoint"}}},
		"no mark, a signature": {"INSERT INTO ledger_checkpoint (size, note, recorded_at) SELECT size, 'signed', recorded_at FROM ledger_head", testSigner, []Finding{{Kind: CheckpointAltered, Table: "ledger_checkpoint"}}},
		"another key":          {"", other, nil},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, db *store.DB) {
				l := unsigned(t, db, func(o *Options) { o.Signer = c.by })
				if c.sql != "" {
					tamper(t, db, c.sql)
				}
				if name == "no mark, a signature" {
					tamper(t, db, "UPDATE ledger_head SET mark = NULL")
				}
				if err := l.Resume(t.Context()); !errors.Is(err, ErrBroken) {
					t.Errorf("taken up again: %v", err)
				}
				if _, err := act(db, l, "paper.write", add("x")); !errors.Is(err, ErrBroken) {
					t.Errorf("the next act answered %v", err)
				}
				r := verify(t, db, marked)
				for _, want := range c.found {
					if !found(r, want) {
						t.Errorf("%v is not found; found were %v", want, r.Findings)
					}
				}
			})
		})
	}
}

// TestALedgerOfBeforeThereWereMarks goes on from its checkpoint.
func TestALedgerOfBeforeThereWereMarks(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		l := restarted(t, db)
		tamper(t, db, "UPDATE ledger_head SET mark = NULL")
		if r := verify(t, db, marked); !r.Whole || r.NoticeCount > 0 {
			t.Errorf("%v, %v", r.Findings, r.Notices)
		}
		if err := l.Resume(t.Context()); err != nil {
			t.Fatal(err)
		}
		mustAct(t, db, l, add("b"))
		settle(t, l)
		if r := verify(t, db); !r.Whole || r.Size != 5 {
			t.Errorf("%v", r.Findings)
		}
	})
}

// TestALongTailWasNotLeftByACrash: a mark does not hide that checkpoints were taken away.
func TestALongTailWasNotLeftByACrash(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		at := time.UnixMilli(1767225600000)
		l := openLog(t, db, func(o *Options) { o.Now = func() time.Time { at = at.Add(21 * time.Second); return at } })
		for i := range 3 {
			mustAct(t, db, l, add(fmt.Sprint(i)))
		}
		settle(t, l)
		tamper(t, db, "DELETE FROM ledger_checkpoint")
		if r := verify(t, db, marked); !found(r, Finding{Kind: CheckpointMissing, Table: "ledger_checkpoint", Seq: 4}) || r.Total != 1 {
			t.Errorf("%v, %v", r.Findings, r.Notices)
		}
	})
}

// TestACheckpointThatComesWhileVerifying is compared like any other.
func TestACheckpointThatComesWhileVerifying(t *testing.T) {
	for name, c := range map[string]struct {
		end  string
		want Kind
	}{"true": {"", ""}, "another's": {"x", CheckpointAltered}} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, db *store.DB) {
				l := openLog(t, db)
				mustAct(t, db, l, add("a"))
				settle(t, l)
				comes := fmt.Sprintf("INSERT INTO ledger_checkpoint (size, note, recorded_at) VALUES (2, '%s%s', 0)", l.Status().Checkpoint, c.end)
				tamper(t, db, "DELETE FROM ledger_checkpoint")
				var once sync.Once
				r := verify(t, db, func(o *VerifyOptions) {
					o.Progress = func(part string, _, _ uint64) {
						if part == "entries" {
							once.Do(func() { tamper(t, db, comes) })
						}
					}
				})
				if c.want == "" && (!r.Whole || r.Checkpoints != 1) || c.want != "" && !found(r, Finding{Kind: c.want, Table: "ledger_checkpoint", Seq: 2}) {
					t.Errorf("%d checkpoints, %v", r.Checkpoints, r.Findings)
				}
			})
		})
	}
}
