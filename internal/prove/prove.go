// Package prove shows that the packs do what their clauses say: it runs their executable examples (proofs)
// through the public acts, and takes single things out of the packs (mutants) to see that a proof notices.
//
//	regulations/<pack>/office.yaml   the model office: units, posts, persons, places
//	regulations/<pack>/scenes/*.yaml situations that proofs start from, one built on another
//	regulations/<pack>/proofs/*.yaml proofs of its clauses
//
//	office ─► scene ─► scene ─► template database ─► copy ─► proof
//	office ─► template database ─► copy ─► scene ─► scene ─► proof, all under a mutant of the pack
//
// A proof acts on its own copy of the template, with a clock that stands until a step moves it and with ids from
// a counter, so that every run is the same. It acts through act.Desk alone, as a page would; only what it expects
// is read from the tables. Signatures are given as already checked: no proof stretches a passphrase.
//
// What must always hold:
//   - A step without an expectation must succeed. A refused step must leave every recorded table as it was, except
//     for what a refusal itself writes, and must leave an entry with its clauses.
//   - Every clause that a refusal cites resolves in the packs at hand.
//   - What a mutant takes out is out from the office's first day: the scenes of a proof are replayed under it, because a
//     duty has its whole plan from when it opens (docs/design/mutants.md). A scene that no longer runs counts as noticed.
//     A mutant whose pack no longer makes a law is not killed; it is named among the survivors.
//   - A sentence of what must happen counts as covered by a proof that names it, expects more than success, and holds.
//   - A clause is proven only when each letter of its how has at least one mutant, all are killed, and its proofs
//     hold without any mutant.
//
// Attacks: a proof that cannot fail (a clause without a killed mutant is not proven), a misspelt name that lets a
// step pass for another reason (every name is checked when the file is read, with file and line).
package prove

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"jiyao/internal/act"
	"jiyao/internal/people"
	"jiyao/internal/procedure"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
	"jiyao/regulations"

	// The catalogue must be whole: a pack is made law against every act there is.
	_ "jiyao/internal/identity/identityacts"
	_ "jiyao/internal/inspection"
)

// Options of a run. Only Engine is needed.
type Options struct {
	FS       fs.FS         // folders of packs; the program's own when nil. base comes from the program where FS has none
	Packs    []string      // folder names; all of FS when empty
	Clauses  []term.Clause // only these; all when empty
	Mutate   bool          // run the mutants too
	Engine   Engine
	Parallel int     // proofs at once; 2 when zero
	Screens  Screens // what pages show; the reads of the nouns when nil
	// Progress hears of each finished proof and mutant; it is called from one goroutine at a time. May be nil.
	Progress func(Progress)
}

// Progress is one finished piece of work.
type Progress struct {
	Done, Total int
	Name        string // "C-6a 1" for a proof, the mutant's name for a mutant
	Held        bool   // the proof held, the mutant was killed
}

// wire plugs the nouns into each other, as app does, once for the process.
var wire = sync.OnceFunc(func() { procedure.Wire(people.Receives) })

// ErrMisread is what an error of Run is, by errors.Is, where what is to be proven does not read: whoever wrote it mends it.
var ErrMisread = errors.New("the packs do not read")

type misread struct{ error }

func (m misread) Is(target error) bool { return target == ErrMisread }
func (m misread) Unwrap() error        { return m.error }

// Run proves the packs. The error is for what kept it from running (files that do not read, an engine that fails);
// a proof that fails stands in the report.
func Run(ctx context.Context, o Options) (Report, error) {
	wire()
	if o.Engine == nil {
		return Report{}, errors.New("prove: an engine is expected")
	}
	if o.FS == nil {
		o.FS = regulations.FS
	}
	if o.Parallel <= 0 {
		o.Parallel = 2
	}
	names, err := packsIn(o.FS)
	if err != nil {
		return Report{}, err
	}
	for _, p := range o.Packs {
		if !slices.Contains(names, p) {
			return Report{}, misread{fmt.Errorf("prove: pack %q: one of %v is expected", p, names)}
		}
	}
	vocabulary, err := act.Vocabulary()
	if err != nil {
		return Report{}, fmt.Errorf("prove: %w", err)
	}
	r := &run{o: o, vocabulary: vocabulary, results: map[*proof]error{}, mutants: map[*mutant]error{}}
	for _, name := range names {
		b, err := o.load(name)
		if err == nil {
			err = r.take(b)
		}
		if err != nil {
			return Report{}, misread{err}
		}
	}
	if r.keys, err = newKeyFolder(); err != nil {
		return Report{}, err
	}
	report, err := r.all(ctx)
	return report, errors.Join(err, r.keys.remove())
}

// load reads a pack with its proofs, or, where the run leaves it aside, its clauses alone.
func (o Options) load(name string) (*Book, error) {
	if len(o.Packs) == 0 || slices.Contains(o.Packs, name) {
		return Load(o.FS, name)
	}
	p, err := regulation.Load(o.FS, name)
	return &Book{Pack: p}, err
}

// all runs proofs, then mutants.
func (r *run) all(ctx context.Context) (Report, error) {
	if err := r.proofs(ctx); err != nil {
		return Report{}, err
	}
	if err := r.mutations(ctx); err != nil {
		return Report{}, err
	}
	return r.report(), nil
}

// packsIn lists the program's packs that a file system holds, in the program's order, then any others.
func packsIn(fsys fs.FS) ([]string, error) {
	list, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("list the packs: %w", err)
	}
	var out, others []string
	for _, d := range list {
		if _, err := fs.Stat(fsys, d.Name()+"/pack.yaml"); err != nil {
			continue // a folder of something else
		}
		if !slices.Contains(regulations.Names, d.Name()) {
			others = append(others, d.Name())
		}
	}
	for _, n := range regulations.Names {
		if slices.ContainsFunc(list, func(d fs.DirEntry) bool { return d.Name() == n }) {
			out = append(out, n)
		}
	}
	return append(out, others...), nil
}

// run is one run over some packs.
type run struct {
	o          Options
	vocabulary regulation.Vocabulary
	books      []*bench
	keys       keyFolder

	mu       sync.Mutex // guards what follows
	finished int
	total    int
	results  map[*proof]error  // nil: held
	mutants  map[*mutant]error // nil: killed; absent: not run
}

// bench is a book with what is made of it once: its law, its mutants and the templates of its scenes.
type bench struct {
	*Book
	law       *regulation.Law
	mutants   []*mutant
	templates map[string]*template // by scene; the map never changes once made
}

// mutant is one of a pack's.
type mutant struct {
	regulation.Mutant
	bench *bench
}

// survived is why a mutant was not killed.
type survived struct{ why string }

func (s *survived) Error() string { return s.why }
