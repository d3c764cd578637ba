package act

import (
	"context"
	"errors"

	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
)

// Unfit answers a command of which something is wrong in itself: what a form or body held that could not be read
// (unread, by argument; the command leaves it empty), types, bounds and closed lists, all of it at once, together with
// what the law wants filled in. Nothing is done or recorded, so whoever hands acts in asks this before a signature is
// spent. It answers nil where nothing is wrong in itself: what is only empty is the act's to refuse, and to record.
func (d *Desk) Unfit(ctx context.Context, q Request, unread *refuse.Invalid) error {
	def, ok := lookup(q.Act)
	if !ok {
		return refuse.ErrNotFound
	}
	cmd, fields, err := decode(def, q.Command, q.By.System)
	var bad *refuse.Invalid
	switch {
	case err != nil && !errors.As(err, &bad):
		return err
	case fields == nil: // it could not be read at all
		return refuse.Join(unread, bad)
	}
	if bad = refuse.Join(unread, bad); bad == nil {
		return nil
	}
	return d.DB.Read(ctx, func(tx *store.Tx) error {
		r := &running{desk: d, def: def, request: q, fields: fields, tx: tx, dry: true}
		var when *refuse.Invalid
		if err := r.enter(); errors.As(err, &when) {
			r.request.At = r.desk.Clock.Now() // the rest is asked as of now
			err = r.enter()
			bad = refuse.Join(bad, when)
			if err != nil {
				return err
			}
		} else if err != nil {
			return err
		}
		return def.wrong(r, cmd, bad)
	})
}

// allWrong is everything that is wrong with a command in itself, bad among it, and beside it what the law wants filled
// in; nil where nothing is wrong in itself.
func allWrong[C, S, F any](r *running, a Act[C, S, F], cmd C, bad *refuse.Invalid) error {
	var malformed *refuse.Invalid
	if a.Check != nil {
		if err := a.Check(cmd); err != nil && !errors.As(err, &malformed) {
			return err
		}
	}
	bad = refuse.Join(bad, r.env.Law.CheckLists(r.def.name, r.fields), malformed)
	if bad == nil {
		return nil
	}
	return refuse.Join(bad, byLine(r.env.Law.Wanting(r.def.name, r.fields, foreseen(r, a, cmd), bad), cmd))
}

// foreseen is what the law may look at in an act that will not be done, for what it wants under a condition; nil where
// the matter is absent or hidden, he may not do the act at all, or such a command has no facts: then only what it always wants is told. It decides
// nothing: the answer is no already.
func foreseen[C, S, F any](r *running, a Act[C, S, F], cmd C) *regulation.Known {
	state, err := a.Load(&Tx{Tx: r.tx, Env: r.env}, cmd)
	if err != nil {
		return nil
	}
	if a.Knows != nil {
		if known, err := r.knows(a.Knows(state, cmd, r.env)); err != nil || !known {
			return nil
		}
	}
	facts := a.Facts(state, cmd, r.env)
	known, err := regulation.Know(r.common(facts), facts)
	if err != nil {
		return nil
	}
	refusal, err := r.ask(known)
	if err != nil || regulation.Barring(refusal) != nil {
		return nil
	}
	return known
}

// byLine tells each field of a list by its lines.
func byLine(wanting *refuse.Invalid, command any) *refuse.Invalid {
	if wanting == nil {
		return nil
	}
	var out refuse.Invalid
	for _, f := range wanting.Fields {
		lines := emptyAt(command, f.Field)
		if len(lines) == 0 {
			lines = []string{f.Field}
		}
		for _, at := range lines {
			one := f
			one.Field = at
			out.Fields = append(out.Fields, one)
		}
	}
	return &out
}
