package disposalweb

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"jiyao/internal/act"
	"jiyao/internal/approval"
	"jiyao/internal/disposal"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
)

// Named is a list as the pages of other nouns name it to one viewer.
type Named struct {
	disposal.List
	About string // what it is for
	Seen  int    // lines that he may know of
	Href  string
}

// Name tells of a list; refuse.ErrNotFound where the viewer finds no page of it.
func Name(ctx context.Context, tx *store.Tx, v counter.Viewer, id term.DisposalListID) (Named, error) {
	l, err := disposal.Lists.Get(tx, id)
	if err != nil {
		return Named{}, fmt.Errorf("read a list that is named: %w", err)
	}
	if !Sees(v) && !reader(v).Part(l) {
		return Named{}, fmt.Errorf("name a list: %w", refuse.ErrNotFound)
	}
	seen, err := disposal.LinesSeen(tx, reader(v), []disposal.List{l})
	return Named{List: l, About: about(ctx, l, v), Seen: seen[id].Lines, Href: PathOf(l)}, err
}

// askedFor is the viewer's own request to approve a list, which waits for its answer; empty when there is none.
func askedFor(tx *store.Tx, v counter.Viewer, id term.DisposalListID) (term.LeaveID, error) {
	leaves, err := approval.Open(tx, v.Actor.Person, disposal.ActApprove)
	if err != nil {
		return "", fmt.Errorf("look for a request on a list: %w", err)
	}
	for _, l := range leaves {
		var bound struct {
			List term.DisposalListID `json:"list"`
		}
		if err := json.Unmarshal([]byte(l.Bound), &bound); err != nil {
			return "", fmt.Errorf("read what a leave is bound to: %w", err)
		}
		if l.State == approval.Asked && bound.List == id {
			return l.ID, nil
		}
	}
	return "", nil
}

// maxWaiting is how many lists one is told of that wait for him.
const maxWaiting = 20

// Waiting are the lists that wait for the viewer's own decision, the oldest first: counted, not yet approved, and the law wants
// it before they end. The dialog of each opens where it leads. It reads on its own: call it outside a transaction.
func Waiting(r *http.Request, c *counter.Counter) (out []Named, err error) {
	var v counter.Viewer
	p := pages{Deps{Counter: c}}
	err = c.Business(r, func(tx *store.Tx, viewer counter.Viewer) error {
		v = viewer
		if !reader(v).Approves {
			return nil
		}
		lists, err := disposal.Unapproved(tx, v.Actor.Person, maxWaiting)
		if err != nil {
			return err
		}
		for _, l := range lists {
			n, err := Name(r.Context(), tx, v, l.ID)
			if err != nil {
				return err
			}
			asked, err := askedFor(tx, v, l.ID)
			if err != nil {
				return err
			}
			if n.Href += "#approve"; asked == "" {
				out = append(out, n)
			}
		}
		return nil
	})
	return slices.DeleteFunc(out, func(n Named) bool { return !p.waits(r.Context(), v, n.List) }), err
}

// waits reports whether the law lets the viewer decide on a list and wants that before it ends.
func (p pages) waits(ctx context.Context, v counter.Viewer, l disposal.List) bool {
	d := list{v: v}
	d.List = l
	me := act.Signature{Role: "actor", Person: v.Actor.Person}
	return d.decides(p.May(ctx, v, disposal.ActApprove, disposal.ListApprove{List: l.ID, Rev: l.Rev}, me)) && (d.destroys() || p.owes(ctx, d))
}

// owes reports whether the law wants the list approved before it ends. It is asked as for who made the list: who only approves may
// not end it, and would be answered by that alone.
func (p pages) owes(ctx context.Context, d list) bool {
	ender := d.v
	if d.Applicant != "" {
		ender.Actor = act.Actor{Person: d.Applicant}
	}
	return d.owesLeave(p.May(ctx, ender, d.ends(), d.ending()))
}
