package upgrade

import (
	"fmt"

	"jiyao/internal/store"
)

var suppliedCopy = store.Frozen{Table: "copy", Key: "id", Columns: []string{"state", "place", "holder", "device", "since"}}

// supplied moves the copies outside that an open line of 对外提供登记 of the version before gave away, from when it was written:
// that version left them standing where they had lain, or with who gave them. One that has moved since stands where it moved to.
// What was held keeps its line, which ends when the copy is back.
func supplied(tx *store.Tx, after string, limit int) (written []store.Written, next string, done bool, err error) {
	rows, err := suppliedCopy.Page(tx, after, limit)
	if err != nil {
		return nil, "", false, fmt.Errorf("read the copies: %w", err)
	}
	next, done = after, len(rows) < limit
	if len(rows) == 0 {
		return nil, next, true, nil
	}
	from, next := rows[0].Key, rows[len(rows)-1].Key
	given, err := stillOut(tx, from, next)
	if err != nil {
		return nil, "", false, err
	}
	for _, row := range rows {
		at, out := given[row.Key]
		since, known := row.Values["since"].(int64)
		if state := row.Values["state"]; !out || !known || since > at || state != "received" && state != "in_place" && state != "held" {
			continue
		}
		w, changed, err := suppliedCopy.Update(tx, row, map[string]any{"state": "supplied", "place": "", "holder": "", "device": nil, "since": at})
		if err != nil {
			return nil, "", false, fmt.Errorf("move a copy outside: %w", err)
		}
		if changed {
			written = append(written, w)
		}
	}
	return written, next, done, nil
}

// stillOut gives the copies between two that are outside by an open line, and since when.
func stillOut(tx *store.Tx, from, to string) (map[string]int64, error) {
	rows, err := tx.Query("SELECT copy, max(handed_at) FROM supply WHERE taken_back_at IS NULL AND moved = 0 AND copy >= $1 AND copy <= $2 GROUP BY copy", from, to)
	if err != nil {
		return nil, fmt.Errorf("read what was given outside: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
	out := map[string]int64{}
	for rows.Next() {
		var id string
		var at int64
		if err := rows.Scan(&id, &at); err != nil {
			return nil, fmt.Errorf("read what was given outside: %w", err)
		}
		out[id] = at
	}
	return out, rows.Err()
}
