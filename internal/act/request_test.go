package act

import (
	"testing"

	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

// What is given must hold; what is left out can wait for the act, but for what the leave is bound to.
func TestWhatALeaveWouldNotHelpIsToldAtTheField(t *testing.T) {
	law, by := lawOf(t, leaves)
	bound := *by["one"]
	bound.Names = []string{"copy", "device"}
	fields := map[string]any{"to": term.PersonID("second"), "purpose": " ", "lines": []int{1}}
	for name, c := range map[string]struct {
		wrong refuse.FieldError
		want  string
	}{
		"bound and left out":             {refuse.FieldError{Field: "device", Code: refuse.Wanted}, "device wanted"},
		"bound, of a list":               {refuse.FieldError{Field: "copy.0.name", Code: "required"}, "copy.0.name required"},
		"left out, the leave not for it": {refuse.FieldError{Field: "stamp", Code: refuse.Wanted}, ""},
		"blank, the leave held to it":    {refuse.FieldError{Field: "purpose", Code: refuse.Wanted}, "purpose wanted"},
		"no argument at all":             {refuse.FieldError{Field: "signed", Code: refuse.Wanted}, ""},
		"given and wrong":                {refuse.FieldError{Field: "to", Code: "unknown_person"}, "to unknown_person"},
		"given, and wrong for now":       {refuse.FieldError{Field: "to", Code: "same_person", ForNow: true}, ""},
		"a line given and wrong":         {refuse.FieldError{Field: "lines.0.at", Code: "in_the_past"}, "lines.0.at in_the_past"},
		"a line not filled in yet":       {refuse.FieldError{Field: "lines.0.at", Code: "required"}, ""},
	} {
		s := asked{def: &definition{name: errandName, command: typeOf[errand]()}, fields: fields, item: "D", wrong: &refuse.Invalid{Fields: []refuse.FieldError{c.wrong}}}
		s.needed = []*regulation.Approval{by["two"], &bound}
		if _, err := s.request(RequestLeave{Act: errandName}, envAs(law, "clerk")); answer(err) != c.want {
			t.Errorf("%s: %q, want %q", name, answer(err), c.want)
		}
	}
}
