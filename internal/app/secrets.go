package app

import (
	"errors"
	"fmt"

	"jiyao/internal/act"
	"jiyao/internal/document"
	"jiyao/internal/keyring"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// NewSecrets gives what decisions need of a keyring. Everything answers refuse.ErrUnavailable while it is sealed.
func NewSecrets(ring *keyring.Ring) act.Secrets { return secrets{ring} }

// NewSealer seals columns under a keyring: those of a document under its own key, which lies wrapped in
// document_key, all others under the office key.
func NewSealer(ring *keyring.Ring) store.Sealer { return sealer{ring} }

type secrets struct{ ring *keyring.Ring }

// DocumentKey makes a new key for a document and gives it wrapped.
func (s secrets) DocumentKey(id term.DocumentID) ([]byte, error) {
	key, wrapped, err := s.ring.NewDocKey(id)
	if err != nil {
		return nil, fmt.Errorf("make the key of a document: %w", err)
	}
	key.Zero()
	return wrapped, nil
}

// Blind gives a keyed token of a text.
func (s secrets) Blind(domain, plain string) ([]byte, error) {
	token, err := s.ring.Blind(domain, []byte(plain))
	if err != nil {
		return nil, fmt.Errorf("blind a text: %w", err)
	}
	return token[:], nil
}

type sealer struct{ ring *keyring.Ring }

// SealColumn implements store.Sealer.
func (s sealer) SealColumn(tx *store.Tx, group, table, column, key string, plain []byte) ([]byte, error) {
	k, err := s.key(tx, group)
	if err != nil {
		return nil, err
	}
	defer k.Zero()
	sealed, err := s.ring.SealValue(k, keyring.Place{Table: table, Column: column, Key: key}, plain)
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
func (s sealer) OpenColumn(tx *store.Tx, group, table, column, key string, stored []byte) ([]byte, error) {
	k, err := s.key(tx, group)
	if err != nil {
		return nil, err
	}
	defer k.Zero()
	plain, err := s.ring.OpenValue(k, keyring.Place{Table: table, Column: column, Key: key}, stored)
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
func (s sealer) key(tx *store.Tx, group string) (keyring.DocKey, error) {
	if group == "" {
		k, err := s.ring.OfficeKey()
		if err != nil {
			return k, fmt.Errorf("take the office key: %w", err)
		}
		return k, nil
	}
	row, err := document.Keys.Get(tx, group)
	if errors.Is(err, refuse.ErrNotFound) {
		return keyring.DocKey{}, fmt.Errorf("find the key of a document: %w", keyring.ErrForgotten)
	}
	if err != nil {
		return keyring.DocKey{}, fmt.Errorf("find the key of a document: %w", err)
	}
	k, err := s.ring.Unwrap(row.ID, row.Wrapped)
	if err != nil {
		return k, fmt.Errorf("unwrap the key of a document: %w", err)
	}
	return k, nil
}
