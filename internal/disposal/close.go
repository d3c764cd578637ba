package disposal

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// IssuerReceipt puts on record what the issuer gave for the pieces of a return list: they are his again.
type IssuerReceipt struct {
	List     term.DisposalListID `json:"list" req:"true"`
	Number   string              `json:"number"`
	Date     string              `json:"date"` // as printed, YYYY-MM-DD
	Receiver string              `json:"receiver" secret:"true"`
}

// closing is a list with what closing it settles.
type closing struct {
	listed
	documents []term.DocumentID // of which nothing is left in the house
	unsettled int
	year      int             // of an archive list: that of which it is, or in which its last item was finished; 0: of none
	out       int             // pieces that lie in no place of the office: whoever has one gives it back first, and signs
	items     []act.Item      // of a hand-over inside the house, in the order of the lines
	holders   []term.PersonID // who have pieces of it with them, each once
}

func loadClosing(tx *act.Tx, id term.DisposalListID) (closing, error) {
	l, err := loadList(tx, id)
	if err != nil {
		return closing{}, err
	}
	s := closing{listed: l}
	leaving := s.going()
	if s.list.State == Closed { // the issuer's receipt may come after
		leaving = s.lines
	}
	if s.documents, err = links.Settled(tx.Tx, copies(leaving)); err != nil {
		return s, fmt.Errorf("find what a list settles: %w", err)
	}
	now, err := links.Standings(tx.Tx, copies(s.going()))
	if err != nil {
		return s, fmt.Errorf("read where the pieces of a list are: %w", err)
	}
	for _, line := range s.going() {
		at := now[line.Copy]
		if at.Out {
			s.out++
		}
		if at.Holder != "" && !slices.Contains(s.holders, at.Holder) {
			s.holders = append(s.holders, at.Holder)
		}
	}
	issuer, err := issuerOf(tx.Tx, s.list)
	if err != nil {
		return s, err
	}
	left, err := links.Unsettled(tx.Tx, s.list.wanted(issuer), s.list.ID, MaxLines)
	if err != nil {
		return s, fmt.Errorf("find what a list leaves open: %w", err)
	}
	s.unsettled = len(left)
	if s.year, err = yearOf(tx, s.list); err != nil {
		return s, err
	}
	if s.list.Kind == Archive || s.list.Kind == Destruction { // a line that was not counted, or not destroyed, is open too
		for _, line := range s.lines {
			if line.State == Listed && (s.list.Kind == Destruction || !s.there(line)) {
				s.unsettled++
			}
		}
	}
	return s, nil
}

// issuerOf is to whom a list returns its pieces; empty: to any.
func issuerOf(tx *store.Tx, l List) (string, error) {
	if err := Lists.Reveal(tx, &l, "issuer"); err != nil {
		return "", fmt.Errorf("open the issuer of a list: %w", err)
	}
	issuer, err := l.Issuer.Text()
	if err != nil {
		return "", fmt.Errorf("read the issuer of a list: %w", err)
	}
	return strings.TrimSpace(issuer), nil
}

// yearOf is the latest year whose items an archive list hands over.
func yearOf(tx *act.Tx, l List) (int, error) {
	if l.Kind != Archive {
		return 0, nil
	}
	last, err := links.Finished(tx.Tx, l.ID)
	if err != nil {
		return 0, fmt.Errorf("read when the items of a list were finished: %w", err)
	}
	year, _ := strconv.Atoi(l.Of) // 0: the list is of no year
	if !last.IsZero() {
		year = max(year, last.In(calendar.Zone).Year())
	}
	return year, nil
}

// begun reports whether some piece has gone the way of the list.
func (s listed) begun() bool {
	return slices.ContainsFunc(s.lines, func(l Line) bool { return l.State == Gone })
}

// going are the lines whose pieces go the way of the list when it is closed.
func (s listed) going() []Line {
	return slices.DeleteFunc(slices.Clone(s.lines), func(l Line) bool { return l.State != Listed })
}

var _ = act.Define("disposal.issuer_receipt", act.Act[IssuerReceipt, closing, listFacts]{
	Within: true,
	Check: func(cmd IssuerReceipt) error {
		if cmd.Date != "" {
			if _, err := calendar.ParseDate(cmd.Date); err != nil {
				return refuse.Field("date", "bad_date")
			}
		}
		return nil
	},
	Load:   func(tx *act.Tx, cmd IssuerReceipt) (closing, error) { return loadClosing(tx, cmd.List) },
	Leans:  func(s closing, _ IssuerReceipt) []act.Event { return s.events() },
	Facts:  func(s closing, _ IssuerReceipt, env act.Env) listFacts { return s.facts(env, s.unsettled) },
	Decide: decideReceipt,
})

