package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"jiyao/internal/calendar"
)

// copied: leave is asked for at the form, given by the director, and the copy is made on the machine that it names.
func (y *year) copied(t *testing.T) {
	o, p := y.in(t)
	o.does("office_director", "device.register", args{"id": "copier-1", "name": "文印室复印机", "kind": "copier", "place": "room-203", "custodian": o.person("officer2")})
	o.open(p, y.pieces[1]+"/copying")
	p.Fill("#copying-copies", "1")
	p.Fill("#copying-copy_numbers", "复-001")
	p.Fill("#copying-stamp", "某县局复制")
	p.Choose("#copying-device", "copier-1")
	p.Fill("#copying-purpose", "税政科承办")
	p.Fill("#copying-recipients", "周科员")
	p.Choose("#copying-issuer_rule", "allows")
	p.Fill("#copying-secret", o.pin("officer"))
	p.Opens(func() { p.Enter("button[name=do][value=ask]") })
	director := p.Another()
	o.signIn(director, "office_director")
	o.open(director, "/approvals")
	director.See("税政科承办")
	director.Fill("[id^='leave-'][id$='-secret']", o.pin("office_director"))
	director.Opens(func() { director.Enter("button[name=answer][value=grant]") })
	o.open(p, "/approvals")
	p.Opens(func() { p.Enter("form[action$='/decide'] a.btn") })
	p.See("李主任")
	p.Fill("#copying-secret", o.pin("officer"))
	p.Opens(func() { p.Enter("button[name=do][value=make]") })
	y.shelved()
	if len(y.pieces) != 3 {
		t.Errorf("after one was copied the document has pieces %v", y.labels)
	}
}

// evening: who had a piece in his hands that day signs the sheet before he goes.
func (y *year) evening(t *testing.T) {
	o, _ := y.in(t)
	now := o.Time.Now()
	o.later(calendar.DateOf(now).At(17, 20).Sub(now))
	p := y.officer.Another()
	o.signIn(p, "clerk_a")
	o.open(p, "/sign-off")
	p.Fill("#day-end-items_counted", "0")
	for _, line := range eval[[]string](p, "[...new Set([...document.querySelectorAll('#day-end-form input[type=radio]')].map(i => i.name))]") {
		p.Pick(line, "yes")
	}
	p.Fill("#day-end-form [name=own_secret]", o.pin("clerk_a"))
	p.Opens(func() { p.Enter("#day-end-form button") })
	p.See("已签")
}

// returned: the issuer wants one copy back; it goes by a list that is counted, and his receipt is entered.
func (y *year) returned(t *testing.T) {
	o, p := y.in(t)
	o.open(p, "/archive")
	p.Enter("a[href='#open']")
	p.Has("dialog:modal")
	p.Choose("#open-kind", "return")
	p.Fill("#open-issuer", "某省局")
	p.Fill("#open-party", "某省局机要室")
	p.Fill("#open-reason", "年终清退")
	p.Opens(func() { p.Press("Ctrl+Enter") })
	o.scan(p, y.labels[0])
	p.See(y.labels[0])
	p.Tick("#lines input[name=copies]")
	p.Opens(func() { p.Enter("#lines footer button") })
	p.Enter("a[href='#receipt']")
	p.Has("dialog:modal")
	p.Fill("dialog:modal [name=number]", "清收〔2025〕18号")
	p.Fill("dialog:modal [name=date]", "2025-12-29")
	p.Fill("dialog:modal [name=receiver]", "何收文员")
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("清收〔2025〕18号")
	p.Enter("a[href='#close']")
	p.Has("dialog:modal")
	p.See("何收文员") // who signed the receipt has signed as the receiving side
	p.Fill("dialog:modal [name=first_secret]", o.pin("officer"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	o.open(p, y.document)
	p.See("已清退")
}

// certified: the certificate is taken at its page, and proves what it says with nothing but the key of the ledger.
func (y *year) certified(t *testing.T) {
	o, p := y.in(t)
	o.open(p, y.list+"/certificate")
	o.checkedOffline(p)
}

// checkedOffline takes the certificate of the page as it stands, and checks it with the command line and the key of the ledger alone.
func (o *office) checkedOffline(p *Page) {
	t := p.t
	t.Helper()
	taken := p.Send("form[action$='/certificate']", 1)[0]
	if taken.Status != 200 || len(taken.Body) == 0 {
		t.Fatalf("the certificate answers %d %s %.100q", taken.Status, taken.Type, taken.Body)
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "jiyao-verify")
	if out, err := exec.CommandContext(p.ctx, "go", "build", "-o", program, "jiyao/cmd/jiyao-verify").CombinedOutput(); err != nil {
		t.Fatalf("build jiyao-verify: %v\n%s", err, out)
	}
	raw := make([]byte, 0, len(taken.Body))
	for _, r := range taken.Body { // one character a byte
		raw = append(raw, byte(r))
	}
	verify := func(b []byte) (string, error) {
		file := filepath.Join(dir, "certificate.zip")
		if err := os.WriteFile(file, b, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(p.ctx, program, "-key", filepath.Join(o.Data, "ledger.vkey"), file).CombinedOutput()
		return string(out), err
	}
	if out, err := verify(raw); err != nil || !strings.Contains(out, `"proven":true`) || !strings.Contains(out, "disposal.destroy") {
		t.Errorf("the certificate does not verify: %v\n%s", err, out)
	}
	raw[len(raw)/2] ^= 1
	if out, err := verify(raw); err == nil {
		t.Errorf("a certificate that was changed verifies: %s", out)
	}
}
