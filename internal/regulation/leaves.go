package regulation

import (
	"fmt"
	"slices"

	"jiyao/internal/term"
)

// Leaves lists the approvals that an act with these facts needs.
func (l *Law) Leaves(act string, k *Known) ([]*Approval, error) {
	var out []*Approval
	for _, a := range l.leaves[act] {
		c, err := l.condition(act, l.under(a.pack, a.Clause, act, a.When))
		if err != nil {
			return nil, err
		}
		ok, err := anyHolds([]*condition{c}, k.contexts)
		if err != nil {
			return nil, fmt.Errorf("approval %s: %w", a.Name, err)
		}
		if ok {
			out = append(out, a)
		}
	}
	return out, nil
}

// FullName is pack/name, as it stands in the fact leaves.
func (a *Approval) FullName() string { return a.pack.Name + "/" + a.Name }

// Approvers names the posts that may give this leave, with their pack; none means nobody.
func (a *Approval) Approvers() []string {
	var out []string
	for _, p := range a.Posts {
		switch p {
		case "nobody":
		case "unnamed":
			out = append(out, a.pack.post(a.Default))
		default:
			out = append(out, a.pack.post(p))
		}
	}
	return out
}

// ApproversFor names the posts that may give this leave to an applicant who holds these posts: the next one
// where he is the only approver himself.
func (a *Approval) ApproversFor(applicant []string) []string {
	all := a.Approvers()
	others := slices.DeleteFunc(slices.Clone(all), func(p string) bool { return slices.Contains(applicant, p) })
	if len(others) == 0 && a.WhenApplicant != "" && a.WhenApplicant != superior {
		return []string{a.pack.post(a.WhenApplicant)}
	}
	return others
}

// OccurredAt is the time of the act itself, where a pack names a time of it.
const OccurredAt = "occurred_at"

// superior stands where the next approver is outside the office: his leave in writing, by number and date.
const superior = "superior"

// Grants is how many different persons must grant it.
func (a *Approval) Grants() int { return max(a.Quorum, 1) }

// ByDelegate reports whether a delegate of the post may give it.
func (a *Approval) ByDelegate() bool { return a.Delegable != nil && *a.Delegable }

// BySuperior reports whether it takes a superior's leave in writing where nobody here may give it.
func (a *Approval) BySuperior() bool { return a.WhenApplicant == superior }

// Approval gives an approval that is in force by its full name, with the posts it has here.
func (l *Law) Approval(name string) (*Approval, bool) {
	for _, list := range l.leaves {
		for _, a := range list {
			if a.FullName() == name {
				return a, true
			}
		}
	}
	return nil, false
}

// ClauseOfLeave is the clause of an approval by its full name, in force or not; empty where no pack of the office has it.
func (l *Law) ClauseOfLeave(name string) term.Clause {
	if a, ok := l.Approval(name); ok {
		return a.Clause
	}
	for _, p := range l.packs {
		for _, a := range p.Approvals {
			if p.Name+"/"+a.Name == name {
				return a.Clause
			}
		}
	}
	return ""
}

// Carrier is the name under which a refusal for want of it stands.
func (a *Approval) Carrier() string { return a.pack.Name + "/approval/" + a.Name }
