package ledger

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
)

// fill writes 20 papers with sheets and moves ten of them, three times the first.
func fill(t testing.TB, db *store.DB, l *Log) {
	t.Helper()
	for i := range 20 {
		mustAct(t, db, l, add(fmt.Sprintf("p%02d", i)))
	}
	for i := range 10 {
		mustAct(t, db, l, move(fmt.Sprintf("p%02d", i), "P2"))
	}
	mustAct(t, db, l, move("p00", "P3"))
	mustAct(t, db, l, move("p00", "P2"))
	err := db.Write(context.Background(), "refuse", func(tx *store.Tx) error {
		_, err := l.Append(tx, &Entry{Act: "paper.sell", Actor: "P1", Subject: "D1", Reference: "R1", Outcome: Refused, Clauses: []string{"X-1"}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	settle(t, l)
}

// the entries of fill: 1 schema, 2–21 add, 22–31 move, 32, 33 move p00, 34 refused.
const filled = 34

// found reports whether a report names this, by the fields that are set in want.
func found(r Report, want Finding) bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool {
		return f.Kind == want.Kind && f.Table == want.Table && (want.Key == "" || f.Key == want.Key) &&
			(want.Column == "" || f.Column == want.Column) && (want.Seq == 0 || f.Seq == want.Seq) &&
			(want.From == 0 || f.From == want.From) && (want.Rev == 0 || f.Rev == want.Rev)
	})
}

// The tables that the cases name.
const (
	paperTable = "ledgertest_paper"
	entryTable = "ledger_entry"
)

// tampering is what somebody does to the database behind the program's back, and what must be found.
type tampering struct {
	sql   []string
	found []Finding
	only  bool // nothing else may be found
}

// rowsTampered: recorded rows and their history.
var rowsTampered = map[string]tampering{
	"text changed":      {[]string{"UPDATE ledgertest_paper SET holder = 'P9' WHERE id = 'p03'"}, []Finding{{Kind: ValueChanged, Table: paperTable, Key: "p03", Column: "holder"}}, true},
	"number changed":    {[]string{"UPDATE ledgertest_paper SET pages = pages + 1 WHERE id = 'p15'"}, []Finding{{Kind: ValueChanged, Table: paperTable, Key: "p15", Column: "pages"}}, true},
	"time to NULL":      {[]string{"UPDATE ledgertest_paper SET due = NULL WHERE id = 'p15'"}, []Finding{{Kind: ValueChanged, Table: paperTable, Key: "p15", Column: "due"}}, true},
	"bytes changed":     {[]string{"UPDATE ledgertest_paper SET seal = salt WHERE id = 'p15'"}, []Finding{{Kind: ValueChanged, Table: paperTable, Key: "p15", Column: "seal"}}, true},
	"NULL filled":       {[]string{"UPDATE ledgertest_paper SET note = 'x' WHERE id = 'p15'"}, []Finding{{Kind: ValueChanged, Table: paperTable, Key: "p15", Column: "note"}}, true},
	"NULL emptied":      {[]string{"UPDATE ledgertest_paper SET note = '' WHERE id = 'p15'"}, []Finding{{Kind: ValueChanged, Table: paperTable, Key: "p15", Column: "note"}}, true},
	"revision back":     {[]string{"UPDATE ledgertest_paper SET rev = 1 WHERE id = 'p03'"}, []Finding{{Kind: RowRolledBack, Table: paperTable, Key: "p03", Rev: 1}}, true},
	"revision ahead":    {[]string{"UPDATE ledgertest_paper SET rev = 7 WHERE id = 'p03'"}, []Finding{{Kind: RowRevision, Table: paperTable, Key: "p03", Rev: 7}}, true},
	"salt changed":      {[]string{"UPDATE ledgertest_paper SET salt = seal WHERE id = 'p15'"}, []Finding{{Kind: ValueChanged, Table: paperTable, Key: "p15", Column: "holder"}, {Kind: ValueChanged, Table: paperTable, Key: "p15", Column: "note"}}, true},
	"row rolled back":   {[]string{"UPDATE ledgertest_paper SET holder = 'P1', pages = 3, note = NULL, rev = 1 WHERE id = 'p03'", "DELETE FROM history WHERE key = 'p03'"}, []Finding{{Kind: RowRolledBack, Table: paperTable, Key: "p03"}, {Kind: ValueChanged, Table: paperTable, Key: "p03", Column: "holder"}, {Kind: HistoryRemoved, Table: paperTable, Key: "p03", Column: "pages", Rev: 1}}, false},
	"row removed":       {[]string{"DELETE FROM ledgertest_paper WHERE id = 'p15'"}, []Finding{{Kind: RowRemoved, Table: paperTable, Key: "p15"}}, true},
	"changed row gone":  {[]string{"DELETE FROM ledgertest_paper WHERE id = 'p00'"}, []Finding{{Kind: RowRemoved, Table: paperTable, Key: "p00"}}, true},
	"all rows removed":  {[]string{"DELETE FROM ledgertest_sheet"}, []Finding{{Kind: RowRemoved, Table: "ledgertest_sheet", Key: "s-p00"}, {Kind: RowRemoved, Table: "ledgertest_sheet", Key: "s-p19"}}, true},
	"row added":         {[]string{"INSERT INTO ledgertest_sheet SELECT 'extra', paper, rev, salt FROM ledgertest_sheet WHERE id = 's-p01'"}, []Finding{{Kind: RowAdded, Table: "ledgertest_sheet", Key: "extra"}}, true},
	"key renamed":       {[]string{"UPDATE ledgertest_sheet SET id = 'other' WHERE id = 's-p01'"}, []Finding{{Kind: RowAdded, Table: "ledgertest_sheet", Key: "other"}, {Kind: RowRemoved, Table: "ledgertest_sheet", Key: "s-p01"}}, true},
	"rows swapped":      {[]string{"UPDATE ledgertest_sheet SET id = 'tmp' WHERE id = 's-p01'", "UPDATE ledgertest_sheet SET id = 's-p01' WHERE id = 's-p02'", "UPDATE ledgertest_sheet SET id = 's-p02' WHERE id = 'tmp'"}, []Finding{{Kind: ValueChanged, Table: "ledgertest_sheet", Key: "s-p01", Column: "paper"}, {Kind: ValueChanged, Table: "ledgertest_sheet", Key: "s-p02", Column: "paper"}}, true},
	"column added":      {[]string{"ALTER TABLE ledgertest_sheet ADD COLUMN more TEXT"}, []Finding{{Kind: TableDifference, Table: "ledgertest_sheet", Column: "more"}}, true},
	"history changed":   {[]string{"UPDATE history SET cols = (SELECT cols FROM history WHERE key = 'p00' AND rev = 2) WHERE key = 'p00' AND rev = 1"}, []Finding{{Kind: HistoryChanged, Table: paperTable, Key: "p00", Column: "holder", Rev: 1}}, true},
	"history damaged":   {[]string{"UPDATE history SET cols = (SELECT salt FROM ledgertest_paper WHERE id = 'p00') WHERE key = 'p00' AND rev = 1"}, []Finding{{Kind: HistoryChanged, Table: paperTable, Key: "p00", Rev: 1}}, true},
	"history removed":   {[]string{"DELETE FROM history WHERE key = 'p00' AND rev = 2"}, []Finding{{Kind: HistoryRemoved, Table: paperTable, Key: "p00", Column: "note", Rev: 2}}, true},
	"history added":     {[]string{"INSERT INTO history SELECT tbl, 'p15', rev, cols, at FROM history WHERE key = 'p01'"}, []Finding{{Kind: HistoryAdded, Table: paperTable, Key: "p15", Column: "holder", Rev: 1}}, true},
	"history of no one": {[]string{"INSERT INTO history SELECT 'nowhere', key, rev, cols, at FROM history WHERE key = 'p01'"}, []Finding{{Kind: HistoryAdded, Table: "nowhere", Key: "p01"}}, true},
}

// entriesTampered: the entries themselves.
var entriesTampered = map[string]tampering{
	"entry altered":     {[]string{"UPDATE ledger_entry SET bytes = (SELECT bytes FROM ledger_entry WHERE seq = 8) WHERE seq = 7"}, []Finding{{Kind: EntryAltered, Table: entryTable, Seq: 7}, {Kind: EntryMisplaced, Table: entryTable, Seq: 7}}, false},
	"altered with leaf": {[]string{"UPDATE ledger_entry SET bytes = (SELECT bytes FROM ledger_entry WHERE seq = 8), leaf = (SELECT leaf FROM ledger_entry WHERE seq = 8) WHERE seq = 7"}, []Finding{{Kind: EntryMisplaced, Table: entryTable, Seq: 7}, {Kind: CheckpointRoot, Table: "ledger_checkpoint"}, {Kind: HeadAltered, Table: "ledger_head", Column: "root"}}, false},
	"entry malformed":   {[]string{"UPDATE ledger_entry SET bytes = leaf WHERE seq = 7"}, []Finding{{Kind: EntryAltered, Table: entryTable, Seq: 7}, {Kind: EntryMalformed, Table: entryTable, Seq: 7}}, false},
	"leaf altered":      {[]string{"UPDATE ledger_entry SET leaf = (SELECT leaf FROM ledger_entry WHERE seq = 8) WHERE seq = 7"}, []Finding{{Kind: LeafAltered, Table: entryTable, Seq: 7}}, true},
	"entry dropped":     {[]string{"DELETE FROM ledger_entry WHERE seq = 12"}, []Finding{{Kind: EntryDropped, Table: entryTable, From: 12, Seq: 12}}, false},
	"entries closed up": {[]string{"DELETE FROM ledger_entry WHERE seq = 34", "UPDATE ledger_entry SET seq = 34 WHERE seq = 33"}, []Finding{{Kind: EntryDropped, Table: entryTable, From: 33, Seq: 33}, {Kind: EntryMisplaced, Table: entryTable, Seq: 34}}, false},
	"entries swapped":   {[]string{"UPDATE ledger_entry SET seq = 1000 WHERE seq = 12", "UPDATE ledger_entry SET seq = 12 WHERE seq = 13", "UPDATE ledger_entry SET seq = 13 WHERE seq = 1000"}, []Finding{{Kind: EntryMisplaced, Table: entryTable, Seq: 12}, {Kind: EntryMisplaced, Table: entryTable, Seq: 13}, {Kind: CheckpointRoot, Table: "ledger_checkpoint"}}, false},
	"entry added":       {[]string{"INSERT INTO ledger_entry SELECT 35, act, outcome, actor, subject, reference, recorded_at, leaf, bytes FROM ledger_entry WHERE seq = 34"}, []Finding{{Kind: EntryAdded, Table: entryTable, Seq: 35}}, true},
	"entry far away":    {[]string{"INSERT INTO ledger_entry SELECT 4611686018427387904, act, outcome, actor, subject, reference, recorded_at, leaf, bytes FROM ledger_entry WHERE seq = 34"}, []Finding{{Kind: EntryAdded, Table: entryTable, From: 35}}, true},
	"entry zero":        {[]string{"INSERT INTO ledger_entry SELECT 0, act, outcome, actor, subject, reference, recorded_at, leaf, bytes FROM ledger_entry WHERE seq = 34"}, []Finding{{Kind: EntryAdded, Table: entryTable}}, true},
	"tail cut":          {[]string{"DELETE FROM ledger_entry WHERE seq > 30"}, []Finding{{Kind: EntryDropped, Table: entryTable, From: 31, Seq: filled}, {Kind: LedgerShortened, Table: "ledger_checkpoint", Seq: filled}}, false},
	"tail and head cut": {[]string{"DELETE FROM ledger_entry WHERE seq > 30", "UPDATE ledger_head SET size = 30"}, []Finding{{Kind: LedgerShortened, Table: "ledger_checkpoint", Seq: filled}, {Kind: CheckpointMissing, Table: "ledger_checkpoint", Seq: 30}}, false},
	"everything cut":    {[]string{"DELETE FROM ledger_entry", "DELETE FROM ledger_checkpoint", "UPDATE ledger_head SET size = 0, hashes = NULL, root = NULL, schema_seq = 0, recorded_at = 0"}, []Finding{{Kind: RowAdded, Table: paperTable, Key: "p00"}, {Kind: HistoryAdded, Table: paperTable, Key: "p00"}}, false},
}

// asideTampered: what stands beside the entries: index, head, checkpoints, blocks and nodes.
var asideTampered = map[string]tampering{
	"index act":            {[]string{"UPDATE ledger_entry SET act = 'x' WHERE seq = 5"}, []Finding{{Kind: IndexAltered, Table: entryTable, Column: "act", Seq: 5}}, true},
	"index outcome":        {[]string{"UPDATE ledger_entry SET outcome = 'done' WHERE seq = 34"}, []Finding{{Kind: IndexAltered, Table: entryTable, Column: "outcome", Seq: 34}}, true},
	"index actor":          {[]string{"UPDATE ledger_entry SET actor = 'x' WHERE seq = 5"}, []Finding{{Kind: IndexAltered, Table: entryTable, Column: "actor", Seq: 5}}, true},
	"index subject":        {[]string{"UPDATE ledger_entry SET subject = 'x' WHERE seq = 5"}, []Finding{{Kind: IndexAltered, Table: entryTable, Column: "subject", Seq: 5}}, true},
	"index reference":      {[]string{"UPDATE ledger_entry SET reference = 'x' WHERE seq = 34"}, []Finding{{Kind: IndexAltered, Table: entryTable, Column: "reference", Seq: 34}}, true},
	"index time":           {[]string{"UPDATE ledger_entry SET recorded_at = recorded_at - 1 WHERE seq = 5"}, []Finding{{Kind: IndexAltered, Table: entryTable, Column: "recorded_at", Seq: 5}}, true},
	"clause removed":       {[]string{"DELETE FROM ledger_clause"}, []Finding{{Kind: IndexAltered, Table: "ledger_clause", Key: "X-1", Seq: 34}}, true},
	"clause added":         {[]string{"INSERT INTO ledger_clause (clause, seq) VALUES ('X-2', 5)"}, []Finding{{Kind: IndexAltered, Table: "ledger_clause", Key: "X-2", Seq: 5}}, true},
	"head root":            {[]string{"UPDATE ledger_head SET root = hashes"}, []Finding{{Kind: HeadAltered, Table: "ledger_head", Column: "root"}}, true},
	"head hashes":          {[]string{"UPDATE ledger_head SET hashes = root"}, []Finding{{Kind: HeadAltered, Table: "ledger_head", Column: "hashes"}}, true},
	"head size back":       {[]string{"UPDATE ledger_head SET size = 30"}, []Finding{{Kind: HeadAltered, Table: "ledger_head", Column: "size"}}, false},
	"head size ahead":      {[]string{"UPDATE ledger_head SET size = 4611686018427387904"}, []Finding{{Kind: EntryDropped, Table: entryTable, From: 35}, {Kind: HeadAltered, Table: "ledger_head", Column: "size"}}, false},
	"head schema":          {[]string{"UPDATE ledger_head SET schema_seq = 0"}, []Finding{{Kind: HeadAltered, Table: "ledger_head", Column: "schema_seq"}}, true},
	"head time":            {[]string{"UPDATE ledger_head SET recorded_at = 0"}, []Finding{{Kind: HeadAltered, Table: "ledger_head", Column: "recorded_at"}}, true},
	"head gone":            {[]string{"DELETE FROM ledger_head"}, []Finding{{Kind: HeadAltered}}, false},
	"checkpoint altered":   {[]string{"UPDATE ledger_checkpoint SET note = note || 'x'"}, []Finding{{Kind: CheckpointAltered, Table: "ledger_checkpoint", Seq: filled}}, true},
	"checkpoint displaced": {[]string{"UPDATE ledger_checkpoint SET size = 33"}, []Finding{{Kind: CheckpointAltered, Table: "ledger_checkpoint", Seq: 33}, {Kind: CheckpointMissing, Table: "ledger_checkpoint", Seq: 34}}, true},
	"checkpoint gone":      {[]string{"DELETE FROM ledger_checkpoint"}, []Finding{{Kind: CheckpointMissing, Table: "ledger_checkpoint", Seq: filled}}, true},
	"block added":          {[]string{"INSERT INTO ledger_block (place, words) SELECT 0, root FROM ledger_head"}, []Finding{{Kind: IndexAltered, Table: "ledger_block", From: 1}}, true},
	"node added":           {[]string{"INSERT INTO ledger_node (level, place, hash) SELECT 8, 0, root FROM ledger_head"}, []Finding{{Kind: NodeAltered, Table: "ledger_node", From: 1, Seq: 256}}, true},
}

func TestEveryTamperingIsNamed(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		l := openLog(t, db)
		fill(t, db, l)
		if r := whole(t, db); r.Size != filled || r.Rows != 40 || r.History != 12 {
			t.Fatalf("before: %+v", r)
		}
		keep := snapshot(t, db)
		for _, cases := range []map[string]tampering{rowsTampered, entriesTampered, asideTampered} {
			for name, c := range cases {
				t.Run(name, func(t *testing.T) {
					tamper(t, db, c.sql...)
					r := verify(t, db)
					c.judge(t, r)
					if small := verify(t, db, entryByEntry); !slices.Equal(small.Findings, r.Findings) {
						t.Errorf("entry by entry %v, in one part %v", small.Findings, r.Findings)
					}
					keep(t)
					whole(t, db)
				})
			}
		}
	})
}

