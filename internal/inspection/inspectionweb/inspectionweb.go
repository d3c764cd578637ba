// Package inspectionweb is 检查整改 on screen: the list of findings, the form on which anybody says what he found, and
// one finding with its three signatures: who found it, who mended it, who looked again.
//
// What must always hold:
//   - A finding that the viewer may not know of answers like a random id.
//   - A form is there only when its act would be done now; who mended it is offered neither recheck nor closing.
//   - Measure, recheck and closing are signed by whoever does them, each with his own PIN or code.
package inspectionweb

import (
	"context"

	"jiyao/internal/calendar"
	"jiyao/internal/inspection"
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
	// Figures are what should have been there and what was, of a finding about a count; nothing where there are none, or
	// where the viewer may not know what was counted. May be nil.
	Figures func(ctx context.Context, tx *store.Tx, v counter.Viewer, f inspection.Finding) ([]web.Pair, error)
}

type pages struct{ Deps }

// Routes adds the pages of this room.
func Routes(s *web.Server, d Deps) {
	p := &pages{d}
	s.Handle("GET /findings", p.list)
	s.Handle("GET /findings/new", p.findPage)
	s.Handle("POST /findings", p.find)
	s.Handle("GET /findings/{id}", p.one)
	s.Handle("POST /findings/{id}/measure", p.measure)
	s.Handle("POST /findings/{id}/recheck", p.recheck)
	s.Handle("POST /findings/{id}/close", p.close)
}

// look is what the viewer is to findings.
func look(v counter.Viewer) inspection.Viewer {
	return inspection.ViewerOf(v.Law, v.Actor.Person, v.People)
}

// owner is whose a finding is to mend: a person, or a post.
func owner(ctx context.Context, f inspection.Finding, v counter.Viewer) string {
	switch {
	case f.Owner != "":
		return v.People.Name(f.Owner)
	case f.OwnerPost != "":
		return counter.PostTitle(v.Law, f.OwnerPost)
	}
	return web.T(ctx, "finding.no_owner")
}

// deadline is the last day on which it is to be mended, of one that is not closed.
func deadline(f inspection.Finding) web.Deadline {
	day, err := calendar.ParseDate(f.FixBy)
	if err != nil {
		return web.Deadline{}
	}
	return web.Deadline{Opened: f.FoundAt, At: day.End(), Done: f.ClosedAt}
}

// title is what a finding is called: the word of its kind, or what somebody wrote.
func title(ctx context.Context, f inspection.Finding, said string) string {
	if said != "" {
		return said
	}
	kind := counter.Words(ctx, "finding.kind.", f.What)
	if f.SubKind == "" {
		return kind
	}
	return web.T(ctx, "finding.kind_of", "kind", kind, "sub", counter.Words(ctx, "finding.kind.", f.SubKind))
}
