// Package circulation keeps 传阅: which readers a document goes to, in which order, and where each turn stands.
//
//	circulation  open ─────────────────────────────► closed
//	stop         waiting ─hand_out─► out ─sign_read─► read ─take_back─► back
//	                          ▲       └────────take_back──────────────────►│ unread: sign_read, or hand_out once more
//	                          └────────────────────────────────────────────┘
//	             waiting, back unread ─decline, two witnesses─► declined ─hand_out─► out, or sign_read─► back
//
// What must always hold:
//   - A reader is served when he has signed 已阅, or two witnesses attest that he does not. open_lines counts the others and the copies out; where the law asks, a
//     circulation does not close over them, and nobody is skipped.
//   - A stop is out only while custody says that its reader holds a copy: served and taken are told by custody,
//     in the same transaction.
//   - One reader stands once in one circulation.
//   - Readers are served in order, several at once where there are several copies, unless it is opened without an order.
package circulation

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Links is what circulation asks of other nouns; app plugs it in once, before the first act.
type Links interface {
	act.Items
	// OutOf counts the copies of a document that are not in a place of the office.
	OutOf(tx *store.Tx, id term.DocumentID) (int, error)
	// Awaits reports whether the result of an action item or of an instruction is still to come.
	Awaits(tx *store.Tx, id term.DocumentID) (bool, error)
	// Free counts the copies of a document that lie in the office and can be handed out.
	Free(tx *store.Tx, id term.DocumentID) (int, error)
	// Labelled reports whether every copy of a document bears its label.
	Labelled(tx *store.Tx, id term.DocumentID) (bool, error)
	// Receives lists the units for which a person receives.
	Receives(people act.Directory, reader term.PersonID) []term.UnitID
}

var links Links

// Plug tells the package who answers for documents and copies.
func Plug(l Links) { links = l }

// Over reports whether the circulation of a document has been closed and no other is open.
func Over(tx *store.Tx, document term.DocumentID) (bool, error) {
	last, ok, err := Circulations.One(tx, "WHERE document = $1 ORDER BY CASE WHEN state = 'open' THEN 0 ELSE 1 END LIMIT 1", string(document))
	if err != nil {
		return false, fmt.Errorf("find the circulation of a document: %w", err)
	}
	return ok && last.State == Closed, nil
}

type running struct {
	circulation Circulation
	stops       []Stop
	item        act.Item
	out         int
	awaits      bool // a result that the circulation does not close without
}

func load(tx *act.Tx, id term.CirculationID) (running, error) {
	c, err := Circulations.Get(tx.Tx, id)
	if err != nil {
		return running{}, err
	}
	r, err := loadItem(tx, c.Document)
	if err != nil {
		return r, err
	}
	r.circulation = c
	if r.stops, err = Stops.Select(tx.Tx, "WHERE circulation = $1 ORDER BY seq", string(id)); err != nil {
		return r, fmt.Errorf("read the readers of a circulation: %w", err)
	}
	if r.awaits, err = links.Awaits(tx.Tx, c.Document); err != nil {
		return r, fmt.Errorf("look for the result of a document: %w", err)
	}
	return r, nil
}

// over reports whether everybody has read and every copy is back, once an act has changed one of the stops.
func (r running) over(changed Stop) bool {
	return r.circulation.State == Open && r.out == 0 && !slices.ContainsFunc(r.stops, func(s Stop) bool {
		if s.ID == changed.ID {
			s = changed
		}
		return s.Unserved() || s.State != Back && s.State != Declined
	})
}

func loadItem(tx *act.Tx, id term.DocumentID) (running, error) {
	if links == nil {
		return running{}, errors.New("nobody has plugged in the documents")
	}
	i, err := links.Item(tx.Tx, tx.Env.People, id)
	if err != nil {
		return running{}, err
	}
	out, err := links.OutOf(tx.Tx, id)
	if err != nil {
		return running{}, fmt.Errorf("count the copies out: %w", err)
	}
	labelled, err := links.Labelled(tx.Tx, id)
	if err != nil {
		return running{}, fmt.Errorf("look for the labels: %w", err)
	}
	if labelled {
		i.StepsDone = append(slices.Clone(i.StepsDone), "label")
	}
	return running{item: i, out: out}, nil
}

