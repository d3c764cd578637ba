package custodyweb

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"

	"github.com/a-h/templ"

	"jiyao/internal/calendar"
	"jiyao/internal/checklist"
	"jiyao/internal/custody"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// dayEnd is the sheet of the end of a day: what the system knows itself, and the lines that the person answers.
type dayEnd struct {
	v      counter.Viewer
	sheet  counter.Sheet
	asked  bool              // it is his to sign today: a post of his is asked for it, or he had something
	out    int               // copies that are still outside: his own, for who keeps the register all
	still  []custody.Holding // the same, by who has them or where they lie
	named  int               // of them, those that are known one by one
	signed checklist.Sheet
	done   bool // signed today
	back   string
	key    string
	form   typed.Form
	err    error
}

// DayEnd is the panel 下班前检查 of the first page; nil for whom nothing asks for it today. The page itself is everybody's.
func DayEnd(_ context.Context, tx *store.Tx, v counter.Viewer) (templ.Component, error) {
	d, err := dayEndOf(tx, v)
	if err != nil || !d.asked {
		return nil, err
	}
	d.back, d.key = "/today", counter.NewKey()
	return dayEndPanel(d, d.done), nil
}

func dayEndOf(tx *store.Tx, v counter.Viewer) (dayEnd, error) {
	d := dayEnd{v: v}
	var err error
	if d.still, d.out, err = outside(tx, v); err != nil {
		return d, err
	}
	for _, h := range d.still {
		d.named += len(h.Pieces)
	}
	if list := counter.SheetsOf(v, "custody.sign_off"); len(list) > 0 {
		d.sheet = list[0] // the act signs one sheet: those of its name in several packs are one
	}
	if d.asked = askedByPost(v); !d.asked { // else it is for who had something that day, where no pack writes lines for him too
		if d.asked, err = custody.HadSince(tx, v.Actor.Person, calendar.DateOf(v.Now).Start()); err != nil {
			return d, err
		}
	}
	if d.signed, d.done, err = checklist.Newest(tx, custody.DayEnd, v.Actor.Person, calendar.DateOf(v.Now)); err == nil && d.done {
		var more bool // what comes after the signature is signed off too
		more, err = custody.CameSince(tx, v.Actor.Person, d.signed.SignedAt)
		d.done = !more
	}
	return d, err
}

// SignOffPath is the page of the end of the day.
const SignOffPath = "/sign-off"

// maxStillOut is how many of the pieces that are still outside the page names.
const maxStillOut = 100

// listed are the pieces the page names, by who has them.
func (d dayEnd) listed() (out []custody.Copy) {
	for _, h := range d.still {
		out = append(out, h.Pieces...)
	}
	return out[:min(len(out), maxStillOut)]
}

// heading is what the sheet is called.
func (d dayEnd) heading(ctx context.Context) string {
	return cmp.Or(d.sheet.Heading(ctx), web.T(ctx, "day_end.title"))
}

// mine reports whether something is with the viewer himself.
func (d dayEnd) mine() bool {
	return slices.ContainsFunc(d.still, func(h custody.Holding) bool { return h.Person == d.v.Actor.Person })
}

func (d dayEnd) howMany(ctx context.Context) string {
	if d.out == 0 {
		return ""
	}
	return web.T(ctx, "place.pieces", "n", d.out)
}

// askedByPost reports whether the viewer is asked for the sheet because of a post.
func askedByPost(v counter.Viewer) bool {
	posts := v.People.Posts(v.Actor.Person)
	return slices.ContainsFunc(v.Law.Sheets(custody.DayEnd), func(c *regulation.Checklist) bool { return len(c.Askees()) > 0 && c.Asks(posts) })
}

// known is what the system knows itself of the end of the day; it is no line of the sheet and answers none.
func (d dayEnd) known(ctx context.Context) web.Tick {
	if d.out == 0 {
		return web.Tick{State: "y", Text: web.T(ctx, "day_end.all_in"), End: web.T(ctx, "day_end.known")}
	}
	return web.Tick{State: "w", Text: web.T(ctx, "day_end.outside"), End: web.T(ctx, "day_end.missing", "n", d.out)}
}

func (p pages) signOffPage(w http.ResponseWriter, r *http.Request) error {
	return p.showSignOff(w, r, http.StatusOK, nil, dayEnd{})
}

func (p pages) showSignOff(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, tried dayEnd) error {
	var d dayEnd
	err := p.Business(r, func(tx *store.Tx, v counter.Viewer) (err error) {
		d, err = dayEndOf(tx, v)
		return err
	})
	if err != nil {
		return err
	}
	d.back, d.key, d.form, d.err = "/sign-off", counter.NewKey(), tried.form, tried.err
	return p.Show(w, r, status, problem, signOffPage(d))
}

// signOff signs the sheet. A line answered no opens what the law attaches to it; the notice says so.
func (p pages) signOff(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	var d dayEnd
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) (err error) {
		d, err = dayEndOf(tx, v)
		return err
	})
	if err != nil {
		return err
	}
	var bad refuse.Invalid
	d.form = typed.Form(raw)
	answers := d.sheet.Answers(d.form, &bad)
	receipt, err := p.Do(r, counter.Try{
		Act: "custody.sign_off", Command: custody.SignOff{Lines: answers, Loans: d.form.Number("loans", &bad)}, Form: raw, Bad: bad,
		Signs: []counter.Role{{Name: "actor", Person: d.v.Actor.Person, Account: d.v.Actor.Account, Prefix: "own"}},
	})
	if err == nil {
		return p.Done(w, r, back(raw.Get("back")), signedKey(answers), receipt)
	}
	d.err = err
	return p.Again(r, d.err, p.Explain, func(problem templ.Component, status int) error { return p.showSignOff(w, r, status, problem, d) })
}

// back is the page that the sheet was signed on.
func back(page string) string {
	if page == "/today" {
		return page
	}
	return "/sign-off"
}

// signedKey is the notice after a signature.
func signedKey(answers map[string]string) string {
	if answeredNo(answers) {
		return "done.custody.sign_off_no"
	}
	return "done.custody.sign_off"
}

// answeredNo reports whether a line of a sheet was answered with no.
func answeredNo(answers map[string]string) bool {
	return slices.Contains(slices.Collect(maps.Values(answers)), "no")
}
