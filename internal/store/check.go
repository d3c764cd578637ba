package store

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Difference is one way in which the live database is not what the program expects. Column is empty where it
// concerns the table as a whole.
type Difference struct {
	Table  string `json:"table"`
	Column string `json:"column,omitempty"`
	Want   string `json:"want"`
	Got    string `json:"got"`
}

func (d Difference) String() string {
	name := d.Table
	if d.Column != "" {
		name += "." + d.Column
	}
	return fmt.Sprintf("%s: want %s, got %s", name, d.Want, d.Got)
}

// live is a column as the database has it: its type in neutral SQL, and what marks it.
type live struct {
	class    string
	required bool
	key      bool
}

// CheckSchema compares every table that the linked packages define with the live ones, column by column, and
// reports tables, views and triggers that nobody defined. No difference is an empty list. Only a program that
// links all packages can expect none.
func CheckSchema(tx *Tx) ([]Difference, error) {
	tables, other, err := liveSchema(tx)
	if err != nil {
		return nil, fmt.Errorf("check the schema: %w", err)
	}
	registry.Lock()
	defer registry.Unlock()
	for _, s := range registry.tables {
		other = append(other, s.compare(tables[s.name])...)
		delete(tables, s.name)
	}
	for name, r := range registry.raw {
		other = append(other, r.compare(name, tables[name])...)
		delete(tables, name)
	}
	for name := range tables {
		other = append(other, Difference{name, "", "nothing", "a table that nobody defines"})
	}
	slices.SortFunc(other, func(a, b Difference) int {
		return strings.Compare(a.Table+"\x00"+a.Column, b.Table+"\x00"+b.Column)
	})
	return other, nil
}

func (s *schema) compare(got map[string]live) []Difference {
	if got == nil {
		return []Difference{{s.name, "", "a table", "nothing"}}
	}
	want := map[string]live{"rev": {class: "INTEGER", required: true}}
	if s.recorded {
		want["salt"] = live{class: "BLOB", required: true}
	}
	either := map[string]bool{} // may be NOT NULL or not: an empty value is NULL, but the owner may know of none
	for i, c := range s.columns {
		want[c.name] = live{class: c.kind.class(), required: !c.null || i == s.key, key: i == s.key}
		either[c.name] = !c.null && (c.kind == Time || c.kind == SealedText)
	}
	return differences(s.name, want, got, either)
}

func (r rawTable) compare(name string, got map[string]live) []Difference {
	if got == nil {
		return []Difference{{name, "", "a table", "nothing"}}
	}
	if r.columns == nil {
		return nil
	}
	want, either := map[string]live{}, map[string]bool{}
	for _, c := range r.columns {
		column, class, _ := strings.Cut(c, " ")
		want[column] = live{class: class, key: got[column].key} // its keys are its own
		either[column] = true
	}
	return differences(name, want, got, either)
}

func differences(table string, want, got map[string]live, either map[string]bool) []Difference {
	var out []Difference
	for _, column := range slices.Sorted(maps.Keys(want)) {
		w := want[column]
		g, ok := got[column]
		if !ok {
			out = append(out, Difference{table, column, w.String(), "nothing"})
			continue
		}
		if either[column] {
			w.required = g.required
		}
		if w != g {
			out = append(out, Difference{table, column, w.String(), g.String()})
		}
	}
	for _, column := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[column]; !ok {
			out = append(out, Difference{table, column, "nothing", got[column].String()})
		}
	}
	return out
}

func (l live) String() string {
	s := l.class
	if l.required {
		s += " NOT NULL"
	}
	if l.key {
		s += " PRIMARY KEY"
	}
	return s
}

// liveSchema reads the tables with their columns, and differences for what should not exist at all.
func liveSchema(tx *Tx) (map[string]map[string]live, []Difference, error) {
	if tx.Engine() == SQLite {
		return liveSQLite(tx)
	}
	return livePostgres(tx)
}

func liveSQLite(tx *Tx) (map[string]map[string]live, []Difference, error) {
	tables, other := map[string]map[string]live{}, []Difference(nil)
	// A table beyond SQLite's own and goose's that is not STRICT may hold any class in any column.
	err := eachRow(tx, 3, `SELECT s.name, s.type, coalesce(l.strict, 0) FROM sqlite_schema s
		LEFT JOIN pragma_table_list l ON l.schema = 'main' AND l.name = s.name
		WHERE s.type <> 'index' AND s.name NOT LIKE 'sqlite\_%' ESCAPE '\'`, func(v []any) {
		name, kind := text(v[0]), text(v[1])
		if kind != "table" {
			other = append(other, Difference{name, "", "nothing", "a " + kind})
			return
		}
		tables[name] = map[string]live{}
		if v[2] != int64(1) && name != "goose_db_version" {
			other = append(other, Difference{name, "", "STRICT", "any storage class"})
		}
	})
	if err != nil {
		return nil, nil, err
	}
	for name, columns := range tables {
		// In a STRICT table only NOT NULL keeps NULL out of a text key; PostgreSQL's keys imply it.
		err := eachRow(tx, 5, `SELECT name, type, "notnull", pk, hidden FROM pragma_table_xinfo($1)`, func(v []any) {
			l := live{class: text(v[1]), key: v[3] != int64(0)}
			l.required = v[2] != int64(0) || l.key
			if v[4] != int64(0) {
				l.class += " GENERATED"
			}
			columns[text(v[0])] = l
		}, name)
		if err != nil {
			return nil, nil, err
		}
	}
	return tables, other, nil
}

func livePostgres(tx *Tx) (map[string]map[string]live, []Difference, error) {
	tables, other := map[string]map[string]live{}, []Difference(nil)
	err := eachRow(tx, 7, `SELECT c.relname, c.relkind::text, coalesce(a.attname, ''),
		coalesce(format_type(a.atttypid, a.atttypmod), ''), coalesce(l.collname, ''),
		CASE WHEN a.attnotnull THEN 1 ELSE 0 END, CASE WHEN i.indexrelid IS NULL THEN 0 ELSE 1 END
		FROM pg_class c
		LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		LEFT JOIN pg_collation l ON l.oid = a.attcollation
		LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey)
		WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`, func(v []any) {
		name := text(v[0])
		if kind := text(v[1]); kind != "r" {
			if _, seen := tables[name]; !seen {
				other = append(other, Difference{name, "", "nothing", "a relation of kind " + kind})
			}
			return
		}
		if tables[name] == nil {
			tables[name] = map[string]live{}
		}
		if column := text(v[2]); column != "" {
			tables[name][column] = live{neutral(text(v[3]), text(v[4])), v[5] == int64(1), v[6] == int64(1)}
		}
	})
	if err != nil {
		return nil, nil, err
	}
	err = eachRow(tx, 2, `SELECT c.relname, 'trigger '::text || t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
		WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace
		UNION ALL SELECT tablename::text, 'rule '::text || rulename FROM pg_rules WHERE schemaname = current_schema()`,
		func(v []any) { other = append(other, Difference{text(v[0]), "", "nothing", "a " + text(v[1])}) })
	return tables, other, err
}

// neutral names a type of PostgreSQL by the neutral type that becomes it.
func neutral(kind, collation string) string {
	switch {
	case kind == "bigint":
		return "INTEGER"
	case kind == "bytea":
		return "BLOB"
	case kind == "text" && collation == "C":
		return "TEXT"
	case kind == "text":
		return "text of collation " + collation
	default:
		return kind
	}
}

func text(v any) string {
	s, ok := v.(string)
	if !ok {
		return fmt.Sprint(v)
	}
	return s
}

// eachRow runs a query of n columns to its end.
func eachRow(tx *Tx, n int, q string, fn func([]any), args ...any) error {
	rows, err := tx.Query(q, args...)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
	values, dest := make([]any, n), make([]any, n)
	for i := range dest {
		dest[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return translate(err)
		}
		fn(values)
	}
	return translate(rows.Err())
}
