package app

import (
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/note"

	"jiyao/internal/disposal"
	"jiyao/internal/disposal/disposalweb"
	"jiyao/internal/ledger"
	"jiyao/internal/ledger/leaf"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
)

// proofs finds the entries that a certificate of destruction cites.
type proofs struct {
	log      *ledger.Log
	verifier note.Verifier
}

// References implements disposal.Proofs.
func (p proofs) References(tx *store.Tx, name, subject string) ([]string, error) {
	list, err := p.log.Find(tx, ledger.Filter{Act: name, Subject: subject, Outcome: ledger.Done, Limit: 100})
	if err != nil {
		return nil, fmt.Errorf("find the entries of %s: %w", name, err)
	}
	var out []string
	for _, e := range slices.Backward(list) { // newest first
		out = append(out, e.Reference)
	}
	return out, nil
}

// Digest implements disposalweb.Evidence.
func (p proofs) Digest(document []byte) string {
	digest, _ := leaf.DigestOf(p.log.Suite(), document)
	return digest
}

// File implements disposalweb.Evidence.
func (p proofs) File(tx *store.Tx, reference string) ([]byte, error) {
	list, err := p.log.Find(tx, ledger.Filter{Reference: reference, Outcome: ledger.Done, Limit: 2})
	if err != nil {
		return nil, fmt.Errorf("find an entry: %w", err)
	}
	if len(list) != 1 {
		return nil, fmt.Errorf("find an entry by its reference: %w", refuse.ErrNotFound)
	}
	return p.log.ProofFile(tx, list[0].Seq, p.verifier)
}

var (
	_ disposal.Proofs      = proofs{}
	_ disposalweb.Evidence = proofs{}
)
