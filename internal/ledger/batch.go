package ledger

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/transparency-dev/merkle/compact"

	"jiyao/internal/ledger/leaf"
	"jiyao/internal/store"
)

// nodeLevel is the lowest level whose subtree roots are stored: one for a block of entries.
const nodeLevel = 8

// blockSize is how many entries share one line of ledger_block and at most one kept checkpoint.
const blockSize = 1 << nodeLevel

// Entries wait in memory for the end of the batch, and go into the tables many to a statement.
var (
	entries = &store.Gather{Table: "ledger_entry", Columns: []string{"seq", "act", "outcome", "actor", "subject", "reference", "recorded_at", "leaf", "bytes"}}
	clauses = &store.Gather{Table: "ledger_clause", Columns: []string{"clause", "seq"}}
)

// batch is what the writer has appended since Begin.
type batch struct {
	tx     *store.Tx
	from   state // the head row as Begin found it
	next   uint64
	leaves []appended // of entry from.size+1+i, as last gathered under that number
	schema *schema
	sealed *state // set by Seal
}

// appended is what the tree needs of an entry.
type appended struct {
	hash       []byte
	recordedAt int64
}

// headRow is ledger_head as stored.
type headRow struct {
	size       uint64
	hashes     []byte
	root       []byte
	schemaSeq  uint64
	recordedAt int64
	mark       []byte // nil in a ledger of before there were marks
	last       int64  // number of the last entry in the table
}

const lastEntry = "SELECT COALESCE(MAX(seq), 0) FROM ledger_entry"

func readHead(tx *store.Tx, lock bool) (headRow, error) {
	q := "SELECT size, hashes, root, schema_seq, recorded_at, mark, (" + lastEntry + ") FROM ledger_head WHERE id = 1"
	if lock && tx.Engine() == store.PostgreSQL {
		q += " FOR UPDATE" // nodes alternate on this row
	}
	var h headRow
	var size, schemaSeq int64
	err := tx.QueryRow(q).Scan(&size, &h.hashes, &h.root, &schemaSeq, &h.recordedAt, &h.mark, &h.last)
	if errors.Is(err, sql.ErrNoRows) {
		return h, fmt.Errorf("%w: the head row is missing", ErrBroken)
	}
	if err != nil {
		return h, fmt.Errorf("read the ledger's head: %w", err)
	}
	if size < 0 || schemaSeq < 0 || schemaSeq > size {
		return h, fmt.Errorf("%w: the head row has size %d", ErrBroken, size)
	}
	h.size, h.schemaSeq = uint64(size), uint64(schemaSeq)
	return h, nil
}

// state rebuilds the tree of a head row and holds its root against it.
func (l *Log) state(h headRow) (state, error) {
	hashes, err := leaf.Split(h.hashes, l.tree.Size())
	if err != nil {
		return state{}, fmt.Errorf("%w: head: %w", ErrBroken, err)
	}
	r, err := l.ranges.NewRange(0, h.size, hashes)
	if err != nil {
		return state{}, fmt.Errorf("%w: head: %w", ErrBroken, err)
	}
	root, err := l.tree.Root(r)
	if err != nil {
		return state{}, err
	}
	if h.size > 0 && !bytes.Equal(root, h.root) {
		return state{}, fmt.Errorf("%w: the head's root is not that of its tree", ErrBroken)
	}
	return state{size: h.size, tree: r, root: root, recordedAt: h.recordedAt}, nil
}

// Begin locks the head and continues from what it says. If we die from here to COMMIT, nothing of the batch is
// left, neither here nor in the database.
func (l *Log) Begin(tx *store.Tx) error {
	l.batch = nil
	row, err := readHead(tx, true)
	if err != nil {
		return err
	}
	if tx.Engine() == store.PostgreSQL {
		// A statement of its own: the one that waited for the lock sees other tables as they were before it waited.
		if err := tx.QueryRow(lastEntry).Scan(&row.last); err != nil {
			return fmt.Errorf("read the last entry's number: %w", err)
		}
	}
	if row.last != int64(row.size) {
		return fmt.Errorf("%w: the last entry is %d and the head has size %d", ErrBroken, row.last, row.size)
	}
	known := l.committed()
	from, err := l.resumed(tx, row, known)
	if err != nil {
		return err
	}
	if from.size < known.size || from.size == known.size && !bytes.Equal(from.root, known.root) {
		return fmt.Errorf("%w: the head went from size %d to %d beside the writer", ErrBroken, known.size, from.size)
	}
	if from.size == known.size {
		from.note = known.note
	}
	tx.Sole(from.size == known.size) // every change of a recorded row comes with an entry
	b := &batch{tx: tx, from: from, next: from.size + 1}
	if b.schema, err = l.schemaAt(tx, row.schemaSeq); err != nil {
		return err
	}
	l.batch = b
	if err := l.recordSchema(b); err != nil {
		l.batch = nil
		return err
	}
	return nil
}

