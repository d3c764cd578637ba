// Package disposal keeps how the life of a piece ends: return to the issuer (清退), hand-over (移交), archive (归档) and
// destruction (销毁), each by a list with one line a piece.
//
//	open ──list_count, list_approve, issuer_receipt──► open ──list_close, archive_sign──► closed
//	  └── a line is added or struck: the approval is gone, the count too
//
// What must always hold:
//   - A piece stands on at most one open list. Each line names one piece, never a number of them.
//   - What a line says of a piece is what the registers say of it.
//   - An approval and an issuer's receipt are of the lines as they were counted: whoever changes them, or counts otherwise,
//     takes both away.
//   - Counted is what was counted in one go, and has not left its place since. A piece that is not on the list makes every
//     count wrong.
//   - What came in is destroyed only once it is finished (办结), and never against its 去向: nothing that is to go back to its
//     issuer, and of what is to be archived no more than the copies beside the one that stays.
//   - What a line says stays readable when the document's own key has been shredded: a list has a key of its own.
//
// Clauses on return, archive, destruction, waste and leaving a post lean on it. It knows pieces only as Piece and documents
// only as act.Item.
package disposal

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Piece is one copy as a list may know it.
type Piece struct {
	Copy        term.CopyID
	Item        act.Item
	Seq         int
	CopyNo      string // 份号; its label where it has none
	Medium      string
	SerialNo    string
	Pages       int
	Attachments int
	Live        bool // its life has not ended
	InHand      bool // it lies in a place of the office, or was never put away
	Missing     bool
	Holder      term.PersonID
	Way         string // 去向 of its document: archive return destroy; empty: not fixed
	Stays       int    // other copies of its document that stay: in the archive, or alive and on no list of destruction
	Regime      term.Regime

	Title, CodeName, DocNo, Issuer, Period string
	CompletedAt                            time.Time // 办结; zero: not yet
	ReturnBy                               string    // YYYY-MM-DD; empty: nobody wants it back
}

// Wanted is what a list of a kind is to name by itself.
type Wanted struct {
	Kind   string
	Year   string        // of 办结: archive, destruction
	Issuer string        // of return; empty: any
	Until  string        // of return: what is wanted back by this day
	Person term.PersonID // of transfer: what he holds or answers for
}

// Links is what disposal asks of other nouns; app plugs it in once, before the first act.
type Links interface {
	// Piece reads a copy with its item, its texts opened; refuse.ErrNotFound when there is none.
	Piece(tx *store.Tx, people act.Directory, id term.CopyID) (Piece, error)
	// Wanted lists live copies that a list is to name and that stand on no open list, at most limit.
	Wanted(tx *store.Tx, w Wanted, limit int) ([]term.CopyID, error)
	// Unsettled gives live copies that keep a list from being closed, those on this list left aside, at most limit, in the order
	// of the register.
	Unsettled(tx *store.Tx, w Wanted, list term.DisposalListID, limit int) ([]term.CopyID, error)
	// Lost reports whether an open case says that a copy is lost.
	Lost(tx *store.Tx, id term.CopyID) (bool, error)
	// Trouble says of some pieces which left their place after a moment, and which a finding holds back.
	Trouble(tx *store.Tx, ids []term.CopyID, since time.Time) (moved, held map[term.CopyID]bool, err error)
	// SameIssuer reports whether two names of issuers are one, however they are written.
	SameIssuer(a, b string) bool
	// Settled gives the documents of these copies of which no other copy lives, in order.
	Settled(tx *store.Tx, ids []term.CopyID) ([]term.DocumentID, error)
	// Finished is when the last of the items on a list was finished (办结), of those that were; zero: none was.
	Finished(tx *store.Tx, list term.DisposalListID) (time.Time, error)
	// Standings says where pieces are now.
	Standings(tx *store.Tx, ids []term.CopyID) (map[term.CopyID]Standing, error)
	// Labelled finds a copy by its label; ok is false where there is none that the viewer may know of.
	Labelled(tx *store.Tx, v act.Viewer, label term.LabelCode) (id term.CopyID, ok bool, err error)
	// Key is the row of a list's own key.
	Key(id string, wrapped []byte) store.Change
	Yearly
}

var links Links

// Plug tells the package who answers for copies and documents.
func Plug(l Links) { links = l }

// The kinds of lists.
const (
	Return      = "return"
	Transfer    = "transfer"
	Archive     = "archive"
	Destruction = "destruction"
)

// MaxLines is the most lines of one list; what is more goes on the next.
const MaxLines = 500

// listed is a list with its lines that are not struck, in order.
type listed struct {
	list  List
	lines []Line
	moved map[term.CopyID]bool // of its lines, those whose piece left its place after the count
	held  map[term.CopyID]bool // and those that a finding holds back
}

