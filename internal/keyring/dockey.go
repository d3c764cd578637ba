package keyring

import (
	"errors"
	"fmt"
	"io"

	"jiyao/internal/term"
)

// DocKey is the unwrapped key of one document (or of the office). It is the caller's own copy: it stays
// usable after Forget and Seal, so keep it for one act at most and Zero it. The zero DocKey seals nothing.
type DocKey struct {
	suite *Suite
	key   [32]byte // the first KeyLen bytes count
}

// Zero overwrites the caller's copy.
func (k *DocKey) Zero() {
	clear(k.key[:])
	k.suite = nil
}

// Format keeps every verb of fmt from showing the key.
func (k DocKey) Format(w fmt.State, _ rune) {
	if _, err := io.WriteString(w, "DocKey(…)"); err != nil {
		return // fmt has no way to report it
	}
}

func (k DocKey) bytes() ([]byte, error) {
	if k.suite == nil {
		return nil, errors.New("document key is empty")
	}
	return k.key[:k.suite.keyLen:k.suite.keyLen], nil
}

// wrappedPlace binds a wrapped key to its document.
func wrappedPlace(doc term.DocumentID) ([]byte, error) {
	if doc == "" || len(doc) > maxPlacePart {
		return nil, fmt.Errorf("name the document of a key: %w", ErrFormat)
	}
	return Bind("jiyao/document-key", []byte(doc)), nil
}

// NewDocKey draws the key of a document and returns it with its wrapped form, which is what is stored.
// ErrForgotten when the document's key was destroyed: its id is never used again.
func (r *Ring) NewDocKey(doc term.DocumentID) (plain DocKey, wrapped []byte, err error) {
	place, err := wrappedPlace(doc)
	if err != nil {
		return DocKey{}, nil, err
	}
	err = r.use(func(k *subkeys) error {
		if r.docs.isForgotten(doc) {
			return ErrForgotten
		}
		fresh := random(r.suite.keyLen)
		defer clear(fresh)
		w, err := r.suite.seal(k.wrap[:r.suite.keyLen], fresh, place)
		if err != nil {
			return err
		}
		plain.suite, wrapped = r.suite, w
		copy(plain.key[:], fresh)
		return nil
	})
	if err != nil {
		return DocKey{}, nil, fmt.Errorf("make a document key: %w", err)
	}
	return plain, wrapped, nil
}

// Unwrap opens the stored key of a document. Keys are cached; another wrapped form is never answered from
// the cache. ErrOpen when it was changed or is another document's, ErrForgotten after Forget.
func (r *Ring) Unwrap(doc term.DocumentID, wrapped []byte) (DocKey, error) {
	place, err := wrappedPlace(doc)
	if err != nil {
		return DocKey{}, err
	}
	var plain DocKey
	err = r.use(func(k *subkeys) error {
		if got, known := r.docs.get(doc, wrapped); known {
			plain = got
			return nil
		}
		if len(wrapped) != r.suite.keyLen+overhead {
			return ErrOpen
		}
		b, err := r.suite.open(k.wrap[:r.suite.keyLen], wrapped, place)
		if err != nil {
			return err
		}
		defer clear(b)
		plain.suite = r.suite
		copy(plain.key[:], b)
		return r.docs.put(doc, wrapped, plain)
	})
	if err != nil {
		return DocKey{}, fmt.Errorf("unwrap a document key: %w", err)
	}
	return plain, nil
}

// Forget drops the key of a document that was shredded, after the commit that removed its stored form. A
// reader who fetched the stored form just before cannot bring the key back through this ring. It works
// sealed too. Other nodes and backups must be told by other means.
func (r *Ring) Forget(doc term.DocumentID) { r.docs.forget(doc) }

// OfficeKey is the key of sealed values that belong to no document. It dies only with the master key.
func (r *Ring) OfficeKey() (DocKey, error) {
	var plain DocKey
	err := r.use(func(k *subkeys) error {
		plain = DocKey{suite: r.suite, key: k.office}
		return nil
	})
	if err != nil {
		return DocKey{}, fmt.Errorf("take the office key: %w", err)
	}
	return plain, nil
}
