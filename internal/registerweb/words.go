package registerweb

import (
	"context"
	"strings"
	"time"

	"jiyao/internal/regulation"
	"jiyao/internal/term"
	"jiyao/internal/web"
	"jiyao/internal/web/counter"
)

// kind is how a value of a column is said.
type kind int

const (
	aPlain kind = iota
	aPerson
	aPeople // ids of persons and units, joined by 、
	aPlace
	aTime
	aNumber
	aWord // a value of a closed list, by the keys of the catalogue
	aSpan
	anAct
	aDevice
	aHistory // through whose hands: id|from|to, joined by 、
	aText    // text of any length
)

// kinds are the columns that are not plain text.
var kinds = map[string]kind{
	"giver": aPerson, "receiver": aPerson, "signer": aPerson, "counted_by": aPerson, "registered_by": aPerson, "labelled_by": aPerson, "signed_by": aPerson,
	"fixed_by": aPerson, "checked_by": aPerson, "taken_by": aPerson, "return_signed": aPerson, "made_by": aPerson, "person": aPerson, "actor": aPerson, "stop": aPerson, "holder": aPerson,
	"handler": aPerson, "handling": aPerson, "to": aPerson, "by": aPerson, "signed": aPerson,
	"handled_by": aPerson, "handed_by": aPerson, "watched_by": aPerson, "approver": aPeople, "received_by": aPerson, "dedicated_officer": aPerson,
	"borrower": aPerson, "reader": aPerson, "custodian": aPerson, "keeper": aPerson,
	"signature": aPerson, "executor": aPerson, "drafted_by": aPerson, "reviewed_by": aPerson, "signed_off_by": aPerson, "proofread_by": aPerson,
	"applicant": aPerson, "printed_by": aPerson, "handler_unit": aPeople, "device": aDevice, "history": aHistory, "asked_at": aTime, "last_counted_at": aTime, "approved_at": aTime,
	"out_at": aTime, "seq": aNumber, "owed": aNumber, "manner": anAct, "permitted": aWord, "return_check": aWord, "origin": aWord, "list_reason": aWord, "purpose": aWord,
	"notes": aText, "missing_reason": aText, "recipients": aText, "passages": aText, "unit_opinion": aText, "office_opinion": aText,
	"who": aPeople, "before": aPeople, "after": aPeople, "read": aPeople, "witnesses": aPeople, "supervisors": aPeople, "unit": aPeople, "department": aPeople, "carriers": aPeople,
	"cabinet": aPlace, "place": aPlace, "places": aPlace, "inside": aPlace, "belongs": aPlace,
	"at": aTime, "received_at": aTime, "counted_at": aTime, "registered_at": aTime, "labelled_at": aTime, "signed_at": aTime,
	"fixed_at": aTime, "return_by": aTime, "back_at": aTime, "handed_at": aTime, "completed_at": aTime, "made_at": aTime, "handle_by": aTime, "due": aTime,
	"copies": aNumber, "pages": aNumber, "attachments": aNumber, "counted": aNumber, "copies_back": aNumber, "pages_back": aNumber, "attachments_back": aNumber,
	"channel": aWord, "how": aWord, "seal_intact": aWord, "courier_signature": aWord, "flag": aWord, "standing": aWord, "disposition": aWord, "medium": aWord, "method": aWord, "works": aWord,
	"kind": aWord, "dedicated_room": aWord, "dedicated_cabinet": aWord, "pages_result": aWord, "attachments_result": aWord, "marks_result": aWord, "recording_kind": aWord,
	"destination": aWord, "measures": aWord, "content_kinds": aWord, "form": aWord, "state": aWord, "lock": aWord, "place_kind": aWord,
	"expected": aNumber, "found": aNumber, "missing": aNumber, "extra": aNumber,
	"since": aSpan, "act": anAct, "way": anAct,
	"title": aText, "reason": aText, "result": aText, "text": aText, "issuer": aText, "opinion": aText, "instruction": aText, "chase": aText, "completion": aText,
}

// families are where the words of closed lists stand; a value that has none is shown as written.
var families = map[string]string{
	"channel": "channel.", "how": "chase_how.", "seal_intact": "registers.is.", "courier_signature": "courier_sign.", "flag": "registers.flag.", "standing": "standing.",
	"disposition": "disposition.", "medium": "medium.", "method": "method.", "works": "works.",
	"kind": "registers.kind.", "dedicated_room": "registers.is.", "dedicated_cabinet": "registers.is.",
	"pages_result": "return_result.", "attachments_result": "return_result.", "marks_result": "return_result.", "recording_kind": "law.word.", "destination": "destination.", "measures": "measures.",
	"permitted": "issuer_rule.", "return_check": "registers.check.", "origin": "registers.origin.", "list_reason": "disposal_kind.", "purpose": "purpose.",
	"content_kinds": "content.", "form": "carrier_form.", "state": "registers.state.", "lock": "place.lock.", "place_kind": "place_kind.",
}

// closedTexts are the columns beside the title that masking closes.
var closedTexts = map[string]bool{"reason": true, "missing_reason": true, "result": true, "text": true, "opinion": true, "instruction": true, "completion": true,
	"notes": true, "list_reason": true, "purpose": true, "passages": true, "recipients": true}

