// Package refuse holds the answers that are not "done": a refusal with its clauses, and the error kinds
// beside it.
//
// Everything else that goes wrong is internal: the user sees a number, the log the detail. Texts are made
// at the edge, so these types carry codes and arguments and never a sentence, a title or a name of a document.
package refuse

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"time"

	"jiyao/internal/term"
)

// Remedy says who could allow what was refused. The zero value is Nobody.
type Remedy struct {
	Kind RemedyKind `json:"kind"`
	Post string     `json:"post,omitempty"` // pack/post, when Kind is ByPost
	// Step is the act that cures a missing step when nobody's leave would ("document.opine"); may be empty.
	Step string `json:"step,omitempty"`
}

// RemedyKind is how a refusal can be cured.
type RemedyKind string

// Nobody: no leave cures it. ByPost: a post may allow it. ByForce: it may be done with a reason that opens a
// case. Correct: the asker can put it right himself (a field, a signature).
const (
	Nobody  RemedyKind = "nobody"
	ByPost  RemedyKind = "post"
	ByForce RemedyKind = "force"
	Correct RemedyKind = "correct"
)

// Violation is one clause that forbids the try. Fields names the inputs concerned, if any.
type Violation struct {
	Clause term.Clause `json:"clause"`
	Rule   string      `json:"rule"` // name of the carrier in the pack, such as county/rules/3
	Fields []string    `json:"fields,omitempty"`
	Or     string      `json:"or,omitempty"` // the argument that would do instead
	// Instead is the argument to fill in place of Fields, which are to stay empty.
	Instead string `json:"instead,omitempty"`
	Given   bool   `json:"given,omitempty"` // it is filled in, but not with what the clause takes
	Remedy  Remedy `json:"remedy"`
	// Failing is what of the try was in the way, for the asker's own page; it is kept nowhere.
	Failing []Failing `json:"-"`
}

// Failing is one fact that made a rule forbid the try: a truth, a value, or a list that has or lacks one.
type Failing struct {
	Fact   string
	Is     bool // the truth itself; of a list, whether it has Value
	Value  string
	Person term.PersonID // whom it is said of; empty for the matter itself
}

// Refusal is the answer "you may know it but not do this". It is an error so that Decide can return it.
type Refusal struct {
	Act        string         `json:"act"`
	Subject    string         `json:"subject,omitempty"` // id of the item or copy; never a title
	Violations []Violation    `json:"violations"`
	Reference  term.Reference `json:"reference,omitempty"`
	// Command is what was refused, for whoever asks leave for it; it may hold titles, so it is never written out.
	Command any `json:"-"`
}

func (r *Refusal) Error() string {
	ids := make([]string, len(r.Violations))
	for i, v := range r.Violations {
		ids[i] = string(v.Clause)
	}
	return fmt.Sprintf("%s refused [%s]", r.Act, strings.Join(ids, ", "))
}

// Clauses lists the violated clauses once each, in the order of pack, article and letter.
func (r *Refusal) Clauses() []term.Clause {
	seen := map[term.Clause]bool{}
	var out []term.Clause
	for _, v := range r.Violations {
		if !seen[v.Clause] {
			seen[v.Clause] = true
			out = append(out, v.Clause)
		}
	}
	sort.Slice(out, func(i, j int) bool { return Less(out[i], out[j]) })
	return out
}

// Less orders clauses by pack, article and then text.
func Less(a, b term.Clause) bool {
	if a.Pack() != b.Pack() {
		return a.Pack() < b.Pack()
	}
	if a.Article() != b.Article() {
		return a.Article() < b.Article()
	}
	return a < b
}

// Remedy is the one offered first: force before a post before nobody, since one clause that no leave cures
// decides the whole.
func (r *Refusal) Remedy() Remedy {
	best := Remedy{Kind: Correct}
	rank := map[RemedyKind]int{Correct: 0, ByForce: 1, ByPost: 2, Nobody: 3}
	for _, v := range r.Violations {
		k := v.Remedy.Kind
		if k == "" {
			v.Remedy.Kind, k = Nobody, Nobody
		}
		if rank[k] > rank[best.Kind] || best.Kind == k && best.Post == "" {
			best = v.Remedy
		}
	}
	return best
}

