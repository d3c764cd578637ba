package peopleweb

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"jiyao/internal/people"
	"jiyao/internal/refuse"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// standFields is how many posts of regulations a new post may stand for.
const standFields = 4

// unitCreate makes a unit, postCreate a post; both are signed as an appointment is.
func (p *pages) unitCreate(w http.ResponseWriter, r *http.Request) error {
	form, v, err := p.once(r)
	if err != nil {
		return err
	}
	var bad refuse.Invalid
	need(form, &bad, "name", "kind", "proposer")
	cmd := people.UnitCreate{Name: strings.TrimSpace(form.Get("name")), Kind: form.Get("kind")}
	return p.hand(w, r, counter.Try{Act: "people.unit_create", Command: cmd, Form: form, Signs: pair(v, form), Bad: bad}, "unit", "/posts", "done.people.unit")
}

func (p *pages) postCreate(w http.ResponseWriter, r *http.Request) error {
	form, v, err := p.once(r)
	if err != nil {
		return err
	}
	var bad refuse.Invalid
	need(form, &bad, "name", "proposer")
	cmd := people.PostCreate{Name: strings.TrimSpace(form.Get("name")), Unit: term.UnitID(form.Get("unit"))}
	for _, s := range form["stands"] {
		if s != "" && !slices.Contains(cmd.Stands, s) {
			cmd.Stands = append(cmd.Stands, s)
		}
	}
	if len(cmd.Stands) == 0 { // any of the fields will do
		bad.Fields = append(bad.Fields, refuse.FieldError{Field: "stands", Code: "required"})
	}
	return p.hand(w, r, counter.Try{Act: "people.post_create", Command: cmd, Form: form, Signs: pair(v, form), Bad: bad}, "post", "/posts", "done.people.post")
}

// standOptions are the posts of the regulations in force, by regulation.
func (m room) standOptions() []web.Option {
	out := []web.Option{{Value: "", Label: "—"}}
	for _, pack := range m.Viewer.Law.Packs() {
		for _, name := range slices.Sorted(maps.Keys(pack.Posts)) {
			full := pack.Name + "/" + name
			out = append(out, web.Option{Value: full, Label: pack.Mark + "　" + counter.PostTitle(m.Viewer.Law, full)})
		}
	}
	return out
}

// stand is the n-th post of a regulation that was chosen in a form that failed.
func (m room) stand(n int) string {
	if m.Which == "post" && n < len(m.Form["stands"]) {
		return m.Form["stands"][n]
	}
	return ""
}

func kindOptions(ctx context.Context) []web.Option {
	out := []web.Option{{Value: "", Label: "—"}}
	for _, k := range people.UnitKinds() {
		label := k
		if key := "unit_kind." + k; web.Tongue(ctx).Has(key) {
			label = web.T(ctx, key)
		}
		out = append(out, web.Option{Value: k, Label: label})
	}
	return out
}
