package ledger

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"jiyao/internal/ledger/leaf"
	"jiyao/internal/store"
)

// TestALaterSignatureSpeaksForAHead: beside an office at work a head is signed when the next acts have moved it on already, and
// whoever has the public key alone must not take that for damage.
func TestALaterSignatureSpeaksForAHead(t *testing.T) {
	missing := Finding{Kind: CheckpointMissing, Table: "ledger_checkpoint", Seq: 4}
	for name, c := range map[string]struct {
		acts int
		sql  string
		want []Finding
	}{
		"signed since":             {2, "", nil},
		"not signed":               {0, "", []Finding{missing}},
		"signed by somebody else":  {2, "UPDATE ledger_checkpoint SET note = 'x' WHERE size = 6", []Finding{missing, {Kind: CheckpointAltered, Table: "ledger_checkpoint", Seq: 6}}},
		"an entry between altered": {2, "UPDATE ledger_entry SET bytes = (SELECT bytes FROM ledger_entry WHERE seq = 2) WHERE seq = 5", []Finding{missing, {Kind: CheckpointRoot, Table: "ledger_checkpoint", Seq: 6}}},
		"an entry between dropped": {2, "DELETE FROM ledger_entry WHERE seq = 5", []Finding{missing, {Kind: CheckpointRoot, Table: "ledger_checkpoint", Seq: 6}, {Kind: EntryDropped, Table: "ledger_entry", Seq: 5}}},
		"the end dropped":          {2, "DELETE FROM ledger_entry WHERE seq = 6", []Finding{missing}},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, db *store.DB) {
				l := restarted(t, db)
				tamper(t, db, "DELETE FROM ledger_checkpoint")
				v, err := newVerification(db, VerifyOptions{Verifier: testVerifier, Partial: true})
				if err == nil {
					err = v.begin(t.Context())
				}
				if err == nil {
					err = v.parallel(t.Context(), "log", v.log.size, v.readLog, v.log.fold)
				}
				if err == nil {
					err = v.parallel(t.Context(), "entries", v.log.size, v.readRows, v.rows.apply)
				}
				if err != nil {
					t.Fatal(err)
				}
				read(t, db, func(tx *store.Tx) error { return v.compare(t.Context(), tx) })
				for i := range c.acts {
					mustAct(t, db, l, add(string(rune('x'+i))))
				}
				settle(t, l)
				if c.sql != "" {
					tamper(t, db, c.sql)
				}
				if err := v.awaitSignature(t.Context()); err != nil {
					t.Fatal(err)
				}
				list, total := v.found.sorted()
				if total != len(c.want) {
					t.Errorf("found were %v", list)
				}
				for _, want := range c.want {
					if !found(Report{Findings: list}, want) {
						t.Errorf("%v is not found; found were %v", want, list)
					}
				}
			})
		})
	}
}

// TestACheckpointFromOutsideSpeaksForTheHead that the database has no signature for.
func TestACheckpointFromOutsideSpeaksForTheHead(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		l := openLog(t, db)
		mustAct(t, db, l, add("a"))
		settle(t, l)
		tamper(t, db, "DELETE FROM ledger_checkpoint")
		if r := verify(t, db, func(o *VerifyOptions) { o.Against = l.Status().Checkpoint }); !r.Whole {
			t.Errorf("%v", r.Findings)
		}
	})
}

// TestAnEarlierProgramLeavesTheMark: its heads are signed, so that the office goes on.
func TestAnEarlierProgramLeavesTheMark(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		l := restarted(t, db)
		tamper(t, db, "UPDATE ledger_head SET mark = root")
		r := verify(t, db, marked)
		if !r.Whole || r.NoticeCount != 1 || r.Notices[0] != (Finding{Kind: HeadAltered, Table: "ledger_head", Column: "mark"}) {
			t.Errorf("%v, %v", r.Findings, r.Notices)
		}
		if err := l.Resume(t.Context()); err != nil {
			t.Fatal(err)
		}
		mustAct(t, db, l, add("b"))
		settle(t, l)
		if r := verify(t, db, marked); !r.Whole || r.Size != 5 || slices.ContainsFunc(r.Notices, func(f Finding) bool { return f.Kind == HeadAltered }) {
			t.Errorf("%v, %v", r.Findings, r.Notices)
		}
	})
}

// TestANewFolderGetsTheNewestCheckpoint without waiting for an act.
func TestANewFolderGetsTheNewestCheckpoint(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "outside")
	each(t, func(t *testing.T, db *store.DB) {
		l := restarted(t, db, func(o *Options) { o.CheckpointDir = dir })
		if err := l.Resume(t.Context()); err != nil {
			t.Fatal(err)
		}
		settle(t, l)
		text, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
		if err != nil {
			t.Fatal(err)
		}
		if c, err := leaf.ParseCheckpoint(text, testVerifier); err != nil || c.Size != 4 {
			t.Errorf("%+v, %v", c, err)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	})
}
