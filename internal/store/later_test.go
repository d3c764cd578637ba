package store_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"jiyao/internal/refuse"
	"jiyao/internal/store"
)

const rawDraft = "INSERT INTO test_draft (id, text, rev) VALUES ($1, $2, $3)"

func TestLaterIsThereBeforeTheNextStatementAndFailsTheAct(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		write := func(fn func(tx *store.Tx) error) error { return db.Write(context.Background(), "later", fn) }
		err := write(func(tx *store.Tx) error {
			if err := tx.Later(rawDraft, "a", "x", 1); err != nil {
				return err
			}
			n, err := drafts.Count(tx, "")
			if n != 1 {
				t.Errorf("the next statement saw %d rows", n)
			}
			return errors.Join(err, tx.Later(rawDraft, "b", "x", true))
		})
		if err != nil || draftIDs(t, db) != "a b" {
			t.Errorf("%v, rows %q", err, draftIDs(t, db))
		}
		// Two nobody waited for: the second fails, so neither stays, whatever the function says.
		err = write(func(tx *store.Tx) error {
			_ = tx.Later(rawDraft, "c", "x", 1)
			_ = tx.Later(rawDraft, "a", "x", 1)
			return nil
		})
		var conflict *refuse.Conflict
		if !errors.As(err, &conflict) || draftIDs(t, db) != "a b" {
			t.Errorf("%v, rows %q", err, draftIDs(t, db))
		}
		// A put that was good does not stay when a later one was not, even if nobody looks.
		err = write(func(tx *store.Tx) error {
			_, _ = store.Put(tx, []store.Change{drafts.Insert(draft{ID: "c"})})
			_, _ = store.Put(tx, []store.Change{drafts.Insert(draft{ID: "d", Text: "\xff"})})
			return nil
		})
		var bad *refuse.Invalid
		if !errors.As(err, &bad) || draftIDs(t, db) != "a b" {
			t.Errorf("%v, rows %q", err, draftIDs(t, db))
		}
		if err := write(func(tx *store.Tx) error { return tx.Later("DELETE FROM test_draft WHERE id = $2", "a") }); !errors.Is(err, store.ErrQuery) {
			t.Errorf("a wrong statement: %v", err)
		}
		// A Tx is of no use after its function.
		var kept *store.Tx
		if err := write(func(tx *store.Tx) error { kept = tx; return nil }); err != nil {
			t.Fatal(err)
		}
		if _, err := kept.Exec("DELETE FROM test_draft"); !errors.Is(err, store.ErrEnded) {
			t.Errorf("an ended Tx: %v", err)
		}
		if err := kept.Later("DELETE FROM test_draft"); !errors.Is(err, store.ErrEnded) {
			t.Errorf("an ended Tx, later: %v", err)
		}
	})
}

func TestRowTravelsWithWhatWaits(t *testing.T) {
	const count = "SELECT COUNT(*) FROM test_draft WHERE id <> $1"
	each(t, func(t *testing.T, db *store.DB) {
		write := func(fn func(tx *store.Tx) error) error { return db.Write(context.Background(), "row", fn) }
		err := write(func(tx *store.Tx) error {
			for _, id := range []string{"a", "b"} {
				if err := tx.Later(rawDraft, id, "x", 1); err != nil {
					return err
				}
				var n int64
				if err := tx.Row(count, []any{"z"}, &n); err != nil || n != int64(id[0]-'a'+1) {
					t.Errorf("after %s there are %d rows: %v", id, n, err)
				}
				if err := tx.Row(count, []any{"a"}, &n); err != nil || n != int64(id[0]-'a') {
					t.Errorf("nothing waits, and there are %d rows: %v", n, err)
				}
			}
			// No row is an answer, not a failure, with and without others on the way.
			var text string
			const find = "SELECT text FROM test_draft WHERE id = $1"
			if err := tx.Row(find, []any{"q"}, &text); !errors.Is(err, sql.ErrNoRows) {
				t.Errorf("no row: %v", err)
			}
			if err := tx.Later(rawDraft, "c", "x", 1); err != nil {
				return err
			}
			if err := tx.Row(find, []any{"q"}, &text); !errors.Is(err, sql.ErrNoRows) {
				t.Errorf("no row: %v", err)
			}
			return nil
		})
		if err != nil || draftIDs(t, db) != "a b c" {
			t.Errorf("%v, rows %q", err, draftIDs(t, db))
		}
		// What waited and failed is heard, and undoes the act whatever the function says.
		err = write(func(tx *store.Tx) error {
			_ = tx.Later(rawDraft, "d", "x", 1)
			_ = tx.Later(rawDraft, "a", "x", 1)
			var n int64
			_ = tx.Row(count, []any{"z"}, &n)
			return nil
		})
		var conflict *refuse.Conflict
		if !errors.As(err, &conflict) || draftIDs(t, db) != "a b c" {
			t.Errorf("%v, rows %q", err, draftIDs(t, db))
		}
	})
}
