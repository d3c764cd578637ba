package store

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// Raw declares a table that its package reads and writes with SQL of its own, and says why its rows leave no
// digests. columns are "name TYPE" in neutral SQL, all of them; where none is given, CheckSchema knows the
// table by name only. It panics on a second declaration.
func Raw(name, reason string, columns ...string) {
	registry.Lock()
	defer registry.Unlock()
	if _, ok := registry.raw[name]; ok || registry.tables[name] != nil {
		panic("store: table " + name + " is defined twice")
	}
	if !word.MatchString(name) || reason == "" {
		panic("store: table " + name + " needs a plain name and a reason")
	}
	for _, c := range columns {
		column, class, _ := strings.Cut(c, " ")
		if !word.MatchString(column) || class != "TEXT" && class != "INTEGER" && class != "BLOB" {
			panic("store: table " + name + ": column " + c + ": want a name and TEXT, INTEGER or BLOB")
		}
	}
	registry.raw[name] = rawTable{reason: reason, columns: columns}
}

// The store's own tables that are not recorded. The others declare themselves with Unrecorded or Raw.
func init() {
	Raw("history", "its values are checked against the digests in the entries that wrote them",
		"tbl TEXT", "key TEXT", "rev INTEGER", "cols BLOB", "at INTEGER")
	Raw("meta", "settings of the program about its own data; nothing of the office",
		"name TEXT", "value TEXT")
	Raw("goose_db_version", "the list of migrations that were applied; goose keeps it")
}

// MetaValue reads a value of the table meta, and false where there is none.
func MetaValue(tx *Tx, name string) (string, bool, error) {
	var value string
	err := tx.QueryRow("SELECT value FROM meta WHERE name = $1", name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("read meta %s: %w", name, translate(err))
	}
	return value, true, nil
}

// SetMetaValue writes a value of the table meta.
func SetMetaValue(tx *Tx, name, value string) error {
	_, err := tx.Exec("INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
		name, value)
	if err != nil {
		return fmt.Errorf("write meta %s: %w", name, err)
	}
	return nil
}
