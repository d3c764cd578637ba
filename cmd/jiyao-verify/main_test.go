package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jiyao/internal/keyring"
	"jiyao/internal/ledger/leaf"
)

// proofOf makes a ledger of one entry and its proof file, signed by a key of the suite.
func proofOf(t *testing.T, suite *keyring.Suite, hashName string) (file leaf.File, vkey string) {
	t.Helper()
	signer, err := keyring.CreateSigner(filepath.Join(t.TempDir(), "checkpoint.json"), "test.example/log", suite)
	if err != nil {
		t.Fatal(err)
	}
	e := leaf.Entry{Version: 1, Seq: 1, Act: "custody.lend", Actor: "P1", OccurredAt: 1767225600000, RecordedAt: 1767225600001,
		Outcome: leaf.Refused, Clauses: []string{"X-1"}, Rows: []leaf.Row{{Table: 1, Key: "C1", Rev: 1}}}
	b, err := e.Encode()
	if err != nil {
		t.Fatal(err)
	}
	newHash, _ := leaf.SuiteHash(hashName)
	note, err := leaf.Checkpoint{Origin: "test.example/log", Size: 1, Root: leaf.NewHasher(newHash).HashLeaf(b)}.Sign(signer)
	if err != nil {
		t.Fatal(err)
	}
	return leaf.File{Format: leaf.FileFormat, Kind: leaf.KindEntry, Suite: hashName, Entry: b, Size: 1, Hashes: [][]byte{},
		Checkpoint: string(note)}, signer.VerifierKey()
}

func write(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func text(t *testing.T, f leaf.File) []byte {
	t.Helper()
	b, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestProofFilesOfBothSuites(t *testing.T) {
	for suite, name := range map[*keyring.Suite]string{keyring.GM: leaf.SuiteSM3, keyring.Intl: leaf.SuiteSHA256} {
		f, vkey := proofOf(t, suite, name)
		good := write(t, "good.json", text(t, f))
		tampered := f
		tampered.Entry = bytes.Replace(f.Entry, []byte("X-1"), []byte("X-2"), 1)
		bad := write(t, "bad.json", text(t, tampered))
		_, otherKey := proofOf(t, suite, name)
		for title, c := range map[string]struct {
			args []string
			code int
			want string
		}{
			"true":         {[]string{"-key", vkey, good}, exitProven, `"act":"custody.lend","actor":"P1"`},
			"times":        {[]string{"-key", vkey, good}, exitProven, `"recorded_at":"2026-01-01T08:00:00.001+08:00"`},
			"key file":     {[]string{"-key", write(t, "key", []byte(vkey+"\n")), good}, exitProven, `"proven":true`},
			"false":        {[]string{"-key", vkey, bad}, exitFalse, `"proven":false`},
			"one of two":   {[]string{"-key", vkey, good, bad}, exitFalse, `"proven":true`},
			"another key":  {[]string{"-key", otherKey, good}, exitFalse, `"proven":false`},
			"no file":      {[]string{"-key", vkey, good + "x"}, exitFalse, `"proven":false`},
			"no key":       {[]string{good}, exitUsage, ""},
			"not a key":    {[]string{"-key", "x", good}, exitUsage, ""},
			"not a key in": {[]string{"-key", bad, good}, exitUsage, ""},
			"no files":     {[]string{"-key", vkey}, exitUsage, ""},
			"unknown flag": {[]string{"-trust", good}, exitUsage, ""},
		} {
			var out, errs bytes.Buffer
			if code := run(c.args, &out, &errs); code != c.code || !strings.Contains(out.String(), c.want) {
				t.Errorf("%s, %s: code %d, %s%s", name, title, code, out.String(), errs.String())
			}
		}
	}
}
