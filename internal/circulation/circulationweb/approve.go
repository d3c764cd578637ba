package circulationweb

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"jiyao/internal/act"
	"jiyao/internal/circulation"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// approving is the page of one reader: one item in large type, beside it what else waits for him.
type approving struct {
	Viewer  counter.Viewer
	Turns   []turn
	Now     *turn // the one item; nil when none waits
	Opinion circulation.Opinion
	Has     bool
	Done    []circulation.Instruction // what was instructed so far on this item
	Waiting []wanting                 // wants an opinion or a scope from him
	Lists   []List                    // that wait for his decision, and nobody asks for
	Leaves  []request                 // asked of his posts, and his own that are not used up: a page of them
	Named   bool                      // the first of them is the one that the address names
	Decided []request                 // that he granted or denied, the newest first: those with a form
	After   place                     // where the page begins
	Next    place                     // where the next begins
	Staff   []counter.Staff
	Drafts  templ.Component // that wait for his review or signature; nil: none
	Told    templ.Component // what he was told; nil where it is not plugged in
	Key     string
	Err     error
	Which   string // the request whose answer failed; empty: the item
	Form    url.Values
}

// wanting is a document that lacks something from him, and by when.
type wanting struct {
	circulation.Brief
	Due web.Deadline
}

// sooner orders what waits: the nearest deadline first, of one time the more urgent, what has no deadline last.
func sooner(a, b web.Deadline, au, bu term.Urgency) int {
	if a.At.IsZero() != b.At.IsZero() {
		return map[bool]int{true: 1, false: -1}[a.At.IsZero()]
	}
	if c := a.At.Compare(b.At); c != 0 {
		return c
	}
	return bu.Compare(au)
}

// turn is one copy he has in hand in a circulation.
type turn struct {
	Stop  circulation.Stop
	Brief circulation.Brief
	Piece circulation.Piece
	Due   web.Deadline
}

func (p *pages) approvals(w http.ResponseWriter, r *http.Request) error {
	return p.showApprovals(w, r, nil, "", nil)
}

func (p *pages) showApprovals(w http.ResponseWriter, r *http.Request, failed error, which string, form url.Values) error {
	a := approving{Err: failed, Which: which, Form: form}
	q, err := web.Query(r)
	if err != nil {
		return err
	}
	if a.After, err = placeOf(q.Get("after")); err != nil {
		return err
	}
	if a.Key, err = p.Key(); err != nil {
		return err
	}
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		a.Viewer = v
		if p.Told != nil {
			if a.Told, err = p.Told(r.Context(), tx, v); err != nil {
				return err
			}
		}
		id := r.PathValue("id")
		var overtaken *refuse.Conflict
		if errors.As(failed, &overtaken) && overtaken.Table == "leave" {
			id = "" // it waits for him no more
		}
		return p.fillApprovals(r.Context(), tx, &a, id)
	})
	if err != nil {
		return err
	}
	if p.Drafts != nil {
		if a.Drafts, err = p.Drafts(r); err != nil {
			return err
		}
	}
	if p.Undecided != nil {
		if a.Lists, err = p.Undecided(r); err != nil {
			return err
		}
		a.Lists = slices.DeleteFunc(a.Lists, func(l List) bool {
			return slices.ContainsFunc(a.Leaves, func(q request) bool { return !q.Own && q.List.ID == l.ID })
		})
	}
	f := p.Frame(w, r)
	if !a.Viewer.Keeps() { // a leader's page: large, no rail
		for _, g := range f.Rail {
			for _, e := range g.Entries {
				if !e.Current {
					f.Ways = append(f.Ways, e)
				}
			}
		}
		f.Large, f.Rail = true, nil
	}
	return p.Form(w, r, f, failed, p.Explain, approvePage(a))
}

