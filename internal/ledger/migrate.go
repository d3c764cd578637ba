package ledger

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"jiyao/internal/store"
)

// MigrateAct is the act of the entries that data migrations write.
const MigrateAct = "ledger.migrate"

// Piece bounds the rows of one piece of a data migration, and so of its entry: some 50 ms of the writer.
const Piece = 1000

// Migration changes recorded rows, once, because a new version of the program wants them otherwise. It runs after the
// migrations in SQL, when an office is opened, through the one writer: revision, history and an entry for every piece. It
// is written against names and stored bytes (store.Frozen) and never changes once released; it imports no type of the
// program, which goes on changing. The server may be sealed: sealed columns cannot be rewritten here.
type Migration struct {
	Name string // of the file in SQL that it belongs to; never changes
	// Step changes at most limit rows, those after the key after, and says what it wrote, the key to go on from, and whether
	// it is done. It may meet rows that are already as it wants them.
	Step func(tx *store.Tx, after string, limit int) (rows []store.Written, next string, done bool, err error)
}

// How far a migration is stands in meta, and is written with each piece: if we die between two, the next start goes on
// with the second.
const (
	migrationDone  = "done"
	migrationAfter = "after "
)

func (m Migration) place() string { return "migration." + m.Name }

// Migrate runs the data migrations that this database does not have yet, in their order, and names them. Several nodes may
// do it at once: each piece is one act of the writer, on which they alternate. A ledger that begins now needs none of them.
func (l *Log) Migrate(ctx context.Context) (applied []string, err error) {
	var pending []Migration
	err = l.db.Read(ctx, func(tx *store.Tx) error {
		pending = nil
		head, err := readHead(tx, false)
		if err != nil || head.size == 0 {
			return err
		}
		for _, m := range l.opts.Migrations {
			state, _, err := store.MetaValue(tx, m.place())
			if err != nil {
				return err
			}
			if state != migrationDone {
				pending = append(pending, m)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look for data migrations: %w", err)
	}
	for _, m := range pending {
		for done := false; !done; {
			err := l.db.Write(ctx, MigrateAct, func(tx *store.Tx) error {
				done, err = l.piece(tx, m)
				return err
			})
			if err != nil {
				return applied, fmt.Errorf("migrate %s: %w", m.Name, err)
			}
		}
		applied = append(applied, m.Name)
	}
	return applied, nil
}

// piece does the next piece of a migration.
func (l *Log) piece(tx *store.Tx, m Migration) (done bool, err error) {
	state, _, err := store.MetaValue(tx, m.place())
	if err != nil || state == migrationDone {
		return true, err
	}
	after := strings.TrimPrefix(state, migrationAfter)
	rows, next, done, err := m.Step(tx, after, Piece)
	switch {
	case err != nil:
		return false, err
	case len(rows) > Piece:
		return false, fmt.Errorf("%d rows in a piece of %d", len(rows), Piece)
	case !done && next <= after:
		return false, errors.New("it does not go on")
	}
	state = migrationAfter + next
	if done {
		state = migrationDone
	}
	if err := store.SetMetaValue(tx, m.place(), state); err != nil {
		return false, err
	}
	if len(rows) == 0 {
		return done, nil
	}
	_, err = l.Append(tx, &Entry{Act: MigrateAct, Outcome: System, Subject: m.Name, Rows: rows})
	return done, err
}

// newBorn marks every migration as done in a ledger that begins: there are no rows of an earlier version.
func (l *Log) newBorn(tx *store.Tx) error {
	for _, m := range l.opts.Migrations {
		if err := store.SetMetaValue(tx, m.place(), migrationDone); err != nil {
			return err
		}
	}
	return nil
}
