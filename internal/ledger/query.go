package ledger

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/ledger/leaf"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
)

// MaxPage is the most entries one read returns; a limit of 0 or beyond it means MaxPage.
const MaxPage = 500

// Head is the tree as stored.
type Head struct {
	Size       uint64    `json:"size"`
	Root       []byte    `json:"root"`
	RecordedAt time.Time `json:"recorded_at"` // of the last entry; zero when there is none
}

// Head reads the head row.
func (l *Log) Head(tx *store.Tx) (Head, error) {
	row, err := readHead(tx, false)
	if err != nil {
		return Head{}, err
	}
	h := Head{Size: row.size, Root: row.root}
	if row.size == 0 {
		h.Root = l.tree.EmptyRoot()
	} else {
		h.RecordedAt = time.UnixMilli(row.recordedAt).In(calendar.Zone)
	}
	return h, nil
}

// Filter narrows Find. Zero fields do not narrow. Before continues a page (the smallest Seq seen so far). From and To
// count on a clock that went forward: an entry recorded while it had gone back may be left out.
type Filter struct {
	Act, Actor, Subject, Reference, Clause string
	Outcome                                Outcome
	From, To                               time.Time // of recorded_at; To is excluded
	Before                                 uint64
	Limit                                  int
}

// Entries lists entries from a number on, oldest first.
func (l *Log) Entries(tx *store.Tx, from uint64, limit int) ([]Entry, error) {
	return l.list(tx, "SELECT bytes FROM ledger_entry WHERE seq >= $1 ORDER BY seq LIMIT $2", int64(from), int64(page(limit)))
}

// EntryBySeq reads one entry; refuse.ErrNotFound when there is none.
func (l *Log) EntryBySeq(tx *store.Tx, seq uint64) (Entry, error) {
	list, err := l.list(tx, "SELECT bytes FROM ledger_entry WHERE seq = $1", int64(seq))
	return only(list, err, "entry %d", seq)
}

// ByReference reads the entry of a receipt; refuse.ErrNotFound when there is none.
func (l *Log) ByReference(tx *store.Tx, reference string) (Entry, error) {
	if reference == "" {
		return Entry{}, fmt.Errorf("find an entry without a reference: %w", refuse.ErrNotFound)
	}
	list, err := l.Find(tx, Filter{Reference: reference, Limit: 1})
	return only(list, err, "entry %s", reference)
}

// BySubject lists the entries about one thing, newest first, from before a number on (0 for the newest).
func (l *Log) BySubject(tx *store.Tx, subject string, before uint64, limit int) ([]Entry, error) {
	if subject == "" {
		return nil, nil
	}
	return l.Find(tx, Filter{Subject: subject, Before: before, Limit: limit})
}

func only(list []Entry, err error, format string, args ...any) (Entry, error) {
	if err != nil {
		return Entry{}, err
	}
	if len(list) == 0 {
		return Entry{}, fmt.Errorf("find "+format+": %w", append(args, refuse.ErrNotFound)...)
	}
	return list[0], nil
}

func page(limit int) int {
	if limit <= 0 || limit > MaxPage {
		return MaxPage
	}
	return limit
}

func (l *Log) list(tx *store.Tx, q string, args ...any) ([]Entry, error) {
	s, err := l.schemaNow(tx)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(q, args...)
	if err != nil {
		return nil, fmt.Errorf("read entries: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
	var out []Entry
	var b sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&b); err != nil {
			return nil, fmt.Errorf("read entries: %w", err)
		}
		e, err := decodeEntry(b, s)
		if err != nil {
			return nil, fmt.Errorf("read entries: %w", err)
		}
		out = append(out, *e)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read entries: %w", err)
	}
	return out, nil
}

// schemaNow is the schema of the transaction's snapshot.
func (l *Log) schemaNow(tx *store.Tx) (*schema, error) {
	row, err := readHead(tx, false)
	if err != nil {
		return nil, err
	}
	if tx.Writable() && l.batch != nil { // on the writer, which owns the batch
		return l.batch.schema, nil
	}
	return l.schemaAt(tx, row.schemaSeq)
}

// schemaAt reads the schema entry seq, unless it is the one at hand.
func (l *Log) schemaAt(tx *store.Tx, seq uint64) (*schema, error) {
	l.mu.RLock()
	s := l.schema
	l.mu.RUnlock()
	if s.seq == seq {
		return s, nil
	}
	if seq == 0 {
		return &schema{}, nil
	}
	w, err := readWire(tx, seq)
	if err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	if w.Act != SchemaAct {
		return nil, fmt.Errorf("%w: entry %d is no schema", ErrBroken, seq)
	}
	return schemaFrom(seq, w.Facts)
}

func readWire(tx *store.Tx, seq uint64) (*leaf.Entry, error) {
	var b []byte
	err := tx.QueryRow("SELECT bytes FROM ledger_entry WHERE seq = $1", int64(seq)).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("find entry %d: %w", seq, refuse.ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("read entry %d: %w", seq, err)
	}
	w, err := leaf.Decode(b)
	if err != nil {
		return nil, fmt.Errorf("read entry %d: %w", seq, err)
	}
	return w, nil
}

// StoredCheckpoint is one kept checkpoint as signed.
type StoredCheckpoint struct {
	Size       uint64    `json:"size"`
	Note       string    `json:"note"`
	RecordedAt time.Time `json:"recorded_at"`
}

// Checkpoints lists kept checkpoints, newest first, of sizes below before (0 for the newest); the newest of all may not
// have reached its table yet. Signatures are not checked here.
func (l *Log) Checkpoints(tx *store.Tx, before uint64, limit int) ([]StoredCheckpoint, error) {
	if before == 0 {
		before = 1<<63 - 1
	}
	rows, err := tx.Query("SELECT size, note, recorded_at FROM ledger_checkpoint WHERE size < $1 ORDER BY size DESC LIMIT $2",
		int64(before), int64(page(limit)))
	if err != nil {
		return nil, fmt.Errorf("read checkpoints: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
	var out []StoredCheckpoint
	for rows.Next() {
		var size, at int64
		var c StoredCheckpoint
		if err := rows.Scan(&size, &c.Note, &at); err != nil {
			return nil, fmt.Errorf("read checkpoints: %w", err)
		}
		c.Size, c.RecordedAt = uint64(size), time.UnixMilli(at).In(calendar.Zone)
		out = append(out, c)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read checkpoints: %w", err)
	}
	head, err := l.signed()
	if err != nil || head.size == 0 || head.size >= before || len(out) > 0 && out[0].Size >= head.size {
		return out, err
	}
	if row, err := readHead(tx, false); err != nil || head.size > row.size {
		return out, err // this reader looks at a state of before
	}
	first := StoredCheckpoint{Size: head.size, Note: string(head.note), RecordedAt: time.UnixMilli(head.recordedAt).In(calendar.Zone)}
	return append([]StoredCheckpoint{first}, out[:min(len(out), page(limit)-1)]...), nil
}
