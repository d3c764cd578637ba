// Package circulation keeps 传阅: which readers a document goes to, in which order, and where each turn stands.
//
//	circulation  open ─────────────────────────────► closed
//	stop         waiting ─hand_out─► out ─sign_read─► read ─take_back─► back
//
// What must always hold:
//   - Every reader added is served or the circulation stays open; nobody is skipped.
//   - A stop is out only while custody says that its reader holds a copy: served and taken are told by custody,
//     in the same transaction.
//   - One reader stands once in one circulation.
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
	// Labelled reports whether every copy of a document bears its label.
	Labelled(tx *store.Tx, id term.DocumentID) (bool, error)
}

var links Links

// Plug tells the package who answers for documents and copies.
func Plug(l Links) { links = l }

const openNow = "WHERE document = $1 AND state = 'open' LIMIT 1"

// AskStop is the first read of StopFor, for Tx.Ahead.
func AskStop(document term.DocumentID) store.Ask { return Circulations.Ask(openNow, string(document)) }

// StopFor gives the stop that is a reader's turn in the open circulation of a document, and who waits.
func StopFor(tx *store.Tx, document term.DocumentID, reader term.PersonID) (term.CirculationID, term.StopID, []term.PersonID, error) {
	c, ok, err := Circulations.One(tx, openNow, string(document))
	if err != nil || !ok {
		return "", "", nil, err
	}
	stops, err := Stops.Select(tx, "WHERE circulation = $1 ORDER BY seq", string(c.ID))
	if err != nil {
		return "", "", nil, err
	}
	var id term.StopID
	var waiting []term.PersonID
	for _, s := range stops {
		if s.Reader == reader && s.State != Back {
			id = s.ID
		}
		if s.State == Waiting && s.Reader != reader {
			waiting = append(waiting, s.Reader)
		}
	}
	return c.ID, id, waiting, nil
}

type running struct {
	circulation Circulation
	stops       []Stop
	item        act.Item
	out         int
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
	r.stops, err = Stops.Select(tx.Tx, "WHERE circulation = $1 ORDER BY seq", string(id))
	return r, err
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
	OpenLines int                 `fact:"open_lines"` // readers unserved and copies not back
	Persons   []regulation.Person `fact:",each"`
	relations []string
}

// ActorRelations says how the actor stands to the item.
func (f facts) ActorRelations() []string { return f.relations }