type facts struct {
	regulation.Item
	CopiesOut int                 `fact:"copies_out"`
	OpenLines int                 `fact:"open_lines"` // readers who have not signed 已阅 and copies not back
	Persons   []regulation.Person `fact:",each"`
	relations []string
}

// ActorRelations says how the actor stands to the item.
func (f facts) ActorRelations() []string { return f.relations }

func (r running) facts(env act.Env, persons ...term.PersonID) facts {
	f := facts{Item: r.item.Item, CopiesOut: r.out, OpenLines: r.out, relations: r.item.Relations(env.Actor.Person)}
	for _, s := range r.stops {
		if s.Unserved() {
			f.OpenLines++
		}
	}
	if len(persons) == 0 {
		persons = []term.PersonID{env.Actor.Person}
	}
	for _, p := range persons {
		f.Persons = append(f.Persons, r.item.Person(env, p))
	}
	return f
}

func (r running) opened() act.Event { return act.Event{What: "opened", At: r.circulation.OpenedAt} }

// history is what a closing leans on: whatever became of each reader.
func (r running) history() []act.Event {
	out := []act.Event{r.opened()}
	for _, s := range r.stops {
		out = append(out, act.Event{What: "opened", At: s.AddedAt}, act.Event{What: "read", At: s.ReadAt}, act.Event{What: "back", At: s.BackAt},
			act.Event{What: "declined", At: s.DeclinedAt})
	}
	return out
}

func (r running) matters(env act.Env) []act.Matter {
	return []act.Matter{r.item.Matter(env.Actor.Person)}
}

// OpenOne begins a circulation with its readers in order.
type OpenOne struct {
	Document term.DocumentID `json:"document" req:"true"`
	Readers  []term.PersonID `json:"readers" req:"true"`
	AnyOrder bool            `json:"any_order"`
}

var _ = act.Define("circulation.open", act.Act[OpenOne, running, facts]{
	Live: true,
	Load: func(tx *act.Tx, cmd OpenOne) (running, error) {
		r, err := loadItem(tx, cmd.Document)
		if err != nil {
			return r, err
		}
		open, ok, err := Circulations.One(tx.Tx, "WHERE document = $1 AND state = 'open' LIMIT 1", string(cmd.Document))
		if ok {
			r.circulation = open
		}
		return r, err
	},
	Knows: func(s running, _ OpenOne, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s running, _ OpenOne) []act.Event { return s.item.Events() },
	Facts: func(s running, cmd OpenOne, env act.Env) facts { return s.facts(env, cmd.Readers...) },
	Decide: func(s running, cmd OpenOne, env act.Env) (act.Changes, error) {
		if s.circulation.ID != "" {
			return act.Changes{}, &refuse.Conflict{Table: "circulation", Key: string(cmd.Document), By: s.circulation.OpenedBy}
		}
		if len(cmd.Readers) == 0 {
			return act.Changes{}, refuse.Field("readers", "required")
		}
		c := Circulation{ID: term.CirculationID(env.ID()), Document: cmd.Document, Class: int(s.item.Class), OpenedAt: env.At, OpenedBy: env.Actor.Person, State: Open, AnyOrder: cmd.AnyOrder}
		out := act.Changes{
			Subject: string(c.ID), Document: cmd.Document, Rows: []store.Change{Circulations.Insert(c)},
			Targets: []act.Target{{Kind: "item", ID: string(cmd.Document)}}, Values: map[string]string{"circulation": string(c.ID)},
		}
		seen := map[term.PersonID]bool{}
		for i, p := range cmd.Readers {
			if env.People.Name(p) == "" {
				return out, refuse.Field("readers", "unknown_person")
			}
			if seen[p] {
				return out, refuse.Field("readers", "twice")
			}
			seen[p] = true
			s := newStop(c, i+1, p, env)
			out.Rows = append(out.Rows, Stops.Insert(s))
			out.Values["stop."+string(p)] = string(s.ID)
		}
		return out, nil
	},
})

