package document

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"

	"jiyao/internal/keyring"
	"jiyao/internal/ledger"
	"jiyao/internal/search"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Index finds documents by words of their cover. Its words are in memory only and are dropped by Forget when the
// server is sealed. It is built newest first, piece by piece, and then follows the ledger: whatever node registered
// or changed a document, the entry says which, and there is none before its commit. A search follows first, so it
// finds what was done before it. It is safe for concurrent use.
//
// A reading transaction is begun before any lock is taken, never under one. So one that waits may be older than what
// is in the index by then; revisions keep it from putting the past back.
type Index struct {
	log   Log
	bytes int64

	mu  sync.Mutex
	now *memory // nil: nothing is known yet, or the server is sealed
}

// Log is what the index follows; the ledger's.
type Log interface {
	Head(tx *store.Tx) (ledger.Head, error)
	Entries(tx *store.Tx, from uint64, limit int) ([]ledger.Entry, error)
}

// IndexBytes is how much memory the index of an office may take: some hundred thousand covers for each 256 MiB.
const IndexBytes = 1 << 30

// Reach says how much of the register the index holds.
type Reach string

// Whole: all of it. Building: it is being built, the newest are there. Newest: there is no room for the oldest, or
// some cover could not be opened.
const (
	Whole    Reach = ""
	Building Reach = "building"
	Newest   Reach = "newest"
)

// NewIndex makes an index that is empty until the first Step or Search.
func NewIndex(log Log, bytes int64) *Index { return &Index{log: log, bytes: bytes} }

// memory is one index from its first piece until it is dropped.
type memory struct {
	words *search.Index

	building sync.Mutex // held for one piece; never waited for
	next     Page       // where the next piece begins; under building

	mu      sync.Mutex
	seen    uint64 // entries of the ledger up to here are in the index; under mu, as all below
	built   bool
	partial bool
}

// Pieces of work: documents of the building, entries of the following, changed documents after which it pauses,
// documents of the building near the bound.
const (
	buildPiece   = 200
	followPiece  = 200
	changedPiece = 200
	nearPiece    = 20
)

// Forget drops everything read.
func (x *Index) Forget() {
	x.mu.Lock()
	m := x.now
	x.now = nil
	x.mu.Unlock()
	m.drop()
}

func (m *memory) drop() {
	if m != nil {
		_ = m.words.Close() // memory goes whatever it says
	}
}

// forget drops m, unless another one has taken its place.
func (x *Index) forget(m *memory) {
	x.mu.Lock()
	if x.now == m {
		x.now = nil
	}
	x.mu.Unlock()
	m.drop()
}

// Step does a piece of what is to be done, and reports whether there is more.
func (x *Index) Step(ctx context.Context, db *store.DB) (more bool, err error) {
	err = db.Read(ctx, func(tx *store.Tx) error {
		_, reach, err := x.ready(tx)
		more = reach == Building
		return err
	})
	if err != nil {
		return false, fmt.Errorf("build the index: %w", err)
	}
	return more, nil
}

// ready gives the index after one piece of work, and how far it reaches. A small register is whole at once.
func (x *Index) ready(tx *store.Tx) (*memory, Reach, error) {
	m, err := x.memory(tx)
	if err != nil {
		return nil, "", err
	}
	current, err := m.follow(tx, x.log)
	if err == nil {
		err = m.build(tx)
	}
	if errors.Is(err, search.ErrFull) { // by what came new: begin again, with the newest
		x.forget(m)
		if m, err = x.memory(tx); err == nil {
			err = m.build(tx)
		}
	}
	if err != nil {
		return nil, "", err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case !m.built || !current:
		return m, Building, nil
	case m.partial:
		return m, Newest, nil
	}
	return m, Whole, nil
}

// memory gives the index at hand, or begins one as of this transaction.
func (x *Index) memory(tx *store.Tx) (*memory, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.now != nil {
		return x.now, nil
	}
	head, err := x.log.Head(tx)
	if err != nil {
		return nil, fmt.Errorf("begin the index: %w", err)
	}
	words, err := search.New(inAll, x.bytes)
	if err != nil {
		return nil, fmt.Errorf("begin the index: %w", err)
	}
	x.now = &memory{words: words, seen: head.Size}
	return x.now, nil
}

