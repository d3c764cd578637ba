package custody

import (
	"fmt"
	"strconv"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

func init() {
	Registers["counts"] = countBook
	Registers["count_lines"] = countLines
}

// countBook is 清查登记: a line for each count with its figures; of one that is not closed they are empty.
func countBook(tx *store.Tx, _ regulation.Sight, _ term.PersonID, f Filter) ([]map[string]string, error) {
	tail, args := f.Tail("opened_at", "id", nil, nil, maxRegister)
	list, err := Counts.Select(tx, tail, args...)
	if err != nil {
		return nil, fmt.Errorf("read 清查登记: %w", err)
	}
	out := make([]map[string]string, len(list))
	for i, c := range list {
		row := map[string]string{
			"count": string(c.ID), "at": minute(c.OpenedAt), "kind": c.Kind, "places": strings.Join(c.Places, "、"), "medium": strings.Join(c.Media, "、"), "state": c.State,
			"counted_by": string(c.CountedBy), "checked_by": string(c.CheckedBy), "closed_at": minute(c.ClosedAt),
		}
		if c.State == countClosed {
			for name, n := range map[string]int{"expected": c.Expected, "found": c.Found, "missing": c.Missing, "extra": c.Extra, "elsewhere": c.Elsewhere} {
				row[name] = strconv.Itoa(n)
			}
		}
		out[i] = store.Stand(row, c.OpenedAt, string(c.ID))
	}
	return out, nil
}

// countLines are the pieces of the counts with result, place and who counted. What has no label of ours has no item.
func countLines(tx *store.Tx, sight regulation.Sight, person term.PersonID, f Filter) ([]map[string]string, error) {
	cond, args := act.Viewer{Person: person, Sight: sight}.Visible("c.class", "c.document", 1)
	tail, args := f.Tail("counted_at", "id", []string{"(copy = '' OR EXISTS (SELECT 1 FROM copy c WHERE c.id = count_line.copy AND " + cond + "))"}, args, maxRegister)
	list, err := CountLines.Select(tx, tail, args...)
	if err != nil {
		return nil, fmt.Errorf("read the lines of counts: %w", err)
	}
	out := make([]map[string]string, len(list))
	for i, l := range list {
		row := map[string]string{
			"count": string(l.Count), "document": string(l.Document), "copy": string(l.Copy), "copy_no": l.Code, "label": l.Code, "place": string(l.Place),
			"belongs": string(l.Belongs), "result": l.Result, "counted_by": string(l.CountedBy), "at": minute(l.CountedAt),
		}
		if l.Copy != "" {
			c, err := Copies.Get(tx, l.Copy)
			if err != nil {
				return nil, fmt.Errorf("read the piece of a line: %w", err)
			}
			row["copy_no"], row["label"] = c.Called(), string(c.Label)
		}
		out[i] = store.Stand(row, l.CountedAt, l.ID)
	}
	return out, nil
}
