package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/custody"
	"jiyao/internal/keyring"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

const (
	crowd     = 64
	crowdActs = 200 // of each caller: half of them hand-outs, half returns
	aloneActs = 600

	crowdStretches = 10 // of a multiple of 2*rounds acts each
	aloneStretches = 15
)

// order is one act of a caller: a copy to a reader, or back from him.
type order struct {
	piece piece
	to    term.PersonID
	back  bool
}

func (o order) request() act.Request {
	if o.back {
		one, pages, attachments := 1, 12, 2
		return act.Request{Act: "custody.take_back", By: officer(), Signatures: signed(o.to, "officer"), Command: custody.TakeBack{
			Copy: o.piece.id, CopiesBack: &one, PagesBack: &pages, AttachmentsBack: &attachments, Checked: true, Cabinet: "cabinet-1",
		}}
	}
	due := monday.Add(48 * time.Hour)
	return act.Request{Act: "custody.hand_out", By: officer(), Signatures: signed("officer", o.to), Command: custody.HandOut{Copy: o.piece.id, To: o.to, ReturnBy: &due}}
}

// rounds is how many copies a caller has out at once.
const rounds = 5

// orders gives each caller his own copies, drawn at random: some out, then the same ones back, and so on; who has had
// all of his begins again.
func (s shelf) orders(callers, each int) [][]order {
	r := rand.New(rand.NewPCG(1, 2))
	drawn := r.Perm(len(s.pieces))
	own := min(len(drawn)/callers, each) / rounds * rounds
	out := make([][]order, callers)
	for c := range out {
		mine := drawn[c*own : (c+1)*own]
		for at := 0; len(out[c]) < each; at = (at + rounds) % own {
			var back []order
			for _, i := range mine[at : at+rounds] {
				p := s.pieces[i]
				o := order{piece: p, to: p.scope[r.IntN(len(p.scope))]}
				out[c] = append(out[c], o)
				o.back = true
				back = append(back, o)
			}
			out[c] = append(out[c], back...)
		}
	}
	return out
}

// together runs the callers at once, each his own jobs in order, and gives jobs a second.
func together[J any](callers [][]J, do func(J) error) (float64, error) {
	var all sync.WaitGroup
	errs := make([]error, len(callers))
	n := 0
	for _, jobs := range callers {
		n += len(jobs)
	}
	took, err := timed(func() error {
		for c, jobs := range callers {
			all.Go(func() {
				for _, j := range jobs {
					if errs[c] = do(j); errs[c] != nil {
						return
					}
				}
			})
		}
		all.Wait()
		return errors.Join(errs...)
	})
	return float64(n) / took.Seconds(), err
}

// acts is a lane of orders on a fresh copy of the office.
func (m *model) acts(ctx context.Context, audited bool, orders [][]order) (lane, error) {
	dsn, drop, err := m.copy()
	if err != nil {
		return lane{}, err
	}
	return m.lane(ctx, dsn, audited, orders, drop)
}

// lane does orders on an office that is dropped at the end.
func (m *model) lane(ctx context.Context, dsn string, audited bool, orders [][]order, drop func() error) (lane, error) {
	o, err := m.open(ctx, variant{dsn: dsn, audited: audited})
	if err != nil {
		return lane{}, err
	}
	if err := o.warm(ctx); err != nil {
		return lane{}, errors.Join(err, o.close())
	}
	return lane{
		callers: len(orders), each: len(orders[0]),
		do: func(caller, job int) error { return o.do(ctx, orders[caller][job]) },
		end: func() error {
			if audited {
				m.batch = float64(len(orders)*len(orders[0])) / float64(o.commits.Load())
			}
			return errors.Join(o.close(), drop())
		},
	}, nil
}

func (o *opened) acts(ctx context.Context, orders [][]order) (float64, error) {
	if err := o.warm(ctx); err != nil {
		return 0, err
	}
	return together(orders, func(one order) error { return o.do(ctx, one) })
}

func (o *opened) do(ctx context.Context, one order) error {
	q := one.request()
	if _, err := o.desk.Do(ctx, q); err != nil {
		return fmt.Errorf("%s: %w", q.Act, err)
	}
	return nil
}

// warm makes the office read its people and its law, which it does once in its life.
func (o *opened) warm(ctx context.Context) error {
	err := o.db.Write(ctx, "bench.warm", func(tx *store.Tx) error {
		if _, err := o.desk.Office.Law(tx, monday); err != nil {
			return err
		}
		if _, err := o.desk.Office.Directory(tx, monday); err != nil {
			return err
		}
		return errWarm
	})
	if errors.Is(err, errWarm) {
		return nil
	}
	return err
}

// handOver measures hand-overs on the embedded engine for both suites.
func handOver(ctx context.Context, b *bench) error {
	for _, suite := range []*keyring.Suite{keyring.GM, keyring.Intl} {
		m, err := b.found(ctx, suite, "", plan{documents: 10000, copies: 3, everInScope: 3})
		if err != nil {
			return err
		}
		if err := b.crowd(ctx, m); err != nil {
			return err
		}
		if err := b.alone(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// crowd is 64 callers: audited, with a sink for the ledger, and the bare statements.
func (b *bench) crowd(ctx context.Context, m *model) error {
	orders := m.shelf.orders(crowd, crowdActs)
	recorded, err := m.record(ctx, orders)
	if err != nil {
		return err
	}
	audited, err1 := m.acts(ctx, true, orders)
	bare, err2 := m.bare(ctx, recorded)
	unaudited, err3 := m.acts(ctx, false, orders)
	raw, err4 := m.raw(ctx, crowd, 2*crowdActs)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return err
	}
	rates, err := race(crowdStretches, audited, bare, unaudited, raw)
	if err != nil {
		return err
	}
	n := m.suite.Name()
	b.atLeast("handover_64_of_bare_"+n, share(rates[0], rates[1]), 0.50)
	b.atLeast("handover_64_of_unaudited_"+n, share(rates[0], rates[2]), 0.80)
	b.note("%s, 64 callers, a second: %.0f audited (%.0f a batch), %.0f unaudited, %.0f bare statements (%.1f an act), %.0f raw inserts (audited/raw %.3f)", n,
		median(rates[0]), m.batch, median(rates[2]), median(rates[1]), recorded.perAct, median(rates[3]), share(rates[0], rates[3]))
	return nil
}

// alone is one caller against a raw insert, and beside it his bare statements, which no law or ledger can be faster than.
func (b *bench) alone(ctx context.Context, m *model) error {
	orders := m.shelf.orders(1, aloneActs)
	recorded, err := m.record(ctx, orders)
	if err != nil {
		return err
	}
	audited, err1 := m.acts(ctx, true, orders)
	raw, err2 := m.raw(ctx, 1, aloneActs)
	bare, err3 := m.bare(ctx, recorded)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	rates, err := race(aloneStretches, audited, raw, bare)
	if err != nil {
		return err
	}
	n := m.suite.Name()
	b.atLeast("handover_1_of_raw_"+n, share(rates[0], rates[1]), 0.40)
	b.note("%s, one caller, a second: %.0f audited, %.0f raw inserts, %.0f bare statements (audited/bare %.2f, bare/raw %.2f)", n,
		median(rates[0]), median(rates[1]), median(rates[2]), share(rates[0], rates[2]), share(rates[2], rates[1]))
	return nil
}
