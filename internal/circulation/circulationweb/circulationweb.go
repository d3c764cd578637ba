// Package circulationweb is 传阅 on screen: the board by document and by person, one circulation with its turns, and
// the large page on which leaders read, sign and instruct.
//
// What must always hold:
//   - A circulation the viewer may not know of answers like a random id.
//   - The title of a 绝密 document is masked here; opening it is the document's own act.
//   - Each change of hands is a dialog with two signatures, checked before the desk is asked.
//   - An administrator finds none of these pages.
package circulationweb

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/a-h/templ"

	"jiyao/internal/act"
	"jiyao/internal/circulation"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/typed"
)

// Deps are what these pages lean on; app plugs them in.
type Deps struct {
	*counter.Counter
	Sources circulation.Sources
	Staff   func(tx *store.Tx) ([]counter.Staff, error)
	// Told is the panel of what the viewer was told; notifyweb has it. May be nil.
	Told func(ctx context.Context, tx *store.Tx, v counter.Viewer) (templ.Component, error)
	// Explain completes refusals with who may allow what; may be nil.
	Explain web.Explain
	// Devices lists what copies and recordings are made on, for what a request names; may be nil.
	Devices func(*store.Tx) ([]web.Option, error)
	// Lists tells of a list of pieces that a request is for; refuse.ErrNotFound where the viewer may not know of it. May be nil.
	Lists func(ctx context.Context, tx *store.Tx, v counter.Viewer, id term.DisposalListID) (List, error)
	// Undecided are the lists that wait for the viewer's own decision, asked or not; read outside a transaction. May be nil.
	Undecided func(r *http.Request) ([]List, error)
	// Drafts is the panel of the drafts that wait for the viewer's review or signature, nil where none does; read outside a
	// transaction. May be nil.
	Drafts func(r *http.Request) (templ.Component, error)
}

// List is a list of pieces as a request names it.
type List struct {
	ID     term.DisposalListID
	Number string
	About  string // what it is for
	Lines  int    // that the viewer may know of
	Rev    int64  // as he sees it
	Href   string
	Waits  bool          // it is open and not approved
	By     term.PersonID // who answers for its lines
}

type pages struct{ Deps }

// Topic is what the boards of this room listen to: publish it after every act of circulation, custody or document.
const Topic = "circulation"

// Routes adds the pages of this room.
func Routes(s *web.Server, d Deps) {
	p := &pages{d}
	s.Handle("GET /circulation", p.board)
	s.Handle("GET /circulation/live", p.live)
	s.Handle("GET /circulation/{id}", p.one)
	s.Handle("POST /circulation/{id}/hand", p.doing(p.hand))
	s.Handle("POST /circulation/{id}/back", p.doing(p.back))
	s.Handle("POST /circulation/{id}/read", p.doing(p.readHere))
	s.Handle("POST /circulation/{id}/unsigned", p.doing(p.unsigned))
	s.Handle("POST /circulation/{id}/decline", p.doing(p.decline))
	s.Handle("POST /circulation/{id}/add", p.doing(p.add))
	s.Handle("POST /circulation/{id}/close", p.doing(p.closeIt))
	s.Handle("GET /d/{id}/circulate", p.start)
	s.Handle("POST /d/{id}/circulate", p.open)
	s.Handle("POST /instructions/{id}/chase", p.chase)
	s.Handle("POST /instructions/{id}/feedback", p.feedback)
	s.Handle("GET /approvals", p.approvals)
	s.Handle("POST /approvals/ask", p.ask)
	s.Handle("GET /approvals/{id}", p.approvals)
	s.Handle("POST /approvals/{id}/read", p.read)
	s.Handle("POST /approvals/{id}/instruct", p.instruct)
	s.Handle("POST /approvals/{id}/decide", p.decide)
}

// look narrows a viewer to what the queries of this room ask.
func look(v counter.Viewer) act.Viewer {
	return act.Viewer{Person: v.Actor.Person, Sight: v.Sight}
}

// command spells a command of another room's act; the desk reads it strictly. Empty members are left out.
func command(fields map[string]any) (json.RawMessage, error) {
	for k, v := range fields {
		if v == nil || v == "" {
			delete(fields, k)
		}
	}
	b, err := json.Marshal(fields)
	if err != nil {
		return nil, fmt.Errorf("spell a command: %w", err)
	}
	return b, nil
}

// until reads a deadline typed into a form; nil when nothing was typed.
func until(form url.Values, field string) (any, error) {
	var bad refuse.Invalid
	t := typed.Form(form).Minute(field, &bad)
	switch {
	case len(bad.Fields) > 0:
		return nil, &bad
	case t == nil:
		return nil, nil
	}
	return *t, nil
}

// number reads a count typed into a form; nil when nothing was typed.
func number(form url.Values, field string) (any, error) {
	s := web.Narrow(form.Get(field))
	if s == "" {
		return nil, nil
	}
	n := 0
	for _, c := range s {
		if c < '0' || c > '9' || len(s) > 5 {
			return nil, refuse.Field(field, "not_a_number")
		}
		n = n*10 + int(c-'0')
	}
	return n, nil
}

// span is how long a copy has been out.
func span(now, since time.Time) time.Duration { return max(0, now.Sub(since)) }
