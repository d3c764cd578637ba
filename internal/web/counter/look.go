package counter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
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
	if len(id) > 40 || strings.ContainsFunc(id, func(c rune) bool { return c <= ' ' || c > '~' }) {
		return "", refuse.ErrNotFound
	}
	return ID(id), nil
}

// Hidden has a look at what is hidden or absent recorded, both alike: the page, and what was asked for by name (copy,
// document, id). Any other error comes back as it is.
func (c *Counter) Hidden(r *http.Request, page, what, id string, err error) error {
	if !errors.Is(err, refuse.ErrNotFound) {
		return err
	}
	actor, err := c.Who(r)
	if err != nil {
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

// Above puts the answer of a try above its page; a page without one stands alone.
func Above(problem, inside templ.Component) templ.Component {
	if problem == nil {
		return inside
	}
	return stacked(problem, inside)
}

// Words gives the sentence of a family for a word of the records, or the word itself where there is none.
func Words(ctx context.Context, family, word string) string {
	if key := family + word; word != "" && web.Tongue(ctx).Has(key) {
		return web.T(ctx, key)
	}
	return word
}
