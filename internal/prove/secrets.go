package prove

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"jiyao/internal/document"
	"jiyao/internal/keyring"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// keyFolder is a private folder with the master key of all model offices of a run, behind a key file. Every
// world loads a ring of its own from it, so that a document shredded in one proof is not forgotten in another.
type keyFolder string

func newKeyFolder() (keyFolder, error) {
	folder, err := os.MkdirTemp("", "jiyao-prove-")
	if err != nil {
		return "", fmt.Errorf("make a folder for the key: %w", err)
	}
	k := keyFolder(folder)
	ring, err := keyring.CreateKeyFile(k.master(), k.key(), keyring.Intl)
	if err != nil {
		return "", errors.Join(err, k.remove())
	}
	ring.Seal()
	return k, nil
}

func (k keyFolder) master() string { return filepath.Join(string(k), "master.json") }
func (k keyFolder) key() string    { return filepath.Join(string(k), "key.json") }
func (k keyFolder) remove() error  { return os.RemoveAll(string(k)) }

// secrets loads and unseals a ring.
func (k keyFolder) secrets() (secrets, error) {
	ring, err := keyring.Load(k.master())
	if err != nil {
		return secrets{}, fmt.Errorf("load the key of the model office: %w", err)
	}
	if err := ring.UnsealKeyFile(k.key()); err != nil {
		return secrets{}, fmt.Errorf("unseal the model office: %w", err)
	}
	return secrets{ring}, nil
}

// secrets is what decisions and sealed columns need of a ring.
type secrets struct{ ring *keyring.Ring }

// DocumentKey implements act.Secrets.
func (s secrets) DocumentKey(id term.DocumentID) ([]byte, error) {
	key, wrapped, err := s.ring.NewDocKey(id)
	if err != nil {
		return nil, fmt.Errorf("make the key of a document: %w", err)
	}
	key.Zero()
	return wrapped, nil
}

// Blind implements act.Secrets.
func (s secrets) Blind(domain, plain string) ([]byte, error) {
	token, err := s.ring.Blind(domain, []byte(plain))
	if err != nil {
		return nil, fmt.Errorf("blind a text: %w", err)
	}
	return token[:], nil
}

// SealColumn implements store.Sealer.
func (s secrets) SealColumn(tx *store.Tx, group, table, column, key string, plain []byte) ([]byte, error) {
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

// OpenColumn implements store.Sealer.
func (s secrets) OpenColumn(tx *store.Tx, group, table, column, key string, stored []byte) ([]byte, error) {
	k, err := s.key(tx, group)
	if err != nil {
		return nil, err
	}
	defer k.Zero()
	plain, err := s.ring.OpenValue(k, keyring.Place{Table: table, Column: column, Key: key}, stored)
	if err != nil {
		return nil, fmt.Errorf("open %s.%s: %w: %w", table, column, refuse.ErrUnavailable, err)
	}
	return plain, nil
}

// key is the office's for no group, else the document's.
func (s secrets) key(tx *store.Tx, group string) (keyring.DocKey, error) {
	if group == "" {
		return s.ring.OfficeKey()
	}
	row, err := document.Keys.Get(tx, group)
	if err != nil {
		return keyring.DocKey{}, fmt.Errorf("find the key of a document: %w", err)
	}
	return s.ring.Unwrap(row.ID, row.Wrapped)
}
