package store

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// TableInfo describes a table to verification, to `verify --tables` and to the entry that fixes the columns.
type TableInfo struct {
	Name     string       `json:"name"`
	Recorded bool         `json:"recorded"`
	Reason   string       `json:"reason,omitempty"` // why it is not recorded
	Key      string       `json:"key,omitempty"`    // its key column; "" for tables registered with Raw
	Columns  []ColumnInfo `json:"columns"`          // all but the key, rev and salt, in the order of the digests
}

// ColumnInfo is one column. Null says that the zero value is stored as NULL.
type ColumnInfo struct {
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
	Null bool   `json:"null,omitempty"`
}

// registry holds what init declared.
var registry = struct {
	sync.Mutex
	tables map[string]*schema
	raw    map[string]rawTable
}{tables: map[string]*schema{}, raw: map[string]rawTable{}}

type rawTable struct {
	reason  string
	columns []string // "name TYPE"; nil when the layout is somebody else's
}

func register(s *schema) {
	registry.Lock()
	defer registry.Unlock()
	if _, ok := registry.raw[s.name]; ok || registry.tables[s.name] != nil {
		panic("store: table " + s.name + " is defined twice")
	}
	if !s.recorded && s.reason == "" {
		panic("store: table " + s.name + " is not recorded and gives no reason")
	}
	registry.tables[s.name] = s
}

func registered(name string) *schema {
	registry.Lock()
	defer registry.Unlock()
	return registry.tables[name]
}

// Tables lists every table that the program's packages define, by name.
func Tables() []TableInfo {
	registry.Lock()
	defer registry.Unlock()
	var out []TableInfo
	for _, s := range registry.tables {
		t := TableInfo{Name: s.name, Recorded: s.recorded, Reason: s.reason, Key: s.columns[s.key].name}
		for i, c := range s.columns {
			if i != s.key {
				t.Columns = append(t.Columns, ColumnInfo{c.name, c.kind, c.null})
			}
		}
		out = append(out, t)
	}
	for _, name := range slices.Sorted(maps.Keys(registry.raw)) {
		out = append(out, TableInfo{Name: name, Reason: registry.raw[name].reason})
	}
	slices.SortFunc(out, func(a, b TableInfo) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Erases reports whether history keeps no value of a column, only that it was replaced.
func Erases(table, column string) bool {
	s := registered(table)
	if s == nil {
		return false
	}
	i := s.column(column)
	return i >= 0 && s.columns[i].erased
}
