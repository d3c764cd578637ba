package identity

import (
	"context"
	"slices"
	"testing"

	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
)

// mine are the tables of this package, the recorded ones first.
var (
	kept = []string{"account", "credential", "sign_in", "account_lock", "used_code"}
	mine = append(slices.Clone(kept), "session", "throttle", "spent_code", "ticket", "terminal")
)

// The rows of this package fit the tables that the migrations make.
func TestTablesAreAsMigrated(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var found []store.Difference
		err := db.Read(context.Background(), func(tx *store.Tx) (err error) {
			found, err = store.CheckSchema(tx)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range found {
			if slices.Contains(mine, d.Table) { // the tables of other rooms are not linked here
				t.Errorf("%+v", d)
			}
		}
	})
}

func TestWhatIsRecorded(t *testing.T) {
	recorded := map[string]bool{}
	for _, table := range store.Tables() {
		recorded[table.Name] = table.Recorded
	}
	for _, name := range mine {
		if got, ok := recorded[name]; !ok || got != slices.Contains(kept, name) {
			t.Errorf("%s: recorded %v, known %v", name, got, ok)
		}
	}
}
