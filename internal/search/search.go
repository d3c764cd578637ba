// Package search is an index in memory: texts by id, found again by any part of them, newest first. It knows no
// nouns. What an entry is, who may see it and how its texts are folded is the caller's; a caller holds every id that
// comes back against the live tables before he shows it.
//
// How it is made. One SQLite database in memory on one connection, nothing of it ever in a file. An entry lies on a
// shelf, and every shelf is an FTS5 table of its own (contentless, detail=full) beside the table of entries. Texts
// are stored there as bigrams made here: each pair of neighbouring characters is one token of eight letters and
// digits, and a phrase of them is exactly a part of the text. The last character stands once more before an end mark,
// so that a single character is a prefix of some token wherever it stands. No segmentation, no language.
//
//	关于印发  ─►  关于 于印 印发 发▪      印发 ─► "印发"     印 ─► "印"*
//
// What always holds:
//   - Find looks at the shelves it is given and at nothing on any other: not filtered out, never met. A caller whose
//     viewers may know whole shelves gives hidden entries no way into an answer, nor into the time that one takes.
//   - Among looks at the ids it is given and at nothing else: for viewers who know single things.
//   - An entry never goes back: a put of an older revision changes nothing, in whatever order puts arrive.
//   - What was asked for never reaches SQLite as syntax: it is only ever spelled in letters and digits made here.
//   - Memory is bounded. A put beyond the bound is ErrFull and changes nothing.
//
// Attacks: a query made to be read as an FTS expression (the above; FuzzQuery), a query made to be slow (bounded
// wants, the caller's context ends it), finding out what is hidden by counting or timing (shelves).
package search

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"jiyao/internal/refuse"
)

var (
	// ErrFull: there is no room for more. Drop the index and build it anew, smaller.
	ErrFull = errors.New("the index is full")
	// ErrClosed: the index was dropped in the meantime, as when the server is sealed.
	ErrClosed = fmt.Errorf("the index was dropped: %w", refuse.ErrUnavailable)
	// ErrWant: more wants than MaxWants, or one about a field that there is not.
	ErrWant = errors.New("not a query of this index")
)

// MaxShelf is the highest shelf; the lowest is 0.
const MaxShelf = 63

// Index is one index. All methods may be called from several goroutines; they take turns.
type Index struct {
	fields int
	limit  int64 // bytes

	mu      sync.Mutex
	pool    *sql.DB
	conn    *sql.Conn            // nil once closed; guarded by mu, as all below
	stmts   map[string]*sql.Stmt // by text
	shelves [MaxShelf + 1]bool   // which have a table
}

// New makes an empty index of entries with so many fields, from 1 to 16, that may take about so many bytes of memory.
func New(fields int, limit int64) (*Index, error) {
	if fields < 1 || fields > 16 {
		return nil, fmt.Errorf("make an index of %d fields: %w", fields, ErrWant)
	}
	// A sorted result must not go to a temporary file; the database itself has none.
	pool, err := sql.Open("sqlite", "file::memory:?_pragma=temp_store(memory)&_pragma=secure_delete(on)&_dqs=0")
	if err != nil {
		return nil, fmt.Errorf("make an index: %w", err)
	}
	pool.SetMaxOpenConns(1)
	x := &Index{fields: fields, limit: limit, pool: pool, stmts: map[string]*sql.Stmt{}}
	if err := x.create(); err != nil {
		return nil, errors.Join(fmt.Errorf("make an index: %w", err), x.Close())
	}
	return x, nil
}

func (x *Index) create() error {
	ctx := context.Background() // it waits for nothing
	var err error
	if x.conn, err = x.pool.Conn(ctx); err != nil {
		return err
	}
	for _, q := range []string{
		"PRAGMA max_page_count = " + strconv.FormatInt(max(x.limit/pageSize, 64), 10),
		// place orders the entries: the newest has the smallest. It is also the row of the shelf's table.
		"CREATE TABLE entry (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, rev INTEGER NOT NULL, at INTEGER NOT NULL, " +
			"shelf INTEGER NOT NULL, gone INTEGER NOT NULL, " + x.columns(" TEXT NOT NULL") + ") STRICT",
		"CREATE INDEX entry_by_at_id ON entry (at, id)",
	} {
		if _, err := x.conn.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// pageSize is SQLite's own, in bytes.
const pageSize = 4096

// columns lists the columns of the fields, each followed by some text.
func (x *Index) columns(after string) string {
	list := make([]string, x.fields)
	for i := range list {
		list[i] = field(i) + after
	}
	return strings.Join(list, ", ")
}

func field(i int) string { return "f" + strconv.Itoa(i) }
func table(n int) string { return "shelf" + strconv.Itoa(n) }
func marks(n int) string { return strings.Repeat(", ?", n)[2:] }
func shelved(n int) bool { return n >= 0 && n <= MaxShelf }

// Close drops everything. Calling it again does nothing.
func (x *Index) Close() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.pool == nil {
		return nil
	}
	var errs []error
	for _, st := range x.stmts {
		errs = append(errs, st.Close())
	}
	if x.conn != nil {
		errs = append(errs, x.conn.Close())
	}
	errs = append(errs, x.pool.Close())
	x.pool, x.conn, x.stmts = nil, nil, nil
	return errors.Join(errs...)
}

// Used is how much of its memory the index takes: 1 is all of it.
func (x *Index) Used() (float64, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.conn == nil {
		return 0, ErrClosed
	}
	var pages int64
	if err := x.conn.QueryRowContext(context.Background(), "PRAGMA page_count").Scan(&pages); err != nil {
		return 0, fmt.Errorf("measure an index: %w", err)
	}
	return float64(pages*pageSize) / float64(x.limit), nil
}

const maxStatements = 256

// prepare gives the statement for a text. The caller holds mu.
func (x *Index) prepare(ctx context.Context, q string) (*sql.Stmt, error) {
	if x.conn == nil {
		return nil, ErrClosed
	}
	if st, ok := x.stmts[q]; ok {
		return st, nil
	}
	if len(x.stmts) >= maxStatements { // there are as many as shapes of queries
		for text, st := range x.stmts {
			_ = st.Close() // it is prepared anew when it is wanted
			delete(x.stmts, text)
		}
	}
	st, err := x.conn.PrepareContext(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	x.stmts[q] = st
	return st, nil
}
