package custodyweb

import (
	"context"
	"fmt"
	"strings"

	"jiyao/internal/custody"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// makings is how pieces came to be of others: those of one document, and what was made of them.
type makings struct {
	among   map[term.CopyID]custody.Reproduction
	from    []custody.Reproduction
	labels  map[term.CopyID]term.LabelCode // of both sides, as far as the viewer may know of them
	devices map[string]string
}

// makingsOf reads them; the document must have been held against the viewer's sight.
func (p pages) makingsOf(tx *store.Tx, v counter.Viewer, document term.DocumentID) (m makings, err error) {
	if m.among, err = custody.MadeAmong(tx, document); err != nil {
		return m, err
	}
	if m.from, err = custody.MadeFrom(tx, viewer(v), document); err != nil || len(m.among)+len(m.from) == 0 {
		return m, err
	}
	var ids []term.CopyID
	for _, r := range m.from {
		ids = append(ids, r.Copy)
	}
	for _, r := range m.among {
		for _, id := range r.Sources {
			ids = append(ids, term.CopyID(id))
		}
	}
	if m.labels, err = custody.LabelsOf(tx, viewer(v), ids); err != nil || p.Devices == nil {
		return m, err
	}
	devices, err := p.Devices(tx)
	if err != nil {
		return m, fmt.Errorf("read the devices: %w", err)
	}
	m.devices = map[string]string{}
	for _, d := range devices {
		m.devices[d.Value] = d.Label
	}
	return m, nil
}

// making is the act by which a piece was made.
func making(r custody.Reproduction) string { return "custody." + r.Kind }

// sources are the labels of what a piece was made of.
func (m makings) sources(ctx context.Context, r custody.Reproduction) string {
	var out []string
	for _, id := range r.Sources {
		if label := m.labels[term.CopyID(id)]; label != "" {
			out = append(out, string(label))
		}
	}
	return strings.Join(out, web.T(ctx, "list.separator"))
}

// approved says by whose leave, and when; empty where none was needed.
func approved(ctx context.Context, v counter.Viewer, r custody.Reproduction) string {
	if len(r.ApprovedBy) == 0 {
		return ""
	}
	return v.Names(ctx, r.ApprovedBy) + " " + web.Tongue(ctx).Moment(r.ApprovedAt, v.Now)
}

// device is what a piece was made on, by name; one that is not listed any more is not named.
func (m makings) device(r custody.Reproduction) string { return m.devices[string(r.Device)] }

func stamped(ctx context.Context, stamp string) string {
	if stamp == "none" {
		return web.T(ctx, "making.no_stamp")
	}
	return stamp
}

// pairs say of one piece how it was made; none where it was not made of another.
func (m makings) pairs(ctx context.Context, v counter.Viewer, c custody.Copy) (out []web.Pair) {
	r, ok := m.among[c.ID]
	if !ok {
		return nil
	}
	add := func(name, text string) {
		if text != "" {
			out = append(out, web.Pair{Term: web.T(ctx, name), Text: text})
		}
	}
	add("making.how", web.Capital(counter.ActName(ctx, making(r))))
	add("making.number", r.Number)
	add("making.source", m.sources(ctx, r))
	add("making.stamp", stamped(ctx, r.Stamp))
	add("making.device", m.device(r))
	add("making.leave", approved(ctx, v, r))
	add("making.by", v.People.Name(r.MadeBy)+" "+web.Tongue(ctx).Moment(r.MadeAt, v.Now))
	return out
}

// birth is the making of a piece as its history has it.
func (m makings) birth(ctx context.Context, v counter.Viewer, c custody.Copy) []web.Event {
	r, ok := m.among[c.ID]
	if !ok {
		return nil
	}
	said := []string{v.People.Name(r.MadeBy)}
	for _, f := range []struct{ name, text string }{
		{"making.number", r.Number}, {"making.source", m.sources(ctx, r)}, {"making.leave", approved(ctx, v, r)}, {"making.device", m.device(r)}, {"making.stamp", stamped(ctx, r.Stamp)},
	} {
		if f.text != "" {
			said = append(said, web.T(ctx, "making.said", "name", web.T(ctx, f.name), "text", f.text))
		}
	}
	return []web.Event{{At: r.MadeAt, Title: web.Capital(counter.ActName(ctx, making(r))), Text: strings.Join(said, web.T(ctx, "making.comma"))}}
}

// made is what was made of a piece as its history has it.
func (m makings) made(ctx context.Context, v counter.Viewer, c custody.Copy) (out []web.Event) {
	for _, r := range m.from {
		label := m.labels[r.Copy]
		if r.SourceCopy != c.ID || label == "" {
			continue
		}
		out = append(out, web.Event{
			At: r.MadeAt, Title: web.T(ctx, "making.made", "act", counter.ActName(ctx, making(r)), "label", string(label)),
			Text: v.People.Name(r.MadeBy), Href: "/c/" + string(r.Copy),
		})
	}
	return out
}
