package app

import (
	"jiyao/internal/act"
	"jiyao/internal/circulation/circulationweb"
	"jiyao/internal/lawweb"
	_ "jiyao/internal/ledger/ledgerweb"
	"jiyao/internal/procedure"
	"jiyao/internal/store"
)

// nouns mounts the pages of the nouns, each with the counter and what its room needs of others, and notes the paths
// that the rail may show.
func (s *site) nouns() {
	a, c := s.app, s.counter()
	circulationweb.Routes(s.server, circulationweb.Deps{Counter: c, Sources: procedure.Board{People: a.directory}, Staff: a.staff})
	s.paths = append(s.paths, "/circulation", "/approvals")
	lawweb.Routes(s.server, lawweb.Deps{Counter: c, Adoptions: a.adoptions})
	s.paths = append(s.paths, "/rules")
	//LEDGER ledgerweb.Routes(s.server, ledgerweb.Deps{Counter: c, Log: a.Ledger, Verifier: a.Verifier, Check: a.Check, Office: a.named})
	//LEDGER s.paths = append(s.paths, "/ledger")
}

// directory is who holds what now.
func (a *App) directory(tx *store.Tx) (act.Directory, error) {
	return a.Office.Directory(tx, a.Clock.Now())
}

// staff lists everybody who can be added to a circulation.
func (a *App) staff(tx *store.Tx) ([]circulationweb.Staff, error) {
	d, err := a.Office.People(tx, a.Clock.Now())
	if err != nil {
		return nil, err
	}
	units := map[string]string{}
	for _, u := range d.Units() {
		units[string(u.ID)] = u.Name
	}
	var out []circulationweb.Staff
	for _, p := range d.Persons() {
		out = append(out, circulationweb.Staff{ID: p.ID, Name: p.Name, Unit: units[string(p.Unit)]})
	}
	return out, nil
}

func (a *App) adoptions(tx *store.Tx) ([]lawweb.Adopted, error) {
	list, err := a.Office.Adoptions(tx)
	if err != nil {
		return nil, err
	}
	out := make([]lawweb.Adopted, len(list))
	for i, x := range list {
		out[i] = lawweb.Adopted{Pack: x.Pack, Parts: x.Parts, Version: x.Version, Basis: x.Basis, InForceFrom: x.InForceFrom, At: x.At}
	}
	return out, nil
}
