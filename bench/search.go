package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/document"
	"jiyao/internal/keyring"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// searches looks for two characters: for who may know the whole register, and for a reader who may know his part.
func searches(ctx context.Context, b *bench) (err error) {
	documents := 20_000
	if b.full {
		documents = 200_000
	}
	m, err := b.found(ctx, keyring.GM, "", plan{documents: documents, copies: 1, everInScope: 3})
	if err != nil {
		return err
	}
	o, err := m.open(ctx, variant{dsn: "sqlite:" + filepath.Join(m.folder, "jiyao.db"), audited: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.close()) }()
	x := document.NewIndex(o.log, document.IndexBytes)
	defer x.Forget()
	built, err := timed(func() error {
		for more := true; more; {
			if more, err = x.Step(ctx, o.db); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	took := map[term.PersonID][]time.Duration{}
	r := rand.New(rand.NewPCG(5, 6))
	for i := range looks + 20 {
		words := fmt.Sprintf("%02d", r.IntN(100))
		if i%10 == 0 {
			words = "关于" // stands in every title
		}
		for _, p := range []term.PersonID{"officer", "clerk_a"} {
			d, err := o.searched(ctx, x, p, words)
			if err != nil {
				return fmt.Errorf("search as %s: %w", p, err)
			}
			if i >= 20 { // the first fill the caches
				took[p] = append(took[p], d)
			}
		}
	}
	open, filtered := p99(took["officer"]), p99(took["clerk_a"])
	b.note("search of %d documents, built in %s; 99 of 100 of two characters stay below: all %s ms, one reader's part %s ms", documents, built.Round(time.Millisecond), ms(open), ms(filtered))
	b.atMost("search_filtered_of_open_p99", ratio(filtered, open), 20)
	return nil
}

func (o *opened) searched(ctx context.Context, x *document.Index, p term.PersonID, words string) (took time.Duration, err error) {
	err = o.db.Read(ctx, func(tx *store.Tx) error {
		law, err := o.desk.Office.Law(tx, monday)
		if err != nil {
			return err
		}
		people, err := o.desk.Office.Directory(tx, monday)
		if err != nil {
			return err
		}
		v := act.Viewer{Person: p}
		if v.Sight, err = law.Sight(people.Posts(p), false); err != nil {
			return err
		}
		took, err = timed(func() error {
			_, err := x.Search(tx, v, document.Query{Words: words})
			return err
		})
		return err
	})
	return took, err
}

func p99(v []time.Duration) time.Duration {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)*99/100]
}
