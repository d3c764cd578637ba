// Package incidentweb is 事件与问责 on screen: the list of cases, one case with what was added to it, and the form on
// which anybody reports what he saw.
//
// What must always hold:
//   - A case that the viewer may not know of answers like a random id, for its subject first of all.
//   - Anybody who is signed in may report, the three administrators too; the form looks nothing up.
//   - A list shows no word of what happened; the page of one case does, to who may know it.
//   - Deleting and merging can be asked for. Nobody gets it, and the answer says so.
package incidentweb

import (
	"jiyao/internal/incident"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// Deps are what these pages lean on; app plugs them in.
type Deps struct {
	*counter.Counter
	// Explain completes refusals with who may allow what; may be nil.
	Explain web.Explain
	Staff   func(tx *store.Tx) ([]counter.Staff, error)
	// Number gives the number of a document, or nothing where the viewer may not know of it; may be nil.
	Number func(tx *store.Tx, v counter.Viewer, id term.DocumentID) (string, error)
	// Labels gives the labels of those of some copies of which the viewer may know, by id; may be nil.
	Labels func(tx *store.Tx, v counter.Viewer, ids []string) (map[string]term.LabelCode, error)
}

type pages struct{ Deps }

// Routes adds the pages of this room.
func Routes(s *web.Server, d Deps) {
	p := &pages{d}
	s.Handle("GET /incidents", p.list)
	s.Handle("GET /incidents/new", p.reportPage)
	s.Handle("POST /incidents", p.report)
	s.Handle("GET /incidents/{id}", p.one)
	s.Handle("POST /incidents/{id}/annotate", p.annotate)
	s.Handle("POST /incidents/{id}/delete", p.remove)
	s.Handle("POST /incidents/{id}/merge", p.merge)
}

// look is what the viewer is to cases.
func look(v counter.Viewer) incident.Viewer {
	return incident.ViewerOf(v.Law, v.Actor.Person, v.People)
}
