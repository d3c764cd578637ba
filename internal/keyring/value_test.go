package keyring

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"jiyao/internal/term"

	"pgregory.net/rapid"
)

func TestASealedValueComesBack(t *testing.T) {
	for _, s := range bothSuites {
		r, _, _ := demoRing(t, s)
		key, _, err := r.NewDocKey("D1")
		if err != nil {
			t.Fatal(err)
		}
		rapid.Check(t, func(t *rapid.T) {
			part := rapid.StringN(1, 20, 100)
			place := Place{part.Draw(t, "table"), part.Draw(t, "column"), part.Draw(t, "key")}
			plain := rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "plain")
			sealed, err := r.SealValue(key, place, plain)
			if err != nil || len(sealed) != len(plain)+Overhead {
				t.Fatal(len(sealed), err)
			}
			again, err := r.SealValue(key, place, plain)
			if err != nil || bytes.Equal(again, sealed) {
				t.Fatal("the same bytes twice", err)
			}
			if len(plain) > 8 && bytes.Contains(sealed, plain) {
				t.Fatal("the plain text is in the sealed value")
			}
			if got, err := r.OpenValue(key, place, sealed); err != nil || !bytes.Equal(got, plain) {
				t.Fatal(got, err)
			}
		})
	}
}

func TestEveryChangedBitOfASealedValueIsFound(t *testing.T) {
	for _, s := range bothSuites {
		r, _, _ := demoRing(t, s)
		key, err := r.OfficeKey()
		if err != nil {
			t.Fatal(err)
		}
		place := Place{"slip", "note", "S1"}
		sealed, err := r.SealValue(key, place, []byte("拟请办公室阅办"))
		if err != nil {
			t.Fatal(err)
		}
		for i := range sealed { // version, nonce, text and tag alike
			for bit := range 8 {
				bad := bytes.Clone(sealed)
				bad[i] ^= 1 << bit
				if _, err := r.OpenValue(key, place, bad); !errors.Is(err, ErrOpen) {
					t.Errorf("%s, byte %d bit %d: %v", s.Name(), i, bit, err)
				}
			}
			if _, err := r.OpenValue(key, place, sealed[:i]); !errors.Is(err, ErrOpen) {
				t.Errorf("%s, cut at %d: %v", s.Name(), i, err)
			}
		}
		if _, err := r.OpenValue(key, place, append(sealed, 0)); !errors.Is(err, ErrOpen) {
			t.Error(err)
		}
	}
}

func TestAMovedCiphertextDoesNotOpen(t *testing.T) {
	r, _, _ := demoRing(t, GM)
	other, _, _ := demoRing(t, GM)
	key, _, err := r.NewDocKey("D1")
	if err != nil {
		t.Fatal(err)
	}
	key2, _, err := r.NewDocKey("D2")
	if err != nil {
		t.Fatal(err)
	}
	office, err := r.OfficeKey()
	if err != nil {
		t.Fatal(err)
	}
	otherOffice, err := other.OfficeKey()
	if err != nil {
		t.Fatal(err)
	}
	home := Place{"document", "title", "D1"}
	sealed, err := r.SealValue(key, home, []byte("title"))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		key   DocKey
		place Place
	}{
		"another table":      {key, Place{"slip", "title", "D1"}},
		"another column":     {key, Place{"document", "note", "D1"}},
		"another row":        {key, Place{"document", "title", "D2"}},
		"a shifted border":   {key, Place{"documentt", "itle", "D1"}},
		"another document":   {key2, home},
		"the office":         {office, home},
		"another office":     {otherOffice, home},
		"swapped parts":      {key, Place{"title", "document", "D1"}},
		"spelled in capital": {key, Place{"Document", "title", "D1"}},
	} {
		if _, err := r.OpenValue(c.key, c.place, sealed); !errors.Is(err, ErrOpen) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := r.OpenValue(key, home, sealed); err != nil {
		t.Error(err)
	}
}

