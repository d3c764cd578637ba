package app

import (
	"fmt"
	"slices"

	"jiyao/internal/disposal"
	"jiyao/internal/ledger"
	"jiyao/internal/store"
)

// proofs finds the entries that a certificate of destruction cites.
type proofs struct{ log *ledger.Log }

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

var _ disposal.Proofs = proofs{}
