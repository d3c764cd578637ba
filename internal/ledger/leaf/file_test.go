package leaf

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/transparency-dev/merkle/proof"
	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"
)

func keys(t testing.TB, name string) (note.Signer, note.Verifier) {
	t.Helper()
	secret, public, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	return s, v
}

// plainRoot is RFC 6962 section 2.1 word by word.
func plainRoot(h *Hasher, leaves [][]byte) []byte {
	switch len(leaves) {
	case 0:
		return h.EmptyRoot()
	case 1:
		return leaves[0]
	}
	k := 1
	for 2*k < len(leaves) {
		k *= 2
	}
	return h.HashChildren(plainRoot(h, leaves[:k]), plainRoot(h, leaves[k:]))
}

func TestTreeIsThatOfRFC6962(t *testing.T) {
	for _, suite := range []string{SuiteSHA256, SuiteSM3} {
		t.Run(suite, func(t *testing.T) {
			newHash, _ := SuiteHash(suite)
			h := NewHasher(newHash)
			if name, err := SuiteOf(newHash); err != nil || name != suite {
				t.Fatalf("the suite is called %q: %v", name, err)
			}
			rapid.Check(t, func(t *rapid.T) {
				n := rapid.IntRange(0, 70).Draw(t, "n")
				r := h.Factory().NewEmptyRange(0)
				var leaves [][]byte
				for i := range n {
					leaves = append(leaves, h.HashLeaf([]byte{byte(i)}))
					if err := r.Append(leaves[i], nil); err != nil {
						t.Fatal(err)
					}
				}
				root, err := h.Root(r)
				if err != nil || !bytes.Equal(root, plainRoot(h, leaves)) {
					t.Fatalf("root of %d leaves is %x: %v", n, root, err)
				}
				hashes, err := Split(Joined(r.Hashes()), h.Size())
				if err != nil || len(hashes) != len(r.Hashes()) {
					t.Fatalf("stored range: %v", err)
				}
			})
		})
	}
}

