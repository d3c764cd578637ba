package ledger

import (
	"bytes"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/transparency-dev/merkle/compact"

	"jiyao/internal/ledger/leaf"
	"jiyao/internal/store"
)

// logChunk is the subtree of a chunk, computed from the bytes of its entries.
type logChunk struct {
	tree  *compact.Range
	nodes []node            // complete subtrees of stored levels inside the chunk
	marks []mark            // places inside the chunk that a checkpoint signs
	wrong []uint64          // entries whose stored leaf is not that of their bytes
	valid map[uint64][]byte // signed root by size, of the checkpoints that hold
}

type node struct {
	id   compact.NodeID
	hash []byte
}

// mark is the chunk's range up to a size.
type mark struct {
	size   uint64
	hashes [][]byte
}

// logFold joins the chunks into the tree and compares it with everything that claims to know it.
type logFold struct {
	v      *verification
	head   headRow
	size   uint64 // entries to be verified
	last   uint64 // highest number in the table
	tree   *compact.Range
	nodes  map[compact.NodeID][]byte // stored subtree roots not yet met
	notes  map[uint64]string         // stored checkpoints by size, all up to last
	newest uint64                    // largest size of a stored checkpoint
	tail   time.Duration             // from the first entry after it to the head
	open   bool                      // neither signature nor mark speaks for the head

	good    uint64 // the last checkpoint that held
	broken  bool   // the last one did not
	wrong   []uint64
	checked int
}

func newLogFold(v *verification) *logFold {
	return &logFold{v: v, tree: v.ranges.NewEmptyRange(0),
		nodes: map[compact.NodeID][]byte{}, notes: map[uint64]string{}}
}

// load reads head, stored subtrees and checkpoints; a second call, with what was verified before, only what is newer.
// The ledger ends where its head or its newest checkpoint says, so that a head set back hides nothing.
func (l *logFold) load(tx *store.Tx, after uint64) error {
	var err error
	if l.head, err = readHead(tx, false); errors.Is(err, ErrBroken) {
		l.v.found.add(Finding{Kind: HeadAltered, Got: "missing"})
	} else if err != nil {
		return err
	}
	var first, last sql.NullInt64
	if err := tx.QueryRow("SELECT MIN(seq), MAX(seq) FROM ledger_entry").Scan(&first, &last); err != nil {
		return fmt.Errorf("read the numbers: %w", err)
	}
	if first.Valid && first.Int64 < 1 && after == 0 {
		l.v.found.add(Finding{Kind: EntryAdded, Table: "ledger_entry", Got: fmt.Sprint(first.Int64)})
	}
	l.last = uint64(max(last.Int64, 0))
	if err := l.loadNotes(tx, after); err != nil {
		return err
	}
	l.size = min(max(l.head.size, l.newest), l.last)
	if err := l.loadTail(tx); err != nil {
		return err
	}
	return l.loadNodes(tx, after)
}

