package store

// Queued counts the acts that wait for a place.
func Queued(db *DB) int { return len(db.queue) }

// CheckQuery is the lint of statements.
func CheckQuery(q string) error { return checkQuery(q) }

// Native translates neutral SQL.
func Native(engine, text string) (string, error) { return native(engine, text) }
