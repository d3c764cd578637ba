package leaf

import (
	"bytes"
	"encoding/hex"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"pgregory.net/rapid"
)

// sample is an entry with every field in use; its bytes are kept for ever in testdata/entry-v1.hex.
func sample() *Entry {
	return &Entry{
		Version: 1, Seq: 4711, Act: "custody.hand_over", Actor: "P00000000001", Posts: []string{"county/secrecy_officer", "county/duty"},
		Terminal: "T00000000001", OccurredAt: 1767225600123, RecordedAt: 1767225605456, Subject: "D00000000001",
		Reference: "7K3M9QXA", Outcome: Refused, Clauses: []string{"C-11b", "B-3.3g"}, Facts: []byte{0xa1, 0x61, 0x61, 0x01},
		Args: []byte{0xa0}, Late: "停电",
		Signatures: []Signature{
			{Role: "giver", Person: "P00000000001", Strength: "pin", Terminal: "T00000000001", At: 1767225605000},
			{Role: "taker", Person: "P00000000002", Strength: "passkey", Terminal: "T00000000001", At: 1767225605100, Proof: []byte{0x80}},
		},
		Regulations: []Digest{{Pack: "county", Version: "2026-01", Sum: bytes.Repeat([]byte{0xab}, 16)}},
		Rows: []Row{
			{Table: 3, Key: "C00000000001", Rev: 7, Columns: []uint16{2, 5, 300}, Digests: bytes.Repeat([]byte{1, 2, 3}, 16)},
			{Table: 70, Key: "H00000000001", Rev: 1},
		},
	}
}

func TestVersion1KeepsItsBytesForEver(t *testing.T) {
	golden, err := os.ReadFile("testdata/entry-v1.hex")
	if err != nil {
		t.Fatal(err)
	}
	want, err := hex.DecodeString(strings.Join(strings.Fields(string(golden)), ""))
	if err != nil {
		t.Fatal(err)
	}
	got, err := sample().Encode()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("version 1 encodes to\n%x\nand the golden sample is\n%x", got, want)
	}
	e, err := Decode(want)
	if err != nil {
		t.Fatal(err)
	}
	if e.Late != "停电" || e.Rows[0].Columns[2] != 300 || e.Signatures[1].Strength != "passkey" || e.RecordedAt != 1767225605456 {
		t.Errorf("the golden sample reads as %+v", e)
	}
}

func TestNilAndEmptyAreOneEncoding(t *testing.T) {
	bare := &Entry{Version: 1, Seq: 1, Act: "a", Outcome: Done}
	full := &Entry{Version: 1, Seq: 1, Act: "a", Outcome: Done, Posts: []string{}, Clauses: []string{}, Facts: []byte{},
		Args: []byte{}, Signatures: []Signature{}, Regulations: []Digest{}, Rows: []Row{}}
	a, err := bare.Encode()
	if err != nil {
		t.Fatal(err)
	}
	b, err := full.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a, b) {
		t.Errorf("%x and %x", a, b)
	}
	if _, err := Decode(a); err != nil {
		t.Error(err)
	}
}

