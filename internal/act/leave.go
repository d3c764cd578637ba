package act

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"jiyao/internal/approval"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
)

// curable leaves out of a refusal what the applicant will put right when he does the act: a signature or a
// field that is asked for then. Nor is it in the way that another post carries the act out: the leave serves whoever does it.
func curable(refusal *refuse.Refusal) *refuse.Refusal {
	if refusal == nil {
		return nil
	}
	kept := slices.DeleteFunc(slices.Clone(refusal.Violations), func(v refuse.Violation) bool {
		return v.Remedy.Kind == refuse.Correct || v.Remedy.Kind == refuse.ByPost && v.Remedy.Step == refusal.Act
	})
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

// allowed says by whom and when leaves were given.
func allowed(leaves []approval.Leave) []Allowed {
	var out []Allowed
	for _, l := range leaves {
		for _, p := range l.Grantors {
			out = append(out, Allowed{p, l.DecidedAt})
		}
		if len(l.Grantors) == 0 { // of a version that noted the last alone, or in writing by a superior: nobody
			out = append(out, Allowed{l.GrantedBy, l.DecidedAt})
		}
	}
	return out
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
		bound, err := bind(r.env, r.def, a.Names, r.fields)
		if err != nil {
			return nil, nil, err
		}
		alike, err := approval.Find(r.tx, a.FullName(), bound, r.env.At, r.moment(a.Before))
		if err != nil {
			return nil, nil, fmt.Errorf("find leave: %w", err)
		}
		if len(alike) == 0 {
			continue
		}
		l, err := r.fitting(alike)
		if err != nil {
			return nil, nil, err
		}
		common.Leaves = append(common.Leaves, a.FullName())
		out = append(out, l)
	}
	if common.Limits, err = r.limits(out); err != nil {
		return nil, nil, err
	}
	known, err = regulation.Know(*common, facts)
	return out, known, err
}

// fitting is the first of leaves for the same thing that was asked for as it is done; the oldest, where none was.
func (r *running) fitting(alike []approval.Leave) (approval.Leave, error) {
	for i := range alike {
		if len(alike) == 1 {
			break
		}
		kept, err := r.limits(alike[i : i+1])
		if err != nil {
			return approval.Leave{}, err
		}
		if kept.WithinLeave {
			return alike[i], nil
		}
	}
	return alike[0], nil
}

// moment is the time of the act before which its leave must have been recorded; zero where the pack names none.
func (r *running) moment(name string) time.Time {
	switch v := r.fields[name].(type) {
	case time.Time:
		return v
	case *time.Time:
		if v != nil {
			return *v
		}
	}
	if name == "" {
		return time.Time{}
	}
	return r.env.At
}

// bind spells what a leave is bound to. A text that may be secret is bound by its token.
func bind(env Env, def *definition, names []string, fields map[string]any) (string, error) {
	bound := map[string]any{}
	for f := range fieldsIn(def.command) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		v, given := fields[name]
		if !given || !slices.Contains(names, name) {
			continue
		}
		if f.Tag.Get("secret") != "true" {
			bound[name] = v
			continue
		}
		plain, err := json.Marshal(v)
		if err != nil {
			return "", fmt.Errorf("spell the arguments of a leave: %w", err)
		}
		token, err := env.Secrets.Blind("leave", name+string(plain))
		if err != nil {
			return "", fmt.Errorf("bind a leave: %w", err)
		}
		bound[name] = hex.EncodeToString(token)
	}
	return approval.Bind(names, bound)
}
