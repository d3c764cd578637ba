package store

// Queued counts the acts that wait for a place.
func Queued(db *DB) int { return len(db.queue) }

// CheckQuery is the lint of statements.
func CheckQuery(q string) error { return checkQuery(q) }

// Native translates neutral SQL.
func Native(engine, text string) (string, error) { return native(engine, text) }

// Live gives the tables of a database with their columns and neutral types, and whether each column may be NULL.
func Live(tx *Tx) (map[string]map[string]string, error) {
	tables, _, err := liveSchema(tx)
	out := map[string]map[string]string{}
	for name, columns := range tables {
		if name == versions {
			continue
		}
		out[name] = map[string]string{}
		for c, l := range columns {
			out[name][c] = l.String()
		}
	}
	return out, err
}
