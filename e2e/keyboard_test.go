package e2e

import (
	"strings"
	"testing"
	"time"

	"jiyao/internal/document"
	"jiyao/internal/ledger"
	"jiyao/internal/term"
)

// Whoever works with the keyboard alone is never put somewhere else, and what he does not see is never sent.
func TestTheKeyboardAlone(t *testing.T) {
	o := county(t)
	p := Browser(t)
	o.signIn(p, "officer")
	i := o.circulating(21)
	t.Run("nothing out of sight is sent", func(t *testing.T) { outOfSight(t, o, p, i) })
	t.Run("nothing behind a dialog is sent", func(t *testing.T) { behindDialog(t, o, p) })
	t.Run("the first wrong field", func(t *testing.T) { firstWrong(t, o, p, i) })
	t.Run("a board drawn anew", func(t *testing.T) { boardAnew(t, o, p, i) })
	t.Run("fields drawn anew", func(t *testing.T) { fieldsAnew(t, o, p) })
	t.Run("a form of one button", func(t *testing.T) { oneButton(t, o) })
}

// outOfSight: Ctrl+Enter outside of every form sends none that waits in a closed dialog.
func outOfSight(t *testing.T, o *office, p *Page, i item) {
	p.In(t)
	o.open(p, i.path())
	p.Has("dialog:not([open]) [data-submit]")
	before := len(o.entries(ledger.Done)) + len(o.entries(ledger.Refused))
	p.Press("Ctrl+Enter")
	time.Sleep(500 * time.Millisecond)
	p.See(coded(21))
	if now := len(o.entries(ledger.Done)) + len(o.entries(ledger.Refused)); now != before || o.path(p) != i.path() {
		t.Errorf("Ctrl+Enter on a page without an open form made %d entries and led to %s", now-before, o.path(p))
	}
}

// behindDialog: what lies behind an open dialog is not sent from within it.
func behindDialog(t *testing.T, o *office, p *Page) {
	p.In(t)
	o.open(p, "/search")
	p.Enter("button[data-open='#help']")
	p.Has("#help:modal")
	p.Press("Ctrl+Enter")
	time.Sleep(500 * time.Millisecond)
	if eval[bool](p, "!document.querySelector('#help:modal')") {
		t.Error("Ctrl+Enter in the help sends the form behind it")
	}
}

