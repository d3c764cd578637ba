// Package meeting keeps what is told to others: in this version the secrets that are given to outsiders (对外提供), by which
// agreement, until when, and what has come back. Meetings and their papers come later.
//
// What must always hold:
//   - Each piece that was given is a line of its own: to whom, by whose leave, when, and when it came back.
//   - A line is written once and taken back once; what was written in it stays.
//   - What somebody has is given by him alone, and is his no more; what is outside goes to nobody else meanwhile.
//   - Who the other side is and what for is sealed with the item's key.
//
// That leave must have been given before, and by whom, is for the packs to say: the clauses on dealing with others lean on
// it. That the copy stands outside from then on, and is to be put away anew when it is back, is written by what follows:
// custody.supply and custody.supply_back. It knows documents only as act.Item and copies only by what Links tells.
package meeting

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Piece is a copy as far as this noun knows it.
type Piece struct {
	Copy    term.CopyID
	Number  string        // as people read it
	Live    bool          // its life has not ended, and it lies in its place or received
	Holder  term.PersonID // who has it, where it does not lie
	Outside bool          // it was given outside already
	Lost    bool          // nobody knows where it is
	Since   time.Time     // when it moved last
	Item    act.Item
}

// Links is what this noun asks of others; app plugs it in once.
type Links interface {
	Piece(tx *act.Tx, id term.CopyID) (Piece, error)
}

var links Links

// Plug tells the package who answers for copies.
func Plug(l Links) { links = l }

// maxItems is the most pieces that are given at once.
const maxItems = 100

