package custodyweb

import (
	"context"
	"slices"
	"strings"

	"jiyao/internal/custody"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// sentOf gives what was sent of these copies, by line. Who does not keep the register is shown nothing of it.
func sentOf(tx *store.Tx, v counter.Viewer, tracks []custody.Track) (map[term.HandOverID]custody.Sent, error) {
	if len(tracks) == 0 || !v.Keeps() || !slices.ContainsFunc(tracks, func(t custody.Track) bool { return slices.ContainsFunc(t.Lines, wentOut) }) {
		return nil, nil
	}
	return custody.SentOf(tx, tracks[0].Document)
}

func wentOut(l custody.HandOver) bool { return l.Kind == "send" }

// sentWith is what a copy that is outside now went out with.
func sentWith(tx *store.Tx, v counter.Viewer, c custody.Carrier) (*custody.Sent, error) {
	if c.Line == nil || !wentOut(*c.Line) || !v.Keeps() {
		return nil, nil
	}
	all, err := custody.SentOf(tx, c.Document)
	if err != nil {
		return nil, err
	}
	if s, ok := all[c.Line.ID]; ok {
		return &s, nil
	}
	return nil, nil
}

// sentPairs say how something went out: to whom, how, under which number and seal, and who escorted it.
func sentPairs(ctx context.Context, v counter.Viewer, s custody.Sent) []web.Pair {
	to := s.To
	if name := v.People.Name(term.PersonID(to)); name != "" {
		to = name
	}
	var out []web.Pair
	for _, p := range []struct{ name, text string }{
		{"label.recipient", to}, {"copy.send_channel", counter.Words(ctx, "channel.", s.Channel)}, {"label.envelope_no", s.EnvelopeNo}, {"label.seal", s.Seal},
		{"label.network_no", s.NetworkNo}, {"label.carriers", strings.Join(s.Carriers, "、")}, {"label.sent_at", web.Tongue(ctx).DateTime(s.SentAt)},
	} {
		if p.text != "" {
			out = append(out, web.Pair{Term: web.T(ctx, p.name), Text: p.text})
		}
	}
	return out
}

// sending are a line of what went out as the history of copies says it, and its receipt.
func (d lanes) sending(ctx context.Context, l custody.HandOver, where string) []web.Event {
	e := web.Event{At: l.OutAt, Title: web.T(ctx, "lanes.sent"), Where: where, Text: d.v.People.Name(l.Giver)}
	s, ok := d.sent[l.ID]
	if ok {
		for _, p := range sentPairs(ctx, d.v, s) {
			e.Text += "　" + p.Term + " " + p.Text
		}
	}
	out := []web.Event{e}
	if !l.ReceiptAt.IsZero() {
		text := l.ReceiptNo
		if ok && s.AcknowledgedBy != "" {
			text = web.T(ctx, "lanes.acknowledged_by", "no", l.ReceiptNo, "name", d.v.People.Name(s.AcknowledgedBy), "time", web.Tongue(ctx).DateTime(s.AcknowledgedAt))
		}
		out = append(out, web.Event{At: l.ReceiptAt, Title: web.T(ctx, "lanes.acknowledged"), Where: where, Text: text})
	}
	return out
}

// wayOut is one sending of a copy with its line.
type wayOut struct {
	copy custody.Copy
	line custody.HandOver
	sent custody.Sent
}

// open reports whether its receipt is still to come.
func (s wayOut) open() bool { return s.copy.State == custody.Transit && s.copy.HandOver == s.line.ID }

// waysOut are the sendings of a document's copies, what is under way first, then the newest.
func (d lanes) waysOut() []wayOut {
	var out []wayOut
	for _, t := range d.tracks {
		for _, l := range t.Lines {
			if s, ok := d.sent[l.ID]; ok {
				out = append(out, wayOut{t.Copy, l, s})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b wayOut) int {
		if a.open() != b.open() {
			if a.open() {
				return -1
			}
			return 1
		}
		return b.line.OutAt.Compare(a.line.OutAt)
	})
	return out
}
