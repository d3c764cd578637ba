package e2e

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"jiyao/internal/document"
	"jiyao/internal/ledger"
)

var reference = regexp.MustCompile(`R-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}`)

// handOut fills the dialog of a copy's page and hands it in; the code of the copy is read from the piece.
func handOut(o *office, p *Page, to, code string) {
	p.t.Helper()
	p.Press("F4")
	p.Has("dialog:modal")
	p.Choose("#hand-out-to", to)
	p.Fill("#hand-out-copy_no", code)
	p.Fill("dialog:modal [name=first_secret]", o.pin("officer"))
	p.Fill("dialog:modal [name=second_secret]", o.pin(to))
	p.Opens(func() { p.Press("Ctrl+Enter") })
}

// One office and one day of it: what may not be is answered in one of three ways, what was done stays visible, two
// at once have one effect, and a deadline that passes goes red.
func TestADay(t *testing.T) {
	o := county(t)
	p := Browser(t)
	t.Run("in and out", func(t *testing.T) { inAndOut(t, o, p) })
	i := o.circulating(7)
	t.Run("beyond the scope", func(t *testing.T) { beyondTheScope(t, o, p, i) })
	outsider := p.Another()
	o.signIn(outsider, "outsider")
	t.Run("it does not exist", func(t *testing.T) { doesNotExist(t, o, outsider, i) })
	admin := p.Another()
	o.signIn(admin, "sys_admin")
	t.Run("an administrator sees no business", func(t *testing.T) { noBusiness(t, o, admin, i) })
	t.Run("two at once", func(t *testing.T) { twoAtOnce(t, o, p, o.circulating(9)) })
	wrong, kept := o.registered(8), o.circulating(10)
	o.out(kept, 1, "leader")
	o.open(p, "/today")
	if strings.Contains(p.Source(), `class="due late`) {
		t.Error("something is late in the morning")
	}
	p.Opens(func() { p.Enter("form[action='/logout'] button") })
	o.later(3 * time.Hour)
	o.signIn(p, "officer")
	t.Run("passed sideways", func(t *testing.T) { sideways(t, o, p, kept) })
	t.Run("corrected", func(t *testing.T) { corrected(t, o, p, i) })
	t.Run("void", func(t *testing.T) { void(t, o, p, wrong) })
	t.Run("entered late", func(t *testing.T) { enteredLate(t, o, p, i) })
	o.later(6 * time.Hour) // 18:31
	o.signIn(p, "officer")
	t.Run("a deadline passes", func(t *testing.T) { deadline(t, o, p, kept) })
}

// beyondTheScope: the refusal is a document with its clause, who could allow it, and a reference.
func beyondTheScope(t *testing.T, o *office, p *Page, i item) {
	p.In(t)
	o.open(p, "/c/"+string(i.copies[0]))
	handOut(o, p, "clerk_a", "000001")
	p.Has(".refusal[role=alert]")
	p.See("丙-3.3")
	p.See("李主任")      // who can widen the scope
	p.See("周科员不在范围内") // what of the try was in the way
	said := reference.FindString(p.Text(".refusal"))
	refused := o.entries(ledger.Refused)
	if len(refused) == 0 || refused[0].Reference != said || refused[0].Act != "custody.hand_out" {
		t.Errorf("the card says %q, the ledger %+v", said, refused)
	}
	p.Axe()
	if !p.Focused(".refusal") && !p.Focused("[data-focus]") {
		t.Error("the refusal does not take the focus")
	}
	o.open(p, "/c/"+string(i.copies[0]))
	p.See("1号柜") // it lies where it lay
}

