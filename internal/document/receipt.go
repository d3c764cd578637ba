package document

import (
	"fmt"

	"jiyao/internal/act"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// ByNumber finds a document by its running number, as far as the viewer may know of it.
func ByNumber(tx *store.Tx, v act.Viewer, of term.Series, year, no int) (term.DocumentID, bool, error) {
	cond, args := v.Visible("class", "id", 4)
	d, ok, err := Documents.One(tx, "WHERE series = $1 AND year = $2 AND no = $3 AND "+cond, append([]any{string(of), year, no}, args...)...)
	if err != nil {
		return "", false, fmt.Errorf("find a running number: %w", err)
	}
	return d.ID, ok, nil
}
