package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/circulation"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/keyring"
	"jiyao/internal/procedure"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// looks is how often a page is read by each viewer: 300 could not tell 1.0 from 1.2 at the document page.
const looks = 1000

// viewer is somebody who opens pages.
type viewer struct {
	person term.PersonID
	posts  []string
	sight  regulation.Sight
	shown  regulation.Shown
	docs   []term.DocumentID // which he opens
}

// page is everything one page reads, as the handlers of the noun do it; the HTML is left out.
type page struct {
	name string
	read func(tx *store.Tx, v viewer, people act.Directory, id term.DocumentID) error
}

var pages = []page{{"worklist", worklist}, {"board", board}, {"document", documentPage}}

func worklist(tx *store.Tx, v viewer, _ act.Directory, _ term.DocumentID) error {
	who := act.Viewer{Person: v.person, Sight: v.sight}
	if _, err := document.Count(tx, who, false); err != nil {
		return err
	}
	tasks, err := document.Worklist(tx, who, v.posts, v.shown, 50)
	if err != nil {
		return err
	}
	var ids []term.DocumentID
	for _, t := range tasks {
		if t.Cover != nil {
			ids = append(ids, t.Document)
		}
	}
	if _, err := document.Carriers(tx, ids); err != nil {
		return err
	}
	_, err = document.Told(tx, who, v.posts)
	return err
}

func board(tx *store.Tx, v viewer, people act.Directory, _ term.DocumentID) error {
	who := act.Viewer{Person: v.person, Sight: v.sight}
	sources := procedure.Board{People: func(*store.Tx) (act.Directory, error) { return people, nil }}
	rows, err := circulation.Board(tx, who, circulation.Open, circulation.After{}, circulation.MaxBoard)
	if err != nil {
		return err
	}
	holding, err := circulation.Holding(tx, who, 500)
	if err != nil {
		return err
	}
	if _, err := sources.Instructions(tx, who, "", 20); err != nil {
		return err
	}
	var ids []term.DocumentID
	for _, r := range rows {
		ids = append(ids, r.Document)
	}
	for _, s := range holding {
		ids = append(ids, s.Document)
	}
	if _, err := sources.Briefs(tx, ids); err != nil {
		return err
	}
	_, err = sources.Pieces(tx, ids)
	return err
}

func documentPage(tx *store.Tx, v viewer, people act.Directory, id term.DocumentID) error {
	if _, err := document.Read(tx, act.Viewer{Person: v.person, Sight: v.sight}, id, false); err != nil {
		return err
	}
	if _, err := document.Colleagues(tx, people); err != nil {
		return err
	}
	_, err := custody.Tracks(tx, act.Viewer{Person: v.person, Sight: v.sight}, id)
	return err
}

// pagesOfSizes reads the pages of a small and of a large register.
func pagesOfSizes(ctx context.Context, b *bench) error {
	documents := 20_000
	if b.full {
		documents = 200_000
	}
	small, err := b.looked(ctx, 2_000)
	if err != nil {
		return err
	}
	large, err := b.looked(ctx, documents)
	if err != nil {
		return err
	}
	b.note("pages at %d documents and %d lines of hand-over against 2000 documents; 95 of 100 reads stay below, in ms", documents, documents*lineEach)
	for _, p := range pages {
		officer, reader, before := large[p.name+"/officer"], large[p.name+"/reader"], small[p.name+"/reader"]
		b.atMost("page_"+p.name+"_reader_of_officer", ratio(reader, officer), 1.2)
		b.atMost("page_"+p.name+"_of_2000_reader", ratio(reader, before), 2)
		b.atMost("page_"+p.name+"_of_2000_officer", ratio(officer, small[p.name+"/officer"]), 2)
		b.note("%s: officer %s, reader %s; at 2000 documents %s and %s", p.name, ms(officer), ms(reader), ms(small[p.name+"/officer"]), ms(before))
	}
	return nil
}

// lineEach is how many lines of hand-over each document has.
const lineEach = 5

func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }
func ms(d time.Duration) string        { return fmt.Sprintf("%.2f", float64(d.Microseconds())/1000) }

// looked fills a register of so many documents, of which the newest 500 are in work, and gives the time of each page
// by viewer.
func (b *bench) looked(ctx context.Context, documents int) (map[string]time.Duration, error) {
	m, err := b.found(ctx, keyring.GM, "", plan{documents: documents, copies: 2, lines: lineEach, circulated: true, open: 500, everInScope: 3})
	if err != nil {
		return nil, err
	}
	o, err := m.open(ctx, variant{dsn: "sqlite:" + filepath.Join(m.folder, "jiyao.db"), audited: true})
	if err != nil {
		return nil, err
	}
	out, err := o.look(ctx, m.shelf)
	return out, errors.Join(err, o.close())
}

func (o *opened) look(ctx context.Context, s shelf) (map[string]time.Duration, error) {
	var people act.Directory
	var viewers [2]viewer
	err := o.db.Read(ctx, func(tx *store.Tx) error {
		law, err := o.desk.Office.Law(tx, monday)
		if err != nil {
			return err
		}
		if people, err = o.desk.Office.Directory(tx, monday); err != nil {
			return err
		}
		for i, p := range []term.PersonID{"officer", "clerk_a"} {
			v := viewer{person: p, posts: people.Posts(p), docs: s.seen[p]}
			v.shown = law.Shown(v.posts)
			if v.sight, err = law.Sight(v.posts, false); err != nil {
				return err
			}
			viewers[i] = v
		}
		viewers[0].docs = s.seen["clerk_a"] // the same ones, so that only who looks differs
		return nil
	})
	if err != nil {
		return nil, err
	}
	r := rand.New(rand.NewPCG(3, 4))
	took := map[string][]time.Duration{}
	for i := range looks + 20 {
		for _, p := range pages {
			for n := range viewers {
				n = (n + i) % len(viewers) // each goes first as often
				v, who := viewers[n], []string{"officer", "reader"}[n]
				id := v.docs[r.IntN(len(v.docs))]
				d, err := timed(func() error {
					return o.db.Read(ctx, func(tx *store.Tx) error { return p.read(tx, v, people, id) })
				})
				if err != nil {
					return nil, fmt.Errorf("read the %s as %s: %w", p.name, who, err)
				}
				if i >= 20 { // the first fill the caches
					took[p.name+"/"+who] = append(took[p.name+"/"+who], d)
				}
			}
		}
	}
	out := map[string]time.Duration{}
	for name, v := range took {
		out[name] = p95(v)
	}
	return out, nil
}
