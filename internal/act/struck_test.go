package act_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"jiyao/internal/document"
	"jiyao/internal/obligation"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Nothing is owed any more on a line that was struck; what was late stays late.
func TestAStruckLineOwesNothing(t *testing.T) {
	each(t, func(o *office) {
		open := func() (count int) {
			o.Read(func(tx *store.Tx) error {
				list, err := obligation.OpenOf(tx, o.document)
				count = len(list)
				return err
			})
			return count
		}
		if open() == 0 {
			o.T.Fatal("nothing is owed to begin with")
		}
		o.Do("officer", "document.void", document.Void{Document: o.document, Reason: "重复登记"})
		if n := open(); n != 0 {
			o.T.Errorf("%d duties are still open", n)
		}
		// Whoever could do it otherwise is told that it is struck, whatever else the law wants of it; who could not, why not.
		for _, c := range []struct {
			by      term.PersonID
			act     string
			command any
			void    bool
		}{
			{"office_director", "document.opine", map[string]any{"document": o.document, "text": "阅", "readers": []string{"leader"}}, true},
			{"officer", "circulation.open", map[string]any{"document": o.document, "readers": []string{"leader"}}, true},
			{"officer", "document.void", map[string]any{"document": o.document, "reason": "再作废"}, true},
			{"officer", "document.opine", map[string]any{"document": o.document, "text": "阅"}, false},
		} {
			raw, err := json.Marshal(c.command)
			if err != nil {
				o.T.Fatal(err)
			}
			_, err = o.Desk.Do(context.Background(), o.request(c.by, c.act, json.RawMessage(raw)))
			var struck *refuse.Conflict
			if errors.As(err, &struck) != c.void || c.void && !struck.Void {
				o.T.Errorf("%s by %s: %v", c.act, c.by, err)
			}
		}
	})
}