// build reads one piece more of the register, from the newest on. What is changed in the meantime is followed.
func (m *memory) build(tx *store.Tx) error {
	if !m.building.TryLock() {
		return nil // somebody is at it
	}
	defer m.building.Unlock()
	m.mu.Lock()
	built := m.built
	m.mu.Unlock()
	if built {
		return nil
	}
	tail, args := "", []any{}
	if !m.next.At.IsZero() {
		tail = "WHERE registered_at < $1 OR registered_at = $1 AND id < $2 "
		args = append(args, m.next.At.UnixMilli(), string(m.next.ID))
	}
	docs, err := Documents.Select(tx, tail+"ORDER BY registered_at DESC, id DESC LIMIT "+strconv.Itoa(buildPiece), args...)
	if err != nil {
		return fmt.Errorf("read the register for the index: %w", err)
	}
	all, room, unread := len(docs) < buildPiece, true, false
	for len(docs) > 0 && room {
		n := len(docs)
		if near, err := m.words.Used(); err != nil {
			return fmt.Errorf("build the index: %w", err)
		} else if near > 0.5 { // not past the bound by one large piece
			n = min(n, nearPiece)
		}
		bad, err := m.put(tx, docs[:n])
		if errors.Is(err, search.ErrFull) {
			room = false
			break
		}
		if err != nil {
			return err
		}
		unread = unread || bad
		m.next, docs = Page{At: docs[n-1].RegisteredAt, ID: docs[n-1].ID}, docs[n:]
		used, err := m.words.Used()
		if err != nil {
			return fmt.Errorf("build the index: %w", err)
		}
		room = used < 0.8 // the rest is for what comes new
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	whole := all && len(docs) == 0
	m.built = whole || !room
	m.partial = m.partial || unread || !whole && !room
	return nil
}

// follow takes in what entries since the last time say was changed, and reports whether that was all.
func (m *memory) follow(tx *store.Tx, log Log) (current bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	head, err := log.Head(tx)
	if err != nil {
		return false, fmt.Errorf("follow the ledger: %w", err)
	}
	if head.Size <= m.seen {
		return true, nil
	}
	entries, err := log.Entries(tx, m.seen+1, followPiece)
	if err != nil {
		return false, fmt.Errorf("follow the ledger: %w", err)
	}
	seen, met := m.seen, map[string]bool{}
	var changed []term.DocumentID
	var made []string // lines of 复制登记: a copy has a number, and its document stays as it was
	for _, e := range entries {
		for _, r := range e.Rows {
			if r.Table == "reproduction" {
				made = append(made, r.Key)
			}
			if r.Table == Documents.Name() && !met[r.Key] {
				met[r.Key] = true
				changed = append(changed, term.DocumentID(r.Key))
			}
		}
		if seen = e.Seq; len(changed)+len(made) >= changedPiece {
			break
		}
	}
	of, err := copied(tx, made)
	if err != nil {
		return false, err
	}
	for _, id := range of {
		if !met[string(id)] {
			changed = append(changed, id)
		}
	}
	for len(changed) > 0 {
		n := min(len(changed), changedPiece)
		in, args := placeholders(changed[:n])
		docs, err := Documents.Select(tx, "WHERE id IN ("+in+")", args...)
		if err != nil {
			return false, fmt.Errorf("read what was changed: %w", err)
		}
		unread, err := m.put(tx, docs)
		if err != nil {
			return false, err
		}
		m.partial = m.partial || unread
		changed = changed[n:]
	}
	m.seen = seen
	return seen >= head.Size, nil
}

// put opens covers and takes their words in; unread as in entriesOf.
func (m *memory) put(tx *store.Tx, docs []Document) (unread bool, err error) {
	entries, unread, err := entriesOf(tx, docs)
	if err != nil {
		return false, err
	}
	if err := m.words.Put(entries); err != nil {
		return false, fmt.Errorf("take covers into the index: %w", err)
	}
	return unread, nil
}

// entriesOf opens covers. unread says that one did not open: it was damaged, or its key is gone, and the others are
// searched all the same.
func entriesOf(tx *store.Tx, docs []Document) (out []search.Entry, unread bool, err error) {
	borne, err := bearings(tx, docs)
	if err != nil {
		return nil, false, err
	}
	for _, d := range docs {
		e := search.Entry{ID: string(d.ID), Rev: borne[d.ID].rev(d), At: d.RegisteredAt.UnixMilli(), Shelf: d.Class}
		covers, err := Covers(tx, []Document{d}, true)
		switch {
		case errors.Is(err, keyring.ErrOpen) || errors.Is(err, keyring.ErrForgotten):
			e.Gone, unread = true, true
		case err != nil:
			return nil, false, err
		default:
			e.Fields = words(covers[0], borne[d.ID].all())
		}
		out = append(out, e)
	}
	return out, unread, nil
}
