package circulationweb

import (
	"encoding/json"
	"net/http"
	"net/url"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// The two ways to ask after a refusal: for leave, or that the post take the step itself.
var askActs = map[string]string{"leave": act.LeaveStep, "step": "approval.propose"}

// Ask is the form that a refusal offers: the refused act with its arguments once more.
func Ask(name, with, key string, leave bool) *web.Request {
	way := "step"
	if leave {
		way = "leave"
	}
	return &web.Request{Action: "/approvals/ask", Hidden: map[string]string{"act": name, "with": with, "way": way, counter.FieldKey: key}}
}

// ask hands the request in and shows it among the asker's own. A wrong PIN shows the form once more.
func (p *pages) ask(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Typed(r)
	if err != nil {
		return err
	}
	name, with := askActs[form.Get("way")], json.RawMessage(form.Get("with"))
	if name == "" || !json.Valid(with) {
		return refuse.Field("way", "not_in_list")
	}
	var v counter.Viewer
	if err := p.Business(r, func(_ *store.Tx, viewer counter.Viewer) error { v = viewer; return nil }); err != nil {
		return err
	}
	var receipt act.Receipt
	if form.Get("reason") == "" {
		err = refuse.Field("reason", "required")
	} else {
		var cmd json.RawMessage
		var bad refuse.Invalid
		fields := map[string]any{"act": form.Get("act"), "with": with, "reason": form.Get("reason")}
		if name == act.LeaveStep {
			fields["leave_no"], fields["leave_date"] = form.Get("leave_no"), typed.Form(form).Day("leave_date", &bad)
		}
		if cmd, err = command(fields); err != nil {
			return err
		}
		receipt, err = p.Do(r, counter.Try{Act: name, Command: cmd, Form: form, Bad: bad, Signs: []counter.Role{{Name: "actor", Person: v.Actor.Person}}})
	}
	if err != nil {
		return p.askAgain(w, r, form, web.OfAct(form.Get("act"), err)) // what is wrong is called as in the form of that act
	}
	return p.Done(w, r, counter.AskedAt(receipt), "done.approve.asked", receipt)
}

func (p *pages) askAgain(w http.ResponseWriter, r *http.Request, form url.Values, err error) error {
	again := Ask(form.Get("act"), form.Get("with"), form.Get(counter.FieldKey), form.Get("way") == "leave")
	again.Reason, again.Error = form.Get("reason"), err
	again.LeaveNo, again.LeaveDate = form.Get("leave_no"), form.Get("leave_date")
	again.Written = form.Has("leave_no") || web.FieldError(r.Context(), err, "leave_no") != ""
	again.Label = web.T(r.Context(), "refusal.request_again")
	view := web.RefusalView{Title: web.T(r.Context(), "refusal.request_again"), Remedy: refuse.ByPost, Request: again, Back: "/approvals"}
	return p.Form(w, r, p.Frame(w, r), err, nil, web.AskPage(view))
}
