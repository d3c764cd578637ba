// Package documentweb is the pages of what came in: the clerk's first page, the courier's envelopes, the
// register line, the page of one document with its slip, opinion, scope and instructions, search and scan.
//
// Screens call the noun's queries and the desk; they decide nothing. What a page shows of other nouns (lanes of
// custody, who has what tonight) comes as parts that app plugs in.
package documentweb

import (
	"context"
	"net/http"

	"github.com/a-h/templ"

	"jiyao/internal/act"
	"jiyao/internal/document"
	"jiyao/internal/ledger"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// Deps is what the pages lean on. Counter and Index are required; a nil part is left out of the pages.
type Deps struct {
	*counter.Counter
	// Index is the memory of the search; one for the whole program. Forget it when the server is sealed.
	Index *document.Index
	// Explain completes refusals with who may allow what.
	Explain web.Explain
	// Ledger gives the events of a document.
	Ledger interface {
		BySubject(tx *store.Tx, subject string, before uint64, limit int) ([]ledger.Entry, error)
	}
	// Lanes draws who had which copy for how long; custodyweb has it.
	Lanes func(ctx context.Context, tx *store.Tx, v counter.Viewer, id term.DocumentID) (templ.Component, error)
	// Ends tells what became of the copies of a document by return, hand-over, archive and destruction; disposalweb has it.
	Ends func(ctx context.Context, tx *store.Tx, v counter.Viewer, id term.DocumentID) (map[term.CopyID][]web.Event, error)
	// Place is the page of the place that a code names to the viewer; placeweb has it.
	Place func(tx *store.Tx, v counter.Viewer, code string) (string, error)
	// Entrusted draws who is designated for an item; peopleweb has it.
	Entrusted func(ctx context.Context, tx *store.Tx, v counter.Viewer, id term.DocumentID) (templ.Component, error)
	// Evening is the panel of copies outside the cabinets; custodyweb has it.
	Evening Part
	// Out counts the copies of that panel; custodyweb has it. May be nil.
	Out func(tx *store.Tx, v counter.Viewer) (int, error)
	// ToDecide is the panel of what waits for the viewer's decision, read outside a transaction; circulationweb has it. May be nil.
	ToDecide func(r *http.Request) (templ.Component, error)
	// Told is the panel of what he was told; notifyweb has it.
	Told Part
	// DayEnd is the panel of the sheet that is signed at the end of a day; custodyweb has it.
	DayEnd Part
	// Checkpoint is the size and root of the newest checkpoint, for the foot of printed forms.
	Checkpoint func() (size uint64, root string)
}

// Part draws a panel that another room has, for the viewer of a page; nil where there is nothing to show.
type Part func(ctx context.Context, tx *store.Tx, v counter.Viewer) (templ.Component, error)

type pages struct{ Deps }

// maxUpload bounds a courier's list in bytes, with the form around it.
const maxUpload = 9 << 20

// Topic is what the first page listens to: publish it after every act but those on accounts.
const Topic = "board"

// Routes adds the pages to a server.
func Routes(s *web.Server, d Deps) {
	p := pages{d}
	s.Handle("GET /today", p.today)
	s.Handle("GET /today/board", p.todayBoard)

	s.Handle("GET /receive", p.receive)
	s.Handle("POST /receive", p.accept)
	s.Handle("POST /receive/list", p.upload, web.Limit(maxUpload))
	s.Handle("GET /receive/{envelope}", p.registerPage)
	s.Handle("POST /receive/{envelope}", p.register)
	s.Handle("POST /receive/{envelope}/fields", p.registerFields)
	s.Handle("POST /receive/{envelope}/sign", p.signFor)
	s.Handle("POST /receive/{envelope}/discrepancy", p.discrepancy)

	s.Handle("GET "+OutgoingPath, p.outgoing)
	s.Handle("POST "+OutgoingPath, p.draft)
	s.Handle("POST "+OutgoingPath+"/rules", p.numberRule)

	s.Handle("GET /d/{id}", p.item)
	for path, a := range itemActs {
		s.Handle("POST /d/{id}/"+path, p.itemAct(a))
	}
	s.Handle("POST /d/{id}/reveal", p.reveal)
	s.Handle("GET /d/{id}/slip", p.slipPage)
	s.Handle("POST /d/{id}/print", p.printSlip)
	s.Handle("POST /d/{id}/labels", p.printLabels)
	s.Handle("GET /d/{id}/labels", p.labelsPage)

	s.Handle("POST /scan", p.scan)
	s.Handle("GET /search", p.searchPage)
	s.Handle("POST /search", p.search)
}

func viewer(v counter.Viewer) act.Viewer {
	return act.Viewer{Person: v.Actor.Person, Sight: v.Sight}
}

// mayView asks for a page about one item: hidden, absent and refused tries leave their entry.
func (p pages) mayView(r *http.Request, v counter.Viewer, id term.DocumentID, page string) error {
	cmd := document.ViewPage{Document: id, Page: page}
	if err := p.May(r.Context(), v, "page.view", cmd); err == nil {
		return nil
	}
	_, err := p.Do(r, counter.Try{Act: "page.view", Command: cmd})
	return err
}

// own is the signature of who is signed in, as Own draws it.
func own(v counter.Viewer) []counter.Role {
	return []counter.Role{{Name: "actor", Person: v.Actor.Person, Account: v.Actor.Account, Prefix: "own"}}
}

// me is the viewer outside a page: who signs, and where he stands.
func (p pages) me(r *http.Request) (counter.Viewer, error) {
	var me counter.Viewer
	err := p.Business(r, func(_ *store.Tx, v counter.Viewer) error {
		me = v
		return nil
	})
	return me, err
}
