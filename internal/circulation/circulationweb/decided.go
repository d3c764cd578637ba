package circulationweb

import (
	"context"
	"slices"

	"jiyao/internal/approval"
	"jiyao/internal/store"
	"jiyao/internal/web/counter"
)

// How many of his decisions are looked through, and how many stand on the page: older ones are in the register of approvals.
const (
	maxLooked  = 40
	maxDecided = 5
)

// decided are the requests that the viewer granted or denied and whose forms he may print, the newest first.
func (p *pages) decided(ctx context.Context, tx *store.Tx, v counter.Viewer) ([]request, error) {
	if !v.Offered("document.print") {
		return nil, nil
	}
	rows, err := approval.DecidedBy(tx, v.Actor.Person, maxLooked)
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(l approval.Leave) bool { return !request{Leave: l, Step: l.Approval == ""}.formed() })
	out, err := p.described(ctx, tx, v, rows)
	out = slices.DeleteFunc(out, func(q request) bool { return !q.formed() || q.Brief.Document == "" })
	return out[:min(len(out), maxDecided)], err
}