func TestSealingIsBounded(t *testing.T) {
	r, _, _ := demoRing(t, GM)
	key, err := r.OfficeKey()
	if err != nil {
		t.Fatal(err)
	}
	place := Place{"a", "b", "c"}
	sealed, err := r.SealValue(key, place, make([]byte, MaxValue))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.OpenValue(key, place, sealed); err != nil {
		t.Error(err)
	}
	if _, err := r.SealValue(key, place, make([]byte, MaxValue+1)); !errors.Is(err, ErrTooLong) {
		t.Error(err)
	}
	if _, err := r.OpenValue(key, place, append(sealed, 0)); !errors.Is(err, ErrOpen) {
		t.Error(err)
	}
	for _, p := range []Place{{"", "b", "c"}, {"a", "", "c"}, {"a", "b", ""}, {"a", "b", strings.Repeat("x", maxPlacePart+1)}} {
		if _, err := r.SealValue(key, p, nil); !errors.Is(err, ErrFormat) {
			t.Errorf("%+v: %v", p, err)
		}
		if _, err := r.OpenValue(key, p, sealed); !errors.Is(err, ErrFormat) {
			t.Errorf("%+v: %v", p, err)
		}
	}
	key.Zero()
	if _, err := r.SealValue(key, place, nil); err == nil {
		t.Error("a zeroed key sealed a value")
	}
	if key.key != [32]byte{} {
		t.Error("Zero left the key")
	}
}

func TestADocumentKeyOpensForItsDocumentOnly(t *testing.T) {
	for _, s := range bothSuites {
		r, path, keyPath := demoRing(t, s)
		key, wrapped, err := r.NewDocKey("D1")
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(wrapped, key.key[:8]) {
			t.Error("the wrapped key shows the key")
		}
		again := load(t, path)
		if err := again.UnsealKeyFile(keyPath); err != nil {
			t.Fatal(err)
		}
		for range 2 { // unwrapped, then cached
			if got, err := again.Unwrap("D1", wrapped); err != nil || got.key != key.key {
				t.Error(err)
			}
		}
		if _, err := again.Unwrap("D2", wrapped); !errors.Is(err, ErrOpen) {
			t.Error(err)
		}
		for i := range wrapped { // also against the cache, which knows the right one
			bad := bytes.Clone(wrapped)
			bad[i] ^= 0x10
			if _, err := again.Unwrap("D1", bad); !errors.Is(err, ErrOpen) {
				t.Errorf("byte %d: %v", i, err)
			}
		}
		for _, bad := range [][]byte{nil, wrapped[:len(wrapped)-1], append(bytes.Clone(wrapped), 0)} {
			if _, err := again.Unwrap("D1", bad); !errors.Is(err, ErrOpen) {
				t.Error(err)
			}
		}
		if _, err := again.Unwrap("", wrapped); !errors.Is(err, ErrFormat) {
			t.Error(err)
		}
		if _, _, err := again.NewDocKey(""); !errors.Is(err, ErrFormat) {
			t.Error(err)
		}
	}
}

func TestAForgottenKeyDoesNotComeBack(t *testing.T) {
	r, _, keyPath := demoRing(t, GM)
	_, wrapped, err := r.NewDocKey("D1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Unwrap("D1", wrapped); err != nil {
		t.Fatal(err)
	}
	cached := r.docs.young["D1"]
	r.Forget("D1")
	r.Forget("D1")
	if cached.key.key != [32]byte{} {
		t.Error("forgetting left the key in memory")
	}
	// A reader that fetched the wrapped key before the shredding comes late.
	if _, err := r.Unwrap("D1", wrapped); !errors.Is(err, ErrForgotten) {
		t.Error(err)
	}
	if _, _, err := r.NewDocKey("D1"); !errors.Is(err, ErrForgotten) {
		t.Error(err)
	}
	r.Seal()
	if err := r.UnsealKeyFile(keyPath); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Unwrap("D1", wrapped); !errors.Is(err, ErrForgotten) {
		t.Error("sealing brought a forgotten key back:", err)
	}
	for i := range 3 * forgottenKept {
		r.Forget(term.DocumentID(fmt.Sprint("X", i)))
	}
	if len(r.docs.forgotten) != forgottenKept || len(r.docs.shredded) != forgottenKept || !r.docs.isForgotten("X12287") ||
		r.docs.isForgotten("X8191") {
		t.Errorf("%d forgotten kept", len(r.docs.forgotten))
	}
}

func TestTheCacheIsBoundedAndZeroesWhatItDrops(t *testing.T) {
	c := newDocCache(3)
	key := DocKey{suite: GM, key: [32]byte{1}}
	var first *cachedKey
	for i := range 20 {
		id := term.DocumentID(fmt.Sprint(i))
		if err := c.put(id, []byte{byte(i)}, key); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = c.young["0"]
		}
		if i < 15 { // in use all the time, so never dropped
			if _, known := c.get("0", []byte{0}); !known {
				t.Fatalf("dropped after %d", i)
			}
		}
		if n := len(c.young) + len(c.old); n > 6 {
			t.Fatalf("%d keys cached", n)
		}
	}
	if _, known := c.get("0", []byte{0}); known || first.key.key != [32]byte{} {
		t.Error("a dropped key is still there")
	}
	if _, known := c.get("19", []byte{0}); known {
		t.Error("the cache answered for another wrapped form")
	}
	last := c.young["19"]
	c.clear()
	if len(c.young)+len(c.old) != 0 || last.key.key != [32]byte{} {
		t.Error("clearing left keys")
	}
}