func (p *pages) fillApprovals(ctx context.Context, tx *store.Tx, a *approving, which string) error {
	v := a.Viewer
	stops, err := circulation.Mine(tx, v.Actor.Person, 50)
	if err != nil {
		return err
	}
	var waiting []term.DocumentID
	if v.Offered("document.opine") {
		if waiting, err = p.Sources.Waiting(tx, look(v), 50); err != nil {
			return err
		}
	}
	if a.Leaves, a.Next, err = p.requests(ctx, tx, v, a.After, ""); err != nil {
		return err
	}
	if err := p.alsoNamed(ctx, tx, a, cmp.Or(term.LeaveID(which), term.LeaveID(a.Which))); err != nil {
		return err
	}
	if a.Decided, err = p.decided(ctx, tx, v); err != nil {
		return err
	}
	if a.Staff, err = p.Staff(tx); err != nil {
		return err
	}
	ids := slices.Clone(waiting)
	for _, s := range stops {
		ids = append(ids, s.Document)
	}
	if len(ids) > 0 {
		if err := p.fillTurns(tx, a, stops, waiting, ids); err != nil {
			return err
		}
	}
	return p.choose(tx, a, which)
}

// alsoNamed puts the request that the address or a failed answer names before all others, on whichever page it would stand.
func (p *pages) alsoNamed(ctx context.Context, tx *store.Tx, a *approving, id term.LeaveID) error {
	if id == "" {
		return nil
	}
	one, _, err := p.requests(ctx, tx, a.Viewer, place{}, id)
	if err != nil || len(one) == 0 {
		return err
	}
	named := one[0].Leave
	i := slices.IndexFunc(a.Leaves, func(q request) bool {
		return q.Leave.ID == id || named.Request != "" && q.Leave.Request == named.Request && q.Leave.State == named.State
	})
	if i >= 0 { // as it stands there, with what was asked together
		one[0] = a.Leaves[i]
		a.Leaves = slices.Delete(a.Leaves, i, i+1)
	}
	a.Leaves, a.Named = append(one, a.Leaves...), true
	return nil
}

func (p *pages) fillTurns(tx *store.Tx, a *approving, stops []circulation.Stop, waiting, ids []term.DocumentID) error {
	briefs, err := p.Sources.Briefs(tx, ids)
	if err != nil {
		return err
	}
	pieces, err := p.Sources.Pieces(tx, ids)
	if err != nil {
		return err
	}
	duties, err := dutiesOf(tx, ids)
	if err != nil {
		return err
	}
	for _, id := range waiting {
		a.Waiting = append(a.Waiting, wanting{briefs[id], itemDue(duties, id)})
	}
	slices.SortStableFunc(a.Waiting, func(x, y wanting) int { return sooner(x.Due, y.Due, x.Urgency, y.Urgency) })
	for _, s := range stops {
		t := turn{Stop: s, Brief: briefs[s.Document], Due: stopDue(duties, s)}
		for _, piece := range pieces[s.Document] {
			if piece.Copy == s.Copy {
				t.Piece = piece
			}
		}
		a.Turns = append(a.Turns, t)
	}
	slices.SortStableFunc(a.Turns, func(x, y turn) int { return sooner(x.Due, y.Due, x.Brief.Urgency, y.Brief.Urgency) })
	return nil
}

// choose takes the item named in the path, else the first that he has not signed yet.
func (p *pages) choose(tx *store.Tx, a *approving, which string) error {
	for i := range a.Turns {
		t := &a.Turns[i]
		if which == string(t.Stop.ID) || which == string(t.Brief.Document) || which == "" && a.Now == nil && t.Stop.State == circulation.Out {
			a.Now = t
		}
	}
	if which != "" && a.Now == nil && !a.Named {
		return refuse.ErrNotFound
	}
	if a.Now == nil {
		return nil
	}
	id := a.Now.Brief.Document
	var err error
	if a.Opinion, a.Has, err = p.Sources.Opinion(tx, id); err != nil {
		return err
	}
	a.Done, err = p.Sources.Instructions(tx, look(a.Viewer), id, 20)
	return err
}

// stocks are the three opinions at hand.
func stocks() []string {
	return []string{"approve.stock_agree", "approve.stock_report", "approve.stock_read"}
}

// typed is what was typed into a field of the item.
func (a approving) typed(field string) string {
	if a.Which != "" {
		return ""
	}
	return a.Form.Get(field)
}

// item is what was wrong with the form of the item.
func (a approving) item() error {
	if a.Which != "" {
		return nil
	}
	return a.Err
}

// answering is what was typed into the answer to a request, and what was wrong with it.
func (a approving) answering(id term.LeaveID) (url.Values, error) {
	if a.Which != string(id) {
		return nil, nil
	}
	return a.Form, a.Err
}

