package circulation

import (
	"time"

	"jiyao/internal/store"
	"jiyao/internal/term"
)

// State of a circulation and of a stop.
type State string

// A circulation is open until closed. A stop waits, is out with its reader, is read (signed), and is back; or its reader
// does not sign, and two witnesses attest it.
const (
	Open    State = "open"
	Closed  State = "closed"
	Waiting State = "waiting"
	Out     State = "out"
	Read    State = "read"
	Back    State = "back"

	Declined State = "declined"
)

// Circulation is one 传阅 of one document.
type Circulation struct {
	ID       term.CirculationID `col:"id,key"`
	Document term.DocumentID    `col:"document"`
	Class    int                `col:"class"`
	OpenedAt time.Time          `col:"opened_at"`
	OpenedBy term.PersonID      `col:"opened_by"`
	ClosedAt time.Time          `col:"closed_at"`
	ClosedBy term.PersonID      `col:"closed_by"`
	State    State              `col:"state"`
	AnyOrder bool               `col:"any_order"` // 不分先后: the readers need not be served as they stand
	store.Meta
}

// Stop is one reader's turn.
type Stop struct {
	ID          term.StopID        `col:"id,key"`
	Circulation term.CirculationID `col:"circulation"`
	Document    term.DocumentID    `col:"document,group"`
	Class       int                `col:"class"`
	Seq         int                `col:"seq"`
	Reader      term.PersonID      `col:"reader"`
	Unit        term.UnitID        `col:"unit"` // the department the reader stands for; may be empty
	AddedAt     time.Time          `col:"added_at"`
	State       State              `col:"state"`
	Copy        term.CopyID        `col:"copy"` // while out, and the one he had
	OutAt       time.Time          `col:"out_at"`
	ReadAt      time.Time          `col:"read_at"`
	BackAt      time.Time          `col:"back_at"`

	// Of a reader who does not sign; empty again once he does, or is handed the copy once more.
	DeclinedAt     time.Time     `col:"declined_at"`
	Why            Why           `col:"declined,null"`
	DeclinedReason store.Sealed  `col:"declined_reason,sealed"`
	DeclinedBy     term.PersonID `col:"declined_by,null"` // who recorded it
	Witnesses      []string      `col:"witnesses,null"`   // persons, two of them
	store.Meta
}

// Why a reader does not sign: he will not (拒签), he is gone for good (离岗), or he has been taken out of the scope (移出范围).
type Why string

// The reasons there are.
const (
	Refuses  Why = "refuses"
	Gone     Why = "gone"
	Unscoped Why = "unscoped"
)

// Unread reports whether the copy came back without the reader's 已阅.
func (s Stop) Unread() bool { return s.State == Back && s.ReadAt.IsZero() }

// Unserved reports whether the reader has yet to be served: he waits, or had the copy and did not sign 已阅. While a copy
// is out with him it is the copy that is missing.
func (s Stop) Unserved() bool { return s.State == Waiting || s.Unread() }

// Standing is what a board says of a reader who has not signed 已阅: undelivered (未送) or unread (未阅); nothing of others.
func (s Stop) Standing() string {
	switch {
	case s.State == Waiting:
		return "undelivered"
	case s.State == Out || s.Unread():
		return "unread"
	case s.State == Declined:
		return "declined_" + string(s.Why)
	}
	return ""
}

// Signs reports whether the reader can sign 已阅 now: he has the copy, or had it and has not signed.
func (s Stop) Signs() bool {
	return s.State == Out || s.Unread() || s.State == Declined && !s.OutAt.IsZero()
}

// undeclined is the stop of a reader who signs after all, or is served once more.
func (s Stop) undeclined() Stop {
	s.DeclinedAt, s.Why, s.DeclinedReason, s.DeclinedBy, s.Witnesses = time.Time{}, "", store.Sealed{}, "", nil
	return s
}

// The tables.
var (
	Circulations = store.Define[Circulation]("circulation")
	Stops        = store.Define[Stop]("stop")
)