// judge looks that a report names what was done, and nothing else where that is asked.
func (c tampering) judge(t *testing.T, r Report) {
	t.Helper()
	for _, want := range c.found {
		if !found(r, want) {
			t.Errorf("%v is not found; found were %v", want, r.Findings)
		}
	}
	if r.Whole || r.Total < len(r.Findings) {
		t.Errorf("whole %v with %d findings", r.Whole, r.Total)
	}
	for _, f := range r.Findings {
		if c.only && !slices.ContainsFunc(c.found, func(w Finding) bool {
			return w.Kind == f.Kind && w.Table == f.Table && (w.Key == "" || len(c.found) > 1 || w.Key == f.Key)
		}) {
			t.Errorf("%v is found too", f)
		}
	}
}

// snapshot copies every table that the cases touch and returns what puts the copies back.
func snapshot(t *testing.T, db *store.DB) func(t *testing.T) {
	t.Helper()
	tables := []string{"ledgertest_paper", "ledgertest_sheet", "history", "ledger_entry", "ledger_clause", "ledger_head", "ledger_checkpoint", "ledger_node", "ledger_block"}
	raw := rawOf(t, db)
	raw.SetMaxOpenConns(1)
	for _, name := range tables {
		tamperAt(t, raw, "CREATE TEMP TABLE keep_"+name+" AS SELECT * FROM "+name)
	}
	return func(t *testing.T) {
		t.Helper()
		if strings.HasSuffix(t.Name(), "column_added") {
			tamper(t, db, "ALTER TABLE ledgertest_sheet DROP COLUMN more") // the other connection knows the old columns
		}
		for _, name := range tables {
			tamperAt(t, raw, "DELETE FROM "+name, "INSERT INTO "+name+" SELECT * FROM keep_"+name)
		}
	}
}

