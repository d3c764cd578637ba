// Package lawweb shows the law of the office: each regulation with its clauses, how each is carried out, its
// parameters, its examples, and what of it can be proven from this year's ledger.
//
// What must always hold:
//   - A clause that is not adopted says 未启用; one that nothing carries says that it is not yet in force here. No
//     page claims an enforcement that does not run.
//   - The wording of the regulation stands as printed; what the product does with it is said beside it, in its own
//     words.
//   - Counts of evidence are for those who keep the register and for the auditor; nobody else learns how often
//     anything happened.
package lawweb

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"

	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
	"jiyao/regulations"
)

// Adopted is one adoption of a regulation, as people keeps it.
type Adopted struct {
	Pack        string
	Parts       []string
	Version     string
	Basis       string
	InForceFrom string // YYYY-MM-DD
	At          time.Time
}

// Deps are what these pages lean on; app plugs them in.
type Deps struct {
	*counter.Counter
	Adoptions func(tx *store.Tx) ([]Adopted, error) // in order of their day in force
	// Coverage is the file that `jiyao prove --format json` wrote when the program was built; fs.ErrNotExist says
	// that there is none. nil looks for coverage.json beside the packs.
	Coverage func() ([]byte, error)
}

type pages struct {
	Deps
	coverage func() (coverage, error)
}

// Routes adds the pages of the law.
func Routes(s *web.Server, d Deps) {
	read := d.Coverage
	if read == nil {
		read = func() ([]byte, error) { return fs.ReadFile(regulations.FS, "coverage.json") }
	}
	p := &pages{Deps: d, coverage: sync.OnceValues(func() (coverage, error) { return parseCoverage(read()) })}
	s.Handle("GET /rules", p.index)
	s.Handle("GET /rules/{set}", p.set)
	s.Handle("GET /rules/{set}/{clause}", p.clause)
}

// shelf is every pack of the program, adopted or not, loaded once. Nothing here compiles them.
var shelf = sync.OnceValues(func() ([]*regulation.Pack, error) {
	var out []*regulation.Pack
	for _, name := range regulations.Names {
		p, err := regulation.Load(regulations.FS, name)
		if err != nil {
			return nil, fmt.Errorf("load the packs: %w", err)
		}
		out = append(out, p)
	}
	return out, nil
})

func packNamed(name string) (*regulation.Pack, error) {
	packs, err := shelf()
	if err != nil {
		return nil, err
	}
	for _, p := range packs {
		if p.Name == name {
			return p, nil
		}
	}
	return nil, refuse.ErrNotFound
}

// coverage is what the proofs said of each clause when the program was built.
type coverage map[term.Clause]covered

type covered struct {
	ID     term.Clause `json:"id"`
	Proofs int         `json:"proofs"`
	Failed int         `json:"failed"`
	Parts  []struct {
		How     string `json:"how"`
		Mutants int    `json:"mutants"`
		Killed  int    `json:"killed"`
	} `json:"parts"`
	Titles     []string `json:"titles"`
	NotCovered []string `json:"not_covered"`
}

// proven: proofs that hold, and for every letter of its how at least one mutant, all of them found.
func (c covered) proven() bool {
	if c.Proofs == 0 || c.Failed > 0 || len(c.Parts) == 0 {
		return false
	}
	for _, p := range c.Parts {
		if p.Mutants == 0 || p.Killed < p.Mutants {
			return false
		}
	}
	return true
}

// parseCoverage reads the report; nil without an error says that the program was built without one.
func parseCoverage(b []byte, err error) (coverage, error) {
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the report of the proofs: %w", err)
	}
	var report struct {
		Clauses []covered `json:"clauses"`
		Base    []covered `json:"base"`
	}
	if err := json.Unmarshal(b, &report); err != nil {
		return nil, fmt.Errorf("read the report of the proofs: %w", err)
	}
	out := coverage{}
	for _, c := range append(report.Clauses, report.Base...) {
		out[c.ID] = c
	}
	return out, nil
}

// status is how a clause stands in this office.
type status string

const (
	forced  status = "forced"  // E: the system refuses
	timed   status = "timed"   // S: the system keeps the clock
	booked  status = "booked"  // R: the system keeps the book
	signed  status = "signed"  // T: a person confirms
	handled status = "handled" // X: consequences
	notYet  status = "not_yet" // adopted, nothing in the program carries it yet
	off     status = "off"     // 未启用
)

var letters = []struct {
	letter string
	status status
}{{"E", forced}, {"S", timed}, {"R", booked}, {"T", signed}, {"X", handled}}

// standing works out how a clause stands: the strongest letter that something carries.
func standing(law *regulation.Law, p *regulation.Pack, c regulation.Clause, carried map[string]bool) status {
	if p.Name != "base" && !law.Adopted(c.ID) {
		return off
	}
	for _, l := range letters {
		if slices.Contains(c.How, l.letter) && carried[l.letter] {
			return l.status
		}
	}
	for _, l := range letters {
		if carried[l.letter] {
			return l.status
		}
	}
	return notYet
}

// short is the number of a clause without its letter: B-3.3g and B-3.3a share 3.3.
func short(id term.Clause) string {
	return strings.TrimRight(strings.TrimPrefix(string(id), id.Pack()+"-"), "abcdefghijklmnopqrstuvwxyz")
}
