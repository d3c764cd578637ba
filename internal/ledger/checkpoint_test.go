package ledger

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"jiyao/internal/ledger/leaf"
	"jiyao/internal/store"
)

func TestCheckpointFolder(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		dir := filepath.Join(t.TempDir(), "outside")
		l := openLog(t, db, func(o *Options) { o.CheckpointDir = dir })
		for i := range 5 {
			mustAct(t, db, l, add(fmt.Sprint(i)))
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"checkpoint", "checkpoint-2026-01-01"} {
			text, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			c, err := leaf.ParseCheckpoint(text, testVerifier)
			if err != nil || c.Size != 6 || string(text) != l.Status().Checkpoint {
				t.Errorf("%s: %+v, %v", name, c, err)
			}
		}
		if left, err := filepath.Glob(filepath.Join(dir, ".checkpoint-*")); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	})
}

func TestCheckpointFolderThatFailsIsShownAndStopsNobody(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "outside")
	each(t, func(t *testing.T, db *store.DB) {
		l := openLog(t, db, func(o *Options) { o.CheckpointDir = dir })
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		mustAct(t, db, l, add("a"))
		if err := l.Close(); err == nil {
			t.Error("the failure is not told")
		}
		if s := l.Status(); s.FolderError == "" || s.Size != 2 {
			t.Errorf("%+v", s)
		}
	})
}
