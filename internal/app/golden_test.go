package app

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// golden unpacks a data folder that an earlier version made, as it lay on the disk, with some of its accounts. The file
// never changes; a version that changes tables adds one of its own.
func golden(t *testing.T, name string) (data string, accounts map[string]Account) {
	t.Helper()
	data = filepath.Join(t.TempDir(), "d")
	in, err := os.Open(filepath.Join("testdata", name+".tgz"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	packed, err := gzip.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	for r := tar.NewReader(packed); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		if err := take(r, filepath.Join(data, filepath.FromSlash(h.Name))); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(data, "accounts.json")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var list []Account
	if err := errors.Join(json.Unmarshal(b, &list), os.Remove(path)); err != nil {
		t.Fatal(err)
	}
	accounts = map[string]Account{}
	for _, a := range list {
		accounts[a.Login] = a
	}
	return data, accounts
}
