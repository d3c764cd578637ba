package act

import (
	"io"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Actor is who tries, as identity has established it.
type Actor struct {
	Account  term.AccountID
	Person   term.PersonID // empty for the system and for an account without a person
	Session  term.SessionID
	Terminal term.TerminalID
	Admin    []string // sys_admin sec_admin audit_admin
	System   bool
}

// System is the actor of timers and of what follows from an act.
func System() Actor { return Actor{System: true, Terminal: "system"} }

// Signature is one person's, checked before the writer: it is good for this one act alone.
type Signature struct {
	Role     string // actor giver receiver reader …
	Person   term.PersonID
	Strength string // passkey, code, pin: the first is verifiable by anyone, the others by this server
	Terminal term.TerminalID
	At       time.Time
}

// Directory answers who holds what at one moment. people implements it; a snapshot never changes.
type Directory interface {
	// Posts are those a person holds himself, as pack/post, for every pack of the office.
	Posts(id term.PersonID) []string
	// Acting are posts and acts a person has by delegation today.
	Acting(id term.PersonID) (posts, acts []string)
	// Facts are what the law may know of a person, apart from any item.
	Facts(id term.PersonID) (regulation.Person, bool)
	// Name is for signatures and slips; empty when unknown.
	Name(id term.PersonID) string
	// Unit is where the person belongs.
	Unit(id term.PersonID) term.UnitID
	// Members are the persons of a unit.
	Members(id term.UnitID) []term.PersonID
	// Holders are the persons who hold a post (pack/post).
	Holders(post string) []term.PersonID
	// InOffice reports whether the person belongs to the office's own 办公室.
	InOffice(id term.PersonID) bool
}

// Business reports whether a directory lets somebody be named in a business act: who has left and the three
// administrators cannot be. One that does not tell them apart names everybody.
func Business(people Directory, id term.PersonID) bool {
	d, ok := people.(interface{ Business(term.PersonID) bool })
	return !ok || d.Business(id)
}

// Secrets is what a decision needs of the keyring; everything fails while the server is sealed.
type Secrets interface {
	// DocumentKey makes a new key for a document and gives it wrapped.
	DocumentKey(id term.DocumentID) ([]byte, error)
	// Blind gives a keyed token of a text, equal for equal texts, that tells nothing without the key.
	Blind(domain, plain string) ([]byte, error)
}

// Env is the world of one act: everything Facts and Decide may know besides rows and command.
type Env struct {
	Actor      Actor
	At         time.Time // occurred_at, claimed; Asia/Shanghai
	Now        time.Time // recorded_at, the writer's
	Late       string    // why it is entered late (补登); empty otherwise
	Law        *regulation.Law
	People     Directory
	Calendar   calendar.Book
	Zone       term.Zone
	Signatures []Signature
	Secrets    Secrets
	Allowed    []Allowed      // the leaves that the act is done on; known to Decide, not to Facts
	Fields     map[string]any // the command's arguments by JSON name
	ids        io.Reader
	lateBy     time.Duration // what lies further back than this is a late entry
}

// Allowed is one leave that an act is done on: who gave it, and when.
type Allowed struct {
	By term.PersonID
	At time.Time
}

// ID draws a new id. Proofs draw them from a counter, so that a decision is repeatable.
func (e Env) ID() string {
	id, err := term.NewID(e.ids)
	if err != nil {
		panic(err) // recovered by the writer: this act alone is undone
	}
	return id
}

// Person gives the facts of one person, apart from any item. One who is not in the directory has no facts:
// nothing covers him.
func (e Env) Person(id term.PersonID) regulation.Person {
	p, _ := e.People.Facts(id)
	p.ID = id
	return p
}

// Signer gives who signed in a role; empty when nobody did.
func (e Env) Signer(role string) term.PersonID {
	for _, s := range e.Signatures {
		if s.Role == role {
			return s.Person
		}
	}
	return ""
}

// Today is the date in Asia/Shanghai on which the act happened.
func (e Env) Today() calendar.Date { return calendar.DateOf(e.At) }

// headOf gives, for a post that each unit has, who holds it in the unit of a person; nobody where that is himself.
func (e Env) headOf(person term.PersonID) func(post string) term.PersonID {
	return func(post string) term.PersonID {
		unit := e.People.Unit(person)
		for _, p := range e.People.Holders(post) {
			if p != person && unit != "" && e.People.Unit(p) == unit {
				return p
			}
		}
		return ""
	}
}

// hour is today's instant of an hour that the packs set; nil where they set none.
func (e Env) hour(parameter string) *time.Time {
	v, ok := e.Law.Param(parameter)
	if !ok {
		return nil
	}
	tod, err := calendar.ParseTimeOfDay(v.Text)
	if err != nil {
		return nil
	}
	at := tod.On(e.Today())
	return &at
}

// Hour is today's instant of an hour that the packs set; false where they set none.
func (e Env) Hour(parameter string) (time.Time, bool) {
	at := e.hour(parameter)
	if at == nil {
		return time.Time{}, false
	}
	return *at, true
}

// Tx is the writer's transaction as an act sees it.
type Tx struct {
	*store.Tx
	Env Env
}

// Target is one thing a duty hangs on.
type Target struct {
	Kind    string // item piece copy reader instruction finding case …
	ID      string
	Person  term.PersonID // owner, where the pack says person:FIELD
	Records map[string]calendar.Recorded
	// OpenOnly and CloseOnly say that the act only begins, or only ends, what hangs on this target.
	OpenOnly, CloseOnly bool
	// Document is the item that hides what is opened here; empty: that of the act.
	Document term.DocumentID
	// As is the act whose duties open here, where the act only writes down that it was done before (期初建账); empty: the act itself.
	As string
	// Once says that a duty which is open on this target already is not opened again.
	Once bool
}

// Recorded makes a time of the record, to the minute.
func Recorded(t time.Time) calendar.Recorded { return calendar.Recorded{At: t} }

// RecordedDate makes a date of the record: due at its 24:00.
func RecordedDate(d calendar.Date) calendar.Recorded {
	return calendar.Recorded{At: d.Start(), DateOnly: true}
}
