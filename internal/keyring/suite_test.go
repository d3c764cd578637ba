package keyring

import (
	"bytes"
	"encoding/hex"
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

var bothSuites = []*Suite{GM, Intl}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestHashesGiveThePublishedAnswers(t *testing.T) {
	for _, c := range []struct {
		suite    *Suite
		in, want string
	}{
		{GM, "abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"}, // GB/T 32905 A.1
		{GM, "abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd",
			"debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"}, // A.2
		{Intl, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}, // FIPS 180
	} {
		whole, parts := c.suite.Sum([]byte(c.in)), c.suite.Sum([]byte(c.in[:1]), nil, []byte(c.in[1:]))
		if hex.EncodeToString(whole[:]) != c.want || whole != parts {
			t.Errorf("%s of %q: %x and %x, want %s", c.suite.Name(), c.in, whole, parts, c.want)
		}
		h := c.suite.NewHash()
		h.Write([]byte(c.in))
		if !bytes.Equal(h.Sum(nil), whole[:]) {
			t.Errorf("%s: NewHash and Sum differ", c.suite.Name())
		}
	}
}

func TestCiphersGiveThePublishedAnswers(t *testing.T) {
	for _, c := range []struct {
		name, key, nonce, plain, bound, want string
		suite                                *Suite
	}{
		{
			name: "SM4-GCM, RFC 8998 A.1", suite: GM,
			key: "0123456789abcdeffedcba9876543210", nonce: "00001234567800000000abcd",
			plain: "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccddddddddddddddddeeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
			bound: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
			want: "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735d82710ca5c22f0ccfa7cbf93d496ac15a56834cb" +
				"cf98c397b4024a2691233b8d83de3541e4c2b58177e065a9bf7b62ec",
		},
		{
			name: "AES-256-GCM, McGrew and Viega 14", suite: Intl,
			key: "0000000000000000000000000000000000000000000000000000000000000000", nonce: "000000000000000000000000",
			plain: "00000000000000000000000000000000",
			want:  "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
		},
	} {
		a, err := c.suite.AEAD(unhex(t, c.key))
		if err != nil {
			t.Fatal(c.name, err)
		}
		got := a.Seal(nil, unhex(t, c.nonce), unhex(t, c.plain), unhex(t, c.bound))
		if hex.EncodeToString(got) != c.want {
			t.Errorf("%s: %x, want %s", c.name, got, c.want)
		}
	}
	block, err := GM.block(unhex(t, "0123456789abcdeffedcba9876543210"))
	if err != nil {
		t.Fatal(err)
	}
	out := make([]byte, 16)
	block.Encrypt(out, unhex(t, "0123456789abcdeffedcba9876543210"))
	if hex.EncodeToString(out) != "681edf34d206965e86b3e94f536e4246" { // GB/T 32907 A.1
		t.Errorf("SM4: %x", out)
	}
}

func TestACipherTakesKeysOfItsOwnLengthOnly(t *testing.T) {
	for _, s := range bothSuites {
		for _, n := range []int{0, 15, 16, 17, 24, 31, 32, 33} {
			_, err := s.AEAD(make([]byte, n))
			if want := n == s.KeyLen(); (err == nil) != want {
				t.Errorf("%s with %d bytes: %v", s.Name(), n, err)
			}
		}
	}
}

func TestHKDFGivesTheAnswersOfRFC5869(t *testing.T) {
	for _, c := range []struct{ secret, salt, info, want string }{
		{
			"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9",
			"3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
		},
		{
			"0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
			"8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
		},
	} {
		got, err := Intl.HKDF(unhex(t, c.secret), unhex(t, c.salt), string(unhex(t, c.info)), len(c.want)/2)
		if err != nil || hex.EncodeToString(got) != c.want {
			t.Errorf("got %x, %v, want %s", got, err, c.want)
		}
	}
}

// HKDF over SM3 has no published answers: it is compared with RFC 5869 spelled out over HMAC, and HMAC with
// its definition over the hash.
func TestHKDFAndHMACFollowTheirDefinitionInBothSuites(t *testing.T) {
	for _, s := range bothSuites {
		secret, salt, info := []byte("a secret of some length"), []byte("salt"), "info"
		prk := s.HMAC(salt, secret)
		t1 := s.HMAC(prk[:], []byte(info), []byte{1})
		t2 := s.HMAC(prk[:], t1[:], []byte(info), []byte{2})
		got, err := s.HKDF(secret, salt, info, 48)
		if err != nil || !bytes.Equal(got, append(t1[:], t2[:16]...)) {
			t.Errorf("%s: HKDF is not what its definition gives: %v", s.Name(), err)
		}
		pad := func(x byte) []byte {
			b := bytes.Repeat([]byte{x}, 64)
			for i := range salt {
				b[i] ^= salt[i]
			}
			return b
		}
		inner := s.Sum(pad(0x36), secret)
		if s.HMAC(salt, secret) != s.Sum(pad(0x5c), inner[:]) {
			t.Errorf("%s: HMAC is not what its definition gives", s.Name())
		}
	}
}

func TestSuitesAreFoundByNameAndNothingElseIs(t *testing.T) {
	for _, s := range bothSuites {
		if got, err := SuiteNamed(s.Name()); err != nil || got != s {
			t.Errorf("%s: %v, %v", s.Name(), got, err)
		}
		if got, err := suiteByID(s.id); err != nil || got != s {
			t.Errorf("%d: %v, %v", s.id, got, err)
		}
	}
	for _, n := range []string{"", "GM", "gm ", "sm"} {
		if _, err := SuiteNamed(n); !errors.Is(err, ErrFormat) {
			t.Errorf("%q: %v", n, err)
		}
	}
	if _, err := suiteByID(0); !errors.Is(err, ErrFormat) {
		t.Error(err)
	}
}

func TestBindTellsDifferentListsApart(t *testing.T) {
	if bytes.Equal(Bind("a", []byte("bc"), []byte("d")), Bind("a", []byte("b"), []byte("cd"))) {
		t.Error("a border moved unnoticed")
	}
	if bytes.Equal(Bind("a", []byte("x")), Bind("a\x00\x00\x00\x01x")) {
		t.Error("a part hid in the label")
	}
	text := rapid.StringN(0, 4, 8)
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.SliceOfN(text, 0, 3).Draw(t, "a"), rapid.SliceOfN(text, 0, 3).Draw(t, "b")
		la, lb := text.Draw(t, "la"), text.Draw(t, "lb")
		same := la == lb && slices.Equal(a, b)
		if bytes.Equal(Bind(la, parts(a)...), Bind(lb, parts(b)...)) != same {
			t.Fatalf("%q %q and %q %q", la, a, lb, b)
		}
	})
}

func parts(s []string) [][]byte {
	var out [][]byte
	for _, x := range s {
		out = append(out, []byte(x))
	}
	return out
}
