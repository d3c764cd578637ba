package app

import (
	"jiyao/internal/app/appregisters"
	"jiyao/internal/custody"
	"jiyao/internal/openingweb"
	"jiyao/internal/procedure"
	"jiyao/internal/registerweb"
	"jiyao/internal/store"
	"jiyao/internal/web/counter"
)

// registers mounts the pages of the registers, whose lines belong to several nouns.
func (s *site) registers() {
	registerweb.Routes(s.server, registerweb.Deps{
		Counter: s.counter(), Books: appregisters.Books{Office: s.app.Office}, Explain: s.explain, Checkpoint: s.app.head, Jobs: &s.app.jobs,
	})
	openingweb.Routes(s.server, openingweb.Deps{Counter: s.counter(), Explain: s.explain, Jobs: &s.app.jobs, Known: s.app.known})
	s.paths = append(s.paths, registerweb.Path)
}

// known gives what everybody and every place is called, for books that name them so.
func (a *App) known(tx *store.Tx, _ counter.Viewer) (procedure.Known, error) {
	k := procedure.Known{Persons: map[string][]string{}, Places: map[string][]string{}}
	staff, err := a.staff(tx)
	if err != nil {
		return k, err
	}
	for _, p := range staff {
		called := []string{p.Name} // and, where two have one name, with the unit or by id
		if p.Unit != "" {
			called = append(called, p.Name+"（"+p.Unit+"）", p.Name+"("+p.Unit+")")
		}
		if string(p.ID) != p.Name {
			called = append(called, string(p.ID))
		}
		for _, name := range called {
			k.Persons[name] = append(k.Persons[name], string(p.ID))
		}
	}
	places, err := custody.PlaceNames(tx)
	for id, name := range places {
		k.Places[name] = append(k.Places[name], string(id))
		if string(id) != name {
			k.Places[string(id)] = append(k.Places[string(id)], string(id))
		}
	}
	return k, err
}