// sideways: a reader passes his copy to the next (横传). No page offers it; asked for by a program it is refused with its
// clause and a reference, and the refused try stands among the events of the document.
func sideways(t *testing.T, o *office, p *Page, i item) {
	p.In(t)
	type command struct {
		Copy string `json:"copy"`
		To   string `json:"to"`
	}
	post := func(path, token string, body any) answer {
		b, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		return eval[answer](p, fmt.Sprintf("fetch(%s, {method: 'POST', headers: {'Content-Type': 'application/json', Authorization: %s}, body: %s}).then(%s)",
			quote("/api/v1/"+path), quote("Bearer "+token), quote(string(b)), fetched))
	}
	leader := o.account("leader")
	var session struct{ Token string }
	in := post("session", "", map[string]string{"user": "leader", "password": leader.Password, "code": o.code("leader")})
	if err := json.Unmarshal([]byte(in.Body), &session); err != nil || in.Status != 200 {
		t.Fatalf("a program signs in: %d %v", in.Status, err)
	}
	a := post("acts/custody.pass_on", session.Token, command{string(i.copies[0]), string(o.account("head_a").Person)})
	if a.Status != 403 || !strings.Contains(a.Body, "B-3.3e") || !reference.MatchString(a.Body) {
		t.Errorf("passing on is answered %d %.400s", a.Status, a.Body)
	}
	o.open(p, i.path())
	p.See("横传，不予办理")
	p.See(reference.FindString(a.Body))
}

// doesNotExist: whoever is outside gets the same bytes for what is hidden as for what never was, and finds nothing.
func doesNotExist(t *testing.T, o *office, p *Page, i item) {
	p.In(t)
	before := len(o.entries(ledger.NotFound))
	hidden := []string{i.path(), i.path() + "/custody", i.path() + "/slip", i.path() + "/circulate", "/c/" + string(i.copies[0]), "/circulation/" + string(i.round)}
	for _, path := range hidden {
		random := path
		for _, id := range []string{string(i.id), string(i.copies[0]), string(i.round)} {
			random = strings.ReplaceAll(random, id, "0123456789AB")
		}
		a, b := p.Fetch(path), p.Fetch(random)
		if a.Status != 404 || b.Status != 404 || a.Body != b.Body {
			t.Errorf("%s answers %d, %s %d, the same bytes: %v", path, a.Status, random, b.Status, a.Body == b.Body)
		}
	}
	if after := len(o.entries(ledger.NotFound)); after <= before {
		t.Error("the tries are not recorded")
	}
	o.open(p, i.path())
	p.Gone(coded(7))
	p.Axe()
	search := func(words string) string {
		o.open(p, "/search")
		p.Fill("#q", words)
		p.Opens(func() { p.Press("Enter") })
		p.See("没有找到")
		p.Gone("某省主管厅")
		return strings.ReplaceAll(reference.ReplaceAllString(p.Text("main"), ""), words, "")
	}
	if search(coded(7)) != search("没有这样的件") {
		t.Error("a search for what is hidden and one for what is not there differ")
	}
	o.open(p, "/approvals")
	p.Gone(coded(7))
}

// noBusiness: the administrator finds none of the pages, and his own show nothing of it.
func noBusiness(t *testing.T, o *office, p *Page, i item) {
	p.In(t)
	for _, path := range []string{"/today", "/receive", "/circulation", "/approvals", "/search", i.path(), "/c/" + string(i.copies[0])} {
		if a := p.Fetch(path); a.Status != 404 || strings.Contains(a.Body, "机密") {
			t.Errorf("%s answers an administrator %d", path, a.Status)
		}
	}
	o.open(p, "/admin")
	for _, word := range []string{coded(7), "某省主管厅", "000001"} {
		if strings.Contains(p.Source(), word) {
			t.Errorf("the administrator's page holds %s", word)
		}
	}
}

// corrected: a clerk's mistake is struck out and stays legible, with the reason.
func corrected(t *testing.T, o *office, p *Page, i item) {
	p.In(t)
	o.open(p, i.path())
	p.Enter("a[href='#correct']")
	p.Choose("#correct-field", "pages")
	p.Fill("#correct-value", "14")
	p.Fill("#correct-reason", "清点时少数两页")
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("已更正")
	if p.Text("del") != "12" || p.Text("ins") != "14" {
		t.Errorf("the correction shows %q and %q", p.Text("del"), p.Text("ins"))
	}
	p.See("清点时少数两页")
}

