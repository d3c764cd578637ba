package e2e

import (
	"fmt"
	"io/fs"
	"testing"
	"time"

	"jiyao/internal/calendar"
	"jiyao/regulations"
)

// TestTheJobsOfACompany leads a plan and a sample coat of the company through its pages alone: the general manager entrusts the keepers,
// they receive and register both, hand out and lend on a signed sheet of measures, take back, copy with his leave; the coat goes to
// the department designated for its stage, comes back and is destroyed before two who did not list it, and the certificate is
// checked offline. Nothing is done beside the pages.
func TestTheJobsOfACompany(t *testing.T) {
	file, err := fs.ReadFile(regulations.FS, "company/office.yaml")
	if err != nil {
		t.Fatal(err)
	}
	o := founded(t, string(file), time.Date(2026, 3, 2, 9, 0, 0, 0, calendar.Zone))
	j := &job{office: o, keeper: Browser(t)}
	j.gm = j.keeper.Another()
	o.signIn(j.keeper, "keeper")
	o.signIn(j.gm, "gm")
	for _, part := range []struct {
		name string
		do   func(t *testing.T)
	}{{"entrusted", j.entrusted}, {"received", j.received}, {"shelved", j.shelved}, {"scoped", j.scoped}, {"lent", j.lent}, {"handed", j.handed}, {"copied", j.copied}, {"stepped", j.stepped}, {"destroyed", j.destroyed}} {
		if !t.Run(part.name, part.do) {
			return
		}
	}
}

// job is that office, with the general manager and the keeper at their desks.
type job struct {
	office                       *office
	keeper, gm                   *Page
	plan, coat, thing, tag, list string
	labels, pieces               []string
}

func (j *job) entrusted(t *testing.T) {
	o, p := j.office, j.gm
	p.In(t)
	for _, who := range []string{"keeper", "keeper2"} {
		o.open(p, "/people/entrusted")
		p.Choose("#deeds-person", who)
		for _, deed := range []string{"制作", "收发", "传递", "使用", "复制", "摘抄", "保存", "销毁"} {
			p.Tick("form[action='/people/deeds'] input[value='" + deed + "']")
		}
		p.Tick("form[action='/people/deeds'] [name=all_items]")
		p.Fill("#deeds-to", "2026-12-31")
		p.Fill("#deeds-secret", o.pin("gm"))
		p.Opens(func() { p.Press("Ctrl+Enter") })
		p.See("委托已生效")
		p.Choose("#designate-person", who)
		for _, deed := range []string{"收发", "传递", "外出携带"} {
			p.Tick("form[action='/people/designate'] input[value='" + deed + "']")
		}
		p.Tick("form[action='/people/designate'] [name=all_items]")
		p.Fill("#designate-to", "2026-12-31")
		p.Fill("#designate-secret", o.pin("gm"))
		p.Opens(func() { p.Press("Ctrl+Enter") })
		p.See("指定已登记")
	}
}

