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

// What an act is done within is told by arguments of these names, in the act as in the request for its leave.
const (
	countArgument      = "copies"      // pieces made
	deviceArgument     = "device"      // on which
	sourcesArgument    = "sources"     // from which
	recipientsArgument = "recipients"  // for whom
	purposeArgument    = "purpose"     // what for
	placeArgument      = "destination" // where it may be taken; on the premises, where nothing is said
)

// premises is where something may be taken that is said to go nowhere else.
const premises = "premises"

// heldTo are those that a leave says in full: what it leaves out, the act may not have.
var heldTo = []string{sourcesArgument, recipientsArgument, purposeArgument}

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
	if n := count(asked); first || n < out.ApprovedCount {
		out.ApprovedCount = n
	}
	out.ProducedCount = count(done)
	out.DeviceInLeave = out.DeviceInLeave && fmt.Sprint(asked[deviceArgument]) == fmt.Sprint(done[deviceArgument])
	out.SourcesInLeave = out.SourcesInLeave && among(done[sourcesArgument], asked[sourcesArgument])
	out.RecipientsInLeave = out.RecipientsInLeave && among(done[recipientsArgument], asked[recipientsArgument])
	out.WithinLeave = out.WithinLeave && asAsked(asked, done)
	return out
}

// asAsked reports whether what is done is what was asked for: no more, for the same purpose, at the same place, for nobody
// else, and on the device that was named, if one was. Fewer may be made; what is over of the leave is spent with it.
func asAsked(asked, done map[string]any) bool {
	device := said(asked[deviceArgument])
	return count(done) <= count(asked) && said(done[purposeArgument]) == said(asked[purposeArgument]) && where(done) == where(asked) &&
		among(done[recipientsArgument], asked[recipientsArgument]) && (device == "" || device == said(done[deviceArgument]))
}

// said is a text argument without the blanks around it; empty where it is absent.
func said(v any) string {
	s, _ := v.(string)
	return strings.TrimSpace(s)
}

// where is the place that is said.
func where(arguments map[string]any) string { return cmp.Or(said(arguments[placeArgument]), premises) }

// plainly gives the limiting arguments as JSON reads them.
func plainly(fields map[string]any) (map[string]any, error) {
	given := map[string]any{}
	for _, name := range []string{countArgument, deviceArgument, sourcesArgument, recipientsArgument, purposeArgument, placeArgument} {
		if v, ok := fields[name]; ok {
			given[name] = v
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

// count is how many pieces are made: one where nothing is said, as in the acts themselves.
func count(arguments map[string]any) int {
	if arguments[countArgument] == nil {
		return 1
	}
	n, _ := arguments[countArgument].(float64)
	return int(n)
}

// among reports whether everything in one list is in another; lines are the same where they name the same thing.
func among(list, all any) bool {
	some, _ := list.([]any)
	in, _ := all.([]any)
	for _, v := range some {
		if !slices.ContainsFunc(in, func(w any) bool { return named(v) == named(w) }) {
			return false
		}
	}
	return true
}

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
