package disposal

import (
	"errors"
	"fmt"
	"slices"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Destroy ends pieces for good: one copy, or all that a destruction list still names. The supervisors were there and sign.
type Destroy struct {
	Copy        term.CopyID         `json:"copy"`
	List        term.DisposalListID `json:"list"` // in place of a copy: all its lines
	Method      string              `json:"method" in:"method"`
	Place       string              `json:"place"`
	At          string              `json:"at"` // the day, YYYY-MM-DD; empty: today
	Supervisors []term.PersonID     `json:"supervisors"`
	Works       string              `json:"works" in:"works"`
	WorksNo     string              `json:"works_no"` // of an approved works (定点销毁单位)
	Escort      string              `json:"escort"`   // 押运人
}

type destroying struct {
	pieces    []Piece
	lines     []Line // beside pieces; one without an ID: it stands on no list
	lists     []List // beside lines
	whole     listed // the list that is destroyed whole; the zero value: one piece is
	last      int    // last number of the year, where a list must be made
	documents []term.DocumentID
	moved     map[term.CopyID]bool // of the pieces, those that left their place after the count
	held      map[term.CopyID]bool // and those that a finding holds back
}

// The roles of those who were there.
var supervising = []string{"supervisor_1", "supervisor_2"}

var _ = act.Define("disposal.destroy", act.Act[Destroy, destroying, destroyFacts]{
	Live:  true,
	Signs: supervising,
	Check: func(cmd Destroy) error {
		switch {
		case cmd.Copy != "" && cmd.List != "":
			return refuse.Field("list", "copy_or_list")
		case cmd.Copy == "" && cmd.List == "":
			return refuse.Field("copy", "required")
		}
		return goodDay("at", cmd.At)
	},
	Load: loadDestroying,
	Knows: func(s destroying, _ Destroy, env act.Env) []act.Matter {
		var out []act.Matter
		for _, p := range s.pieces {
			out = append(out, p.Item.Matter(env.Actor.Person))
		}
		return out
	},
	Leans: func(s destroying, _ Destroy) []act.Event {
		var out []act.Event
		for i, p := range s.pieces {
			out = append(append(out, p.Item.Events()...), act.Event{What: "allowed", At: s.lists[i].ApprovedAt})
		}
		return out
	},
	Facts:  factsOfDestroy,
	Decide: decideDestroy,
})

func loadDestroying(tx *act.Tx, cmd Destroy) (destroying, error) {
	var s destroying
	if cmd.List != "" {
		l, err := loadList(tx, cmd.List)
		if err != nil {
			return s, err
		}
		s.whole, s.lines = l, l.going()
		for range s.lines {
			s.lists = append(s.lists, l.list)
		}
	} else if err := s.single(tx, cmd.Copy); err != nil {
		return s, err
	}
	var ids []term.CopyID
	for _, l := range s.lines {
		p, err := links.Piece(tx.Tx, tx.Env.People, l.Copy)
		if err != nil {
			return s, err
		}
		s.pieces, ids = append(s.pieces, p), append(ids, p.Copy)
	}
	var err error
	since := tx.Env.At
	if len(s.lists) > 0 {
		since = s.lists[0].CountedAt
	}
	if s.moved, s.held, err = links.Trouble(tx.Tx, ids, since); err != nil {
		return s, fmt.Errorf("look what holds pieces back: %w", err)
	}
	if s.documents, err = links.Settled(tx.Tx, ids); err != nil {
		return s, fmt.Errorf("find what is destroyed whole: %w", err)
	}
	return s, nil
}

// single finds the line of one copy on an open destruction list; without one, the register gets a list of its own for it.
func (s *destroying) single(tx *act.Tx, id term.CopyID) error {
	line, on, err := Lines.One(tx.Tx, "WHERE copy = $1 AND state = 'listed'", string(id))
	if err != nil {
		return fmt.Errorf("find the line of a piece: %w", err)
	}
	list := List{}
	if on {
		if list, err = Lists.Get(tx.Tx, line.List); err != nil {
			return fmt.Errorf("find the list of a piece: %w", err)
		}
	}
	if !on || list.Kind != Destruction {
		last, _, err := Lists.One(tx.Tx, "WHERE kind = $1 AND year = $2 ORDER BY no DESC LIMIT 1", Destruction, int64(tx.Env.At.Year()))
		if err != nil && !errors.Is(err, refuse.ErrNotFound) {
			return fmt.Errorf("find the last number of a list: %w", err)
		}
		s.last, line, list = last.No, Line{Copy: id}, List{Kind: list.Kind}
	}
	s.lines, s.lists = []Line{line}, []List{list}
	return nil
}

func factsOfDestroy(s destroying, cmd Destroy, env act.Env) destroyFacts {
	f := destroyFacts{Method: cmd.Method, Works: cmd.Works, ItemYear: latestYear(s.pieces), HeldBack: len(s.held) > 0, signs: map[string]term.PersonID{}}
	var each []act.Item
	approved := true // of an empty list nothing wants it
	for i, p := range s.pieces {
		each = append(each, p.Item)
		approved = approved && s.lists[i].Kind == Destruction && !s.lists[i].ApprovedAt.IsZero()
	}
	items := apart(each, "")
	if approved {
		allApproved(items)
	}
	f.Item, f.beside = items[0], items[1:]
	if len(s.pieces) > 0 {
		f.Medium, f.relations = s.pieces[0].Medium, s.pieces[0].Item.Relations(env.Actor.Person)
	}
	for i, p := range distinct(cmd.Supervisors) {
		if i < len(supervising) {
			f.signs[supervising[i]] = p
		}
		f.Supervisors++
		if !slices.ContainsFunc(s.lists, func(l List) bool { return l.applied(env).Applicant == p }) {
			f.SupervisorsOther++
		}
	}
	return f
}

func distinct(ids []term.PersonID) []term.PersonID {
	var out []term.PersonID
	for _, id := range ids {
		if id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

func decideDestroy(s destroying, cmd Destroy, env act.Env) (act.Changes, error) {
	if err := s.destroyable(cmd, env); err != nil {
		return act.Changes{}, err
	}
	c := act.Changes{Subject: string(s.pieces[0].Copy), Document: s.pieces[0].Item.Document, Values: map[string]string{}}
	var ids []term.CopyID
	for i, p := range s.pieces {
		line := s.lines[i]
		next := line
		if line.ID == "" {
			list, key, err := s.ownList(p, env)
			if err != nil {
				return c, err
			}
			next = lineOf(list.ID, 1, p, env)
			c.Rows, s.lists[i] = append(c.Rows, key, Lists.Insert(list)), list
		}
		next.Method, next.Spot, next.Works, next.WorksNo, next.Escort = cmd.Method, cmd.Place, cmd.Works, cmd.WorksNo, cmd.Escort
		next.State, next.DoneAt, next.DoneOn, next.DoneBy, next.Supervisors = Gone, env.At, cmd.At, env.Actor.Person, nil
		for _, who := range distinct(cmd.Supervisors) {
			next.Supervisors = append(next.Supervisors, string(who))
		}
		next.CompletedAt = p.CompletedAt
		if line.ID == "" {
			c.Rows = append(c.Rows, Lines.Insert(next))
		} else {
			c.Rows = append(c.Rows, Lines.Update(line, next))
		}
		ids = append(ids, p.Copy)
	}
	c.Values["number"] = s.lists[0].Number()
	for _, d := range s.documents {
		c.Targets = append(c.Targets, act.Target{Kind: "item", ID: string(d), CloseOnly: true})
	}
	c.Then = []act.Follow{{Act: "custody.finish", Command: Finish{Copies: ids, Ending: endings[Destruction]}}}
	return c, nil
}

// destroyable answers what keeps pieces from being destroyed beside the law.
func (s destroying) destroyable(cmd Destroy, env act.Env) error {
	if len(s.pieces) == 0 {
		return refuse.Field("list", "no_lines")
	}
	for i, p := range s.pieces {
		switch {
		case !p.Live:
			return &refuse.Conflict{Table: "copy", Key: string(p.Copy)}
		case !p.InHand:
			return refuse.Field("list", "pieces_out")
		case s.lines[i].ID == "" && s.lists[i].Kind != "":
			return refuse.Field("copy", "on_another_list")
		case s.lists[i].ID != "" && s.lists[i].Kind != Destruction:
			return refuse.Field("list", "not_a_destruction")
		case p.Medium != s.pieces[0].Medium:
			return refuse.Field("list", "other_medium")
		case p.kept("list") != nil: // it may have changed since it was listed
			return p.kept("list")
		}
	}
	for _, who := range cmd.Supervisors {
		switch {
		case env.People.Name(who) == "":
			return refuse.Field("supervisors", "unknown_person")
		case slices.ContainsFunc(s.lists, func(l List) bool { return l.applied(env).Applicant == who }):
			return refuse.Field("supervisors", "applicant") // also where no regulation says so
		}
	}
	switch {
	case cmd.List != "" && !s.whole.countsEqual():
		return refuse.Field("list", "uncounted")
	case cmd.Copy != "" && s.lines[0].ID == "" && s.pieces[0].Item.Level.Classified(): // a list of its own is for what is no secret
		return refuse.Field("copy", "not_listed")
	case cmd.Copy != "" && s.lines[0].ID != "" && (!s.lines[0].Counted || s.moved[cmd.Copy]): // what goes was there when it was counted
		return refuse.Field("copy", "uncounted")
	case cmd.Method == "":
		return refuse.Field("method", "required")
	case len(distinct(cmd.Supervisors)) != len(cmd.Supervisors):
		return refuse.Field("supervisors", "twice")
	}
	var leans []act.Event
	for i, p := range s.pieces {
		leans = append(append(leans, s.lists[i].events()...), p.Item.Events()[:1]...)
	}
	if err := onDay("at", cmd.At, env, leans...); err != nil {
		return err
	}
	if cmd.At != "" && cmd.At != env.Today().String() { // not at 24:00 either: what may not be destroyed in a year is not said to have been
		return refuse.Field("at", "enter_late")
	}
	return nil
}

// ownList is the list of a piece that stood on none: the register of what was destroyed has no gaps.
func (s destroying) ownList(p Piece, env act.Env) (List, store.Change, error) {
	l := List{
		ID: term.DisposalListID(env.ID()), Kind: Destruction, Year: env.At.Year(), No: s.last + 1, Medium: p.Medium, OpenedAt: env.At, OpenedBy: env.Actor.Person,
		Applicant: env.Actor.Person, Lines: 1, Last: 1, ClosedAt: env.At, ClosedBy: env.Actor.Person, State: Closed,
	}
	if env.Actor.Person != "" {
		l.Unit = env.People.Unit(env.Actor.Person)
	}
	wrapped, err := env.Secrets.DocumentKey(term.DocumentID(l.ID))
	if err != nil {
		return l, store.Change{}, fmt.Errorf("make a key for the list: %w", err)
	}
	return l, links.Key(string(l.ID), wrapped), nil
}
