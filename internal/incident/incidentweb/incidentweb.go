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
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"jiyao/internal/act"
	"jiyao/internal/incident"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// Staff is one person whom a report can name.
type Staff struct {
	ID   term.PersonID
	Name string
	Unit string
}

// Deps are what these pages lean on; app plugs them in.
type Deps struct {
	*counter.Counter
	// Explain completes refusals with who may allow what; may be nil.
	Explain web.Explain
	Staff   func(tx *store.Tx) ([]Staff, error)
	// Number gives the number of a document, or nothing where the viewer may not know of it; may be nil.
	Number func(tx *store.Tx, v counter.Viewer, id term.DocumentID) (string, error)
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

// caseOf is an id of the path; what cannot be one is absent.
func caseOf(r *http.Request) (term.CaseID, error) {
	id := r.PathValue("id")
	if len(id) > 40 || strings.ContainsFunc(id, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return "", refuse.ErrNotFound
	}
	return term.CaseID(id), nil
}

// hidden has a look at a case that is hidden or absent recorded, both alike; any other error comes back as it is.
func (p *pages) hidden(r *http.Request, id term.CaseID, err error) error {
	if !errors.Is(err, refuse.ErrNotFound) {
		return err
	}
	actor, err := p.Who(r)
	if err != nil {
		return err
	}
	asked, err := json.Marshal(map[string]string{"id": string(id), "page": "incident"})
	if err != nil {
		return fmt.Errorf("spell what was asked for: %w", err)
	}
	if _, err = p.Desk.Do(r.Context(), act.Request{Act: "page.view", Command: json.RawMessage(asked), By: actor}); err != nil {
		return err
	}
	return refuse.ErrNotFound
}

// above puts the answer of a try above its page.
func above(problem, inside templ.Component) templ.Component {
	if problem == nil {
		return inside
	}
	return stacked(problem, inside)
}
