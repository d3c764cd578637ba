package disposal

import (
	"errors"
	"fmt"
	"time"

	"jiyao/internal/store"
)

// GoneAt counts the pieces that had gone the way of a list by a moment, by how their life ended. What was handed over inside
// the house lives on. seen is as act.Viewer.Visible, over copy c.
func GoneAt(tx *store.Tx, seen func(class, document string, first int) (string, []any), at time.Time) (out map[string]int, err error) {
	cond, args := seen("c.class", "c.document", 2)
	rows, err := tx.Query(`SELECT t.kind, count(*) FROM disposal_line l JOIN disposal_list t ON t.id = l.list JOIN copy c ON c.id = l.copy
		WHERE l.state = 'gone' AND l.done_at <= $1 AND NOT (t.kind = 'transfer' AND t.taken_by <> '') AND `+cond+" GROUP BY t.kind", append([]any{at.UnixMilli()}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("count what has gone: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	out = map[string]int{}
	for rows.Next() {
		var kind string
		var n int
		if err := rows.Scan(&kind, &n); err != nil {
			return nil, fmt.Errorf("count what has gone: %w", err)
		}
		out[endings[kind]] += n
	}
	return out, rows.Err()
}
