// Package ledger is the evidence: one entry for every try, in an append-only Merkle tree whose head is signed.
//
// What it keeps. ledger_entry holds the entries as deterministic CBOR (the leaf of the tree is these bytes),
// with the leaf hash and a few columns for look-up beside them. ledger_head holds the tree as its compact range,
// ledger_node the roots of whole subtrees of 2^8 entries and more (so that a proof reads some hundred leaves and
// not a million), ledger_checkpoint the signed heads; of those inside the same 256 entries only the
// last stays, since each speaks for all entries before it. ledger_block and ledger_clause find entries by word and by
// clause. All but entries and notes can be rebuilt from the entries, and Verify does rebuild them.
//
// What always holds. Sequence numbers start at 1 and have no gap; entry n is leaf n-1; a checkpoint of size n
// speaks for the entries 1 to n. Rows and their entry commit together or not at all. An entry has exactly one
// encoding. Memory follows only after COMMIT; no checkpoint leaves the program before.
//
// The life of a batch, on the store's one writer:
//
//	Begin      locks and reads the head row (another node may have appended); a schema entry if tables are new
//	Append ×n  each in the savepoint of its act, as its last step
//	Seal       reads back what really stands in the table, folds it into a copy of the tree, writes the head and its mark
//	COMMIT     by the store
//	Committed  the copy becomes the tree; beside the writer its head is signed, and the checkpoint goes into its table and
//	           to the folder outside
//
// An act that is rolled back after Append leaves no trace: its entry goes with what else the store had gathered of it,
// the next Append takes its number from what is left, and Seal trusts the table, not memory. Whatever goes wrong before COMMIT loses only the batch; if COMMIT
// was reported lost but was not, the next Begin reads the true head. Whoever dies between COMMIT and signature leaves a head
// that bears the mark alone: Resume, and the next Begin, take it for the office's only with a mark that fits.
//
// What it stops. A changed, added, removed, exchanged or older row, a changed, dropped or exchanged entry, a
// shortened ledger: Verify names it, without any key. Going back to yesterday's file is found with a checkpoint
// held outside (CheckpointDir, a printed page).
package ledger

import (
	"context"
	"errors"
	"fmt"
	"hash"
	"log/slog"
	"sync"
	"time"

	"github.com/transparency-dev/merkle/compact"
	"golang.org/x/mod/sumdb/note"

	"jiyao/internal/ledger/leaf"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
)

// ErrBroken says that the ledger's own tables contradict each other, so that nothing more may be written.
var ErrBroken = refuse.ErrBroken

// Signer is the checkpoint key.
type Signer interface {
	note.Signer
	Verifier() note.Verifier
	// Mark is a keyed hash that only a holder of the key can make.
	Mark(msg []byte) []byte
}

// Options of a Log. All but CheckpointDir and Migrations are needed.
type Options struct {
	Hash          func() hash.Hash // SHA-256 or SM3; never changes in the life of a ledger
	Signer        Signer           // signs checkpoints; not the master key, so a sealed server still signs
	Origin        string           // first line of every checkpoint; names this ledger
	CheckpointDir string           // folder outside the data folder; "" for none
	Now           func() time.Time // the writer's clock
	Migrations    []Migration      // in their order, for Migrate; may be nil
}

// Log appends entries and reads them. It is the store's Batch.
type Log struct {
	db     *store.DB
	opts   Options
	suite  string
	tree   *leaf.Hasher
	ranges *compact.RangeFactory
	keeper *keeper

	batch *batch // owned by the writer

	mu     sync.RWMutex
	head   state   // as last committed here; guarded by mu
	schema *schema // likewise
	health Health  // likewise
}

// state is the committed tree. Never changed once made, but for its note.
type state struct {
	size       uint64
	tree       *compact.Range
	root       []byte
	recordedAt int64  // of the last entry
	note       []byte // signed; nil until somebody asks or the keeper comes to it
}

var _ store.Batch = (*Log)(nil)

// Open makes a Log and sets it as the batch of db, which must not have written yet. It reads nothing, so the
// database need not be migrated. Close it before the database.
func Open(db *store.DB, opts Options) (*Log, error) {
	if opts.Hash == nil || opts.Signer == nil || opts.Now == nil || !leaf.ValidOrigin(opts.Origin) {
		return nil, errors.New("open the ledger: hash, signer, origin and clock are needed")
	}
	suite, err := leaf.SuiteOf(opts.Hash)
	if err != nil {
		return nil, fmt.Errorf("open the ledger: %w", err)
	}
	l := &Log{db: db, opts: opts, suite: suite, tree: leaf.NewHasher(opts.Hash), schema: &schema{}}
	l.ranges = l.tree.Factory()
	l.head = state{tree: l.ranges.NewEmptyRange(0), root: l.tree.EmptyRoot()}
	if l.keeper, err = openKeeper(l, opts.CheckpointDir); err != nil {
		return nil, fmt.Errorf("open the ledger: %w", err)
	}
	if db != nil {
		db.SetBatch(l)
	}
	return l, nil
}

// Close waits until the last head has been signed, and the checkpoint tried to be written to its table and folder.
func (l *Log) Close() error { return l.keeper.close() }

// Settle waits until every head committed so far has been signed and its checkpoint tried to be kept.
func (l *Log) Settle(ctx context.Context) error { return l.keeper.settle(ctx) }

// Suite names the hash: sha256 or sm3.
func (l *Log) Suite() string { return l.suite }

// Status is what the page shows without reading the database.
type Status struct {
	Size       uint64 `json:"size"` // as last committed by this node
	Root       []byte `json:"root"`
	Checkpoint string `json:"checkpoint"`
	Folder     string `json:"folder"` // "" when no checkpoint folder is set
	// FolderError is why the last checkpoint could not be written to the folder; "" when it could.
	FolderError string `json:"folder_error,omitempty"`
	Health      Health `json:"health"`
}

// Status of this node.
func (l *Log) Status() Status {
	head, err := l.signed()
	if err != nil {
		slog.Error("sign the ledger's head", "error", err)
	}
	s := Status{Size: head.size, Root: head.root, Checkpoint: string(head.note), Health: l.Health(), Folder: l.opts.CheckpointDir}
	if err := l.keeper.folderError(); err != nil {
		s.FolderError = err.Error()
	}
	return s
}

// signed is the committed head with its signature, which is made on the first asking.
func (l *Log) signed() (state, error) {
	head := l.committed()
	if head.note != nil || head.size == 0 {
		return head, nil
	}
	var err error
	head.note, err = Checkpoint{Origin: l.opts.Origin, Size: head.size, Root: head.root}.Sign(l.opts.Signer)
	if err != nil {
		return head, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.head.size != head.size:
	case l.head.note != nil:
		head.note = l.head.note // somebody was quicker: one head has one note
	default:
		l.head.note = head.note
	}
	return head, nil
}

// Committed takes over what Seal prepared. It runs after COMMIT.
func (l *Log) Committed() {
	b := l.batch
	l.batch = nil
	if b == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.schema = b.schema
	if b.sealed != nil {
		l.head = *b.sealed
		l.keeper.told(l.head.size)
	} else if b.from.size != l.head.size { // the same head may have been signed since Begin
		l.head = b.from
	}
}

// Abandoned drops what the batch prepared.
func (l *Log) Abandoned() { l.batch = nil }
