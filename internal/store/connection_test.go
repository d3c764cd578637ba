package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/store/pgtest"
	"jiyao/internal/store/storetest"
)

const terminate = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"

// cut ends every other connection of the database.
func cut(t *testing.T, by *store.DB) {
	t.Helper()
	read(t, by, func(tx *store.Tx) error {
		rows, err := tx.Query(terminate)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() { //nolint:revive // terminating is all that is wanted
		}
		return rows.Err()
	})
}

func TestABrokenConnectionIsMadeAnew(t *testing.T) {
	dsn := pgtest.DSN(t)
	db := storetest.Open(t, dsn, storetest.With(tables), storetest.Opened(quiet))
	other := storetest.Open(t, dsn, storetest.With(tables))
	write := func(id string) error { return db.Write(context.Background(), id, insertDraft(id)) }
	if err := write("a"); err != nil {
		t.Fatal(err)
	}
	if got := draftIDs(t, db); got != "a" {
		t.Fatalf("rows %q", got)
	}
	cut(t, other) // between two batches nobody notices
	if err := write("b"); err != nil {
		t.Errorf("after the cut: %v", err)
	}
	if got := draftIDs(t, db); got != "a b" {
		t.Errorf("rows %q", got)
	}
	errs := together(db, insertDraft("c"), func(tx *store.Tx) error { cut(t, other); return insertDraft("d")(tx) }, insertDraft("e"))
	for i, err := range errs[:2] { // the third may have come into the next batch
		if !errors.Is(err, refuse.ErrUnavailable) {
			t.Errorf("act %d in the cut batch heard %v", i, err)
		}
	}
	if err := write("f"); err != nil {
		t.Errorf("after the second cut: %v", err)
	}
	if got := strings.Replace(draftIDs(t, db), " e", "", 1); got != "a b f" {
		t.Errorf("rows %q", got)
	}
}

func TestWhatCannotBeOpenedSaysSoWithoutThePassword(t *testing.T) {
	for _, dsn := range []string{"", "mysql://u:hunter2@h/d", "sqlite:", "sqlite::memory:", "postgres://u:hunter2@h:port/d",
		"sqlite:" + filepath.Join(t.TempDir(), "no", "folder", "x.db")} {
		db, err := store.Open(context.Background(), store.Options{DSN: dsn})
		if err == nil {
			t.Errorf("%s was opened", dsn)
			_ = db.Close()
			continue
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the password shows: %v", err)
		}
	}
}

func TestASQLiteFileIsPrivateAndOddNamesWork(t *testing.T) {
	path := filepath.Join(t.TempDir(), "机要 %41?#&.db")
	storetest.Open(t, "sqlite:"+path)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if err := os.WriteFile(path+"2", []byte("this is no database, but it is long enough to be looked at as one"), 0o600); err != nil {
		t.Fatal(err)
	}
	if db, err := store.Open(context.Background(), store.Options{DSN: "sqlite:" + path + "2"}); err == nil {
		t.Error("a text file was opened")
		_ = db.Close()
	}
}
