package ledger

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/proof"
	"golang.org/x/mod/sumdb/note"

	"jiyao/internal/ledger/leaf"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
)

// Inclusion proves that entry seq is in the tree of the given size: RFC 6962 audit path, leaf first.
// refuse.ErrNotFound when size or entry do not exist.
func (l *Log) Inclusion(tx *store.Tx, seq, size uint64) ([][]byte, error) {
	if err := l.within(tx, size); err != nil {
		return nil, err
	}
	if seq == 0 || seq > size {
		return nil, fmt.Errorf("prove entry %d of %d: %w", seq, size, refuse.ErrNotFound)
	}
	nodes, err := proof.Inclusion(seq-1, size)
	if err != nil {
		return nil, fmt.Errorf("prove entry %d: %w", seq, err)
	}
	return l.path(tx, nodes)
}

// Consistency proves that the tree of size newer continues the tree of size older.
func (l *Log) Consistency(tx *store.Tx, older, newer uint64) ([][]byte, error) {
	if err := l.within(tx, newer); err != nil {
		return nil, err
	}
	if older > newer {
		return nil, fmt.Errorf("prove growth from %d to %d: %w", older, newer, refuse.ErrNotFound)
	}
	nodes, err := proof.Consistency(older, newer)
	if err != nil {
		return nil, fmt.Errorf("prove growth: %w", err)
	}
	return l.path(tx, nodes)
}

// ProofFile makes the proof file of one entry against the newest checkpoint and checks it before it goes out.
// The verifier is the ledger's own.
func (l *Log) ProofFile(tx *store.Tx, seq uint64, verifier note.Verifier) ([]byte, error) {
	c, text, err := l.newest(tx, verifier)
	if err != nil {
		return nil, err
	}
	f := leaf.File{Format: leaf.FileFormat, Kind: leaf.KindEntry, Suite: l.suite, Index: seq - 1, Size: c.Size, Checkpoint: text}
	if f.Hashes, err = l.Inclusion(tx, seq, c.Size); err != nil {
		return nil, err
	}
	err = tx.QueryRow("SELECT bytes FROM ledger_entry WHERE seq = $1", int64(seq)).Scan(&f.Entry)
	if err != nil {
		return nil, fmt.Errorf("read entry %d: %w", seq, err)
	}
	return checked(f, verifier)
}

// GrowthFile makes the file that proves that the ledger continues what an older checkpoint signed. It fails with
// leaf.ErrProof when it does not.
func (l *Log) GrowthFile(tx *store.Tx, older string, verifier note.Verifier) ([]byte, error) {
	old, err := leaf.ParseCheckpoint([]byte(older), verifier)
	if err != nil {
		return nil, err
	}
	c, text, err := l.newest(tx, verifier)
	if err != nil {
		return nil, err
	}
	if old.Size > c.Size {
		return nil, fmt.Errorf("%w: the ledger has %d entries and the checkpoint %d", leaf.ErrProof, c.Size, old.Size)
	}
	f := leaf.File{Format: leaf.FileFormat, Kind: leaf.KindGrowth, Suite: l.suite, Older: older, Size: c.Size, Checkpoint: text}
	if f.Hashes, err = l.Consistency(tx, old.Size, c.Size); err != nil {
		return nil, err
	}
	return checked(f, verifier)
}

// VerifyProofFile checks a proof file; it needs no database.
func VerifyProofFile(b []byte, verifier note.Verifier) (*leaf.Proven, error) {
	return leaf.VerifyFile(b, verifier)
}

func checked(f leaf.File, verifier note.Verifier) ([]byte, error) {
	b, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the proof file: %w", err)
	}
	if _, err := leaf.VerifyFile(b, verifier); err != nil {
		return nil, fmt.Errorf("check the proof before handing it out: %w", err)
	}
	return b, nil
}

func (l *Log) newest(tx *store.Tx, verifier note.Verifier) (leaf.Checkpoint, string, error) {
	list, err := l.Checkpoints(tx, 0, 1)
	if err != nil {
		return leaf.Checkpoint{}, "", err
	}
	if len(list) == 0 {
		return leaf.Checkpoint{}, "", fmt.Errorf("find a checkpoint: %w", refuse.ErrNotFound)
	}
	c, err := leaf.ParseCheckpoint([]byte(list[0].Note), verifier)
	if err != nil {
		return leaf.Checkpoint{}, "", err
	}
	return c, list[0].Note, nil
}

func (l *Log) within(tx *store.Tx, size uint64) error {
	row, err := readHead(tx, false)
	if err != nil {
		return err
	}
	if size > row.size {
		return fmt.Errorf("prove in a tree of size %d: %w", size, refuse.ErrNotFound)
	}
	return nil
}

// path fetches the nodes of a proof. Those of stored levels are one row each; together the others read at most
// twice 2^nodeLevel leaves. A wrong stored node makes a proof that does not verify, never one that lies.
func (l *Log) path(tx *store.Tx, nodes proof.Nodes) ([][]byte, error) {
	hashes := make([][]byte, len(nodes.IDs))
	for i, id := range nodes.IDs {
		var err error
		if hashes[i], err = l.node(tx, id); err != nil {
			return nil, err
		}
	}
	out, err := nodes.Rehash(hashes, l.tree.HashChildren)
	if err != nil {
		return nil, fmt.Errorf("fold the proof: %w", err)
	}
	return out, nil
}

func (l *Log) node(tx *store.Tx, id compact.NodeID) ([]byte, error) {
	if id.Level >= nodeLevel {
		var hash []byte
		err := tx.QueryRow("SELECT hash FROM ledger_node WHERE level = $1 AND place = $2", int64(id.Level), int64(id.Index)).Scan(&hash)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, fmt.Errorf("%w: subtree %d of level %d is missing", ErrBroken, id.Index, id.Level)
		}
		if err != nil {
			return nil, fmt.Errorf("read a subtree: %w", err)
		}
		return hash, nil
	}
	begin, end := id.Coverage()
	rows, err := tx.Query("SELECT leaf FROM ledger_entry WHERE seq > $1 AND seq <= $2 ORDER BY seq", int64(begin), int64(end))
	if err != nil {
		return nil, fmt.Errorf("read leaves: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
	r := l.ranges.NewEmptyRange(begin)
	for rows.Next() {
		var hash []byte
		if err := rows.Scan(&hash); err != nil {
			return nil, fmt.Errorf("read leaves: %w", err)
		}
		if err := r.Append(hash, nil); err != nil {
			return nil, fmt.Errorf("fold leaves: %w", err)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read leaves: %w", err)
	}
	if r.End() != end || len(r.Hashes()) != 1 {
		return nil, fmt.Errorf("%w: entries %d to %d are not all there", ErrBroken, begin+1, end)
	}
	return r.Hashes()[0], nil
}
