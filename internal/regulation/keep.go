package regulation

import (
	"encoding/binary"
	"reflect"
	"slices"
	"strings"
)

// personsKept and idKept are names of the entry that no fact has.
const (
	personsKept = "persons"
	idKept      = "id"
)

// EncodeFacts gives the facts as they are kept in the entry: one map in deterministic CBOR (RFC 8949, 4.2.1), the
// persons asked for under "persons", each with the id under "id". A changed rule can so be asked again over last
// year. It writes the bytes itself, since the names and their order are known beforehand for each type.
func EncodeFacts(facts any) ([]byte, error) {
	v := reflect.Indirect(reflect.ValueOf(facts))
	p, err := planOf(v.Type())
	if err != nil {
		return nil, err
	}
	if p.each == nil {
		return p.encode(make([]byte, 0, 512), v, nil), nil
	}
	person, err := planOf(reflect.TypeFor[Person]())
	if err != nil {
		return nil, err
	}
	list, _ := v.FieldByIndex(p.each).Interface().([]Person)
	return p.encode(make([]byte, 0, 512), v, func(b []byte) []byte {
		if len(list) == 0 {
			return append(b, cborNull)
		}
		b = head(b, cborArray, len(list))
		for i := range list {
			b = person.encode(b, reflect.ValueOf(&list[i]).Elem(), func(b []byte) []byte { return text(b, string(list[i].ID)) })
		}
		return b
	}), nil
}

// keep puts the names into the order of the encoding: the shorter first, then by their bytes. A type with persons has
// their name among them, and Person has the id; both are fields without an index.
func (p *factPlan) keep() {
	for _, f := range p.fields {
		if f.index != nil {
			p.kept = append(p.kept, f)
		}
	}
	slices.SortFunc(p.kept, func(a, b factField) int { return before(a.name, b.name) })
}

func before(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

// encode writes the fields as a map. extra writes the value that is no field of its own: the persons of facts, the id
// of a person; nil where there is none.
func (p *factPlan) encode(b []byte, v reflect.Value, extra func([]byte) []byte) []byte {
	n, name := len(p.kept), ""
	if extra != nil {
		n, name = n+1, personsKept
		if p.each == nil {
			name = idKept
		}
	}
	b = head(b, cborMap, n)
	for _, f := range p.kept {
		if name != "" && before(name, f.name) < 0 {
			b, name = extra(text(b, name)), ""
		}
		b = f.encode(text(b, f.name), v.FieldByIndex(f.index))
	}
	if name != "" {
		b = extra(text(b, name))
	}
	return b
}

func (f factField) encode(b []byte, v reflect.Value) []byte {
	switch f.kind {
	case factText:
		return text(b, v.String())
	case factBool:
		if v.Bool() {
			return append(b, cborTrue)
		}
		return append(b, cborFalse)
	case factLong:
		if n := v.Int(); n < 0 {
			return head(b, cborNegative, int(^n))
		}
		return head(b, cborNumber, int(v.Int()))
	case factList:
	}
	b = head(b, cborArray, v.Len())
	for i := range v.Len() {
		b = text(b, v.Index(i).String())
	}
	return b
}

// The major types and simple values of CBOR that facts need.
const (
	cborNumber   = 0 << 5
	cborNegative = 1 << 5
	cborText     = 3 << 5
	cborArray    = 4 << 5
	cborMap      = 5 << 5
	cborFalse    = 0xf4
	cborTrue     = 0xf5
	cborNull     = 0xf6
)

// text writes a text string.
func text(b []byte, s string) []byte { return append(head(b, cborText, len(s)), s...) }

// head writes a major type with its argument, which is not negative, in the fewest bytes.
func head(b []byte, major byte, n int) []byte {
	switch u := uint64(n); {
	case u < 24:
		return append(b, major|byte(u))
	case u < 1<<8:
		return append(b, major|24, byte(u))
	case u < 1<<16:
		return binary.BigEndian.AppendUint16(append(b, major|25), uint16(u))
	case u < 1<<32:
		return binary.BigEndian.AppendUint32(append(b, major|26), uint32(u))
	default:
		return binary.BigEndian.AppendUint64(append(b, major|27), u)
	}
}
