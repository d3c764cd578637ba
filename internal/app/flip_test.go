package app

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jiyao/internal/act"
	"jiyao/internal/app/appacts"
	"jiyao/internal/approval"
	"jiyao/internal/calendar"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/identity"
	"jiyao/internal/incident"
	"jiyao/internal/ledger"
	"jiyao/internal/meeting"
	"jiyao/internal/people"
	"jiyao/internal/store"
	"jiyao/internal/store/pgtest"
)

// flip is one value changed behind the program's back.
type flip struct {
	table, keyColumn, key, column string
	was, now                      any
	whole                         bool // every column of the row counts: its salt
}

// TestEveryColumnOfEveryRecordedTableIsHeld changes, in a filled office, every column of every recorded table, its key,
// revision and salt too, takes a row out and puts one in: verification names the table, the row and the column.
func TestEveryColumnOfEveryRecordedTableIsHeld(t *testing.T) {
	for engine, dsn := range map[string]func(*testing.T) string{
		store.SQLite: func(*testing.T) string { return "" }, store.PostgreSQL: func(t *testing.T) string { return pgtest.DSN(t) },
	} {
		t.Run(engine, func(t *testing.T) {
			o := Options{Data: filepath.Join(t.TempDir(), "d"), DSN: dsn(t), Log: quiet, Quiet: true}
			a, accounts, err := Demo(t.Context(), o, "")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := a.Close(); err != nil {
					t.Error(err)
				}
			})
			fillTheRest(t, a, accounts)
			holdsEveryColumn(t, a)
			holdsEveryRow(t, a)
		})
	}
}

