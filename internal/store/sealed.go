package store

import "errors"

// Sealed is the value of a sealed column. Loaded from a row it holds the ciphertext and says nothing until
// Table.Reveal has opened it; made by Plain it holds a text that Put will seal. The zero value is empty and
// is stored as NULL. Printed by any verb it shows only that it is there.
type Sealed struct {
	stored string // ciphertext as loaded; "" when made by Plain or empty
	text   string // valid when open
	open   bool
	gone   bool // its key was shredded: there is no text any more
}

// ErrSealed: the text was asked for before it was revealed.
var ErrSealed = errors.New("a sealed value was not revealed")

// ErrShredded: the key of a value was destroyed on purpose. A Sealer answers it; Reveal then leaves the value without a text.
var ErrShredded = errors.New("the key of a sealed value was shredded")

// Shredded reports, of a revealed value, that its key was destroyed on purpose. Its text is empty.
func (s Sealed) Shredded() bool { return s.gone }

// Plain makes a value to be sealed by the next Put. An empty text is the empty value.
func Plain(text string) Sealed {
	if text == "" {
		return Sealed{}
	}
	return Sealed{text: text, open: true}
}

// Empty reports whether there is no value; it needs no key.
func (s Sealed) Empty() bool { return s.stored == "" && s.text == "" }

// Text is the plain text, or ErrSealed for a loaded value that was not revealed.
func (s Sealed) Text() (string, error) {
	if !s.open && !s.gone && !s.Empty() {
		return "", ErrSealed
	}
	return s.text, nil
}

// String hides the value from logs and error texts.
func (s Sealed) String() string {
	if s.Empty() {
		return "(empty)"
	}
	return "(sealed)"
}

// GoString hides the value from %#v.
func (s Sealed) GoString() string { return "store.Sealed" + s.String() }

// MarshalJSON fails: a sealed value leaves as text that somebody asked for, or not at all.
func (s Sealed) MarshalJSON() ([]byte, error) { return nil, ErrSealed }

// equal reports whether b says the same as a, as far as can be known without opening either.
func (s Sealed) equal(b Sealed) bool {
	if s.stored == b.stored && (s.stored != "" || s.text == b.text) {
		return true
	}
	return s.open && b.open && s.text == b.text
}