func (l *logFold) loadNotes(tx *store.Tx, after uint64) error {
	rows, err := tx.Query("SELECT size, note FROM ledger_checkpoint WHERE size >= $1 ORDER BY size", int64(after))
	if err != nil {
		return fmt.Errorf("read checkpoints: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
	for rows.Next() {
		var size int64
		var text string
		if err := rows.Scan(&size, &text); err != nil || size < 1 {
			l.v.found.add(Finding{Kind: CheckpointAltered, Table: "ledger_checkpoint", Got: "unreadable"})
			continue
		}
		l.notes[uint64(size)] = text
		l.newest = max(l.newest, uint64(size))
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read checkpoints: %w", err)
	}
	return nil
}

func (l *logFold) loadNodes(tx *store.Tx, after uint64) error {
	if after > 0 {
		clear(l.nodes) // what is left of them is compared again in finish, on the last snapshot
	}
	rows, err := tx.Query("SELECT level, place, hash FROM ledger_node")
	if err != nil {
		return fmt.Errorf("read subtrees: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
	for rows.Next() {
		var level, place int64
		var hash []byte
		if err := rows.Scan(&level, &place, &hash); err != nil || level < nodeLevel || level > 62 || place < 0 {
			l.v.found.add(Finding{Kind: NodeAltered, Table: "ledger_node", Got: "unreadable"})
			continue
		}
		id := compact.NewNodeID(uint(level), uint64(place))
		if after > 0 && id.Index+1 <= after>>id.Level {
			continue // met in the first pass
		}
		l.nodes[id] = hash
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read subtrees: %w", err)
	}
	return nil
}

// logChunk hashes the entries from+1 to to and checks the signatures of the checkpoints among them.
func (v *verification) logChunk(tx *store.Tx, from, to uint64) (*chunk, error) {
	c := &logChunk{tree: v.ranges.NewEmptyRange(from), valid: map[uint64][]byte{}}
	rows, err := tx.Query("SELECT seq, leaf, bytes FROM ledger_entry WHERE seq > $1 AND seq <= $2 ORDER BY seq", int64(from), int64(to))
	if err != nil {
		return nil, fmt.Errorf("read entries: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
	at := from
	add := func(hash []byte) error {
		at++
		err := c.tree.Append(hash, func(id compact.NodeID, hash []byte) {
			if id.Level >= nodeLevel {
				c.nodes = append(c.nodes, node{id, hash})
			}
		})
		if _, signed := v.log.notes[at]; signed || v.against != nil && v.against.Size == at {
			c.marks = append(c.marks, mark{at, append([][]byte(nil), c.tree.Hashes()...)})
		}
		return err
	}
	var stored, data sql.RawBytes
	for rows.Next() {
		var seq int64
		unread := rows.Scan(&seq, &stored, &data)
		if uint64(seq) <= at || uint64(seq) > to {
			continue // its number could not be read: it is missing
		}
		if uint64(seq) > at+1 {
			v.found.add(Finding{Kind: EntryDropped, Table: "ledger_entry", From: at + 1, Seq: uint64(seq) - 1})
		}
		for at+1 < uint64(seq) {
			if err := add(v.tree.EmptyRoot()); err != nil { // keeps the numbers; no root can hold any more
				return nil, err
			}
		}
		hash := v.tree.HashLeaf(data)
		if unread != nil || !bytes.Equal(hash, stored) {
			c.wrong = append(c.wrong, uint64(seq))
		}
		if err := add(hash); err != nil {
			return nil, fmt.Errorf("fold the entries: %w", err)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read entries: %w", err)
	}
	if at < to {
		v.found.add(Finding{Kind: EntryDropped, Table: "ledger_entry", From: at + 1, Seq: to})
	}
	for at < to {
		if err := add(v.tree.EmptyRoot()); err != nil {
			return nil, fmt.Errorf("fold the entries: %w", err)
		}
	}
	for _, m := range c.marks {
		if text, ok := v.log.notes[m.size]; ok {
			v.checkNote(c.valid, m.size, text)
		}
	}
	return &chunk{from: from, to: to, log: c}, nil
}

func (v *verification) checkNote(valid map[uint64][]byte, size uint64, text string) {
	p, err := leaf.ParseCheckpoint([]byte(text), v.opts.Verifier)
	switch {
	case err != nil:
		v.found.add(Finding{Kind: CheckpointAltered, Table: "ledger_checkpoint", Seq: size, Got: "signature"})
	case p.Size != size:
		v.found.add(Finding{Kind: CheckpointAltered, Table: "ledger_checkpoint", Seq: size, Got: fmt.Sprint(p.Size)})
	case v.opts.Origin != "" && p.Origin != v.opts.Origin:
		v.found.add(Finding{Kind: CheckpointAltered, Table: "ledger_checkpoint", Seq: size, Want: v.opts.Origin, Got: p.Origin})
	default:
		valid[size] = p.Root
	}
}

// fold joins the next chunk.
func (l *logFold) fold(c *chunk) error {
	part := c.log
	l.wrong = append(l.wrong, part.wrong...)
	for _, m := range part.marks {
		if err := l.compareMark(c.from, m, part.valid); err != nil {
			return err
		}
	}
	for _, n := range part.nodes {
		l.compareNode(n)
	}
	err := l.tree.AppendRange(part.tree, func(id compact.NodeID, hash []byte) {
		if id.Level >= nodeLevel {
			l.compareNode(node{id, hash})
		}
	})
	if err != nil {
		return fmt.Errorf("join the chunks: %w", err)
	}
	return nil
}

// compareMark computes the root at a size and holds it against the checkpoint signed for it.
func (l *logFold) compareMark(from uint64, m mark, valid map[uint64][]byte) error {
	tree, err := leaf.Cloned(l.v.ranges, l.tree)
	if err != nil {
		return err
	}
	part, err := l.v.ranges.NewRange(from, m.size, m.hashes)
	if err != nil {
		return fmt.Errorf("join the chunks: %w", err)
	}
	if err := tree.AppendRange(part, nil); err != nil {
		return fmt.Errorf("join the chunks: %w", err)
	}
	root, err := l.v.tree.Root(tree)
	if err != nil {
		return err
	}
	if a := l.v.against; a != nil && a.Size == m.size && !bytes.Equal(a.Root, root) {
		l.v.found.add(Finding{Kind: LedgerRewritten, From: 1, Seq: m.size, Want: hex.EncodeToString(a.Root), Got: hex.EncodeToString(root)})
	}
	signed, ok := valid[m.size]
	if !ok {
		return nil
	}
	l.checked++
	holds := bytes.Equal(signed, root)
	if !holds && !l.broken { // those after it cannot hold either, and would only repeat it
		l.v.found.add(Finding{Kind: CheckpointRoot, Table: "ledger_checkpoint", From: l.good + 1, Seq: m.size,
			Want: hex.EncodeToString(signed), Got: hex.EncodeToString(root)})
	}
	l.broken = !holds
	if holds {
		l.good = m.size
	}
	return nil
}

func (l *logFold) compareNode(n node) {
	stored, ok := l.nodes[n.id]
	delete(l.nodes, n.id)
	if ok && bytes.Equal(stored, n.hash) {
		return
	}
	begin, end := n.id.Coverage()
	f := Finding{Kind: NodeAltered, Table: "ledger_node", From: begin + 1, Seq: end}
	if !ok {
		f.Got = "missing"
	}
	l.v.found.add(f)
}

// finish compares the whole tree with the head and says what lies beyond it.
func (l *logFold) finish() error {
	v := l.v
	root, err := v.tree.Root(l.tree)
	if err != nil {
		return err
	}
	v.report.Size, v.report.Root, v.report.Checkpoints = l.size, root, l.checked
	kind := EntryAltered
	if len(l.wrong) > 0 && !l.broken && l.checked > 0 {
		kind = LeafAltered // every signed root holds over the bytes, so it is the stored hash that is wrong
	}
	for _, seq := range l.wrong {
		v.found.add(Finding{Kind: kind, Table: "ledger_entry", Seq: seq})
	}
	for id := range l.nodes {
		begin, end := id.Coverage()
		v.found.add(Finding{Kind: NodeAltered, Table: "ledger_node", From: begin + 1, Seq: end, Got: "added"})
	}
	if l.last > l.size {
		v.found.add(Finding{Kind: EntryAdded, Table: "ledger_entry", From: l.size + 1, Seq: l.last})
	}
	if expected := max(l.head.size, l.newest); expected > l.last {
		v.found.add(Finding{Kind: EntryDropped, Table: "ledger_entry", From: l.last + 1, Seq: expected})
	}
	l.compareHead(root)
	if a := v.against; a != nil {
		switch {
		case a.Size > l.size:
			v.found.add(Finding{Kind: LedgerShortened, From: l.size + 1, Seq: a.Size})
		case a.Size == 0 && !bytes.Equal(a.Root, v.tree.EmptyRoot()):
			v.found.add(Finding{Kind: LedgerRewritten})
		}
	}
	return nil
}

func (l *logFold) compareHead(root []byte) {
	head := func(column, want, got string) {
		l.v.found.add(Finding{Kind: HeadAltered, Table: "ledger_head", Column: column, Want: want, Got: got})
	}
	if l.head.size != l.size {
		head("size", fmt.Sprint(l.size), fmt.Sprint(l.head.size))
	}
	if l.size > 0 && !bytes.Equal(l.head.root, root) {
		head("root", hex.EncodeToString(root), hex.EncodeToString(l.head.root))
	}
	if !bytes.Equal(l.head.hashes, leaf.Joined(l.tree.Hashes())) {
		head("hashes", "", "")
	}
	l.compareSigned(root)
	if l.newest > l.last {
		l.v.found.add(Finding{Kind: LedgerShortened, Table: "ledger_checkpoint", From: l.last + 1, Seq: l.newest})
	}
}
