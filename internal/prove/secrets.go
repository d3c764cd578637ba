package prove

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"jiyao/internal/document"
	"jiyao/internal/keyring"
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
func (k keyFolder) secrets() (document.Secrets, error) {
	ring, err := keyring.Load(k.master())
	if err != nil {
		return document.Secrets{}, fmt.Errorf("load the key of the model office: %w", err)
	}
	if err := ring.UnsealKeyFile(k.key()); err != nil {
		return document.Secrets{}, fmt.Errorf("unseal the model office: %w", err)
	}
	return document.Secrets{Ring: ring}, nil
}
