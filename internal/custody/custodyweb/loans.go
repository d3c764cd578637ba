package custodyweb

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/a-h/templ"

	"jiyao/internal/approval"
	"jiyao/internal/calendar"
	"jiyao/internal/custody"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// LoansPath is the desk of loans.
const LoansPath = "/loans"

const (
	maxLent = 50 // open loans on one page
	maxBack = 10 // of those that came back last
)

// loans is the page 借阅登记: the desk, what is lent, what waits, what came back.
type loans struct {
	desk
	out  []custody.Loan
	next term.HandOverID // where the list goes on
	sort string
	back []custody.Loan
	wait []waiting
}

// waiting is a leave to lend that the viewer asked for: granted and not used, or not answered.
type waiting struct {
	granted
	leave approval.Leave
	piece custody.Carrier
}

// lendsOut reports whether the desk is the viewer's; who does not lend sees what is lent to him.
func lendsOut(v counter.Viewer) bool { return v.OfferedWithout("custody.lend", "reader", "holder") }

// own is whose loans the viewer sees: all of them where he keeps the register, else his.
func own(v counter.Viewer) term.PersonID {
	if v.Keeps() {
		return ""
	}
	return v.Actor.Person
}

func (p pages) loansPage(w http.ResponseWriter, r *http.Request) error {
	q, err := web.Query(r)
	if err != nil {
		return err
	}
	d := loans{sort: q.Get("by")}
	if id := q.Get("copy"); id != "" {
		d.ids = []string{id}
	}
	return p.showLoans(w, r, http.StatusOK, nil, d, term.HandOverID(q.Get("after")))
}

func (p pages) showLoans(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, d loans, after term.HandOverID) error {
	if d.sort != "person" {
		d.sort = "due"
	}
	err := p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		if err := p.fillDesk(tx, v, &d.desk); err != nil {
			return err
		}
		var err error
		if d.out, d.next, err = custody.LoansOut(tx, viewer(v), custody.Loans{By: own(v), Sort: d.sort, After: after, Most: maxLent}); err != nil {
			return err
		}
		if d.back, err = custody.LoansBack(tx, viewer(v), own(v), maxBack); err != nil {
			return err
		}
		d.wait, err = waitingToLend(tx, v)
		return err
	})
	if err != nil {
		return err
	}
	p.judge(r.Context(), &d.desk)
	return p.Show(w, r, status, problem, loansPage(d))
}

// waitingToLend are the viewer's own leaves to lend that are not used yet.
func waitingToLend(tx *store.Tx, v counter.Viewer) ([]waiting, error) {
	leaves, err := approval.Open(tx, v.Actor.Person, "custody.lend")
	if err != nil {
		return nil, err
	}
	var out []waiting
	for _, l := range leaves {
		g, err := boundTo(l)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(out, func(x waiting) bool { return x.leave.Request != "" && x.leave.Request == l.Request }) {
			continue // several leaves of one request
		}
		c, err := custody.Find(tx, viewer(v), g.Copy)
		if err != nil {
			continue // what it is about is not his to know any more
		}
		out = append(out, waiting{g, l, c})
	}
	return out, nil
}

// returned says what the check of a return found.
func returned(ctx context.Context, l custody.Loan) (state, text string) {
	for name, result := range map[string]string{"pages_result": l.PagesResult, "attachments_result": l.AttachmentsResult, "marks_result": l.MarksResult} {
		if result != "" && result != "whole" {
			return "no", web.T(ctx, "loans.found", "what", web.T(ctx, "label."+name), "how", counter.Words(ctx, "return_result.", result))
		}
	}
	pages := web.T(ctx, "loans.pages", "came", l.PagesBack, "of", l.Carrier.Pages)
	if !l.Whole {
		return "no", pages
	}
	return "ok", pages
}

// sortHref is the list sorted otherwise.
func sortHref(by string) string { return LoansPath + "?by=" + by }

// oldDay is when something went out before the program; false where the old book does not say.
func oldDay(l custody.HandOver) (time.Time, bool) {
	d, err := calendar.ParseDate(l.OldDay)
	return d.Start(), err == nil
}

// since is when a loan went out.
func since(ctx context.Context, l custody.HandOver, now time.Time) string {
	day, known := oldDay(l)
	switch {
	case l.OldDay == "":
		return web.T(ctx, "loans.since", "time", web.Tongue(ctx).Moment(l.OutAt, now))
	case known:
		return web.T(ctx, "loans.since", "time", web.Tongue(ctx).Date(day))
	}
	return web.T(ctx, "loans.since_unsaid")
}

// lasted is how long a loan was out; nothing where it is not known since when.
func lasted(ctx context.Context, l custody.HandOver) string {
	from, known := oldDay(l)
	if l.OldDay == "" {
		from, known = l.OutAt, true
	}
	if !known {
		return ""
	}
	return web.T(ctx, "loans.lasted", "span", web.Tongue(ctx).Span(l.BackAt.Sub(from)))
}

// given is by whom something was given out; of what was out before the program, that, and since when.
func given(ctx context.Context, l custody.HandOver, giver string) string {
	if l.OldDay == "" {
		return web.T(ctx, "lanes.given", "name", giver)
	}
	return web.T(ctx, "lanes.brought_in", "since", since(ctx, l, l.OutAt))
}
