package store_test

import (
	"context"
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
