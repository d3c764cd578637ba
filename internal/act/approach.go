package act

import (
	"fmt"

	"jiyao/internal/ledger"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
)

// approach says whether the actor may know of what the act is about, and answers (idle) what is struck or leaves nothing to
// do; err is a claimed time that lies before what the act follows.
func approach[C, S, F any](r *running, a Act[C, S, F], state S, cmd C) (seen bool, idle, err error) {
	if a.Knows != nil {
		matters := a.Knows(state, cmd, r.env)
		if seen, err = r.knows(matters); err != nil || !seen {
			return false, nil, err
		}
		idle = r.about(matters, a.Live)
	}
	if idle == nil && a.Idle != nil {
		idle = a.Idle(state, cmd)
	}
	if a.Leans != nil && r.claimed() {
		err = r.inOrder(a.Leans(state, cmd))
	}
	return true, idle, err
}

// about notes the item the act is about, and says that it is struck where the act is for items that stand.
func (r *running) about(matters []Matter, live bool) (struck error) {
	for _, m := range matters {
		r.document, r.items = m.Document, append(r.items, m.Document)
		if m.Others {
			r.items = append(r.items, "") // on no list of items
		}
		if live && m.Void {
			struck = &refuse.Conflict{Table: "document", Key: string(m.Document), Void: true}
		}
	}
	return struck
}

// knows reports whether the actor may know of every item.
func (r *running) knows(matters []Matter) (bool, error) {
	if len(matters) == 0 || r.env.Actor.System {
		return true, nil
	}
	if len(r.env.Actor.Admin) > 0 {
		return false, nil // the three administrators know of no business
	}
	sight, err := r.env.Law.Sight(r.posts(), r.env.Person(r.env.Actor.Person).Left)
	if err != nil {
		return false, fmt.Errorf("%w: %w", refuse.ErrUnavailable, err)
	}
	for _, m := range matters {
		if sight.Sees(m.Class, m.Ways) {
			continue
		}
		ways, err := r.asked(m)
		if err != nil {
			return false, fmt.Errorf("%w: %w", refuse.ErrUnavailable, err)
		}
		if !sight.Sees(m.Class, ways) {
			return false, nil
		}
	}
	return true, nil
}

// notFound answers what is absent and what is hidden, byte for byte alike, with an entry of one shape.
func (r *running) notFound() error {
	if r.dry || r.depth > 0 {
		return refuse.ErrNotFound
	}
	common := r.common(nil)
	written, err := r.noteTry(regulation.OnHidden, &common, nil)
	if err != nil {
		return err
	}
	if err := r.record(ledger.NotFound, nil, subjectOf(r.fields), nil, nil, written); err != nil {
		return err
	}
	r.answer = refuse.ErrHidden
	known, err := regulation.Know(common, nil)
	if err != nil {
		return fmt.Errorf("%w: %w", refuse.ErrUnavailable, err)
	}
	return r.react(regulation.OnHidden, nil, known, effectContext{})
}

// absent answers what is not there: at the field, where nothing was named at all; that is no try at anything.
func (r *running) absent(cmd any) error {
	if subjectOf(r.fields) == "" {
		if err := r.lacking(cmd); err != nil {
			return err
		}
	}
	return r.notFound()
}