func (r running) facts(env act.Env, persons ...term.PersonID) facts {
	f := facts{Item: r.item.Item, CopiesOut: r.out, OpenLines: r.out, relations: r.item.Relations(env.Actor.Person)}
	for _, s := range r.stops {
		if s.State == Waiting {
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

func (r running) matters(env act.Env) []act.Matter {
	return []act.Matter{r.item.Matter(env.Actor.Person)}
}

// OpenOne begins a circulation with its readers in order.
type OpenOne struct {
	Document term.DocumentID `json:"document"`
	Readers  []term.PersonID `json:"readers"`
}

var _ = act.Define("circulation.open", act.Act[OpenOne, running, facts]{
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
	Facts: func(s running, cmd OpenOne, env act.Env) facts { return s.facts(env, cmd.Readers...) },
	Decide: func(s running, cmd OpenOne, env act.Env) (act.Changes, error) {
		if s.circulation.ID != "" || s.item.Void {
			return act.Changes{}, &refuse.Conflict{Table: "circulation", Key: string(cmd.Document), By: s.circulation.OpenedBy}
		}
		if len(cmd.Readers) == 0 {
			return act.Changes{}, refuse.Field("readers", "required")
		}
		c := Circulation{ID: term.CirculationID(env.ID()), Document: cmd.Document, Class: int(s.item.Class), OpenedAt: env.At, OpenedBy: env.Actor.Person, State: Open}
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

// StopAdd adds a reader.
type StopAdd struct {
	Circulation term.CirculationID `json:"circulation"`
	To          term.PersonID      `json:"to"`
}

var _ = act.Define("circulation.stop_add", act.Act[StopAdd, running, facts]{
	Load:  func(tx *act.Tx, cmd StopAdd) (running, error) { return load(tx, cmd.Circulation) },
	Knows: func(s running, _ StopAdd, env act.Env) []act.Matter { return s.matters(env) },
	Facts: func(s running, cmd StopAdd, env act.Env) facts { return s.facts(env, cmd.To) },
	Decide: func(s running, cmd StopAdd, env act.Env) (act.Changes, error) {
		switch {
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

// StopSkip asks to leave a reader out. It exists so that it can be refused.
type StopSkip struct {
	Stop term.StopID `json:"stop"`
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

// SignRead is 阅签: the reader signs that he has read.
type SignRead struct {
	Stop   term.StopID `json:"stop"`
	ReadAt *time.Time  `json:"read_at"`
}

var _ = act.Define("circulation.sign_read", act.Act[SignRead, atStop, facts]{
	Load:  func(tx *act.Tx, cmd SignRead) (atStop, error) { return loadStop(tx, cmd.Stop) },
	Knows: func(s atStop, _ SignRead, env act.Env) []act.Matter { return s.matters(env) },
	Facts: func(s atStop, _ SignRead, env act.Env) facts { return s.facts(env) },
	Decide: func(s atStop, cmd SignRead, env act.Env) (act.Changes, error) {
		switch {
		case s.stop.Reader != env.Actor.Person:
			return act.Changes{}, refuse.Field("stop", "another_reader")
		case s.stop.State != Out:
			return act.Changes{}, &refuse.Conflict{Table: "stop", Key: string(s.stop.ID)}
		}
		next := s.stop
		next.State, next.ReadAt = Read, env.At
		if cmd.ReadAt != nil {
			switch {
			case cmd.ReadAt.After(env.At):
				return act.Changes{}, refuse.Field("read_at", "in_the_future")
			case cmd.ReadAt.Before(s.stop.OutAt.Truncate(time.Minute)): // typed to the minute
				return act.Changes{}, refuse.Field("read_at", "in_the_past")
			}
			next.ReadAt = *cmd.ReadAt
		}
		key := string(s.stop.Document) + "/" + string(s.stop.Reader)
		return act.Changes{
			Subject: string(s.stop.ID), Document: s.stop.Document, Rows: []store.Change{Stops.Update(s.stop, next)},
			Targets: []act.Target{{Kind: "reader", ID: key, Person: s.stop.Reader, CloseOnly: true}},
		}, nil
	},
})

// Close ends a circulation: every reader served, every copy back.
type Close struct {
	Circulation term.CirculationID `json:"circulation"`
}

var _ = act.Define("circulation.close", act.Act[Close, running, facts]{
	Load:  func(tx *act.Tx, cmd Close) (running, error) { return load(tx, cmd.Circulation) },
	Knows: func(s running, _ Close, env act.Env) []act.Matter { return s.matters(env) },
	Facts: func(s running, _ Close, env act.Env) facts { return s.facts(env) },
	Unmet: func(s running, _ Close, _ act.Env) []act.Target {
		var out []act.Target
		for _, stop := range s.stops {
			if stop.State == Waiting {
				out = append(out, act.Target{Kind: "stop", ID: string(stop.ID), Person: stop.Reader})
			}
		}
		return out
	},
	Decide: func(s running, _ Close, env act.Env) (act.Changes, error) {
		if s.circulation.State != Open {
			return act.Changes{}, &refuse.Conflict{Table: "circulation", Key: string(s.circulation.ID), By: s.circulation.ClosedBy}
		}
		next := s.circulation
		next.State, next.ClosedAt, next.ClosedBy = Closed, env.At, env.Actor.Person
		return act.Changes{
			Subject: string(next.ID), Document: next.Document, Rows: []store.Change{Circulations.Update(s.circulation, next)},
			Targets: []act.Target{{Kind: "item", ID: string(next.Document)}},
		}, nil
	},
})

// Served and Taken are told by custody: the reader of a stop has his copy, or it has come back.
type Served struct {
	Stop term.StopID `json:"id"`
	Copy term.CopyID `json:"copy"`
	At   time.Time   `json:"at"`
}

func told(name string, apply func(*Stop, Served)) {
	act.Define(name, act.Act[Served, Stop, systemFacts]{
		Load:  func(tx *act.Tx, cmd Served) (Stop, error) { return Stops.Get(tx.Tx, cmd.Stop) },
		Facts: func(Stop, Served, act.Env) systemFacts { return systemFacts{} },
		Decide: func(s Stop, cmd Served, _ act.Env) (act.Changes, error) {
			next := s
			apply(&next, cmd)
			return act.Changes{Subject: string(s.ID), Document: s.Document, Rows: []store.Change{Stops.Update(s, next)}}, nil
		},
	})
}

type systemFacts struct{}

func init() {
	told("circulation.served", func(s *Stop, cmd Served) { s.State, s.Copy, s.OutAt = Out, cmd.Copy, cmd.At })
	told("circulation.taken", func(s *Stop, cmd Served) { s.State, s.BackAt = Back, cmd.At })
}

// Reclass follows a change of a document's scope: circulations and stops keep what visibility looks at.
type Reclass struct {
	Document term.DocumentID `json:"document"`
	Class    int             `json:"class"`
}

type reclassed struct {
	circulations []Circulation
	stops        []Stop
}

var _ = act.Define("circulation.reclass", act.Act[Reclass, reclassed, systemFacts]{
	Load: func(tx *act.Tx, cmd Reclass) (reclassed, error) {
		var r reclassed
		var err error
		if r.circulations, err = Circulations.Select(tx.Tx, "WHERE document = $1 ORDER BY id", string(cmd.Document)); err != nil {
			return r, err
		}
		r.stops, err = Stops.Select(tx.Tx, "WHERE document = $1 ORDER BY id", string(cmd.Document))
		return r, err
	},
	Facts: func(reclassed, Reclass, act.Env) systemFacts { return systemFacts{} },
	Decide: func(s reclassed, cmd Reclass, _ act.Env) (act.Changes, error) {
		c := act.Changes{Subject: string(cmd.Document), Document: cmd.Document}
		for _, row := range s.circulations {
			next := row
			next.Class = cmd.Class
			c.Rows = append(c.Rows, Circulations.Update(row, next))
		}
		for _, row := range s.stops {
			next := row
			next.Class = cmd.Class
			c.Rows = append(c.Rows, Stops.Update(row, next))
		}
		return c, nil
	},
})
