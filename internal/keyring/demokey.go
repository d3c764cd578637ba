package keyring

import (
	"crypto/rand"
	"fmt"
)

const demoKeyFormat = "jiyao-demo-key/1"

// demoKey is the file of a key file protection. Warning is in the file so that whoever finds it is told.
type demoKey struct {
	Format  string `json:"format"`
	Warning string `json:"warning"`
	Key     []byte `json:"key"` // 32 bytes, in the clear
}

const demoWarning = "DEMO ONLY: whoever has this file and master.json reads everything"

// CreateKeyFile makes a master key behind a random key in a file of its own (mode 0600), for the demo only:
// whoever copies both files has everything. It returns the ring, unsealed. ErrExists when a path is taken.
func CreateKeyFile(path, keyPath string, s *Suite) (*Ring, error) {
	k := demoKey{Format: demoKeyFormat, Warning: demoWarning, Key: random(masterLen)}
	defer clear(k.Key)
	// The key first: dying after it leaves a key that opens nothing, not a lock without a key.
	if err := writeNew(keyPath, k); err != nil {
		return nil, fmt.Errorf("write the demo key: %w", err)
	}
	return lock(path, s, masterFile{Protect: KeyFile, Salt: random(saltLen)}, k.Key)
}

// UnsealKeyFile unseals a ring made by CreateKeyFile. ErrMode when others may read the key, ErrOpen when it
// is another ring's.
func (r *Ring) UnsealKeyFile(keyPath string) error {
	if r.file.Protect != KeyFile {
		return ErrProtection
	}
	b, err := readSecret(keyPath)
	if err != nil {
		return fmt.Errorf("read the demo key: %w", err)
	}
	defer clear(b)
	var k demoKey
	if err := decodeStrict(b, &k); err != nil {
		return fmt.Errorf("parse the demo key: %w", err)
	}
	defer clear(k.Key)
	if k.Format != demoKeyFormat || len(k.Key) != masterLen {
		return fmt.Errorf("parse the demo key: %w", ErrFormat)
	}
	return r.unlock(k.Key)
}

// random returns n random bytes. crypto/rand.Read ends the program rather than fail.
func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}
