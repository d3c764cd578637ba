package act

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"jiyao/internal/approval"
	"jiyao/internal/regulation"
)

// limit is one of the arguments by which a leave is held to what it was asked for, in every act that has it. What must be
// the very same, and in which act, packs say by `names`.
type limit struct {
	name string
	kept func(asked, done any) bool // arguments as JSON reads them; nil where it is not given
	// Whole is said in full by the request: what that leaves out, the act may not have.
	whole bool
}

// The limits, in no order. Other facts of a leave are held to three of them alone.
var (
	device     = limit{name: "device", kept: sameIfAsked}
	sources    = limit{name: "sources", kept: sameAll, whole: true}
	recipients = limit{name: "recipients", kept: among, whole: true}
	limited    = []limit{
		{name: "copies", kept: func(asked, done any) bool { return count(done) <= count(asked) }}, // what is over of the leave is spent with it
		device, sources, recipients,
		{name: "purpose", kept: same, whole: true},
		{name: "route", kept: same, whole: true},
		{name: "destination", kept: func(asked, done any) bool { return where(asked) == where(done) }},
	}
)

// premises is where something may be taken that is said to go nowhere else.
const premises = "premises"

// saidInFull reports whether a request must say an argument that the act wants.
func saidInFull(name string) bool {
	return slices.ContainsFunc(limited, func(l limit) bool { return l.name == name && l.whole })
}

// limits holds the act against what its leaves were asked for: each of them, where packs want more than one.
func (r *running) limits(leaves []approval.Leave) (regulation.Limits, error) {
	out := regulation.Unlimited()
	for i := range leaves {
		l := leaves[i]
		if err := approval.Leaves.Reveal(r.tx, &l, "asked_with", "answer"); err != nil {
			return out, fmt.Errorf("open a leave: %w", err)
		}
		text, err := l.With.Text()
		if err != nil {
			return out, fmt.Errorf("read a leave: %w", err)
		}
		out.LeaveReasoned = out.LeaveReasoned && !l.Answer.Empty()
		if text == "" { // of a version that did not keep it
			continue
		}
		var asked map[string]any
		if err := json.Unmarshal([]byte(text), &asked); err != nil {
			return out, fmt.Errorf("read a leave: %w", err)
		}
		done, err := plainly(r.fields)
		if err != nil {
			return out, err
		}
		out = narrowed(out, asked, done, i == 0)
	}
	return out, nil
}

// narrowed are limits with those of one more leave: what was asked for, and what is done.
func narrowed(out regulation.Limits, asked, done map[string]any, first bool) regulation.Limits {
	if n := count(asked["copies"]); first || n < out.ApprovedCount {
		out.ApprovedCount = n
	}
	out.ProducedCount = count(done["copies"])
	out.DeviceInLeave = out.DeviceInLeave && same(asked[device.name], done[device.name])
	out.SourcesInLeave = out.SourcesInLeave && sources.keeps(asked, done)
	out.RecipientsInLeave = out.RecipientsInLeave && recipients.keeps(asked, done)
	out.WithinLeave = out.WithinLeave && !slices.ContainsFunc(limited, func(l limit) bool { return !l.keeps(asked, done) })
	return out
}

func (l limit) keeps(asked, done map[string]any) bool { return l.kept(asked[l.name], done[l.name]) }

// plainly gives the limiting arguments as JSON reads them.
func plainly(fields map[string]any) (map[string]any, error) {
	given := map[string]any{}
	for _, l := range limited {
		if v, ok := fields[l.name]; ok {
			given[l.name] = v
		}
	}
	b, err := json.Marshal(given)
	if err != nil {
		return nil, fmt.Errorf("spell the arguments of an act: %w", err)
	}
	var out map[string]any
	if err := json.Unmarshal(b, &out); err != nil {
		return nil, fmt.Errorf("read the arguments of an act: %w", err)
	}
	return out, nil
}

// said is a text argument without the blanks around it; empty where it is absent.
func said(v any) string {
	s, _ := v.(string)
	return strings.TrimSpace(s)
}

// where is the place that is said.
func where(v any) string { return cmp.Or(said(v), premises) }

func same(asked, done any) bool { return said(asked) == said(done) }

// sameIfAsked leaves open what the request did.
func sameIfAsked(asked, done any) bool { return said(asked) == "" || same(asked, done) }

// count is how many pieces are made: one where nothing is said, as in the acts themselves.
func count(v any) int {
	if v == nil {
		return 1
	}
	n, _ := v.(float64)
	return int(n)
}

// among reports whether everything that is done was asked for; lines are the same where they name the same thing.
func among(asked, done any) bool {
	all, _ := asked.([]any)
	some, _ := done.([]any)
	for _, v := range some {
		if !slices.ContainsFunc(all, func(w any) bool { return named(v) == named(w) }) {
			return false
		}
	}
	return true
}

// sameAll reports whether it is all that was asked for besides.
func sameAll(asked, done any) bool { return among(asked, done) && among(done, asked) }

// named is what a line of a list is about.
func named(v any) string {
	if line, ok := v.(map[string]any); ok {
		for _, name := range []string{"copy", "document", "person", "name"} {
			if id, ok := line[name]; ok {
				return fmt.Sprint(id)
			}
		}
	}
	return fmt.Sprint(v)
}
