package document

import (
	"strings"
	"testing"

	"jiyao/internal/act/acttest"
	"jiyao/internal/store"
)

func TestOneRecipientMore(t *testing.T) {
	signed := drafted("review", "sign_off")
	signed.out.SignedOffAt, signed.out.CopyTo = acttest.Monday, store.Plain("某局")
	void := signed
	void.doc.State = Voided
	to := []string{"各科室", "某局"}
	for name, c := range map[string]struct {
		s         issuing
		to, why   string
		want, now string
	}{
		"with the reason":         {signed, " 某市局 ", "业务需要", "", "某局、某市局"},
		"the first under copies":  {func() issuing { s := signed; s.out.CopyTo = store.Plain(""); return s }(), "某市局", "业务需要", "", "某市局"},
		"without the reason":      {signed, "某市局", " ", "reason required", ""},
		"nobody":                  {signed, " ", "业务需要", "copy_to required", ""},
		"two at once":             {signed, "某市局、某县局", "业务需要", "copy_to one_each", ""},
		"one whom it is for":      {signed, "某局", "业务需要", "copy_to twice", ""},
		"before it is signed off": {drafted("review"), "某市局", "业务需要", "document not_signed_off", ""},
		"of one that was voided":  {void, "某市局", "业务需要", "conflict", ""},
		"of one that came in":     {came(), "某市局", "业务需要", "document not_own", ""},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := decideReaddress(readdressing{c.s, to}, Readdress{Document: "d", CopyTo: c.to, Reason: c.why}, acttest.Env("ann", acttest.Of("ann"), acttest.Law(t)))
			if got := acttest.Answer(err); got != c.want {
				t.Fatalf("%q, want %q", got, c.want)
			}
			if err != nil {
				return
			}
			out, note := acttest.Row[Outgoing](t, changes), acttest.Row[Note](t, changes)
			if got := acttest.Text(t, out.CopyTo); got != c.now || acttest.Text(t, note.New) != c.now || acttest.Text(t, note.Reason) != c.why || note.By != "ann" {
				t.Errorf("%q, noted %+v", got, note)
			}
		})
	}
	if got := strings.Join(addressees("各科室、某局；\n某市局，"), "|"); got != "各科室|某局|某市局" {
		t.Errorf("recipients read as %q", got)
	}
}