func TestDecodeRefuses(t *testing.T) {
	good, err := sample().Encode()
	if err != nil {
		t.Fatal(err)
	}
	change := func(fn func(*Entry)) []byte {
		e := sample()
		fn(e)
		b, err := cbor.Marshal(e) // not through check
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	long := append([]byte{0x92, 0x18, 0x01}, good[2:]...)            // version 1 in two bytes
	indefinite := append(append([]byte{0x9f}, good[1:]...), 0xff)    // array of unknown length
	null := bytes.Replace(good, []byte{0x41, 0xa0}, []byte{0xf6}, 1) // args null
	float := bytes.Replace(good, []byte{0x19, 0x12, 0x67}, []byte{0xfa, 0x45, 0x93, 0x38, 0}, 1)
	for name, b := range map[string][]byte{
		"nothing": nil, "one byte": good[:1], "cut": good[:len(good)-1], "trailing": append(bytes.Clone(good), 0),
		"long integer": long, "indefinite": indefinite, "null": null, "float": float,
		"version 2":         append([]byte{0x92, 2}, good[2:]...),
		"other outcome":     change(func(e *Entry) { e.Outcome = "perhaps" }),
		"no act":            change(func(e *Entry) { e.Act = "" }),
		"seq 0":             change(func(e *Entry) { e.Seq = 0 }),
		"not UTF-8":         bytes.Replace(good, []byte("7K3M9QXA"), []byte("7K3M9QX\xff"), 1),
		"columns falling":   change(func(e *Entry) { e.Rows[0].Columns = []uint16{5, 2, 300} }),
		"column twice":      change(func(e *Entry) { e.Rows[0].Columns = []uint16{2, 2, 300} }),
		"a digest short":    change(func(e *Entry) { e.Rows[0].Digests = e.Rows[0].Digests[1:] }),
		"revision 0":        change(func(e *Entry) { e.Rows[0].Rev = 0 }),
		"too many posts":    change(func(e *Entry) { e.Posts = make([]string, maxList+1) }),
		"a long text":       change(func(e *Entry) { e.Late = strings.Repeat("x", maxText+1) }),
		"far too large":     bytes.Repeat([]byte{0x92, 1}, MaxEntry),
		"deep":              append([]byte{0x92, 1}, bytes.Repeat([]byte{0x81}, 5000)...),
		"huge array header": {0x92, 1, 1, 0x9b, 0, 0, 0, 1, 0, 0, 0, 0},
	} {
		e, err := Decode(b)
		if !errors.Is(err, ErrEntry) && !errors.Is(err, ErrEncoding) {
			t.Errorf("%s: %v, %v", name, e, err)
		}
	}
}

func TestEncodeRefusesWhatCannotBeRead(t *testing.T) {
	for name, fn := range map[string]func(*Entry){
		"not UTF-8": func(e *Entry) { e.Subject = "\xff" },
		"too large": func(e *Entry) { e.Facts, e.Args = make([]byte, maxBlob), make([]byte, maxBlob) },
		"facts":     func(e *Entry) { e.Facts = make([]byte, maxBlob+1) },
		"proof":     func(e *Entry) { e.Signatures[0].Proof = make([]byte, maxProof+1) },
	} {
		e := sample()
		fn(e)
		if _, err := e.Encode(); !errors.Is(err, ErrEntry) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func drawEntry(t *rapid.T) *Entry {
	text := rapid.StringN(0, 20, 60)
	blob := rapid.SliceOfN(rapid.Byte(), 0, 40)
	e := &Entry{
		Version: 1, Seq: rapid.Uint64Min(1).Draw(t, "seq"), Act: rapid.StringMatching(`[a-z]{1,9}\.[a-z]{1,9}`).Draw(t, "act"),
		Actor: text.Draw(t, "actor"), Posts: rapid.SliceOfN(text, 0, 3).Draw(t, "posts"), Terminal: text.Draw(t, "terminal"),
		OccurredAt: rapid.Int64().Draw(t, "occurred"), RecordedAt: rapid.Int64().Draw(t, "recorded"),
		Subject: text.Draw(t, "subject"), Outcome: rapid.SampledFrom([]string{Done, Refused, NotFound, Invalid, System}).Draw(t, "outcome"),
		Clauses: rapid.SliceOfN(text, 0, 3).Draw(t, "clauses"), Facts: blob.Draw(t, "facts"), Args: blob.Draw(t, "args"),
	}
	for range rapid.IntRange(0, 3).Draw(t, "rows") {
		r := Row{Table: rapid.Uint32().Draw(t, "table"), Key: text.Draw(t, "key"), Rev: rapid.Int64Min(1).Draw(t, "rev")}
		at := uint16(0)
		for range rapid.IntRange(0, 4).Draw(t, "columns") {
			at += rapid.Uint16Range(1, 200).Draw(t, "step")
			r.Columns = append(r.Columns, at)
			r.Digests = append(r.Digests, rapid.SliceOfN(rapid.Byte(), DigestSize, DigestSize).Draw(t, "digest")...)
		}
		e.Rows = append(e.Rows, r)
	}
	return e
}

func TestEveryEntryIsReadAsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, err := drawEntry(t).Encode()
		if err != nil {
			t.Fatal(err)
		}
		e, err := Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		again, err := e.Encode()
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%x became %x: %v", b, again, err)
		}
	})
}

// FuzzOneEncodingOnly: whatever can be decoded is exactly what Encode would have written.
func FuzzOneEncodingOnly(f *testing.F) {
	good, err := sample().Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(append([]byte{0x92, 0x18, 0x01}, good[2:]...))
	f.Add([]byte{0x92, 0x01})
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := Decode(b)
		if err != nil {
			return
		}
		again, err := e.Encode()
		if err != nil {
			t.Fatalf("%x decodes and does not encode: %v", b, err)
		}
		if !bytes.Equal(again, b) {
			t.Fatalf("two encodings of one entry: %x and %x", b, again)
		}
	})
}
