package app

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/custody"
	"jiyao/internal/custody/custodyweb"
	"jiyao/internal/custody/placeweb"
	"jiyao/internal/custody/stockweb"
	"jiyao/internal/device/deviceweb"
	"jiyao/internal/disposal/disposalweb"
	"jiyao/internal/document"
	"jiyao/internal/incident"
	"jiyao/internal/incident/incidentweb"
	"jiyao/internal/inspection"
	"jiyao/internal/inspection/inspectionweb"
	"jiyao/internal/meeting/meetingweb"
	"jiyao/internal/notify"
	"jiyao/internal/notify/notifyweb"
	"jiyao/internal/people/peopleweb"
	"jiyao/internal/procedure"
	"jiyao/internal/registerweb"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// reportPath is where anybody reports what he saw.
const reportPath = "/incidents/new"

// oversight mounts the pages of cases and findings and what the panel of notices sends.
func (s *site) oversight(c *counter.Counter) {
	a := s.app
	incidentweb.Routes(s.server, incidentweb.Deps{Counter: c, Explain: s.explain, Number: numberOf, Labels: labelsOf, Staff: a.anybody})
	inspectionweb.Routes(s.server, inspectionweb.Deps{Counter: c, Explain: s.explain, Number: numberOf, Labels: labelsOf, Staff: a.staff, Figures: figuresOf})
	notifyweb.Routes(s.server, notifyDeps(c))
}

func notifyDeps(c *counter.Counter) notifyweb.Deps { return notifyweb.Deps{Counter: c, Told: toldTo} }

// toldOn draws the panel 告知 for a page.
func toldOn(c *counter.Counter, page string) func(context.Context, *store.Tx, counter.Viewer) (templ.Component, error) {
	return func(ctx context.Context, tx *store.Tx, v counter.Viewer) (templ.Component, error) {
		return notifyweb.Panel(ctx, tx, v, notifyDeps(c), page)
	}
}

// toldTo lists what the viewer was told and has not seen, as far as he may know what it is about.
func toldTo(tx *store.Tx, v counter.Viewer) ([]notify.Told, error) {
	return procedure.Reader{Person: v.Actor.Person, Posts: v.Posts, Law: v.Law, People: v.People}.Told(tx)
}

// numberOf is the number of a document; nothing where the viewer may not know of it.
func numberOf(tx *store.Tx, v counter.Viewer, id term.DocumentID) (string, error) {
	covers, err := document.CoversOf(tx, act.Viewer{Person: v.Actor.Person, Sight: v.Sight}, []term.DocumentID{id})
	if err != nil {
		return "", err
	}
	if c, ok := covers[id]; ok {
		return document.Number(c.Document), nil
	}
	return "", nil
}

// labelsOf are the labels of the copies of which the viewer may know, by id.
func labelsOf(tx *store.Tx, v counter.Viewer, ids []string) (map[string]term.LabelCode, error) {
	return custody.LabelsOf(tx, act.Viewer{Person: v.Actor.Person, Sight: v.Sight}, ids)
}

// figuresOf is what was counted when the copy of a finding came back: a clause opened it, and both are of one moment.
func figuresOf(ctx context.Context, tx *store.Tx, v counter.Viewer, f inspection.Finding) ([]web.Pair, error) {
	if f.FoundBy != "" || f.Subject == "" {
		return nil, nil
	}
	return custodyweb.Back(ctx, tx, v, term.CopyID(f.Subject), f.FoundAt)
}

// watched is what the rail says of cases and findings to who keeps them, and what else the law lets the viewer do.
type watched struct {
	cases, findings bool // he keeps them
	receives        bool // he takes envelopes in
	lends           bool // he lends copies
	devices         bool // he answers for a device, enters devices, or keeps the register
	gives           bool // he gives pieces to outsiders, or keeps the register
	registers       bool // he sees one at least
	lists           bool // he makes or approves lists of return, archive or destruction, or keeps the register
	places          bool // he looks after places, or keeps the register
	counts          bool // he takes stock, or keeps the register
	imports         bool // he may import a notice of days off
	open, fresh     int  // cases, and those that nobody has taken up
	unfixed, due    int  // findings, and those whose last day has come
}

func watch(tx *store.Tx, v counter.Viewer) (w watched, err error) {
	cases, findings := incident.ViewerOf(v.Law, v.Actor.Person, v.People), inspection.ViewerOf(v.Law, v.Actor.Person, v.People)
	w.counts, w.places, w.lists, w.gives = stockweb.Sees(v), placeweb.Sees(v), disposalweb.Sees(v), meetingweb.Sees(v)
	w.receives, w.registers, w.imports = v.Offered("document.accept"), registerweb.Any(v), v.Offered("calendar.import")
	w.lends = v.OfferedWithout("custody.lend", "reader", "holder")
	if w.devices = deviceweb.Sees(v); !w.devices {
		if w.devices, err = deviceweb.Mine(tx, v); err != nil {
			return w, err
		}
	}
	if w.cases = cases.Keeper; w.cases {
		if w.open, w.fresh, err = cases.Waiting(tx); err != nil {
			return w, err
		}
	}
	if w.findings = findings.Keeper; w.findings {
		w.unfixed, w.due, err = findings.Waiting(tx, calendar.DateOf(v.Now))
	}
	return w, err
}

// own lists, for the account page, what everybody has of his own: his yearly sheet, the sheet of the day, the report.
func (s *site) own(r *http.Request) []web.Link {
	ctx := r.Context()
	var out []web.Link
	err := s.counter().See(r, func(tx *store.Tx, v counter.Viewer) error {
		if v.Actor.Person != "" && peopleweb.SelfChecks(v) {
			out = append(out, web.Link{Href: "/self-check", Label: web.T(ctx, "self_check.title"), Icon: "clipboard-check"})
		}
		if v.Actor.Person != "" && !v.Admin() {
			out = append(out, web.Link{Href: custodyweb.SignOffPath, Label: web.T(ctx, "day_end.title"), Icon: "lock"})
		}
		if v.Actor.Person != "" {
			out = append(out, web.Link{Href: peopleweb.AwayPath, Label: web.T(ctx, "rail.away"), Icon: "clock"})
		}
		if !v.Admin() { // the phone has no rail
			kept, err := watch(tx, v)
			if err != nil {
				return err
			}
			if kept.findings {
				out = append(out, web.Link{Href: "/findings", Label: web.T(ctx, "rail.findings"), Icon: "clipboard-check"})
			}
			if kept.cases {
				out = append(out, web.Link{Href: "/incidents", Label: web.T(ctx, "rail.incidents"), Icon: "alert-triangle"})
			}
		}
		out = append(out, web.Link{Href: reportPath, Label: web.T(ctx, "rail.report"), Icon: "send"})
		return nil
	})
	if err != nil {
		return nil // the page is for the password; the links are beside it
	}
	return out
}
