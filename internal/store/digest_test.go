package store_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"jiyao/internal/store"
)

// The form of a digest is for ever: entries of every year are checked with it. Each line is written out by hand.
func TestTheFormOfADigest(t *testing.T) {
	const head = "\x00\x00\x00\x02\xaa\xbb" + "\x00\x00\x00\x04copy" + "\x00\x00\x00\x02C1" + "\x00\x00\x00\x06holder" +
		"\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00\x01\x02" + "\x00\x00\x00\x01"
	for _, c := range []struct {
		value any
		tail  string
	}{
		{nil, "n\x00\x00\x00\x00"},
		{"", "t\x00\x00\x00\x00"},
		{[]byte{}, "b\x00\x00\x00\x00"},
		{int64(-2), "i\x00\x00\x00\x08\xff\xff\xff\xff\xff\xff\xff\xfe"},
		{"机", "t\x00\x00\x00\x03\xe6\x9c\xba"},
		{[]byte("机"), "b\x00\x00\x00\x03\xe6\x9c\xba"},
		{1.5, "r\x00\x00\x00\x08\x3f\xf8\x00\x00\x00\x00\x00\x00"},
	} {
		want := sha256.Sum256([]byte(head + c.tail))
		got := store.Digest(sha256.New(), []byte{0xaa, 0xbb}, "copy", "C1", "holder", 0x102, c.value)
		if string(got[:]) != string(want[:16]) {
			t.Errorf("%T %v: %s", c.value, c.value, hex.EncodeToString(got[:]))
		}
	}
}
