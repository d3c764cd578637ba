package act

import (
	"slices"

	"jiyao/internal/refuse"
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
