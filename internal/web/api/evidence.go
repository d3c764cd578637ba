package api

import (
	"encoding/json"
	"errors"
	"io/fs"
	"strconv"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/identity"
	"jiyao/internal/ledger"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/web/counter"
)

// Entry is one line of the ledger without its bytes. Seq and Rows are for the auditor; nobody
// else learns how many entries there are.
type Entry struct {
	Seq        uint64         `json:"seq,omitempty"`
	Reference  string         `json:"reference,omitempty"`
	Act        string         `json:"act"`
	Actor      string         `json:"actor,omitempty"` // person or account; empty for the system
	Posts      []string       `json:"posts,omitempty"`
	Terminal   string         `json:"terminal,omitempty"`
	OccurredAt time.Time      `json:"occurred_at"`
	RecordedAt time.Time      `json:"recorded_at"`
	Late       bool           `json:"late,omitempty"` // entered late (补登)
	Subject    string         `json:"subject,omitempty"`
	Outcome    ledger.Outcome `json:"outcome"`
	Clauses    []string       `json:"clauses,omitempty"`
	Signatures []Signed       `json:"signatures,omitempty"`
	Rows       []Row          `json:"rows,omitempty"`
}

// Signed is one signature of an entry.
type Signed struct {
	Role     string    `json:"role"`
	Person   string    `json:"person"`
	Strength string    `json:"strength"`
	At       time.Time `json:"at"`
}

// Row is one row that an act wrote: its columns by name, never their values.
type Row struct {
	Table   string   `json:"table"`
	Key     string   `json:"key"`
	Rev     int64    `json:"rev"`
	Columns []string `json:"columns"`
}

// Checkpoint is the newest signed head of the ledger, as a C2SP note.
type Checkpoint struct {
	Size       uint64    `json:"size"`
	RecordedAt time.Time `json:"recorded_at"`
	Note       string    `json:"note"`
}

// CatalogueAct is one act as who asks may try it.
type CatalogueAct struct {
	Act     string   `json:"act"`
	Offered bool     `json:"offered"` // by the table of functions; the rest of the law is asked when it is tried
	Posts   []string `json:"posts,omitempty"`
	Sign    string   `json:"sign,omitempty"` // none own 2 2*
	Signers []string `json:"signers,omitempty"`
}

func (a *service) evidence() {
	a.read(List("/ledger/entries", "ledger.entries", a.entries, "act", "outcome", "subject", "reference", "clause"))
	a.read(One("/ledger/entries/{id}/proof", "ledger.proof", a.proof))
	a.read(One("/ledger/checkpoint", "ledger.checkpoint", a.checkpoint))
	a.read(One("/proofs", "proofs", a.proofs))
}

// audits reports whether a viewer sees the ledger by its numbers: the auditor alone.
func audits(v counter.Viewer) bool { return v.Admin(identity.AuditAdmin) }

// entries lists newest first. Auditors see all; anybody else what he did or tried himself, by reference.
func (a *service) entries(q Asked) (Page[Entry], error) {
	var out Page[Entry]
	err := q.See(q.Request, func(tx *store.Tx, v counter.Viewer) error {
		f := ledger.Filter{Act: q.Get("act"), Outcome: ledger.Outcome(q.Get("outcome")), Subject: q.Get("subject"),
			Reference: q.Get("reference"), Clause: q.Get("clause"), Limit: q.Limit + 1}
		all := audits(v)
		if !all {
			f.Actor = actorOf(v.Actor)
		}
		if err := a.before(tx, q, all, &f); err != nil {
			return err
		}
		list, err := a.Ledger.Find(tx, f)
		if err != nil {
			return err
		}
		more := len(list) > q.Limit
		for _, e := range list[:min(len(list), q.Limit)] {
			out.Items = append(out.Items, entryOf(e, all))
		}
		if more {
			last := list[q.Limit-1]
			out.Next = Next("r", last.Reference)
			if all {
				out.Next = Next("n", strconv.FormatUint(last.Seq, 10))
			}
		}
		return nil
	})
	return out, err
}

// actorOf is how an entry names who acted.
func actorOf(by act.Actor) string {
	if by.Person != "" {
		return string(by.Person)
	}
	return string(by.Account)
}

