package peopleweb

import (
	"net/http"
	"strconv"

	"jiyao/internal/calendar"
	"jiyao/internal/checklist"
	"jiyao/internal/obligation"
	"jiyao/internal/people"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// selfChecks is the page of everybody's own yearly sheets.
type selfChecks struct {
	typed.Tried // by sheet
	v           counter.Viewer
	list        []yearly
	key         string
}

// yearly is one sheet with what the person signed this year and until when it is due.
type yearly struct {
	counter.Sheet
	signed checklist.Sheet
	done   bool
	due    web.Deadline
}

// SelfChecks says whether the adopted packs ask for sheets of one's own.
func SelfChecks(v counter.Viewer) bool { return len(counter.SheetsOf(v, "people.self_check")) > 0 }

func (p *pages) selfCheck(w http.ResponseWriter, r *http.Request) error {
	return p.showSelfCheck(w, r, http.StatusOK, selfChecks{})
}

// showSelfCheck is for everybody with a person, the three administrators too: a sheet holds nothing of the business.
func (p *pages) showSelfCheck(w http.ResponseWriter, r *http.Request, status int, d selfChecks) error {
	var err error
	if d.key, err = p.Key(); err != nil {
		return err
	}
	err = p.See(r, func(tx *store.Tx, v counter.Viewer) error {
		if v.Actor.Person == "" {
			return refuse.ErrNotFound
		}
		d.v = v
		year, err := calendar.ParseDate(strconv.Itoa(v.Now.In(calendar.Zone).Year()) + "-01-01")
		if err != nil {
			return err
		}
		for _, s := range counter.SheetsOf(v, "people.self_check") {
			y := yearly{Sheet: s}
			if y.signed, y.done, err = checklist.Newest(tx, s.Name, v.Actor.Person, year); err != nil {
				return err
			}
			d.list = append(d.list, y)
		}
		return d.dues(tx)
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, status, web.Within(web.Page(p.Frame(w, r)), selfCheckPage(d)))
}

// dues finds the open duty behind each sheet: the one on the same clause.
func (d *selfChecks) dues(tx *store.Tx) error {
	open, err := obligation.Duties.Select(tx, "WHERE state = 'open' AND subject_kind = 'staff' AND owner_person = $1 ORDER BY due_at, id LIMIT 100", string(d.v.Actor.Person))
	if err != nil {
		return err
	}
	for i, y := range d.list {
		for _, duty := range open {
			for _, c := range y.Clauses() {
				if c == duty.Clause && y.due.At.IsZero() {
					d.list[i].due = web.Deadline{Opened: duty.OpenedAt, Warn: duty.WarnAt, At: duty.DueAt}
				}
			}
		}
	}
	return nil
}

func (p *pages) signSelfCheck(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	d := selfChecks{Tried: typed.Tried{Which: raw.Get("sheet"), Form: typed.Form(raw)}}
	var sheet counter.Sheet
	err = p.See(r, func(_ *store.Tx, v counter.Viewer) error {
		if v.Actor.Person == "" {
			return refuse.ErrNotFound
		}
		d.v = v
		for _, s := range counter.SheetsOf(v, "people.self_check") {
			if s.Name == d.Which {
				sheet = s
				return nil
			}
		}
		return refuse.Field("sheet", "not_in_list")
	})
	if err != nil {
		return err
	}
	var bad refuse.Invalid
	cmd := people.SelfCheck{Sheet: sheet.Name, Lines: sheet.Answers(d.Form, &bad)}
	receipt, err := p.Do(r, counter.Try{
		Act: "people.self_check", Command: cmd, Form: raw, Bad: bad,
		Signs: []counter.Role{{Name: "actor", Person: d.v.Actor.Person, Account: d.v.Actor.Account, Prefix: "own"}},
	})
	if err == nil {
		return p.Done(w, r, "/self-check", "done.people.self_check", receipt)
	}
	d.Err = err
	if _, status, ok := typed.Answer(r.Context(), d.Err, p.Explain, p.Name(r.Context())); ok {
		return p.showSelfCheck(w, r, status, selfChecks{Tried: d.Tried})
	}
	return d.Err
}
