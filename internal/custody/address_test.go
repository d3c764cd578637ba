package custody

import (
	"testing"

	"jiyao/internal/act"
)

// Whom a document is for, whom it may be for, and which envelope has gone to somebody else.
func TestWhomADocumentIsFor(t *testing.T) {
	env := outward(t)
	allowed := env
	allowed.Allowed = []act.Allowed{{By: "leader1"}}
	own := address{own: true, to: []string{"某县局", "各乡镇"}}
	one := address{own: true, to: []string{"某县局"}}
	came := address{to: []string{"某省局"}}
	for name, c := range map[string]struct {
		o    address
		to   string
		is   bool
		want string // of the field
	}{
		"one that is named":               {own, " 某县局 ", true, ""},
		"one of a kind":                   {own, "青山乡镇", true, ""},
		"one that begins alike":           {one, "某县局下属公司", false, ""},
		"another, beside many":            {own, "某国大使馆", false, ""},
		"another":                         {one, "某国大使馆", false, "recipient not_addressed"},
		"nobody":                          {one, "", false, "recipient not_addressed"},
		"back to its issuer":              {came, "某省局", true, ""},
		"to whom begins as its issuer":    {came, "某省局某公司", false, ""},
		"what was made here, to anybody":  {address{}, "某省局", false, ""},
		"an envelope of the same":         {address{to: came.to, last: &envelope{name: "某省局"}}, "某省局", true, ""},
		"an envelope of somebody else":    {address{to: came.to, last: &envelope{name: "某市局"}}, "某省局", true, "envelope_no other_recipient"},
		"an envelope of somebody by name": {address{to: came.to, last: &envelope{to: "leader1", name: "某省局"}}, "某省局", true, "envelope_no other_recipient"},
	} {
		if got := c.o.isFor(c.to); got != c.is {
			t.Errorf("%s: for him: %v", name, got)
		}
		if got := answer(c.o.wrong(Send{Recipient: c.to, EnvelopeNo: "F-1"}, env)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if err := one.wrong(Send{Recipient: "某国大使馆"}, allowed); err != nil {
		t.Errorf("by leave for him: %v", err)
	}
}
