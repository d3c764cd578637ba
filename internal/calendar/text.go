package calendar

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Bounds of a written rule. They stop a pack from asking for a century of minutes or a kilobyte of "else".
const (
	maxRule    = 240 // bytes of a rule
	maxMinutes = 366 * 24 * 60
	maxHours   = 10 * 366 * 24
	maxDays    = 100 * 366
	maxWorking = 2500 // about ten years
	maxMonths  = 1200
	maxYears   = 100
)

// SyntaxError is a rule that is not in the language.
type SyntaxError struct {
	Kind     string // due, warn, after, span
	Text     string // the rule as written, cut to a readable length
	Expected string // what would have been understood there
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s rule %s: expected %s", e.Kind, e.Text, e.Expected)
}

// shown quotes a hostile text for an error, at most 60 bytes of it.
func shown(s string) string {
	if len(s) > 60 {
		return strconv.Quote(s[:60]) + "…"
	}
	return strconv.Quote(s)
}

// digits reads ASCII digits only; at most nine, so that no platform overflows.
func digits(s string) (int, bool) {
	if s == "" || len(s) > 9 {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// reader walks over the words of one rule. "+", "%", "×" and "," are words of their own, so that "50%" and
// "50 %" read alike.
type reader struct {
	kind, text string
	words      []string
	pos        int
}

var spaced = strings.NewReplacer("+", " + ", "%", " % ", "×", " × ", ",", " , ")

func newReader(kind, text string) (*reader, error) {
	r := &reader{kind: kind, text: text}
	if len(text) > maxRule {
		return nil, r.expected(fmt.Sprintf("at most %d bytes", maxRule))
	}
	r.words = strings.Fields(spaced.Replace(text))
	return r, nil
}

func (r *reader) expected(what string) error {
	return &SyntaxError{Kind: r.kind, Text: shown(r.text), Expected: what}
}

func (r *reader) done() bool { return r.pos >= len(r.words) }

func (r *reader) peek() string {
	if r.done() {
		return ""
	}
	return r.words[r.pos]
}

func (r *reader) next() string {
	w := r.peek()
	r.pos++
	return w
}

// take eats the given words if they come next.
func (r *reader) take(words ...string) bool {
	if len(r.words)-r.pos < len(words) {
		return false
	}
	for i, w := range words {
		if r.words[r.pos+i] != w {
			return false
		}
	}
	r.pos += len(words)
	return true
}

// number eats a whole number without sign, leading zero or full-width digits, low to high.
func (r *reader) number(low, high int, of string) (int, error) {
	w := r.next()
	n, ok := digits(w)
	if !ok || n < low || n > high || len(w) > 1 && w[0] == '0' {
		return 0, r.expected(fmt.Sprintf("a number of %s from %d to %d", of, low, high))
	}
	return n, nil
}

// clock eats "n min", "n h" or "n × 24 h".
func (r *reader) clock() (time.Duration, error) {
	n, err := r.number(0, maxMinutes, "min or h")
	if err != nil {
		return 0, err
	}
	switch {
	case r.take("min"):
		return time.Duration(n) * time.Minute, nil
	case r.take("h") && n <= maxHours:
		return time.Duration(n) * time.Hour, nil
	case r.take("×", "24", "h") && n <= maxHours/24:
		return time.Duration(n) * 24 * time.Hour, nil
	}
	return 0, r.expected("min, h or × 24 h after the number, ten years at most")
}

// unit eats the singular or plural of a unit.
func (r *reader) unit(plural string) bool {
	return r.take(plural) || r.take(strings.TrimSuffix(plural, "s"))
}

// ParseSpan reads a length of time on the clock, as "every" and "for_more_than" use it: "30 min", "2 h",
// "3 × 24 h".
func ParseSpan(s string) (time.Duration, error) {
	r, err := newReader("span", s)
	if err != nil {
		return 0, err
	}
	d, err := r.clock()
	if err != nil {
		return 0, err
	}
	if !r.done() {
		return 0, r.expected("nothing after " + writeClock(d))
	}
	return d, nil
}

// writeClock spells a length of time as ParseSpan reads it.
func writeClock(d time.Duration) string {
	if d%time.Hour == 0 && d != 0 {
		return fmt.Sprintf("%d h", d/time.Hour)
	}
	return fmt.Sprintf("%d min", d/time.Minute)
}
