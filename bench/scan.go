package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/custody"
	"jiyao/internal/keyring"
	"jiyao/internal/term"
)

// scanned is how many labels are scanned in each register, those before it to fill the caches.
const (
	scanned    = 2000
	scanWarmup = 200
)

// scans counts everything there is in a small register and in a large one, by turns: how long a scan takes until it is
// answered, its act committed.
func scans(ctx context.Context, b *bench) (err error) {
	const small, each = 10_000, 5
	large := 100_000
	if b.full {
		large = 1_000_000
	}
	var sides [2]*counting
	for i, copies := range []int{small, large} {
		if sides[i], err = b.counting(ctx, copies, each); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, sides[i].close()) }()
	}
	r := rand.New(rand.NewPCG(8, 9))
	var took [2][]time.Duration
	for n := range scanned + scanWarmup {
		for i, s := range sides {
			d, err := timed(func() error { return s.scan(ctx, 1+r.IntN(s.copies/each), 1+r.IntN(each)) })
			if err != nil {
				return err
			}
			if n >= scanWarmup {
				took[i] = append(took[i], d)
			}
		}
	}
	few, many := p95(took[0]), p95(took[1])
	b.note("a scan of a count is answered within, 95 of 100: %s ms of %d copies, %s ms of %d", ms(few), small, ms(many), large)
	b.atMost("scan_p95_ms_"+spell(float64(large)), float64(many.Microseconds())/1000, 100)
	b.atMost("scan_"+spell(float64(large))+"_of_10000_p95", ratio(many, few), 1.5)
	return nil
}

// counting is an office in which a full count is open.
type counting struct {
	*opened
	copies int
	count  term.CountID
}

func (b *bench) counting(ctx context.Context, copies, each int) (*counting, error) {
	m, err := b.found(ctx, keyring.GM, "", plan{documents: copies / each, copies: each, everInScope: 1})
	if err != nil {
		return nil, err
	}
	o, err := m.open(ctx, variant{dsn: "sqlite:" + filepath.Join(m.folder, "jiyao.db"), audited: true})
	if err != nil {
		return nil, err
	}
	receipt, err := o.desk.Do(ctx, act.Request{Act: "custody.count_open", By: officer(), Command: custody.CountOpen{Kind: "full", Again: true}})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open a count: %w", err), o.close())
	}
	return &counting{opened: o, copies: copies, count: term.CountID(receipt.Values["count"])}, nil
}

func (c *counting) scan(ctx context.Context, document, seq int) error {
	label := term.MakeLabelCode(term.Received, 2026, document, seq)
	receipt, err := c.desk.Do(ctx, act.Request{Act: "custody.count_scan", By: officer(), Command: custody.CountScan{Count: c.count, Label: string(label)}})
	if err != nil {
		return fmt.Errorf("scan %s: %w", label, err)
	}
	if result := receipt.Values["result"]; result != "found" && result != "double" {
		return fmt.Errorf("scan %s: it was %s", label, result)
	}
	return nil
}