func decideReceipt(s closing, cmd IssuerReceipt, env act.Env) (act.Changes, error) {
	open := s.list.State == Open // it may come by post, after the list was closed
	switch {
	case s.list.Kind != Return:
		return act.Changes{}, refuse.Field("list", "not_a_return")
	case !s.list.ReceiptAt.IsZero():
		return act.Changes{}, &refuse.Conflict{Table: Lists.Name(), Key: string(s.list.ID), By: s.list.ReceiptBy}
	case strings.TrimSpace(cmd.Number) == "":
		return act.Changes{}, refuse.Field("number", "required")
	case cmd.Date == "":
		return act.Changes{}, refuse.Field("date", "required")
	case strings.TrimSpace(cmd.Receiver) == "": // it stands for his signature
		return act.Changes{}, refuse.Field("receiver", "required")
	case open && len(s.going()) == 0:
		return act.Changes{}, refuse.Field("list", "no_lines")
	case open && !s.countsEqual():
		return act.Changes{}, refuse.Field("list", "uncounted")
	}
	given := s.events() // it is for what was handed over
	if !s.list.ClosedAt.IsZero() {
		given = []act.Event{{What: "gone", At: s.list.ClosedAt}}
	}
	if err := between("date", cmd.Date, env, given...); err != nil {
		return act.Changes{}, err
	}
	next := s.list
	next.ReceiptNo, next.ReceiptOn, next.Receiver = cmd.Number, cmd.Date, store.Plain(strings.TrimSpace(cmd.Receiver))
	next.ReceiptAt, next.ReceiptBy = env.At, env.Actor.Person
	c := act.Changes{Subject: string(s.list.ID), Rows: []store.Change{Lists.Update(s.list, next)}, Values: map[string]string{"number": s.list.Number()}}
	if !open { // of an open list the pieces are still here: closing it settles them
		c.Targets = s.targets()
	}
	return c, nil
}

// targets are the items that the list settles.
func (s closing) targets() []act.Target {
	var out []act.Target
	for _, d := range s.documents {
		out = append(out, act.Target{Kind: "item", ID: string(d), CloseOnly: true})
	}
	return out
}

// ListClose is the hand-over itself: hander and taker sign, and the pieces are gone. Who takes them outside the house signs on
// paper; for an issuer his receipt stands.
type ListClose struct {
	List           term.DisposalListID `json:"list" req:"true"`
	HandedBy       term.PersonID       `json:"handed_by"`
	TakenBy        term.PersonID       `json:"taken_by"`        // of the house
	TakerSignature string              `json:"taker_signature"` // of who takes it outside, as it stands on paper
	WatchedBy      term.PersonID       `json:"watched_by"`      // 监交人
	At             string              `json:"at"`              // the day of the hand-over, YYYY-MM-DD; empty: today
}

// The roles in which a list is signed.
var handing = []string{"hander", "taker"}

var _ = act.Define("disposal.list_close", act.Act[ListClose, closing, closeFacts]{
	Within: true,
	Signs:  handing,
	Check:  func(cmd ListClose) error { return goodDay("at", cmd.At) },
	Load: func(tx *act.Tx, cmd ListClose) (closing, error) {
		s, err := loadClosing(tx, cmd.List)
		if err != nil || s.list.Kind != Transfer || cmd.TakenBy == "" {
			return s, err
		}
		for _, l := range s.going() {
			p, err := links.Piece(tx.Tx, tx.Env.People, l.Copy)
			if err != nil {
				return s, fmt.Errorf("read what is handed over: %w", err)
			}
			s.items = append(s.items, p.Item)
		}
		return s, nil
	},
	Leans: func(s closing, _ ListClose) []act.Event { return s.events() },
	Facts: func(s closing, cmd ListClose, env act.Env) closeFacts {
		f := closeFacts{listFacts: s.facts(env, s.unsettled), ItemYear: s.year, ReceiverKind: "staff"}
		if cmd.TakenBy == "" && s.list.Kind != Destruction {
			f.ReceiverKind = "outsider"
		}
		f.signs = map[string]term.PersonID{"hander": cmd.HandedBy, "taker": cmd.TakenBy}
		if cmd.TakenBy == "" && (strings.TrimSpace(cmd.TakerSignature) != "" || s.list.Kind == Return && f.ReceiptSet) {
			f.paper = []string{"taker"}
		}
		return f
	},
	Decide: decideClose,
})

