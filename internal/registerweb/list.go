package registerweb

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// perPage is how many lines, or circulations, one page shows.
const perPage = 50

// indexPage is the list of registers.
type indexPage struct {
	Viewer counter.Viewer
	Books  []book
	Names  Names
}

func (p *pages) index(w http.ResponseWriter, r *http.Request) error {
	var l indexPage
	err := p.readers(r, func(tx *store.Tx, v counter.Viewer) (err error) {
		l = indexPage{Viewer: v, Books: booksOf(v)}
		if len(l.Books) == 0 {
			return refuse.ErrNotFound
		}
		l.Names, err = p.Books.Names(tx, v)
		return err
	})
	if err != nil {
		return err
	}
	return p.Show(w, r, http.StatusOK, nil, indexOf(l))
}

// listing is what one register says in one window.
type listing struct {
	Viewer counter.Viewer
	Book   book
	Period period
	Names  Names
	Lines  []Line
	First  time.Time // of the first line there is
	From   bool      // it goes on from an earlier page
	Next   string    // address of the lines that follow
}

func (p *pages) show(w http.ResponseWriter, r *http.Request) error {
	q, err := web.Query(r)
	if err != nil {
		return err
	}
	from, err := parsePlace(q.Get("after"))
	if err != nil {
		return err
	}
	return p.page(w, r, http.StatusOK, nil, q.Get("when"), from)
}

func (p *pages) page(w http.ResponseWriter, r *http.Request, status int, problem templ.Component, text string, from store.Place) error {
	when, err := parsePeriod(text)
	if err != nil && status != http.StatusOK {
		when, err = period{}, nil // it was a form: the problem says what is wrong with it
	}
	if err != nil {
		return err
	}
	window := when.window()
	window.After, window.Limit = from, perPage
	s, next, err := p.read(r, window)
	if err != nil {
		return err
	}
	s.Period, s.From = when, !from.Zero()
	before, err := strconv.Atoi(r.URL.Query().Get("n")) // lines of the pages before this one
	if err != nil || before < 0 || before > maxLines || from.Zero() {
		before = 0
	}
	for i, l := range s.Lines {
		l.number(before + i + 1)
	}
	if !next.Zero() {
		q := url.Values{"after": {after(next)}, "n": {strconv.Itoa(before + len(s.Lines))}}
		if when.Text != "" {
			q.Set("when", when.Text)
		}
		s.Next = pathOf(s.Book.Name) + "?" + q.Encode()
	}
	return p.Show(w, r, status, problem, sheetPage(s))
}

// read gives one piece of the register that the address names, on one snapshot.
func (p *pages) read(r *http.Request, w store.Window) (s listing, next store.Place, err error) {
	err = p.readers(r, func(tx *store.Tx, v counter.Viewer) error {
		if s, err = p.open(tx, v, r.PathValue("name")); err != nil {
			return err
		}
		if s.Lines, next, err = p.Books.Lines(tx, v, s.Book.Source, w); err != nil {
			return err
		}
		first, _, err := p.Books.Lines(tx, v, s.Book.Source, store.Window{Limit: 1})
		if err == nil && len(first) > 0 {
			s.First = first[0].At
		}
		return err
	})
	return s, next, err
}

// open is a register without its lines, as its viewer sees it.
func (p *pages) open(tx *store.Tx, v counter.Viewer, name string) (s listing, err error) {
	s = listing{Viewer: v}
	if s.Book, err = bookNamed(v, name); err != nil {
		return s, err
	}
	s.Names, err = p.Books.Names(tx, v)
	return s, err
}
