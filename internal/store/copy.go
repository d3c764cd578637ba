package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

var (
	// ErrNotEmpty: a database that was to be filled has rows.
	ErrNotEmpty = errors.New("the database is not empty")
	// ErrTables: two databases do not have the same tables, or one has none.
	ErrTables = errors.New("the tables are not those that the migrations make")
)

// versions is the table of applied migrations. Each engine has its own, in its own types, so it is not copied.
const versions = "goose_db_version"

// seeded are the tables in which migrations put rows. A copy takes the place of these rows.
var seeded = []string{"ledger_head"}

// Version is the number of the newest migration that the database has. One without tables of ours is ErrTables.
func (db *DB) Version(ctx context.Context) (version int64, err error) {
	err = db.Read(ctx, func(tx *Tx) error {
		version, err = versionOf(tx)
		return err
	})
	return version, err
}

func versionOf(tx *Tx) (int64, error) {
	live, _, err := liveSchema(tx)
	if err != nil {
		return 0, fmt.Errorf("read the version: %w", err)
	}
	if live[versions] == nil {
		return 0, fmt.Errorf("read the version: %w", ErrTables)
	}
	var version int64
	if err := tx.QueryRow("SELECT MAX(version_id) FROM " + versions).Scan(&version); err != nil {
		return 0, fmt.Errorf("read the version: %w", translate(err))
	}
	return version, nil
}

// CopyInto copies every row of every table, as it is stored, into a database of the same version that has no rows and
// whose writer tells no Batch. It reads one snapshot and writes one transaction: if we die before its COMMIT, to is as it
// was. What stands in db beside the tables that migrations make is not copied, but named in left: no migration made it.
func (db *DB) CopyInto(ctx context.Context, to *DB) (left []Difference, err error) {
	if to.batch != nil {
		return nil, errors.New("copy the tables: the target has a ledger of its own")
	}
	err = db.Read(ctx, func(from *Tx) error {
		return to.Write(ctx, "store.copy", func(in *Tx) error {
			left, err = copyAll(from, in)
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("copy the tables: %w", err)
	}
	return left, nil
}

func copyAll(from, in *Tx) ([]Difference, error) {
	source, err := versionOf(from)
	if err != nil {
		return nil, err
	}
	target, err := versionOf(in)
	if err != nil {
		return nil, err
	}
	if source != target {
		return nil, fmt.Errorf("%w: they are of version %d and %d", ErrTables, source, target)
	}
	have, left, err := liveSchema(from)
	if err != nil {
		return nil, err
	}
	want, _, err := liveSchema(in)
	if err != nil {
		return nil, err
	}
	for name := range have {
		if want[name] == nil {
			left = append(left, Difference{name, "", "nothing", "a table that nobody defines"})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if name == versions {
			continue
		}
		if !maps.Equal(want[name], have[name]) {
			return nil, fmt.Errorf("table %s: %w", name, ErrTables)
		}
		if err := makeRoom(in, name); err != nil {
			return nil, err
		}
		if err := copyTable(from, in, name, slices.Sorted(maps.Keys(want[name]))); err != nil {
			return nil, fmt.Errorf("table %s: %w", name, err)
		}
	}
	return left, nil
}

func makeRoom(in *Tx, name string) error {
	if slices.Contains(seeded, name) {
		_, err := in.Exec("DELETE FROM " + name)
		return err
	}
	var n int
	if err := in.QueryRow("SELECT COUNT(*) FROM " + name).Scan(&n); err != nil {
		return translate(err)
	}
	if n > 0 {
		return fmt.Errorf("table %s: %w", name, ErrNotEmpty)
	}
	return nil
}

// copyTable streams one table. PostgreSQL takes the rows as one COPY, SQLite one by one.
func copyTable(from, in *Tx, name string, columns []string) (err error) {
	rows, err := from.Query("SELECT " + strings.Join(columns, ", ") + " FROM " + name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	source := newRowSource(rows, len(columns))
	if in.Engine() == PostgreSQL {
		err = in.sess.conn.Raw(func(c any) error {
			pg, ok := c.(*stdlib.Conn)
			if !ok {
				return fmt.Errorf("the connection is a %T", c)
			}
			_, err := pg.Conn().CopyFrom(in.ctx, pgx.Identifier{name}, columns, source)
			return err
		})
		return translate(err)
	}
	marks := make([]string, len(columns))
	for i := range marks {
		marks[i] = "$" + strconv.Itoa(i+1)
	}
	insert := "INSERT INTO " + name + " (" + strings.Join(columns, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ")"
	for source.Next() {
		if _, err := in.Exec(insert, source.values...); err != nil {
			return err
		}
	}
	return source.Err()
}

// rowSource is a result as pgx wants it for a COPY.
type rowSource struct {
	rows   *sql.Rows
	values []any
	dest   []any
	err    error
}

var _ pgx.CopyFromSource = (*rowSource)(nil)

func newRowSource(rows *sql.Rows, n int) *rowSource {
	s := &rowSource{rows: rows, values: make([]any, n), dest: make([]any, n)}
	for i := range s.dest {
		s.dest[i] = &s.values[i]
	}
	return s
}

// Next reads one row; false at the end and after an error.
func (s *rowSource) Next() bool {
	if s.err != nil || !s.rows.Next() {
		return false
	}
	s.err = s.rows.Scan(s.dest...)
	for i := range s.values {
		s.values[i] = plain(s.values[i])
	}
	return s.err == nil
}

// plain tells an empty BLOB from NULL: the driver of SQLite reads it as a nil slice and would write that as NULL.
func plain(v any) any {
	if b, ok := v.([]byte); ok && b == nil {
		return []byte{}
	}
	return v
}

// Values are those of the row that was read.
func (s *rowSource) Values() ([]any, error) { return s.values, nil }

// Err is what ended the reading, or nil.
func (s *rowSource) Err() error {
	if s.err != nil {
		return translate(s.err)
	}
	return translate(s.rows.Err())
}