func goodDay(field, day string) error {
	if day == "" {
		return nil
	}
	if _, err := calendar.ParseDate(day); err != nil {
		return refuse.Field(field, "bad_date")
	}
	return nil
}

func decideClose(s closing, cmd ListClose, env act.Env) (act.Changes, error) {
	if err := s.open(0); err != nil {
		return act.Changes{}, err
	}
	if err := s.closable(cmd, env); err != nil {
		return act.Changes{}, err
	}
	c, next := s.gone(cmd.At, env)
	next.HandedBy, next.TakenBy, next.WatchedBy = cmd.HandedBy, cmd.TakenBy, cmd.WatchedBy
	if who := strings.TrimSpace(cmd.TakerSignature); who != "" && s.list.ReceiptAt.IsZero() {
		next.Receiver = store.Plain(who)
	}
	if s.list.Kind == Return && s.list.ReceiptAt.IsZero() {
		c.Targets = nil // what it settles is settled by the receipt
	}
	c.Rows = append(c.Rows, Lists.Update(s.list, next))
	switch ids := copies(s.going()); {
	case len(ids) == 0:
	case s.list.Kind == Transfer && cmd.TakenBy != "":
		c.Then = []act.Follow{{Act: "custody.reassign", Command: Reassign{Copies: ids, To: cmd.TakenBy}}}
	default:
		c.Then = []act.Follow{{Act: "custody.finish", Command: Finish{Copies: ids, Ending: endings[s.list.Kind]}}}
	}
	return c, nil
}

// endings are how the life of a piece ends by each kind of list.
var endings = map[string]string{Return: "returned", Transfer: "transferred", Archive: "archived", Destruction: "destroyed"}

// closable answers what keeps a list open beside the law.
func (s closing) closable(cmd ListClose, env act.Env) error {
	switch {
	case s.list.Kind == Destruction && len(s.going()) > 0:
		return refuse.Field("list", "not_destroyed")
	case s.list.Kind == Destruction:
		return nil
	case len(s.going()) > 0 && !s.countsEqual():
		return refuse.Field("list", "uncounted")
	case s.out > 0 && (s.list.Kind != Transfer || cmd.TakenBy == ""): // inside the house they change hands as they are
		return refuse.Field("list", "pieces_out")
	case cmd.HandedBy != "" && env.People.Name(cmd.HandedBy) == "":
		return refuse.Field("handed_by", "unknown_person")
	case s.list.Kind == Transfer && s.otherHander(cmd.HandedBy) != "":
		return &refuse.Invalid{Fields: []refuse.FieldError{{Field: "handed_by", Code: "not_the_holder", Args: map[string]string{"name": env.People.Name(s.otherHander(cmd.HandedBy))}}}}
	case s.list.Kind == Transfer && s.given() && !signedBy(env, "hander", cmd.HandedBy):
		return refuse.Field("handed_by", "unsigned_hander")
	case cmd.TakenBy != "" && env.People.Name(cmd.TakenBy) == "":
		return refuse.Field("taken_by", "unknown_person")
	case cmd.TakenBy != "" && cmd.TakenBy == cmd.HandedBy:
		return refuse.Field("taken_by", "same_person")
	case cmd.WatchedBy != "" && (cmd.WatchedBy == cmd.HandedBy || cmd.WatchedBy == cmd.TakenBy || env.People.Name(cmd.WatchedBy) == ""):
		return refuse.Field("watched_by", "another")
	case cmd.TakenBy == "" && s.list.Kind == Archive:
		return refuse.Field("taken_by", "required")
	}
	if err := onDay("at", cmd.At, env, s.events()...); err != nil {
		return err
	}
	for _, i := range s.items { // whoever takes it over comes to know it, and holds it
		sight, err := env.Law.Sight(env.People.Posts(cmd.TakenBy), env.Person(cmd.TakenBy).Left)
		m, p := i.Matter(cmd.TakenBy), i.Person(env, cmd.TakenBy)
		switch {
		case err != nil || !sight.Sees(m.Class, m.Ways):
			return refuse.Field("taken_by", "outside_scope")
		case !p.GradeCovers:
			return refuse.Field("taken_by", "not_cleared")
		}
	}
	return nil
}

