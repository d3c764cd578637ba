package store

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"sync"
)

// Meta is embedded in the struct of every table. Rev is the revision of the loaded row, 0 for one that was
// never stored. The rest is the store's: the row's salt and the bytes as they were loaded.
type Meta struct {
	Rev    int64
	loaded *loaded
}

// loaded is what a row said in the database when it was read; rows that were copied share it.
type loaded struct {
	salt   []byte
	values []any // by column of the schema, the key included
}

// schema is a table's description, the same for all its type parameters.
type schema struct {
	name     string
	row      reflect.Type
	meta     int // index of Meta in the struct
	columns  []column
	key      int // index into columns
	group    int // index into columns, or -1
	sealed   bool
	recorded bool
	reason   string // why it is not recorded

	list       string // "a, b, rev[, salt]" for SELECT
	selectText string // "SELECT a, b, rev[, salt] FROM name ", to go on with WHERE
	keyTail    string // "WHERE key = $1"
	insertText string
	plans      sync.Map // tail of a SELECT → plan
	updates    sync.Map // the numbers of the columns, as a string → text of the UPDATE
}

// column is one field of a row.
type column struct {
	name  string
	field int
	kind  Kind
	null  bool // the zero value is stored as NULL

	erased bool // history keeps no value of it: what it says no more, nobody can read any more
}

var word = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)

// taken are the names of our own columns.
var taken = map[string]bool{"rev": true, "salt": true}

// describe reads a row struct. It panics on one that cannot be a table, which can happen only at init.
func describe(name string, row reflect.Type) *schema {
	s := &schema{name: name, row: row, meta: -1, key: -1, group: -1}
	fail := func(format string, args ...any) {
		panic("store: table " + name + ": " + fmt.Sprintf(format, args...))
	}
	if !word.MatchString(name) {
		fail("a name is lower case letters, digits and _")
	}
	if row.Kind() != reflect.Struct {
		fail("a row is a struct, not %s", row)
	}
	seen := map[string]bool{}
	for i := range row.NumField() {
		f := row.Field(i)
		if f.Type == reflect.TypeFor[Meta]() && f.Anonymous {
			s.meta = i
			continue
		}
		tag, ok := f.Tag.Lookup("col")
		if tag == "-" {
			continue
		}
		if !ok || !f.IsExported() {
			fail(`field %s needs to be exported and a tag col:"name" or col:"-"`, f.Name)
		}
		c, err := s.add(f, i, tag)
		if err != nil {
			fail("field %s: %v", f.Name, err)
		}
		if seen[c] || taken[c] {
			fail("column %s is there twice or is the store's own", c)
		}
		seen[c] = true
	}
	switch {
	case s.meta < 0:
		fail("it does not embed store.Meta")
	case s.key < 0:
		fail("no column is the key")
	case len(s.columns) < 2 || len(s.columns) > 200:
		fail("it has %d columns", len(s.columns))
	}
	return s
}

// add reads one field with its tag and returns the column's name.
func (s *schema) add(f reflect.StructField, index int, tag string) (string, error) {
	parts := strings.Split(tag, ",")
	c := column{name: parts[0], field: index}
	if !word.MatchString(c.name) {
		return "", fmt.Errorf("column name %q", c.name)
	}
	var ok bool
	if c.kind, ok = kindOf(f.Type); !ok {
		return "", fmt.Errorf("type %s cannot be stored", f.Type)
	}
	sealed := false
	for _, p := range parts[1:] {
		switch p {
		case "key":
			if s.key >= 0 || c.kind != Text {
				return "", fmt.Errorf("one key, a text")
			}
			s.key = len(s.columns)
		case "group":
			if s.group >= 0 || c.kind != Text {
				return "", fmt.Errorf("one group, a text")
			}
			s.group = len(s.columns)
		case "sealed":
			sealed = true
		case "null":
			c.null = true
		case "erased":
			c.erased = true
		default:
			return "", fmt.Errorf("option %q: want key, group, sealed, null or erased", p)
		}
	}
	if sealed != (c.kind == SealedText) {
		return "", fmt.Errorf("the option sealed and the type Sealed go together")
	}
	if c.null && s.key == len(s.columns) {
		return "", fmt.Errorf("a key is never NULL")
	}
	s.sealed = s.sealed || sealed
	s.columns = append(s.columns, c)
	return c.name, nil
}

// finish makes the texts that depend on whether the table is recorded.
func (s *schema) finish() {
	names := make([]string, 0, len(s.columns)+2)
	for _, c := range s.columns {
		names = append(names, c.name)
	}
	names = append(names, "rev")
	if s.recorded {
		names = append(names, "salt")
	}
	s.list = strings.Join(names, ", ")
	s.selectText = "SELECT " + s.list + " FROM " + s.name + " "
	s.keyTail = "WHERE " + s.columns[s.key].name + " = $1"
	s.insertText = s.insertStatement()
}

func (s *schema) column(name string) int {
	for i := range s.columns {
		if s.columns[i].name == name {
			return i
		}
	}
	return -1
}

// field is the value of a column in a row; row is addressable.
func (s *schema) field(row reflect.Value, i int) reflect.Value { return row.Field(s.columns[i].field) }

func (s *schema) metaOf(row reflect.Value) *Meta {
	m, _ := row.Field(s.meta).Addr().Interface().(*Meta)
	return m
}

func (s *schema) keyOf(row reflect.Value) string { return s.field(row, s.key).String() }

func (s *schema) groupOf(row reflect.Value) string {
	if s.group < 0 {
		return ""
	}
	return s.field(row, s.group).String()
}