func (j *job) received(t *testing.T) {
	o, p := j.office, j.keeper
	p.In(t)
	o.open(p, "/receive")
	for n, line := range [][4]string{{"K-1", "规划部", "机密", "2"}, {"K-2", "设计部", "秘密", "1"}} {
		k := fmt.Sprint(n)
		p.Fill("[name='no."+k+"']", line[0])
		p.Fill("[name='issuer."+k+"']", line[1])
		p.Choose("[name='level."+k+"']", line[2])
		p.Choose("[name='urgency."+k+"']", "一般")
		p.Fill("[name='listed."+k+"']", line[3])
		p.Fill("[name='counted."+k+"']", line[3])
	}
	p.Fill("#f-courier", "机要交通员")
	p.Fill("#accept-secret", o.pin("keeper"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("来件已接收")
	o.scan(p, "K-1")
	p.Fill("#f-doc_no", "规〔2026〕1号")
	p.Fill("#f-title", "秋冬规划")
	p.Fill("#f-period", "2026-06-30")
	p.Fill("#f-issued_on", "2026-03-01")
	p.Fill("#f-mark_text", "公司机密")
	p.Fill("#f-document_kind", "规划")
	p.Fill("#f-pages", "12")
	p.Fill("#f-copy_nos", "000001-000002")
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("已登记")
	p.See("公司机密 2026-06-30")
	j.plan = o.path(p)
	o.scan(p, "K-2")
	p.Fill("#f-doc_no", "设〔2026〕1号")
	p.Fill("#f-title", "新款样衣")
	p.Fill("#f-period", "2026-08-31")
	p.Fill("#f-issued_on", "2026-03-01")
	p.Fill("#f-mark_text", "公司秘密")
	p.Fill("#f-document_kind", "其他")
	p.Fill("#f-pages", "0")
	p.Choose("#f-medium", "object")
	p.Fill("#f-copy_nos", "000001")
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("已登记")
	p.See("实物")
	j.coat = o.path(p)
}

func (j *job) shelved(t *testing.T) {
	o, p := j.office, j.keeper
	p.In(t)
	for _, path := range []string{j.plan, j.coat} {
		o.open(p, path)
		p.Choose("#shelve-place", "safe-1")
		p.Opens(func() { p.Enter("form[action$='/put-away'] button") })
	}
}

func (j *job) scoped(t *testing.T) {
	o, d := j.office, j.keeper.Another()
	d.In(t)
	o.signIn(d, "office_director")
	for path, who := range map[string][]string{j.plan: {"gm", "keeper", "keeper2", "clerk"}, j.coat: {"gm", "keeper", "keeper2", "designer"}} {
		o.open(d, path)
		for _, w := range who {
			d.Tick("form[action$='/scope'] input[value=" + w + "]")
		}
		d.Fill("#scope-reason", "工作需要")
		d.Fill("#scope-secret", o.pin("office_director"))
		d.Opens(func() { d.Press("Ctrl+Enter") })
		d.See("知悉范围已定")
	}
}

func (j *job) lent(t *testing.T) {
	o, p := j.office, j.keeper
	p.In(t)
	o.open(p, j.plan)
	j.labels = eval[[]string](p, "[...document.querySelectorAll(\"aside a[href^='/c/']\")].map(a => a.textContent.trim())")
	j.pieces = eval[[]string](p, "[...document.querySelectorAll(\"aside a[href^='/c/']\")].map(a => a.getAttribute('href'))")
	o.open(p, "/loans")
	p.Fill("#desk-piece", j.labels[0])
	p.Opens(func() { p.Press("Enter") })
	p.Choose("#desk-to", "clerk")
	p.Moment("#desk-due", time.Date(2026, 3, 4, 17, 0, 0, 0, calendar.Zone))
	p.Opens(func() { p.Enter("button[value=sign]") })
	p.See("不能借出：保护措施：制度要求填这一项") // without a measure named
	p.Tick("input[name=measures][value='当面交接']")
	p.Opens(func() { p.Enter("button[value=sign]") })
	p.See("不能借出：须先签《安全措施确认》")
	p.See("戊-11.2")
	j.confirms(p, "#desk-sheet")
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("安全措施已确认")
	p.Has("dialog:modal, dialog[open]")
	p.Fill("dialog:modal [name=first_secret]", o.pin("keeper"))
	p.Fill("dialog:modal [name=second_secret]", o.pin("clerk"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("已借出")
	p.See("周职员")
	o.open(p, j.pieces[0])
	clerk := p.Another()
	o.signIn(clerk, "clerk")
	o.open(clerk, "/holdings")
	clerk.See(j.labels[0])
	clerk.See("借阅")
	p.Enter("a[href='#take-back']")
	p.Has("dialog:modal")
	p.Fill("dialog:modal [name=copy_no]", j.labels[0])
	p.Fill("dialog:modal [name=copies_back]", "1")
	p.Fill("dialog:modal [name=pages_back]", "12")
	p.Fill("dialog:modal [name=attachments_back]", "0")
	p.Choose("dialog:modal [name=cabinet]", "safe-1")
	p.Tick("dialog:modal [name=checked]")
	for _, name := range []string{"pages_result", "attachments_result", "marks_result"} {
		p.Choose("dialog:modal [name="+name+"]", "whole")
	}
	p.Fill("dialog:modal [name=first_secret]", o.pin("keeper"))
	p.Fill("dialog:modal [name=second_secret]", o.pin("clerk"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("已收回入柜")
	p.See("借给周职员")
}

// confirms answers every line of the sheet of measures with yes, and gives the keeper's signature.
func (j *job) confirms(p *Page, sheet string) {
	for _, name := range eval[[]string](p, "[...new Set([...document.querySelectorAll('"+sheet+" input[type=radio]')].map(i => i.name))]") {
		p.Pick(name, "yes")
	}
	p.Fill(sheet+" [name=own_secret]", j.office.pin("keeper"))
}

// handed hands the second copy to the general manager at its page.
func (j *job) handed(t *testing.T) {
	o, p := j.office, j.keeper
	p.In(t)
	o.open(p, j.pieces[1])
	p.Enter("[href='#hand-out']")
	p.Has("dialog:modal")
	p.Choose("#hand-out-to", "gm")
	p.Fill("#hand-out-copy_no", "000002")
	p.Fill("#hand-out [name=first_secret]", o.pin("keeper"))
	p.Fill("#hand-out [name=second_secret]", o.pin("gm"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("保护措施：制度要求填这一项")
	p.Tick("#hand-out [name=measures][value='密封袋']")
	p.Fill("#hand-out [name=first_secret]", o.pin("keeper"))
	p.Fill("#hand-out [name=second_secret]", o.pin("gm"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("不予送阅") // the sheet is not signed: the clause, and the sheet itself
	p.See("戊-11.2")
	p.See("并采取必要的安全措施")
	j.confirms(p, "#measures")
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("安全措施已确认")
	p.Fill("#hand-out [name=first_secret]", o.pin("keeper"))
	p.Fill("#hand-out [name=second_secret]", o.pin("gm"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("已送阅")
	p.See("钱总经理")
}

func (j *job) copied(t *testing.T) {
	o, p := j.office, j.keeper
	p.In(t)
	o.open(p, j.pieces[0])
	p.Opens(func() { p.Enter("a[href$='/copying']") })
	p.See("还没有登记可用的设备")
	p.Opens(func() { p.Enter("main a[href='/devices#register']") })
	p.Has("dialog:modal")
	p.Fill("#register-name", "文印室复印机")
	p.Choose("#register-kind", "copier")
	p.Choose("#register-place", "room-203")
	p.Choose("#register-custodian", "keeper2")
	p.Fill("#register-own_secret", o.pin("keeper"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("设备已登记")
	o.open(p, j.pieces[0]+"/copying")
	p.TabTo("#copying-device")
	p.walk("Down", "choose the copier", "document.activeElement.value !== ''")
	p.Fill("#copying-copies", "1")
	p.Fill("#copying-copy_numbers", "复-001")
	p.Fill("#copying-purpose", "销售部承办")
	p.Fill("#copying-recipients", "周职员")
	p.Fill("#copying-secret", o.pin("keeper"))
	p.Opens(func() { p.Enter("button[name=do][value=ask]") })
	p.See("等待批准")
	gm := j.gm
	gm.In(t)
	o.open(gm, "/approvals")
	gm.See("陈专人：复制")
	gm.See("销售部承办")
	gm.Fill("[id^='leave-'][id$='-secret']", o.pin("gm"))
	gm.Opens(func() { gm.Enter("button[name=answer][value=grant]") })
	gm.See("已答复")
	o.open(p, "/approvals")
	p.Opens(func() { p.Enter("form[action$='/decide'] a.btn") })
	p.See("钱总经理已批")
	p.Fill("#copying-secret", o.pin("keeper"))
	p.Opens(func() { p.Enter("button[name=do][value=make]") })
	p.See("复印已登记")
	p.See("待贴标签入柜")
	p.Opens(func() { p.Enter("form[action$='/put-away'] button") })
	p.See("已贴标签并入柜")
	p.See("JY26-0001-03-")
	o.open(p, j.pieces[0])
	j.mayPrint("form[action$='/form'] button", "归入卷宗")
	j.paper("form[action$='/form']")
}
