package peopleweb

import (
	"net/http"
	"net/url"
	"strings"

	"jiyao/internal/people"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// viewer is the one who asks, and nobody who is an administrator.
func (p *pages) viewer(r *http.Request) (v counter.Viewer, err error) {
	err = p.Business(r, func(_ *store.Tx, viewer counter.Viewer) error { v = viewer; return nil })
	return v, err
}

// hand hands one act in and shows the page again where it was not done.
func (p *pages) hand(w http.ResponseWriter, r *http.Request, t counter.Try, which, back, done string) error {
	receipt, err := p.Do(r, t)
	if err != nil {
		return p.again(w, r, err, which, back, t.Form)
	}
	return p.Done(w, r, back, done, receipt)
}

// again draws the page once more, with what was typed into the form that failed.
func (p *pages) again(w http.ResponseWriter, r *http.Request, failed error, which, back string, form url.Values) error {
	switch back {
	case "/posts":
		return p.showPosts(w, r, failed, which, form)
	case EntrustPath:
		return p.showEntrusted(w, r, failed, which, form)
	}
	return p.showPeople(w, r, failed, which, form)
}

// need notes each of the fields that says nothing.
func need(form url.Values, bad *refuse.Invalid, fields ...string) {
	for _, name := range fields {
		if strings.TrimSpace(form.Get(name)) == "" {
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: name, Code: "required"})
		}
	}
}

// signed is the signature of who is signed in.
func signed(v counter.Viewer) []counter.Role {
	return []counter.Role{{Name: "actor", Person: v.Actor.Person}}
}

// once reads the form of an act and who asks.
func (p *pages) once(r *http.Request) (url.Values, counter.Viewer, error) {
	form, err := web.Typed(r)
	if err != nil {
		return nil, counter.Viewer{}, err
	}
	v, err := p.viewer(r)
	return form, v, err
}

func (p *pages) register(w http.ResponseWriter, r *http.Request) error {
	form, _, err := p.once(r)
	if err != nil {
		return err
	}
	cmd := people.PersonRegister{Name: strings.TrimSpace(form.Get("name")), Unit: term.UnitID(form.Get("unit")), Affiliation: form.Get("affiliation")}
	return p.hand(w, r, counter.Try{Act: "people.person_register", Command: cmd, Form: form}, "register", "/people", "done.people.register")
}

func (p *pages) grade(w http.ResponseWriter, r *http.Request) error {
	form, v, err := p.once(r)
	if err != nil {
		return err
	}
	f, bad := typed.Form(form), refuse.Invalid{}
	cmd := people.Grade{
		Person: term.PersonID(form.Get("person")), Grade: form.Get("grade"), Post: term.PostID(form.Get("post")),
		ReviewedOn: f.Day("reviewed_on", &bad), ReviewResult: form.Get("review_result"), TrainedOn: f.Day("trained_on", &bad),
	}
	need(form, &bad, "person")
	return p.hand(w, r, counter.Try{Act: "people.grade", Command: cmd, Form: form, Signs: signed(v), Bad: bad}, "grade", "/people", "done.people.grade")
}

func (p *pages) commit(w http.ResponseWriter, r *http.Request) error {
	form, v, err := p.once(r)
	if err != nil {
		return err
	}
	var bad refuse.Invalid
	cmd := people.Commit{Version: form.Get("version"), ValidTo: typed.Form(form).Day("valid_to", &bad)}
	return p.hand(w, r, counter.Try{Act: "people.commit", Command: cmd, Form: form, Signs: signed(v), Bad: bad}, "commit", "/people", "done.people.commit")
}

func (p *pages) delegate(w http.ResponseWriter, r *http.Request) error {
	form, v, err := p.once(r)
	if err != nil {
		return err
	}
	f, bad := typed.Form(form), refuse.Invalid{}
	cmd := people.Delegate{Post: form.Get("post"), Acts: form["acts"], From: f.Day("from", &bad), To: f.Day("to", &bad)}
	if to := form.Get("person"); to != "" {
		cmd.Persons = []term.PersonID{term.PersonID(to)}
	}
	return p.hand(w, r, counter.Try{Act: "people.delegate", Command: cmd, Form: form, Signs: signed(v), Bad: bad}, "delegate", EntrustPath, "done.people.delegate")
}

func (p *pages) revoke(w http.ResponseWriter, r *http.Request) error {
	form, v, err := p.once(r)
	if err != nil {
		return err
	}
	cmd, done := people.Revoke{Delegation: term.DelegationID(form.Get("delegation")), Designation: form.Get("designation")}, "done.people.revoke"
	if cmd.Designation != "" {
		done = "done.people.undesignate"
	}
	return p.hand(w, r, counter.Try{Act: "people.revoke", Command: cmd, Form: form, Signs: signed(v)}, "revoke-"+string(cmd.Delegation)+cmd.Designation, EntrustPath, done)
}

// pair are the two signatures under a change of posts.
func pair(v counter.Viewer, form url.Values) []counter.Role {
	signs := []counter.Role{{Name: "proposer", Person: term.PersonID(form.Get("proposer")), Prefix: "proposer"}}
	if heads := v.People.Holders(unitHead); len(heads) > 0 {
		signs = append(signs, counter.Role{Name: "unit_head", Person: heads[0], Prefix: "head"})
	}
	return signs
}

func (p *pages) assign(w http.ResponseWriter, r *http.Request) error {
	form, v, err := p.once(r)
	if err != nil {
		return err
	}
	cmd := people.PostAssign{
		Post: term.PostID(form.Get("post")), Person: term.PersonID(form.Get("person")), Replaces: term.PersonID(form.Get("replaces")),
		AppointedBy: form.Get("appointed_by"), DocNo: form.Get("doc_no"),
	}
	var bad refuse.Invalid
	need(form, &bad, "post", "person", "proposer")
	return p.hand(w, r, counter.Try{Act: "people.post_assign", Command: cmd, Form: form, Signs: pair(v, form), Bad: bad}, "assign", "/posts", "done.people.assign")
}

func (p *pages) end(w http.ResponseWriter, r *http.Request) error {
	form, v, err := p.once(r)
	if err != nil {
		return err
	}
	cmd := people.PostEnd{Post: term.PostID(form.Get("post")), Person: term.PersonID(form.Get("person")), DocNo: form.Get("doc_no")}
	var bad refuse.Invalid
	need(form, &bad, "post", "person", "proposer")
	return p.hand(w, r, counter.Try{Act: "people.post_end", Command: cmd, Form: form, Signs: pair(v, form), Bad: bad}, "end", "/posts", "done.people.end")
}
