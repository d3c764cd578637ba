package e2e

import (
	"io/fs"
	"strings"
	"testing"
	"time"

	"jiyao/internal/calendar"
	"jiyao/regulations"
)

// TestAYearOfADocument leads one document of two copies from the courier to its destruction in the next year, in an office of
// the county: circulated, lent, copied with leave, locked away at the end of a day, counted, completed, one copy returned to
// its issuer, the rest listed, approved and destroyed before two who watched, with a certificate that is checked offline. The
// account of all pieces holds at the end, and on days that are past.
func TestAYearOfADocument(t *testing.T) {
	file, err := fs.ReadFile(regulations.FS, "county/office.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("2026-01-12", "2025-01-02", "2027-01-31", "2026-12-31", "2026-01-01", "2025-01-01").Replace(string(file))
	o := founded(t, text, time.Date(2025, 3, 3, 9, 0, 0, 0, calendar.Zone))
	y := year{office: o, officer: Browser(t)}
	o.signIn(y.officer, "officer")
	for _, part := range []struct {
		name string
		do   func(t *testing.T)
	}{
		{"March: received", y.received}, {"March: circulated", y.circulated}, {"May: lent and returned", y.lent},
		{"May: copied with leave", y.copied}, {"May: the end of a day", y.evening}, {"June: counted", y.counted},
		{"December: completed", y.completed}, {"December: one copy returned", y.returned}, {"February: destroyed", y.destroyed},
		{"February: the certificate", y.certified}, {"the account", y.account},
	} {
		if !t.Run(part.name, part.do) {
			return // what follows stands on it
		}
	}
}

type year struct {
	office   *office
	officer  *Page
	document string
	round    string
	pieces   []string // paths of the two copies, and of the one made of them
	labels   []string
	list     string // path of the list of destruction
}

func (y *year) in(t *testing.T) (*office, *Page) {
	y.officer.In(t)
	return y.office, y.officer
}

// until moves the clock of the office to a moment of a later day; everybody signs in anew.
func (y *year) until(year int, month time.Month, day int) {
	y.office.t.Helper()
	y.office.later(time.Date(year, month, day, 9, 0, 0, 0, calendar.Zone).Sub(y.office.Time.Now()))
	y.office.signIn(y.officer, "officer")
}

func (y *year) received(t *testing.T) {
	o, p := y.in(t)
	o.open(p, "/receive")
	p.Fill("[name='no.0']", "JT-0101")
	p.Fill("[name='issuer.0']", "某省局")
	p.Choose("[name='level.0']", "秘密")
	p.Choose("[name='urgency.0']", "一般")
	p.Fill("[name='listed.0']", "2")
	p.Fill("[name='counted.0']", "2")
	p.Fill("#f-courier", "机要交通员")
	p.Fill("#accept-secret", o.pin("officer"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("来件已接收")
	o.scan(p, "JT-0101")
	p.Fill("#f-doc_no", "某省发〔2025〕7号")
	p.Fill("#f-title", "关于某事项的通知")
	p.Fill("#f-period", "5年")
	p.Fill("#f-issued_on", "2025-02-24")
	p.Fill("#f-mark_text", "秘密★5年")
	p.Choose("#f-issuer_limit", "本系统")
	p.Fill("#f-pages", "12")
	p.Fill("#f-copy_nos", "000001-000002")
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("已登记")
	y.document = o.path(p)
	y.shelved()
}

// shelved puts away what is new of the document, and notes its pieces.
func (y *year) shelved() {
	p := y.officer
	y.office.open(p, y.document)
	p.Choose("#shelve-place", "cabinet-1")
	p.Opens(func() { p.Enter("form[action$='/put-away'] button") })
	p.See("1号柜")
	y.pieces = eval[[]string](p, "[...document.querySelectorAll(\"aside a[href^='/c/']\")].map(a => a.getAttribute('href'))")
	y.labels = eval[[]string](p, "[...document.querySelectorAll(\"aside a[href^='/c/']\")].map(a => a.textContent.trim())")
}

func (y *year) circulated(t *testing.T) {
	o, p := y.in(t)
	o.open(p, y.document)
	p.Opens(func() { p.Enter("form[action$='/make-slip'] button") })
	director := p.Another()
	o.signIn(director, "office_director")
	o.open(director, y.document)
	director.Fill("#opine-text", "请郑副局长阅。")
	director.Choose("#opine-reader-0", "leader")
	director.Fill("#opine-secret", o.pin("office_director"))
	director.Opens(func() { director.Press("Ctrl+Enter") })
	director.See("拟办已提交")
	director.Tick("form[action$='/scope'] input[value=leader]")
	director.Tick("form[action$='/scope'] input[value=clerk_a]")
	director.Fill("#scope-reason", "工作需要")
	director.Fill("#scope-secret", o.pin("office_director"))
	director.Opens(func() { director.Press("Ctrl+Enter") })
	director.See("知悉范围已定")
	o.open(p, y.document)
	p.Opens(func() { p.Enter("a[href='" + y.document + "/circulate']") })
	p.Opens(func() { p.Press("Ctrl+Enter") })
	y.round = o.path(p)
	o.hand(p, y.labels[0], "leader", "")
	leader := p.Another()
	o.signIn(leader, "leader")
	o.open(leader, "/approvals")
	leader.Fill("#own-secret", o.pin("leader"))
	leader.Opens(func() { leader.Enter("button.go.xl") })
	leader.See("已阅")
	o.backOf(p, y.round, "leader", "12", "0")
	o.open(p, y.round)
	p.Opens(func() { p.Enter("form[action$='/close'] button") })
	p.See("传阅已结束")
}

func (y *year) lent(t *testing.T) {
	y.until(2025, time.May, 12)
	o, p := y.in(t)
	o.open(p, "/loans")
	p.Fill("#desk-piece", y.labels[1])
	p.Opens(func() { p.Press("Enter") })
	p.Choose("#desk-to", "clerk_a")
	p.Moment("#desk-due", time.Date(2025, 5, 14, 17, 0, 0, 0, calendar.Zone))
	p.Opens(func() { p.Enter("button[value=sign]") })
	p.Has("dialog:modal")
	p.Fill("dialog:modal [name=first_secret]", o.pin("officer"))
	p.Fill("dialog:modal [name=second_secret]", o.pin("clerk_a"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See(y.labels[1])
	o.later(2 * time.Hour)
	borrower := p.Another()
	o.signIn(borrower, "clerk_a")
	o.open(borrower, "/holdings")
	borrower.See(y.labels[1])
	o.signIn(p, "officer") // the session of two hours ago has ended
	o.open(p, y.pieces[1])
	p.Enter("a[href='#take-back']")
	p.Has("dialog:modal")
	p.Fill("dialog:modal [name=copy_no]", y.labels[1])
	p.Fill("dialog:modal [name=copies_back]", "1")
	p.Fill("dialog:modal [name=pages_back]", "12")
	p.Fill("dialog:modal [name=attachments_back]", "0")
	p.Choose("dialog:modal [name=cabinet]", "cabinet-1")
	p.Tick("dialog:modal [name=checked]")
	for _, name := range []string{"pages_result", "attachments_result", "marks_result"} {
		p.Choose("dialog:modal [name="+name+"]", "whole")
	}
	p.Fill("dialog:modal [name=first_secret]", o.pin("officer"))
	p.Fill("dialog:modal [name=second_secret]", o.pin("clerk_a"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("已收回入柜")
}

func (y *year) counted(t *testing.T) {
	y.until(2025, time.June, 30)
	o, p := y.in(t)
	o.open(p, "/inventory")
	p.Tick("input[name=places][value=cabinet-1]")
	p.Opens(func() { p.Press("Ctrl+Enter") })
	for _, code := range []string{y.labels[0], y.labels[0], "JY25-9999-01-3", y.labels[1], y.labels[2]} { // a label twice, and one with a damaged check character
		p.Press("F2")
		p.Type(code)
		p.Press("Enter")
	}
	p.until("every scan is answered", "document.querySelector('[data-tally=found]')?.textContent === '3' && document.querySelectorAll('#shots [data-result]').length >= 4")
	const byLevel = `[...document.querySelectorAll('[data-share^="level:"]')].reduce((n, e) => n + +e.textContent.split(' / ')[0], 0)`
	if n := eval[int](p, byLevel); n != 3 { // at once, before anything is looked up anew
		t.Errorf("%d by level have their answers", n)
	}
	p.Enter("a[href='#close']")
	p.Has("dialog:modal")
	p.Fill("dialog:modal [name=first_secret]", o.pin("officer"))
	p.Choose("dialog:modal [name=second_person]", "officer2")
	p.Fill("dialog:modal [name=second_secret]", o.pin("officer2"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("孟机要员")
}

func (y *year) completed(t *testing.T) {
	y.until(2025, time.December, 29)
	o, p := y.in(t)
	o.open(p, y.document)
	p.Enter("a[href='#complete']")
	p.Fill("#complete-result", "已阅，无需办理。")
	p.Choose("#complete-disposition", "destroy")
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("已办结")
}

func (y *year) destroyed(t *testing.T) {
	y.until(2026, time.February, 9)
	o, p := y.in(t)
	o.open(p, "/destroy")
	p.Enter("a[href='#open']")
	p.Has("dialog:modal")
	p.Fill("#open-reason", "保存期满")
	p.Opens(func() { p.Press("Ctrl+Enter") })
	y.list = o.path(p)
	for _, label := range y.labels[1:] {
		if !strings.Contains(p.Text("main"), label) { // the year's list names them by itself
			o.scan(p, label)
		}
		p.See(label)
	}
	for _, name := range y.pieces[1:] {
		p.Tick("#lines input[value='" + strings.TrimPrefix(name, "/c/") + "']")
	}
	p.Opens(func() { p.Enter("#lines footer button") })
	director := p.Another()
	o.signIn(director, "office_director")
	o.open(director, y.list)
	director.Enter("a[href='#approve']")
	director.Has("dialog:modal")
	director.Fill("dialog:modal [name=own_secret]", o.pin("office_director"))
	director.Opens(func() { director.Press("Ctrl+Enter") })
	o.open(p, y.list)
	number := strings.TrimSpace(p.Text("main h1"))
	p.Enter("a[href='#destroy']")
	p.Has("dialog:modal")
	p.Choose("dialog:modal [name=method]", "pulp")
	p.Fill("dialog:modal [name=place]", "销毁间")
	p.Choose("dialog:modal [name=works]", "own_equipment")
	p.Fill("dialog:modal [name=first_secret]", o.pin("officer"))
	for role, who := range map[string]string{"supervisor_1": "office_clerk", "supervisor_2": "clerk_a"} {
		p.Choose("dialog:modal [name="+role+"_person]", who)
		p.Fill("dialog:modal [name="+role+"_secret]", o.pin(who))
	}
	p.Fill("dialog:modal [name=typed]", number)
	p.Opens(func() { p.Press("Ctrl+Enter") })
	o.open(p, y.list+"/certificate")
	p.See("赵科员")
	o.open(p, y.document)
	p.See("已销毁")
}

func (y *year) account(t *testing.T) {
	o, p := y.in(t)
	o.open(p, "/registers/balance")
	p.See("账实相符")
	p.See("共 3 份")
	o.open(p, "/registers/balance?day=2025-05-11")
	p.See("账实相符")
	if report, err := o.Check(t.Context()); err != nil || !report.Whole {
		t.Errorf("the ledger: %v %v", report.Findings, err)
	}
}
