package custodyweb

import (
	"fmt"
	"slices"
	"strings"

	"jiyao/internal/approval"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
)

// formed are the acts whose requests have a form on paper.
var formed = []string{"custody.duplicate", "custody.excerpt", "custody.record", "custody.compile", "custody.carry_out"}

// maxAsked is how many requests of a document are looked through for those of one copy.
const maxAsked = 100

// askedOf are the requests for one copy that have a form, the newest first, for who may print it. The document must have been
// held against his sight.
func askedOf(tx *store.Tx, v counter.Viewer, document term.DocumentID, id term.CopyID) (out []approval.Leave, err error) {
	if !v.Offered("document.print") {
		return nil, nil
	}
	all, err := approval.About(tx, document, formed, maxAsked)
	if err != nil {
		return nil, fmt.Errorf("look for the requests of a copy: %w", err)
	}
	for _, l := range all {
		if err := approval.Leaves.Reveal(tx, &l, "asked_with"); err != nil {
			return nil, fmt.Errorf("look for the requests of a copy: %w", err)
		}
		with, err := counter.Opened(l.With)
		if err != nil {
			return nil, err
		}
		if strings.Contains(l.Bound+with, `"`+string(id)+`"`) {
			out = append(out, l)
		}
	}
	return slices.Clip(out), nil
}
