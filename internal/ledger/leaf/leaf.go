// Package leaf is what an outsider needs to check evidence without a database: the bytes of an entry, the tree
// hash, checkpoints and proof files. It imports nothing of jiyao, so that jiyao-verify stays small and can be read
// in an hour.
//
// The bytes of an entry are the leaf of the tree. They are CBOR in fixed arrays (RFC 8949 core deterministic), and
// every entry has exactly one encoding: Decode refuses all others, because two encodings of one entry would be two
// leaves that read alike. The tree is that of RFC 6962 over SHA-256 or SM3; checkpoints are notes as in C2SP
// tlog-checkpoint.
package leaf

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

// Version is the format that new entries are written in.
const Version = 1

// MaxEntry bounds the bytes of one entry.
const MaxEntry = 1 << 20

// DigestSize is the length of a column's digest in bytes.
const DigestSize = 16

// Errors of reading an entry.
var (
	ErrEntry    = errors.New("entry is not well formed")
	ErrEncoding = errors.New("entry is not in its only encoding")
)

// Entry is an entry of version 1 as it is hashed: one CBOR array, fields in this order for ever. It stays as it is;
// a version 2 gets a struct of its own. Times are unix milliseconds, UTC.
type Entry struct {
	_           struct{} `cbor:",toarray"`
	Version     uint8
	Seq         uint64 // from 1; the leaf index is Seq-1
	Act         string
	Actor       string
	Posts       []string
	Terminal    string
	OccurredAt  int64
	RecordedAt  int64
	Subject     string
	Reference   string
	Outcome     string
	Clauses     []string
	Facts       []byte
	Args        []byte
	Late        string
	Signatures  []Signature
	Regulations []Digest
	Rows        []Row
}

// fields is how many items the array of version 1 has.
const fields = 18

// Signature is one person's consent to the act. Proof holds what lets anyone check it again (a passkey
// assertion in the caller's CBOR) and is empty where only the server could check (pin, code, password).
type Signature struct {
	_        struct{} `cbor:",toarray"`
	Role     string   `json:"role"`
	Person   string   `json:"person"`
	Strength string   `json:"strength"` // passkey, pin, code, password
	Terminal string   `json:"terminal"`
	At       int64    `json:"at"` // unix ms
	Proof    []byte   `json:"proof,omitempty"`
}

// Digest names one regulation in force by its content.
type Digest struct {
	_       struct{} `cbor:",toarray"`
	Pack    string   `json:"pack"`
	Version string   `json:"version"`
	Sum     []byte   `json:"sum"`
}

// Row is what the act wrote to one row. Table and columns are numbers of the schema entry in force; Digests are
// back to back in the order of Columns, which rise.
type Row struct {
	_       struct{} `cbor:",toarray"`
	Table   uint32
	Key     string
	Rev     int64
	Columns []uint16
	Digests []byte
}

// Digest is that of the i-th column.
func (r *Row) Digest(i int) (d [DigestSize]byte) {
	copy(d[:], r.Digests[i*DigestSize:])
	return d
}

var (
	encoding = must(cbor.EncOptions{
		Sort:          cbor.SortCoreDeterministic,
		ShortestFloat: cbor.ShortestFloat16,
		NaNConvert:    cbor.NaNConvert7e00,
		InfConvert:    cbor.InfConvertFloat16,
		IndefLength:   cbor.IndefLengthForbidden,
		TagsMd:        cbor.TagsForbidden,
		NilContainers: cbor.NilContainerAsEmpty, // nil and empty are one thing, so they get one encoding
	}.EncMode())
	decoding = must(cbor.DecOptions{
		DupMapKey:        cbor.DupMapKeyEnforcedAPF,
		IndefLength:      cbor.IndefLengthForbidden,
		TagsMd:           cbor.TagsForbidden,
		UTF8:             cbor.UTF8RejectInvalid,
		MaxNestedLevels:  8,
		MaxArrayElements: 1 << 16,
		MaxMapPairs:      16,
	}.DecMode())
)

func must[M any](mode M, err error) M {
	if err != nil {
		panic(err) // a wrong option above, found by every test
	}
	return mode
}

// Marshal and Unmarshal are the CBOR of this package, for the facts of the ledger's own entries.
func Marshal(v any) ([]byte, error) { return encoding.Marshal(v) }

// Unmarshal reads what Marshal wrote. It bounds depth and counts.
func Unmarshal(b []byte, v any) error { return decoding.Unmarshal(b, v) }

// Encode gives the bytes of e. They can be decoded again only if the texts are UTF-8.
func (e *Entry) Encode() ([]byte, error) {
	if err := e.check(); err != nil {
		return nil, err
	}
	b, err := encoding.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("encode an entry: %w", err)
	}
	if len(b) > MaxEntry {
		return nil, fmt.Errorf("%w: %d bytes", ErrEntry, len(b))
	}
	return b, nil
}

// Decode reads the bytes of an entry and refuses every encoding but the one that Encode gives.
func Decode(b []byte) (*Entry, error) {
	if len(b) > MaxEntry || len(b) < 2 {
		return nil, fmt.Errorf("%w: %d bytes", ErrEntry, len(b))
	}
	if b[0] != 0x80|fields || b[1] != Version {
		return nil, fmt.Errorf("%w: unknown version", ErrEntry)
	}
	e := new(Entry)
	if err := decoding.Unmarshal(b, e); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEntry, err)
	}
	again, err := encoding.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEntry, err)
	}
	if !bytes.Equal(again, b) {
		return nil, ErrEncoding
	}
	return e, e.check()
}
