// Package notifyweb is the panel 告知, which other pages show beside what is to be done, and the button 知道了 under it.
//
// What must always hold:
//   - A line says what kind of thing was told, its clause and a number. It holds no title, issuer or name.
//   - What the viewer may not know of is not there: the list comes filtered, and the act looks again.
//   - Repetitions are one line. Marking it as seen takes away all of it and nothing that came meanwhile.
package notifyweb

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"jiyao/internal/notify"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// Deps are what the panel leans on; app plugs them in.
type Deps struct {
	*counter.Counter
	// Told lists what the viewer was told and has not seen, newest first.
	Told func(tx *store.Tx, v counter.Viewer) ([]notify.Told, error)
}

type pages struct{ Deps }

// Routes adds what the panel sends.
func Routes(s *web.Server, d Deps) {
	p := &pages{d}
	s.Handle("POST /notices/seen", p.seen)
}

// back are the pages that show the panel; a form comes back to the one that it was on.
var back = []string{"/today", "/approvals"}

// maxLines is how many lines the panel shows.
const maxLines = 8

// told is the panel of one viewer.
type told struct {
	v     counter.Viewer
	lines []notify.Line
	more  bool
	page  string // that it stands on
	key   string
}

// Panel draws what the viewer was told and has not seen, for one of the pages in back. It is nil for nobody.
func Panel(_ context.Context, tx *store.Tx, v counter.Viewer, d Deps, page string) (templ.Component, error) {
	list, err := d.Told(tx, v)
	if err != nil {
		return nil, err
	}
	t := told{v: v, lines: notify.Fold(list), page: page}
	if t.more = len(t.lines) > maxLines; t.more {
		t.lines = t.lines[:maxLines]
	}
	if t.key, err = d.Key(); err != nil {
		return nil, err
	}
	return toldPanel(t), nil
}

// ids is what the button of some lines sends.
func ids(lines ...notify.Line) string {
	var out []string
	for _, l := range lines {
		for _, id := range l.IDs {
			out = append(out, string(id))
		}
	}
	return strings.Join(out, " ")
}

func (p *pages) seen(w http.ResponseWriter, r *http.Request) error {
	form, err := web.Form(r)
	if err != nil {
		return err
	}
	page := form.Get("back")
	if !slices.Contains(back, page) {
		return refuse.Field("back", "not_in_list")
	}
	list := strings.Fields(form.Get("seen"))
	// The key of the form is for one press: each line has its own.
	if key := form.Get(counter.FieldKey); key != "" && len(list) > 0 {
		form.Set(counter.FieldKey, key+"-"+list[0]+"-"+list[len(list)-1])
	}
	cmd, err := json.Marshal(map[string]any{"notices": list})
	if err != nil {
		return fmt.Errorf("spell what was seen: %w", err)
	}
	receipt, err := p.Do(r, counter.Try{Act: "notice.see", Command: json.RawMessage(cmd), Form: form})
	if err != nil {
		return err
	}
	return p.Done(w, r, page, "done.notice.see", receipt)
}

// words gives the sentence of a family for a word of the records; else that of the fallback.
func words(ctx context.Context, family, word, fallback string) string {
	if key := family + word; word != "" && web.Tongue(ctx).Has(key) {
		return web.T(ctx, key)
	}
	return fallback
}

// text is the sentence of a line: what was told, and of which duty or act.
func text(ctx context.Context, l notify.Line) string {
	kind, _, _ := strings.Cut(l.Kind, ".")
	parts := []string{words(ctx, "told.", kind, web.T(ctx, "told.any"))}
	if l.DutyName != "" {
		_, bare, _ := strings.Cut(l.DutyName, "/")
		parts = append(parts, words(ctx, "duty.", bare, web.T(ctx, "duty.any")))
	}
	if l.Act != "" {
		parts = append(parts, counter.ActName(ctx, l.Act))
	}
	return strings.Join(parts, "　")
}

// href is the page on which something can be done about it; empty where there is none.
func href(l notify.Line) string {
	switch {
	case l.Register != "":
		return "/registers/" + url.PathEscape(l.Register)
	case l.Kind == "leave_asked", l.Kind == "step_asked": // before its item: here he decides
		return "/approvals/" + l.Subject
	case l.Document != "":
		return "/d/" + string(l.Document)
	case l.Kind == "case" && l.Opens:
		return "/incidents/" + l.Subject
	case l.Kind == "finding" && l.Opens:
		return "/findings/" + l.Subject
	case l.DutyOn == "person":
		return "/sign-off"
	case l.DutyOn == "staff":
		return "/self-check"
	}
	return ""
}
