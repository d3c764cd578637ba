package stockweb

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"jiyao/internal/custody"
	"jiyao/internal/obligation"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// maxOff is how many pieces that do not agree the page lists; the register has them all.
const maxOff = 200

// offResults are the answers that somebody has to look at, the gravest first.
var offResults = []string{"missing", "elsewhere", "extra", "unknown"}

// taking is the page of one count.
type taking struct {
	typed.Tried
	custody.Taking
	v      counter.Viewer
	off    []custody.Counted // what does not agree
	open   []custody.Copy    // expected, without an answer
	anew   bool              // without the list of them, which the page has
	place  term.PlaceID      // that narrows them; empty: all
	more   string            // address of those behind
	names  map[term.PlaceID]string
	search map[term.CopyID]obligation.Duty // of what is missing
	people []custody.Named
	shot   templ.Component // the answer to the last scan, without the script
}

func (p pages) taking(w http.ResponseWriter, r *http.Request) error {
	return p.takingPage(w, r, http.StatusOK, nil, taking{})
}

func (p pages) takingPage(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, d taking) error {
	if err := p.read(r, &d); err != nil {
		return err
	}
	f := p.Frame(w, r)
	f.NoScan = d.IsOpen() && d.counts()
	if f.NoScan {
		f.Scripts = append(f.Scripts, "count.js")
	}
	return web.Render(w, r, status, web.Within(web.Page(f), counter.Above(problem, takingPage(d))))
}

// state is what of the page is fetched anew while pieces are scanned.
func (p pages) state(w http.ResponseWriter, r *http.Request) error {
	d := taking{anew: true}
	if err := p.read(r, &d); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, stateAnew(d))
}

// counts reports whether the viewer answers pieces himself.
func (d taking) counts() bool { return d.v.Offered("custody.count_scan") }

func (p pages) read(r *http.Request, d *taking) error {
	q, err := web.Query(r)
	if err != nil {
		return err
	}
	return p.see(r, func(tx *store.Tx, v counter.Viewer) error {
		d.v = v
		id, err := counter.PathID[term.CountID](r)
		if err != nil {
			return err
		}
		if d.Taking, err = custody.TakingOf(tx, viewer(v), id); err != nil {
			return err
		}
		if d.names, err = custody.PlaceNames(tx); err != nil {
			return err
		}
		if d.off, err = d.Counted(tx, viewer(v), offResults, maxOff); err != nil {
			return err
		}
		slices.SortStableFunc(d.off, func(a, b custody.Counted) int {
			return slices.Index(offResults, a.Result) - slices.Index(offResults, b.Result)
		})
		if d.search, err = searches(tx, d.off); err != nil || d.anew || !d.IsOpen() {
			return err
		}
		if _, d.people, err = custody.Readers(tx, v.People, ""); err != nil {
			return err
		}
		d.place = term.PlaceID(q.Get("place"))
		if d.open, err = custody.Unanswered(tx, viewer(v), d.StockCount, d.place, term.CopyID(q.Get("after")), perPage+1); err == nil && len(d.open) > perPage {
			d.open = d.open[:perPage]
			d.more = d.at(d.place) + "&after=" + string(d.open[perPage-1].ID)
		}
		return err
	})
}

// searches are the open searches for what is missing, each with its deadline.
func searches(tx *store.Tx, off []custody.Counted) (map[term.CopyID]obligation.Duty, error) {
	out := map[term.CopyID]obligation.Duty{}
	for _, l := range off {
		if l.Result != "missing" || l.Copy == "" {
			continue
		}
		list, err := obligation.Duties.Select(tx, "WHERE subject = $1 AND state = 'open' AND subject_kind = 'lost' ORDER BY due_at LIMIT 1", string(l.Copy))
		if err != nil {
			return nil, fmt.Errorf("look for the search of a missing piece: %w", err)
		}
		for _, duty := range list {
			out[l.Copy] = duty
		}
	}
	return out, nil
}

func (d taking) path() string { return Path + "/" + string(d.ID) }

// at is the page with the list of one place.
func (d taking) at(place term.PlaceID) string { return d.path() + "?place=" + string(place) }

// where is the name of a place; of none: with somebody, or not put away yet.
func (d taking) where(ctx context.Context, id term.PlaceID) string {
	if id == "" {
		return web.T(ctx, "count.nowhere")
	}
	return d.names[id]
}