// FieldError is what is wrong with one input. Code is a stable word that locale turns into a sentence.
type FieldError struct {
	Field string            `json:"field"`
	Code  string            `json:"code"` // required, too_long, not_utf8, bad_format, not_in_list, …
	Args  map[string]string `json:"args,omitempty"`
	// Allowed is the closed list, where the value stands outside it.
	Allowed []string `json:"allowed,omitempty"`
	// Clauses are what asks for it, where a regulation does and not the program.
	Clauses []term.Clause `json:"clauses,omitempty"`
	// ForNow says that the same may be right later, or done by another: leave can be asked for with it.
	ForNow bool `json:"-"`
}

// alike reports whether another says the same of the same field.
func (f FieldError) alike(g FieldError) bool {
	return f.Field == g.Field && f.Code == g.Code && maps.Equal(f.Args, g.Args)
}

// Invalid is the answer "these fields are wrong"; nothing was done.
type Invalid struct{ Fields []FieldError }

// Join is everything that is wrong in answers about fields, each field as the first answer that speaks of it says, with all
// that it says; nil where nothing is. A nil answer says nothing.
func Join(answers ...*Invalid) *Invalid {
	var out Invalid
	for _, a := range answers {
		if a == nil {
			continue
		}
		said := out.Fields
		for _, f := range a.Fields {
			if !slices.ContainsFunc(said, func(have FieldError) bool { return have.Field == f.Field }) && !slices.ContainsFunc(out.Fields, f.alike) {
				out.Fields = append(out.Fields, f)
			}
		}
	}
	if len(out.Fields) == 0 {
		return nil
	}
	return &out
}

func (e *Invalid) Error() string {
	var b strings.Builder
	b.WriteString("invalid fields:")
	for _, f := range e.Fields {
		b.WriteString(" " + f.Field + "=" + f.Code)
	}
	return b.String()
}

// Field makes an Invalid with one field.
func Field(field, code string) *Invalid {
	return &Invalid{Fields: []FieldError{{Field: field, Code: code}}}
}

// ForNow makes an Invalid with one field that may be right later, or for another who does the act.
func ForNow(field, code string) *Invalid {
	return &Invalid{Fields: []FieldError{{Field: field, Code: code, ForNow: true}}}
}

// Throttled is an ErrTooMany that says until when nothing is looked at.
type Throttled struct{ Until time.Time }

func (e *Throttled) Error() string { return ErrTooMany.Error() }

// Unwrap makes it an ErrTooMany.
func (e *Throttled) Unwrap() error { return ErrTooMany }

// Conflict is the answer "somebody else was first": the row has another revision than the command was made
// on. By is who wrote it and With who has the thing now, each when that is known and may be told.
type Conflict struct {
	Table, Key string
	By, With   term.PersonID
	Void       bool // the line was struck
	// How and At are the answer that By gave to what may be answered once, and when: granted, denied, withdrawn, spent, expired.
	How string
	At  time.Time
}

func (e *Conflict) Error() string {
	if e.Void {
		return e.Table + " is struck"
	}
	return "stale revision of " + e.Table
}

// Word is the part of the keys of its sentences: fail.<word>.title and fail.<word>.text.
func (e *Conflict) Word() string {
	if e.Void {
		return "struck"
	}
	return "conflict"
}

// The kinds without detail.
var (
	// ErrNotFound is the answer for what is absent and, exactly alike, for what is hidden.
	ErrNotFound = errors.New("not found")
	// ErrHidden is an ErrNotFound whose try the ledger holds already.
	ErrHidden = fmt.Errorf("%w, and recorded", ErrNotFound)
	// ErrUnauthenticated: nobody is signed in, or the session has ended.
	ErrUnauthenticated = errors.New("unauthenticated")
	// ErrUnavailable: it could not be recorded, so it did not happen; the server is sealed (ErrSealed), or
	// the ledger is broken (ErrBroken).
	ErrUnavailable = errors.New("unavailable")
	// ErrSealed: the server is sealed. It is ErrUnavailable to whoever does not ask why.
	ErrSealed = fmt.Errorf("sealed: %w", ErrUnavailable)
	// ErrBroken: the ledger contradicts itself, so nothing can be recorded, nor will waiting help. It is ErrUnavailable too.
	ErrBroken error = broken{}
	// ErrTooMany: throttled.
	ErrTooMany = errors.New("too many tries")
)

type broken struct{}

func (broken) Error() string { return "the ledger contradicts itself" }
func (broken) Unwrap() error { return ErrUnavailable }
