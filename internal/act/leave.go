package act

import (
	"fmt"
	"slices"

	"jiyao/internal/approval"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
)

// curable leaves out of a refusal what the applicant will put right when he does the act: a signature or a
// field that is asked for then.
func curable(refusal *refuse.Refusal) *refuse.Refusal {
	if refusal == nil {
		return nil
	}
	kept := slices.DeleteFunc(slices.Clone(refusal.Violations), func(v refuse.Violation) bool { return v.Remedy.Kind == refuse.Correct })
	if len(kept) == 0 {
		return nil
	}
	return &refuse.Refusal{Act: refusal.Act, Subject: refusal.Subject, Violations: kept}
}

// inherited adds a violation for each argument that differs from what it must be taken over from.
func (r *running) inherited(refusal *refuse.Refusal, source map[string]string) *refuse.Refusal {
	for _, v := range r.env.Law.Locked(r.def.name, r.fields, source) {
		if refusal == nil {
			refusal = &refuse.Refusal{Act: r.def.name, Subject: subjectOf(r.fields)}
		}
		refusal.Violations = append(refusal.Violations, v)
	}
	return refusal
}

// leavesInOrder finds the leaves of an act and holds a claimed time to them: nothing was done before it was allowed.
func (r *running) leavesInOrder(common *regulation.Common, facts any) ([]approval.Leave, *regulation.Known, error) {
	leaves, known, err := r.findLeaves(common, facts)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", refuse.ErrUnavailable, err)
	}
	if !r.claimed() {
		return leaves, known, nil
	}
	var given []Event
	for _, l := range leaves {
		given = append(given, Event{"allowed", l.DecidedAt})
	}
	return leaves, known, r.inOrder(given)
}

// findLeaves looks for a granted leave for each approval that speaks, and notes it as a fact.
func (r *running) findLeaves(common *regulation.Common, facts any) ([]approval.Leave, *regulation.Known, error) {
	known, err := regulation.Know(*common, facts)
	if err != nil {
		return nil, nil, err
	}
	needed, err := r.env.Law.Leaves(r.def.name, known)
	if err != nil || len(needed) == 0 {
		return nil, known, err
	}
	if r.probe != nil {
		r.probe.needed = needed
		for _, a := range needed {
			common.Leaves = append(common.Leaves, a.FullName())
		}
		known, err = regulation.Know(*common, facts)
		return nil, known, err
	}
	var out []approval.Leave
	for _, a := range needed {
		bound, err := approval.Bind(a.Names, r.fields)
		if err != nil {
			return nil, nil, err
		}
		l, ok, err := approval.Find(r.tx, a.FullName(), bound)
		if err != nil {
			return nil, nil, fmt.Errorf("find leave: %w", err)
		}
		if ok {
			common.Leaves = append(common.Leaves, a.FullName())
			out = append(out, l)
		}
	}
	known, err = regulation.Know(*common, facts)
	return out, known, err
}
