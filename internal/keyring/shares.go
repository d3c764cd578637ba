package keyring

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"

	"github.com/cloudflare/circl/group"
	"github.com/cloudflare/circl/secretsharing"
)

// MaxShares bounds how many shares a master key is split into.
const MaxShares = 16

const (
	setIDLen   = 4
	scalarLen  = 32
	pointLen   = 33 // compressed
	shareGroup = "P-256"
)

// shareSet is the public part of a split: how many are needed, and the commitments that each share is
// checked against. The commitments fix the shared secret, which is harmless because it is a random scalar.
type shareSet struct {
	Group       string   `json:"group"`
	Set         []byte   `json:"set"` // 4 random bytes that every share of this split carries
	K           int      `json:"k"`
	N           int      `json:"n"`
	Commitments [][]byte `json:"commitments"` // k compressed points
}

func (s *shareSet) check() error {
	if s.Group != shareGroup || len(s.Set) != setIDLen || !validSplit(s.K, s.N) || len(s.Commitments) != s.K {
		return fmt.Errorf("shares out of bounds: %w", ErrFormat)
	}
	for _, c := range s.Commitments {
		if len(c) != pointLen {
			return fmt.Errorf("commitment of the wrong size: %w", ErrFormat)
		}
	}
	return nil
}

func validSplit(k, n int) bool { return k >= 2 && n >= k && n <= MaxShares }

func (s *shareSet) bytes() []byte {
	kn := binary.BigEndian.AppendUint32(nil, uint32(s.K))
	kn = binary.BigEndian.AppendUint32(kn, uint32(s.N))
	return Bind("jiyao/shares", append([][]byte{[]byte(s.Group), s.Set, kn}, s.Commitments...)...)
}

// points decodes the commitments; ErrFormat when one is not on the curve.
func (s *shareSet) points() (secretsharing.SecretCommitment, error) {
	out := make(secretsharing.SecretCommitment, len(s.Commitments))
	for i, c := range s.Commitments {
		out[i] = group.P256.NewElement()
		if err := out[i].UnmarshalBinary(c); err != nil {
			return nil, fmt.Errorf("commitment is no point of the group: %w", ErrFormat)
		}
	}
	return out, nil
}

// CreateShares makes a master key that k of n officers open together (2 ≤ k ≤ n ≤ MaxShares), writes its
// file to path and returns the ring, unsealed, with the shares as text; share i has the number i+1. The
// shares exist nowhere else: hand them out and forget them. ErrExists when path is taken.
func CreateShares(path string, s *Suite, k, n int) (*Ring, []string, error) {
	if !validSplit(k, n) {
		return nil, nil, fmt.Errorf("split into shares: %w", ErrFormat)
	}
	// A random scalar is shared and never the master key or anything short: the commitments would let a
	// guess be checked.
	secret := group.P256.RandomNonZeroScalar(rand.Reader)
	split := secretsharing.New(rand.Reader, uint(k-1), secret) // circl's threshold t needs t+1 shares
	set := &shareSet{Group: shareGroup, Set: random(setIDLen), K: k, N: n}
	for _, c := range split.CommitSecret() {
		b, err := c.MarshalBinaryCompress()
		if err != nil {
			return nil, nil, fmt.Errorf("encode a commitment: %w", err)
		}
		set.Commitments = append(set.Commitments, b)
	}
	var texts []string
	for i, sh := range split.Share(uint(n)) {
		b, err := sh.Value.MarshalBinary()
		if err != nil {
			return nil, nil, fmt.Errorf("encode a share: %w", err)
		}
		texts = append(texts, shareText{set: [setIDLen]byte(set.Set), number: i + 1, value: [scalarLen]byte(b)}.String())
		clear(b)
	}
	b, err := secret.MarshalBinary()
	if err != nil {
		return nil, nil, fmt.Errorf("encode the shared secret: %w", err)
	}
	defer clear(b)
	r, err := lock(path, s, masterFile{Protect: Shares, Salt: random(saltLen), Shares: set}, b)
	if err != nil {
		return nil, nil, err
	}
	return r, texts, nil
}

// CheckShare reads one share as it is typed in and returns its number, or a *ShareError. It needs no other
// share, so each officer can be told at once.
func (r *Ring) CheckShare(text string) (number int, err error) {
	if r.file.Protect != Shares {
		return 0, ErrProtection
	}
	points, err := r.file.Shares.points()
	if err != nil {
		return 0, err
	}
	_, number, err = r.checkShare(text, points)
	return number, err
}

func (r *Ring) checkShare(text string, points secretsharing.SecretCommitment) (secretsharing.Share, int, error) {
	var none secretsharing.Share
	set := r.file.Shares
	t, err := parseShare(text)
	if err != nil {
		return none, 0, err
	}
	defer clear(t.value[:])
	if t.set != [setIDLen]byte(set.Set) || t.number > set.N {
		return none, t.number, &ShareError{Number: t.number, Code: ShareOtherSet}
	}
	sh := secretsharing.Share{ID: group.P256.NewScalar(), Value: group.P256.NewScalar()}
	sh.ID.SetUint64(uint64(t.number))
	if err := sh.Value.UnmarshalBinary(t.value[:]); err != nil { // not below the order
		return none, t.number, &ShareError{Number: t.number, Code: ShareForged}
	}
	if !secretsharing.Verify(uint(set.K-1), sh, points) {
		return none, t.number, &ShareError{Number: t.number, Code: ShareForged}
	}
	return sh, t.number, nil
}

// UnsealShares unseals a ring made by CreateShares with at least k different shares. A share that is
// mistyped, of another split, given twice or forged is named by a *ShareError; *TooFewError when all are
// good and more are needed.
func (r *Ring) UnsealShares(texts []string) error {
	if r.file.Protect != Shares {
		return ErrProtection
	}
	if len(texts) > MaxShares {
		return fmt.Errorf("unseal with %d shares: %w", len(texts), ErrFormat)
	}
	r.unsealing.Lock()
	defer r.unsealing.Unlock()
	points, err := r.file.Shares.points()
	if err != nil {
		return err
	}
	seen := map[int]bool{}
	var shares []secretsharing.Share
	for i, text := range texts {
		sh, number, err := r.checkShare(text, points)
		if err == nil && seen[number] {
			err = &ShareError{Number: number, Code: ShareTwice} // the library would panic
		}
		if err != nil {
			return fmt.Errorf("read share %d of those given: %w", i+1, err)
		}
		seen[number] = true
		shares = append(shares, sh)
	}
	if k := r.file.Shares.K; len(shares) < k {
		return &TooFewError{Given: len(shares), Needed: k}
	}
	secret, err := secretsharing.Recover(uint(r.file.Shares.K-1), shares)
	if err != nil {
		return fmt.Errorf("join the shares: %w", err)
	}
	b, err := secret.MarshalBinary()
	if err != nil {
		return fmt.Errorf("encode the shared secret: %w", err)
	}
	defer clear(b)
	return r.unlock(b)
}

// TooFewError: the shares are good, but more are needed.
type TooFewError struct{ Given, Needed int }

func (e *TooFewError) Error() string {
	return fmt.Sprintf("%d shares given, %d needed", e.Given, e.Needed)
}
