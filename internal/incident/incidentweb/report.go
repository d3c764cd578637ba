package incidentweb

import (
	"net/http"
	"slices"
	"time"

	"github.com/a-h/templ"

	"jiyao/internal/incident"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// reporting is the form 报告情况.
type reporting struct {
	v     counter.Viewer
	staff []counter.Staff
	key   string
	form  typed.Form
	err   error
}

// reportPage is open to everybody who is signed in, the administrators too: reporting is never closed to anybody.
func (p *pages) reportPage(w http.ResponseWriter, r *http.Request) error {
	return p.showReport(w, r, http.StatusOK, nil, reporting{})
}

func (p *pages) showReport(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, d reporting) error {
	var err error
	if d.key, err = p.Key(); err != nil {
		return err
	}
	err = p.See(r, func(tx *store.Tx, v counter.Viewer) (err error) {
		d.v = v
		d.staff, err = p.Staff(tx)
		return err
	})
	if err != nil {
		return err
	}
	return p.Show(w, r, status, problem, reportForm(d))
}

func (p *pages) report(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	d := reporting{form: typed.Form(raw)}
	cmd, bad := reportOf(d.form)
	receipt, err := p.Do(r, counter.Try{Act: "incident.open", Command: cmd, Form: raw, Bad: bad})
	if err == nil {
		return p.Done(w, r, p.afterwards(r, cmd, term.CaseID(receipt.Subject)), "done.incident.open", receipt)
	}
	d.err = err
	return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error { return p.showReport(w, r, status, problem, d) })
}

func reportOf(f typed.Form) (cmd incident.Open, bad refuse.Invalid) {
	cmd = incident.Open{
		Kind: f.Get("kind"), What: f.Text("what"), PlaceType: f.Get("place_type"), KnownBy: linesIn(f.Get("known_by")), Items: itemsIn(f.Get("items"), &bad),
	}
	if at := f.Instant("discovered_at", &bad); at != nil {
		cmd.DiscoveredAt = *at
	}
	if cmd.What == "" {
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "what", Code: "required"})
	}
	for _, id := range f.List("persons") {
		cmd.Persons = append(cmd.Persons, term.PersonID(id))
	}
	return cmd, bad
}

// afterwards is where who reported goes: to the case, unless it concerns himself, or he has no person.
func (p *pages) afterwards(r *http.Request, cmd incident.Open, id term.CaseID) string {
	actor, err := p.Who(r)
	if err != nil || actor.Person == "" || len(actor.Admin) > 0 || slices.Contains(cmd.Persons, actor.Person) {
		return "/incidents/new"
	}
	return "/incidents/" + string(id)
}

// discovered is what stands in the field at first: now.
func (d reporting) discovered(now time.Time) string {
	return d.form.Or("discovered_at", now.Format("2006-01-02 15:04"))
}

func (d reporting) named(id term.PersonID) bool { return d.form.Has("persons", string(id)) }
