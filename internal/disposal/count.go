package disposal

import (
	"fmt"
	"slices"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// ListCount is one count of the pieces of a list, all of them in one go: it takes the place of any count before. What is not
// there stands with its reason; it is settled once a case says that it is lost.
type ListCount struct {
	List    term.DisposalListID `json:"list" req:"true"`
	Copies  []term.CopyID       `json:"copies"` // each piece that lies there, listed or not
	Missing []MissingLine       `json:"missing"`
	Rev     int64               `json:"rev"`
}

// MissingLine is a listed piece that is not there.
type MissingLine struct {
	Copy   term.CopyID `json:"copy"`
	Reason string      `json:"missing_reason" secret:"true" max:"300"`
}

type counting struct {
	listed
	lost map[term.CopyID]bool // of the missing, those that a case says are lost
}

var _ = act.Define("disposal.list_count", act.Act[ListCount, counting, listFacts]{
	Within: true,
	Load: func(tx *act.Tx, cmd ListCount) (counting, error) {
		l, err := loadList(tx, cmd.List)
		if err != nil {
			return counting{}, err
		}
		s := counting{listed: l, lost: map[term.CopyID]bool{}}
		for _, m := range cmd.Missing {
			if s.lost[m.Copy], err = links.Lost(tx.Tx, m.Copy); err != nil {
				return s, fmt.Errorf("look for the case of a missing piece: %w", err)
			}
		}
		return s, nil
	},
	Leans: func(s counting, _ ListCount) []act.Event { return s.events()[:1] },
	Facts: func(s counting, cmd ListCount, env act.Env) listFacts {
		f := s.facts(env, 0)
		f.MissingLines, f.HeldBack = len(cmd.Missing), slices.ContainsFunc(cmd.Copies, func(id term.CopyID) bool { return s.held[id] })
		return f
	},
	Decide: decideCount,
})

func decideCount(s counting, cmd ListCount, env act.Env) (act.Changes, error) {
	if err := s.open(cmd.Rev); err != nil {
		return act.Changes{}, err
	}
	seen := map[term.CopyID]bool{}
	for _, id := range cmd.Copies {
		if seen[id] {
			return act.Changes{}, refuse.Field("copies", "twice")
		}
		seen[id] = true
	}
	missing := map[term.CopyID]MissingLine{}
	for i, m := range cmd.Missing {
		at := fmt.Sprintf("missing.%d.", i)
		switch {
		case strings.TrimSpace(m.Reason) == "":
			return act.Changes{}, refuse.Field(at+"missing_reason", "required")
		case seen[m.Copy]:
			return act.Changes{}, refuse.Field(at+"copy", "counted_too")
		case !slices.ContainsFunc(s.lines, func(l Line) bool { return l.Copy == m.Copy }):
			return act.Changes{}, refuse.Field(at+"copy", "not_on_list")
		}
		if _, twice := missing[m.Copy]; twice {
			return act.Changes{}, refuse.Field(at+"copy", "twice")
		}
		missing[m.Copy] = m
	}
	c := act.Changes{Subject: string(s.list.ID), Values: map[string]string{"number": s.list.Number()}}
	same := true
	for _, l := range s.lines {
		if l.State == Gone {
			delete(seen, l.Copy)
			continue
		}
		next, m := l, missing[l.Copy]
		next.Counted, next.State, next.MissingReason = seen[l.Copy], Listed, store.Plain(m.Reason)
		if m.Copy != "" && s.lost[m.Copy] {
			next.State = Lost
		}
		delete(seen, l.Copy)
		same = same && next.Counted == l.Counted && next.State == l.State
		c.Rows = append(c.Rows, Lines.Update(l, next))
	}
	next := s.list
	var extra []string
	for id := range seen {
		extra = append(extra, string(id))
	}
	slices.Sort(extra)
	if !s.begun() && !(same && slices.Equal(extra, s.list.Extra)) {
		next = next.undone()
	}
	next = next.applied(env)
	next.CountedAt, next.CountedBy, next.Extra = env.At, env.Actor.Person, extra
	c.Rows = append(c.Rows, Lists.Update(s.list, next))
	return c, nil
}

// ListApprove is the leave that a list may go its way: of the lines as they stand. The post's own act is its leave; never that
// of who answers for the lines.
type ListApprove struct {
	List term.DisposalListID `json:"list" req:"true"`
	Rev  int64               `json:"rev"` // as the approver saw the list
}

// ActApprove is the act of who approves a list.
const ActApprove = "disposal.list_approve"

var _ = act.Define(ActApprove, act.Act[ListApprove, listed, listFacts]{
	Within: true,
	Load:   func(tx *act.Tx, cmd ListApprove) (listed, error) { return loadList(tx, cmd.List) },
	Idle: func(s listed, cmd ListApprove) error {
		if err := s.open(cmd.Rev); err != nil {
			return err
		}
		return s.tooLate()
	},
	Leans: func(s listed, _ ListApprove) []act.Event { return s.events() },
	Facts: func(s listed, _ ListApprove, env act.Env) listFacts {
		f := s.facts(env, 0)
		if s.mayApprove(env) {
			f.relations = []string{"approver"}
		}
		return f
	},
	Decide: decideApprove,
})

func decideApprove(s listed, cmd ListApprove, env act.Env) (act.Changes, error) {
	if err := s.open(cmd.Rev); err != nil {
		return act.Changes{}, err
	}
	switch {
	case len(s.lines) == 0:
		return act.Changes{}, refuse.Field("list", "no_lines")
	case s.tooLate() != nil:
		return act.Changes{}, s.tooLate()
	case !s.countsEqual():
		return act.Changes{}, refuse.Field("list", "uncounted")
	case !s.list.ApprovedAt.IsZero():
		return act.Changes{}, &refuse.Conflict{Table: Lists.Name(), Key: string(s.list.ID), By: s.list.ApprovedBy}
	}
	next := s.list
	next.ApprovedAt, next.ApprovedBy = env.At, env.Actor.Person
	return act.Changes{
		Subject: string(s.list.ID), Rows: []store.Change{Lists.Update(s.list, next)}, Values: map[string]string{"number": s.list.Number()},
	}, nil
}

// tooLate answers leave for a list of which something is destroyed already: it would say that all of it was allowed before.
func (s listed) tooLate() error {
	if s.list.Kind == Destruction && s.list.ApprovedAt.IsZero() && s.begun() {
		return refuse.Field("list", "approved_late")
	}
	return nil
}

// mayApprove: a post that some approval of lists names, or, where none speaks, the office's own heads; never the applicant.
func (s listed) mayApprove(env act.Env) bool {
	if s.list.Applicant != "" && s.list.Applicant == env.Actor.Person {
		return false
	}
	return Approves(env.Law, env.People.Posts(env.Actor.Person))
}

// approving are the posts that may approve lists.
func approving(law *regulation.Law) []string {
	return append(law.Deciders(ActApprove), "base/unit_head", "base/office_director")
}
