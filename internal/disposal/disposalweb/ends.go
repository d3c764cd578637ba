package disposalweb

import (
	"context"
	"strings"

	"jiyao/internal/disposal"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// Ends tells what became of the pieces of a document by lists, for the pages of its pieces: each with its moment, who did it
// and the number of its list, which leads there for who may see lists. The document must have been held against the sight.
func Ends(ctx context.Context, tx *store.Tx, v counter.Viewer, document term.DocumentID) (map[term.CopyID][]web.Event, error) {
	list, err := disposal.EndsOf(tx, document)
	if err != nil {
		return nil, err
	}
	out := map[term.CopyID][]web.Event{}
	for _, e := range list {
		at := e.DoneAt
		if at.IsZero() {
			at = e.On.ClosedAt
		}
		ev := web.Event{At: at, Title: counter.Words(ctx, "disposal_kind.", e.On.Kind), Text: handsOf(ctx, v, e), Reference: e.On.Number()}
		if e.Line.State == disposal.Lost {
			ev.Kind, ev.Title = "no", web.T(ctx, "life.lost")
		}
		if Sees(v) {
			ev.Href = PathOf(e.On)
		}
		out[e.Copy] = append(out[e.Copy], ev)
	}
	return out, nil
}

// handsOf says through whose hands a piece went.
func handsOf(ctx context.Context, v counter.Viewer, e disposal.End) string {
	gave, took, watched := e.Hands()
	var out []string
	add := func(key string, names ...string) {
		if s := strings.Join(names, web.T(ctx, "list.separator")); s != "" {
			out = append(out, web.T(ctx, key, "name", s))
		}
	}
	add("life.gave", v.People.Name(gave))
	add("life.took", v.People.Name(took))
	var names []string
	for _, id := range watched {
		if name := v.People.Name(term.PersonID(id)); name != "" {
			names = append(names, name)
		} else {
			names = append(names, id)
		}
	}
	add("life.watched", names...)
	return strings.Join(out, "　")
}