func TestBlindTokensCompareWithinOneDomainOfOneOffice(t *testing.T) {
	r, path, keyPath := demoRing(t, GM)
	other, _, _ := demoRing(t, GM)
	blind := func(r *Ring, domain, text string) [16]byte {
		b, err := r.Blind(domain, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	want := blind(r, "number", "机发〔2026〕1号")
	again := load(t, path)
	if err := again.UnsealKeyFile(keyPath); err != nil {
		t.Fatal(err)
	}
	if blind(again, "number", "机发〔2026〕1号") != want {
		t.Error("not equal after restart")
	}
	for name, got := range map[string][16]byte{
		"text":   blind(r, "number", "机发〔2026〕2号"),
		"domain": blind(r, "title", "机发〔2026〕1号"),
		"border": blind(r, "number机", "发〔2026〕1号"),
		"office": blind(other, "number", "机发〔2026〕1号"),
	} {
		if got == want {
			t.Errorf("another %s, the same token", name)
		}
	}
	if _, err := r.Blind("", nil); !errors.Is(err, ErrFormat) {
		t.Error(err)
	}
	if _, err := r.Blind("d", make([]byte, MaxValue+1)); !errors.Is(err, ErrTooLong) {
		t.Error(err)
	}
}

func TestAPINFitsItsAccountOnly(t *testing.T) {
	r, _, _ := demoRing(t, GM)
	other, _, _ := demoRing(t, GM)
	stored, err := r.HashPIN("A1", "204916")
	if err != nil {
		t.Fatal(err)
	}
	again, err := r.HashPIN("A1", "204916")
	if err != nil || bytes.Equal(stored, again) {
		t.Error("the same PIN shows as the same", err)
	}
	flip := func(i int) []byte { b := bytes.Clone(stored); b[i] ^= 1; return b }
	for name, c := range map[string]struct {
		r       *Ring
		account term.AccountID
		pin     string
		stored  []byte
		want    error
	}{
		"right":           {r, "A1", "204916", stored, nil},
		"right again":     {r, "A1", "204916", again, nil},
		"wrong":           {r, "A1", "204917", stored, ErrPIN},
		"longer":          {r, "A1", "2049160", stored, ErrPIN},
		"another account": {r, "A2", "204916", stored, ErrPIN},
		"another office":  {other, "A1", "204916", stored, ErrPIN},
		"changed salt":    {r, "A1", "204916", flip(3), ErrPIN},
		"changed hash":    {r, "A1", "204916", flip(40), ErrPIN},
		"changed version": {r, "A1", "204916", flip(0), ErrOpen},
		"nothing stored":  {r, "A1", "204916", nil, ErrOpen},
		"no account":      {r, "", "204916", stored, ErrFormat},
		"no PIN":          {r, "A1", "", stored, ErrFormat},
	} {
		if err := c.r.CheckPIN(c.account, c.pin, c.stored); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestAPINHasSixToTwelveDigits(t *testing.T) {
	r, _, _ := demoRing(t, GM)
	for pin, ok := range map[string]bool{
		"123456": true, "123456789012": true, "000000": true,
		"": false, "12345": false, "1234567890123": false, "12345a": false, "12 456": false, "-12345": false,
		"１２３４５６": false, "１２": false, "12345\n": false, "+12345": false,
	} {
		if _, err := r.HashPIN("A1", pin); (err == nil) != ok || !ok && !errors.Is(err, ErrFormat) {
			t.Errorf("%q: %v", pin, err)
		}
	}
}

func FuzzOpenValue(f *testing.F) {
	r, _, _ := demoRing(f, GM)
	key, err := r.OfficeKey()
	if err != nil {
		f.Fatal(err)
	}
	place := Place{"a", "b", "c"}
	sealed, err := r.SealValue(key, place, []byte("text"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add([]byte{})
	f.Add([]byte{sealVersion})
	f.Add(make([]byte, overhead))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := r.OpenValue(key, place, b)
		if bytes.Equal(b, sealed) {
			if err != nil || string(got) != "text" {
				t.Fatal(got, err)
			}
		} else if !errors.Is(err, ErrOpen) {
			t.Fatalf("%x opened as %q: %v", b, got, err)
		}
	})
}
