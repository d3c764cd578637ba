package keyring

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

const checkpoint = "jiyao.example/ledger\n42\nq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=\n"

func newTestSigner(t *testing.T, s *Suite) (signer *Signer, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "keys", "checkpoint.json")
	signer, err := CreateSigner(path, "某区办公室/ledger", s)
	if err != nil {
		t.Fatal(err)
	}
	return signer, path
}

func TestACheckpointIsSignedAndVerified(t *testing.T) {
	for _, s := range bothSuites {
		made, path := newTestSigner(t, s)
		loaded, err := LoadSigner(path)
		if err != nil {
			t.Fatal(err)
		}
		if loaded.VerifierKey() != made.VerifierKey() || loaded.Suite() != s {
			t.Error("another key came back")
		}
		v, err := NewVerifier(made.VerifierKey())
		if err != nil {
			t.Fatal(err)
		}
		msg, err := note.Sign(&note.Note{Text: checkpoint}, loaded)
		if err != nil {
			t.Fatal(err)
		}
		n, err := note.Open(msg, note.VerifierList(v))
		if err != nil || n.Text != checkpoint || len(n.Sigs) != 1 || n.Sigs[0].Name != "某区办公室/ledger" {
			t.Errorf("%s: %+v, %v", s.Name(), n, err)
		}
		changed := bytes.Replace(msg, []byte("\n42\n"), []byte("\n41\n"), 1)
		var invalid *note.InvalidSignatureError
		if _, err := note.Open(changed, note.VerifierList(v)); !errors.As(err, &invalid) {
			t.Errorf("%s: a changed checkpoint: %v", s.Name(), err)
		}
		other, _ := newTestSigner(t, s)
		w, err := NewVerifier(other.VerifierKey())
		if err != nil {
			t.Fatal(err)
		}
		var unverified *note.UnverifiedNoteError
		if _, err := note.Open(msg, note.VerifierList(w)); !errors.As(err, &unverified) {
			t.Errorf("%s: verified with another's key: %v", s.Name(), err)
		}
	}
}

func TestEveryChangedByteOfASignatureIsFound(t *testing.T) {
	for _, s := range bothSuites {
		signer, _ := newTestSigner(t, s)
		v, err := NewVerifier(signer.VerifierKey())
		if err != nil {
			t.Fatal(err)
		}
		sig, err := signer.Sign([]byte(checkpoint))
		if err != nil || !v.Verify([]byte(checkpoint), sig) {
			t.Fatal(err)
		}
		for i := range sig {
			bad := bytes.Clone(sig)
			bad[i] ^= 1
			if v.Verify([]byte(checkpoint), bad) || v.Verify([]byte(checkpoint), sig[:i]) {
				t.Errorf("%s: byte %d", s.Name(), i)
			}
		}
		if v.Verify([]byte(checkpoint), append(sig, 0)) || v.Verify([]byte(checkpoint+"\n"), sig) {
			t.Errorf("%s: a longer one", s.Name())
		}
	}
}

// The two suites sign one note side by side, and the standard package reads the Ed25519 one alone.
func TestTheKeysAreOfTheCommonForm(t *testing.T) {
	gm, _ := newTestSigner(t, GM)
	intl, _ := newTestSigner(t, Intl)
	msg, err := note.Sign(&note.Note{Text: checkpoint}, gm, intl)
	if err != nil {
		t.Fatal(err)
	}
	standard, err := note.NewVerifier(intl.VerifierKey())
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open(msg, note.VerifierList(standard))
	if err != nil || len(n.Sigs) != 1 || len(n.UnverifiedSigs) != 1 {
		t.Fatalf("%+v, %v", n, err)
	}
	if n.UnverifiedSigs[0].Hash != gm.KeyHash() {
		t.Error("the SM2 line is not found by its id")
	}
	p := strings.SplitN(gm.VerifierKey(), "+", 3)
	b, err := base64.StdEncoding.DecodeString(p[2])
	if err != nil || b[0] != 0xff || !bytes.HasPrefix(b[1:], []byte("jiyao/sm2-sm3/v1")) || len(b) != 17+65 {
		t.Errorf("%x, %v", b, err)
	}
	if want := Intl.Sum([]byte(p[0]+"\n"), b); p[1] != fmt.Sprintf("%x", want[:4]) {
		t.Errorf("id %s, want %x", p[1], want[:4])
	}
	_, path := newTestSigner(t, Intl)
	var f signerFile
	if err := json.Unmarshal(readAll(t, path), &f); err != nil {
		t.Fatal(err)
	}
	if _, err := note.NewSigner(f.Key); err != nil {
		t.Error("the standard package cannot read the private key:", err)
	}
}

