package circulationweb

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/approval"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// listApprove is the step that approves a list of pieces.
const listApprove = "disposal.list_approve"

// widens reports whether the viewer can take the step that is asked of him right here: to let the persons named know.
func (q request) widens() bool {
	return q.Step && !q.Own && q.Leave.Act == "document.widen" && q.Leave.Document != "" && len(q.To) > 0
}

// lists reports whether he can approve right here the list that waits for it.
func (q request) lists() bool {
	return q.Step && !q.Own && q.Leave.Act == listApprove && q.List.Waits
}

// stepHref is where the step of a request is taken.
func (q request) stepHref() string {
	if q.List.Href != "" {
		return q.List.Href
	}
	return "/d/" + string(q.Brief.Document)
}

// step is the command of a step that is taken right here, as he saw what it is about.
func (q request) step(form url.Values) (map[string]any, error) {
	if q.widens() {
		if strings.TrimSpace(form.Get("reason")) == "" {
			return nil, refuse.Field("reason", "required")
		}
		return map[string]any{"document": q.Leave.Document, "persons": q.To, "reason": form.Get("reason")}, nil
	}
	rev, err := strconv.ParseInt(form.Get(typed.FieldRev), 10, 64)
	if err != nil {
		return nil, refuse.Field(typed.FieldRev, "bad_format")
	}
	return map[string]any{"list": q.List.ID, "rev": rev}, nil
}

// answeredBefore tells who may decide a request who has answered it already; to anybody else there is none.
func answeredBefore(tx *store.Tx, v counter.Viewer, id term.LeaveID) error {
	l, err := approval.Leaves.Get(tx, id)
	if err != nil || l.State == approval.Asked || !act.Decides(v.Law, v.People, v.Actor.Person, l) {
		return refuse.ErrNotFound
	}
	return &refuse.Conflict{Table: "leave", Key: string(id), By: l.GrantedBy, How: string(l.State), At: l.DecidedAt}
}

// takeStep takes the step and answers the request. A code is good for one act: with one, the request still waits for its answer.
func (p *pages) takeStep(w http.ResponseWriter, r *http.Request, id term.LeaveID, form url.Values) error {
	var v counter.Viewer
	var q request
	err := p.Business(r, func(tx *store.Tx, viewer counter.Viewer) error {
		v = viewer
		list, _, err := p.requests(r.Context(), tx, v, place{}, id)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(list, func(q request) bool { return q.Leave.ID == id && (q.widens() || q.lists()) })
		if at < 0 {
			return answeredBefore(tx, v, id)
		}
		q = list[at]
		return nil
	})
	var before *refuse.Conflict
	if errors.As(err, &before) {
		return p.showApprovals(w, r, err, string(id), form)
	} else if err != nil {
		return err
	}
	fields, err := q.step(form)
	if err != nil {
		return p.showApprovals(w, r, err, string(id), form)
	}
	me := []counter.Role{{Name: "actor", Person: v.Actor.Person}}
	cmd, err := command(fields)
	if err != nil {
		return err
	}
	receipt, err := p.Do(r, counter.Try{Act: q.Leave.Act, Command: cmd, Form: form, Signs: me})
	if err != nil {
		return p.showApprovals(w, r, err, string(id), form)
	}
	if form.Get(web.FieldHow) == "pin" {
		if cmd, err = command(map[string]any{"leave": id, "reason": form.Get("reason")}); err != nil {
			return err
		}
		if _, err := p.Do(r, counter.Try{Act: "approval.grant", Command: cmd, Form: withoutKey(form, "g"), Signs: me}); err != nil {
			return p.Stale(w, r, err, v.People.Name)
		}
	}
	done := "done.approve.widen"
	if q.lists() {
		done = "done.approve.list"
	}
	return p.Done(w, r, "/approvals", done, receipt)
}
