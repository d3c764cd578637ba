package custodyweb

import (
	"context"

	"jiyao/internal/custody"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// endWord says how the life of a copy ended.
func endWord(ctx context.Context, c custody.Copy) string {
	if c.Ending == "" { // before rows said how, nothing but striking its line ended a life
		return web.T(ctx, "copy_ending."+custody.Voided)
	}
	return counter.Words(ctx, "copy_ending.", c.Ending)
}

// ended adds how the lives of the copies went on by lists.
func (p pages) ended(ctx context.Context, tx *store.Tx, d *lanes, document term.DocumentID) (err error) {
	if p.Ends != nil {
		d.ends, err = p.Ends(ctx, tx, d.v, document)
	}
	return err
}

// birthAndEnd are the first and the last of a copy here: how it was made and what was made of it, its label, and what became of it.
func (d lanes) birthAndEnd(ctx context.Context, c custody.Copy) (out []web.Event) {
	where := laneName(c)
	for _, e := range append(d.made.birth(ctx, d.v, c), d.made.made(ctx, d.v, c)...) {
		e.Where = where
		out = append(out, e)
	}
	if !c.LabelledAt.IsZero() {
		out = append(out, web.Event{At: c.LabelledAt, Title: web.Capital(counter.ActName(ctx, "custody.label")), Where: where, Text: d.v.People.Name(c.LabelledBy)})
	}
	for _, e := range d.ends[c.ID] {
		e.Where = where
		out = append(out, e)
	}
	if c.State == custody.Ended && len(d.ends[c.ID]) == 0 {
		out = append(out, web.Event{At: c.Since, Kind: "no", Title: endWord(ctx, c), Where: where})
	}
	return out
}

// lifeOf is the life of one copy, newest first.
func (p pages) lifeOf(ctx context.Context, tx *store.Tx, v counter.Viewer, c custody.Copy, made makings) ([]web.Event, error) {
	d := lanes{v: v, made: made}
	tracks, err := custody.Tracks(tx, viewer(v), c.Document)
	if err != nil {
		return nil, err
	}
	for _, t := range tracks {
		if t.ID == c.ID {
			d.tracks = []custody.Track{t}
		}
	}
	if d.names, err = custody.PlaceNames(tx); err != nil {
		return nil, err
	}
	if d.sent, err = sentOf(tx, v, d.tracks); err != nil {
		return nil, err
	}
	if err := p.ended(ctx, tx, &d, c.Document); err != nil {
		return nil, err
	}
	out := d.lines(ctx)
	for i := range out {
		out[i].Where = "" // the page is about this one
	}
	return out, nil
}
