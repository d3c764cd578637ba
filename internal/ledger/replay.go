package ledger

import (
	"database/sql"
	"errors"
	"fmt"
	"hash/maphash"
	"math"
	"slices"
	"strconv"

	"jiyao/internal/ledger/leaf"
	"jiyao/internal/store"
)

// rowChunk is the decoded entries of a chunk or of a part of it, in order.
type rowChunk struct{ entries []*leaf.Entry }

// rowChunk decodes the entries from+1 to to, hands them over in parts of some megabytes, and compares their look-up columns.
func (v *verification) rowChunk(tx *store.Tx, from, to uint64, take use) error {
	light := &rowChunk{entries: make([]*leaf.Entry, 0, to-from)}
	if err := v.decodeChunk(tx, from, to, light, take); err != nil {
		return err
	}
	if err := v.compareClauses(tx, from, to, light); err != nil {
		return err
	}
	return v.compareBlocks(tx, from, to, light)
}

// decodeChunk leaves in light what the look-up columns are compared with.
func (v *verification) decodeChunk(tx *store.Tx, from, to uint64, light *rowChunk, take use) error {
	rows, err := tx.Query("SELECT seq, act, outcome, actor, subject, reference, recorded_at, bytes FROM ledger_entry WHERE seq > $1 AND seq <= $2 ORDER BY seq",
		int64(from), int64(to))
	if err != nil {
		return fmt.Errorf("read entries: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
	var seq int64
	var act, outcome, actor, subject, reference, recordedAt, data sql.RawBytes
	part, held := &rowChunk{}, 0
	give := func(upTo uint64) error {
		c := &chunk{from: from, to: upTo, rows: part}
		from, part, held = upTo, &rowChunk{}, 0
		return take(c)
	}
	for rows.Next() {
		if err := rows.Scan(&seq, &act, &outcome, &actor, &subject, &reference, &recordedAt, &data); err != nil {
			v.found.add(Finding{Kind: EntryMalformed, Table: "ledger_entry", From: from + 1, Seq: to, Got: "unreadable"})
			continue
		}
		e, err := leaf.Decode(data)
		if err != nil {
			got := "not an entry"
			if errors.Is(err, ErrEncoding) {
				got = "another encoding"
			}
			v.found.add(Finding{Kind: EntryMalformed, Table: "ledger_entry", Seq: uint64(seq), Got: got})
			continue
		}
		if e.Seq != uint64(seq) {
			v.found.add(Finding{Kind: EntryMisplaced, Table: "ledger_entry", Seq: uint64(seq), Got: strconv.FormatUint(e.Seq, 10)})
		}
		for _, c := range [...]struct {
			name, want string
			got        []byte
		}{{"act", e.Act, act}, {"outcome", e.Outcome, outcome}, {"actor", e.Actor, actor}, {"subject", e.Subject, subject},
			{"reference", e.Reference, reference}} {
			if string(c.got) != c.want {
				v.found.add(Finding{Kind: IndexAltered, Table: "ledger_entry", Column: c.name, Seq: uint64(seq)})
			}
		}
		if n, err := strconv.ParseInt(string(recordedAt), 10, 64); err != nil || n != e.RecordedAt {
			v.found.add(Finding{Kind: IndexAltered, Table: "ledger_entry", Column: "recorded_at", Seq: uint64(seq)})
		}
		light.entries = append(light.entries, &leaf.Entry{Seq: e.Seq, Act: e.Act, Outcome: e.Outcome, Actor: e.Actor, Subject: e.Subject, Reference: e.Reference, Clauses: e.Clauses})
		e.Facts = keptFacts(e)
		e.Args = nil
		part.entries = append(part.entries, e)
		if held += len(data); held >= v.opts.part {
			if err := give(uint64(seq)); err != nil {
				return err
			}
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read entries: %w", err)
	}
	return give(to)
}

// keptFacts drops what the replay does not need.
func keptFacts(e *leaf.Entry) []byte {
	if e.Act == SchemaAct {
		return e.Facts
	}
	return nil
}

// compareClauses holds ledger_clause against the clauses of the entries, both ways.
func (v *verification) compareClauses(tx *store.Tx, from, to uint64, c *rowChunk) error {
	type line struct {
		seq    int64
		clause string
	}
	want := map[line]bool{}
	for _, e := range c.entries {
		for _, clause := range e.Clauses {
			want[line{int64(e.Seq), clause}] = true
		}
	}
	altered := func(l line, got string) {
		v.found.add(Finding{Kind: IndexAltered, Table: "ledger_clause", Key: l.clause, Seq: uint64(l.seq), Got: got})
	}
	rows, err := tx.Query("SELECT seq, clause FROM ledger_clause WHERE seq > $1 AND seq <= $2 ORDER BY seq", int64(from), int64(to))
	if err != nil {
		return fmt.Errorf("read clauses: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
	for rows.Next() {
		var l line
		if err := rows.Scan(&l.seq, &l.clause); err != nil || !want[l] {
			altered(l, "added")
		}
		delete(want, l)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read clauses: %w", err)
	}
	for l := range want {
		altered(l, "removed")
	}
	return nil
}

// replay is what the entries say every row must be now. Keys are kept as 16-byte hashes under two random seeds,
// so that nobody can prepare two keys that meet.
type replay struct {
	v          *verification
	seeds      [2]maphash.Seed
	schema     *schema
	tables     []*rowTable // by number in the schema
	recordedAt int64       // of the entry before
	last       uint64
	touched    map[touch]uint32 // rows written since the last look, with the revision they had; nil while everything is looked at
}

type keyHash [2]uint64

// rowTable holds the rows of one table. Blocks keep growth from copying.
type rowTable struct {
	name   string
	width  int // columns
	index  map[keyHash]uint32
	revs   []uint32
	seen   []bool
	salts  [][16]byte // filled by the scan of the live rows, only where there is history
	blocks [][]cell   // blockRows rows each, width cells a row
	past   []pastCell
	left   bool // its live rows could not be read
}

// cell is the digest of one column and the revision that wrote it; revision 0 for never.
type cell struct {
	digest [digestSize]byte
	rev    uint32
}

// pastCell is a digest that a later revision replaced: history holds its value under revision until. Where its own revision
// is 0, the column came later than the row, and history holds the value that it was added with.
type pastCell struct {
	row, until uint32
	column     uint16
	met        bool
	cell
}

const (
	blockRows  = 1 << 10
	digestSize = leaf.DigestSize
)

func newReplay(v *verification) *replay {
	return &replay{v: v, seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}, schema: &schema{}}
}

func (r *replay) hash(key string) keyHash {
	return keyHash{maphash.String(r.seeds[0], key), maphash.String(r.seeds[1], key)}
}

func (t *rowTable) cells(row uint32) []cell {
	at := int(row%blockRows) * t.width
	return t.blocks[row/blockRows][at : at+t.width]
}

// widen makes room for columns that a schema entry added.
func (t *rowTable) widen(width int) {
	if width <= t.width {
		return
	}
	for i, old := range t.blocks {
		wide := make([]cell, blockRows*width)
		for row := range blockRows {
			copy(wide[row*width:], old[row*t.width:(row+1)*t.width])
		}
		t.blocks[i] = wide
	}
	t.width = width
}

// apply replays the entries of the next chunk.
func (r *replay) apply(c *chunk) error {
	for _, e := range c.rows.entries {
		if e.RecordedAt < r.recordedAt {
			r.v.notices.add(Finding{Kind: ClockBack, Table: "ledger_entry", Seq: e.Seq})
		}
		r.recordedAt, r.last = e.RecordedAt, e.Seq
		if e.Act == SchemaAct {
			r.newSchema(e)
		}
		for i := range e.Rows {
			r.row(e.Seq, &e.Rows[i])
		}
	}
	return nil
}

func (r *replay) newSchema(e *leaf.Entry) {
	s, err := schemaFrom(e.Seq, e.Facts)
	if err != nil || !s.extends(r.schema) {
		r.v.found.add(Finding{Kind: SchemaAltered, Table: "ledger_entry", Seq: e.Seq})
		return
	}
	r.schema = s
	for i, t := range s.tables {
		if i == len(r.tables) {
			r.tables = append(r.tables, &rowTable{name: t.Name, index: map[keyHash]uint32{}})
		}
		r.tables[i].widen(len(t.Columns))
	}
}

func (r *replay) row(seq uint64, w *leaf.Row) {
	if int(w.Table) >= len(r.tables) || w.Rev > math.MaxUint32 ||
		len(w.Columns) > 0 && int(w.Columns[len(w.Columns)-1]) >= r.tables[w.Table].width {
		r.v.found.add(Finding{Kind: EntryMalformed, Table: "ledger_entry", Seq: seq, Got: "unknown table, column or revision"})
		return
	}
	t := r.tables[w.Table]
	key := r.hash(w.Key)
	row, known := t.index[key]
	if !known {
		row = uint32(len(t.revs))
		t.index[key] = row
		t.revs = append(t.revs, 0)
		t.seen = append(t.seen, false)
		if row%blockRows == 0 {
			t.blocks = append(t.blocks, make([]cell, blockRows*t.width))
		}
	}
	rev := uint32(w.Rev)
	if rev != t.revs[row]+1 {
		r.v.found.add(Finding{Kind: ChainRevision, Table: t.name, Key: w.Key, Seq: seq, Rev: w.Rev,
			Want: strconv.FormatUint(uint64(t.revs[row])+1, 10)})
	}
	if at := (touch{w.Table, w.Key}); r.touched != nil {
		if _, before := r.touched[at]; !before {
			r.touched[at], t.seen[row] = t.revs[row], false
		}
	}
	had := t.revs[row] > 0
	t.revs[row] = rev
	cells := t.cells(row)
	for i, column := range w.Columns {
		c := &cells[column]
		if c.rev != 0 || had {
			t.past = append(t.past, pastCell{row: row, until: rev - 1, column: column, cell: *c})
		}
		c.digest, c.rev = w.Digest(i), rev
	}
}

// finish holds what the head says about the last entry and the schema against the replay.
func (r *replay) finish(schemaSeq uint64, recordedAt int64) error {
	if r.schema.seq != schemaSeq {
		r.v.found.add(Finding{Kind: HeadAltered, Table: "ledger_head", Column: "schema_seq",
			Want: strconv.FormatUint(r.schema.seq, 10), Got: strconv.FormatUint(schemaSeq, 10)})
	}
	if r.last == r.v.log.size && r.last > 0 && r.recordedAt != recordedAt {
		r.v.found.add(Finding{Kind: HeadAltered, Table: "ledger_head", Column: "recorded_at"})
	}
	for _, t := range r.tables {
		slices.SortFunc(t.past, comparePast)
	}
	return nil
}

func comparePast(a, b pastCell) int {
	switch {
	case a.row != b.row:
		return int(int64(a.row) - int64(b.row))
	case a.until != b.until:
		return int(int64(a.until) - int64(b.until))
	default:
		return int(a.column) - int(b.column)
	}
}
