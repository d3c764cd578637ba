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
	told("circulation.served", func(s *Stop, cmd Served) {
		s.State, s.Copy, s.OutAt, s.BackAt = Out, cmd.Copy, cmd.At, time.Time{}
	})
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
