package act

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"jiyao/internal/notify"
	"jiyao/internal/obligation"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// noFacts is for acts that the system alone performs.
type noFacts struct{}

// Advance is the next event of a duty's plan: a warning, the late record, a step of the chain, a reminder.
type Advance struct {
	Duty term.ObligationID `json:"id"`
	At   time.Time         `json:"at"` // the event's own instant, so that an event is performed once
}

var _ = Define("obligation.advance", Act[Advance, advancing, noFacts]{
	Load:  loadAdvance,
	Facts: func(advancing, Advance, Env) noFacts { return noFacts{} },
	Decide: func(s advancing, cmd Advance, env Env) (Changes, error) {
		d := s.duty
		if d.State != obligation.Open || !d.NextAt.Equal(cmd.At) {
			return Changes{}, &refuse.Conflict{Table: "obligation", Key: string(d.ID)}
		}
		next, event, err := obligation.Advance(d, env.Now)
		if err != nil {
			return Changes{}, err
		}
		c := Changes{Subject: string(d.ID), Document: d.Document, Rows: []store.Change{obligation.Duties.Update(d, next)}, Values: s.who}
		if event.Kind != "effect" { // an effect tells whom it names itself
			c.Rows = append(c.Rows, notify.Notices.Insert(obligation.Tell(d, event, env.ID)))
		}
		def, ok := env.Law.Duty(d.Name)
		if !ok {
			return c, nil // its pack is no longer adopted: the clock runs out, nothing more follows
		}
		for _, e := range eventEffects(def, event) {
			c.effects = append(c.effects, bound{effect: e, clause: d.Clause, post: def.Post, target: Target{Kind: d.SubjectKind, ID: d.Subject, Person: d.OwnerPerson}})
		}
		return c, nil
	},
})

// advancing is a duty whose next event has come, with whom its effects may name.
type advancing struct {
	duty obligation.Duty
	who  map[string]string
}

func loadAdvance(tx *Tx, cmd Advance) (a advancing, err error) {
	if a.duty, err = obligation.Duties.Get(tx.Tx, cmd.Duty); err != nil {
		return a, err
	}
	thingsMu.Lock()
	who := concerned[a.duty.SubjectKind]
	thingsMu.Unlock()
	if who != nil {
		a.who, err = who(tx.Tx, a.duty.Subject)
	}
	return a, err
}

func eventEffects(def *regulation.Duty, event obligation.Event) []regulation.Effect {
	switch event.Kind {
	case "warn":
		return def.OnWarn
	case "late":
		return def.OnLate
	case "effect": // the pack of today may have fewer than that of the day it opened
		if n, err := strconv.Atoi(event.Post); err == nil && n < len(def.OnLater) {
			return []regulation.Effect{def.OnLater[n].Effect}
		}
	}
	return nil
}

// postNotice tells a post or keeps a flag.
type postNotice struct {
	Kind     string          `json:"kind"`
	Post     string          `json:"post"`
	Person   term.PersonID   `json:"person"`
	Clause   term.Clause     `json:"clause"`
	Subject  string          `json:"id"`
	Document term.DocumentID `json:"document"`
}

var _ = Define("notice.post", Act[postNotice, struct{}, noFacts]{
	Load:  func(*Tx, postNotice) (struct{}, error) { return struct{}{}, nil },
	Facts: func(struct{}, postNotice, Env) noFacts { return noFacts{} },
	Decide: func(_ struct{}, cmd postNotice, env Env) (Changes, error) {
		n := notify.Notice{ID: term.NoticeID(env.ID()), Kind: cmd.Kind, Post: cmd.Post, Person: cmd.Person, Clause: cmd.Clause, Subject: cmd.Subject, Document: cmd.Document, At: env.At}
		return Changes{Subject: string(n.ID), Document: cmd.Document, Rows: []store.Change{notify.Notices.Insert(n)}}, nil
	},
})

// watch checks the conditions that must hold after every act.
func (r *running) watch(changes Changes, common regulation.Common) error {
	broken, err := r.env.Law.Broken(r.def.name, common, changes.After)
	if err != nil {
		return fmt.Errorf("%w: %w", refuse.ErrUnavailable, err)
	}
	for _, w := range broken {
		var list []bound
		for _, e := range w.OnBroken {
			list = append(list, bound{effect: e, clause: w.Clause, post: w.Post})
		}
		if err := r.effects(list, effectContext{changes: changes}); err != nil {
			return err
		}
	}
	return nil
}

// tickPiece is how many duties one round of the timer takes up.
const tickPiece = 200

// Tick performs every event that has come, each at its own instant and in order of time, and says how many.
// A duty that another node advanced first is passed over.
func (d *Desk) Tick(ctx context.Context) (int, error) {
	if err := d.openDated(ctx); err != nil {
		return 0, err
	}
	if err := d.expireLeaves(ctx); err != nil {
		return 0, err
	}
	done := 0
	for {
		var ripe []obligation.Duty
		err := d.DB.Read(ctx, func(tx *store.Tx) (err error) {
			ripe, err = obligation.Ripe(tx, d.Clock.Now(), tickPiece)
			return err
		})
		if err != nil {
			return done, fmt.Errorf("find duties that are due: %w", err)
		}
		if len(ripe) == 0 {
			return done, nil
		}
		for _, duty := range ripe {
			_, err := d.Do(ctx, Request{Act: "obligation.advance", Command: Advance{Duty: duty.ID, At: duty.NextAt}, By: System(), At: duty.NextAt})
			var stale *refuse.Conflict
			if err != nil && !errors.As(err, &stale) {
				return done, fmt.Errorf("advance duty %s: %w", duty.ID, err)
			}
			done++
		}
	}
}
