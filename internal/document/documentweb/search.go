package documentweb

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/a-h/templ"

	"jiyao/internal/act"
	"jiyao/internal/document"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// searching is the page of a search. Only hits are known; nothing is counted.
type searching struct {
	v       counter.Viewer
	form    typed.Form
	err     error
	asked   bool
	hits    []hit
	more    bool
	reach   document.Reach
	receipt act.Receipt
	years   []web.Option
	now     time.Time
}

// hit is one document found, with where it is as far as the viewer may know.
type hit struct {
	document.Cover
	where, since string
	mine         bool // he has a copy with him
}

func (p pages) searchPage(w http.ResponseWriter, r *http.Request) error {
	return p.searchResult(w, r, http.StatusOK, nil, searching{})
}

func (p pages) searchResult(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, d searching) error {
	me, err := p.me(r)
	if err != nil {
		return err
	}
	d.v, d.now = me, me.Now
	d.years = append(d.years, web.Option{Label: web.T(r.Context(), "search.all_years")})
	for y := range 6 {
		year := strconv.Itoa(me.Now.Year() - y)
		d.years = append(d.years, web.Option{Value: year, Label: year})
	}
	return p.Show(w, r, status, problem, searchPage(d))
}

// search records who searched and when, never the words, and then looks.
func (p pages) search(w http.ResponseWriter, r *http.Request) error {
	raw, err := web.Typed(r)
	if err != nil {
		return err
	}
	d := searching{form: typed.Form(raw)}
	q, err := readQuery(d.form)
	if faulty := web.Faults(raw); faulty != nil {
		err = faulty
	}
	if err == nil {
		d.receipt, err = p.Do(r, counter.Try{Act: "page.search", Command: document.SearchPage{}})
	}
	if err != nil {
		d.err = err
		return p.Again(r, err, p.Explain, func(problem templ.Component, status int) error {
			return p.searchResult(w, r, status, problem, d)
		})
	}
	err = p.Business(r, func(tx *store.Tx, v counter.Viewer) error {
		if d.form.Get("relation") == "held" {
			q.Held = v.Actor.Person
		}
		found, err := p.Index.Search(tx, viewer(v), q)
		if err != nil {
			return err
		}
		if asTyped := d.form.Text("q"); asTyped != q.Words { // what looks like a receipt number may be one of before the program
			also := q
			also.Words = asTyped
			more, err := p.Index.Search(tx, viewer(v), also)
			if err != nil {
				return err
			}
			found = found.And(more)
		}
		d.asked, d.more, d.reach = true, found.More, found.Reach
		d.hits, err = hits(r, tx, v, found.Covers)
		return err
	})
	if err != nil {
		return err
	}
	return p.searchResult(w, r, http.StatusOK, nil, d)
}

func readQuery(f typed.Form) (document.Query, error) {
	var bad refuse.Invalid
	q := document.Query{Words: spelled(f.Text("q")), Issuer: f.Text("issuer")}
	for field, text := range map[string]string{"q": q.Words, "issuer": q.Issuer} {
		if utf8.RuneCountInString(text) > document.MaxWords {
			bad.Fields = append(bad.Fields, refuse.FieldError{Field: field, Code: "too_long", Args: map[string]string{"max": strconv.Itoa(document.MaxWords)}})
		}
	}
	if n := f.Number("year", &bad); n != nil {
		q.Year = *n
	}
	return q, typed.Bad(bad)
}

func hits(r *http.Request, tx *store.Tx, v counter.Viewer, covers []document.Cover) ([]hit, error) {
	var ids []term.DocumentID
	for _, c := range covers {
		ids = append(ids, c.ID)
	}
	carriers, err := document.Carriers(tx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]hit, len(covers))
	for i, c := range covers {
		out[i].Cover = c
		mine := carriers[c.ID]
		for _, x := range mine {
			out[i].mine = out[i].mine || x.Holder == v.Actor.Person
		}
		if v.Keeps() {
			out[i].where, out[i].since, _ = where(r.Context(), v.People, mine)
		}
	}
	return out, nil
}

// dashed is a receipt number without its brackets.
var dashed = regexp.MustCompile(`^[0-9]{4}-[0-9]{1,6}$`)

// spelled writes what is searched for as the register does, where it is a running number (机收〔2026〕14号, 2026-14) or the
// label of a piece. Whatever else stands there may be a part of anything.
func spelled(words string) string {
	number := document.Fold(words)
	if label, err := term.ParseLabelCode(words); err == nil && label.Number() != "" {
		return label.Number()
	}
	if !strings.HasPrefix(number, "机") && !dashed.MatchString(number) {
		return words
	}
	of, year, no, err := term.ParseRegisterNumber(number, 0)
	if err != nil || year == 0 {
		return words
	}
	return term.RegisterNumber(of, year, no)
}