// void: the line is of no use any more, its number stays.
func void(t *testing.T, o *office, p *Page, wrong item) {
	p.In(t)
	o.open(p, wrong.path())
	number := regexp.MustCompile(`〔2026〕\d+`).FindString(p.Text(".meta"))
	p.Enter("a[href='#void']")
	p.Fill("#void-reason", "与前件重复")
	p.Fill("#void-secret", o.pin("officer"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("这一行已作废")
	if number == "" || !strings.Contains(p.Text(".meta"), number) {
		t.Errorf("the number %q did not stay: %s", number, p.Text(".meta"))
	}
}

// enteredLate: what happened while the power was off says both times, and why.
func enteredLate(t *testing.T, o *office, p *Page, i item) {
	p.In(t)
	o.open(p, "/c/"+string(i.copies[0]))
	p.Press("F4")
	p.Has("dialog:modal")
	p.Choose("#hand-out-to", "leader")
	p.Fill("#hand-out-copy_no", "000001")
	p.Enter("dialog:modal details summary")
	p.Moment("#hand-out-at", morning.Add(90*time.Minute))
	p.Fill("#hand-out-late", "停电，先记在纸上")
	p.Fill("dialog:modal [name=first_secret]", o.pin("officer"))
	p.Fill("dialog:modal [name=second_secret]", o.pin("leader"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("郑副局长")
	o.open(p, i.path())
	p.See("停电，先记在纸上")
	p.See("11:01") // when it happened
	p.See("12:31") // when it was entered
}

// twoAtOnce: one effect of several presses; of two clerks one wins and the other is told by whom.
func twoAtOnce(t *testing.T, o *office, p *Page, i item) {
	p.In(t)
	o.out(i, 2, "head_a")
	due := morning.AddDate(0, 0, 3)
	o.do("leader", "document.instruct", document.Instruct{Document: i.id, Handler: o.account("head_a").Person, Due: &due, Text: "请办。"})
	o.open(p, i.path())
	p.TabTo("form[action$='/chase'] button")
	for _, a := range p.Send("form[action$='/chase']", 3) {
		if a.Status != 200 || a.Path != i.path() {
			t.Errorf("a press answers %d at %s", a.Status, a.Path)
		}
	}
	o.open(p, i.path())
	p.See("已催办 1 次")
	p.TabTo("form[action$='/chase'] button")
	p.Opens(func() { p.Press("Enter", "Enter") })
	p.See("已催办 2 次")

	other := p.Another()
	o.signIn(other, "officer2")
	piece := "/c/" + string(i.copies[0])
	o.open(other, piece)
	o.open(p, piece)
	handOut(o, p, "leader", "000001")
	p.See("郑副局长")
	other.Press("F4")
	other.Has("dialog:modal")
	other.Choose("#hand-out-to", "head_a")
	other.Fill("#hand-out-copy_no", "000001")
	other.Fill("dialog:modal [name=first_secret]", o.pin("officer2"))
	other.Fill("dialog:modal [name=second_secret]", o.pin("head_a"))
	if a := other.Send("#hand-out form", 1); a[0].Status != 409 {
		t.Errorf("the stale page answers %d", a[0].Status)
	}
	other.Opens(func() { other.Press("Ctrl+Enter") })
	other.See("郑副局长") // whose it is now
	o.open(other, piece)
	other.See("郑副局长")
	other.Gone("冯科长")
}

// deadline: what has passed goes red on the clerk's pages and says by how much.
func deadline(t *testing.T, o *office, p *Page, i item) {
	p.In(t)
	o.open(p, "/today")
	p.Has(".due.late")
	p.See("逾期")
	p.See(coded(10))
	p.Axe()
	o.open(p, "/circulation?by=person")
	p.See("郑副局长")
	o.open(p, i.path())
	p.Has(".red")
}

// inAndOut: nobody sees anything before he has signed in, and a wrong password is told without saying what was wrong.
func inAndOut(t *testing.T, o *office, p *Page) {
	p.In(t)
	p.Goto(o.URL + "/d/0123456789AB")
	if o.path(p) != "/login" {
		t.Errorf("nobody is sent to %s", o.path(p))
	}
	p.Fill("#f-login", "officer")
	p.Fill("#f-password", "not his password")
	p.Fill("#f-code", o.code("officer"))
	p.Opens(func() { p.Press("Enter") })
	p.Has("[role=alert]")
	p.Axe()
	o.signIn(p, "officer")
	p.See("陈机要员")
	p.See("1 次")
	p.Press("?")
	p.Has("#help:modal")
	p.Press("Escape")
	p.Opens(func() { p.Enter("form[action='/lang'] button") })
	p.See("To do now")
	p.Gone("现在要办")
	p.Opens(func() { p.Enter("form[action='/lang'] button") })
	p.See("现在要办")
}
