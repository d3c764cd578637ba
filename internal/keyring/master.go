package keyring

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

const (
	masterFormat = "jiyao-master/1"
	masterLen    = 32
	saltLen      = 16
)

// masterFile is keys/master.json. Nothing in it is secret by itself; every field but Wrapped is bound into
// Wrapped, so that none can be changed unnoticed.
type masterFile struct {
	Format   string     `json:"format"`
	Suite    string     `json:"suite"`
	Protect  Protection `json:"protect"`
	Salt     []byte     `json:"salt"`               // 16 bytes
	Argon2id *Work      `json:"argon2id,omitempty"` // with Passphrase
	Shares   *shareSet  `json:"shares,omitempty"`   // with Shares
	Wrapped  []byte     `json:"wrapped"`            // the master key under the key-encryption key
}

// Work is the cost of argon2id. The zero value stands for DefaultWork where a key is created.
type Work struct {
	Time      uint32 `json:"time"`       // passes
	MemoryKiB uint32 `json:"memory_kib"` // KiB
	Threads   uint8  `json:"threads"`
}

// DefaultWork took 266 ms on two cores (reference/libraries.md).
var DefaultWork = Work{Time: 3, MemoryKiB: 64 << 10, Threads: 2}

// Bounds of Work, in files as in arguments: the upper ones keep a planted file from exhausting the machine,
// the lower ones a careless one from protecting nothing.
const (
	MinMemoryKiB = 8 << 10
	MaxMemoryKiB = 1 << 20
	maxPasses    = 16
	maxThreads   = 16
	maxWorkKiB   = 4 << 20 // passes × memory
)

func (w Work) check() error {
	if w.Time < 1 || w.Time > maxPasses || w.Threads < 1 || w.Threads > maxThreads ||
		w.MemoryKiB < MinMemoryKiB || w.MemoryKiB > MaxMemoryKiB ||
		uint64(w.Time)*uint64(w.MemoryKiB) > maxWorkKiB {
		return ErrWork
	}
	return nil
}

func (w Work) bytes() []byte {
	b := binary.BigEndian.AppendUint32(nil, w.Time)
	b = binary.BigEndian.AppendUint32(b, w.MemoryKiB)
	return append(b, w.Threads)
}

// stretch turns a passphrase into 32 bytes. w has been checked.
func stretch(passphrase string, salt []byte, w Work) ([]byte, error) {
	if err := CheckPassphrase(passphrase); err != nil {
		return nil, err
	}
	// The same text typed on another system may come in another normal form.
	p := norm.NFC.Bytes([]byte(passphrase))
	defer clear(p)
	return argon2.IDKey(p, salt, w.Time, w.MemoryKiB, w.Threads, masterLen), nil
}

// Passphrases have 12 to 256 characters of valid UTF-8.
const (
	minPassphrase = 12
	maxPassphrase = 256
)

// CheckPassphrase returns ErrFormat when a passphrase is shorter than 12 or longer than 256 characters or is
// not UTF-8. It says nothing about how easy it is to guess.
func CheckPassphrase(p string) error {
	if len(p) > maxPassphrase*utf8.UTFMax || !utf8.ValidString(p) {
		return fmt.Errorf("check a passphrase: %w", ErrFormat)
	}
	if n := utf8.RuneCountInString(p); n < minPassphrase || n > maxPassphrase {
		return fmt.Errorf("check a passphrase: %w", ErrFormat)
	}
	return nil
}

// parseMaster reads and bounds a master key file. Nothing costly happens here.
func parseMaster(b []byte) (masterFile, *Suite, error) {
	var f masterFile
	if err := decodeStrict(b, &f); err != nil {
		return masterFile{}, nil, err
	}
	if f.Format != masterFormat {
		return masterFile{}, nil, fmt.Errorf("unknown format of the file: %w", ErrFormat)
	}
	s, err := SuiteNamed(f.Suite)
	if err != nil {
		return masterFile{}, nil, err
	}
	if len(f.Salt) != saltLen || len(f.Wrapped) != masterLen+overhead {
		return masterFile{}, nil, fmt.Errorf("salt or key of the wrong size: %w", ErrFormat)
	}
	if (f.Argon2id != nil) != (f.Protect == Passphrase) || (f.Shares != nil) != (f.Protect == Shares) {
		return masterFile{}, nil, fmt.Errorf("parameters do not fit the protection: %w", ErrFormat)
	}
	switch f.Protect {
	case Passphrase:
		err = f.Argon2id.check()
	case Shares:
		err = f.Shares.check()
	case KeyFile:
	default:
		err = fmt.Errorf("unknown protection: %w", ErrFormat)
	}
	if err != nil {
		return masterFile{}, nil, err
	}
	return f, s, nil
}