func load(tx *act.Tx, ids []term.CopyID) ([]Piece, error) {
	if links == nil {
		return nil, errors.New("nobody has plugged in the copies")
	}
	var out []Piece
	for _, id := range ids[:min(len(ids), maxItems)] {
		p, err := links.Piece(tx, id)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func matters(pieces []Piece, env act.Env) []act.Matter {
	var out []act.Matter
	for _, p := range pieces {
		out = append(out, p.Item.Matter(env.Actor.Person))
	}
	return out
}

// facts are those of one piece; of several, once for each.
type facts struct {
	regulation.Item
	others    []facts
	relations []string
}

// ActorRelations says how the actor stands to all of the items.
func (f facts) ActorRelations() []string { return f.relations }

// Others are the facts of the other pieces: the law is asked for each.
func (f facts) Others() (out []any) {
	for _, o := range f.others {
		out = append(out, o)
	}
	return out
}

func factsOf(pieces []Piece, env act.Env) facts {
	if len(pieces) == 0 { // what it is was not said: that alone is answered
		return facts{Item: regulation.NewItem(term.Open, term.RegimeState)}
	}
	var all []facts
	relations := pieces[0].Item.Relations(env.Actor.Person)
	for _, p := range pieces {
		mine := p.Item.Relations(env.Actor.Person)
		relations = slices.DeleteFunc(slices.Clone(relations), func(r string) bool { return !slices.Contains(mine, r) })
		all = append(all, facts{Item: p.Item.Item})
	}
	all[0].others, all[0].relations = all[1:], relations
	return all[0]
}

// Disclose gives pieces to somebody outside the house.
type Disclose struct {
	Items              []term.CopyID `json:"items" req:"true"`
	Recipient          string        `json:"recipient" secret:"true" max:"100"`       // whose
	RecipientPerson    string        `json:"recipient_person" secret:"true" max:"60"` // who
	Purpose            string        `json:"purpose" secret:"true" max:"300"`
	Basis              string        `json:"basis" secret:"true" max:"300"`       // of working together
	AgreementNo        string        `json:"agreement_no" secret:"true" max:"60"` // of confidentiality
	ReturnBy           string        `json:"return_by"`                           // YYYY-MM-DD
	RecipientSignature string        `json:"recipient_signature" secret:"true" max:"60"`
}

var _ = act.Define("meeting.disclose", act.Act[Disclose, []Piece, facts]{
	Live:  true,
	Check: checkDisclose,
	Load:  func(tx *act.Tx, cmd Disclose) ([]Piece, error) { return load(tx, cmd.Items) },
	Knows: func(s []Piece, _ Disclose, env act.Env) []act.Matter { return matters(s, env) },
	Leans: func(s []Piece, _ Disclose) (out []act.Event) {
		for _, p := range s {
			out = append(append(out, p.Item.Events()...), act.Event{What: "moved", At: p.Since})
		}
		return out
	},
	Facts:  func(s []Piece, _ Disclose, env act.Env) facts { return factsOf(s, env) },
	Decide: decideDisclose,
})

func checkDisclose(cmd Disclose) error {
	if len(cmd.Items) > maxItems {
		return refuse.Field("items", "too_many")
	}
	for i, id := range cmd.Items {
		if slices.Contains(cmd.Items[:i], id) {
			return refuse.Field("items", "named_twice")
		}
	}
	if _, err := calendar.ParseDate(cmd.ReturnBy); cmd.ReturnBy != "" && err != nil {
		return refuse.Field("return_by", "bad_date")
	}
	return nil
}

func decideDisclose(s []Piece, cmd Disclose, env act.Env) (act.Changes, error) {
	switch {
	case len(s) == 0:
		return act.Changes{}, refuse.Field("items", "required")
	case cmd.ReturnBy != "" && cmd.ReturnBy < env.Today().String():
		return act.Changes{}, refuse.Field("return_by", "in_the_past")
	}
	c := act.Changes{Document: s[0].Item.Document, Values: map[string]string{}}
	for i, p := range s {
		switch {
		case p.Outside:
			return act.Changes{}, refuse.Field("items", "given_already")
		case !p.Live && p.Holder != env.Actor.Person:
			return act.Changes{}, &refuse.Conflict{Table: "copy", Key: string(p.Copy), With: p.Holder}
		}
		d := Supply{
			ID: env.ID(), Document: p.Item.Document, Copy: p.Copy, CopyNo: p.Number, Level: p.Item.Level, Recipient: plain(cmd.Recipient), Person: plain(cmd.RecipientPerson),
			Purpose: plain(cmd.Purpose), Basis: plain(cmd.Basis), AgreementNo: plain(cmd.AgreementNo), Signature: plain(cmd.RecipientSignature),
			ReturnBy: cmd.ReturnBy, HandedAt: env.At, HandedBy: env.Actor.Person, Moved: true,
		}
		for _, l := range env.Allowed {
			d.ApprovedBy = append(d.ApprovedBy, string(l.By))
			if l.At.After(d.ApprovedAt) {
				d.ApprovedAt = l.At
			}
		}
		c.Rows = append(c.Rows, Supplies.Insert(d))
		c.Values[fmt.Sprintf("line.%d", i+1)] = d.ID
		if t, ok := owed(d); ok {
			c.Targets = append(c.Targets, t)
		}
		c.Subject = d.ID
	}
	c.Then = []act.Follow{{Act: "custody.supply", Command: moved{Copies: cmd.Items, By: env.Actor.Person, Signed: env.Signer("actor"), ReturnBy: cmd.ReturnBy}}}
	return c, nil
}

// moved and cameBack tell custody that copies stand outside, or are here again.
type moved struct {
	Copies   []term.CopyID `json:"copies"`
	By       term.PersonID `json:"by"`
	Signed   term.PersonID `json:"signed"`
	ReturnBy string        `json:"return_by"`
}

type cameBack struct {
	Copies  []term.CopyID `json:"copies"`
	By      term.PersonID `json:"by"`
	Signed  term.PersonID `json:"signed"`
	Checked bool          `json:"checked"`
	Whole   bool          `json:"whole"`
}

// owed is a piece outside that is to come back by a day; false where none was agreed.
func owed(d Supply) (act.Target, bool) {
	day, err := calendar.ParseDate(d.ReturnBy)
	return act.Target{Kind: "given", ID: d.ID, Document: d.Document, Records: map[string]calendar.Recorded{"return_by": act.RecordedDate(day)}}, err == nil
}

func plain(s string) store.Sealed { return store.Plain(strings.TrimSpace(s)) }

// TakeBack notes that a piece has come back from outside.
type TakeBack struct {
	Line    string `json:"line" req:"true"`
	Checked bool   `json:"checked"`                        // page by page
	Result  string `json:"result" secret:"true" max:"200"` // what was wrong with it
}

type given struct {
	line  Supply
	piece Piece
}

var _ = act.Define("meeting.take_back_disclosed", act.Act[TakeBack, given, facts]{
	Load: func(tx *act.Tx, cmd TakeBack) (s given, err error) {
		if s.line, err = Supplies.Get(tx.Tx, cmd.Line); err != nil {
			return s, err
		}
		pieces, err := load(tx, []term.CopyID{s.line.Copy})
		if err == nil {
			s.piece = pieces[0]
		}
		return s, err
	},
	Knows:  func(s given, _ TakeBack, env act.Env) []act.Matter { return matters([]Piece{s.piece}, env) },
	Leans:  func(s given, _ TakeBack) []act.Event { return []act.Event{{What: "handed", At: s.line.HandedAt}} },
	Facts:  func(s given, _ TakeBack, env act.Env) facts { return factsOf([]Piece{s.piece}, env) },
	Decide: decideTakeBack,
})

func decideTakeBack(s given, cmd TakeBack, env act.Env) (act.Changes, error) {
	if !s.line.TakenBackAt.IsZero() {
		return act.Changes{}, &refuse.Conflict{Table: Supplies.Name(), Key: s.line.ID, By: s.line.TakenBackBy}
	}
	if s.piece.Lost { // who has found it says so first
		return act.Changes{}, refuse.Field("line", "reported_lost")
	}
	next := s.line
	next.TakenBackAt, next.TakenBackBy, next.Result = env.At, env.Actor.Person, plain(cmd.Result)
	c := act.Changes{Subject: s.line.ID, Document: s.line.Document, Rows: []store.Change{Supplies.Update(s.line, next)}}
	if s.piece.Outside { // else it was moved since, by a version that let it
		c.Then = []act.Follow{{Act: "custody.supply_back", Command: cameBack{
			Copies: []term.CopyID{s.line.Copy}, By: env.Actor.Person, Signed: env.Signer("actor"), Checked: cmd.Checked, Whole: cmd.Checked && strings.TrimSpace(cmd.Result) == "",
		}}}
	}
	if t, ok := owed(s.line); ok {
		t.CloseOnly, c.Targets = true, []act.Target{t}
	}
	return c, nil
}
