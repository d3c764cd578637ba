package ledger

import (
	"testing"

	"jiyao/internal/store"
)

// An empty value is no NULL, also in history: the driver of SQLite reads both alike.
func TestAnEmptyValueThatWasReplacedIsFoundInHistory(t *testing.T) {
	each(t, func(t *testing.T, db *store.DB) {
		l := openLog(t, db)
		mustAct(t, db, l, func(*store.Tx) ([]store.Change, error) {
			return []store.Change{papers.Insert(paper{ID: "a"})}, nil
		})
		mustAct(t, db, l, func(tx *store.Tx) ([]store.Change, error) {
			old, err := papers.Get(tx, "a")
			next := old
			next.Seal = []byte("x")
			return []store.Change{papers.Update(old, next)}, err
		})
		whole(t, db)
	})
}