func newStop(c Circulation, seq int, p term.PersonID, env act.Env) Stop {
	return Stop{
		ID: term.StopID(env.ID()), Circulation: c.ID, Document: c.Document, Class: c.Class, Seq: seq, Reader: p,
		Unit: env.People.Unit(p), AddedAt: env.At, State: Waiting,
	}
}

// StopAdd adds a reader. A document may be named instead of its circulation; where none is open yet, the law says what
// is missing before one can be.
type StopAdd struct {
	Circulation term.CirculationID `json:"circulation"`
	Document    term.DocumentID    `json:"document"`
	To          term.PersonID      `json:"to" req:"true"`
}

var _ = act.Define("circulation.stop_add", act.Act[StopAdd, running, facts]{
	Load:  loadStopAdd,
	Knows: func(s running, _ StopAdd, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s running, cmd StopAdd) []act.Event {
		return append(s.item.Events(), s.opened(), s.item.Joined(cmd.To))
	},
	Facts: func(s running, cmd StopAdd, env act.Env) facts { return s.facts(env, cmd.To) },
	Decide: func(s running, cmd StopAdd, env act.Env) (act.Changes, error) {
		switch {
		case s.circulation.ID == "":
			return act.Changes{}, refuse.Field("circulation", "required")
		case s.circulation.State != Open:
			return act.Changes{}, &refuse.Conflict{Table: "circulation", Key: string(s.circulation.ID), By: s.circulation.ClosedBy}
		case cmd.To == "" || env.People.Name(cmd.To) == "":
			return act.Changes{}, refuse.Field("to", "unknown_person")
		case slices.ContainsFunc(s.stops, func(x Stop) bool { return x.Reader == cmd.To }):
			return act.Changes{}, refuse.Field("to", "twice")
		}
		stop := newStop(s.circulation, len(s.stops)+1, cmd.To, env)
		return act.Changes{
			Subject: string(s.circulation.ID), Document: s.circulation.Document, Rows: []store.Change{Stops.Insert(stop)}, Values: map[string]string{"stop": string(stop.ID)},
		}, nil
	},
})

func loadStopAdd(tx *act.Tx, cmd StopAdd) (running, error) {
	if cmd.Circulation != "" || cmd.Document == "" {
		return load(tx, cmd.Circulation)
	}
	open, ok, err := Circulations.One(tx.Tx, "WHERE document = $1 AND state = 'open' LIMIT 1", string(cmd.Document))
	switch {
	case err != nil:
		return running{}, err
	case ok:
		return load(tx, open.ID)
	}
	return loadItem(tx, cmd.Document)
}

// StopSkip asks to leave a reader out. It exists so that it can be refused.
type StopSkip struct {
	Stop term.StopID `json:"stop" req:"true"`
}

type atStop struct {
	running
	stop Stop
}

func loadStop(tx *act.Tx, id term.StopID) (atStop, error) {
	s, err := Stops.Get(tx.Tx, id)
	if err != nil {
		return atStop{}, err
	}
	r, err := load(tx, s.Circulation)
	return atStop{r, s}, err
}

var _ = act.Define("circulation.stop_skip", act.Act[StopSkip, atStop, facts]{
	Load:  func(tx *act.Tx, cmd StopSkip) (atStop, error) { return loadStop(tx, cmd.Stop) },
	Knows: func(s atStop, _ StopSkip, env act.Env) []act.Matter { return s.matters(env) },
	Facts: func(s atStop, _ StopSkip, env act.Env) facts { return s.facts(env, s.stop.Reader) },
	Decide: func(atStop, StopSkip, act.Env) (act.Changes, error) {
		return act.Changes{}, refuse.Field("stop", "never_skipped")
	},
})

