package document

import (
	"fmt"
	"slices"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

func init() { Registers["knowings"] = knowings }

// knowings are the lines of 知悉人员登记: one for a person and an item, with every time, way and by whom. A line stands
// where the person first came to know.
func knowings(tx *store.Tx, sight regulation.Sight, person term.PersonID, f Filter) ([]map[string]string, error) {
	tail, args := f.tail(act.Viewer{Person: person, Sight: sight}, "knowing.document", "at", "")
	list, err := act.Knowings.Select(tx, tail, args...)
	if err != nil {
		return nil, fmt.Errorf("read 知悉人员登记: %w", err)
	}
	type key struct {
		document term.DocumentID
		person   term.PersonID
	}
	at := map[key]int{}
	var out []map[string]string
	for _, k := range list {
		i, known := at[key{k.Document, k.Person}]
		if !known {
			i = len(out)
			at[key{k.Document, k.Person}] = i
			out = append(out, store.Stand(map[string]string{"document": string(k.Document), "person": string(k.Person)}, k.At, k.ID))
		}
		line := out[i]
		for column, v := range map[string]string{"at": minute(k.At), "way": k.Way, "by": string(k.By)} {
			line[column] = joined(line[column], v)
		}
	}
	return out, nil
}

// joined adds a value to a list of them, once.
func joined(list, v string) string {
	if list == "" {
		return v
	}
	if slices.Contains(strings.Split(list, "、"), v) {
		return list
	}
	return list + "、" + v
}
