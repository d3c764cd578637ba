package ledger

import (
	"context"
	"testing"

	"jiyao/internal/store"
)

// follow verifies everything and returns what goes on from there.
func follow(t testing.TB, db *store.DB) *Following {
	t.Helper()
	f, r, err := Follow(context.Background(), db, VerifyOptions{Verifier: testVerifier, Origin: origin, Partial: true, Mark: testSigner.Mark})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Whole {
		t.Fatalf("not whole: %v", r.Findings)
	}
	return f
}

func next(t testing.TB, f *Following) Report {
	t.Helper()
	r, err := f.Next(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestFollowingLooksAtWhatIsNew(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		l := openLog(t, db)
		fill(t, db, l)
		f := follow(t, db)
		if r := next(t, f); !r.Whole || r.Size != filled || r.Rows != 0 || r.History != 0 {
			t.Errorf("nothing is new: %+v", r)
		}
		mustAct(t, db, l, add("new")) // two rows
		mustAct(t, db, l, move("p00", "P9"))
		mustAct(t, db, l, move("new", "P9"))
		r := next(t, f)
		if !r.Whole || r.Size != filled+3 || r.Rows != 3 || r.History != 2 {
			t.Errorf("three acts later: %+v", r)
		}
		if all := whole(t, db); string(all.Root) != string(r.Root) || all.Size != r.Size {
			t.Errorf("the root of all is %x, of the one that followed %x", all.Root, r.Root)
		}
		if r := next(t, f); !r.Whole || r.Rows != 0 {
			t.Errorf("nothing is new again: %+v", r)
		}
	})
}

// TestFollowingFindsWhatIsWrong does acts, tampers with what they wrote, and looks on.
func TestFollowingFindsWhatIsWrong(t *testing.T) {
	cases := map[string]struct {
		sql  string
		want Finding
	}{
		"a value":            {"UPDATE ledgertest_paper SET holder = 'X' WHERE id = 'p01'", Finding{Kind: ValueChanged, Table: paperTable, Key: "p01", Column: "holder"}},
		"one it left alone":  {"UPDATE ledgertest_paper SET due = due + 1 WHERE id = 'p01'", Finding{Kind: ValueChanged, Table: paperTable, Key: "p01", Column: "due"}},
		"a row taken out":    {"DELETE FROM ledgertest_paper WHERE id = 'new'", Finding{Kind: RowRemoved, Table: paperTable, Key: "new"}},
		"a row rolled back":  {"UPDATE ledgertest_paper SET rev = 1 WHERE id = 'p01'", Finding{Kind: RowRolledBack, Table: paperTable, Key: "p01"}},
		"history taken out":  {"DELETE FROM history WHERE tbl = 'ledgertest_paper' AND key = 'p01' AND rev = 2", Finding{Kind: HistoryRemoved, Table: paperTable, Key: "p01"}},
		"a line of history":  {"UPDATE history SET cols = (SELECT cols FROM history WHERE key = 'p02' AND rev = 1) WHERE tbl = 'ledgertest_paper' AND key = 'p01' AND rev = 2", Finding{Kind: HistoryChanged, Table: paperTable, Key: "p01"}},
		"an entry":           {"UPDATE ledger_entry SET bytes = (SELECT bytes FROM ledger_entry WHERE seq = 36) WHERE seq = 35", Finding{Kind: EntryMisplaced, Table: entryTable, Seq: 35}},
		"an entry taken out": {"DELETE FROM ledger_entry WHERE seq = 36", Finding{Kind: EntryDropped, Table: entryTable, Seq: 36}},
		"a head set back":    {"UPDATE ledger_head SET size = 34", Finding{Kind: HeadAltered, Table: "ledger_head", Column: "size"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, db *store.DB) {
				l := openLog(t, db)
				fill(t, db, l)
				f := follow(t, db)
				mustAct(t, db, l, add("new"))
				mustAct(t, db, l, move("p01", "P9"))
				settle(t, l)
				tamper(t, db, c.sql)
				if r := next(t, f); r.Whole || !found(r, c.want) {
					t.Errorf("%v is not among %v", c.want, r.Findings)
				}
			})
		})
	}
}