// TestTypeChangeIsNamed: a number stored as text needs a table without STRICT, or another type.
func TestTypeChangeIsNamed(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		l := openLog(t, db)
		fill(t, db, l)
		if db.Engine() == store.SQLite {
			tamper(t, db,
				"CREATE TABLE loose (id TEXT NOT NULL PRIMARY KEY, holder TEXT NOT NULL, pages, due INTEGER, seal BLOB NOT NULL, note TEXT, rev INTEGER NOT NULL, salt BLOB NOT NULL)",
				"INSERT INTO loose SELECT id, holder, CAST(pages AS TEXT), due, seal, note, rev, salt FROM ledgertest_paper",
				"DROP TABLE ledgertest_paper", "ALTER TABLE loose RENAME TO ledgertest_paper")
		} else {
			tamper(t, db, "ALTER TABLE ledgertest_paper ALTER COLUMN pages TYPE TEXT")
		}
		r := verify(t, db)
		for _, want := range []Finding{
			{Kind: ValueType, Table: "ledgertest_paper", Key: "p03", Column: "pages"},
			{Kind: TableDifference, Table: "ledgertest_paper"},
		} {
			if !found(r, want) {
				t.Errorf("%v is not found; found were %v", want, r.Findings)
			}
		}
		tamper(t, db, "DROP TABLE ledgertest_sheet")
		if r = verify(t, db); !found(r, Finding{Kind: TableDifference, Table: "ledgertest_sheet"}) || !found(r, Finding{Kind: RowRemoved, Table: "ledgertest_sheet"}) {
			t.Errorf("a dropped table: %v", r.Findings)
		}
	})
}

