package circulationweb

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"jiyao/internal/approval"
	"jiyao/internal/calendar"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// shownOf are the arguments of a request that say what is to be decided, in the order in which they are read. What names the
// item, the piece or the person stands above them already.
var shownOf = []string{
	"copies", "copy_numbers", "recording_kind", "medium", "passages", "title", "code_name", "device", "stamp", "items", "recipient", "recipient_person", "purpose", "basis", "agreement_no", "recipients", "carriers", "destination", "route",
	"measures", "channel", "department", "return_by", "issuer_rule", "consent_no", "consent_date",
}

// tells are those of them that say what the item is: not for one who knows of it only as he is asked.
var tells = []string{"passages", "title", "code_name"}

// families are the words of the closed lists.
var families = map[string]string{
	"recording_kind": "recording_kind.", "medium": "medium.", "purpose": "purpose.", "destination": "destination.", "measures": "measures.", "channel": "channel.", "issuer_rule": "issuer_rule.",
}

// askedWith is what a request was asked with, as far as its reader may know.
func askedWith(ctx context.Context, v counter.Viewer, q request, devices []web.Option) ([]web.Pair, error) {
	text, err := counter.Opened(q.Leave.With)
	if err != nil || text == "" {
		return nil, err
	}
	var with map[string]any
	if err := json.Unmarshal([]byte(text), &with); err != nil {
		return nil, fmt.Errorf("read what a leave was asked with: %w", err)
	}
	var out []web.Pair
	for _, name := range shownOf {
		if q.Asked && slices.Contains(tells, name) {
			continue
		}
		s := spelled(ctx, v, name, with[name])
		label := "label." + q.Leave.Act + "." + name
		if !web.Tongue(ctx).Has(label) {
			label = "label." + name
		}
		switch {
		case name == "items":
			list, _ := with[name].([]any)
			if len(list) < 2 {
				continue // it stands above
			}
			s = web.T(ctx, "holdings.count", "n", len(list))
		case s == "":
			continue
		case name == "channel":
			label = "copy.send_channel"
		case name == "device":
			if i := slices.IndexFunc(devices, func(o web.Option) bool { return o.Value == s }); i >= 0 {
				s = devices[i].Label
			}
		}
		out = append(out, web.Pair{Term: web.T(ctx, label), Text: s})
	}
	return out, nil
}

// spelled is one argument as people read it; empty where it says nothing, or only an id.
func spelled(ctx context.Context, v counter.Viewer, name string, value any) string {
	switch x := value.(type) {
	case float64:
		return fmt.Sprint(int(x))
	case []any:
		var out []string
		for _, one := range x {
			if s := spelled(ctx, v, name, one); s != "" {
				out = append(out, s)
			}
		}
		return strings.Join(out, web.T(ctx, "list.separator"))
	case string:
		return word(ctx, v, name, x)
	}
	return ""
}

func word(ctx context.Context, v counter.Viewer, name, text string) string {
	switch {
	case name == "return_by":
		if t, err := time.Parse(time.RFC3339, text); err == nil {
			return web.Tongue(ctx).Until(t.In(calendar.Zone))
		}
	case name == "department":
		return "" // that of the borrower stands with his name
	case families[name] != "":
		return counter.Words(ctx, families[name], text)
	}
	if who := v.People.Name(term.PersonID(text)); who != "" {
		return who
	}
	return text
}

// compiledOf tells of each source of a compilation which it is, what its own issuer says, and his consent.
func (p *pages) compiledOf(ctx context.Context, tx *store.Tx, l approval.Leave) (out []web.Pair, err error) {
	text, err := counter.Opened(l.With)
	if err != nil || text == "" || l.Act != "custody.compile" {
		return nil, err
	}
	type line struct {
		Copy term.CopyID `json:"copy"`
		Rule string      `json:"issuer_rule"`
		No   string      `json:"consent_no"`
		Date string      `json:"consent_date"`
	}
	var with struct {
		Sources  []line `json:"sources"`
		Consents []line `json:"consents"`
	}
	if err := json.Unmarshal([]byte(text), &with); err != nil {
		return nil, fmt.Errorf("read what a leave was asked with: %w", err)
	}
	ids := make([]term.CopyID, len(with.Sources))
	for i, s := range with.Sources {
		ids[i] = s.Copy
	}
	pieces, err := p.Sources.Of(tx, ids)
	if err != nil {
		return nil, err
	}
	of := make([]term.DocumentID, len(pieces))
	for i, o := range pieces {
		of[i] = o.Document
	}
	briefs, err := p.Sources.Briefs(tx, of)
	if err != nil {
		return nil, err
	}
	for i, o := range pieces {
		b := briefs[o.Document]
		parts := []string{string(o.Label), term.RegisterNumber(b.Series, b.Year, b.No), string(b.Level)}
		if rule := with.Sources[i].Rule; rule != "" {
			parts = append(parts, web.T(ctx, "approve.issuer_says", "rule", counter.Words(ctx, "issuer_rule.", rule)))
		}
		for _, c := range with.Consents {
			if c.Copy == o.Copy {
				parts = append(parts, web.T(ctx, "approve.issuer_consents", "no", c.No, "date", c.Date))
			}
		}
		out = append(out, web.Pair{Term: web.T(ctx, "approve.source", "n", i+1), Text: strings.Join(parts, "　")})
	}
	return out, nil
}

// standing is how many have granted a request that takes several, and who.
func (q request) standing(ctx context.Context, v counter.Viewer) string {
	if q.Leave.Quorum < 2 {
		return ""
	}
	var names []string
	for _, id := range q.Leave.Grantors {
		names = append(names, v.People.Name(id))
	}
	if len(names) == 0 {
		return web.T(ctx, "approve.quorum_none", "of", q.Leave.Quorum)
	}
	return web.T(ctx, "approve.quorum", "n", len(names), "of", q.Leave.Quorum, "names", strings.Join(names, web.T(ctx, "list.separator")))
}