// heading is what a column is called: in this source, else everywhere.
func (b book) heading(ctx context.Context, key string) string {
	if own := "registers.of." + b.Source + "." + key; web.Tongue(ctx).Has(own) {
		return web.T(ctx, own)
	}
	if key := "registers.column." + key; web.Tongue(ctx).Has(key) {
		return web.T(ctx, key)
	}
	return key // a column that a regulation of the office's own names
}

// say spells one field of a line.
func (n Names) say(ctx context.Context, l Line, field string) string {
	if (l.Masked || l.Untitled) && field == "title" {
		return web.T(ctx, "mask.title")
	}
	if l.Masked && closedTexts[field] {
		return web.T(ctx, "registers.masked")
	}
	switch {
	case field == "no" && l.Item != nil:
		return l.Item.Number
	case field == "level" && l.Values["level"] == "" && l.Item != nil:
		return string(l.Item.Level)
	case field == "subject" && l.Item != nil:
		return l.Item.Number
	case field == "subject" && term.ValidID(l.Values[field]): // hidden or absent, both alike
		return web.T(ctx, "registers.subject_unknown")
	case field == "result" && l.Values["count"] != "": // of a piece that was counted; elsewhere it is a text
		return counter.Words(ctx, "count_result.", l.Values[field])
	}
	return n.word(ctx, field, l.Values[field])
}

// word spells a value of a column.
func (n Names) word(ctx context.Context, field, v string) string {
	if v == "" {
		return ""
	}
	switch kinds[field] {
	case aPerson:
		return each(ctx, v, func(id string) string {
			if id == "system" {
				return web.T(ctx, "registers.system")
			}
			return called(id, n.Person)
		})
	case aPeople:
		return each(ctx, v, func(id string) string {
			if who, ok := strings.CutPrefix(id, regulation.OnPaper); ok {
				return web.T(ctx, "registers.on_paper", "name", called(who, n.Person))
			}
			return called(id, n.Person, n.Unit)
		})
	case aPlace:
		return each(ctx, v, func(id string) string { return called(id, n.Place) })
	case aWord:
		return each(ctx, v, func(w string) string {
			if w == "system" {
				return web.T(ctx, "registers.system")
			}
			if key := families[field] + w; web.Tongue(ctx).Has(key) {
				return web.T(ctx, key)
			}
			return w
		})
	case aSpan:
		if d, err := time.ParseDuration(v); err == nil {
			return web.Tongue(ctx).Span(d)
		}
	case anAct:
		return each(ctx, v, func(name string) string { return counter.ActName(ctx, name) })
	case aDevice:
		return each(ctx, v, func(id string) string { return called(id, n.Device) })
	case aHistory:
		return each(ctx, v, func(move string) string {
			who, when, _ := strings.Cut(move, "|")
			from, until, _ := strings.Cut(when, "|")
			return called(who, n.Person) + " " + unsaid(ctx, from) + "–" + until
		})
	case aTime:
		return unsaid(ctx, v)
	case aPlain, aNumber, aText:
	}
	return v
}

// unsaid is a time, or that the books of before do not say it.
func unsaid(ctx context.Context, v string) string {
	if v == term.Unsaid {
		return web.T(ctx, "registers.unsaid")
	}
	return v
}

// each says the values of a list.
func each(ctx context.Context, list string, say func(string) string) string {
	var out []string
	for _, v := range strings.Split(list, "、") {
		out = append(out, say(v))
	}
	return strings.Join(out, web.T(ctx, "registers.and"))
}

// called is the first name that an id has; without one it shows as it is.
func called(id string, names ...func(string) string) string {
	for _, name := range names {
		if s := name(id); s != "" {
			return s
		}
	}
	return id
}

// former are the old values of one field, said.
func (n Names) former(ctx context.Context, l Line, field string) []string {
	var out []string
	for _, v := range l.Former[field] {
		if s := n.word(ctx, field, v); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// level (with regime and period) and urgency of a line: its own as it was written down, else those of its item.
func (l Line) level() (term.Level, term.Regime, string) {
	var regime term.Regime
	if l.Item != nil {
		regime = l.Item.Regime
	}
	if own := term.Level(l.Values["level"]); own.Valid() {
		return own, regime, l.Values["period"]
	}
	if l.Item == nil {
		return "", "", ""
	}
	return l.Item.Level, regime, l.Item.Period
}

func (l Line) urgency() string {
	if own := l.Values["urgency"]; own != "" {
		return own
	}
	if l.Item == nil {
		return ""
	}
	return string(l.Item.Urgency)
}

// struck says what was struck out of a line, for a file, where no line can be drawn through it.
func (t *taken) struck(ctx context.Context, l Line, fields []string) string {
	var out []string
	if l.Struck {
		out = append(out, web.T(ctx, "registers.voided"))
	}
	for _, f := range fields {
		for _, old := range t.Names.former(ctx, l, f) {
			out = append(out, web.T(ctx, "registers.was", "column", t.Book.heading(ctx, f), "old", old))
		}
	}
	return strings.Join(out, web.T(ctx, "registers.semicolon"))
}
