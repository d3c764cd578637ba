package ledger

import (
	"errors"
	"fmt"
	"slices"

	"jiyao/internal/ledger/leaf"
	"jiyao/internal/store"
)

// Errors of writing and reading entries.
var (
	ErrEntry    = leaf.ErrEntry
	ErrEncoding = leaf.ErrEncoding
	ErrNoSchema = errors.New("entry names a table or column that its schema does not have")
	ErrNoBatch  = errors.New("no batch of the writer is open")
)

// Outcome is how a try ended.
type Outcome string

// The outcomes. System marks what no person asked for: schema entries, timers, start-up.
const (
	Done     Outcome = leaf.Done
	Refused  Outcome = leaf.Refused
	NotFound Outcome = leaf.NotFound
	Invalid  Outcome = leaf.Invalid
	System   Outcome = leaf.System
)

type (
	// Row is what an act wrote to one recorded row.
	Row = store.Written
	// Signature is one person's consent to the act.
	Signature = leaf.Signature
	// Digest names one regulation in force by its content.
	Digest = leaf.Digest
	// Checkpoint is a signed head.
	Checkpoint = leaf.Checkpoint
)

// Entry is one line of the ledger. Times are unix milliseconds, UTC. Texts are UTF-8 of at most 4096 bytes; there
// are at most 4096 rows, 256 posts, clauses and regulations, 32 signatures, 512 KiB of facts and of arguments,
// and 1 MiB in all.
type Entry struct {
	Version     uint8       `json:"version"` // set by Append
	Seq         uint64      `json:"seq"`     // set by Append; the first entry is 1, its leaf index 0
	Act         string      `json:"act"`
	Actor       string      `json:"actor"` // person or account id; "" for the system
	Posts       []string    `json:"posts"` // posts held when acting
	Terminal    string      `json:"terminal"`
	OccurredAt  int64       `json:"occurred_at"` // as claimed; set by Append to RecordedAt when 0
	RecordedAt  int64       `json:"recorded_at"` // by the writer's clock; set by Append when 0
	Subject     string      `json:"subject"`     // id of the item; never a title
	Reference   string      `json:"reference"`   // the random reference on the receipt
	Outcome     Outcome     `json:"outcome"`
	Clauses     []string    `json:"clauses"`
	Facts       []byte      `json:"facts"` // deterministic CBOR of the caller, opaque here
	Args        []byte      `json:"args"`  // public arguments, likewise
	Late        string      `json:"late"`  // reason of a late entry (补登), "" otherwise
	Signatures  []Signature `json:"signatures"`
	Regulations []Digest    `json:"regulations"` // what was in force
	Rows        []Row       `json:"rows"`
}

// wire numbers the tables and columns of e.
func (e *Entry) wire(s *schema) (*leaf.Entry, error) {
	w := &leaf.Entry{
		Version: e.Version, Seq: e.Seq, Act: e.Act, Actor: e.Actor, Posts: e.Posts, Terminal: e.Terminal,
		OccurredAt: e.OccurredAt, RecordedAt: e.RecordedAt, Subject: e.Subject, Reference: e.Reference,
		Outcome: string(e.Outcome), Clauses: e.Clauses, Facts: e.Facts, Args: e.Args, Late: e.Late,
		Signatures: e.Signatures, Regulations: e.Regulations, Rows: make([]leaf.Row, len(e.Rows)),
	}
	for i := range e.Rows {
		row, err := s.pack(&e.Rows[i])
		if err != nil {
			return nil, err
		}
		w.Rows[i] = row
	}
	return w, nil
}

// named is the reverse of wire.
func named(w *leaf.Entry, s *schema) (*Entry, error) {
	e := &Entry{
		Version: w.Version, Seq: w.Seq, Act: w.Act, Actor: w.Actor, Posts: w.Posts, Terminal: w.Terminal,
		OccurredAt: w.OccurredAt, RecordedAt: w.RecordedAt, Subject: w.Subject, Reference: w.Reference,
		Outcome: Outcome(w.Outcome), Clauses: w.Clauses, Facts: w.Facts, Args: w.Args, Late: w.Late,
		Signatures: w.Signatures, Regulations: w.Regulations, Rows: make([]Row, len(w.Rows)),
	}
	for i := range w.Rows {
		row, err := s.unpack(&w.Rows[i])
		if err != nil {
			return nil, err
		}
		e.Rows[i] = row
	}
	return e, nil
}

func decodeEntry(b []byte, s *schema) (*Entry, error) {
	w, err := leaf.Decode(b)
	if err != nil {
		return nil, err
	}
	return named(w, s)
}

// pack numbers table and columns of a row and puts the columns in rising order.
func (s *schema) pack(r *Row) (leaf.Row, error) {
	t, ok := s.byName[r.Table]
	if !ok {
		return leaf.Row{}, fmt.Errorf("%w: table %s", ErrNoSchema, r.Table)
	}
	numbers := s.columns[t]
	for i := range r.Columns {
		if _, ok := numbers[r.Columns[i].Column]; !ok {
			return leaf.Row{}, fmt.Errorf("%w: column %s.%s", ErrNoSchema, r.Table, r.Columns[i].Column)
		}
	}
	rising := func(a, b store.ColumnDigest) int { return int(numbers[a.Column]) - int(numbers[b.Column]) }
	columns := r.Columns
	if !slices.IsSortedFunc(columns, rising) {
		columns = slices.Clone(columns)
		slices.SortFunc(columns, rising)
	}
	out := leaf.Row{Table: t, Key: r.Key, Rev: r.Rev,
		Columns: make([]uint16, len(columns)), Digests: make([]byte, 0, leaf.DigestSize*len(columns))}
	for i := range columns {
		out.Columns[i] = numbers[columns[i].Column]
		out.Digests = append(out.Digests, columns[i].Digest[:]...)
	}
	return out, nil
}

func (s *schema) unpack(r *leaf.Row) (Row, error) {
	if int(r.Table) >= len(s.tables) {
		return Row{}, fmt.Errorf("%w: table %d", ErrNoSchema, r.Table)
	}
	t := &s.tables[r.Table]
	out := Row{Table: t.Name, Key: r.Key, Rev: r.Rev, Columns: make([]store.ColumnDigest, len(r.Columns))}
	for i, c := range r.Columns {
		if int(c) >= len(t.Columns) {
			return Row{}, fmt.Errorf("%w: column %d of %s", ErrNoSchema, c, t.Name)
		}
		out.Columns[i] = store.ColumnDigest{Column: t.Columns[c], Digest: r.Digest(i)}
	}
	return out, nil
}

func encode(e *Entry, s *schema) ([]byte, error) {
	w, err := e.wire(s)
	if err != nil {
		return nil, err
	}
	return w.Encode()
}