// resumed is the tree of a head row: memory's where the row is what memory wrote, so that one act alone does not pay
// for hashing it again. Any other must prove to be the office's.
func (l *Log) resumed(tx *store.Tx, row headRow, known state) (state, error) {
	if row.size == known.size && row.recordedAt == known.recordedAt && bytes.Equal(row.root, known.root) &&
		bytes.Equal(row.hashes, leaf.Joined(known.tree.Hashes())) {
		return known, nil
	}
	s, err := l.state(row)
	if err != nil {
		return s, err
	}
	return s, l.owned(tx, row)
}

func (l *Log) committed() state {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.head
}

// recordSchema appends a schema entry when the program has tables or columns that the last one lacks.
func (l *Log) recordSchema(b *batch) error {
	if b.schema.covered {
		return nil
	}
	next, changed, err := b.schema.extended(store.Tables())
	if err != nil {
		return err
	}
	if !changed {
		same := *b.schema
		same.covered = true
		b.schema = &same
		return nil
	}
	facts, err := next.facts()
	if err != nil {
		return err
	}
	if b.from.size == 0 {
		if err := l.newBorn(b.tx); err != nil {
			return err
		}
	}
	seq, err := l.Append(b.tx, &Entry{Act: SchemaAct, Outcome: System, Facts: facts})
	if err != nil {
		return fmt.Errorf("record the schema: %w", err)
	}
	next.seq, next.covered = seq, true
	b.schema = next
	return nil
}

// Append writes e as the next entry and sets e.Version, e.Seq and, where they are 0, e.RecordedAt and e.OccurredAt.
// It is the last step of an act, inside the act's savepoint. It fails with ErrNoBatch outside the batch's transaction
// and with ErrEntry beyond the bounds of an entry. The number it returns is final once the batch has committed.
func (l *Log) Append(tx *store.Tx, e *Entry) (uint64, error) {
	if tx == nil || !tx.Writable() {
		return 0, fmt.Errorf("append an entry: %w", ErrNoBatch)
	}
	b := l.batch
	if b == nil || b.sealed != nil {
		return 0, fmt.Errorf("append an entry: %w", ErrNoBatch)
	}
	if e.RecordedAt == 0 {
		e.RecordedAt = l.opts.Now().UnixMilli()
	}
	if e.OccurredAt == 0 {
		e.OccurredAt = e.RecordedAt
	}
	e.Version = leaf.Version
	e.Seq = b.from.size + uint64(tx.Gathered(entries)) + 1
	// It may be lower than memory's when the act before was rolled back after its Append, and nothing else.
	if e.Seq > b.next {
		return 0, fmt.Errorf("append an entry: %w: number %d where %d was due", ErrBroken, e.Seq, b.next)
	}
	data, err := encode(e, b.schema)
	if err != nil {
		return 0, fmt.Errorf("append an entry: %w", err)
	}
	hash := l.tree.HashLeaf(data)
	if _, err := tx.Gather(entries, int64(e.Seq), e.Act, string(e.Outcome), e.Actor, e.Subject, e.Reference, e.RecordedAt, hash, data); err != nil {
		return 0, fmt.Errorf("append an entry: %w", err)
	}
	for i, clause := range e.Clauses {
		if slices.Contains(e.Clauses[:i], clause) {
			continue
		}
		if _, err := tx.Gather(clauses, clause, int64(e.Seq)); err != nil {
			return 0, fmt.Errorf("append clause %d of an entry: %w", i, err)
		}
	}
	b.leaves = append(b.leaves[:e.Seq-b.from.size-1], appended{hash, e.RecordedAt})
	b.next = e.Seq + 1
	return e.Seq, nil
}

