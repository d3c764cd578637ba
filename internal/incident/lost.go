package incident

import (
	"fmt"
	"slices"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Carriers is what a report asks of custody; app plugs it in once, before the first act.
type Carriers interface {
	// Carrier gives the level and regime of a copy; false where there is none under the id.
	Carrier(tx *store.Tx, id string) (level term.Level, regime term.Regime, ok bool, err error)
}

var carriers Carriers

// Plug tells the package who answers for carriers.
func Plug(c Carriers) { carriers = c }

// reported is what a report names, as far as it is here. The answer to who reports is the same whatever is found.
type reported struct {
	level   term.Level
	regime  term.Regime
	copies  []string
	parties []string // of that case
	same    *Case    // what another clause opened of this at the same instant
}

// loadReported looks the named items up: the law's clocks depend on the highest level among them.
func loadReported(tx *act.Tx, cmd Open) (reported, error) {
	r := reported{level: term.Open}
	if err := r.twin(tx, cmd); err != nil || carriers == nil {
		return r, err
	}
	seen := map[string]bool{"": true}
	for _, id := range append([]string{cmd.Subject}, cmd.Items...) {
		if seen[id] {
			continue
		}
		seen[id] = true
		level, regime, ok, err := carriers.Carrier(tx.Tx, id)
		if err != nil {
			return r, fmt.Errorf("look up a reported carrier: %w", err)
		}
		if !ok {
			continue
		}
		r.copies = append(r.copies, id)
		if level.AtLeast(r.level) {
			r.level, r.regime = level, regime
		}
	}
	return r, nil
}

// twin finds the case that another clause has opened of the same thing at the same instant: one event is one case, which
// cites both.
func (r *reported) twin(tx *act.Tx, cmd Open) error {
	if !tx.Env.Actor.System || cmd.Subject == "" || cmd.Clause == "" {
		return nil
	}
	c, ok, err := Cases.One(tx.Tx, "WHERE subject = $1 AND kind = $2 AND sub_kind = $3 AND opened_at = $4 AND state = 'open' AND source = $5 ORDER BY id DESC LIMIT 1",
		cmd.Subject, cmd.Kind, cmd.SubKind, tx.Env.At.UnixMilli(), bySystem)
	if err != nil {
		return fmt.Errorf("look for the same case: %w", err)
	}
	if ok && !slices.Contains(c.Clauses, string(cmd.Clause)) {
		r.same = &c
		parties, err := Parties.Select(tx.Tx, "WHERE case_id = $1 ORDER BY id LIMIT 500", string(c.ID))
		if err != nil {
			return fmt.Errorf("read whom the same case concerns: %w", err)
		}
		for _, p := range parties {
			r.parties = append(r.parties, p.ID)
		}
	}
	return nil
}

// under is the regime of what was reported; where nothing here was named, that of the regulations in force.
func (r reported) under(law *regulation.Law) term.Regime {
	if r.regime != "" {
		return r.regime
	}
	for _, p := range law.Packs() {
		if p.Regime == term.RegimeCompany {
			return term.RegimeCompany
		}
	}
	return term.RegimeState
}

// lost are what a search hangs on: each carrier that is missing, or the case where none is named.
func (r reported) lost(c Case) []act.Target {
	ids := r.copies
	if len(ids) == 0 {
		ids = []string{string(c.ID)}
	}
	var out []act.Target
	for _, id := range ids {
		out = append(out, act.Target{Kind: "lost", ID: id, OpenOnly: true, Once: true, Records: map[string]calendar.Recorded{"discovered_at": act.Recorded(c.DiscoveredAt)}})
	}
	return out
}

// Lost reports whether an open case of loss names this copy of a document.
func Lost(tx *store.Tx, document term.DocumentID, copy string) (bool, error) {
	rows, err := Cases.Select(tx, "WHERE document = $1 AND kind = 'loss' AND state = 'open' ORDER BY id LIMIT 100", string(document))
	if err != nil {
		return false, fmt.Errorf("look for a case of loss: %w", err)
	}
	return slices.ContainsFunc(rows, func(c Case) bool { return c.Subject == copy || slices.Contains(c.Items, copy) }), nil
}

// LossOpen reports whether a case of the loss of a carrier stands open that was opened at some time or after.
func LossOpen(tx *store.Tx, carrier string, since time.Time) (bool, error) {
	n, err := Cases.Count(tx, "WHERE subject = $1 AND kind = 'loss' AND state = 'open' AND opened_at >= $2", carrier, since.UnixMilli())
	if err != nil {
		return false, fmt.Errorf("look for a case of a loss: %w", err)
	}
	return n > 0, nil
}
