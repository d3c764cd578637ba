package document

import (
	"fmt"

	"jiyao/internal/calendar"
	"jiyao/internal/obligation"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// CircleBy is until when a document must have been round its readers by the law in force: the soonest clock that the end
// of a circulation stops, of those that run, else the last that ran. Zero: no clause sets one.
func CircleBy(tx *store.Tx, law *regulation.Law, id term.DocumentID) (calendar.Deadline, error) {
	list, err := obligation.Duties.Select(tx, "WHERE document = $1 AND subject_kind = 'item' AND due_at IS NOT NULL ORDER BY CASE state WHEN 'open' THEN 0 ELSE 1 END, "+
		"CASE state WHEN 'open' THEN due_at ELSE -opened_at END, id LIMIT 100", string(id))
	if err != nil {
		return calendar.Deadline{}, fmt.Errorf("read the clocks of a circulation: %w", err)
	}
	for _, d := range list {
		if duty, ok := law.Duty(d.Name); ok && duty.EndsWith("circulation.close") {
			return d.Deadline(), nil
		}
	}
	return calendar.Deadline{}, nil
}