// given reports whether somebody in particular gives the pieces: whose hand-over it is, or who has them with him.
func (s closing) given() bool { return s.list.Person != "" || len(s.holders) > 0 }

// otherHander is somebody without whose hand the pieces do not go, where it is not who hands over; empty: nobody.
func (s closing) otherHander(by term.PersonID) term.PersonID {
	for _, p := range append([]term.PersonID{s.list.Person}, s.holders...) {
		if p != "" && p != by {
			return p
		}
	}
	return ""
}

func signedBy(env act.Env, role string, who term.PersonID) bool {
	return slices.ContainsFunc(env.Signatures, func(s act.Signature) bool { return s.Role == role && s.Person == who })
}

// gone gives the lines as they stand once their pieces are gone, on a day that is said or today, and the closed list, which is
// not among the rows yet.
func (s closing) gone(day string, env act.Env) (act.Changes, List) {
	c := act.Changes{Subject: string(s.list.ID), Targets: s.targets(), Values: map[string]string{"number": s.list.Number()}}
	for _, l := range s.going() {
		next := l
		next.State, next.DoneAt, next.DoneOn, next.DoneBy = Gone, env.At, day, env.Actor.Person
		c.Rows = append(c.Rows, Lines.Update(l, next))
	}
	next := s.list
	next.State, next.ClosedAt, next.ClosedBy = Closed, env.At, env.Actor.Person
	return c, next
}

// ArchiveSign is the hand-over to the archive (立卷归档): who hands over signs, then who takes it for the archive. A list that is
// still open goes with it.
type ArchiveSign struct {
	List     term.DisposalListID `json:"list" req:"true"`
	HandedBy term.PersonID       `json:"handed_by"`
	TakenBy  term.PersonID       `json:"taken_by"`
	Date     string              `json:"date"`
	FileNo   string              `json:"file_no"` // 卷号
}

var _ = act.Define("disposal.archive_sign", act.Act[ArchiveSign, closing, archiveFacts]{
	Within: true,
	Signs:  handing,
	Check:  func(cmd ArchiveSign) error { return goodDay("date", cmd.Date) },
	Load:   func(tx *act.Tx, cmd ArchiveSign) (closing, error) { return loadClosing(tx, cmd.List) },
	Leans:  func(s closing, _ ArchiveSign) []act.Event { return s.events() },
	Facts: func(s closing, cmd ArchiveSign, env act.Env) archiveFacts {
		f := archiveFacts{closeFacts: closeFacts{listFacts: s.facts(env, s.unsettled), ItemYear: s.year, ReceiverKind: "staff"}}
		taker := cmd.TakenBy
		if taker == "" { // that it must be said is another rule
			taker = env.Actor.Person
		}
		f.signs = map[string]term.PersonID{"hander": cmd.HandedBy, "taker": taker}
		f.Persons = []regulation.Person{env.Person(taker)}
		return f
	},
	Decide: decideArchive,
})

func decideArchive(s closing, cmd ArchiveSign, env act.Env) (act.Changes, error) {
	if s.list.Kind != Archive {
		return act.Changes{}, refuse.Field("list", "not_an_archive")
	}
	if !s.list.SignedAt.IsZero() {
		return act.Changes{}, &refuse.Conflict{Table: Lists.Name(), Key: string(s.list.ID), By: s.list.SignedBy}
	}
	if err := s.closable(ListClose{HandedBy: cmd.HandedBy, TakenBy: cmd.TakenBy}, env); err != nil {
		return act.Changes{}, err
	}
	if err := onDay("date", cmd.Date, env, s.events()...); err != nil {
		return act.Changes{}, err
	}
	c := act.Changes{Subject: string(s.list.ID), Values: map[string]string{"number": s.list.Number()}}
	next := s.list
	if s.list.State == Open {
		c, next = s.gone(cmd.Date, env)
		next.HandedBy, next.TakenBy = cmd.HandedBy, cmd.TakenBy
		if ids := copies(s.going()); len(ids) > 0 {
			c.Then = []act.Follow{{Act: "custody.finish", Command: Finish{Copies: ids, Ending: endings[Archive]}}}
		}
	}
	next.SignedAt, next.SignedBy, next.FileNo = env.At, cmd.TakenBy, cmd.FileNo
	c.Rows = append(c.Rows, Lists.Update(s.list, next))
	if s.list.Of != "" {
		c.Targets = append(c.Targets, act.Target{Kind: "year", ID: s.list.Of, CloseOnly: true})
	}
	return c, nil
}