// Seal folds what the batch gathered into a copy of the tree and writes head, subtree roots and checkpoint.
// Every error abandons the batch: what cannot be recorded does not happen.
func (l *Log) Seal(tx *store.Tx) error {
	b := l.batch
	if b == nil {
		return fmt.Errorf("seal the batch: %w", ErrNoBatch)
	}
	n := tx.Gathered(entries)
	if n == 0 {
		return readBack(tx, b, 0)
	}
	if b.schema.seq > b.from.size+uint64(n) {
		return fmt.Errorf("%w: the schema entry is gone", ErrBroken)
	}
	tree, err := leaf.Cloned(l.ranges, b.from.tree)
	if err != nil {
		return err
	}
	var nodes []subtree
	for _, e := range b.leaves[:n] {
		err := tree.Append(e.hash, func(id compact.NodeID, hash []byte) {
			if id.Level >= nodeLevel {
				nodes = append(nodes, subtree{id, hash})
			}
		})
		if err != nil {
			return fmt.Errorf("seal the batch: %w", err)
		}
	}
	root, err := l.tree.Root(tree)
	if err != nil {
		return err
	}
	s := state{size: tree.End(), tree: tree, root: root, recordedAt: b.leaves[n-1].recordedAt}
	if err := writeSealed(tx, b, s, nodes); err != nil {
		return fmt.Errorf("seal the batch: %w", err)
	}
	if err := writeHead(tx, b, s, l.opts.Signer.Mark(headText(s.size, s.root))); err != nil {
		return fmt.Errorf("seal the batch: %w", err)
	}
	b.sealed = &s
	return nil
}

// subtree is a root to be stored.
type subtree struct {
	id   compact.NodeID
	hash []byte
}

// writeSealed writes the entries, reads them back and writes what the tree says of them.
func writeSealed(tx *store.Tx, b *batch, s state, nodes []subtree) error {
	if err := tx.SendGathered(); err != nil {
		return err
	}
	if err := readBack(tx, b, int(s.size-b.from.size)); err != nil {
		return err
	}
	for _, n := range nodes {
		if n.id.Level == nodeLevel {
			if err := writeBlock(tx, n.id.Index); err != nil {
				return err
			}
		}
		if _, err := tx.Exec("INSERT INTO ledger_node (level, place, hash) VALUES ($1, $2, $3)", int64(n.id.Level), int64(n.id.Index), n.hash); err != nil {
			return err
		}
	}
	return nil
}

// readBack holds the entries of this batch in the table against the n that were gathered: no act writes there by itself.
func readBack(tx *store.Tx, b *batch, n int) error {
	rows, err := tx.Query("SELECT seq, leaf FROM ledger_entry WHERE seq > $1 ORDER BY seq", int64(b.from.size))
	if err != nil {
		return fmt.Errorf("read the batch back: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
	var stored sql.RawBytes
	found := 0
	for ; rows.Next(); found++ {
		var seq int64
		if err := rows.Scan(&seq, &stored); err != nil {
			return fmt.Errorf("read the batch back: %w", err)
		}
		if found >= n || seq != int64(b.from.size)+int64(found)+1 || !bytes.Equal(stored, b.leaves[found].hash) {
			return fmt.Errorf("%w: entry %d is not of this batch", ErrBroken, seq)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read the batch back: %w", err)
	}
	if found != n {
		return fmt.Errorf("%w: %d of the batch's %d entries are there", ErrBroken, found, n)
	}
	return nil
}

func writeHead(tx *store.Tx, b *batch, s state, mark []byte) error {
	n, err := tx.Exec("UPDATE ledger_head SET size = $1, hashes = $2, root = $3, schema_seq = $4, recorded_at = $5, mark = $6 WHERE id = 1 AND size = $7",
		int64(s.size), leaf.Joined(s.tree.Hashes()), s.root, int64(b.schema.seq), s.recordedAt, mark, int64(b.from.size))
	if err != nil {
		return fmt.Errorf("write the head: %w", err)
	}
	if n != 1 {
		return fmt.Errorf("%w: the head moved inside the batch", ErrBroken)
	}
	return nil
}
