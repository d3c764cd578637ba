package circulation

import (
	"time"

	"jiyao/internal/act"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Served and Taken are told by custody: the reader of a stop has his copy, or it has come back.
type Served struct {
	Stop term.StopID `json:"id"`
	Copy term.CopyID `json:"copy"`
	At   time.Time   `json:"at"`
}

func told(name string, load func(*act.Tx, term.StopID) (atStop, error), apply func(*Stop, Served)) {
	act.Define(name, act.Act[Served, atStop, systemFacts]{
		Load:  func(tx *act.Tx, cmd Served) (atStop, error) { return load(tx, cmd.Stop) },
		Facts: func(atStop, Served, act.Env) systemFacts { return systemFacts{} },
		Decide: func(s atStop, cmd Served, _ act.Env) (act.Changes, error) {
			next := s.stop
			apply(&next, cmd)
			return act.Changes{
				Subject: string(next.ID), Document: next.Document, Rows: []store.Change{Stops.Update(s.stop, next)}, Then: s.awaited(next),
			}, nil
		},
	})
}

func alone(tx *act.Tx, id term.StopID) (atStop, error) {
	s, err := Stops.Get(tx.Tx, id)
	return atStop{stop: s}, err
}

// ofItem reads the whole round only where something is left to be done once it is over.
func ofItem(tx *act.Tx, id term.StopID) (atStop, error) {
	s, err := alone(tx, id)
	if err != nil {
		return s, err
	}
	awaits, err := links.Awaits(tx.Tx, s.stop.Document)
	if err != nil || !awaits {
		return s, err
	}
	return loadStop(tx, id)
}

// Await says that everybody has read and every copy is back, and only the result keeps the circulation open: what was to
// be circulated in time has been.
type Await struct {
	Circulation term.CirculationID `json:"circulation"`
	Document    term.DocumentID    `json:"document"`
}

var _ = act.Define("circulation.await", act.Act[Await, struct{}, systemFacts]{
	Load:  func(*act.Tx, Await) (struct{}, error) { return struct{}{}, nil },
	Facts: func(struct{}, Await, act.Env) systemFacts { return systemFacts{} },
	Decide: func(_ struct{}, cmd Await, _ act.Env) (act.Changes, error) {
		return act.Changes{
			Subject: string(cmd.Circulation), Document: cmd.Document, Targets: []act.Target{{Kind: "item", ID: string(cmd.Document), CloseOnly: true}},
		}, nil
	},
})

// awaited is what follows a change of a stop that ends the round of an item whose result is still to come.
func (r running) awaited(changed Stop) []act.Follow {
	if !r.awaits || !r.over(changed) {
		return nil
	}
	return []act.Follow{{Act: "circulation.await", Command: Await{Circulation: r.circulation.ID, Document: r.circulation.Document}}}
}

type systemFacts struct{}

func init() {
	told("circulation.served", alone, func(s *Stop, cmd Served) {
		*s = s.undeclined()
		s.State, s.Copy, s.OutAt, s.BackAt = Out, cmd.Copy, cmd.At, time.Time{}
	})
	told("circulation.taken", ofItem, func(s *Stop, cmd Served) { s.State, s.BackAt = Back, cmd.At })
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