// bound is every field but Wrapped, as associated data.
func (f masterFile) bound() []byte {
	var work, set []byte
	if f.Argon2id != nil {
		work = f.Argon2id.bytes()
	}
	if f.Shares != nil {
		set = f.Shares.bytes()
	}
	return Bind("jiyao/master", []byte(f.Format), []byte(f.Suite), []byte(f.Protect), f.Salt, work, set)
}

// wrapKey is the key-encryption key out of what a person, the shares or the key file gave.
func (f masterFile) wrapKey(s *Suite, secret []byte) ([]byte, error) {
	return s.HKDF(secret, f.Salt, "jiyao/kek/"+string(f.Protect), s.KeyLen())
}

// lock draws a master key, wraps it under secret into f, writes f to path and returns the unsealed ring.
func lock(path string, s *Suite, f masterFile, secret []byte) (*Ring, error) {
	f.Format, f.Suite = masterFormat, s.Name()
	kek, err := f.wrapKey(s, secret)
	if err != nil {
		return nil, err
	}
	defer clear(kek)
	master := random(masterLen)
	defer clear(master)
	if f.Wrapped, err = s.seal(kek, master, f.bound()); err != nil {
		return nil, fmt.Errorf("wrap the master key: %w", err)
	}
	// What Load would refuse must never be written.
	b, err := json.Marshal(f)
	if err != nil {
		return nil, fmt.Errorf("encode the master key file: %w", err)
	}
	if _, _, err := parseMaster(b); err != nil {
		return nil, fmt.Errorf("check the master key file: %w", err)
	}
	if err := writeNew(path, f); err != nil {
		return nil, fmt.Errorf("write the master key file: %w", err)
	}
	r := newRing(f, s)
	if err := r.unlock(secret); err != nil {
		return nil, err
	}
	return r, nil
}

// unlock unwraps the master key with secret, derives the subkeys and forgets it. ErrOpen when secret is the
// wrong one or the file was changed.
func (r *Ring) unlock(secret []byte) error {
	kek, err := r.file.wrapKey(r.suite, secret)
	if err != nil {
		return err
	}
	defer clear(kek)
	master, err := r.suite.open(kek, r.file.Wrapped, r.file.bound())
	if err != nil {
		return fmt.Errorf("unwrap the master key: %w", err)
	}
	defer clear(master)
	k := new(subkeys)
	for _, d := range []struct {
		label string
		to    *[32]byte
	}{
		{"document keys", &k.wrap},
		{"office values", &k.office},
		{"blind tokens", &k.blind},
		{"pins", &k.pin},
	} {
		b, err := r.suite.HKDF(master, nil, "jiyao/sub/"+d.label, len(d.to))
		if err != nil {
			return err
		}
		copy(d.to[:], b)
		clear(b)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.keys != nil {
		r.keys.zero()
	}
	r.keys = k
	return nil
}

// CreatePassphrase makes a master key behind a passphrase, writes its file to path and returns the ring,
// unsealed. The zero Work is DefaultWork. ErrExists when path is taken; ErrFormat or ErrWork when the
// passphrase or the cost is out of bounds.
func CreatePassphrase(path string, s *Suite, passphrase string, w Work) (*Ring, error) {
	if w == (Work{}) {
		w = DefaultWork
	}
	if err := w.check(); err != nil {
		return nil, err
	}
	f := masterFile{Protect: Passphrase, Salt: random(saltLen), Argon2id: &w}
	secret, err := stretch(passphrase, f.Salt, w)
	if err != nil {
		return nil, err
	}
	defer clear(secret)
	return lock(path, s, f, secret)
}

// UnsealPassphrase unseals a ring made by CreatePassphrase; it takes the time and memory its file asks for.
// ErrOpen when the passphrase is wrong, ErrProtection when none is asked for.
func (r *Ring) UnsealPassphrase(passphrase string) error {
	if r.file.Protect != Passphrase {
		return ErrProtection
	}
	r.unsealing.Lock()
	defer r.unsealing.Unlock()
	secret, err := stretch(passphrase, r.file.Salt, *r.file.Argon2id)
	if errors.Is(err, ErrFormat) {
		return fmt.Errorf("unseal: %w", ErrOpen) // no passphrase of that form was ever accepted
	}
	if err != nil {
		return err
	}
	defer clear(secret)
	return r.unlock(secret)
}
