package leaf

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/transparency-dev/merkle/proof"
	"golang.org/x/mod/sumdb/note"
)

// ErrProof says that a proof file does not prove what it says.
var ErrProof = errors.New("proof does not hold")

// FileFormat is the first field of every proof file.
const FileFormat = "jiyao-proof/1"

// The kinds of proof files.
const (
	KindEntry  = "entry"  // this entry is in the ledger that the checkpoint signs
	KindGrowth = "growth" // the ledger of the checkpoint continues that of the older checkpoint
)

// maxFile bounds a proof file: the entry in base64 and a few hashes and notes.
const maxFile = 2*MaxEntry + 64<<10

// File is a proof that can be checked without the database, years later, with nothing but the verifier key.
type File struct {
	Format     string   `json:"format"`
	Kind       string   `json:"kind"`
	Suite      string   `json:"suite"`           // sha256 or sm3
	Entry      []byte   `json:"entry,omitempty"` // the bytes of the entry; KindEntry only
	Index      uint64   `json:"index"`           // of the leaf, from 0; KindEntry only
	Older      string   `json:"older,omitempty"` // the older checkpoint; KindGrowth only
	Size       uint64   `json:"size"`            // of the checkpoint
	Hashes     [][]byte `json:"hashes"`
	Checkpoint string   `json:"checkpoint"` // signed note
}

// Proven is what a file has proven.
type Proven struct {
	Kind       string
	Checkpoint Checkpoint
	Older      Checkpoint // KindGrowth only
	Entry      *Entry     // KindEntry only
}

// ReadFile reads a proof file strictly, without checking it.
func ReadFile(b []byte) (*File, error) {
	if len(b) > maxFile {
		return nil, fmt.Errorf("%w: %d bytes", ErrProof, len(b))
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	f := new(File)
	if err := d.Decode(f); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProof, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: more than one value", ErrProof)
	}
	if f.Format != FileFormat || len(f.Hashes) > 128 {
		return nil, fmt.Errorf("%w: format %q with %d hashes", ErrProof, f.Format, len(f.Hashes))
	}
	return f, nil
}

// VerifyFile checks a proof file against the key of the ledger. Every error wraps ErrProof, ErrEntry, ErrEncoding
// or ErrCheckpoint.
func VerifyFile(b []byte, verifier note.Verifier) (*Proven, error) {
	f, err := ReadFile(b)
	if err != nil {
		return nil, err
	}
	c, err := ParseCheckpoint([]byte(f.Checkpoint), verifier)
	if err != nil {
		return nil, err
	}
	newHash, ok := SuiteHash(f.Suite)
	if !ok {
		return nil, fmt.Errorf("%w: suite %q", ErrProof, f.Suite)
	}
	h := NewHasher(newHash)
	if f.Size != c.Size || len(c.Root) != h.Size() {
		return nil, fmt.Errorf("%w: the checkpoint is of another size or suite", ErrProof)
	}
	for _, hash := range f.Hashes {
		if len(hash) != h.Size() {
			return nil, fmt.Errorf("%w: a hash of %d bytes", ErrProof, len(hash))
		}
	}
	p := &Proven{Kind: f.Kind, Checkpoint: c}
	switch f.Kind {
	case KindEntry:
		p.Entry, err = f.verifyEntry(h, c)
	case KindGrowth:
		p.Older, err = f.verifyGrowth(h, c, verifier)
	default:
		err = fmt.Errorf("%w: kind %q", ErrProof, f.Kind)
	}
	if err != nil {
		return nil, err
	}
	return p, nil
}

func (f *File) verifyEntry(h *Hasher, c Checkpoint) (*Entry, error) {
	if f.Older != "" {
		return nil, fmt.Errorf("%w: an older checkpoint beside an entry", ErrProof)
	}
	e, err := Decode(f.Entry)
	if err != nil {
		return nil, err
	}
	if e.Seq != f.Index+1 {
		return nil, fmt.Errorf("%w: entry %d at index %d", ErrProof, e.Seq, f.Index)
	}
	if err := proof.VerifyInclusion(h, f.Index, c.Size, h.HashLeaf(f.Entry), f.Hashes, c.Root); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrProof, err)
	}
	return e, nil
}

func (f *File) verifyGrowth(h *Hasher, c Checkpoint, verifier note.Verifier) (Checkpoint, error) {
	if f.Entry != nil || f.Index != 0 {
		return Checkpoint{}, fmt.Errorf("%w: an entry beside two checkpoints", ErrProof)
	}
	older, err := ParseCheckpoint([]byte(f.Older), verifier)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("older checkpoint: %w", err)
	}
	if older.Origin != c.Origin || len(older.Root) != h.Size() {
		return Checkpoint{}, fmt.Errorf("%w: the checkpoints are of two ledgers", ErrProof)
	}
	if older.Size > c.Size {
		return Checkpoint{}, fmt.Errorf("%w: the older checkpoint is the larger", ErrProof)
	}
	if older.Size == 0 && !bytes.Equal(older.Root, h.EmptyRoot()) {
		return Checkpoint{}, fmt.Errorf("%w: a root of nothing", ErrProof)
	}
	if err := proof.VerifyConsistency(h, older.Size, c.Size, f.Hashes, older.Root, c.Root); err != nil {
		return Checkpoint{}, fmt.Errorf("%w: %w", ErrProof, err)
	}
	return older, nil
}
