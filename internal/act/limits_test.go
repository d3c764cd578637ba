package act

import (
	"testing"

	"jiyao/internal/regulation"
)

// What is done is held against each of several leaves: the least of them counts.
func TestWhatIsDoneIsHeldAgainstEachLeave(t *testing.T) {
	list := func(ids ...any) []any { return ids }
	ask := func(copies any, device string, sources, recipients []any) map[string]any {
		return map[string]any{"copies": copies, "device": device, "sources": sources, "recipients": recipients}
	}
	are := func(approved, produced int, device, sources, recipients bool) regulation.Limits {
		return regulation.Limits{ApprovedCount: approved, ProducedCount: produced, DeviceInLeave: device, SourcesInLeave: sources, RecipientsInLeave: recipients, LeaveReasoned: true, WithinLeave: produced <= approved && device && sources && recipients}
	}
	wide, narrow := ask(5.0, "d", list("a", "b"), list("x", "y")), ask(3.0, "d", list("a"), list("x"))
	for name, c := range map[string]struct {
		asked []map[string]any
		done  map[string]any
		want  regulation.Limits
	}{
		"as asked":                   {[]map[string]any{wide}, ask(5.0, "d", list("b", "a"), list("y")), are(5, 5, true, true, true)},
		"one more":                   {[]map[string]any{wide}, ask(6.0, "d", list("a", "b"), list("y")), are(5, 6, true, true, true)},
		"on another machine":         {[]map[string]any{wide}, ask(1.0, "e", list("a", "b"), list("y")), are(5, 1, false, true, true)},
		"of another source":          {[]map[string]any{wide}, ask(1.0, "d", list("a", "b", "c"), list("y")), are(5, 1, true, false, true)},
		"of one source less":         {[]map[string]any{wide}, ask(1.0, "d", list("a"), list("y")), are(5, 1, true, false, true)},
		"for another":                {[]map[string]any{wide}, ask(1.0, "d", list("b", "a"), list("z")), are(5, 1, true, true, false)},
		"two leaves, the first less": {[]map[string]any{narrow, wide}, ask(4.0, "d", list("a"), list("x")), are(3, 4, true, false, true)},
		"two, the second less":       {[]map[string]any{wide, narrow}, ask(4.0, "d", list("b"), list("y")), are(3, 4, true, false, false)},
		"one, where none was said":   {[]map[string]any{ask(nil, "d", nil, nil)}, ask(1.0, "d", nil, nil), are(1, 1, true, true, true)},
		"two, where none was said":   {[]map[string]any{ask(nil, "d", nil, nil)}, ask(2.0, "d", nil, nil), are(1, 2, true, true, true)},
		"nothing said of one":        {[]map[string]any{ask(1.0, "d", nil, nil)}, ask(nil, "d", nil, nil), are(1, 1, true, true, true)},
	} {
		got := regulation.Unlimited()
		for i, asked := range c.asked {
			got = narrowed(got, asked, c.done, i == 0)
		}
		if got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// A leave is for its purpose, its way, its place, its persons, its number, and its device where it names one.
func TestALeaveServesWhatItWasAskedFor(t *testing.T) {
	ask := func(changed map[string]any) map[string]any {
		all := map[string]any{"destination": "outside", "copies": 2.0, "purpose": "工作需要", "recipients": []any{"郑", "周"}, "device": "d", "route": "本局至省局"}
		for k, v := range changed {
			all[k] = v
		}
		return all
	}
	type some = map[string]any
	for name, c := range map[string]struct {
		asked, done map[string]any
		want        bool
	}{
		"the same":                 {nil, nil, true},
		"blanks around it":         {nil, some{"purpose": " 工作需要 "}, true},
		"fewer":                    {nil, some{"copies": 1.0, "recipients": []any{"周"}}, true},
		"more":                     {nil, some{"copies": 3.0}, false},
		"for another purpose":      {nil, some{"purpose": "其他"}, false},
		"for no purpose":           {nil, some{"purpose": nil}, false},
		"another way":              {nil, some{"route": "本局至外省"}, false},
		"some way, none was said":  {some{"route": nil}, nil, false},
		"at another place":         {nil, some{"destination": "abroad"}, false},
		"on the premises, not out": {some{"destination": nil}, nil, false},
		"on the premises, unsaid":  {some{"destination": nil}, some{"destination": "premises"}, true},
		"for another person":       {nil, some{"recipients": []any{"周", "金"}}, false},
		"on another device":        {nil, some{"device": "e"}, false},
		"on a device, none named":  {some{"device": nil}, nil, true},
		"for one, nobody was said": {some{"recipients": nil}, nil, false},
	} {
		if got := narrowed(regulation.Unlimited(), ask(c.asked), ask(c.done), true).WithinLeave; got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