// before goes on after the page before: auditors by number, others by the reference of an entry of their own.
func (a *service) before(tx *store.Tx, q Asked, all bool, f *ledger.Filter) error {
	after, err := q.After(2)
	if err != nil || after == nil {
		return err
	}
	if all && after[0] == "n" {
		if f.Before, err = strconv.ParseUint(after[1], 10, 63); err == nil && f.Before > 0 {
			return nil
		}
		return refuse.Field("after", "bad_format")
	}
	e, err := a.Ledger.ByReference(tx, after[1])
	switch {
	case errors.Is(err, refuse.ErrNotFound) || err == nil && e.Actor != f.Actor:
		return refuse.Field("after", "bad_format")
	case err != nil:
		return err
	}
	f.Before = e.Seq
	return nil
}

func entryOf(e ledger.Entry, all bool) Entry {
	out := Entry{Reference: e.Reference, Act: e.Act, Actor: e.Actor, Posts: e.Posts, Terminal: e.Terminal,
		OccurredAt: milli(e.OccurredAt), RecordedAt: milli(e.RecordedAt), Late: e.Late != "",
		Subject: e.Subject, Outcome: e.Outcome, Clauses: e.Clauses}
	for _, s := range e.Signatures {
		out.Signatures = append(out.Signatures, Signed{s.Role, s.Person, s.Strength, milli(s.At)})
	}
	if !all {
		return out
	}
	out.Seq = e.Seq
	for _, r := range e.Rows {
		row := Row{Table: r.Table, Key: r.Key, Rev: r.Rev}
		for _, c := range r.Columns {
			row.Columns = append(row.Columns, c.Column)
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

func milli(ms int64) time.Time { return time.UnixMilli(ms).In(zone) }

// auditor answers everybody else as if there were nothing.
func (a *service) auditor(q Asked, fn func(tx *store.Tx) error) error {
	return q.See(q.Request, func(tx *store.Tx, v counter.Viewer) error {
		if !audits(v) {
			return refuse.ErrNotFound
		}
		return fn(tx)
	})
}

// proof is the file that proves one entry offline.
func (a *service) proof(q Asked) (json.RawMessage, error) {
	var out json.RawMessage
	err := a.auditor(q, func(tx *store.Tx) error {
		seq, err := strconv.ParseUint(q.ID, 10, 63)
		if err != nil {
			return refuse.ErrNotFound
		}
		out, err = a.Ledger.ProofFile(tx, seq, a.Verifier)
		return err
	})
	return out, err
}

func (a *service) checkpoint(q Asked) (Checkpoint, error) {
	var out Checkpoint
	err := a.auditor(q, func(tx *store.Tx) error {
		list, err := a.Ledger.Checkpoints(tx, 0, 1)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return refuse.ErrNotFound
		}
		out = Checkpoint{Size: list[0].Size, RecordedAt: list[0].RecordedAt, Note: list[0].Note}
		return nil
	})
	return out, err
}

// proofs is what the proofs said of each clause when the program was built.
func (a *service) proofs(Asked) (json.RawMessage, error) {
	if a.Coverage == nil {
		return nil, errNoReport
	}
	b, err := a.Coverage()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errNoReport
	}
	if err == nil && !json.Valid(b) {
		err = errors.New("the report of the proofs is not JSON")
	}
	return b, err
}

// list is the catalogue as who asks may try it.
func (a *service) list() {
	a.read(List("/catalogue", "catalogue", func(q Asked) (Page[CatalogueAct], error) {
		var out Page[CatalogueAct]
		err := q.See(q.Request, func(_ *store.Tx, v counter.Viewer) error {
			for _, name := range act.Catalogue() {
				f, ok := v.Law.Function(name)
				if !ok || f.System == "s" {
					continue
				}
				out.Items = append(out.Items, CatalogueAct{name, v.Offered(name), f.Posts, f.Sign, f.Signers})
			}
			return nil
		})
		if err != nil {
			return out, err
		}
		return cut(out.Items, q, func(c CatalogueAct) string { return c.Act })
	}))
}

// cut pages a list that is held whole, in the order of its key.
func cut[T any](list []T, q Asked, key func(T) string) (Page[T], error) {
	after, err := q.After(1)
	if err != nil {
		return Page[T]{}, err
	}
	var out Page[T]
	for _, x := range list {
		switch {
		case after != nil && key(x) <= after[0]:
		case len(out.Items) == q.Limit:
			out.Next = Next(key(out.Items[q.Limit-1]))
			return out, nil
		default:
			out.Items = append(out.Items, x)
		}
	}
	return out, nil
}