// loadList reads a list by its id, or by its number as people write it.
func loadList(tx *act.Tx, id term.DisposalListID) (listed, error) {
	var s listed
	var err error
	if s.list, err = findList(tx.Tx, id); err != nil {
		return s, err
	}
	s.lines, err = Lines.Select(tx.Tx, "WHERE list = $1 AND state <> 'struck' ORDER BY seq", string(s.list.ID))
	if err != nil {
		return s, fmt.Errorf("read the lines of a list: %w", err)
	}
	if s.list.State == Open {
		if s.moved, s.held, err = links.Trouble(tx.Tx, copies(s.going()), s.list.CountedAt); err != nil {
			return s, fmt.Errorf("look what is wrong with the pieces of a list: %w", err)
		}
	}
	return s, nil
}

func findList(tx *store.Tx, id term.DisposalListID) (List, error) {
	m := numberPattern.FindStringSubmatch(string(id))
	if m == nil {
		return Lists.Get(tx, id)
	}
	year, err := strconv.Atoi(m[2])
	no, err2 := strconv.Atoi(m[3])
	for kind, mark := range marks {
		if err != nil || err2 != nil || mark != m[1] {
			continue
		}
		l, ok, err := Lists.One(tx, "WHERE kind = $1 AND year = $2 AND no = $3", kind, int64(year), int64(no))
		if err != nil || ok {
			return l, err
		}
	}
	return List{}, fmt.Errorf("find a list: %w", refuse.ErrNotFound)
}

var numberPattern = regexp.MustCompile(`^(清退|移交|归档|销毁)〔([0-9]{4})〕([0-9]{1,6})号$`)

// open answers a list that nobody can change any more, or that the page saw otherwise.
func (s listed) open(rev int64) error {
	if s.list.State == Closed || rev != 0 && rev != s.list.Rev {
		return &refuse.Conflict{Table: Lists.Name(), Key: string(s.list.ID), By: s.list.ClosedBy}
	}
	return nil
}

// wanted is what the list is to name.
func (l List) wanted(issuer string) Wanted {
	return Wanted{Kind: l.Kind, Year: l.Of, Issuer: issuer, Until: l.Due, Person: l.Person}
}

// changed takes the count away, and what rests on it: it was of other lines. A list that the system made is the work of who
// changes it first.
func (l List) changed(env act.Env) List {
	l.CountedAt, l.CountedBy, l.Extra = time.Time{}, "", nil
	return l.undone().applied(env)
}

// undone takes the approval and the issuer's receipt away: both are of what was counted.
func (l List) undone() List {
	l.ApprovedAt, l.ApprovedBy = time.Time{}, ""
	l.ReceiptNo, l.ReceiptOn, l.Receiver, l.ReceiptAt, l.ReceiptBy = "", "", store.Plain(""), time.Time{}, ""
	return l
}

func (l List) applied(env act.Env) List {
	if l.Applicant == "" {
		l.Applicant = env.Actor.Person
	}
	return l
}

// events are what an act on the list leans on.
func (s listed) events() []act.Event {
	return s.list.events()
}

func (l List) events() []act.Event {
	return []act.Event{{What: "begun", At: l.OpenedAt}, {What: "allowed", At: l.ApprovedAt}}
}

// between answers a day that is to come, or lies before what it leans on.
func between(field, day string, env act.Env, leans ...act.Event) error {
	if day > env.Today().String() {
		return refuse.Field(field, "in_the_future")
	}
	for _, e := range leans {
		if since := calendar.DateOf(e.At).String(); day != "" && !e.At.IsZero() && day < since {
			return &refuse.Invalid{Fields: []refuse.FieldError{{Field: field, Code: "before_" + e.What, Args: map[string]string{"time": since}}}}
		}
	}
	return nil
}

// onDay answers a day on which something cannot have been done: one to come, one before what it leans on, or one of which the
// act is not. What was done earlier is entered late (补登), with its moment: then the law, the account of the pieces and what is
// printed are all of one day. At 24:00 it is still that day.
func onDay(field, day string, env act.Env, leans ...act.Event) error {
	if err := between(field, day, env, leans...); err != nil {
		return err
	}
	if day != "" && day < calendar.DateOf(env.At.Add(-time.Nanosecond)).String() {
		return refuse.Field(field, "enter_late")
	}
	return nil
}

// copies are the pieces of some lines.
func copies(lines []Line) []term.CopyID {
	out := make([]term.CopyID, len(lines))
	for i, l := range lines {
		out[i] = l.Copy
	}
	return out
}

// Finish tells custody that the life of pieces has ended, and how.
type Finish struct {
	Copies []term.CopyID `json:"copies"`
	Ending string        `json:"ending"`
}

// Reassign tells custody that pieces were handed over to somebody of the house.
type Reassign struct {
	Copies []term.CopyID `json:"copies"`
	To     term.PersonID `json:"to"`
}
