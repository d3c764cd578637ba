// Package act is the catalogue of everything that can be done, and the one way to do it.
//
// A page, the HTTP API, the command line, an importer, a timer and a proof all hand the same command to the
// same Desk. It runs in the writer's transaction, one savepoint for each act:
//
//	who is it → load rows → ask functions and law with the facts → decide (pure) → put rows, spend leave,
//	open and close duties → effects of reactions, each an act of the system → the ledger entry
//
// What must always hold:
//   - A row of a recorded table changes nowhere else.
//   - Facts and Decide are pure: the same state, command and environment give the same rows.
//   - Every try leaves an entry: done, refused, or not found. What cannot be recorded does not happen.
//   - Hidden and absent answer alike and leave entries of one shape.
//   - Nothing is written before the law has been asked, so a refusal rolls nothing back.
package act

import (
	"fmt"
	"reflect"
	"sort"
	"strings"
	"sync"

	"jiyao/internal/checklist"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Act is how one act is done. C is its command (a plain struct with JSON names), S what Load reads, F its
// facts. Only Load touches the database.
type Act[C, S, F any] struct {
	// Load reads what the act is about, inside the writer's transaction. refuse.ErrNotFound means absent.
	Load func(tx *Tx, cmd C) (S, error)
	// Check answers malformed arguments (*refuse.Invalid) before anything is loaded. May be nil.
	Check func(cmd C) error
	// Knows names the items the actor must be allowed to know of for this act; may be nil.
	Knows func(s S, cmd C, env Env) []Matter
	// Leans gives what on record the act follows: it cannot be claimed to have happened before any of it. May be nil.
	Leans func(s S, cmd C) []Event
	// Within: only who may do the act by the table of functions comes to know whether what it names is there. Anybody else
	// is refused before it is looked up; Facts is then asked of an empty state.
	Within bool
	// Live: it is for items that stand. Of one that is struck, whoever could do the act otherwise is told that, whatever
	// else the law wants of it.
	Live bool
	// Idle answers an act that has nothing to do as things stand, such as taking back what is with nobody: whoever could do it
	// otherwise is told that, whatever else the law wants of it. May be nil.
	Idle func(s S, cmd C) error
	// Signs are the roles in which a signature counts beside those that the table of functions names.
	Signs []string
	// Facts is what the law may look at.
	Facts func(s S, cmd C, env Env) F
	// Inherit gives the values that arguments must be taken over from, where a pack locks them; may be nil.
	Inherit func(s S, cmd C) map[string]string
	// Unmet names what stands against the act when it is refused, such as each reader not yet served; may be nil.
	Unmet func(s S, cmd C, env Env) []Target
	// Warn gives what is to be told before an act is done though it stops nothing: Foresee asks it, of what would be done. ask is
	// the answer of the law to another act that this one stands in for, under its own facts. May be nil.
	Warn func(s S, cmd C, env Env, ask Asking) ([]refuse.FieldError, error)
	// Brings gives what the act brings about without naming it: what comes to stand worse by it than the law would let it come
	// to stand so is refused. May be nil.
	Brings func(s S, cmd C, env Env) []Brought
	// Decide gives the rows to put, or a refusal or another answer as error.
	Decide func(s S, cmd C, env Env) (Changes, error)
}

// Asking asks the law whether the actor might do an act with some facts; nil: he might.
type Asking func(act string, facts any) (*refuse.Refusal, error)

// Brought is one thing that an act brings about: the act by which it could come to stand so, with its facts as they would be
// then, and as they would be of how it stands now; and the act that leads out of it, to be done first.
type Brought struct {
	Act, First string
	Then, Now  any
}

// Matter is one item an act is about, as far as knowing of it goes.
type Matter struct {
	Document term.DocumentID
	Class    regulation.Class
	Ways     []string // how the actor is related to it: in_scope holder asked keeps_case
	Void     bool
	Others   bool // it stands for others of its kind too, which the act does not name
}

// Changes is what an act decided.
type Changes struct {
	Rows     []store.Change
	Subject  string          // id that the entry and the receipt name
	Document term.DocumentID // the item it concerns; hides duties and notices
	Targets  []Target        // what duties hang on: one for each piece, copy, reader …
	Ends     []Ending        // what is no more: what was still owed for its sake ends
	Passes   []Passing       // pieces that another holds now: what was owed for them he owes
	Values   map[string]string
	Then     []Follow       // further acts in the same transaction, by the system
	No       []checklist.No // lines of a signed sheet that were answered no
	After    any            // facts as they stand after the act, for watches; may be nil
	effects  []bound
}

// Follow is an act that the system performs after another, in the same transaction.
type Follow struct {
	Act     string
	Command any
}

// definition is an act with its types erased.
type definition struct {
	name    string
	command reflect.Type
	facts   reflect.Type
	signs   []string
	run     func(r *running, cmd any) error
	reads   func(r *running, cmd any) bool // the reads of run, and nothing else; whether these were all
	wrong   func(r *running, cmd any, bad *refuse.Invalid) error
}

var (
	catalogueMu sync.Mutex
	catalogue   = map[string]*definition{}
)

func wrongCommand(name string, want, got any) error {
	return fmt.Errorf("act %s: a command %T is expected, not %T", name, want, got)
}

// Defined names an act in the catalogue.
type Defined string

// Define enters an act in the catalogue. It panics on a doubled name or an unfit type: both are defects of the
// program, found at start.
func Define[C, S, F any](name string, a Act[C, S, F]) Defined {
	catalogueMu.Lock()
	defer catalogueMu.Unlock()
	if catalogue[name] != nil || !strings.Contains(name, ".") {
		panic("act " + name + ": a new name noun.verb is expected")
	}
	if a.Load == nil || a.Facts == nil || a.Decide == nil {
		panic("act " + name + ": Load, Facts and Decide are expected")
	}
	catalogue[name] = &definition{
		name: name, command: reflect.TypeFor[C](), facts: reflect.TypeFor[F](), signs: a.Signs,
		run: func(r *running, cmd any) error {
			c, ok := cmd.(C)
			if !ok {
				return wrongCommand(name, c, cmd)
			}
			return perform(r, a, c)
		},
		reads: func(r *running, cmd any) bool {
			c, ok := cmd.(C)
			return ok && rehearse(r, a, c)
		},
		wrong: func(r *running, cmd any, bad *refuse.Invalid) error {
			c, ok := cmd.(C)
			if !ok {
				return wrongCommand(name, c, cmd)
			}
			return allWrong(r, a, c, bad)
		},
	}
	return Defined(name)
}

// Catalogue lists the names of all acts, sorted.
func Catalogue() []string {
	catalogueMu.Lock()
	defer catalogueMu.Unlock()
	out := make([]string, 0, len(catalogue))
	for n := range catalogue {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

// Vocabulary gives the law every act's facts and arguments.
func Vocabulary() (regulation.Vocabulary, error) {
	catalogueMu.Lock()
	defer catalogueMu.Unlock()
	v := regulation.Vocabulary{}
	for name, d := range catalogue {
		w, err := regulation.WordsOf(d.facts, d.command)
		if err != nil {
			return nil, fmt.Errorf("act %s: %w", name, err)
		}
		v[name] = w
	}
	return v, nil
}

// CommandType gives the command struct of an act, for the API's description and for decoding.
func CommandType(name string) (reflect.Type, bool) {
	catalogueMu.Lock()
	defer catalogueMu.Unlock()
	d := catalogue[name]
	if d == nil {
		return nil, false
	}
	return d.command, true
}

func lookup(name string) (*definition, bool) {
	catalogueMu.Lock()
	defer catalogueMu.Unlock()
	d := catalogue[name]
	return d, d != nil
}

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }
