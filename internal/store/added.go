package store

import (
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
)

// AddedColumns gives, for every column that a migration added to a table, the value that rows of before then have: nil, an
// int64 or a string. Rows of before were never recorded with the column, so verification holds them to that value. It comes
// from the migrations and not from the database, whose own defaults somebody may have changed.
func (db *DB) AddedColumns() (map[string]map[string]any, error) {
	own, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, fmt.Errorf("read the added columns: %w", err)
	}
	out := map[string]map[string]any{}
	for _, folder := range []fs.FS{own, db.opt.Migrations} {
		if folder == nil {
			continue
		}
		names, err := fs.Glob(folder, "*.sql")
		if err != nil {
			return nil, fmt.Errorf("read the added columns: %w", err)
		}
		for _, name := range names {
			b, err := fs.ReadFile(folder, name)
			if err != nil {
				return nil, fmt.Errorf("read the added columns: %w", err)
			}
			if err := added(out, string(b)); err != nil {
				return nil, fmt.Errorf("migration %s: %w", name, err)
			}
		}
	}
	return out, nil
}

// addColumn is the one form of ALTER TABLE. A BLOB has no literal that both engines know, so it is added as NULL.
var addColumn = regexp.MustCompile(`^ALTER TABLE ([a-z][a-z0-9_]*) ADD COLUMN ([a-z][a-z0-9_]*) (?:BLOB|(?:INTEGER|TEXT)(?: NOT NULL)?(?: DEFAULT (?:(-?[0-9]+)|('(?:[^']|'')*')))?)$`)

// added reads the columns that one migration adds. Every other change of a table would leave its recorded rows without
// meaning, so it is an error: a new table and a data migration do what it would have done.
func added(out map[string]map[string]any, text string) error {
	up, _, _ := strings.Cut(text, "-- +goose Down")
	list, err := statements(up)
	if err != nil {
		return err
	}
	for _, statement := range list {
		if !strings.HasPrefix(strings.ToUpper(statement), "ALTER") {
			continue
		}
		m := addColumn.FindStringSubmatch(statement)
		if m == nil {
			return fmt.Errorf("%q: want ALTER TABLE t ADD COLUMN c TYPE [NOT NULL] [DEFAULT literal]", statement)
		}
		var value any
		switch {
		case m[3] != "":
			n, err := strconv.ParseInt(m[3], 10, 64)
			if err != nil {
				return fmt.Errorf("%q: %w", statement, err)
			}
			value = n
		case m[4] != "":
			value = strings.ReplaceAll(m[4][1:len(m[4])-1], "''", "'")
		}
		if out[m[1]] == nil {
			out[m[1]] = map[string]any{}
		}
		out[m[1]][m[2]] = value
	}
	return nil
}

// statements splits a script at its semicolons and drops its comments.
func statements(text string) ([]string, error) {
	var out []string
	var b strings.Builder
	for i := 0; i < len(text); {
		j := skipQuoted(text, i)
		switch {
		case j < 0:
			return nil, fmt.Errorf("a quote or comment is not closed")
		case j == i && text[i] == ';':
			out = append(out, strings.TrimSpace(b.String()))
			b.Reset()
			i++
		case j == i:
			b.WriteByte(text[i])
			i++
		default:
			if text[i] == '\'' || text[i] == '"' {
				b.WriteString(text[i:j])
			}
			i = j
		}
	}
	return append(out, strings.TrimSpace(b.String())), nil
}
