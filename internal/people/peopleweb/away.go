package peopleweb

import (
	"net/http"

	"github.com/a-h/templ"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/people"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// AwayPath is the page of leave and trips; LeavingPath that of who leaves his post.
const (
	AwayPath    = "/away"
	LeavingPath = "/people/leaving"
)

// absences is the page 请假与外出: everybody's own leave and trips, and, for who decides about people, who is away.
type absences struct {
	typed.Tried
	v      counter.Viewer
	mine   []people.Away
	trips  []people.Journey
	others []people.Away
	away   []people.Journey
	sees   bool
	held   []web.Option // what he has with him and could take along
}

// seesAbsent reports whether somebody sees who is away: who keeps the register or decides about people.
func seesAbsent(v counter.Viewer) bool {
	return !v.Admin() && (v.Keeps() || v.Offered("people.grade") || v.Offered("people.leave_post"))
}

func (p *pages) absent(w http.ResponseWriter, r *http.Request) error {
	return p.showAbsent(w, r, http.StatusOK, nil, absences{})
}

// showAbsent is for everybody with a person, the three administrators too: leave holds nothing of the business.
func (p *pages) showAbsent(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, d absences) error {
	err := p.See(r, func(tx *store.Tx, v counter.Viewer) (err error) {
		if v.Actor.Person == "" {
			return refuse.ErrNotFound
		}
		d.v, d.sees = v, seesAbsent(v)
		today := calendar.DateOf(v.Now)
		if d.mine, err = people.AwaysOf(tx, v.Actor.Person, today); err != nil {
			return err
		}
		if d.trips, err = people.JourneysFrom(tx, v.Actor.Person, today); err != nil {
			return err
		}
		if err := people.Reveal(tx, d.mine, d.trips); err != nil {
			return err
		}
		if p.Held != nil && !v.Admin() {
			if d.held, err = p.Held(tx, v); err != nil {
				return err
			}
		}
		if !d.sees {
			return nil
		}
		if d.others, err = people.AwaysFrom(tx, today); err != nil {
			return err
		}
		d.away, err = people.JourneysFrom(tx, "", today)
		return err
	})
	if err != nil {
		return err
	}
	return p.Show(w, r, status, problem, absentPage(d))
}

func (p *pages) goAway(w http.ResponseWriter, r *http.Request) error {
	return p.goes(w, r, "away", func(f typed.Form, bad *refuse.Invalid) (string, any) {
		return "people.away", people.GoAway{From: f.Day("from", bad), To: f.Day("to", bad), Reason: f.Text("reason")}
	})
}

func (p *pages) travel(w http.ResponseWriter, r *http.Request) error {
	return p.goes(w, r, "travel", func(f typed.Form, bad *refuse.Invalid) (string, any) {
		cmd := people.TravelReport{
			Destination: f.Get("destination"), Country: f.Text("country"), From: f.Day("from", bad), To: f.Day("to", bad), Purpose: f.Text("purpose"),
		}
		for _, id := range f.List("items") {
			cmd.Items = append(cmd.Items, term.DocumentID(id))
		}
		return "people.travel_report", cmd
	})
}

// goes hands in one of the two forms of the page and comes back to it.
func (p *pages) goes(w http.ResponseWriter, r *http.Request, which string, read func(typed.Form, *refuse.Invalid) (string, any)) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	f, t := typed.Form(raw), counter.Try{Form: raw}
	err = p.See(r, func(_ *store.Tx, v counter.Viewer) error {
		if v.Actor.Person == "" {
			return refuse.ErrNotFound
		}
		t.Signs = []counter.Role{{Name: "actor", Person: v.Actor.Person, Prefix: "own"}}
		return nil
	})
	if err != nil {
		return err
	}
	t.Act, t.Command = read(f, &t.Bad)
	receipt, err := p.Do(r, t)
	if err == nil {
		return p.Done(w, r, AwayPath, "done."+t.Act, receipt)
	}
	return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
		return p.showAbsent(w, r, status, problem, absences{Tried: typed.Tried{Which: which, Form: f, Err: err}})
	})
}

// text is a sealed text that was opened; nothing where it was not.
func text(s store.Sealed) string {
	out, err := counter.Opened(s)
	if err != nil {
		return ""
	}
	return out
}

// leaving is the page 离岗: who leaves, what he still holds, and the day he was talked to.
type leaving struct {
	typed.Tried
	v        counter.Viewer
	people   []web.Option
	person   term.PersonID
	holds    int
	stored   int  // and of what lies in store, where nobody else keeps it
	lists    bool // the viewer may make a list of it
	deciding bool
}

func (p *pages) leavingPage(w http.ResponseWriter, r *http.Request) error {
	q, err := web.Query(r)
	if err != nil {
		return err
	}
	return p.showLeaving(w, r, http.StatusOK, nil, leaving{person: term.PersonID(q.Get("person"))})
}

func (p *pages) showLeaving(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, d leaving) error {
	err := p.Business(r, func(tx *store.Tx, v counter.Viewer) (err error) {
		d.v, d.lists, d.deciding = v, v.Offered("disposal.list_open"), v.Offered("people.leave_post")
		if !d.lists && !d.deciding {
			return refuse.ErrNotFound
		}
		directory, err := p.Office.People(tx, v.Now)
		if err != nil {
			return err
		}
		d.people = []web.Option{{Label: "—"}}
		for _, one := range directory.Staffing() {
			if act.Business(v.People, one.ID) {
				d.people = append(d.people, web.Option{Value: string(one.ID), Label: one.Name})
			}
		}
		if v.People.Name(d.person) == "" {
			d.person = ""
			return nil
		}
		d.holds, d.stored, err = people.LeftBehind(tx, directory, v.Now, d.person)
		return err
	})
	if err != nil {
		return err
	}
	return p.Show(w, r, status, problem, leavingPostPage(d))
}

func (p *pages) leavePost(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	f, t := typed.Form(raw), counter.Try{Act: "people.leave_post", Form: raw}
	v, err := p.viewer(r)
	if err != nil {
		return err
	}
	t.Signs = []counter.Role{{Name: "actor", Person: v.Actor.Person, Prefix: "own"}}
	cmd := people.LeavePost{
		Person: term.PersonID(f.Get("person")), ApprovedOn: f.Day("approved_on", &t.Bad), TalkOn: f.Day("talk_on", &t.Bad), TalkBy: term.PersonID(f.Get("talk_by")),
		CommitmentOn: f.Day("commitment_on", &t.Bad), DocNo: f.Text("doc_no"),
	}
	t.Command = cmd
	receipt, err := p.Do(r, t)
	if err == nil {
		return p.Done(w, r, "/posts", "done.people.leave_post", receipt)
	}
	return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
		return p.showLeaving(w, r, status, problem, leaving{person: cmd.Person, Tried: typed.Tried{Which: "leave", Form: f, Err: err}})
	})
}
