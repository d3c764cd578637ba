package web

import "context"

// The names of the fields a signature box sends, after its prefix: first_person, first_how, first_secret.
const (
	FieldPerson = "_person" // badge number or name: says who, proves nothing
	FieldHow    = "_how"    // pin, code or password
	FieldSecret = "_secret" // proves it; never shown again, never logged
	FieldTyped  = "typed"   // the list number typed back before a destruction
)

// Sign is the second-person dialog: two boxes, never the same person, never a shared password.
type Sign struct {
	ID      string // of the dialog; opened by data-open="#ID" or, without script, by href="#ID"
	Title   string
	Action  string // POST
	Hidden  map[string]string
	First   SignBox
	Second  *SignBox  // nil where one signature is enough
	Beside  []SignBox // who sign besides: witnesses
	Confirm string    // the verb, as in the ledger: 双方确认后借出
	Danger  bool      // cannot be taken back: red
	Type    string    // the number that must be typed back; empty asks for nothing
	Blocked []string  // why it cannot be signed yet; each is said, and the button stays off
	Error   error     // what was wrong with the last try
	Act     string    // that is signed, for what the law asks for; empty: nothing is marked
	Given   map[string]any
	Open    bool // shown at once, after a failed try
}

// SignBox is one signature.
type SignBox struct {
	Prefix  string   // of its fields: first, second
	Role    string   // 经办; empty takes the usual word
	Name    string   // known person; empty asks for the badge
	People  []Option // who it may be, where one is chosen in place of a badge
	Chosen  string   // of them, after a try that failed
	Signed  string   // how and when, once signed: 09:31 工作证; then nothing more is asked
	Free    bool     // he need not sign
	Options []string // ways to prove it, of pin, code, password; empty is pin and code
}

func (s Sign) request() Request { return Request{Hidden: s.Hidden} }

func (b SignBox) ways() []string {
	if len(b.Options) == 0 {
		return []string{"pin", "code"}
	}
	return b.Options
}

func (b SignBox) wayOptions(ctx context.Context) []Option {
	words := map[string]string{"pin": "sign.pin", "code": "sign.code", "password": "sign.password"}
	var out []Option
	for _, w := range b.ways() {
		if key, ok := words[w]; ok {
			out = append(out, Option{Value: w, Label: T(ctx, key)})
		}
	}
	return out
}

func (b SignBox) role(ctx context.Context, second bool) string {
	switch {
	case b.Role != "":
		return b.Role
	case second:
		return T(ctx, "sign.second")
	}
	return T(ctx, "sign.first")
}