func TestAHostileVerifierKeyIsRefused(t *testing.T) {
	gm, _ := newTestSigner(t, GM)
	intl, _ := newTestSigner(t, Intl)
	p := strings.SplitN(gm.VerifierKey(), "+", 3)
	b, err := base64.StdEncoding.DecodeString(p[2])
	if err != nil {
		t.Fatal(err)
	}
	remake := func(typed []byte) string { return keyText(p[0], keyID(p[0], typed), typed) }
	off := bytes.Clone(b)
	off[len(off)-1] ^= 1
	for name, key := range map[string]string{
		"empty": "", "no parts": "abc", "huge": strings.Repeat("a", 1<<20),
		"another name": "x" + gm.VerifierKey(),
		"another id":   p[0] + "+00000000+" + p[2],
		"capital id":   p[0] + "+" + strings.ToUpper(p[1]) + "x+" + p[2],
		"off curve":    remake(off),
		"short":        remake(b[:40]),
		"compressed":   remake(append(append([]byte(sm2Type), 2), b[18:50]...)),
		"at infinity":  remake(append([]byte(sm2Type), 0)),
		"other type":   remake(append([]byte{0xff}, "someone/else/v1"...)),
		"type 2":       remake(append([]byte{2}, b[17:]...)),
		"only a type":  remake([]byte{1}),
		"no key":       remake(nil),
		"spaces":       "a b+" + strings.SplitN(intl.VerifierKey(), "+", 2)[1],
		"line":         intl.VerifierKey() + "\n",
	} {
		if _, err := NewVerifier(key); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestACheckpointKeyIsItsOwnersAlone(t *testing.T) {
	for _, s := range bothSuites {
		signer, path := newTestSigner(t, s)
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Error(info.Mode(), err)
		}
		var f signerFile
		if err := json.Unmarshal(readAll(t, path), &f); err != nil {
			t.Fatal(err)
		}
		shown := fmt.Sprintf("%v %+v %#v", signer, signer, signer)
		if strings.Contains(shown, strings.SplitN(f.Key, "+", 5)[4]) {
			t.Error("printing shows the key")
		}
		for name, change := range map[string]func(f *signerFile){
			"format":     func(f *signerFile) { f.Format = "x" },
			"suite":      func(f *signerFile) { f.Suite = map[*Suite]string{GM: "intl", Intl: "gm"}[s] },
			"no key":     func(f *signerFile) { f.Key = "" },
			"public key": func(f *signerFile) { f.Key = f.Public },
			"other vkey": func(f *signerFile) { o, _ := newTestSigner(t, s); f.Public = o.VerifierKey() },
			"key changed": func(f *signerFile) {
				f.Key = f.Key[:len(f.Key)-6] + string(other(f.Key[len(f.Key)-6])) + f.Key[len(f.Key)-5:]
			},
			"name changed": func(f *signerFile) { f.Key = strings.Replace(f.Key, "ledger", "ledges", 1) },
		} {
			bad := f
			change(&bad)
			b, err := json.Marshal(bad)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := parseSigner(b); !errors.Is(err, ErrFormat) {
				t.Errorf("%s, %s: %v", s.Name(), name, err)
			}
		}
		if err := os.Chmod(path, 0o604); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadSigner(path); !errors.Is(err, ErrMode) {
			t.Error(err)
		}
	}
	dir := t.TempDir()
	for _, name := range []string{"", "a b", "a+b", "a\u3000b", "a\nb", "\xff", strings.Repeat("a", maxKeyName+1)} {
		if _, err := CreateSigner(filepath.Join(dir, "c.json"), name, GM); !errors.Is(err, ErrFormat) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestAMarkFollowsFromTheKeyAlone(t *testing.T) {
	for _, suite := range []*Suite{GM, Intl} {
		path := filepath.Join(t.TempDir(), "checkpoint.json")
		made, err := CreateSigner(path, "jiyao/one", suite)
		if err != nil {
			t.Fatal(err)
		}
		loaded, err := LoadSigner(path)
		if err != nil {
			t.Fatal(err)
		}
		other, err := CreateSigner(path+"2", "jiyao/one", suite)
		if err != nil {
			t.Fatal(err)
		}
		mark := made.Mark([]byte("row"))
		if len(mark) != HashLen || !bytes.Equal(mark, loaded.Mark([]byte("row"))) {
			t.Error("another node makes another mark")
		}
		if bytes.Equal(mark, other.Mark([]byte("row"))) || bytes.Equal(mark, made.Mark([]byte("rox"))) {
			t.Error("another key or another row has the same mark")
		}
	}
}
