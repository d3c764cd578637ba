package act

import (
	"encoding/json"

	"jiyao/internal/approval"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Propose asks a post to do itself what would cure a refused act, such as widening a scope: where a leave is no
// help, the law names the post and the step. What neither cures is refused with its reasons, as by RequestLeave.
type Propose struct {
	Act    string          `json:"act" in:"act"`
	With   json.RawMessage `json:"with" secret:"true"`
	Reason string          `json:"reason" secret:"true"`
}

// proposedNames are the arguments that say whom and what a proposal is about.
var proposedNames = []string{"circulation", "copy", "document", "list", "person", "persons", "readers", "to"}

func init() {
	// Not through Define: the act runs another one inside, without doing it.
	catalogue["approval.propose"] = &definition{
		name: "approval.propose", command: typeOf[Propose](), facts: typeOf[leaveFacts](),
		run: func(r *running, cmd any) error {
			c, ok := cmd.(Propose)
			if !ok {
				return wrongCommand("approval.propose", c, cmd)
			}
			return perform(r, propose(r), c)
		},
		wrong: func(r *running, cmd any, bad *refuse.Invalid) error {
			c, ok := cmd.(Propose)
			if !ok {
				return wrongCommand("approval.propose", c, cmd)
			}
			return allWrong(r, propose(r), c, bad)
		},
	}
}

func propose(r *running) Act[Propose, asked, leaveFacts] {
	return Act[Propose, asked, leaveFacts]{
		Load: func(_ *Tx, cmd Propose) (asked, error) {
			return r.askFor(RequestLeave{Act: cmd.Act, With: cmd.With, Reason: cmd.Reason})
		},
		Facts: func(s asked, cmd Propose, env Env) leaveFacts { return s.facts(cmd.Act, env) },
		Decide: func(s asked, cmd Propose, env Env) (Changes, error) {
			if s.refusal == nil {
				return Changes{}, refuse.Field("act", "nothing_to_propose")
			}
			cure := s.refusal.Remedy()
			if cure.Kind != refuse.ByPost || cure.Step == "" || cure.Step == LeaveStep {
				return Changes{}, s.refusal
			}
			bound, err := bind(env, s.def, proposedNames, s.fields)
			if err != nil {
				return Changes{}, err
			}
			l := approval.Leave{
				ID: term.LeaveID(env.ID()), Act: cure.Step, Bound: bound, Document: s.item, Applicant: env.Actor.Person,
				Reason: store.Plain(cmd.Reason), AskedAt: env.At, Posts: []string{cure.Post}, Quorum: 1, State: approval.Asked,
			}
			return Changes{
				Document: s.item, Subject: string(l.ID), Rows: []store.Change{approval.Leaves.Insert(l)},
				Then: []Follow{{Act: "notice.post", Command: postNotice{Kind: "step_asked", Post: cure.Post, Clause: s.refusal.Clauses()[0], Subject: string(l.ID), Document: s.item}}},
			}, nil
		},
	}
}
