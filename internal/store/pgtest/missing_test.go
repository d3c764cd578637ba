//go:build unix

package pgtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWithoutPostgreSQLTheErrorSaysWhatToInstall(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := programs(filepath.Join(t.TempDir(), "*/bin/initdb"))
	if err == nil || !strings.Contains(err.Error(), "PostgreSQL is not installed; run scripts/setup") {
		t.Errorf("got %v", err)
	}
}

func TestTheNewestServerIsTaken(t *testing.T) {
	dir := t.TempDir()
	for _, v := range []string{"9", "15", "17"} {
		bin := filepath.Join(dir, v, "bin")
		if err := os.MkdirAll(bin, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(bin, "initdb"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := programs(filepath.Join(dir, "*/bin/initdb"))
	if err != nil || got != filepath.Join(dir, "17/bin") {
		t.Errorf("got %q, %v", got, err)
	}
}