// fillTheRest adds a row to each recorded table that the story of the model office leaves empty.
func fillTheRest(t *testing.T, a *App, accounts []Account) {
	t.Helper()
	officer := accounts[slices.IndexFunc(accounts, func(x Account) bool { return x.Login == "officer" })]
	_, id, err := identity.NewTerminal(nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := a.Gate.SignIn(t.Context(), identity.SignIn{Login: "officer", Password: officer.Password, Code: officer.Codes[0], Terminal: id}); err != nil {
		t.Fatal(err)
	}
	actTheRest(t, a)
	err = a.DB.Write(t.Context(), "test.fill", func(tx *store.Tx) error {
		written, err := store.Put(tx, []store.Change{
			identity.Locks.Insert(identity.Lock{ID: "x"}), people.Years.Insert(people.CalendarYear{ID: "2099"}),
			people.Delegations.Insert(people.Delegation{ID: "x"}), people.Readings.Insert(people.Reading{ID: "x"}),
			incident.Annotations.Insert(incident.Annotation{ID: "x"}), approval.Leaves.Insert(approval.Leave{ID: "x"}),
			custody.StageLines.Insert(custody.StageLine{ID: "x"}), act.Executions.Insert(act.Execution{ID: "x"}),
			people.Designated.Insert(people.Designation{ID: "x", Year: 1, No: 1}), custody.Reproductions.Insert(custody.Reproduction{ID: "x"}),

			custody.Sendings.Insert(custody.Sending{ID: "x"}), custody.Trips.Insert(custody.Trip{ID: "x"}), people.Aways.Insert(people.Away{ID: "x"}), meeting.Supplies.Insert(meeting.Supply{ID: "x"}), document.OpeningLines.Insert(document.OpeningLine{ID: "x"}), appacts.Resumptions.Insert(appacts.Resumption{Damage: "x"}),
		})
		if err != nil {
			return err
		}
		_, err = a.Ledger.Append(tx, &ledger.Entry{Act: "test.fill", Outcome: ledger.Done, Rows: written})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if r := checked(t, a); !r.Whole {
		t.Fatalf("the filled office does not verify: %v", r.Findings)
	}
}

// actTheRest does what the story leaves out: a device, a count with a scan, a disposal list with a line, a trip, a rule of
// numbers and a draft.
func actTheRest(t *testing.T, a *App) {
	t.Helper()
	do := func(login, name string, with map[string]any) act.Receipt {
		raw, err := json.Marshal(with)
		if err != nil {
			t.Fatal(err)
		}
		me := a.actor(t, login)
		receipt, err := a.Desk.Do(t.Context(), act.Request{Act: name, Command: json.RawMessage(raw), By: me,
			Signatures: []act.Signature{{Role: "actor", Person: me.Person, Strength: "pin", Terminal: me.Terminal, At: a.Clock.Now()}}})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return receipt
	}
	text := func(query string) (out string) {
		if err := a.DB.Read(t.Context(), func(tx *store.Tx) error { return tx.QueryRow(query).Scan(&out) }); err != nil {
			t.Fatal(err)
		}
		return out
	}
	lies := text("SELECT id FROM copy WHERE state = 'in_place' ORDER BY id LIMIT 1")
	do("officer", "device.register", map[string]any{"name": "复印机", "kind": "copier", "custodian": "custodian"})
	count := do("officer", "custody.count_open", map[string]any{"kind": "part", "places": []string{text("SELECT place FROM copy WHERE id = '" + lies + "'")}})
	do("officer", "custody.count_scan", map[string]any{"count": count.Values["count"], "copy": lies})
	done := text("SELECT c.id FROM copy c JOIN document d ON d.id = c.document WHERE c.state = 'in_place' AND d.completed_at IS NOT NULL AND d.pages = 12 ORDER BY c.seq LIMIT 1")
	list := do("officer", "disposal.list_open", map[string]any{"kind": "archive"})
	do("officer", "disposal.list_add", map[string]any{"list": list.Values["list"], "copy": done, "title": "关于报送年度重点工作安排的通知", "doc_no": "某厅发〔2026〕41号",
		"level": text("SELECT level FROM copy WHERE id = '" + done + "'"), "copy_no": "000131", "copies": 1, "pages": 12, "medium": "paper", "reason": "办结"})
	from := calendar.DateOf(a.Clock.Now()).Add(3)
	do("leader_a", "people.travel_report", map[string]any{"destination": "outside", "from": from.String(), "to": from.Add(1).String(), "purpose": "开会"})
	do("office_director", "document.number_rule", map[string]any{"prefix": "某局发"})
	do("leader_a", "document.draft", map[string]any{"title": "关于值班的通知", "document_kind": "通知", "level": "内部", "pages": 1})
}

func checked(t *testing.T, a *App) ledger.Report {
	t.Helper()
	r, err := a.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// holdsEveryColumn goes round by round: one column of one row of each table at a time, so that a round costs one look.
func holdsEveryColumn(t *testing.T, a *App) {
	t.Helper()
	for round, more := 0, true; more; round++ {
		var flips []flip
		for _, info := range store.Tables() {
			if info.Recorded {
				flips = append(flips, flipsOf(t, a, info, round)...)
			}
		}
		if more = len(flips) > 0; !more {
			return
		}
		for _, f := range flips {
			f.set(t, a, f.was, f.now)
		}
		r := checked(t, a)
		for _, f := range flips {
			f.judge(t, r)
		}
		for _, found := range r.Findings {
			if !slices.ContainsFunc(flips, func(f flip) bool { return f.table == found.Table && (f.key == found.Key || f.now == found.Key) }) {
				t.Errorf("round %d: %v is found too", round, found)
			}
		}
		for _, f := range flips {
			f.set(t, a, f.now, f.was)
		}
	}
	if r := checked(t, a); !r.Whole {
		t.Errorf("with everything put back: %v", r.Findings)
	}
}

// flipsOf is what a round changes in a table: the column of that number, in another row each round; none when it has no more.
func flipsOf(t *testing.T, a *App, info store.TableInfo, round int) []flip {
	t.Helper()
	columns := []string{info.Key, "rev", "salt"}
	for _, c := range info.Columns {
		columns = append(columns, c.Name)
	}
	if round >= len(columns) {
		return nil
	}
	f := flip{table: info.Name, keyColumn: info.Key, column: columns[round], whole: columns[round] == "salt"}
	err := a.DB.Read(t.Context(), func(tx *store.Tx) error {
		n := 0
		if err := tx.QueryRow("SELECT count(*) FROM " + f.table).Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("the office has no row of %s", f.table)
		}
		null := 0
		err := tx.QueryRow(fmt.Sprintf("SELECT %s, %s, %s FROM %s ORDER BY %s LIMIT 1 OFFSET %d", f.keyColumn, f.column, isNull(f.column), f.table, f.keyColumn, round%n)).Scan(&f.key, &f.was, &null)
		f.was = asStored(f.was, null)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	f.now = other(f.was, kindOf(info, f.column))
	return []flip{f}
}

// isNull asks whether a column is null: the driver of SQLite reads an empty blob as nil too.
func isNull(column string) string { return "CASE WHEN " + column + " IS NULL THEN 1 ELSE 0 END" }

func asStored(v any, null int) any {
	if b, bytes := v.([]byte); null == 0 && (v == nil || bytes && len(b) == 0) {
		return []byte{}
	}
	return v
}

func kindOf(info store.TableInfo, column string) store.Kind {
	for _, c := range info.Columns {
		if c.Name == column {
			return c.Kind
		}
	}
	return ""
}

// other is a value of the same class that is not v.
func other(v any, kind store.Kind) any {
	switch v := v.(type) {
	case int64:
		if kind == store.Bool {
			return 1 - v
		}
		return v + 1_000_000 // further than any number that must stay alone
	case string:
		return v + "x"
	case []byte:
		return append([]byte{^slices.Concat(v, []byte{0})[0]}, v[min(1, len(v)):]...)
	}
	switch kind {
	case store.Int, store.Bool, store.Time:
		return int64(1)
	case store.Text, store.List, store.Map:
		return "x"
	default:
		return []byte{1}
	}
}

// set makes the column say now where it says was.
func (f flip) set(t *testing.T, a *App, was, now any) {
	t.Helper()
	key := f.key
	if f.column == f.keyColumn {
		key, _ = was.(string)
	}
	err := a.DB.Write(t.Context(), "flip", func(tx *store.Tx) error {
		n, err := tx.Exec("UPDATE "+f.table+" SET "+f.column+" = $1 WHERE "+f.keyColumn+" = $2", now, key)
		if err == nil && n != 1 {
			err = fmt.Errorf("%d rows changed", n)
		}
		return err
	})
	if err != nil {
		t.Fatalf("%s.%s of %s: %v", f.table, f.column, key, err)
	}
}

func (f flip) judge(t *testing.T, r ledger.Report) {
	t.Helper()
	is := func(key string, kinds ...ledger.Kind) bool {
		return slices.ContainsFunc(r.Findings, func(x ledger.Finding) bool {
			return x.Table == f.table && x.Key == key && slices.Contains(kinds, x.Kind) &&
				(x.Kind != ledger.ValueChanged || f.whole || x.Column == f.column)
		})
	}
	ok := false
	switch f.column {
	case f.keyColumn:
		renamed, _ := f.now.(string)
		ok = is(f.key, ledger.RowRemoved) && is(renamed, ledger.RowAdded)
	case "rev":
		ok = is(f.key, ledger.RowRevision, ledger.RowRolledBack)
	default:
		ok = is(f.key, ledger.ValueChanged)
	}
	if !ok {
		t.Errorf("%s.%s of %s was changed and is not named", f.table, f.column, f.key)
	}
}

// holdsEveryRow takes one row out of each recorded table, and then puts one in.
func holdsEveryRow(t *testing.T, a *App) {
	t.Helper()
	var rows []wholeRow
	for _, info := range store.Tables() {
		if info.Recorded {
			rows = append(rows, rowOf(t, a, info))
		}
	}
	each := func(do func(r wholeRow) wholeRow, kind ledger.Kind, undo func(r wholeRow)) {
		var changed []wholeRow
		for _, r := range rows {
			changed = append(changed, do(r))
		}
		report := checked(t, a)
		for _, r := range changed {
			if !slices.ContainsFunc(report.Findings, func(f ledger.Finding) bool { return f.Kind == kind && f.Table == r.table && f.Key == r.values[0] }) {
				t.Errorf("%s: %s is not named %s", r.table, r.values[0], kind)
			}
			undo(r)
		}
	}
	out := func(r wholeRow) wholeRow { r.remove(t, a); return r }
	in := func(r wholeRow) { r.insert(t, a) }
	each(out, ledger.RowRemoved, in)
	each(func(r wholeRow) wholeRow { n := r.another(); n.insert(t, a); return n }, ledger.RowAdded, func(r wholeRow) { r.remove(t, a) })
	if r := checked(t, a); !r.Whole {
		t.Errorf("with every row back: %v", r.Findings)
	}
}

// wholeRow is a row as stored, its key first.
type wholeRow struct {
	table   string
	columns []string
	kinds   []store.Kind
	values  []any
}

func rowOf(t *testing.T, a *App, info store.TableInfo) wholeRow {
	t.Helper()
	r := wholeRow{table: info.Name, columns: []string{info.Key}, kinds: []store.Kind{store.Text}}
	for _, c := range info.Columns {
		r.columns, r.kinds = append(r.columns, c.Name), append(r.kinds, c.Kind)
	}
	r.columns = append(r.columns, "rev", "salt")
	r.kinds = append(r.kinds, store.Int, store.Bytes)
	r.values = make([]any, len(r.columns))
	nulls, asked, dest := make([]int, len(r.columns)), slices.Clone(r.columns), make([]any, 2*len(r.columns))
	for i, column := range r.columns {
		asked = append(asked, isNull(column))
		dest[i], dest[len(r.columns)+i] = &r.values[i], &nulls[i]
	}
	err := a.DB.Read(t.Context(), func(tx *store.Tx) error {
		return tx.QueryRow("SELECT " + strings.Join(asked, ", ") + " FROM " + r.table + " ORDER BY " + info.Key + " LIMIT 1").Scan(dest...)
	})
	if err != nil {
		t.Fatalf("%s: %v", r.table, err)
	}
	for i, v := range r.values {
		r.values[i] = asStored(v, nulls[i])
	}
	return r
}

// another is a row that no column but the revision and the salt shares, so that nothing unique is in its way.
func (r wholeRow) another() wholeRow {
	n := r
	n.values = slices.Clone(r.values)
	for i := range len(n.values) - 2 {
		n.values[i] = other(n.values[i], n.kinds[i])
	}
	return n
}

func (r wholeRow) insert(t *testing.T, a *App) {
	t.Helper()
	marks := make([]string, len(r.columns))
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	r.exec(t, a, "INSERT INTO "+r.table+" ("+strings.Join(r.columns, ", ")+") VALUES ("+strings.Join(marks, ", ")+")", r.values...)
}

func (r wholeRow) remove(t *testing.T, a *App) {
	t.Helper()
	r.exec(t, a, "DELETE FROM "+r.table+" WHERE "+r.columns[0]+" = $1", r.values[0])
}

func (r wholeRow) exec(t *testing.T, a *App, statement string, args ...any) {
	t.Helper()
	err := a.DB.Write(t.Context(), "row", func(tx *store.Tx) error {
		n, err := tx.Exec(statement, args...)
		if err == nil && n != 1 {
			err = fmt.Errorf("%d rows changed", n)
		}
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", r.table, err)
	}
}