// firstWrong: what could not be read has the focus, in a dialog and in a fold too; Escape leads back to what opened it.
func firstWrong(t *testing.T, o *office, p *Page, i item) {
	p.In(t)
	o.open(p, "/c/"+string(i.copies[0]))
	p.Press("F4")
	p.Has("dialog:modal")
	p.Choose("#hand-out-to", "leader")
	p.Enter("dialog:modal summary")
	p.Fill("#hand-out-at", "前几天")
	p.Fill("#hand-out-late", "忘了登记")
	p.Fill("#hand-out-copy_no", "000001")
	p.Fill("dialog:modal [name=first_secret]", o.pin("officer"))
	p.Fill("dialog:modal [name=second_secret]", o.pin("leader"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.Has("dialog:modal .note.no")
	if !p.Focused("dialog:modal #hand-out-at") {
		t.Errorf("the focus is not at the first wrong field\n%s", p.where())
	}
	p.Press("Escape")
	if !p.Focused("[data-open='#hand-out']") {
		t.Errorf("a closed dialog does not give the focus back\n%s", p.where())
	}
}

// boardAnew: somebody else's act draws the board anew under the officer's hands.
func boardAnew(t *testing.T, o *office, p *Page, i item) {
	p.In(t)
	o.open(p, "/circulation")
	link := "#board a[href='/circulation/" + string(i.round) + "']"
	p.TabTo(link)
	o.circulating(22)
	p.See(coded(22))
	if !p.Focused(link) {
		t.Errorf("a board drawn anew loses the focus\n%s", p.where())
	}
	p.Press("j")
	p.Has("[data-row].sel")
	row := p.Text("[data-row].sel .t")
	o.circulating(23)
	p.See(coded(23))
	if !p.Focused("[data-row].sel") || p.Text("[data-row].sel .t") != row {
		t.Errorf("a board drawn anew loses the row\n%s", p.where())
	}
}

// fieldsAnew: the fields follow the level while the hand has already gone on.
func fieldsAnew(t *testing.T, o *office, p *Page) {
	p.In(t)
	o.accepted("JT-0601")
	o.open(p, "/today")
	o.scan(p, "JT-0601")
	p.Pick("level", "秘密")
	p.Has("[name=level_checked][value=秘密]")
	time.Sleep(300 * time.Millisecond) // the new fields have settled
	p.Press("Right", "Tab")
	p.Has("[name=level_checked][value=内部]")
	if p.Focused("body") {
		t.Errorf("fields drawn anew lose the focus\n%s", p.where())
	}
}

// oneButton: a form whose button bears no mark is sent all the same, and what was typed comes back with the answer.
func oneButton(t *testing.T, o *office) {
	p := Browser(t)
	o.signIn(p, "office_director")
	o.open(p, "/posts")
	p.Fill("#unit-name", "督查科")
	p.Choose("#unit-kind", "department")
	p.Fill("#unit-p-secret", o.pin("office_director"))
	p.Fill("#unit-h-secret", "000000")
	p.Opens(func() { p.Press("Ctrl+Enter") })
	if got := p.Value("#unit-name"); got != "督查科" || !p.Focused("#unit-h-secret") {
		t.Errorf("Ctrl+Enter in a form of one button leaves %q\n%s", got, p.where())
	}
}

// Cookies know no ports: two offices on one machine, open in one browser, still do not end each other's sessions.
func TestTwoOfficesInOneBrowser(t *testing.T) {
	one, two := county(t), county(t)
	p := Browser(t)
	one.signIn(p, "officer")
	two.signIn(p, "office_director")
	one.open(p, "/today")
	if one.path(p) != "/today" || p.Text(".who .sr") != "陈机要员" {
		t.Errorf("after a sign-in at another office this one shows %s to %q", one.path(p), p.Text(".who .sr"))
	}
	p.Opens(func() { p.Enter("form[action='/logout'] button") })
	two.open(p, "/today")
	if two.path(p) != "/today" || p.Text(".who .sr") != "李主任" {
		t.Errorf("after a sign-out at another office this one shows %s to %q", two.path(p), p.Text(".who .sr"))
	}
	one.open(p, "/today")
	if one.path(p) != "/login" {
		t.Errorf("signed out, and still at %s", one.path(p))
	}
}

// While somebody types in a board it waits, and follows once he has gone on; what he typed stays.
func TestABoardWaitsForWhoTypes(t *testing.T) {
	o := demo(t)
	p := Browser(t)
	o.signIn(p, "officer")
	o.open(p, "/today")
	p.Fill("#day-end-form [type=password]", "1234")
	o.accepted("JT-0701")
	time.Sleep(time.Second)
	if strings.Contains(p.Text("main"), "JT-0701") {
		t.Error("a board is drawn anew under somebody who types in it")
	}
	p.Press("F2")
	p.See("JT-0701")
	if got := p.Value("#day-end-form [type=password]"); got != "1234" || !p.Focused("#scan") {
		t.Errorf("after the board has followed the field holds %q\n%s", got, p.where())
	}
}

// accepted takes in one sealed envelope of 机密.
func (o *office) accepted(no string) {
	o.t.Helper()
	one, intact := 1, true
	o.do("officer", "document.accept", document.Accept{Channel: "courier", Courier: "机要交通员", CourierSignature: "paper", Envelopes: []document.EnvelopeLine{
		{No: no, Issuer: "某省主管厅", Level: term.Jimi, Urgency: "一般", Listed: 1, Counted: &one, SealIntact: &intact}}})
}
