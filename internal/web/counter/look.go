package counter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
)

// Staff is one person whom a form can name.
type Staff struct {
	ID   term.PersonID
	Name string
	Unit string
}

// PathID is the id of a path; what cannot be one is absent.
func PathID[ID ~string](r *http.Request) (ID, error) {
	id := r.PathValue("id")
	if strange(id) {
		return "", refuse.ErrNotFound
	}
	return ID(id), nil
}

// strange is a text of a path that cannot be an id.
func strange(id string) bool {
	return len(id) > 40 || strings.ContainsFunc(id, func(c rune) bool { return c <= ' ' || c > '~' })
}

// Hidden has a look at what is hidden or absent recorded, both alike: the page, and what was asked for by name (copy,
// document, id). What is recorded already, and any other error, comes back as it is.
func (c *Counter) Hidden(r *http.Request, page, what, id string, err error) error {
	if !errors.Is(err, refuse.ErrNotFound) || errors.Is(err, refuse.ErrHidden) {
		return err
	}
	actor, unknown := c.Who(r)
	if unknown != nil {
		return err
	}
	asked, err := json.Marshal(map[string]string{what: id, "page": page})
	if err != nil {
		return fmt.Errorf("spell what was asked for: %w", err)
	}
	if _, err = c.Desk.Do(r.Context(), act.Request{Act: "page.view", Command: json.RawMessage(asked), By: actor}); err != nil {
		return err
	}
	return refuse.ErrNotFound
}

var wildcard = regexp.MustCompile(`\{([a-z_]+)\}`)

// Tried is Hidden for any route of the server: the page is its pattern, and what was asked for stands in its path. A
// path that names nothing, or nothing that could be an id, is a try at the page.
func (c *Counter) Tried(r *http.Request, err error) error {
	_, page, _ := strings.Cut(r.Pattern, " ")
	id := page
	if name := wildcard.FindStringSubmatch(page); name != nil {
		if v := r.PathValue(name[1]); v != "" && !strange(v) {
			id = v
		}
	}
	return c.Hidden(r, page, "id", id, err)
}

// Above puts the answer of a try above its page; a page without one stands alone.
func Above(problem, inside templ.Component) templ.Component {
	if problem == nil {
		return inside
	}
	return stacked(problem, inside)
}

// Persons are options to choose a person from, a blank one before them; those of whom but says so are left out. but may
// be nil.
func Persons(staff []Staff, but func(term.PersonID) bool) []web.Option {
	out := []web.Option{{Label: "—"}}
	for _, p := range staff {
		if but == nil || !but(p.ID) {
			out = append(out, web.Option{Value: string(p.ID), Label: p.Name + "　" + p.Unit})
		}
	}
	return out
}

// Names are the names of those of these persons who are known, one behind the other.
func (v Viewer) Names(ctx context.Context, ids []string) string {
	var out []string
	for _, id := range ids {
		if n := v.People.Name(term.PersonID(id)); n != "" {
			out = append(out, n)
		}
	}
	return strings.Join(out, web.T(ctx, "list.separator"))
}

// By is who reported something; a family of sentences has its words for the system and for an administrator.
func (v Viewer) By(ctx context.Context, family string, id term.PersonID) string {
	if id == "" {
		return web.T(ctx, family+"by_system")
	}
	if n := v.People.Name(id); n != "" {
		return n
	}
	return web.T(ctx, family+"by_admin")
}

// Opened is a text that was revealed; nothing was written where it is empty.
func Opened(s store.Sealed) (string, error) {
	if s.Empty() {
		return "", nil
	}
	return s.Text()
}

// Words gives the sentence of a family for a word of the records, or the word itself where there is none.
func Words(ctx context.Context, family, word string) string {
	if key := family + word; word != "" && web.Tongue(ctx).Has(key) {
		return web.T(ctx, key)
	}
	return word
}

// Worded makes options of words of the records.
func Worded(ctx context.Context, family string, list []string) []web.Option {
	out := make([]web.Option, len(list))
	for i, w := range list {
		out[i] = web.Option{Value: w, Label: Words(ctx, family, w)}
	}
	return out
}

// NewKey draws the key of a form; without one the form works and a doubled submit is not merged.
func NewKey() string {
	id, err := term.NewID(nil)
	if err != nil {
		return ""
	}
	return id
}

// Measures are those that may be chosen in the form of an act: those the law takes, else all there are.
func Measures(ctx context.Context, law *regulation.Law, act string) []web.Option {
	list := web.Among(ctx, "measures")
	if len(list) == 0 {
		list = law.List(act + ".measures")
	}
	if len(list) == 0 {
		list = slices.DeleteFunc(term.Closed("measures"), func(w string) bool { return !web.Tongue(ctx).Has("measures." + w) }) // the others are a company's own
	}
	return Worded(ctx, "measures.", list)
}
