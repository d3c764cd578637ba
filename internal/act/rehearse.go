package act

import (
	"fmt"

	"jiyao/internal/obligation"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
)

// rehearse makes the reads of an act as far as they can be foreseen, so that the writer can make those of many acts
// together, and says whether it came to the end. Load, Facts and Decide are pure but for what they read, so doing them
// twice changes nothing.
func (r *running) rehearse(cmd any) bool { return r.enter() == nil && r.def.reads(r, cmd) }

func rehearse[C, S, F any](r *running, a Act[C, S, F], cmd C) bool {
	if a.Check != nil && a.Check(cmd) != nil {
		return false
	}
	state, err := a.Load(&Tx{Tx: r.tx, Env: r.env}, cmd)
	if err != nil {
		return false
	}
	facts := a.Facts(state, cmd, r.env)
	common := r.common(facts)
	_, known, err := r.findLeaves(&common, facts)
	if err != nil {
		return false
	}
	changes, err := a.Decide(state, cmd, r.env)
	if err != nil {
		return false
	}
	_, err = r.closed(changes, known) // for what it asks ahead
	return err == nil
}

// closingDuty names duties that an act closes, if they are open.
type closingDuty struct{ name, kind, id string }

// closed lists the duties that an act closes, and has them read together.
func (r *running) closed(changes Changes, known *regulation.Known) ([]closingDuty, error) {
	var out []closingDuty
	var asks []store.Ask
	for _, t := range changes.Targets {
		closed, err := r.env.Law.Closed(r.def.name, known, t.Person)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", refuse.ErrUnavailable, err)
		}
		for _, def := range closed {
			if hangsOn(def, t) && !t.OpenOnly {
				out = append(out, closingDuty{def.Name, t.Kind, t.ID})
				asks = append(asks, obligation.AskOpenOn(def.Name, t.Kind, t.ID))
			}
		}
	}
	if err := r.tx.Ahead(asks...); err != nil {
		return nil, fmt.Errorf("find open duties: %w", err)
	}
	return out, nil
}
