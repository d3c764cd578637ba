package prove_test

import (
	"testing"

	"jiyao/internal/prove"
	"jiyao/internal/store"
)

// The proofs of the product's own packs hold on both engines. `jiyao prove --mutate` runs the mutants.
func TestThePacksHoldOnBothEngines(t *testing.T) {
	for _, name := range []string{store.SQLite, store.PostgreSQL} {
		t.Run(name, func(t *testing.T) {
			r := run(t, prove.Options{Engine: engine(t, name)})
			proofs := 0
			for _, c := range r.Clauses {
				proofs += c.Proofs
			}
			if len(r.Clauses) != 202 || proofs == 0 {
				t.Errorf("%d clauses and %d proofs; 202 and some are expected", len(r.Clauses), proofs)
			}
			for _, f := range r.Failures {
				t.Errorf("%s:%d: %s %s: %s ≠ %s", f.File, f.Line, f.Clause, f.Step, f.Got, f.Want)
			}
		})
	}
}
