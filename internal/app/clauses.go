package app

import (
	"sync"

	"jiyao/internal/regulation"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/regulations"
)

// clauses gives pages the texts of clauses, of every pack of the program whether adopted or not.
type clauses struct{ app *App }

var texts = sync.OnceValues(func() (map[term.Clause]web.ClauseView, error) {
	out := map[term.Clause]web.ClauseView{}
	for _, name := range regulations.Names {
		p, err := regulation.Load(regulations.FS, name)
		if err != nil {
			return nil, err
		}
		for _, c := range p.Clauses {
			out[c.ID] = web.ClauseView{ID: c.ID, Set: name, Chip: chip(p, c.ID), Text: c.Text, Cite: c.Cite, Gloss: c.Gloss}
		}
	}
	return out, nil
})

// Clause implements web.Clauses.
func (c clauses) Clause(id term.Clause) (web.ClauseView, bool) {
	all, err := texts()
	if err != nil {
		return web.ClauseView{}, false // the packs did not load: the office could not have been opened
	}
	v, ok := all[id]
	return v, ok
}

// chip is the pack's mark and the article; the preamble has none.
func chip(p *regulation.Pack, id term.Clause) string {
	if id.Article() == 0 {
		return ""
	}
	return p.Mark + "-" + id.Number()
}
