package keyring

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

var light = Work{Time: 1, MemoryKiB: MinMemoryKiB, Threads: 1}

const phrase = "月光如水照缁衣·一二三四五"

// demoRing is an unsealed ring and the paths of its two files.
func demoRing(t testing.TB, s *Suite) (r *Ring, path, keyPath string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "keys")
	path, keyPath = filepath.Join(dir, "master.json"), filepath.Join(dir, "demo.json")
	r, err := CreateKeyFile(path, keyPath, s)
	if err != nil {
		t.Fatal(err)
	}
	return r, path, keyPath
}

// token is something that only the ring's own master key gives.
func token(t *testing.T, r *Ring) [16]byte {
	t.Helper()
	b, err := r.Blind("test", []byte("same"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func load(t *testing.T, path string) *Ring {
	t.Helper()
	r, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if r.Unsealed() {
		t.Fatal("a loaded ring is not sealed")
	}
	return r
}

func TestAPassphraseOpensItsRingAfterRestart(t *testing.T) {
	for _, s := range bothSuites {
		path := filepath.Join(t.TempDir(), "keys", "master.json")
		made, err := CreatePassphrase(path, s, phrase, light)
		if err != nil {
			t.Fatal(err)
		}
		r := load(t, path)
		if p, k, n := r.Protection(); p != Passphrase || k != 0 || n != 0 || r.Suite() != s {
			t.Errorf("%v %d %d %s", p, k, n, r.Suite().Name())
		}
		for _, wrong := range []string{"", "short", phrase + "x", strings.Repeat("长", 257), "not utf-8 \xff\xfe\xfd"} {
			if err := r.UnsealPassphrase(wrong); !errors.Is(err, ErrOpen) || strings.Contains(err.Error(), phrase) {
				t.Errorf("%q: %v", wrong, err)
			}
		}
		if r.Unsealed() {
			t.Fatal("a wrong passphrase unsealed the ring")
		}
		if err := r.UnsealPassphrase(phrase); err != nil {
			t.Fatal(err)
		}
		if token(t, r) != token(t, made) {
			t.Error("another master key came out")
		}
		if err := r.UnsealShares(nil); !errors.Is(err, ErrProtection) {
			t.Error(err)
		}
		if err := r.UnsealKeyFile(path); !errors.Is(err, ErrProtection) {
			t.Error(err)
		}
		if err := r.UnsealPassphrase(phrase + "x"); !errors.Is(err, ErrOpen) || !r.Unsealed() {
			t.Errorf("a wrong passphrase on an open ring: %v, unsealed %v", err, r.Unsealed())
		}
	}
}

func TestAPassphraseTypedInAnotherNormalFormIsTheSame(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.json")
	r, err := CreatePassphrase(path, GM, "caf\u00e9 caf\u00e9 caf\u00e9", light)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.UnsealPassphrase("cafe\u0301 cafe\u0301 cafe\u0301"); err != nil {
		t.Error(err)
	}
}

func TestCreationRefusesWhatProtectsNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.json")
	for _, c := range []struct {
		phrase string
		work   Work
		want   error
	}{
		{"十一个字的口令还不够吧", light, ErrFormat},
		{"", light, ErrFormat},
		{phrase, Work{Time: 1, MemoryKiB: MinMemoryKiB - 1, Threads: 1}, ErrWork},
		{phrase, Work{Time: 0, MemoryKiB: MinMemoryKiB, Threads: 1}, ErrWork},
		{phrase, Work{Time: 1, MemoryKiB: MaxMemoryKiB + 1, Threads: 1}, ErrWork},
	} {
		if _, err := CreatePassphrase(path, GM, c.phrase, c.work); !errors.Is(err, c.want) {
			t.Errorf("%+v: %v", c.work, err)
		}
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("something was written: %v", err)
	}
}

func TestNoKeyFileIsEverOverwritten(t *testing.T) {
	r, path, keyPath := demoRing(t, GM)
	before, after := readAll(t, path), readAll(t, keyPath)
	_, err1 := CreatePassphrase(path, GM, phrase, light)
	_, _, err2 := CreateShares(path, GM, 2, 3)
	_, err3 := CreateKeyFile(path+"2", keyPath, GM)
	_, err4 := CreateSigner(path, "office", GM)
	for _, err := range []error{err1, err2, err3, err4} {
		if !errors.Is(err, ErrExists) {
			t.Error(err)
		}
	}
	if !bytes.Equal(before, readAll(t, path)) || !bytes.Equal(after, readAll(t, keyPath)) || !r.Unsealed() {
		t.Error("a key file changed")
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 2 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", e.Name(), info.Mode(), err)
		}
	}
}

func readAll(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestADemoKeyOpensItsOwnRingOnly(t *testing.T) {
	_, path, keyPath := demoRing(t, GM)
	_, _, otherKey := demoRing(t, GM)
	r := load(t, path)
	if err := r.UnsealKeyFile(otherKey); !errors.Is(err, ErrOpen) {
		t.Error(err)
	}
	if err := r.UnsealKeyFile(path); !errors.Is(err, ErrFormat) {
		t.Error(err)
	}
	if !strings.Contains(string(readAll(t, keyPath)), "DEMO ONLY") {
		t.Error("the key file does not say what it is")
	}
	if err := os.Chmod(keyPath, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := r.UnsealKeyFile(keyPath); !errors.Is(err, ErrMode) || r.Unsealed() {
		t.Error(err)
	}
	if err := os.Chmod(keyPath, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := r.UnsealKeyFile(keyPath); err != nil {
		t.Error(err)
	}
}

func TestEverythingAnswersSealedWhileSealed(t *testing.T) {
	r, path, keyPath := demoRing(t, GM)
	key, wrapped, err := r.NewDocKey("D1")
	if err != nil {
		t.Fatal(err)
	}
	place := Place{"document", "title", "D1"}
	sealed, err := r.SealValue(key, place, []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	pin, err := r.HashPIN("A1", "123456")
	if err != nil {
		t.Fatal(err)
	}
	uses := map[string]func(r *Ring) error{
		"NewDocKey": func(r *Ring) error { _, _, err := r.NewDocKey("D2"); return err },
		"Unwrap":    func(r *Ring) error { _, err := r.Unwrap("D1", wrapped); return err },
		"OfficeKey": func(r *Ring) error { _, err := r.OfficeKey(); return err },
		"SealValue": func(r *Ring) error { _, err := r.SealValue(key, place, nil); return err },
		"OpenValue": func(r *Ring) error { _, err := r.OpenValue(key, place, sealed); return err },
		"Blind":     func(r *Ring) error { _, err := r.Blind("d", nil); return err },
		"HashPIN":   func(r *Ring) error { _, err := r.HashPIN("A1", "123456"); return err },
		"CheckPIN":  func(r *Ring) error { return r.CheckPIN("A1", "123456", pin) },
	}
	keys := r.keys
	r.Seal()
	r.Seal()
	if *keys != (subkeys{}) {
		t.Error("sealing left keys in memory")
	}
	for _, sealedRing := range []*Ring{r, load(t, path)} {
		for name, use := range uses {
			if err := use(sealedRing); !errors.Is(err, ErrSealed) || !errors.Is(err, refuse.ErrUnavailable) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if err := r.UnsealKeyFile(keyPath); err != nil {
		t.Fatal(err)
	}
	for name, use := range uses {
		if err := use(r); err != nil {
			t.Errorf("%s after unsealing: %v", name, err)
		}
	}
}

func TestNothingPrintsASecret(t *testing.T) {
	r, path, keyPath := demoRing(t, GM)
	key, _, err := r.NewDocKey("D1")
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
		for _, secret := range [][]byte{key.key[:16], r.keys.blind[:]} {
			out := fmt.Sprintf(verb+verb+verb, key, &key, r)
			for _, form := range []string{"%x", "%v", "%d", "%s"} {
				if strings.Contains(out, strings.Trim(fmt.Sprintf(form, secret[:8]), "[]")) {
					t.Errorf("%s shows a key: %s", verb, out)
				}
			}
		}
	}
	// A damaged key file is not quoted.
	b := bytes.Replace(readAll(t, keyPath), []byte(`"key": "`), []byte(`"secret": "`), 1)
	bad := filepath.Join(t.TempDir(), "demo.json")
	if err := os.WriteFile(bad, b, 0o600); err != nil {
		t.Fatal(err)
	}
	err = load(t, path).UnsealKeyFile(bad)
	if !errors.Is(err, ErrFormat) || strings.Contains(err.Error(), "secret") && strings.Contains(err.Error(), "==") {
		t.Error(err)
	}
}

func TestARingIsSafeForConcurrentUse(t *testing.T) {
	r, _, keyPath := demoRing(t, GM)
	key, wrapped, err := r.NewDocKey("D1")
	if err != nil {
		t.Fatal(err)
	}
	place := Place{"document", "title", "D1"}
	sealed, err := r.SealValue(key, place, []byte("title"))
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for n := range 4 {
		all.Go(func() {
			for i := range 200 {
				k, err := r.Unwrap("D1", wrapped)
				if err == nil {
					var b []byte
					if b, err = r.OpenValue(k, place, sealed); err == nil && string(b) != "title" {
						t.Errorf("opened %q", b)
					}
				}
				if err != nil && !errors.Is(err, ErrSealed) {
					t.Error(err)
				}
				switch (i + n) % 10 {
				case 3:
					r.Seal()
				case 4:
					if err := r.UnsealKeyFile(keyPath); err != nil {
						t.Error(err)
					}
				case 5:
					r.Forget(term.DocumentID(fmt.Sprintf("X%d", i)))
				}
			}
		})
	}
	all.Wait()
}
