package identity

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// Cost is the work of one argon2id hash.
type Cost struct {
	Time      uint32 // passes
	MemoryKiB uint32
	Threads   uint8
}

// DefaultCost is for passwords: 3 passes over 64 MiB in 2 lanes.
var DefaultCost = Cost{Time: 3, MemoryKiB: 64 << 10, Threads: 2}

// codeCost is for printed codes, which have 40 random bits each and are hashed twenty at a time.
var codeCost = Cost{Time: 1, MemoryKiB: 8 << 10, Threads: 1}

// Bounds of a stored hash. Beyond them it is refused before any work is done on its word.
const (
	maxTime      = 10
	minMemory    = 1 << 10   // KiB
	maxMemory    = 256 << 10 // KiB
	maxThreads   = 8
	hashSalt     = 16
	hashLen      = 32
	maxEncoded   = 200
	maxTyped     = 256 // bytes of a typed password
	minPassword  = 10  // characters
	argonVersion = "argon2id"
)

func (c Cost) valid() bool {
	return c.Time >= 1 && c.Time <= maxTime && c.MemoryKiB >= minMemory && c.MemoryKiB <= maxMemory &&
		c.Threads >= 1 && c.Threads <= maxThreads
}

// errHash: a stored hash is not one of ours.
var errHash = errors.New("not a stored password hash")

// hashed is a password hash with what made it.
type hashed struct {
	cost Cost
	salt []byte
	sum  []byte
}

// String is $argon2id$v=19$m=65536,t=3,p=2$salt$sum in unpadded base64.
func (h hashed) String() string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$%s$v=%d$m=%d,t=%d,p=%d$%s$%s", argonVersion, argon2.Version,
		h.cost.MemoryKiB, h.cost.Time, h.cost.Threads, b.EncodeToString(h.salt), b.EncodeToString(h.sum))
}

// parseHash reads an encoded hash. One spelling only: what does not encode back to the same text is refused.
func parseHash(s string) (hashed, error) {
	var h hashed
	parts := strings.Split(s, "$")
	if len(s) > maxEncoded || len(parts) != 6 {
		return h, errHash
	}
	costs := strings.Split(parts[3], ",")
	if len(costs) != 3 {
		return h, errHash
	}
	m, errM := number(costs[0], "m=", maxMemory)
	t, errT := number(costs[1], "t=", maxTime)
	p, errP := number(costs[2], "p=", maxThreads)
	if errors.Join(errM, errT, errP) != nil {
		return h, errHash
	}
	h.cost = Cost{Time: t, MemoryKiB: m, Threads: uint8(p)} // number bounds it
	var err1, err2 error
	h.salt, err1 = base64.RawStdEncoding.DecodeString(parts[4])
	h.sum, err2 = base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(h.salt) != hashSalt || len(h.sum) != hashLen || !h.cost.valid() || h.String() != s {
		return hashed{}, errHash
	}
	return h, nil
}

func number(s, prefix string, most uint64) (uint32, error) {
	digits, ok := strings.CutPrefix(s, prefix)
	if !ok {
		return 0, errHash
	}
	n, err := strconv.ParseUint(digits, 10, 32)
	if err != nil || n > most {
		return 0, errHash
	}
	return uint32(n), nil
}

func (h hashed) matches(typed string) bool {
	sum := argon2.IDKey([]byte(typed), h.salt, h.cost.Time, h.cost.MemoryKiB, h.cost.Threads, hashLen)
	return subtle.ConstantTimeCompare(sum, h.sum) == 1
}

// hashPassword hashes a password. It works for about a tenth of a second: never in the writer.
func hashPassword(r io.Reader, cost Cost, typed string) (string, error) {
	salt, err := random(r, hashSalt)
	if err != nil {
		return "", err
	}
	h := hashed{cost: cost, salt: salt}
	h.sum = argon2.IDKey([]byte(typed), salt, cost.Time, cost.MemoryKiB, cost.Threads, hashLen)
	return h.String(), nil
}

// dummyHash costs what a real one costs and fits no password.
func dummyHash(r io.Reader, cost Cost) (hashed, error) {
	b, err := random(r, hashSalt+hashLen)
	if err != nil {
		return hashed{}, err
	}
	return hashed{cost: cost, salt: b[:hashSalt], sum: b[hashSalt:]}, nil
}

func random(r io.Reader, n int) ([]byte, error) {
	if r == nil {
		r = rand.Reader
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, fmt.Errorf("draw random bytes: %w", err)
	}
	return b, nil
}

// NewPassword is a password that was hashed and measured outside the writer, ready for identity.set_password.
// Its zero value is none.
type NewPassword struct {
	Account    term.AccountID
	Hash       string // encoded
	Length     int    // characters
	Repeats    bool   // it is the last one again
	EqualsName bool   // it is the login name, or holds nothing else
}

// Check answers what every house asks of a password, at the field; packs may ask more.
func (p NewPassword) Check() error {
	switch {
	case p.Hash == "":
		return refuse.Field("password", "required")
	case p.Length < minPassword:
		return &refuse.Invalid{Fields: []refuse.FieldError{{Field: "password", Code: "too_short", Args: map[string]string{"min": strconv.Itoa(minPassword)}}}}
	case p.EqualsName:
		return refuse.Field("password", "equals_name")
	case p.Repeats:
		return refuse.Field("password", "repeats")
	}
	return nil
}

// checkTyped answers a new password that cannot be one at all.
func checkTyped(s string) error {
	switch {
	case s == "":
		return refuse.Field("password", "required")
	case len(s) > maxTyped:
		return refuse.Field("password", "too_long")
	case !utf8.ValidString(s):
		return refuse.Field("password", "not_utf8")
	case strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }):
		return refuse.Field("password", "bad_character")
	}
	return nil
}

// maxWaiting bounds who waits for a hash; working is how many run at once, 64 MiB each.
const (
	working    = 2
	maxWaiting = 16
)

// slots bounds hashing: memory is the scarce thing.
type slots struct {
	run   chan struct{}
	queue chan struct{}
}

func newSlots() *slots {
	return &slots{run: make(chan struct{}, working), queue: make(chan struct{}, working+maxWaiting)}
}

// take waits for a place and returns how to give it back; refuse.ErrTooMany when the queue is full.
func (s *slots) take(ctx context.Context) (func(), error) {
	select {
	case s.queue <- struct{}{}:
	default:
		return nil, fmt.Errorf("wait for a hash: %w", refuse.ErrTooMany)
	}
	select {
	case s.run <- struct{}{}:
		return func() { <-s.run; <-s.queue }, nil
	case <-ctx.Done():
		<-s.queue
		return nil, fmt.Errorf("wait for a hash: %w", ctx.Err())
	}
}
