package lawweb

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// book is one regulation on the page.
type book struct {
	Pack     *regulation.Pack
	Clauses  []entry
	Adopted  *Adopted // the adoption in force; nil when there is none
	Coming   *Adopted // one that has a later day in force
	Articles int
}

// entry is one clause as a list shows it.
type entry struct {
	Clause   regulation.Clause
	Chip     string
	Status   status
	Carriers []carrier
	Counts   counts
	Proof    covered
	HasProof bool
}

// law is everything the list pages show.
type lawPage struct {
	Viewer   counter.Viewer
	Books    []book
	At       int    // which book is open
	Number   string // only clauses of this number; empty: all
	Filter   string
	Evidence bool
	Built    bool // the program was built with the report of its proofs
}

func (p *pages) index(w http.ResponseWriter, r *http.Request) error {
	l, err := p.load(r)
	if err != nil {
		return err
	}
	for i, b := range l.Books { // the first that is adopted
		if b.Adopted != nil && l.Books[l.At].Adopted == nil {
			l.At = i
		}
	}
	return web.Render(w, r, http.StatusOK, web.Within(web.Page(p.Frame(w, r)), setPage(l)))
}

func (p *pages) set(w http.ResponseWriter, r *http.Request) error {
	l, err := p.load(r)
	if err != nil {
		return err
	}
	name := r.PathValue("set")
	l.At = slices.IndexFunc(l.Books, func(b book) bool { return b.Pack.Name == name })
	if l.At < 0 {
		return refuse.ErrNotFound
	}
	return web.Render(w, r, http.StatusOK, web.Within(web.Page(p.Frame(w, r)), setPage(l)))
}

func (p *pages) load(r *http.Request) (lawPage, error) {
	q, err := web.Query(r)
	if err != nil {
		return lawPage{}, err
	}
	l := lawPage{Filter: q.Get("only")}
	if !slices.Contains([]string{"", "refused", "off", "not_yet"}, l.Filter) {
		return l, refuse.Field("only", "not_in_list")
	}
	proofs, err := p.coverage()
	if err != nil {
		return l, err
	}
	l.Built = proofs != nil
	err = p.See(r, func(tx *store.Tx, v counter.Viewer) error {
		l.Viewer, l.Evidence = v, evidenceFor(v)
		adoptions, err := p.Adoptions(tx)
		if err != nil {
			return err
		}
		count := map[term.Clause]*counts{}
		if l.Evidence {
			if count, err = evidence(tx, v.Now, ""); err != nil {
				return err
			}
		}
		l.Books, err = booksOf(v, adoptions, count, proofs)
		return err
	})
	return l, err
}

// booksOf puts together packs, what is adopted of them, evidence and proofs: the five sets first, base last.
func booksOf(v counter.Viewer, adoptions []Adopted, count map[term.Clause]*counts, proofs coverage) ([]book, error) {
	packs, err := shelf()
	if err != nil {
		return nil, err
	}
	today := calendar.DateOf(v.Now).String()
	var out []book
	for _, p := range append(slices.Clone(packs[1:]), packs[0]) {
		b := book{Pack: p}
		for i, a := range adoptions {
			switch {
			case a.Pack != p.Name:
			case a.InForceFrom <= today:
				b.Adopted = &adoptions[i]
			case b.Coming == nil:
				b.Coming = &adoptions[i]
			}
		}
		if p.Name == "base" {
			b.Adopted = &Adopted{Pack: p.Name, Version: p.Version}
		}
		articles := map[string]bool{}
		for _, c := range p.Clauses {
			articles[short(c.ID)] = true
			e := entry{Clause: c, Carriers: carriersOf(v.Law, p, c.ID)}
			e.Status = standing(v.Law, p, c, inForce(e.Carriers))
			if n := count[c.ID]; n != nil {
				e.Counts = *n
			}
			e.Proof, e.HasProof = proofs[c.ID]
			b.Clauses = append(b.Clauses, e)
		}
		b.Articles = len(articles)
		out = append(out, b)
	}
	return out, nil
}

// open is the regulation that is shown.
func (l lawPage) open() book { return l.Books[l.At] }

// shown are the clauses that the filter leaves.
func (l lawPage) shown() []entry {
	var out []entry
	for _, e := range l.open().Clauses {
		switch {
		case l.Number != "" && short(e.Clause.ID) != l.Number:
		case l.Filter == "refused" && e.Counts.Refused == 0:
		case l.Filter == "off" && e.Status != off:
		case l.Filter == "not_yet" && e.Status != notYet:
		default:
			out = append(out, e)
		}
	}
	return out
}

// parts groups the clauses by the part of the regulation they stand in.
func (l lawPage) parts() [][]entry {
	var out [][]entry
	for _, e := range l.shown() {
		if n := len(out); n == 0 || out[n-1][0].Clause.Part != e.Clause.Part {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], e)
	}
	return out
}

func partTitle(p *regulation.Pack, id string) string {
	for _, part := range p.Parts {
		if part.ID == id {
			return part.Title
		}
	}
	return id
}

// share counts the clauses of the five regulations by how they stand.
func (l lawPage) share() (all int, by map[status]int) {
	by = map[status]int{}
	for _, b := range l.Books {
		if b.Pack.Name == "base" {
			continue
		}
		for _, e := range b.Clauses {
			all++
			by[e.Status]++
		}
	}
	return all, by
}

// bars are the widths of the meter, in thousandths, for each group of letters that the key names.
func (l lawPage) bars() []bar {
	all, by := l.share()
	if all == 0 {
		return nil
	}
	groups := []struct {
		class, dot, key string
		of              []status
	}{
		{"f1c", "", "law.share_forced", []status{forced}}, {"f2c", "bg-c2", "law.share_timed", []status{timed, booked, handled}},
		{"f3c", "bg-c3", "law.share_signed", []status{signed}}, {"fl1", "bg-line", "law.share_rest", []status{notYet, off}},
	}
	var out []bar
	x := 0
	for _, g := range groups {
		b := bar{Class: g.class, Dot: g.dot, Key: g.key, X: x}
		for _, s := range g.of {
			b.N += by[s]
		}
		b.Width = b.N * 1000 / all
		x += b.Width
		out = append(out, b)
	}
	return out
}

type bar struct {
	Class, Dot, Key string
	N, X, Width     int
}

// adoption says how a regulation stands: in force since, coming, or not taken.
func adoption(ctx context.Context, b book) string {
	switch {
	case b.Pack.Name == "base":
		return web.T(ctx, "law.always")
	case b.Adopted != nil && len(b.Adopted.Parts) > 0:
		return web.T(ctx, "law.adopted_parts", "day", b.Adopted.InForceFrom, "parts", partNames(b.Pack, b.Adopted.Parts))
	case b.Adopted != nil:
		return web.T(ctx, "law.adopted", "day", b.Adopted.InForceFrom)
	case b.Coming != nil:
		return web.T(ctx, "law.coming", "day", b.Coming.InForceFrom)
	}
	return web.T(ctx, "law.not_adopted")
}

func partNames(p *regulation.Pack, ids []string) string {
	var out []string
	for _, id := range ids {
		out = append(out, partTitle(p, id))
	}
	return strings.Join(out, " ")
}

// chipOf is the pack's mark and number; preambles have none.
func chipOf(p *regulation.Pack, id term.Clause) string {
	if id.Article() == 0 {
		return ""
	}
	return p.Mark + "-" + short(id)
}