// turnOf is the viewer's own turn that a form names, with what was typed.
func (p *pages) turnOf(r *http.Request) (stop circulation.Stop, viewer counter.Viewer, form url.Values, err error) {
	if form, err = web.Typed(r); err != nil {
		return stop, viewer, form, err
	}
	id, err := counter.PathID[string](r)
	if err != nil {
		return stop, viewer, form, err
	}
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		viewer = v
		stops, err := circulation.Mine(tx, v.Actor.Person, 200)
		if err != nil {
			return err
		}
		for _, s := range stops {
			if string(s.ID) == id {
				stop = s
				return nil
			}
		}
		return refuse.ErrNotFound
	})
	return stop, viewer, form, err
}

// read is 已阅: the reader's own signature. It sends no 批示: what was typed for one is answered at its field.
func (p *pages) read(w http.ResponseWriter, r *http.Request) error {
	stop, v, form, err := p.turnOf(r)
	if err != nil {
		return err
	}
	for _, field := range []string{"text", "handler", "due"} {
		if strings.TrimSpace(form.Get(field)) != "" {
			return p.showApprovals(w, r, refuse.Field(field, "not_sent_by_read"), "", form)
		}
	}
	receipt, err := p.signRead(r, form, stop, v)
	if err != nil {
		return p.showApprovals(w, r, err, "", form)
	}
	return p.Done(w, r, "/approvals", "done.approve.read", receipt)
}

func (p *pages) signRead(r *http.Request, form url.Values, stop circulation.Stop, v counter.Viewer) (act.Receipt, error) {
	cmd, err := command(map[string]any{"stop": string(stop.ID), "read_at": p.Clock.Now()})
	if err != nil {
		return act.Receipt{}, err
	}
	return p.Do(r, counter.Try{Act: "circulation.sign_read", Command: cmd, Form: withoutKey(form, "r"), Signs: []counter.Role{{Name: "actor", Person: v.Actor.Person}}})
}

// withoutKey gives the form with a key of its own, since one press of a button may do two acts.
func withoutKey(form url.Values, suffix string) url.Values {
	out := url.Values{}
	for k, vs := range form {
		out[k] = vs
	}
	if key := form.Get(counter.FieldKey); key != "" {
		out.Set(counter.FieldKey, key+"-"+suffix)
	}
	return out
}

// instruct is 批示. Where the signature is a PIN, the reader's 阅签 goes with it; a code is good for one act only.
func (p *pages) instruct(w http.ResponseWriter, r *http.Request) error {
	stop, v, form, err := p.turnOf(r)
	if err != nil {
		return err
	}
	if form.Get("text") == "" {
		return p.showApprovals(w, r, refuse.Field("text", "required"), "", form)
	}
	due, err := until(form, "due")
	if err != nil {
		return p.showApprovals(w, r, err, "", form)
	}
	cmd, err := command(map[string]any{"document": string(stop.Document), "text": form.Get("text"), "handler": form.Get("handler"), "due": due})
	if err != nil {
		return err
	}
	receipt, err := p.Do(r, counter.Try{Act: "document.instruct", Command: cmd, Form: form, Signs: []counter.Role{{Name: "actor", Person: v.Actor.Person}}})
	if err != nil {
		return p.showApprovals(w, r, err, "", form)
	}
	if form.Get(web.FieldHow) == "pin" && stop.State == circulation.Out {
		if _, err := p.signRead(r, form, stop, v); err != nil {
			return p.Stale(w, r, err, v.People.Name)
		}
	}
	return p.Done(w, r, "/approvals/"+string(stop.ID), "done.approve.instruct", receipt)
}

// wants says what a document still lacks from the office director.
func wants(ctx context.Context, b circulation.Brief) string {
	opined := slices.Contains(b.Steps, "opine")
	switch {
	case !opined && !b.ScopeFixed:
		return web.T(ctx, "approve.wants_both")
	case !opined:
		return web.T(ctx, "approve.wants_opinion")
	}
	return web.T(ctx, "approve.wants_scope")
}

// oldest leads to the first page of the requests, further to the next; empty where there is none.
func (a approving) oldest() string {
	if a.After.id == "" {
		return ""
	}
	return "/approvals"
}

func (a approving) further() string {
	if a.Next.id == "" {
		return ""
	}
	return "/approvals?after=" + a.Next.String()
}
