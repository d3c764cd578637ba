package procedure

import (
	"errors"
	"testing"

	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/store"
)

// The endings that custody writes are those that a list gives, and only the ends that keep nothing let a key be shredded.
func TestAShreddedTextSaysNothingAndIsNoFault(t *testing.T) {
	var s store.Sealed
	if s.Shredded() {
		t.Error("an empty value is not shredded")
	}
	if !errors.Is(errors.Join(store.ErrShredded), store.ErrShredded) || errors.Is(store.ErrShredded, store.ErrSealed) {
		t.Error("shredded and not revealed are two answers")
	}
	if !store.Erases(document.Keys.Name(), "wrapped") || store.Erases(document.Documents.Name(), "title") || store.Erases(custody.Copies.Name(), "state") {
		t.Error("history keeps everything but wrapped keys")
	}
}
