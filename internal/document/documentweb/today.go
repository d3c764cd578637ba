package documentweb

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"jiyao/internal/document"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// day is the first page of a working day.
type day struct {
	v         counter.Viewer
	counts    document.Counts
	tasks     []task
	more      bool
	order     string // due person place
	dueToday  int
	late      int
	envelopes []document.Sealing // that no line of the worklist is about
	owed      int                // of the others
	toDecide  templ.Component
	told      templ.Component
	held      []document.Cover
	evening   templ.Component
	steps     templ.Component // drafts that wait for him
	out       int             // copies that are to be back before closing
	dayEnd    templ.Component // the sheet of the end of a day
	keeps     bool
}

// task is one line of the worklist as it is shown.
type task struct {
	document.Task
	where, since string
	reveal       string            // where a masked title is opened
	envelope     *document.Sealing // of a duty about one
	out          bool
	also         []document.Task // further duties on the same document
	action       web.Link
	main         bool
}

// The most lines that the first page shows.
const (
	maxTasks     = 40
	maxEnvelopes = 20
)

func (p pages) today(w http.ResponseWriter, r *http.Request) error {
	d, err := p.day(r)
	if err != nil {
		return err
	}
	f := p.Frame(w, r)
	f.Scripts = append(f.Scripts, "boards.js")
	return web.Render(w, r, http.StatusOK, web.Within(web.Page(f), todayPage(d)))
}

// todayBoard is the part of the page that is fetched anew when something was done.
func (p pages) todayBoard(w http.ResponseWriter, r *http.Request) error {
	d, err := p.day(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, todayRegion(d))
}

