package prove

import (
	"errors"
	"testing"

	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
)

// What cannot be read is no command that names nothing: the step of a remedy would be tried without its item, and refused
// for that.
func TestTheItemOfARefusedCommandIsReadOrFails(t *testing.T) {
	db := storetest.Open(t, storetest.SQLite(t))
	var ended *store.Tx
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		ended = tx
		if id, err := itemOf(tx, map[string]any{"reason": "x", "copy": "", "stop": nil}); id != "" || err != nil {
			t.Errorf("a command that names nothing: %q %v", id, err)
		}
		for _, name := range []string{"copy", "circulation", "stop"} {
			if id, err := itemOf(tx, map[string]any{name: "ZZZZ00ZZZZ00"}); !errors.Is(err, refuse.ErrNotFound) {
				t.Errorf("%s that is not there: %q %v", name, id, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"copy", "circulation", "stop"} {
		if id, err := itemOf(ended, map[string]any{name: "ZZZZ00ZZZZ00"}); !errors.Is(err, store.ErrEnded) {
			t.Errorf("%s that cannot be read: %q %v", name, id, err)
		}
	}
}
