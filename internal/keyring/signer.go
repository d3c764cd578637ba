package keyring

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/emmansun/gmsm/sm2"
	"golang.org/x/mod/sumdb/note"
)

const (
	signerFormat  = "jiyao-checkpoint-key/1"
	privatePrefix = "PRIVATE+KEY+"
	maxKeyName    = 128
	maxKeyText    = 512
	seedLen       = 32 // Ed25519 seed and SM2 scalar alike
	sm2PublicLen  = 65
)

// sm2Type stands where a C2SP note has its signature type. The specification gives 0xff, followed by a name
// of one's own, to types it does not know; this is SM2 with SM3 (GB/T 32918.2, the standard's default signer
// id, ASN.1 signatures) over the note's text, the public key as 65 bytes uncompressed. The key id is computed
// as for Ed25519, with SHA-256 in both suites, so that other tools find the key by name and id even where
// they cannot check the signature.
const sm2Type = "\xffjiyao/sm2-sm3/v1"

// Signer signs checkpoints. It is a note.Signer, needs no unsealed ring and is safe for concurrent use.
type Signer struct {
	name  string
	hash  uint32
	suite *Suite
	vkey  string
	check note.Verifier
	sign  func(msg []byte) ([]byte, error) // holds the key where fmt does not look
	mark  func(msg []byte) []byte          // likewise
}

var _ note.Signer = (*Signer)(nil)

// Name is the key's name in the signature line.
func (s *Signer) Name() string { return s.name }

// KeyHash is the key id in the signature line.
func (s *Signer) KeyHash() uint32 { return s.hash }

// Sign signs the text of a note.
func (s *Signer) Sign(msg []byte) ([]byte, error) { return s.sign(msg) }

// Mark is a keyed hash of msg under a key of its own that follows from the signing key: whoever has keys/checkpoint.json can
// make one, on every node and while the ring is sealed, and nobody else. It tells nothing about the signing key.
func (s *Signer) Mark(msg []byte) []byte { return s.mark(msg) }

// Suite is the suite of the key.
func (s *Signer) Suite() *Suite { return s.suite }

// Verifier checks this key's signatures.
func (s *Signer) Verifier() note.Verifier { return s.check }

// VerifierKey is the public key as text, name+id+key: hand it to whoever verifies. See NewVerifier.
func (s *Signer) VerifierKey() string { return s.vkey }

// signerFile is keys/checkpoint.json, a secret in the clear: the server signs without anybody present.
type signerFile struct {
	Format string `json:"format"`
	Suite  string `json:"suite"`
	Key    string `json:"key"`  // PRIVATE+KEY+name+id+base64(type ‖ 32 bytes), as in x/mod/sumdb/note
	Public string `json:"vkey"` // the verifier key, to be read by people
}

// CreateSigner draws a checkpoint key, writes it to path (mode 0600) and returns it. name has 1 to 128
// bytes without spaces and "+" (ErrFormat). ErrExists when path is taken.
func CreateSigner(path, name string, suite *Suite) (*Signer, error) {
	if err := checkKeyName(name); err != nil {
		return nil, err
	}
	s, seed, err := drawSigner(name, suite)
	if err != nil {
		return nil, err
	}
	defer clear(seed)
	secret := append([]byte(keyType(suite)), seed...)
	defer clear(secret)
	f := signerFile{
		Format: signerFormat,
		Suite:  suite.Name(),
		Key:    privatePrefix + keyText(name, s.hash, secret),
		Public: s.vkey,
	}
	if err := writeNew(path, f); err != nil {
		return nil, fmt.Errorf("write the checkpoint key: %w", err)
	}
	return s, nil
}

// NewSigner draws a checkpoint key that is kept nowhere, for a ledger that lives no longer than the process.
func NewSigner(name string, suite *Suite) (*Signer, error) {
	if err := checkKeyName(name); err != nil {
		return nil, err
	}
	s, seed, err := drawSigner(name, suite)
	clear(seed)
	return s, err
}

// drawSigner makes a signer of new secret bytes. One in four thousand million draws is no SM2 key; then nothing was done,
// and the caller tries again.
func drawSigner(name string, suite *Suite) (*Signer, []byte, error) {
	seed := random(seedLen)
	s, err := newSigner(name, suite, seed)
	if err != nil {
		clear(seed)
		return nil, nil, err
	}
	return s, seed, nil
}

// LoadSigner reads a checkpoint key. ErrMode when others may read it, ErrFormat when it is none.
func LoadSigner(path string) (*Signer, error) {
	b, err := readSecret(path)
	if err != nil {
		return nil, fmt.Errorf("read the checkpoint key: %w", err)
	}
	defer clear(b)
	s, err := parseSigner(b)
	if err != nil {
		return nil, fmt.Errorf("parse the checkpoint key: %w", err)
	}
	return s, nil
}

func parseSigner(b []byte) (*Signer, error) {
	var f signerFile
	if err := decodeStrict(b, &f); err != nil {
		return nil, err
	}
	suite, err := SuiteNamed(f.Suite)
	if err != nil {
		return nil, err
	}
	text, private := strings.CutPrefix(f.Key, privatePrefix)
	if f.Format != signerFormat || !private {
		return nil, ErrFormat
	}
	name, _, key, err := parseKeyText(text)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	seed, typed := bytes.CutPrefix(key, []byte(keyType(suite)))
	if !typed || len(seed) != seedLen {
		return nil, ErrFormat
	}
	s, err := newSigner(name, suite, seed)
	if err != nil {
		return nil, err
	}
	// The rest of the file must be what this key gives.
	if s.vkey != f.Public || privatePrefix+keyText(name, s.hash, key) != f.Key {
		return nil, ErrFormat
	}
	return s, nil
}

