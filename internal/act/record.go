package act

import (
	"fmt"

	"github.com/fxamacker/cbor/v2"

	"jiyao/internal/ledger"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

var canonical = func() cbor.EncMode {
	m, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		panic(err) // constant options
	}
	return m
}()

// record writes the ledger entry of this act. When that fails the act did not happen.
func (r *running) record(outcome ledger.Outcome, clauses []term.Clause, subject string, facts, cmd any, written []store.Written) error {
	e := &ledger.Entry{
		Act: r.def.name, Actor: r.actor(), Terminal: string(r.env.Actor.Terminal), Posts: r.env.People.Posts(r.env.Actor.Person),
		OccurredAt: r.env.At.UnixMilli(), RecordedAt: r.env.Now.UnixMilli(), Subject: subject,
		Reference: string(r.reference), Outcome: outcome, Late: r.env.Late,
	}
	for _, c := range clauses {
		e.Clauses = append(e.Clauses, string(c))
	}
	for _, s := range r.env.Signatures {
		e.Signatures = append(e.Signatures, ledger.Signature{Role: s.Role, Person: string(s.Person), Strength: s.Strength, Terminal: string(s.Terminal), At: s.At.UnixMilli()})
	}
	for _, p := range r.env.Law.Packs() {
		e.Regulations = append(e.Regulations, ledger.Digest{Pack: p.ID, Version: p.Version, Sum: p.Sum()})
	}
	var err error
	if facts != nil {
		if e.Facts, err = regulation.EncodeFacts(facts); err != nil {
			return fmt.Errorf("%w: keep the facts: %w", refuse.ErrUnavailable, err)
		}
	}
	if cmd != nil {
		if e.Args, err = canonical.Marshal(public(cmd)); err != nil {
			return fmt.Errorf("%w: spell the arguments: %w", refuse.ErrUnavailable, err)
		}
	}
	e.Rows = written
	if _, err := r.desk.Ledger.Append(r.tx, e); err != nil {
		return fmt.Errorf("%w: record %s: %w", refuse.ErrUnavailable, r.def.name, err)
	}
	return nil
}

func (r *running) actor() string {
	a := r.env.Actor
	if a.Person != "" {
		return string(a.Person)
	}
	return string(a.Account)
}