// TestOlderFileIsFoundWithACheckpoint goes back to yesterday: nothing contradicts itself, and only a checkpoint held
// outside tells. So does a ledger written anew with the true key.
func TestOlderFileIsFoundWithACheckpoint(t *testing.T) {
	dir := t.TempDir() + "/data"
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path := dir + "/jiyao.db"
	open := func() (*store.DB, *Log, func()) {
		db, err := store.Open(context.Background(), store.Options{DSN: "sqlite:" + path})
		if err != nil {
			t.Fatal(err)
		}
		l := openLog(t, db)
		return db, l, func() {
			if err := errors.Join(l.Close(), db.Close()); err != nil {
				t.Fatal(err)
			}
		}
	}
	migrated := storetest.Open(t, "sqlite:"+path, storetest.With(testTables))
	if err := migrated.Close(); err != nil {
		t.Fatal(err)
	}
	db, l, end := open()
	mustAct(t, db, l, add("a"))
	outside := []string{l.Status().Checkpoint}
	end()
	yesterday := t.TempDir() + "/copy"
	if err := os.CopyFS(yesterday, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	db, l, end = open()
	mustAct(t, db, l, add("b"))
	outside = append(outside, l.Status().Checkpoint)
	settle(t, l)
	for i, note := range outside {
		if r := verify(t, db, func(o *VerifyOptions) { o.Against = note }); !r.Whole || r.Against != uint64(i+2) {
			t.Errorf("a true ledger against checkpoint %d: %v", i, r.Findings)
		}
	}
	end()
	if err := errors.Join(os.RemoveAll(dir), os.CopyFS(dir, os.DirFS(yesterday))); err != nil {
		t.Fatal(err)
	}
	db, l, end = open()
	whole(t, db) // without the checkpoint nobody can know
	if r := verify(t, db, func(o *VerifyOptions) { o.Against = outside[0] }); !r.Whole {
		t.Errorf("against yesterday's own checkpoint: %v", r.Findings)
	}
	if r := verify(t, db, func(o *VerifyOptions) { o.Against = outside[1] }); !found(r, Finding{Kind: LedgerShortened, From: 3, Seq: 3}) {
		t.Errorf("an older file: %v", r.Findings)
	}
	mustAct(t, db, l, add("c")) // the other history grows as long as the true one
	if r := verify(t, db, func(o *VerifyOptions) { o.Against = outside[1] }); !found(r, Finding{Kind: LedgerRewritten, Seq: 3}) {
		t.Errorf("another history: %v", r.Findings)
	}
	end()
	other, _ := testKeys(origin)
	forged, err := Checkpoint{Origin: origin, Size: 3, Root: make([]byte, 32)}.Sign(other)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(context.Background(), db, VerifyOptions{Verifier: testVerifier, Against: string(forged)}); err == nil {
		t.Error("a forged checkpoint is taken")
	}
}

// TestAWriteWithoutEntryIsFound: a row put without a record is an added row, a change without a record a changed one.
func TestAWriteWithoutEntryIsFound(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		l := openLog(t, db)
		mustAct(t, db, l, add("a"))
		err := db.Write(context.Background(), "silent", func(tx *store.Tx) error {
			list, err := move("a", "P2")(tx)
			if err != nil {
				return err
			}
			_, err = store.Put(tx, append(list, sheets.Insert(sheet{ID: "silent"})))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		r := verify(t, db)
		for _, want := range []Finding{
			{Kind: RowRevision, Table: "ledgertest_paper", Key: "a"}, {Kind: ValueChanged, Table: "ledgertest_paper", Key: "a", Column: "holder"},
			{Kind: HistoryAdded, Table: "ledgertest_paper", Key: "a"}, {Kind: RowAdded, Table: "ledgertest_sheet", Key: "silent"},
		} {
			if !found(r, want) {
				t.Errorf("%v is not found; found were %v", want, r.Findings)
			}
		}
	})
}

func TestFloodIsBounded(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t), storetest.With(testTables))
	l := openLog(t, db)
	for i := range 30 {
		mustAct(t, db, l, func(*store.Tx) ([]store.Change, error) {
			var list []store.Change
			for k := range 50 {
				list = append(list, sheets.Insert(sheet{ID: fmt.Sprint(i, "-", k)}))
			}
			return list, nil
		})
	}
	if err := db.Write(context.Background(), "x", func(tx *store.Tx) error {
		_, err := tx.Exec("DELETE FROM ledgertest_sheet")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	settle(t, l)
	if r := verify(t, db); r.Total != 1500 || len(r.Findings) != MaxFindings {
		t.Errorf("%d findings of %d", len(r.Findings), r.Total)
	}
}

func TestClockGoingBackIsANotice(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t), storetest.With(testTables))
	l := openLog(t, db)
	for _, at := range []int64{2000, 1000, 3000} {
		if err := db.Write(context.Background(), "x", func(tx *store.Tx) error {
			_, err := l.Append(tx, &Entry{Act: "a.b", Outcome: Done, RecordedAt: 1767225600000 + at})
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	settle(t, l)
	if r := verify(t, db); !r.Whole || r.NoticeCount != 1 || r.Notices[0].Kind != ClockBack || r.Notices[0].Seq != 3 {
		t.Errorf("%+v", r)
	}
}

func TestHealthIsKept(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		l := openLog(t, db)
		if h := l.Health(); h.Known || h.Broken() {
			t.Errorf("before: %+v", h)
		}
		mustAct(t, db, l, add("a"))
		tamper(t, db, "UPDATE ledgertest_paper SET holder = 'x'")
		if err := l.RecordCheck(context.Background(), verify(t, db)); err != nil {
			t.Fatal(err)
		}
		again := openLog(t, nil, func(o *Options) { o.Hash = db.NewHash })
		again.db = db
		h, err := again.LoadHealth(context.Background())
		if err != nil || !h.Broken() || len(h.Report.Findings) != 1 || h.Report.Findings[0] != l.Health().Report.Findings[0] {
			t.Errorf("loaded %+v: %v", h, err)
		}
		read(t, db, func(tx *store.Tx) error {
			list, err := l.Checks(tx, 10)
			if len(list) != 1 || list[0].Whole {
				t.Errorf("checks %+v", list)
			}
			return err
		})
	})
}
