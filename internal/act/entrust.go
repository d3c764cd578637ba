package act

import (
	"maps"
	"slices"
	"time"

	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Entrust is what is entrusted to somebody today, for some items.
type Entrust struct {
	Deeds  map[string]string // deed of the packs → number of the delegation
	Acts   []string          // that he is designated for
	Stages []string          // that his unit is designated for
}

// entrusting is a directory that knows what is entrusted to whom. Without items only what is entrusted for all of them counts.
type entrusting interface {
	Entrusted(id term.PersonID, items []term.DocumentID) Entrust
}

// entrusted is what the actor, or another, is entrusted with for the items at hand.
func (r *running) entrusted(id term.PersonID) Entrust {
	d, ok := r.env.People.(entrusting)
	if !ok || id == "" {
		return Entrust{}
	}
	return d.Entrusted(id, r.items)
}

// entrust notes what is entrusted to somebody, and what this, or a post of his, lets him do.
func (r *running) entrust(c *regulation.Common, id term.PersonID) {
	e := r.entrusted(id)
	c.DesignatedActs, c.DesignatedStages = e.Acts, e.Stages
	if r.env.Law != nil {
		c.Entrusted = r.env.Law.Entrusted(slices.Collect(maps.Keys(e.Deeds)), c.ActorPosts, len(e.Stages) > 0)
	}
}

// Execution is one act of a deed that only who is delegated may do, with the number of the delegation; none where a post that
// delegates it did it itself.
type Execution struct {
	ID         string          `col:"id,key"`
	Act        string          `col:"act"`
	Deed       string          `col:"deed"`
	Document   term.DocumentID `col:"document"`
	Executor   term.PersonID   `col:"executor"`
	Delegation string          `col:"delegation"`
	At         time.Time       `col:"at"`
	store.Meta
}

// Executions is the table.
var Executions = store.Define[Execution]("execution")

// executions gives the line that an adopted pack's register keeps of an act of a deed.
func (r *running) executions(changes Changes, known *regulation.Known) ([]store.Change, error) {
	if changes.Document == "" || r.env.Actor.System {
		return nil, nil
	}
	deed, err := r.env.Law.Executed(r.def.name, known)
	if err != nil || deed == "" {
		return nil, err
	}
	return []store.Change{Executions.Insert(Execution{
		ID: r.env.ID(), Act: r.def.name, Deed: deed, Document: changes.Document, Executor: r.env.Actor.Person,
		Delegation: r.entrusted(r.env.Actor.Person).Deeds[deed], At: r.env.At,
	})}, nil
}
