package keyring

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"

	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"
)

// Suite is a set of algorithms that belong together. There are two, GM and Intl; compare them by pointer.
type Suite struct {
	name    string
	id      byte // in binary headers; never reused
	keyLen  int
	newHash func() hash.Hash
	block   func(key []byte) (cipher.Block, error)
}

var (
	// GM is SM2, SM3 and SM4-GCM with 16-byte keys: the default.
	GM = &Suite{name: "gm", id: 1, keyLen: 16, newHash: sm3.New, block: sm4.NewCipher}
	// Intl is Ed25519, SHA-256 and AES-256-GCM with 32-byte keys.
	Intl = &Suite{name: "intl", id: 2, keyLen: 32, newHash: sha256.New, block: aes.NewCipher}
)

// HashLen is the size of both suites' hashes in bytes.
const HashLen = 32

// SuiteNamed returns the suite called "gm" or "intl"; ErrFormat for any other name.
func SuiteNamed(name string) (*Suite, error) {
	for _, s := range []*Suite{GM, Intl} {
		if s.name == name {
			return s, nil
		}
	}
	return nil, fmt.Errorf("find the suite: %w", ErrFormat)
}

func suiteByID(id byte) (*Suite, error) {
	for _, s := range []*Suite{GM, Intl} {
		if s.id == id {
			return s, nil
		}
	}
	return nil, fmt.Errorf("find the suite: %w", ErrFormat)
}

// Name is "gm" or "intl".
func (s *Suite) Name() string { return s.name }

// KeyLen is the size of a cipher key in bytes: 16 for SM4, 32 for AES-256.
func (s *Suite) KeyLen() int { return s.keyLen }

// NewHash starts an SM3 or SHA-256 hash.
func (s *Suite) NewHash() hash.Hash { return s.newHash() }

// Sum is the hash of the parts one after the other. It sets no borders between them: see Bind.
func (s *Suite) Sum(parts ...[]byte) [HashLen]byte {
	h := s.newHash()
	for _, p := range parts {
		h.Write(p)
	}
	var out [HashLen]byte
	h.Sum(out[:0])
	return out
}

// AEAD is SM4-GCM or AES-256-GCM with 12-byte nonces and 16-byte tags. key has KeyLen bytes.
func (s *Suite) AEAD(key []byte) (cipher.AEAD, error) {
	if len(key) != s.keyLen {
		return nil, fmt.Errorf("set up %s: %w: key of %d bytes", s.name, ErrFormat, len(key))
	}
	b, err := s.block(key)
	if err != nil {
		return nil, fmt.Errorf("set up the %s cipher: %w", s.name, err)
	}
	a, err := cipher.NewGCM(b)
	if err != nil {
		return nil, fmt.Errorf("set up %s in GCM: %w", s.name, err)
	}
	return a, nil
}

// HKDF derives n bytes (RFC 5869) from a secret of full strength. info names the purpose; salt may be nil.
func (s *Suite) HKDF(secret, salt []byte, info string, n int) ([]byte, error) {
	out, err := hkdf.Key(s.newHash, secret, salt, info, n)
	if err != nil {
		return nil, fmt.Errorf("derive a key: %w", err)
	}
	return out, nil
}

// HMAC is the keyed hash of the parts one after the other, without borders: see Bind.
func (s *Suite) HMAC(key []byte, parts ...[]byte) [HashLen]byte {
	h := hmac.New(s.newHash, key)
	for _, p := range parts {
		h.Write(p)
	}
	var out [HashLen]byte
	h.Sum(out[:0])
	return out
}

// Bind joins a label and parts so that no two different lists give the same bytes: each is preceded by its
// length in 4 bytes, big-endian.
func Bind(label string, parts ...[]byte) []byte {
	n := 4 + len(label)
	for _, p := range parts {
		n += 4 + len(p)
	}
	out := make([]byte, 0, n)
	out = binary.BigEndian.AppendUint32(out, uint32(len(label)))
	out = append(out, label...)
	for _, p := range parts {
		out = binary.BigEndian.AppendUint32(out, uint32(len(p)))
		out = append(out, p...)
	}
	return out
}

const (
	sealVersion = 1
	nonceLen    = 12
	tagLen      = 16
	overhead    = 1 + nonceLen + tagLen
)

// seal is version ‖ nonce ‖ ciphertext and tag. The nonce is random: one key may seal 2³² values.
func (s *Suite) seal(key, plain, bound []byte) ([]byte, error) {
	a, err := s.AEAD(key)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 1+nonceLen, overhead+len(plain))
	out[0] = sealVersion
	rand.Read(out[1:])
	return a.Seal(out, out[1:], plain, append(bound, sealVersion)), nil
}

// open is the inverse of seal; ErrOpen whatever is wrong with the bytes.
func (s *Suite) open(key, sealed, bound []byte) ([]byte, error) {
	if len(sealed) < overhead || sealed[0] != sealVersion {
		return nil, ErrOpen
	}
	a, err := s.AEAD(key)
	if err != nil {
		return nil, err
	}
	plain, err := a.Open(nil, sealed[1:1+nonceLen], sealed[1+nonceLen:], append(bound, sealVersion))
	if err != nil {
		return nil, ErrOpen // the cipher's own error says nothing more
	}
	return plain, nil
}