// SignRead is 阅签: the reader signs that he has read, at his own place or, with his PIN or code, at the officer's. He may
// do so until the circulation is closed, also after he gave the copy back.
type SignRead struct {
	Stop   term.StopID `json:"stop" req:"true"`
	ReadAt *time.Time  `json:"read_at"`
}

var _ = act.Define("circulation.sign_read", act.Act[SignRead, atStop, facts]{
	Signs: []string{"reader"},
	Load:  func(tx *act.Tx, cmd SignRead) (atStop, error) { return loadStop(tx, cmd.Stop) },
	Knows: func(s atStop, _ SignRead, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s atStop, _ SignRead) []act.Event {
		return []act.Event{s.opened(), {What: "handed", At: s.stop.OutAt}}
	},
	Facts: func(s atStop, _ SignRead, env act.Env) facts { return s.facts(env, s.stop.Reader) },
	Decide: func(s atStop, cmd SignRead, env act.Env) (act.Changes, error) {
		switch {
		case s.stop.Reader != env.Actor.Person && s.stop.Reader != env.Signer("reader"):
			return act.Changes{}, refuse.Field("stop", "another_reader")
		case s.circulation.State != Open || !s.stop.Signs():
			return act.Changes{}, &refuse.Conflict{Table: "stop", Key: string(s.stop.ID)}
		}
		next := s.stop.undeclined()
		next.ReadAt, next.State = env.At, Back
		if s.stop.State == Out {
			next.State = Read
		}
		if cmd.ReadAt != nil {
			switch {
			case cmd.ReadAt.After(env.At):
				return act.Changes{}, refuse.Field("read_at", "in_the_future")
			case cmd.ReadAt.Before(s.stop.OutAt.Truncate(time.Minute)): // typed to the minute
				return act.Changes{}, refuse.Field("read_at", "in_the_past")
			}
			next.ReadAt = *cmd.ReadAt
		}
		c := act.Changes{
			Subject: string(s.stop.ID), Document: s.stop.Document, Rows: []store.Change{Stops.Update(s.stop, next)},
			Targets: s.stop.answered(env),
		}
		c.Then = s.awaited(next)
		return c, nil
	},
})

// Close ends a circulation: every reader served, every copy back, and the result on record of what was to be acted on.
type Close struct {
	Circulation term.CirculationID `json:"circulation" req:"true"`
}

var _ = act.Define("circulation.close", act.Act[Close, running, facts]{
	Load:  func(tx *act.Tx, cmd Close) (running, error) { return load(tx, cmd.Circulation) },
	Knows: func(s running, _ Close, env act.Env) []act.Matter { return s.matters(env) },
	Leans: func(s running, _ Close) []act.Event { return s.history() },
	Facts: func(s running, _ Close, env act.Env) facts { return s.facts(env) },
	Unmet: func(s running, _ Close, _ act.Env) []act.Target {
		var out []act.Target
		for _, stop := range s.stops {
			if stop.Unserved() {
				out = append(out, act.Target{Kind: "stop", ID: string(stop.ID), Person: stop.Reader})
			}
		}
		return out
	},
	Decide: func(s running, _ Close, env act.Env) (act.Changes, error) {
		if s.circulation.State != Open {
			return act.Changes{}, &refuse.Conflict{Table: "circulation", Key: string(s.circulation.ID), By: s.circulation.ClosedBy}
		}
		if s.awaits {
			return act.Changes{}, refuse.Field("circulation", "no_result")
		}
		next := s.circulation
		next.State, next.ClosedAt, next.ClosedBy = Closed, env.At, env.Actor.Person
		return act.Changes{
			Subject: string(next.ID), Document: next.Document, Rows: []store.Change{Circulations.Update(s.circulation, next)},
			Targets: []act.Target{{Kind: "item", ID: string(next.Document)}},
		}, nil
	},
})
