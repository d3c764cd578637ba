package people

import (
	"fmt"
	"slices"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Belongings is what leaving asks of other nouns; app plugs it in once, before the first act.
type Belongings interface {
	// HeldBy counts what a person holds or answers for: copies, later devices and keys.
	HeldBy(tx *store.Tx, id term.PersonID) (int, error)
	// Stored counts the pieces that lie in store or are to be placed.
	Stored(tx *store.Tx) (int, error)
	// Unlocked counts the classified copies with a person that are neither locked away nor on a trip.
	Unlocked(tx *act.Tx, id term.PersonID) (int, error)
}

var belongings Belongings

// PlugBelongings tells the package who knows what somebody holds.
func PlugBelongings(b Belongings) { belongings = b }

// LeavePost is 离岗: a person leaves his posts, all of them, once everything he held was handed over item by item.
type LeavePost struct {
	Person       term.PersonID `json:"person" req:"true"`
	ApprovedOn   string        `json:"approved_on"`   // day of approval, YYYY-MM-DD
	TalkOn       string        `json:"talk_on"`       // 离岗谈话
	TalkBy       term.PersonID `json:"talk_by"`       // who held it
	CommitmentOn string        `json:"commitment_on"` // 离岗承诺
	DocNo        string        `json:"doc_no"`
}

type leaving struct {
	stamp
	posts    []Holding    // not ended
	stands   []string     // of these
	given    []Delegation // by him or to him
	holdings int
	person   Person
}

// leaveFacts are the facts of leaving. grade is that of who leaves.
type leaveFacts struct {
	personFacts
	Holdings int `fact:"holdings"`
}

func heldBy(tx *store.Tx, id term.PersonID) (int, error) {
	if belongings == nil {
		return 0, fmt.Errorf("count what a person holds: %w", refuse.ErrUnavailable)
	}
	return belongings.HeldBy(tx, id)
}

var _ = act.Define("people.leave_post", act.Act[LeavePost, leaving, leaveFacts]{
	Check: func(cmd LeavePost) error {
		for _, d := range [][2]string{{"approved_on", cmd.ApprovedOn}, {"talk_on", cmd.TalkOn}, {"commitment_on", cmd.CommitmentOn}} {
			if d[1] != "" && dayFault(d[1], true) != "" {
				return refuse.Field(d[0], dayFault(d[1], true))
			}
		}
		return checkNotes(map[string]string{"doc_no": cmd.DocNo})
	},
	Load: func(tx *act.Tx, cmd LeavePost) (s leaving, err error) {
		if s.stamp, err = loadStamp(tx.Tx); err != nil {
			return s, err
		}
		if s.posts, err = Holdings.Select(tx.Tx, "WHERE person = $1 AND (until_at IS NULL OR until_at > $2) ORDER BY id", string(cmd.Person), tx.Env.At.UnixMilli()); err != nil {
			return s, err
		}
		if s.stands, err = keeps(tx.Tx, tx.Env.At, cmd.Person, ""); err != nil {
			return s, err
		}
		if s.given, err = Delegations.Select(tx.Tx, "WHERE (given_by = $1 OR given_to = $1) AND revoked_at IS NULL ORDER BY id", string(cmd.Person)); err != nil {
			return s, err
		}
		if s.person, _, err = Persons.One(tx.Tx, "WHERE id = $1", string(cmd.Person)); err != nil {
			return s, err
		}
		s.holdings, err = leftBehind(tx.Tx, tx.Env.People, cmd.Person, slices.Contains(s.stands, keepsCopies))
		return s, err
	},
	Facts: func(s leaving, cmd LeavePost, env act.Env) leaveFacts {
		return leaveFacts{aboutPerson(env, cmd.Person), s.holdings}
	},
	Decide: decideLeavePost,
})

func decideLeavePost(s leaving, cmd LeavePost, env act.Env) (act.Changes, error) {
	if err := signedByPosts(env, "people.leave_post", nil); err != nil {
		return act.Changes{}, err
	}
	if err := knownPerson(env, "person", cmd.Person); err != nil {
		return act.Changes{}, err
	}
	today := env.Today().String()
	switch {
	case cmd.ApprovedOn > today:
		return act.Changes{}, refuse.Field("approved_on", "in_the_future")
	case cmd.TalkOn > today:
		return act.Changes{}, refuse.Field("talk_on", "in_the_future")
	case cmd.CommitmentOn > today:
		return act.Changes{}, refuse.Field("commitment_on", "in_the_future")
	case cmd.TalkBy != "" && (env.People.Name(cmd.TalkBy) == "" || cmd.TalkBy == cmd.Person):
		return act.Changes{}, refuse.Field("talk_by", "another")
	case s.holdings > 0:
		return act.Changes{}, refuse.Field("person", "holds_still")
	}
	c := act.Changes{Subject: string(cmd.Person), Targets: []act.Target{onPerson(cmd.Person)}}
	for _, h := range s.posts {
		next := h
		next.Until = env.At
		if cmd.DocNo != "" {
			next.DocNo = cmd.DocNo
		}
		c.Rows = append(c.Rows, Holdings.Update(h, next))
	}
	for _, g := range s.given {
		c.Then = append(c.Then, act.Follow{Act: "people.revoke", Command: Revoke{Delegation: g.ID}})
	}
	gone := s.person
	gone.LeftPostAt = env.At
	c.Rows = append(c.Rows, Persons.Update(s.person, gone))
	if slices.Contains(s.stands, keepsCopies) {
		c.Then = append(c.Then, officerGone(cmd.Person))
	}
	c.Rows = append(c.Rows, s.change(env))
	return c, nil
}

// LeftBehind is what still keeps somebody from leaving, as the act of leaving counts it: what he holds, and what lies in store that
// nobody else would keep.
func LeftBehind(tx *store.Tx, people act.Directory, at time.Time, id term.PersonID) (held, stored int, err error) {
	if held, err = heldBy(tx, id); err != nil {
		return 0, 0, err
	}
	stands, err := keeps(tx, at, id, "")
	if err != nil {
		return 0, 0, err
	}
	all, err := leftBehind(tx, people, id, slices.Contains(stands, keepsCopies))
	return held, all - held, err
}

// HeldBy is how much somebody holds that must be handed over before he leaves.
func HeldBy(tx *store.Tx, id term.PersonID) (int, error) { return heldBy(tx, id) }

// leftBehind counts what somebody must hand over before a post of his ends: what he holds or answers for, and where he is the
// last who keeps copies and nobody replaces him, all that lies in store.
func leftBehind(tx *store.Tx, people act.Directory, id term.PersonID, keeper bool) (int, error) {
	n, err := heldBy(tx, id)
	if err != nil || !keeper || slices.ContainsFunc(people.Holders(keepsCopies), func(p term.PersonID) bool { return p != id }) {
		return n, err
	}
	stored, err := belongings.Stored(tx)
	return n + stored, err
}
