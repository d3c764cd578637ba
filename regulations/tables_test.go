package regulations

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

type functionsFile struct {
	Functions []function `yaml:"functions"`
}

type function struct {
	Act         string   `yaml:"act"`
	Posts       []string `yaml:"posts"`
	Delegable   bool     `yaml:"delegable"`
	NeedsToKnow string   `yaml:"needs_to_know"`
	Sign        string   `yaml:"sign"`
	Signers     []string `yaml:"signers"`
	Admins      string   `yaml:"admins"`
	System      string   `yaml:"system"`
	When        string   `yaml:"when"`
	Clause      string   `yaml:"clause"`
	Note        string   `yaml:"note"`
}

// Parameters of one name are joined over the adopted packs, so they must agree on unit and direction.
func TestParameters(t *testing.T) {
	directions := []any{"fewer", "more", "earlier", "later", "longer", "shorter", "lower", "higher", "fixed"}
	type shape struct {
		pack string
		p    parameter
	}
	first := map[string]shape{}
	for _, name := range Names {
		pack, ids := load[packFile](t, name+"/pack.yaml"), clauseIDs(t, name)
		for id, p := range pack.Parameters {
			if _, ok := ids[p.Clause]; !ok {
				t.Errorf("%s: parameter %s: no clause %q", name, id, p.Clause)
			}
			if p.Default == nil || p.Unit == "" || p.Reading != "" && p.Reading != "ours" {
				t.Errorf("%s: parameter %s: %+v", name, id, p)
			}
			if order, ok := p.Stricter.([]any); ok {
				if !slices.Contains(order, p.Default) {
					t.Errorf("%s: parameter %s: default %v is not in its order", name, id, p.Default)
				}
			} else if !slices.Contains(directions, p.Stricter) {
				t.Errorf("%s: parameter %s: stricter %v", name, id, p.Stricter)
			}
			if p.Readings != nil && !slices.Contains(p.Readings, p.Default.(string)) {
				t.Errorf("%s: parameter %s: default %v is no declared reading", name, id, p.Default)
			}
			if f, ok := first[id]; ok && (f.p.Unit != p.Unit || !reflect.DeepEqual(f.p.Stricter, p.Stricter)) {
				t.Errorf("parameter %s: %s says %s %v, %s says %s %v", id, f.pack, f.p.Unit, f.p.Stricter, name, p.Unit, p.Stricter)
			}
			first[id] = shape{name, p}
		}
	}
}

// The numbers that a text itself states.
func TestParametersTheTextStates(t *testing.T) {
	for _, tc := range []struct {
		pack, name string
		want       any
		ours       bool
	}{
		{"district", "receipt_due", 15, false},
		{"district", "days_ordinary", 3, false},
		{"school", "circulation_days", 5, false},
		{"school", "circulation_day_kind", "natural", true},
		{"school", "closing_time", "17:30", true},
		{"company", "deduction_min", 50, false},
		{"company", "deduction_max", 500, false},
		{"bureau", "register_due", 0, true},
		{"base", "leak_report", 24, false},
		{"base", "closing_time", "17:30", true},
		{"base", "shift_start", "08:30", true},
	} {
		p, ok := load[packFile](t, tc.pack+"/pack.yaml").Parameters[tc.name]
		if !ok || p.Default != tc.want || (p.Reading == "ours") != tc.ours {
			t.Errorf("%s/%s: %+v, want %v", tc.pack, tc.name, p, tc.want)
		}
	}
}

func TestBaseFunctions(t *testing.T) {
	posts, ids := load[packFile](t, "base/pack.yaml").Posts, clauseIDs(t, "base")
	relations := []string{"staff", "own", "reader", "holder", "author", "handler", "owner", "applicant", "approver"}
	closed := func(f function, field, value string, allowed ...string) {
		if !slices.Contains(allowed, value) {
			t.Errorf("%s: %s %q", f.Act, field, value)
		}
	}
	if c := load[packFile](t, "base/pack.yaml").AdminsClause; c != "L-26" {
		t.Errorf("the line between administrators and business cites %q, want L-26", c)
	}
	seen := map[string]bool{}
	for _, f := range load[functionsFile](t, "base/functions.yaml").Functions {
		if noun, verb, ok := strings.Cut(f.Act, "."); !ok || noun == "" || verb == "" || seen[f.Act] {
			t.Errorf("act %q is misspelt or stands twice", f.Act)
		}
		seen[f.Act] = true
		closed(f, "needs_to_know", f.NeedsToKnow, "to", "actor", "rows", "none")
		closed(f, "sign", f.Sign, "none", "own", "2", "2*")
		closed(f, "admins", f.Admins, "in", "out", "only")
		closed(f, "system", f.System, "", "s", "s+")
		if strings.HasPrefix(f.Sign, "2") != (len(f.Signers) >= 2) {
			t.Errorf("%s: sign %s with signers %v", f.Act, f.Sign, f.Signers)
		}
		if (f.System == "s") != (len(f.Posts) == 0) {
			t.Errorf("%s: an act has posts or is the system's alone: posts %v, system %q", f.Act, f.Posts, f.System)
		}
		for _, p := range f.Posts {
			if _, ok := posts[p]; !ok && !slices.Contains(relations, p) {
				t.Errorf("%s: %q is neither a post of base nor a relation", f.Act, p)
			}
		}
		if _, ok := ids[f.Clause]; !ok {
			t.Errorf("%s: no clause %q", f.Act, f.Clause)
		}
	}
	for _, act := range ours {
		if !seen[act] {
			t.Errorf("act %s is missing", act)
		}
	}
	if got := len(seen) - len(ours); got != 236 {
		t.Errorf("%d acts of the law's table, want 236", got)
	}
}

// ours are the acts that the law's table does not name: what the system does after an act or by the clock, setting
// up, searching, the days off, and going on after damage.
var ours = []string{
	"custody.sheet_sign",
	"approval.propose", "calendar.import", "circulation.await", "circulation.decline", "circulation.reclass", "circulation.served", "circulation.taken", "custody.acknowledge", "document.number_rule", "document.readdress", "custody.end", "custody.finish", "custody.reassign", "custody.reclass", "custody.supply", "custody.supply_back", "disposal.list_strike", "document.settle", "identity.found",
	"ledger.restored", "ledger.resume", "notice.post", "notice.see", "obligation.advance", "obligation.open", "page.search", "people.found",
}

// What a pack speaks on or falls back on is an act, or one case of it (act/case).
func TestPacksSpeakOfActs(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range load[functionsFile](t, "base/functions.yaml").Functions {
		seen[f.Act] = true
	}
	for _, name := range Names {
		p := load[packFile](t, name+"/pack.yaml")
		for _, act := range p.Speaks {
			bare, _, _ := strings.Cut(act, "/")
			if !seen[bare] {
				t.Errorf("%s speaks on %s, which is no act", name, act)
			}
		}
		for act := range p.NoLeave {
			if !slices.Contains(p.Speaks, act) {
				t.Errorf("%s lets %s be done without leave but does not speak on it", name, act)
			}
		}
		for act := range p.Fallback {
			bare, _, _ := strings.Cut(act, "/")
			if !seen[bare] {
				t.Errorf("%s: fallback of %s, which is no act", name, act)
			}
		}
	}
}
