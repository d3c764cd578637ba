package document

import (
	"fmt"

	"jiyao/internal/act"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// ByReceipt finds a document by its receipt number, as far as the viewer may know of it.
func ByReceipt(tx *store.Tx, v act.Viewer, year, no int) (term.DocumentID, bool, error) {
	cond, args := v.Visible("class", "id", 3)
	d, ok, err := Documents.One(tx, "WHERE year = $1 AND no = $2 AND "+cond, append([]any{year, no}, args...)...)
	if err != nil {
		return "", false, fmt.Errorf("find a receipt number: %w", err)
	}
	return d.ID, ok, nil
}
