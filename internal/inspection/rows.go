package inspection

import (
	"time"

	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Finding is one problem found (问题): by anyone, or by a clause. It is closed by somebody else than its owner.
type Finding struct {
	ID        term.FindingID  `col:"id,key"`
	What      string          `col:"what"` // stable word of the kind; "found" where somebody described it
	Text      store.Sealed    `col:"text,sealed"`
	SubKind   string          `col:"sub_kind"`
	Place     string          `col:"place"`
	Clause    term.Clause     `col:"clause"`
	OwnerPost string          `col:"owner_post"`
	Owner     term.PersonID   `col:"owner"`
	Persons   []string        `col:"persons"`
	Document  term.DocumentID `col:"document"`
	Subject   string          `col:"subject"`
	FoundAt   time.Time       `col:"found_at"`
	FoundBy   term.PersonID   `col:"found_by"` // empty: the system
	FixBy     string          `col:"fix_by"`   // YYYY-MM-DD, inclusive; empty: none
	Measure   store.Sealed    `col:"measure,sealed"`
	MeasureAt time.Time       `col:"measured_at"`
	MeasureBy term.PersonID   `col:"measured_by"`
	Recheck   string          `col:"recheck_result"` // fixed, not_fixed, or empty
	RecheckAt time.Time       `col:"rechecked_at"`
	RecheckBy term.PersonID   `col:"rechecked_by"`
	State     State           `col:"state"`
	ClosedAt  time.Time       `col:"closed_at"`
	ClosedBy  term.PersonID   `col:"closed_by"`
	Holds     bool            `col:"holds"` // its subject, a copy, goes to nobody until it was found mended
	store.Meta
}

// State of a finding. What may follow what: see the package essay.
type State string

// The states.
const (
	Open      State = "open"
	Measured  State = "measured"
	Rechecked State = "rechecked"
	Closed    State = "closed"
)

// Findings is the table.
var Findings = store.Define[Finding]("finding")
