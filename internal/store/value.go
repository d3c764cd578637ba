package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"jiyao/internal/calendar"
)

// Kind is how a column's Go value and its stored value correspond.
type Kind string

// The kinds, with their storage class. Text and List and Map are TEXT; Bool, Int and Time are INTEGER; Bytes
// and SealedText are BLOB. Time is milliseconds since 1970 UTC, zero is NULL, and is loaded in Asia/Shanghai. List
// is a JSON array of texts, Map a JSON object of texts with sorted keys.
const (
	Text       Kind = "text"
	Bool       Kind = "bool"
	Int        Kind = "int"
	Time       Kind = "time"
	Bytes      Kind = "bytes"
	List       Kind = "list"
	Map        Kind = "map"
	SealedText Kind = "sealed"
)

// MaxValue bounds one stored value, in bytes. Bodies of documents are the vault's, not ours.
const MaxValue = 1 << 20

// class is the column type in neutral SQL.
func (k Kind) class() string {
	switch k {
	case Text, List, Map:
		return "TEXT"
	case Bool, Int, Time:
		return "INTEGER"
	default:
		return "BLOB"
	}
}

// kindOf tells the kind of a struct field, or false.
func kindOf(t reflect.Type) (Kind, bool) {
	switch t {
	case reflect.TypeFor[time.Time]():
		return Time, true
	case reflect.TypeFor[Sealed]():
		return SealedText, true
	}
	switch t.Kind() {
	case reflect.String:
		return Text, true
	case reflect.Bool:
		return Bool, true
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return Int, true
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return Bytes, true
		}
		return List, t.Elem().Kind() == reflect.String
	case reflect.Map:
		return Map, t.Key().Kind() == reflect.String && t.Elem().Kind() == reflect.String
	default:
		return "", false
	}
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// instant is a time as stored: nil for the zero time.
func instant(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// checkText refuses what PostgreSQL could not store, on both engines.
func checkText(s string) error {
	if len(s) > MaxValue {
		return fmt.Errorf("text of %d bytes: the limit is %d", len(s), MaxValue)
	}
	if !utf8.ValidString(s) || strings.IndexByte(s, 0) >= 0 {
		return fmt.Errorf("text is not UTF-8 or holds NUL")
	}
	return nil
}

// encode gives a field's value as stored: nil, int64, string or []byte. Sealed columns are not encoded here.
// A value that cannot be stored is *refuse.Invalid with the column as its field.
func (c *column) encode(v reflect.Value) (any, error) {
	if c.null && c.kind != Time && empty(v) {
		return nil, nil
	}
	switch c.kind {
	case Text:
		return c.text(v.String())
	case Bool:
		return truth(v.Bool()), nil
	case Int:
		return v.Int(), nil
	case Time:
		t, _ := v.Interface().(time.Time)
		return instant(t), nil
	case Bytes:
		b := v.Bytes()
		if len(b) > MaxValue {
			return nil, invalid(c.name, "too_long")
		}
		return append([]byte{}, b...), nil // never nil, which would be NULL
	default:
		return c.json(v)
	}
}

// empty reports the zero value; a list or map without elements counts as one.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	default:
		return v.IsZero()
	}
}

func (c *column) text(s string) (any, error) {
	if len(s) > MaxValue {
		return nil, invalid(c.name, "too_long")
	}
	if checkText(s) != nil {
		return nil, invalid(c.name, "not_utf8")
	}
	return s, nil
}

// json encodes a list or map; the standard library sorts the keys.
func (c *column) json(v reflect.Value) (any, error) {
	if v.Len() == 0 {
		if c.kind == List {
			return "[]", nil
		}
		return "{}", nil
	}
	check := func(v reflect.Value) error { _, err := c.text(v.String()); return err }
	if c.kind == List {
		for i := range v.Len() {
			if err := check(v.Index(i)); err != nil {
				return nil, err
			}
		}
	} else {
		for it := v.MapRange(); it.Next(); {
			if err := check(it.Key()); err != nil {
				return nil, err
			}
			if err := check(it.Value()); err != nil {
				return nil, err
			}
		}
	}
	b, err := json.Marshal(v.Interface())
	if err != nil {
		return nil, fmt.Errorf("encode column %s: %w", c.name, err)
	}
	return c.text(string(b))
}

// decode sets a field from a stored value. A value of another class than the column's was not written by us.
func (c *column) decode(stored any, v reflect.Value) error {
	if stored == nil {
		if !c.null && c.kind != Time && c.kind != SealedText {
			return fmt.Errorf("column %s: NULL where a %s was expected", c.name, c.kind)
		}
		v.SetZero()
		return nil
	}
	switch s := stored.(type) {
	case int64:
		return c.decodeInt(s, v)
	case string:
		switch c.kind {
		case Text:
			v.SetString(s)
			return nil
		case List, Map:
			return c.decodeJSON(s, v)
		default: // refused below
		}
	case []byte:
		switch c.kind {
		case Bytes:
			v.SetBytes(append(make([]byte, 0, len(s)), s...))
			return nil
		case SealedText:
			sealed, _ := v.Addr().Interface().(*Sealed)
			*sealed = Sealed{stored: string(s)}
			return nil
		default: // refused below
		}
	}
	return fmt.Errorf("column %s: a stored %T where a %s was expected", c.name, stored, c.kind)
}

func (c *column) decodeInt(n int64, v reflect.Value) error {
	switch {
	case c.kind == Int && !v.OverflowInt(n):
		v.SetInt(n)
	case c.kind == Bool && (n == 0 || n == 1):
		v.SetBool(n == 1)
	case c.kind == Time:
		t, _ := v.Addr().Interface().(*time.Time)
		*t = time.UnixMilli(n).In(calendar.Zone)
	default:
		return fmt.Errorf("column %s: a stored number that is no %s", c.name, c.kind)
	}
	return nil
}

func (c *column) decodeJSON(s string, v reflect.Value) error {
	v.SetZero()
	if s == "[]" && c.kind == List || s == "{}" && c.kind == Map {
		return nil
	}
	if err := json.Unmarshal([]byte(s), v.Addr().Interface()); err != nil {
		return fmt.Errorf("column %s: not the JSON of a %s", c.name, c.kind)
	}
	return nil
}

// same compares two stored values.
func same(a, b any) bool {
	x, ok := a.([]byte)
	if !ok {
		if _, ok := b.([]byte); ok {
			return false
		}
		return a == b
	}
	y, ok := b.([]byte)
	return ok && bytes.Equal(x, y)
}