// title says what is counted.
func (d taking) title(ctx context.Context) string {
	return web.T(ctx, "count.title", "what", d.what(ctx, d.StockCount))
}

// what is counted, in words: the places one behind the other, or all there is.
func (d taking) what(ctx context.Context, c custody.StockCount) string {
	return whatOf(ctx, c, d.names)
}

func whatOf(ctx context.Context, c custody.StockCount, names map[term.PlaceID]string) string {
	if c.Full() {
		return web.T(ctx, "count_kind.full")
	}
	const most = 3
	out := ""
	for i, id := range c.Places {
		if i == most {
			return web.T(ctx, "count.and_more", "places", out, "n", len(c.Places))
		}
		if i > 0 {
			out += web.T(ctx, "list.separator")
		}
		out += names[term.PlaceID(id)]
	}
	return out
}

// byPlace and byLevel fold the shares.
func (d taking) byPlace() []custody.Share {
	return fold(d.Shares, func(s custody.Share) custody.Share { return custody.Share{Place: s.Place} })
}

func (d taking) byLevel() []custody.Share {
	out := fold(d.Shares, func(s custody.Share) custody.Share { return custody.Share{Level: s.Level} })
	slices.SortStableFunc(out, func(a, b custody.Share) int { return b.Level.Rank() - a.Level.Rank() })
	return out
}

func fold(list []custody.Share, key func(custody.Share) custody.Share) []custody.Share {
	var out []custody.Share
	for _, s := range list {
		k := key(s)
		i := slices.IndexFunc(out, func(o custody.Share) bool { return o.Place == k.Place && o.Level == k.Level })
		if i < 0 {
			i = len(out)
			out = append(out, k)
		}
		out[i].Expected, out[i].Answered = out[i].Expected+s.Expected, out[i].Answered+s.Answered
	}
	return out
}

// of is a share as it is written: 52 / 58.
func of(s custody.Share) string { return strconv.Itoa(s.Answered) + " / " + strconv.Itoa(s.Expected) }

// missing says of pieces that they were not there; each is an act and an entry of its own.
func (p pages) missing(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	f := typed.Form(raw)
	id, err := counter.PathID[term.CountID](r)
	if err != nil {
		return err
	}
	if err := p.see(r, func(*store.Tx, counter.Viewer) error { return nil }); err != nil {
		return err
	}
	copies := f.List("copy")
	err = refuse.Field("copy", "required")
	for _, c := range copies {
		form := map[string][]string{}
		if key := f.Get(counter.FieldKey); key != "" {
			form[counter.FieldKey] = []string{key + "-" + c}
		}
		receipt, wrong := p.Do(r, counter.Try{Act: "custody.count_scan", Command: custody.CountScan{Count: id, Copy: term.CopyID(c), Result: "missing"}, Form: form})
		if err = wrong; err != nil {
			break
		}
		if c == copies[len(copies)-1] {
			return p.Done(w, r, Path+"/"+string(id), "done.custody.count_missing", receipt)
		}
	}
	return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
		return p.takingPage(w, r, status, problem, taking{})
	})
}

// close ends the count: who counted signs as the actor, who checked beside him.
func (p pages) close(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	f := typed.Form(raw)
	id, err := counter.PathID[term.CountID](r)
	if err != nil {
		return err
	}
	var me counter.Viewer
	if err := p.see(r, func(_ *store.Tx, v counter.Viewer) error { me = v; return nil }); err != nil {
		return err
	}
	var bad refuse.Invalid
	other := term.PersonID(f.Get("second" + web.FieldPerson))
	switch {
	case other == "":
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "second" + web.FieldPerson, Code: "required"})
	case f.Get("second"+web.FieldSecret) == "": // who checked it is here, and signs for it
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "second" + web.FieldSecret, Code: "required"})
	}
	receipt, err := p.Do(r, counter.Try{
		Act: "custody.count_close", Form: raw, Bad: bad,
		Command: custody.CountClose{Count: id, CountedBy: me.Actor.Person, CheckedBy: other},
		Signs: []counter.Role{
			{Name: "actor", Person: me.Actor.Person, Account: me.Actor.Account, Prefix: "first"},
			{Name: custody.Checker, Person: other, Prefix: "second"},
		},
	})
	if err == nil {
		return p.Done(w, r, Path+"/"+string(id), "done.custody.count_close", receipt)
	}
	return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
		return p.takingPage(w, r, status, problem, taking{Tried: typed.Tried{Which: "close", Form: f, Err: err}})
	})
}
