package store

import "errors"

// Each runs a query and calls row with the scanner of each of its rows; the first error ends it.
func (tx *Tx) Each(q string, args []any, row func(scan func(into ...any) error) error) (err error) {
	rows, err := tx.Query(q, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
