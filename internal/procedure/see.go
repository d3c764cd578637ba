package procedure

import (
	"jiyao/internal/act"
	"jiyao/internal/notify"
	"jiyao/internal/refuse"
	"jiyao/internal/term"
)

// SeeNotices marks notices as seen, by the person they were for or by one holder of the post for all. The late
// record, case or finding that a notice spoke of stays as it is.
type SeeNotices struct {
	Notices []term.NoticeID `json:"notices" req:"true"` // 1 to notify.MaxSeen, each once
}

type seeing struct{ rows []notify.Notice }

type seeFacts struct{}

// ActorRelations: what Load gives is the actor's own to see.
func (seeFacts) ActorRelations() []string { return []string{"own"} }

var _ = act.Define("notice.see", act.Act[SeeNotices, seeing, seeFacts]{
	Check: func(cmd SeeNotices) error {
		switch n := len(cmd.Notices); {
		case n == 0:
			return refuse.Field("notices", "required")
		case n > notify.MaxSeen:
			return refuse.Field("notices", "too_many")
		case len(distinct(cmd.Notices)) < n:
			return refuse.Field("notices", "twice")
		}
		return nil
	},
	Load: func(tx *act.Tx, cmd SeeNotices) (seeing, error) {
		env := tx.Env
		if env.Actor.Person == "" {
			return seeing{}, refuse.ErrNotFound
		}
		acting, _ := env.People.Acting(env.Actor.Person)
		r := Reader{Person: env.Actor.Person, Posts: append(append([]string{}, env.People.Posts(env.Actor.Person)...), acting...), Law: env.Law, People: env.People}
		rows, err := r.notices(tx.Tx, cmd.Notices...)
		if err == nil && len(rows) < len(cmd.Notices) {
			err = refuse.ErrNotFound // another's, hidden and absent are one answer
		}
		return seeing{rows}, err
	},
	Facts: func(seeing, SeeNotices, act.Env) seeFacts { return seeFacts{} },
	Decide: func(s seeing, cmd SeeNotices, env act.Env) (act.Changes, error) {
		c := act.Changes{Subject: string(cmd.Notices[0])}
		for _, n := range s.rows {
			if !n.SeenAt.IsZero() {
				continue // another holder of the post was first: it is seen
			}
			next := n
			next.SeenAt, next.SeenBy = env.At, env.Actor.Person
			c.Rows = append(c.Rows, notify.Notices.Update(n, next))
		}
		return c, nil
	},
})
