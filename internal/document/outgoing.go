package document

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// The life of what the office writes itself (发文):
//
//	draft ─► review ─► classify, where it is a secret ─► sign_off ─► number ─► print_run (its copies) ─► despatch ─► acknowledge
//
// Each stands as a step. What goes out is despatched by custody's rules for a copy that leaves the house.

// Drafting is a document of the office's own before its copies are printed.
const Drafting State = "drafting"

// The origins of an item.
const (
	FromOutside = "received"
	Own         = "own"
	Derived     = "derived" // its secret is that of others it was made from
)

// Outgoing is what 发文登记簿 keeps of a document of the office's own, beside its line.
type Outgoing struct {
	ID           term.DocumentID `col:"id,key,group"`
	MainTo       store.Sealed    `col:"main_to,sealed"` // 主送
	CopyTo       store.Sealed    `col:"copy_to,sealed"` // 抄送
	DraftedAt    time.Time       `col:"drafted_at"`
	DraftedBy    term.PersonID   `col:"drafted_by"`
	ReviewedAt   time.Time       `col:"reviewed_at"` // zero: not yet, and so all below
	ReviewedBy   term.PersonID   `col:"reviewed_by"`
	SignedOffAt  time.Time       `col:"signed_off_at"`
	SignedOffBy  term.PersonID   `col:"signed_off_by"`
	NumberedAt   time.Time       `col:"numbered_at"`
	NumberedBy   term.PersonID   `col:"numbered_by"`
	Rule         string          `col:"rule"` // id of the number rule; empty: not numbered
	RuleYear     int             `col:"rule_year"`
	RuleNo       int             `col:"rule_no"` // within rule and year, from 1, no gaps
	PrintedAt    time.Time       `col:"printed_at"`
	PrintedBy    term.PersonID   `col:"printed_by"`
	ProofreadBy  term.PersonID   `col:"proofread_by"`
	Printed      int             `col:"printed"` // copies
	Kept         int             `col:"kept"`    // of them to be kept on file
	Basis        store.Sealed    `col:"basis,sealed"`
	Points       store.Sealed    `col:"points,sealed"` // 密点, or why they cannot be marked
	SourceNo     store.Sealed    `col:"source_no,sealed"`
	SourceIssuer store.Sealed    `col:"source_issuer,sealed"`
	ClassifiedAt time.Time       `col:"classified_at"`
	ClassifiedBy term.PersonID   `col:"classified_by"`
	store.Meta
}

// Outgoings is the table.
var Outgoings = store.Define[Outgoing]("outgoing")

// NumberRule is one of the office's rules for 发文字号: its own word before the year, and the kinds of document it is for.
type NumberRule struct {
	ID     string        `col:"id,key"`
	Prefix string        `col:"prefix"` // 某局发
	Kinds  []string      `col:"kinds"`  // 文种; empty: any
	By     term.PersonID `col:"made_by"`
	At     time.Time     `col:"made_at"`
	Ended  time.Time     `col:"ended_at"` // zero: in use
	store.Meta
}

// NumberRules is the table.
var NumberRules = store.Define[NumberRule]("number_rule")

// Spelled is number n of a year by this rule: 某局发〔2026〕5号.
func (r NumberRule) Spelled(year, n int) term.DocNumber {
	return term.DocNumber(fmt.Sprintf("%s〔%d〕%d号", r.Prefix, year, n))
}

// issuing is a document of the office's own with what 发文登记簿 keeps of it.
type issuing struct {
	loaded
	out Outgoing
}

func loadIssuing(tx *act.Tx, id term.DocumentID) (issuing, error) {
	l, err := load(tx, id)
	if err != nil {
		return issuing{}, err
	}
	out, err := Outgoings.Get(tx.Tx, id)
	if errors.Is(err, refuse.ErrNotFound) { // it came in: whoever may know of it is told
		return issuing{loaded: l}, nil
	}
	return issuing{l, out}, err
}

// Drafted reports whether the office wrote the document itself.
func (d Document) Drafted() bool { return d.Series == term.Issued }

// events are what the next step leans on.
func (s issuing) events() []act.Event {
	return []act.Event{
		{What: "drafted", At: s.out.DraftedAt}, {What: "reviewed", At: s.out.ReviewedAt}, {What: "classified", At: s.out.ClassifiedAt},
		{What: "signed_off", At: s.out.SignedOffAt}, {What: "numbered", At: s.out.NumberedAt}, {What: "printed", At: s.out.PrintedAt},
	}
}

// next answers a step that cannot be taken: the document came in, the step was taken, or one that comes after it was.
func (s issuing) next(name string) error {
	switch {
	case !s.doc.Drafted():
		return refuse.Field("document", "not_own")
	case slices.Contains(s.doc.Steps, name):
		return &refuse.Conflict{Table: "document", Key: string(s.doc.ID)}
	case s.doc.State != Drafting:
		return &refuse.Conflict{Table: "document", Key: string(s.doc.ID)}
	}
	return nil
}

// stepped gives the rows of a step that was taken.
func (s issuing) stepped(name string, out Outgoing, change func(*Document)) act.Changes {
	next := s.doc
	next.Steps = step(next.Steps, name)
	if change != nil {
		change(&next)
	}
	return act.Changes{
		Subject: string(s.doc.ID), Document: s.doc.ID, Rows: []store.Change{Documents.Update(s.doc, next), Outgoings.Update(s.out, out)},
		Targets: []act.Target{item(s.doc)},
	}
}
