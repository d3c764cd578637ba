package prove

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// Report is what a run found. Clauses has every clause of every pack of the run in the order of packs and files;
// Base those of the base pack.
type Report struct {
	Clauses   []Clause   `json:"clauses"`
	Base      []Clause   `json:"base,omitempty"`
	Failures  []Failure  `json:"failures,omitempty"`
	Survivors []Survivor `json:"survivors,omitempty"`
	Mutated   bool       `json:"mutated"` // whether mutants were run

	only []term.Clause // that were asked for; empty is all
}

// asked reports whether a clause was asked for.
func (r Report) asked(id term.Clause) bool { return len(r.only) == 0 || slices.Contains(r.only, id) }

// Clause is how one clause stands.
type Clause struct {
	ID         term.Clause `json:"id"`
	Proofs     int         `json:"proofs"`
	Failed     int         `json:"failed"`
	Parts      []Part      `json:"parts"` // one for each letter of its how, also those with nothing
	InForce    bool        `json:"in_force"`
	Proven     bool        `json:"proven"`
	Titles     []string    `json:"titles,omitempty"`      // of the proofs that hold
	Covered    []Covered   `json:"covered,omitempty"`     // sentences of what must happen, with the proofs that claim them
	NotCovered []string    `json:"not_covered,omitempty"` // those that no proof which holds claims
}

// Covered is a sentence of what must happen with the titles of the proofs that hold and claim it.
type Covered struct {
	Sentence string   `json:"sentence"`
	Proofs   []string `json:"proofs"`
}

// Part is one letter of a clause.
type Part struct {
	How     string `json:"how"`
	Mutants int    `json:"mutants"`
	Killed  int    `json:"killed"`
}

// Failure is a proof that does not hold.
type Failure struct {
	Clause term.Clause `json:"clause"`
	Title  string      `json:"title"`
	File   string      `json:"file"`
	Line   int         `json:"line"` // of the step
	Step   string      `json:"step"`
	Want   string      `json:"want,omitempty"`
	Got    string      `json:"got"`
}

// Survivor is a mutant that no proof noticed.
type Survivor struct {
	Clause term.Clause `json:"clause"`
	How    string      `json:"how"`
	Name   string      `json:"name"`
	Why    string      `json:"why"`
}

// Whole reports whether every proof holds and, where mutants were run, none of a clause with proofs survives.
func (r Report) Whole() bool { return len(r.Failures) == 0 && len(r.Survivors) == 0 }

func (r *run) report() Report {
	out := Report{Clauses: []Clause{}, Mutated: r.o.Mutate, only: r.o.Clauses}
	for _, b := range r.books {
		for i := range b.Pack.Clauses {
			c := r.clause(b, &b.Pack.Clauses[i])
			if !out.asked(c.ID) {
				c.NotCovered = nil // its proofs were not run, so nothing is said of it
			}
			if b.Pack.Name == basePack {
				out.Base = append(out.Base, c)
			} else {
				out.Clauses = append(out.Clauses, c)
			}
		}
		for _, p := range b.proofs {
			if err := r.results[p]; err != nil {
				out.Failures = append(out.Failures, failure(p, err))
			}
		}
		for _, m := range b.mutants {
			// A clause without proofs shows as such; its mutants need no line each.
			if err := r.mutants[m]; err != nil && slices.ContainsFunc(b.proofs, func(p *proof) bool { return p.Clause == m.Clause }) {
				out.Survivors = append(out.Survivors, Survivor{m.Clause, m.Letter, m.Name, err.Error()})
			}
		}
	}
	return out
}

func (r *run) clause(b *bench, c *regulation.Clause) Clause {
	out := Clause{ID: c.ID, Parts: []Part{}}
	claims := map[int][]string{} // titles by sentence
	for _, p := range b.proofs {
		err, ran := r.results[p]
		if p.Clause != c.ID || !ran {
			continue
		}
		out.Proofs++
		if err != nil {
			out.Failed++
			continue
		}
		out.Titles = append(out.Titles, p.Title)
		for _, n := range p.Covers {
			claims[n] = append(claims[n], p.Title)
		}
	}
	for i, sentence := range c.Must {
		if titles := claims[i+1]; len(titles) > 0 {
			out.Covered = append(out.Covered, Covered{sentence, titles})
			continue
		}
		out.NotCovered = append(out.NotCovered, sentence)
	}
	out.Proven = out.Proofs > 0 && out.Failed == 0
	for _, letter := range c.How {
		part := Part{How: letter}
		for _, m := range b.mutants {
			if m.Clause != c.ID || m.Letter != letter {
				continue
			}
			part.Mutants++
			if err, ran := r.mutants[m]; ran && err == nil {
				part.Killed++
			}
		}
		out.Proven = out.Proven && part.Mutants > 0 && part.Killed == part.Mutants
		out.InForce = out.InForce || c.Carried[letter]
		out.Parts = append(out.Parts, part)
	}
	return out
}

func failure(p *proof, err error) Failure {
	f := Failure{Clause: p.Clause, Title: p.Title, File: p.file, Line: p.line, Got: err.Error()}
	var step *failed
	if errors.As(err, &step) {
		f.File, f.Line, f.Step, f.Got = step.step.file, step.step.line, step.step.text, step.err.Error()
		var m *mismatch
		if errors.As(step.err, &m) {
			f.Want, f.Got = m.want, m.got
		}
	}
	return f
}

// Write prints a report for people: one line for each clause with proofs or carriers, then what failed and survived.
func (r Report) Write(w io.Writer) error {
	var b strings.Builder
	proven, open := 0, 0
	for _, c := range append(slices.Clone(r.Clauses), r.Base...) {
		if !r.asked(c.ID) {
			continue
		}
		if c.Proofs == 0 && !c.InForce {
			open++
			continue
		}
		word := "open"
		switch {
		case c.Failed > 0:
			word = "FAILED"
		case c.Proven:
			word = "proven"
			proven++
		}
		fmt.Fprintf(&b, "%-10s %-7s %d/%d", c.ID, word, c.Proofs-c.Failed, c.Proofs)
		for _, p := range c.Parts {
			fmt.Fprintf(&b, "  %s %d/%d", p.How, p.Killed, p.Mutants)
		}
		b.WriteByte('\n')
		for _, s := range c.Covered {
			fmt.Fprintf(&b, "%-10s + %s: %s\n", "", s.Sentence, strings.Join(s.Proofs, "; "))
		}
		for _, s := range c.NotCovered {
			fmt.Fprintf(&b, "%-10s - %s\n", "", s)
		}
	}
	for _, f := range r.Failures {
		fmt.Fprintf(&b, "%s:%d: %s %s: %s", f.File, f.Line, f.Clause, f.Step, f.Got)
		if f.Want != "" {
			fmt.Fprintf(&b, " ≠ %s", f.Want)
		}
		b.WriteByte('\n')
	}
	for _, s := range r.Survivors {
		fmt.Fprintf(&b, "%s %s %s: %s\n", s.Clause, s.How, s.Name, s.Why)
	}
	fmt.Fprintf(&b, "proven %d, not in force %d, failures %d, survivors %d\n", proven, open, len(r.Failures), len(r.Survivors))
	_, err := io.WriteString(w, b.String())
	return err
}
