package lawweb

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// clauseView is the page of one clause.
type clauseView struct {
	Viewer     counter.Viewer
	Pack       *regulation.Pack
	Book       book
	Entry      entry
	Near       []term.Clause // before, this, after
	Parameters []parameterView
	Related    []term.Clause
	Texts      map[term.Clause]string
	Evidence   bool
	WhatIf     []whatIf
	Built      bool
	Month      int // of the year, so far
}

// parameterView is one parameter: the regulation's, our reading, the office's.
type parameterView struct {
	Name, Unit, Stricter string
	Default              regulation.Value
	Ours                 *regulation.Value // nil: not in force here
	Reading              bool              // the regulation leaves it open; the default is our reading
	Fixed                bool
}

func (p *pages) clause(w http.ResponseWriter, r *http.Request) error {
	pack, err := packNamed(r.PathValue("set"))
	if err != nil {
		return err
	}
	id, err := term.ParseClause(r.PathValue("clause"))
	if err != nil {
		return refuse.ErrNotFound
	}
	if isNumber(pack, id) {
		return p.number(w, r, pack, short(id))
	}
	proofs, err := p.coverage()
	if err != nil {
		return err
	}
	c := clauseView{Pack: pack, Built: proofs != nil}
	err = p.See(r, func(tx *store.Tx, v counter.Viewer) error {
		c.Viewer, c.Evidence, c.Month = v, evidenceFor(v), int(v.Now.Month())
		adoptions, err := p.Adoptions(tx)
		if err != nil {
			return err
		}
		count := map[term.Clause]*counts{}
		if c.Evidence {
			if count, err = evidence(tx, v.Now, id); err != nil {
				return err
			}
			if c.WhatIf, err = p.whatIfs(tx, v, pack, id); err != nil {
				return err
			}
		}
		books, err := booksOf(v, adoptions, count, proofs)
		if err != nil {
			return err
		}
		return c.fill(books, id)
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, web.Within(web.Page(p.Frame(w, r)), clausePage(c)))
}

// isNumber reports whether an id is the number of clauses, as chips show it, and no clause itself.
func isNumber(p *regulation.Pack, id term.Clause) bool {
	same, under := false, false
	for _, c := range p.Clauses {
		same = same || c.ID == id
		under = under || short(c.ID) == short(id)
	}
	return under && !same && string(id) == p.ID+"-"+short(id)
}

// number is the page of every clause of one number.
func (p *pages) number(w http.ResponseWriter, r *http.Request, pack *regulation.Pack, number string) error {
	l, err := p.load(r)
	if err != nil {
		return err
	}
	l.At = slices.IndexFunc(l.Books, func(b book) bool { return b.Pack.Name == pack.Name })
	if l.At < 0 {
		return refuse.ErrNotFound
	}
	l.Number = number
	return web.Render(w, r, http.StatusOK, web.Within(web.Page(p.Frame(w, r)), setPage(l)))
}

func (c *clauseView) fill(books []book, id term.Clause) error {
	at := slices.IndexFunc(books, func(b book) bool { return b.Pack.Name == c.Pack.Name })
	if at < 0 {
		return refuse.ErrNotFound
	}
	c.Book = books[at]
	i := slices.IndexFunc(c.Book.Clauses, func(e entry) bool { return e.Clause.ID == id })
	if i < 0 {
		return refuse.ErrNotFound
	}
	c.Entry = c.Book.Clauses[i]
	c.Entry.Chip = chipOf(c.Pack, id)
	c.Near = clauseIDs(c.Book.Clauses[max(0, i-1):min(len(c.Book.Clauses), i+2)])
	c.Parameters = parametersOf(c.Viewer.Law, c.Pack, id)
	c.relate(books)
	return nil
}

func parametersOf(law *regulation.Law, p *regulation.Pack, id term.Clause) []parameterView {
	var out []parameterView
	for _, name := range slices.Sorted(maps.Keys(p.Parameters)) {
		source := p.Parameters[name]
		if source.Clause != id {
			continue
		}
		v := parameterView{Name: name, Unit: source.Unit, Default: source.Default, Reading: source.Reading == "ours"}
		if ours, ok := law.Param(name); ok && law.Adopted(id) {
			v.Ours = &ours
		}
		switch s := source.Stricter.(type) {
		case string:
			v.Stricter, v.Fixed = s, s == "fixed"
		case []any:
			var order []string
			for _, o := range s {
				order = append(order, fmt.Sprint(o))
			}
			v.Stricter = strings.Join(order, " < ")
		}
		out = append(out, v)
	}
	return out
}

// maxRelated bounds the list of related clauses.
const maxRelated = 8

// relate finds clauses of the adopted regulations that carry the same acts.
func (c *clauseView) relate(books []book) {
	mine := map[string]bool{}
	for _, k := range c.Entry.Carriers {
		for _, a := range k.Acts {
			mine[a] = true
		}
	}
	c.Texts = map[term.Clause]string{}
	for _, b := range books {
		for _, e := range b.Clauses {
			if e.Clause.ID == c.Entry.Clause.ID || e.Status == off || e.Status == notYet || len(c.Related) == maxRelated || chipOf(b.Pack, e.Clause.ID) == "" {
				continue
			}
			if slices.ContainsFunc(e.Carriers, func(k carrier) bool {
				return slices.ContainsFunc(k.Acts, func(a string) bool { return mine[a] })
			}) {
				c.Related = append(c.Related, e.Clause.ID)
				c.Texts[e.Clause.ID] = cut(e.Clause.Text, 24)
			}
		}
	}
}

func cut(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "…"
}

// uncovered reports whether no proof shows a sentence yet.
func (c clauseView) uncovered(sentence string) bool {
	return !c.Entry.HasProof || c.Entry.Proof.Proofs == 0 || slices.Contains(c.Entry.Proof.NotCovered, sentence)
}

// shown counts the sentences that some proof shows.
func (c clauseView) shown() int {
	n := 0
	for _, m := range c.Entry.Clause.Must {
		if c.Built && !c.uncovered(m) {
			n++
		}
	}
	return n
}