// family makes one ledger of n entries with proof files of both kinds.
func family(t testing.TB, suite string, n, index, older uint64, signer note.Signer) (entry, growth File) {
	t.Helper()
	newHash, _ := SuiteHash(suite)
	h := NewHasher(newHash)
	var leaves [][]byte
	var data [][]byte
	for i := range n {
		e := sample()
		e.Seq = i + 1
		b, err := e.Encode()
		if err != nil {
			t.Fatal(err)
		}
		data = append(data, b)
		leaves = append(leaves, h.HashLeaf(b))
	}
	sign := func(n uint64) string {
		b, err := Checkpoint{Origin: "test.example/log", Size: n, Root: plainRoot(h, leaves[:n])}.Sign(signer)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	path := func(nodes proof.Nodes, err error) [][]byte {
		if err != nil {
			t.Fatal(err)
		}
		hashes := [][]byte{}
		for _, id := range nodes.IDs {
			begin, end := id.Coverage()
			hashes = append(hashes, plainRoot(h, leaves[begin:end]))
		}
		hashes, err = nodes.Rehash(hashes, h.HashChildren)
		if err != nil {
			t.Fatal(err)
		}
		return hashes
	}
	entry = File{Format: FileFormat, Kind: KindEntry, Suite: suite, Entry: data[index], Index: index, Size: n,
		Hashes: path(proof.Inclusion(index, n)), Checkpoint: sign(n)}
	growth = File{Format: FileFormat, Kind: KindGrowth, Suite: suite, Older: sign(older), Size: n,
		Hashes: path(proof.Consistency(older, n)), Checkpoint: sign(n)}
	return entry, growth
}

func text(t testing.TB, f File) []byte {
	t.Helper()
	b, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestProofFilesHoldAndTamperedOnesDoNot(t *testing.T) {
	signer, verifier := keys(t, "test.example/log")
	other, _ := keys(t, "test.example/log")
	for _, suite := range []string{SuiteSHA256, SuiteSM3} {
		entry, growth := family(t, suite, 21, 13, 9, signer)
		p, err := VerifyFile(text(t, entry), verifier)
		if err != nil || p.Entry.Seq != 14 || p.Checkpoint.Size != 21 {
			t.Fatalf("%s: %+v, %v", suite, p, err)
		}
		if p, err = VerifyFile(text(t, growth), verifier); err != nil || p.Older.Size != 9 {
			t.Fatalf("%s: %+v, %v", suite, p, err)
		}
		forged, _ := family(t, suite, 21, 13, 9, other)
		for name, fn := range map[string]func(f *File){
			"entry":       func(f *File) { f.Entry = bytes.Replace(f.Entry, []byte("C-11b"), []byte("C-11c"), 1) },
			"encoding":    func(f *File) { f.Entry = append(bytes.Clone(f.Entry), 0) },
			"index":       func(f *File) { f.Index-- },
			"size":        func(f *File) { f.Size++ },
			"suite":       func(f *File) { f.Suite = map[string]string{SuiteSM3: SuiteSHA256, SuiteSHA256: SuiteSM3}[f.Suite] },
			"other suite": func(f *File) { f.Suite = "md5" },
			"kind":        func(f *File) { f.Kind = KindGrowth },
			"format":      func(f *File) { f.Format = "jiyao-proof/2" },
			"hash":        func(f *File) { f.Hashes[0] = bytes.Repeat([]byte{1}, 32) },
			"short hash":  func(f *File) { f.Hashes[0] = f.Hashes[0][:31] },
			"fewer":       func(f *File) { f.Hashes = f.Hashes[1:] },
			"more":        func(f *File) { f.Hashes = append(f.Hashes, f.Hashes[0]) },
			"root":        func(f *File) { f.Checkpoint = strings.Replace(f.Checkpoint, "\n21\n", "\n22\n", 1) },
			"unsigned":    func(f *File) { f.Checkpoint = f.Checkpoint[:strings.Index(f.Checkpoint, "\n\n")+2] },
			"forged":      func(f *File) { f.Checkpoint = forged.Checkpoint },
			"older":       func(f *File) { f.Older = growth.Older },
		} {
			f, _ := family(t, suite, 21, 13, 9, signer)
			fn(&f)
			if _, err := VerifyFile(text(t, f), verifier); err == nil {
				t.Errorf("%s: a proof with another %s holds", suite, name)
			}
		}
		for name, fn := range map[string]func(f *File){
			"hash":    func(f *File) { f.Hashes[0] = bytes.Repeat([]byte{1}, 32) },
			"swapped": func(f *File) { f.Older, f.Checkpoint = f.Checkpoint, f.Older },
			"entry":   func(f *File) { f.Entry = []byte{1} },
			"older":   func(f *File) { f.Older = "" },
		} {
			_, g := family(t, suite, 21, 13, 9, signer)
			fn(&g)
			if _, err := VerifyFile(text(t, g), verifier); err == nil {
				t.Errorf("%s: a proof of growth with another %s holds", suite, name)
			}
		}
	}
}

func TestProofFileIsReadStrictly(t *testing.T) {
	signer, verifier := keys(t, "test.example/log")
	entry, _ := family(t, SuiteSHA256, 3, 1, 1, signer)
	good := string(text(t, entry))
	for name, s := range map[string]string{
		"empty": "", "array": "[]", "two": good + good, "unknown key": strings.Replace(good, `"kind"`, `"sort"`, 1),
		"large": strings.Repeat(" ", maxFile) + good,
	} {
		if _, err := VerifyFile([]byte(s), verifier); !errors.Is(err, ErrProof) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCheckpointHasOneSpelling(t *testing.T) {
	signer, verifier := keys(t, "test.example/log")
	root := bytes.Repeat([]byte{7}, 32)
	good, err := Checkpoint{Origin: "test.example/log", Size: 12, Root: root}.Sign(signer)
	if err != nil {
		t.Fatal(err)
	}
	c, err := ParseCheckpoint(good, verifier)
	if err != nil || c.Size != 12 || !bytes.Equal(c.Root, root) || c.Origin != "test.example/log" {
		t.Fatalf("%+v, %v", c, err)
	}
	body := strings.SplitN(string(good), "\n", 4)
	for name, text := range map[string]string{
		"leading zero": fmt.Sprintf("%s\n012\n%s\n", body[0], body[2]),
		"plus":         fmt.Sprintf("%s\n+12\n%s\n", body[0], body[2]),
		"extension":    fmt.Sprintf("%s\n12\n%s\nmore\n", body[0], body[2]),
		"no root":      fmt.Sprintf("%s\n12\n", body[0]),
		"bad base64":   fmt.Sprintf("%s\n12\n%s\n", body[0], body[2][1:]),
		"no origin":    fmt.Sprintf("\n12\n%s\n", body[2]),
		"huge":         fmt.Sprintf("%s\n18446744073709551615\n%s\n", body[0], body[2]),
	} {
		b, err := note.Sign(&note.Note{Text: text}, signer)
		if err != nil {
			continue // not even a note
		}
		if c, err := ParseCheckpoint(b, verifier); !errors.Is(err, ErrCheckpoint) {
			t.Errorf("%s: %+v, %v", name, c, err)
		}
	}
	if _, err := ParseCheckpoint(good, nil); !errors.Is(err, ErrCheckpoint) {
		t.Errorf("without a key: %v", err)
	}
}

func TestAnyProofVerifies(t *testing.T) {
	signer, verifier := keys(t, "test.example/log")
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.Uint64Range(1, 40).Draw(r, "n")
		entry, growth := family(t, SuiteSHA256, n, rapid.Uint64Range(0, n-1).Draw(r, "index"), rapid.Uint64Range(0, n).Draw(r, "older"), signer)
		if _, err := VerifyFile(text(t, entry), verifier); err != nil {
			r.Fatal(err)
		}
		if _, err := VerifyFile(text(t, growth), verifier); err != nil {
			r.Fatal(err)
		}
	})
}