func (p pages) day(r *http.Request) (day, error) {
	var d day
	q, err := web.Query(r)
	if err != nil {
		return d, err
	}
	if d.order = q.Get("by"); !slices.Contains([]string{"person", "place"}, d.order) {
		d.order = "due"
	}
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		d.v, d.keeps = v, v.Offered("document.register") && v.Keeps()
		var err error
		if d.counts, err = document.Count(tx, viewer(v), d.keeps); err != nil {
			return err
		}
		list, err := document.Worklist(tx, viewer(v), v.Posts, v.Law.Shown(v.Posts), maxTasks+1)
		if err != nil {
			return err
		}
		if d.more = len(list) > maxTasks; d.more {
			list = list[:maxTasks]
		}
		if d.tasks, err = tasks(r.Context(), tx, v, list); err != nil {
			return err
		}
		for i, t := range d.tasks {
			if t.Cover != nil && t.Cover.Masked {
				d.tasks[i].reveal = p.Reveals(r.Context(), v, t.Document)
			}
		}
		if d.held, err = document.Held(tx, viewer(v)); err != nil {
			return err
		}
		if d.keeps {
			if d.envelopes, err = document.Unregistered(tx, maxEnvelopes); err != nil {
				return err
			}
			d.envelopes, d.owed = owedFor(d.tasks, d.envelopes)
		}
		if p.Out != nil {
			if d.out, err = p.Out(tx, v); err != nil {
				return err
			}
		}
		for _, part := range []struct {
			into *templ.Component
			draw Part
		}{{&d.evening, p.Evening}, {&d.told, p.Told}, {&d.dayEnd, p.DayEnd}} {
			if part.draw != nil {
				if *part.into, err = part.draw(r.Context(), tx, v); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err == nil && p.ToDecide != nil {
		d.toDecide, err = p.ToDecide(r)
	}
	if err != nil {
		return d, err
	}
	d.sort()
	d.steps, err = Steps(r, p.Counter)
	return d, err
}

// tasks adds to each duty where its document is and what is to be done about it.
func tasks(ctx context.Context, tx *store.Tx, v counter.Viewer, list []document.Task) ([]task, error) {
	var ids []term.DocumentID
	for _, t := range list {
		if t.Cover != nil {
			ids = append(ids, t.Document)
		}
	}
	carriers, err := document.Carriers(tx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]task, len(list))
	n, first := 0, map[string]int{}
	for _, t := range list {
		key := string(t.Document)
		if t.Cover == nil {
			key = t.SubjectKind + " " + t.Subject + " " + closedOn(ctx, v, t).Href // what is done on another page has its own line
		}
		if at, ok := first[key]; ok { // one line a document or envelope: the nearest duty leads
			out[at].also = append(out[at].also, t)
			continue
		}
		i := n
		n, first[key] = n+1, i
		out[i].Task = t
		if t.Cover != nil {
			mine := carriers[t.Document]
			if t.SubjectKind == "copy" {
				mine = slices.DeleteFunc(slices.Clone(mine), func(c document.Carrier) bool { return string(c.ID) != t.Subject })
			}
			out[i].where, out[i].since, out[i].out = where(ctx, v.People, mine)
		}
		out[i].action = due(ctx, v, t)
		if t.SubjectKind == "copy" && v.Offered("custody.acknowledge") && posted(carriers[t.Document], t.Subject) {
			out[i].action = web.Link{Href: "/c/" + t.Subject, Label: web.T(ctx, "copy.acknowledge")}
		}
	}
	return out[:n], nil
}

// dutyMark is one kind of duty on a line, with the clauses that ask for it.
type dutyMark struct {
	name, standing string
	clauses        []term.Clause
}

// marks are the duties of a line, each name once and each chip once.
func (t task) marks(ctx context.Context) (out []dutyMark) {
	shown := map[string]bool{}
	for _, d := range append([]document.Task{t.Task}, t.also...) {
		m := dutyMark{name: dutyName(ctx, d.Name)}
		if d.Standing != "" {
			m.standing = web.T(ctx, "standing."+string(d.Standing))
		}
		i := slices.IndexFunc(out, func(o dutyMark) bool { return o.name == m.name && o.standing == m.standing })
		if i < 0 {
			i = len(out)
			out = append(out, m)
		}
		if chip := web.ChipOf(ctx, d.Clause); !shown[chip] {
			shown[chip] = true
			out[i].clauses = append(out[i].clauses, d.Clause)
		}
	}
	return out
}

// owedFor puts each envelope at the line of the worklist that is about it, and gives the rest: none is shown twice.
func owedFor(tasks []task, envelopes []document.Sealing) (rest []document.Sealing, owed int) {
	for _, e := range envelopes {
		at := slices.IndexFunc(tasks, func(t task) bool { return t.SubjectKind == "piece" && t.Subject == string(e.ID) })
		if at < 0 {
			rest = append(rest, e)
			continue
		}
		tasks[at].envelope, owed = &e, owed+1
	}
	return rest, owed
}

// due is the button at the end of a line: what the viewer has to do there, where it is his to do.
func due(ctx context.Context, v counter.Viewer, t document.Task) web.Link {
	serves := v.Offered("custody.hand_out")
	switch t.SubjectKind {
	case "copy", "instruction", "stop", "turn", "reader", "circulation":
		if !serves {
			return web.Link{Href: "/d/" + string(t.Document), Label: web.T(ctx, "today.look")}
		}
	case "piece":
		if !opensEnvelopes(v) {
			return web.Link{}
		}
	}
	switch t.SubjectKind {
	case "piece":
		return web.Link{Href: "/receive/" + t.Subject, Label: web.T(ctx, "today.register")}
	case "copy":
		return web.Link{Href: "/c/" + t.Subject, Label: web.T(ctx, "today.take_back")}
	case "instruction":
		return web.Link{Href: "/d/" + string(t.Document), Label: web.T(ctx, "today.chase")}
	case "stop", "turn", "reader", "circulation":
		return web.Link{Href: "/d/" + string(t.Document), Label: web.T(ctx, "today.serve")}
	case "person": // what somebody signs at the end of his day
		return web.Link{Href: "/sign-off", Label: web.T(ctx, "today.sign")}
	case "case":
		return web.Link{Href: "/incidents/" + t.Subject, Label: web.T(ctx, "today.handle")}
	case "finding":
		return web.Link{Href: "/findings/" + t.Subject, Label: web.T(ctx, "today.handle")}
	case "place":
		return web.Link{Href: "/places/" + t.Subject, Label: web.T(ctx, "today.look")}
	case "staff":
		return web.Link{Href: "/self-check", Label: web.T(ctx, "today.sign")}
	}
	if to := closedOn(ctx, v, t); to.Href != "" {
		return to
	}
	if t.Document == "" {
		return web.Link{}
	}
	return web.Link{Href: "/d/" + string(t.Document), Label: web.T(ctx, "today.handle")}
}

// actPages are the pages on which acts are done that are about many pieces at once.
var actPages = map[string]string{
	"custody.count_close": "/inventory", "disposal.archive_sign": "/archive", "disposal.list_close": "/archive", "disposal.issuer_receipt": "/archive", "disposal.destroy": "/destroy",
	"document.ask_back": "/archive", "custody.sign_off": "/sign-off", "meeting.take_back_disclosed": "/disclosed",
}

// closedOn is the page on which a duty is closed: of stock-taking, return, archive and destruction. Who does not do the act
// himself has a look there, where he keeps the register.
func closedOn(ctx context.Context, v counter.Viewer, t document.Task) web.Link {
	duty, ok := v.Law.Duty(t.Name)
	if !ok {
		return web.Link{}
	}
	for _, name := range duty.ClosedBy() {
		switch page := actPages[name]; {
		case page == "":
		case v.Offered(name):
			return web.Link{Href: page, Label: web.T(ctx, "today.handle")}
		case v.Keeps():
			return web.Link{Href: page, Label: web.T(ctx, "today.look")}
		}
	}
	return web.Link{}
}

// sort orders the lines, marks the most urgent one and counts what is due today.
func (d *day) sort() {
	end := dayEnd(d.v.Now)
	for i := range d.tasks {
		t := &d.tasks[i]
		if t.DueAt.IsZero() {
			continue
		}
		if !d.v.Now.Before(t.DueAt) {
			d.late++
		}
		if !t.DueAt.After(end) {
			d.dueToday++
		}
	}
	if len(d.tasks) > 0 {
		d.tasks[0].main = true
	}
	if d.order == "due" {
		return
	}
	person := d.order == "person"
	slices.SortStableFunc(d.tasks, func(a, b task) int {
		if a.out != b.out {
			if a.out == person {
				return -1
			}
			return 1
		}
		return strings.Compare(a.where, b.where)
	})
}

// later is where the lines begin that come due behind today: a phone folds them. Where nothing is due today, or the lines stand
// in another order, none are.
func (d day) later() int {
	end, at := dayEnd(d.v.Now), 0
	for at < len(d.tasks) && d.order == "due" && !d.tasks[at].DueAt.IsZero() && !d.tasks[at].DueAt.After(end) {
		at++
	}
	if at == 0 {
		return len(d.tasks)
	}
	return at
}

func (d day) sorter(ctx context.Context) []web.Option {
	var out []web.Option
	for _, by := range []string{"due", "person", "place"} {
		out = append(out, web.Option{Value: "/today?by=" + by, Label: web.T(ctx, "today.by."+by), On: d.order == by})
	}
	return out
}

func (d day) lead(ctx context.Context) string {
	clock := web.Tongue(ctx).Clock(d.v.Now)
	switch {
	case d.dueToday == 0:
		return web.T(ctx, "today.lead_none", "time", clock)
	case d.late == 0:
		return web.T(ctx, "today.lead_due", "time", clock, "n", d.dueToday)
	}
	return web.T(ctx, "today.lead_late", "time", clock, "n", d.dueToday, "late", d.late)
}

// stages is the strip of the life of a document.
func (d day) stages(ctx context.Context) []web.Step {
	c := d.counts
	step := func(name, href, small, class string, n int) web.Step {
		s := web.Step{Href: href, Label: web.T(ctx, "stage."+name), Figure: figure(n), Small: small}
		if n > 0 {
			s.SmallClass = class
		}
		return s
	}
	var out []web.Step
	if d.keeps {
		out = append(out, step("to_register", "/receive", web.T(ctx, "stage.envelopes"), "", c.ToRegister))
	}
	if d.v.Offered("document.opine") {
		out = append(out, step("to_opine", "/approvals", "", "", c.ToOpine))
	}
	out = append(out,
		step("circulating", "/circulation", "", "", c.Circulating),
		step("out", "/sign-off#still-out", web.T(ctx, "stage.before_evening"), "ochre", d.out))
	if d.late > 0 {
		i := len(out) - 2
		out[i].Small, out[i].SmallClass = web.T(ctx, "stage.late", "n", d.late), "red"
	}
	if d.keeps {
		out = append(out, step("completed", "/search", web.T(ctx, "stage.next_year"), "", c.Completed))
	}
	return out
}

// sorterPart is the control above the worklist; none while it is empty.
func sorterPart(ctx context.Context, d day) templ.Component {
	if len(d.tasks) == 0 {
		return nil
	}
	return web.Sorter(web.T(ctx, "today.sort"), d.sorter(ctx))
}
