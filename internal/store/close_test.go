package store_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"jiyao/internal/store"
)

// A closed SQLite database is one file, whole: nothing is left in a log beside it.
func TestCloseLeavesOneFile(t *testing.T) {
	folder := t.TempDir()
	db, err := store.Open(context.Background(), store.Options{DSN: "sqlite:" + filepath.Join(folder, "jiyao.db")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	err = db.Write(context.Background(), "test", func(tx *store.Tx) error { return store.SetMetaValue(tx, "a", "b") })
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Read(context.Background(), func(*store.Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(folder)
	if err != nil || len(left) != 1 || left[0].Name() != "jiyao.db" {
		t.Errorf("left in the folder: %v %v", left, err)
	}
}