func keyType(s *Suite) string {
	if s == GM {
		return sm2Type
	}
	return "\x01" // Ed25519
}

// newSigner builds a signer from 32 secret bytes.
func newSigner(name string, suite *Suite, seed []byte) (*Signer, error) {
	s := &Signer{name: name, suite: suite}
	var public []byte
	switch suite {
	case GM:
		k, err := sm2.NewPrivateKey(seed)
		if err != nil {
			return nil, fmt.Errorf("read an SM2 key: %w", ErrFormat)
		}
		p, err := sm2.PublicKeyToECDH(&k.PublicKey)
		if err != nil {
			return nil, fmt.Errorf("read an SM2 key: %w", ErrFormat)
		}
		public = p.Bytes()
		s.sign = func(msg []byte) ([]byte, error) {
			sig, err := k.SignWithSM2(rand.Reader, nil, msg)
			if err != nil {
				return nil, fmt.Errorf("sign with SM2: %w", err)
			}
			return sig, nil
		}
	case Intl:
		k := ed25519.NewKeyFromSeed(seed)
		public = k[ed25519.SeedSize:]
		s.sign = func(msg []byte) ([]byte, error) { return ed25519.Sign(k, msg), nil }
	default:
		return nil, fmt.Errorf("sign with an unknown suite: %w", ErrFormat)
	}
	marking := suite.HMAC(seed, Bind("jiyao/mark"))
	s.mark = func(msg []byte) []byte {
		sum := suite.HMAC(marking[:], msg)
		return sum[:]
	}
	typed := append([]byte(keyType(suite)), public...)
	s.hash = keyID(name, typed)
	s.vkey = keyText(name, s.hash, typed)
	var err error
	s.check, err = NewVerifier(s.vkey)
	return s, err
}

// keyID is the first 4 bytes of SHA-256(name ‖ newline ‖ type ‖ public key), as C2SP recommends.
func keyID(name string, typed []byte) uint32 {
	h := sha256.Sum256(append([]byte(name+"\n"), typed...))
	return binary.BigEndian.Uint32(h[:])
}

func keyText(name string, id uint32, typed []byte) string {
	return fmt.Sprintf("%s+%08x+%s", name, id, base64.StdEncoding.EncodeToString(typed))
}

// parseKeyText takes name+id+base64 apart and accepts one spelling only.
func parseKeyText(text string) (name string, id uint32, typed []byte, err error) {
	if len(text) > maxKeyText {
		return "", 0, nil, ErrFormat
	}
	p := strings.SplitN(text, "+", 3) // base64 has "+" too
	if len(p) != 3 || len(p[1]) != 8 {
		return "", 0, nil, ErrFormat
	}
	if err := checkKeyName(p[0]); err != nil {
		return "", 0, nil, err
	}
	if _, err := fmt.Sscanf(p[1], "%08x", &id); err != nil {
		return "", 0, nil, ErrFormat
	}
	typed, err = base64.StdEncoding.DecodeString(p[2])
	if err != nil || keyText(p[0], id, typed) != text {
		return "", 0, nil, ErrFormat
	}
	return p[0], id, typed, nil
}

func checkKeyName(name string) error {
	if name == "" || len(name) > maxKeyName || !utf8.ValidString(name) ||
		strings.ContainsFunc(name, func(c rune) bool { return c == '+' || unicode.IsSpace(c) || unicode.IsControl(c) }) {
		return fmt.Errorf("name a checkpoint key: %w", ErrFormat)
	}
	return nil
}

// verifier checks SM2 signatures for note.Open.
type verifier struct {
	name   string
	hash   uint32
	verify func(msg, sig []byte) bool
}

func (v *verifier) Name() string                { return v.name }
func (v *verifier) KeyHash() uint32             { return v.hash }
func (v *verifier) Verify(msg, sig []byte) bool { return v.verify(msg, sig) }

// NewVerifier reads a verifier key of either suite; ErrFormat when it is none or its id does not fit.
func NewVerifier(vkey string) (note.Verifier, error) {
	name, id, typed, err := parseKeyText(vkey)
	if err != nil {
		return nil, fmt.Errorf("read a verifier key: %w", err)
	}
	if keyID(name, typed) != id {
		return nil, fmt.Errorf("read a verifier key: id does not fit: %w", ErrFormat)
	}
	if public, ours := bytes.CutPrefix(typed, []byte(sm2Type)); ours {
		pub, err := sm2.NewPublicKey(public)
		if err != nil || len(public) != sm2PublicLen { // the library reads compressed points too
			return nil, fmt.Errorf("read an SM2 verifier key: %w", ErrFormat)
		}
		return &verifier{name: name, hash: id, verify: func(msg, sig []byte) bool {
			return sm2.VerifyASN1WithSM2(pub, nil, msg, sig)
		}}, nil
	}
	v, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, fmt.Errorf("read an Ed25519 verifier key: %w", ErrFormat)
	}
	return v, nil
}
