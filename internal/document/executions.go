package document

import (
	"fmt"

	"jiyao/internal/act"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

func init() { Registers["executions"] = executions }

// executions are the lines of the register of deeds: who did which act of which deed, by which delegation.
func executions(tx *store.Tx, sight regulation.Sight, person term.PersonID, f Filter) ([]map[string]string, error) {
	tail, args := f.tail(act.Viewer{Person: person, Sight: sight}, "execution.document", "at", "")
	list, err := act.Executions.Select(tx, tail, args...)
	if err != nil {
		return nil, fmt.Errorf("read the register of deeds: %w", err)
	}
	var out []map[string]string
	for _, e := range list {
		out = append(out, store.Stand(map[string]string{
			"document": string(e.Document), "act": e.Act, "deed": e.Deed, "executor": string(e.Executor), "delegation": e.Delegation, "at": minute(e.At),
		}, e.At, e.ID))
	}
	return out, nil
}
