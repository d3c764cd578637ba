package ledger

import (
	"fmt"
	"maps"

	"jiyao/internal/ledger/leaf"
	"jiyao/internal/store"
)

// SchemaAct is the act of the entries that number the tables and columns.
const SchemaAct = "ledger.schema"

const (
	maxTables  = 4096
	maxColumns = 1024
)

// schema numbers tables and columns, so that entries name them in one or two bytes. Numbers are only ever
// added: the schema in force decodes every entry before it. A value is never changed once made.
type schema struct {
	seq     uint64 // the entry that recorded it; 0 for none yet
	covered bool   // it is known to hold every table of this program
	tables  []schemaTable
	byName  map[string]uint32
	columns []map[string]uint16 // by table number
}

// schemaTable is one table as the schema entry's facts hold it. A table without record keeps its reason and
// has no columns.
type schemaTable struct {
	_       struct{} `cbor:",toarray"`
	Name    string
	Reason  string // why it is not recorded; "" when it is
	Columns []string
}

// schemaV1 is the content of a schema entry's facts.
type schemaV1 struct {
	_       struct{} `cbor:",toarray"`
	Version uint8
	Tables  []schemaTable
}

func newSchema(seq uint64, tables []schemaTable) (*schema, error) {
	s := &schema{seq: seq, tables: tables, byName: make(map[string]uint32, len(tables))}
	if len(tables) > maxTables {
		return nil, fmt.Errorf("%w: %d tables", ErrEntry, len(tables))
	}
	for i, t := range tables {
		if _, twice := s.byName[t.Name]; twice || t.Name == "" || len(t.Columns) > maxColumns {
			return nil, fmt.Errorf("%w: table %q of the schema", ErrEntry, t.Name)
		}
		s.byName[t.Name] = uint32(i)
		numbers := make(map[string]uint16, len(t.Columns))
		for k, c := range t.Columns {
			numbers[c] = uint16(k)
		}
		if len(numbers) != len(t.Columns) {
			return nil, fmt.Errorf("%w: a column of %s twice in the schema", ErrEntry, t.Name)
		}
		s.columns = append(s.columns, numbers)
	}
	return s, nil
}

func (s *schema) facts() ([]byte, error) {
	b, err := leaf.Marshal(schemaV1{Version: 1, Tables: s.tables})
	if err != nil {
		return nil, fmt.Errorf("encode the schema: %w", err)
	}
	return b, nil
}

// schemaFrom reads the facts of the schema entry seq.
func schemaFrom(seq uint64, facts []byte) (*schema, error) {
	var v schemaV1
	if err := leaf.Unmarshal(facts, &v); err != nil {
		return nil, fmt.Errorf("%w: schema: %w", ErrEntry, err)
	}
	if v.Version != 1 {
		return nil, fmt.Errorf("%w: schema of version %d", ErrEntry, v.Version)
	}
	return newSchema(seq, v.Tables)
}

// extended returns s with what the live tables add, and whether that is anything.
func (s *schema) extended(live []store.TableInfo) (*schema, bool, error) {
	tables := make([]schemaTable, len(s.tables))
	copy(tables, s.tables)
	place := maps.Clone(s.byName)
	if place == nil {
		place = map[string]uint32{}
	}
	changed := false
	for _, info := range live {
		i, ok := place[info.Name]
		if !ok {
			i = uint32(len(tables))
			place[info.Name] = i
			tables = append(tables, schemaTable{Name: info.Name})
			changed = true
		}
		t := tables[i]
		if t.Reason != info.Reason {
			t.Reason = info.Reason
			changed = true
		}
		if info.Recorded {
			known := map[string]bool{}
			for _, c := range t.Columns {
				known[c] = true
			}
			columns := append([]string(nil), t.Columns...)
			for _, c := range info.Columns {
				if !known[c.Name] {
					columns = append(columns, c.Name)
					changed = true
				}
			}
			t.Columns = columns
		}
		tables[i] = t
	}
	if !changed {
		return s, false, nil
	}
	next, err := newSchema(0, tables)
	return next, true, err
}

// extends reports whether every number of old still means the same in s.
func (s *schema) extends(old *schema) bool {
	if old == nil {
		return true
	}
	if len(s.tables) < len(old.tables) {
		return false
	}
	for i, t := range old.tables {
		u := s.tables[i]
		if u.Name != t.Name || len(u.Columns) < len(t.Columns) {
			return false
		}
		for k := range t.Columns {
			if u.Columns[k] != t.Columns[k] {
				return false
			}
		}
	}
	return true
}
