package document

import (
	"errors"
	"fmt"

	"jiyao/internal/keyring"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Secrets is what decisions and sealed columns need of a keyring: act.Secrets and store.Sealer. Columns of a document
// are sealed under its own key, which lies wrapped in document_key, all others under the office key. While the ring is
// sealed everything answers refuse.ErrUnavailable.
type Secrets struct{ Ring *keyring.Ring }

// DocumentKey makes a new key for a document and gives it wrapped.
func (s Secrets) DocumentKey(id term.DocumentID) ([]byte, error) {
	key, wrapped, err := s.Ring.NewDocKey(id)
	if err != nil {
		return nil, fmt.Errorf("make the key of a document: %w", err)
	}
	key.Zero()
	return wrapped, nil
}

// Blind gives a keyed token of a text.
func (s Secrets) Blind(domain, plain string) ([]byte, error) {
	token, err := s.Ring.Blind(domain, []byte(plain))
	if err != nil {
		return nil, fmt.Errorf("blind a text: %w", err)
	}
	return token[:], nil
}

// SealColumn implements store.Sealer.
func (s Secrets) SealColumn(tx *store.Tx, group, table, column, key string, plain []byte) ([]byte, error) {
	k, err := s.key(tx, group)
	if errors.Is(err, store.ErrShredded) { // nothing is written about what was destroyed
		return nil, &refuse.Conflict{Table: "document", Key: group}
	}
	if err != nil {
		return nil, err
	}
	defer k.Zero()
	sealed, err := s.Ring.SealValue(k, keyring.Place{Table: table, Column: column, Key: key}, plain)
	if errors.Is(err, keyring.ErrTooLong) {
		return nil, refuse.Field(column, "too_long")
	}
	if err != nil {
		return nil, fmt.Errorf("seal %s.%s: %w", table, column, err)
	}
	return sealed, nil
}

// OpenColumn implements store.Sealer. A value that does not open was changed or moved: refuse.ErrUnavailable, since
// nothing may be concluded from it.
func (s Secrets) OpenColumn(tx *store.Tx, group, table, column, key string, stored []byte) ([]byte, error) {
	k, err := s.key(tx, group)
	if err != nil {
		return nil, err
	}
	defer k.Zero()
	plain, err := s.Ring.OpenValue(k, keyring.Place{Table: table, Column: column, Key: key}, stored)
	if errors.Is(err, keyring.ErrOpen) {
		return nil, fmt.Errorf("open %s.%s: %w: %w", table, column, refuse.ErrUnavailable, err)
	}
	if err != nil {
		return nil, fmt.Errorf("open %s.%s: %w", table, column, err)
	}
	return plain, nil
}

// key is the office's for no group, else the document's. The row is read each time, so that a document whose key row
// is gone opens no more, whatever is still in memory.
func (s Secrets) key(tx *store.Tx, group string) (keyring.DocKey, error) {
	if group == "" {
		k, err := s.Ring.OfficeKey()
		if err != nil {
			return k, fmt.Errorf("take the office key: %w", err)
		}
		return k, nil
	}
	row, err := Keys.Get(tx, group)
	if errors.Is(err, refuse.ErrNotFound) {
		return keyring.DocKey{}, fmt.Errorf("find the key of a document: %w", keyring.ErrForgotten)
	}
	if err != nil {
		return keyring.DocKey{}, fmt.Errorf("find the key of a document: %w", err)
	}
	if len(row.Wrapped) == 0 {
		return keyring.DocKey{}, fmt.Errorf("find the key of a document: %w", store.ErrShredded)
	}
	k, err := s.Ring.Unwrap(row.ID, row.Wrapped)
	if err != nil {
		return k, fmt.Errorf("unwrap the key of a document: %w", err)
	}
	return k, nil
}
