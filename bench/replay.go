package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing/fstest"

	"jiyao/internal/ledger"
	"jiyao/internal/store"
)

// errWarm undoes what only had to be read.
var errWarm = errors.New("only to warm up")

// statement is one that an act made, with its arguments as stored.
type statement struct {
	text  string
	args  []any
	reads bool // else it changes exactly one row
}

// recording is the statements of every order of a run, act by act.
type recording struct {
	callers [][][]statement
	perAct  float64
}

// ofLaw are the tables that an act reads for its law and its people: the bare statements are those of the nouns.
var ofLaw = []string{"setting", "unit", "post", "person", "holding", "commitment", "delegation", "adoption", "calendar_year"}

// recorder is a sink that parts the statements of one act from those of the next: the entry is an act's last step,
// and its subject is the copy. All of it runs on the writer's goroutine.
type recorder struct {
	acts map[string][][]statement // by copy, in order
	list []statement
}

// Append implements act.Recorder.
func (r *recorder) Append(_ *store.Tx, e *ledger.Entry) (uint64, error) {
	r.acts[e.Subject] = append(r.acts[e.Subject], r.list)
	r.list = nil
	return 1, nil
}

func (r *recorder) hear(text string, args []any) {
	if !ofNouns(text) {
		return
	}
	reads := strings.HasPrefix(text, "SELECT")
	r.list = append(r.list, statement{text: text, args: slices.Clone(args), reads: reads})
}

// record runs the orders without a ledger and notes what statements they make.
func (m *model) record(ctx context.Context, orders [][]order) (*recording, error) {
	dsn, drop, err := m.copy()
	if err != nil {
		return nil, err
	}
	sink := &recorder{acts: map[string][][]statement{}}
	o, err := m.open(ctx, variant{dsn: dsn, sink: sink, trace: sink.hear})
	if err != nil {
		return nil, err
	}
	_, err = o.acts(ctx, orders)
	if err = errors.Join(err, o.close(), drop()); err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	r := &recording{callers: make([][][]statement, len(orders))}
	n, all := 0, 0
	for c, caller := range orders {
		for _, one := range caller {
			of := sink.acts[string(one.piece.id)]
			if len(of) == 0 {
				return nil, fmt.Errorf("record: no act on copy %s", one.piece.id)
			}
			sink.acts[string(one.piece.id)] = of[1:]
			r.callers[c] = append(r.callers[c], of[0])
			n, all = n+1, all+len(of[0])
		}
	}
	r.perAct = float64(all) / float64(n)
	return r, nil
}

// ofNouns reports whether a statement is a noun's own.
func ofNouns(text string) bool {
	for _, t := range ofLaw {
		if strings.Contains(text, " FROM "+t+" ") {
			return false
		}
	}
	return true
}

// bare is a lane that repeats recorded statements on a fresh copy: the same rows in batches of the same kind, nothing
// else. Each statement goes by itself, also those that the product sends together.
func (m *model) bare(ctx context.Context, r *recording) (lane, error) {
	dsn, drop, err := m.copy()
	if err != nil {
		return lane{}, err
	}
	db, err := store.Open(ctx, store.Options{DSN: dsn})
	if err != nil {
		return lane{}, err
	}
	return lane{
		callers: len(r.callers), each: len(r.callers[0]),
		do: func(caller, job int) error {
			return db.Write(ctx, "bench.bare", func(tx *store.Tx) error { return repeat(tx, r.callers[caller][job]) })
		},
		end: func() error { return errors.Join(db.Close(), drop()) },
	}, nil
}

func repeat(tx *store.Tx, list []statement) error {
	for _, s := range list {
		if !s.reads {
			n, err := tx.Exec(s.text, s.args...)
			if err == nil && n != 1 {
				err = fmt.Errorf("%d rows changed where 1 was", n)
			}
			if err != nil {
				return fmt.Errorf("repeat %s: %w", s.text, err)
			}
			continue
		}
		if err := readAll(tx, s); err != nil {
			return fmt.Errorf("repeat %s: %w", s.text, err)
		}
	}
	return nil
}

// readAll takes every value of every row, as whoever reads rows must.
func readAll(tx *store.Tx, s statement) (err error) {
	rows, err := tx.Query(s.text, s.args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values, dest := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		dest[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
	}
	return rows.Err()
}

// raw is a lane that inserts rows of 200 bytes, one each act, into a table of its own.
func (m *model) raw(ctx context.Context, callers, each int) (lane, error) {
	table := "-- +goose Up\nCREATE TABLE bench_row (\n\tid INTEGER PRIMARY KEY,\n\tbody BLOB NOT NULL\n);\n"
	db, err := store.Open(ctx, store.Options{
		DSN: "sqlite:" + filepath.Join(m.folder, "raw-"+rand.Text()+".db"), Migrations: fstest.MapFS{"9001_bench.sql": {Data: []byte(table), Mode: 0o400}},
	})
	if err != nil {
		return lane{}, err
	}
	if _, err := db.Migrate(ctx); err != nil {
		return lane{}, errors.Join(err, db.Close())
	}
	body := bytes.Repeat([]byte{7}, 200)
	next := 0 // the writer's alone
	return lane{
		callers: callers, each: each, end: db.Close,
		do: func(int, int) error {
			return db.Write(ctx, "bench.raw", func(tx *store.Tx) error {
				next++
				_, err := tx.Exec("INSERT INTO bench_row (id, body) VALUES ($1, $2)", next, body)
				return err
			})
		},
	}, nil
}
