package act

import (
	"fmt"
	"slices"

	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
)

// ask puts a try before the law.
func (r *running) ask(known *regulation.Known) (*refuse.Refusal, error) {
	refusal, err := r.env.Law.Ask(regulation.Question{
		Act: r.def.name, Subject: subjectOf(r.fields), Known: known, System: r.env.Actor.System, Fields: r.fields,
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", refuse.ErrUnavailable, err)
	}
	return refusal, nil
}

// wouldAsk asks the law of another act by the same actor, with its own facts: no leave, no signature and no field of it is there.
func (r *running) wouldAsk(name string, facts any) (*refuse.Refusal, error) {
	known, err := regulation.Know(r.common(facts), facts)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", refuse.ErrUnavailable, err)
	}
	refusal, err := r.env.Law.Ask(regulation.Question{Act: name, Known: known})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", refuse.ErrUnavailable, err)
	}
	return refusal, nil
}

// worse asks the law of all that an act brings about, and answers with a *refuse.Refusal. What it forbids already of how
// things stand is no reason: an act that mends a part is not held up by the rest. knows: the act shows first that the asker
// may know of the items.
func (r *running) worse(all []Brought, knows bool) error {
	out := &refuse.Refusal{}
	for _, b := range all {
		then, err := r.wouldAsk(b.Act, b.Then)
		if err != nil {
			return err
		}
		now, err := r.wouldAsk(b.Act, b.Now)
		if err != nil {
			return err
		}
		regulation.Veil(then, knows, b.Then)
		for _, v := range violations(then) {
			same := func(o refuse.Violation) bool { return o.Rule == v.Rule && o.Clause == v.Clause }
			if !slices.ContainsFunc(violations(now), same) && !slices.ContainsFunc(out.Violations, same) {
				if v.Remedy.Kind == refuse.Nobody {
					v.Remedy.Step = b.First
				}
				out.Violations = append(out.Violations, v)
			}
		}
	}
	if len(out.Violations) == 0 {
		return nil
	}
	return out
}

// violations are those of a refusal; none, where nothing was refused.
func violations(r *refuse.Refusal) []refuse.Violation {
	if r == nil {
		return nil
	}
	return r.Violations
}

// keptOut refuses whoever may not do an act at all, before anything is looked up: what it says cannot turn on whether what
// the command names is there.
func keptOut[C, S, F any](r *running, a Act[C, S, F], cmd C) (bool, error) {
	var nothing S
	facts := a.Facts(nothing, cmd, r.env)
	common := r.common(facts)
	known, err := regulation.Know(common, facts)
	if err != nil {
		return false, fmt.Errorf("%w: %w", refuse.ErrUnavailable, err)
	}
	refusal, err := r.ask(known)
	if err != nil {
		return false, err
	}
	barring := regulation.Barring(refusal)
	if barring == nil {
		return false, nil
	}
	return true, r.turnDown(barring, known, common, facts, cmd)
}

// turnDown refuses with a way that leads somewhere, each empty field at its line.
func (r *running) turnDown(refusal *refuse.Refusal, known *regulation.Known, common regulation.Common, facts, cmd any) error {
	r.redirect(refusal, known)
	onLines(refusal, cmd)
	return r.refuse(refusal, common, facts, cmd)
}
