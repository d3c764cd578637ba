// Package locale holds every sentence of the product: zh-CN first, en second.
//
// Inner code returns keys and arguments, this package makes sentences of them at the edge. A key names a
// meaning (refusal.nobody), its text is a whole sentence with named slots, and nothing is glued together
// from halves, because the two languages order their words differently:
//
//	refused.recorded: 已记入台账 {reference}。什么都没有改变。
//	board.outside: "{n} {n|copy is|copies are} outside the cabinets."
//
// {name} is a slot. {name|one|other} gives the first word when the number in the slot is 1, else the second;
// only English needs it.
//
// The catalogue is two folders of flat YAML, zh/ and en/, one file an area; whoever builds a noun adds
// zh/<noun>.yaml and en/<noun>.yaml and touches no other file. What always holds, and is tested: the same
// keys and the same slots in both languages; no empty text, no key twice, no key that nothing uses, no key
// used that is not there. Levels, urgencies and document wording stay Chinese in English, with a gloss.
package locale

import (
	"fmt"
	"strconv"
	"strings"
)

// Tongue is a language of the interface. The zero value speaks Chinese.
type Tongue string

// The two languages; the values are those of the lang cookie.
const (
	Zh Tongue = "zh"
	En Tongue = "en"
)

// ParseTongue accepts "zh" and "en"; ok is false for everything else.
func ParseTongue(s string) (t Tongue, ok bool) {
	switch Tongue(s) {
	case Zh:
		return Zh, true
	case En:
		return En, true
	}
	return Zh, false
}

// HTML is the value of the lang attribute: zh-CN or en.
func (t Tongue) HTML() string {
	if t == En {
		return "en"
	}
	return "zh-CN"
}

// Other is the language one would change to.
func (t Tongue) Other() Tongue {
	if t == En {
		return Zh
	}
	return En
}

func (t Tongue) catalogue() map[string]text {
	if t == En {
		return catalogues.en
	}
	return catalogues.zh
}

// Has reports whether key is in the catalogue. It is for families of keys whose members other packages
// choose (a field error, an act), where a general sentence stands in for a missing one.
func (t Tongue) Has(key string) bool {
	_, ok := t.catalogue()[key]
	return ok
}

// T is the sentence of key with its slots filled from args, which are pairs of name and value:
//
//	T("duration.hours", "h", 1, "m", 29)
//
// A key that is not in the catalogue comes back as ⟨key⟩ and an unfilled slot as ⟨name⟩, so that a page
// shows the defect and a test can look for it; never an error, since there is nobody to hand it to.
func (t Tongue) T(key string, args ...any) string {
	txt, ok := t.catalogue()[key]
	if !ok {
		return "⟨" + key + "⟩"
	}
	if len(txt) == 1 && txt[0].slot == "" {
		return txt[0].word
	}
	var b strings.Builder
	for _, p := range txt {
		b.WriteString(p.fill(args))
	}
	return b.String()
}

// text is one parsed sentence.
type text []part

// part is either a run of words (slot empty) or a slot, which may choose between two words by number.
type part struct {
	word       string
	slot       string
	choice     bool
	one, other string
}

func (p part) fill(args []any) string {
	if p.slot == "" {
		return p.word
	}
	v, ok := lookup(args, p.slot)
	switch {
	case !ok:
		return "⟨" + p.slot + "⟩"
	case p.choice && v == "1":
		return p.one
	case p.choice:
		return p.other
	}
	return v
}

func lookup(args []any, name string) (string, bool) {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] != name {
			continue
		}
		switch v := args[i+1].(type) {
		case string:
			return v, true
		case int:
			return strconv.Itoa(v), true
		default:
			return fmt.Sprint(v), true
		}
	}
	return "", false
}

// parse cuts a sentence into parts. Braces are for slots only.
func parse(s string) (text, error) {
	var out text
	for s != "" {
		i := strings.IndexAny(s, "{}")
		if i < 0 {
			return append(out, part{word: s}), nil
		}
		if s[i] == '}' {
			return nil, fmt.Errorf("closing brace without an opening one")
		}
		if i > 0 {
			out = append(out, part{word: s[:i]})
		}
		end := strings.IndexByte(s[i:], '}')
		if end < 0 {
			return nil, fmt.Errorf("slot is not closed")
		}
		p, err := parseSlot(s[i+1 : i+end])
		if err != nil {
			return nil, err
		}
		out = append(out, p)
		s = s[i+end+1:]
	}
	return out, nil
}

func parseSlot(s string) (part, error) {
	f := strings.Split(s, "|")
	name := f[0]
	if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_") != "" {
		return part{}, fmt.Errorf("slot {%s}: want a lower-case name", s)
	}
	switch len(f) {
	case 1:
		return part{slot: name}, nil
	case 3:
		return part{slot: name, choice: true, one: f[1], other: f[2]}, nil
	}
	return part{}, fmt.Errorf("slot {%s}: want {name} or {name|one|other}", s)
}
