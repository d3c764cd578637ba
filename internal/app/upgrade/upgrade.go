// Package upgrade is the list of data migrations: what a new version does, once, to recorded rows that an earlier one
// wrote. See ledger.Migration for how they run.
//
// What must always hold: a migration that has been released never changes. It names tables and columns as they were when
// it was written and imports no package of the program but store and ledger, so that it means in ten years what it means
// today; a test reads the imports. Each has a data folder of the version before it in internal/app/testdata.
package upgrade

import (
	"fmt"

	"jiyao/internal/ledger"
	"jiyao/internal/store"
)

// Migrations in their order, each named as the migration in SQL that it belongs to.
var Migrations = []ledger.Migration{
	{Name: "0031_used_code", Step: usedCodes},
	{Name: "0550_supplied", Step: supplied},
}

var usedCode = store.Frozen{Table: "used_code", Key: "id", Columns: []string{"account", "series", "n", "at"}}

// usedCodes copies spent_code, which had no record, into used_code, which has one.
func usedCodes(tx *store.Tx, after string, limit int) (written []store.Written, next string, done bool, err error) {
	type line struct {
		id     string
		values map[string]any
	}
	var page []line
	rows, err := tx.Query("SELECT id, account, series, n, at FROM spent_code WHERE id > $1 ORDER BY id LIMIT $2", after, limit)
	if err != nil {
		return nil, "", false, fmt.Errorf("read the codes that were used: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
	for rows.Next() {
		var id string
		var account, series, n, at any
		if err := rows.Scan(&id, &account, &series, &n, &at); err != nil {
			return nil, "", false, fmt.Errorf("read a code that was used: %w", err)
		}
		page = append(page, line{id, map[string]any{"account": account, "series": series, "n": n, "at": at}})
	}
	if err := rows.Err(); err != nil {
		return nil, "", false, fmt.Errorf("read the codes that were used: %w", err)
	}
	next = after
	for _, l := range page {
		w, err := usedCode.Insert(tx, l.id, l.values)
		if err != nil {
			return nil, "", false, fmt.Errorf("copy a code that was used: %w", err)
		}
		written, next = append(written, w), l.id
	}
	return written, next, len(page) < limit, nil
}
