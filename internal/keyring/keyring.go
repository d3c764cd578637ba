// Package keyring keeps the secrets that every other secret hangs on: the master key, the keys of the
// documents, the values sealed under them, and the key that signs checkpoints.
//
//	passphrase | k of n shares | key file (demo)
//	        └─► key-encryption key ─► master key ─┬─► wraps the document keys ─► seal titles, notes, bodies
//	            (keys/master.json)                ├─► office key: sealed values of no document
//	                                              ├─► blind tokens: equality without reading
//	                                              └─► PIN checks
//	keys/checkpoint.json ─► Signer: signs the ledger's checkpoints, sealed or not
//	backup passphrase ─► SealBackup: one encrypted file, independent of the ring
//
// A Ring is sealed when the program starts. Unsealing derives one subkey for each purpose and forgets the
// master key; Seal zeroes the subkeys and the cached document keys. Everything that needs a secret while the
// ring is sealed answers ErrSealed, which is refuse.ErrUnavailable to the layers above.
//
// What must always hold:
//   - A sealed value opens only under its key and at its place: table, column and row key are bound into it,
//     so a ciphertext copied to another row or column is as bad as a changed one.
//   - A wrapped document key opens only for its document.
//   - No file of this package is ever overwritten: losing keys/master.json loses everything sealed.
//   - The checkpoint key is no child of the master key; whoever unseals cannot sign by that alone.
//   - A file is hostile until authenticated: sizes, counts and the cost of the passphrase function are
//     bounded before any work is done on its word.
//   - No error, String or %+v shows a secret.
//
// What this does not do. It is no certified cryptographic module. argon2id and the P-256 group of the shares
// are used in both suites, since no national equivalent of either is at hand. Memory is not locked, and the
// key schedules inside Go's ciphers, the working memory of argon2 and the scalars of the shares cannot be
// zeroed from here: a core dump of an unsealed process holds secrets.
package keyring

import (
	"errors"
	"fmt"
	"sync"

	"jiyao/internal/refuse"
)

var (
	// ErrSealed: the ring is sealed, so no secret can be made, read or compared.
	ErrSealed = fmt.Errorf("the keyring is sealed: %w", refuse.ErrSealed)
	// ErrOpen: the secret offered is the wrong one, or what should be opened was changed or moved. The two
	// cannot be told apart.
	ErrOpen = errors.New("does not open")
	// ErrFormat: a PIN, passphrase, name or file is not of the form asked for.
	ErrFormat = errors.New("not of the form asked for")
	// ErrTooLong: the plain text exceeds MaxValue.
	ErrTooLong = errors.New("too long to seal")
	// ErrWork: the cost of the passphrase function lies outside what this program is willing to do.
	ErrWork = errors.New("cost of the passphrase function out of bounds")
	// ErrMode: a file with a secret may be read by others than its owner.
	ErrMode = errors.New("file with a secret is open to others")
	// ErrExists: the file is there already, and key files are never overwritten.
	ErrExists = errors.New("file exists already")
	// ErrProtection: the ring is protected in another way than the one tried.
	ErrProtection = errors.New("protected in another way")
	// ErrForgotten: the key of this document was destroyed.
	ErrForgotten = errors.New("the key of the document was destroyed")
	// ErrPIN: the PIN is well formed and wrong.
	ErrPIN = errors.New("wrong PIN")
)

// Protection is how the master key is locked away.
type Protection string

// Passphrase: argon2id over a text that officers know. Shares: k of n officers together. KeyFile: a random
// key in a file beside the data; only for the demo, since whoever copies the folder has it.
const (
	Passphrase Protection = "passphrase"
	Shares     Protection = "shares"
	KeyFile    Protection = "demo-keyfile"
)

// Ring is the sealed or unsealed master key of one office. It is safe for concurrent use.
type Ring struct {
	suite *Suite
	file  masterFile // as read; never changes

	unsealing sync.Mutex // one unsealing at a time: each may take MaxMemoryKiB

	mu   sync.RWMutex
	keys *subkeys // nil while sealed; owned by the ring, never handed out
	docs *docCache
}

// subkeys are the children of the master key, one for each purpose; only the first KeyLen bytes of the
// cipher keys are used.
type subkeys struct {
	wrap, office, blind, pin [32]byte
}

func (k *subkeys) zero() {
	clear(k.wrap[:])
	clear(k.office[:])
	clear(k.blind[:])
	clear(k.pin[:])
}

func newRing(f masterFile, s *Suite) *Ring {
	return &Ring{suite: s, file: f, docs: newDocCache(cachedKeys)}
}

// Load reads the master key file at path and returns its ring, sealed. The file is bounded and checked;
// ErrFormat or ErrWork when it is not one of ours.
func Load(path string) (*Ring, error) {
	b, err := readSmall(path)
	if err != nil {
		return nil, fmt.Errorf("read the master key file: %w", err)
	}
	f, s, err := parseMaster(b)
	if err != nil {
		return nil, fmt.Errorf("parse the master key file: %w", err)
	}
	return newRing(f, s), nil
}

// Suite is the set of algorithms the ring was created with.
func (r *Ring) Suite() *Suite { return r.suite }

// Protection says what unsealing asks for. k and n are the shares needed and made; 0 unless Shares.
func (r *Ring) Protection() (p Protection, k, n int) {
	if s := r.file.Shares; s != nil {
		return r.file.Protect, s.K, s.N
	}
	return r.file.Protect, 0, 0
}

// Unsealed reports whether secrets can be used now. The answer may be stale at once: only the error of the
// use itself decides.
func (r *Ring) Unsealed() bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.keys != nil
}

// Seal zeroes every key the ring holds, after the uses under way have ended. Sealing twice does nothing.
func (r *Ring) Seal() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.keys != nil {
		r.keys.zero()
		r.keys = nil
	}
	r.docs.clear()
}

// use runs f with the subkeys, which f must not keep; ErrSealed when there are none.
func (r *Ring) use(f func(k *subkeys) error) error {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.keys == nil {
		return ErrSealed
	}
	return f(r.keys)
}

// String says the state and nothing else.
func (r *Ring) String() string {
	if r.Unsealed() {
		return "keyring (unsealed)"
	}
	return "keyring (sealed)"
}

// GoString keeps %#v from walking into the keys.
func (r *Ring) GoString() string { return r.String() }
