package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"jiyao/internal/sheet"
)

// The main job from the courier to the cabinet, each at his own terminal and none of them with a mouse.
func TestTheMainJob(t *testing.T) {
	o := county(t)
	officer := Browser(t)
	officer.Goto(o.URL + "/login")
	officer.Axe()
	o.signIn(officer, "officer")
	if o.path(officer) != "/today" {
		t.Errorf("the officer's first page is %s", o.path(officer))
	}
	officer.See("没有待登记来件")
	j := journey{office: o, officer: officer}
	director, leader := officer.Another(), officer.Another()
	o.signIn(director, "office_director")
	o.signIn(leader, "leader")
	for _, part := range []struct {
		name string
		do   func(t *testing.T)
	}{
		{"the courier's envelopes", j.envelopes},
		{"the courier's list", j.list},
		{"the register", j.register},
		{"labels, cabinet and slip", j.pieces},
		{"opinion and scope", func(t *testing.T) { j.opinion(t, director) }},
		{"from hand to hand", func(t *testing.T) { j.circulation(t, leader) }},
		{"back in the cabinet", j.ends},
		{"the evidence", j.evidence},
	} {
		if !t.Run(part.name, part.do) {
			return // what follows stands on it
		}
	}
}

type journey struct {
	office   *office
	officer  *Page
	document string // path of the 机密 document
	round    string // path of its circulation
}

// in binds the officer's page to a part of the journey.
func (j *journey) in(t *testing.T) (*office, *Page) {
	j.officer.In(t)
	return j.office, j.officer
}

// envelopes: two are taken by count and signature; of one there is a copy less than the list says.
func (j *journey) envelopes(t *testing.T) {
	o, p := j.in(t)
	p.Opens(func() { p.Press("F3") })
	line := func(n string, no, issuer, level, urgency, listed, counted string) {
		p.Fill("[name='no."+n+"']", no)
		p.Fill("[name='issuer."+n+"']", issuer)
		p.Choose("[name='level."+n+"']", level)
		p.Choose("[name='urgency."+n+"']", urgency)
		p.Fill("[name='listed."+n+"']", listed)
		p.Fill("[name='counted."+n+"']", counted)
	}
	line("0", "JT-0501", "某省主管厅", "机密", "一般", "2", "2")
	line("1", "JT-0502", "某市府办公室", "内部", "特急", "３", "2") // full width, as an input method leaves it
	p.Fill("#f-courier", "机要交通员")
	p.Fill("#accept-secret", "000000")
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("签字码") // the wrong secret is told, and what was typed stands
	if got := p.Value("[name='no.1']"); got != "JT-0502" {
		t.Errorf("after a wrong signature the line holds %q", got)
	}
	// On a phone the lines come one by one: the two that were typed, and the next.
	p.Size(390, 844)
	if got := eval[int](p, `[...document.querySelectorAll("#accept tr:has([name^='no.'])")].filter(r => r.checkVisibility()).length`); got != 3 {
		t.Errorf("on a phone %d lines stand, of two that were typed", got)
	}
	p.Size(1440, 900)
	p.Fill("#accept-secret", o.pin("officer"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("来件已接收")
	p.See("2/2 份，已签收")
	p.See("实点 2，清单 3")
}

// list: one bad line is named, and nothing is taken; the mended list is.
func (j *journey) list(t *testing.T) {
	o, p := j.in(t)
	upload := func(level string) {
		p.Attach("#f-file", workbook(t, [][]string{{"JT-0601", "某市发改委", "内部", "一般", "1"}, {"JT-0602", "某市财政局", level, "一般", "1"}}))
		p.Opens(func() { p.Enter("form[action='/receive/list'] button") })
	}
	upload("机蜜")
	p.See("清单有 1 处不对")
	p.See("第 3 行")
	p.See("一封也没有接收")
	p.Gone("JT-0601")
	upload("秘密")
	p.See("2 行核对无误")
	p.Fill("[name='counted.0']", "1")
	p.Fill("[name='counted.1']", "1")
	p.Fill("#f-courier", "机要交通员")
	p.Fill("#accept-secret", o.pin("officer"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("来件已接收")
	p.See("JT-0602")
}

// workbook writes a courier's list as his office would.
func workbook(t *testing.T, rows [][]string) string {
	t.Helper()
	var b bytes.Buffer
	list := sheet.Sheet{Name: "清单", Rows: rows}
	for _, title := range []string{"封号", "来文单位", "密级", "紧急程度", "份数"} {
		list.Columns = append(list.Columns, sheet.SheetColumn{Title: title})
	}
	if err := sheet.Write(&b, list); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "list.xlsx")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// register: the envelope with a copy less wants a note to the sender first; the 机密 one takes a code name.
func (j *journey) register(t *testing.T) {
	o, p := j.in(t)
	o.scan(p, "JT-0502")
	p.See("须告知来文单位")
	p.Fill("#f-doc_no", "某市办〔2026〕33号")
	p.Fill("#f-title", "关于值班安排的通知")
	p.Fill("#f-pages", "3")
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.Has(".refusal")
	p.See("丙-3.1")
	if got := p.Value("#f-title"); got != "关于值班安排的通知" {
		t.Errorf("after the refusal the title holds %q", got)
	}
	p.Fill("#dis-what", "封面清单三份，实收两份")
	p.Opens(func() { p.Enter("form[action$='/discrepancy'] button") })
	p.See("不符已记录")

	o.scan(p, "JT-0501")
	p.Has("#f-code_name")
	p.See("本系统在办公网上")
	if p.Value("#f-title") != "" || p.Text("label[for='f-title']") != "" {
		t.Error("a 机密 document is asked for its title")
	}
	p.Fill("#f-doc_no", "某省发[2026]2号") // square brackets, as typed in a hurry
	p.Fill("#f-code_name", "甲字一号")
	p.Pick("level", "秘密") // the fields follow at once, and a level below the cover's is asked back
	p.See("封皮是机密，文件上确是秘密")
	p.Has("#f-title")
	if got := p.Value("#f-doc_no"); got != "某省发[2026]2号" || !p.Focused("[name=level][value=秘密]") {
		t.Errorf("when the level is chosen the number holds %q, or the focus is lost", got)
	}
	p.Pick("level", "机密")
	p.Gone("封皮是机密，文件上确是秘密")
	p.Fill("#f-period", "10年")
	p.Fill("#f-issued_on", "2026-11-20")
	p.Fill("#f-mark_text", "机密★10年")
	p.Choose("#f-issuer_limit", "本系统")
	p.Fill("#f-pages", "十二")
	p.Fill("#f-attachments", "2")
	p.Fill("#f-copy_nos", "000001-000002")
	p.Choose("#f-needs_action", "yes")
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.Has("#f-pages[aria-invalid]") // told at its field, and the rest stands
	if got := p.Value("#f-code_name"); got != "甲字一号" {
		t.Errorf("after a wrong field the code name holds %q", got)
	}
	p.Fill("#f-pages", "12")
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("已登记")
	p.See("甲字一号")
	p.See("某省发〔2026〕2号")
	j.document = o.path(p)
	if !strings.HasPrefix(j.document, "/d/") || strings.Contains(p.URL(), "2026") {
		t.Errorf("the document lies at %s", p.URL())
	}
}

// pieces: labels are printed, stuck on and put away; nothing of the document stands on them.
func (j *journey) pieces(t *testing.T) {
	o, p := j.in(t)
	p.TabTo("form[action$='/labels'] button")
	for _, a := range p.Send("form[action$='/labels']", 1) {
		if a.Status != 200 || a.Type != "application/pdf" || !strings.HasPrefix(a.Body, "%PDF-") {
			t.Errorf("labels answer %d %s %.20q", a.Status, a.Type, a.Body)
		}
	}
	for _, c := range []string{"1", "2"} {
		o.open(p, j.document)
		p.Opens(func() { p.Enter("aside li:nth-child(" + c + ") a[href^='/c/']") })
		p.Opens(func() { p.Enter("form[action$='/label'] button") })
		p.Choose("form[action$='/place'] select", "cabinet-1")
		p.Opens(func() { p.Enter("form[action$='/place'] button") })
		p.See("1号柜")
	}
	o.open(p, j.document)
	p.Opens(func() { p.Enter("form[action$='/make-slip'] button") })
	p.See("处理签已填")
}

// opinion: the director names readers and persons; whoever may not know stands there and cannot be chosen.
func (j *journey) opinion(t *testing.T, p *Page) {
	o, _ := j.in(t)
	p.In(t)
	if o.path(p) != "/approvals" {
		t.Errorf("the director's first page is %s", o.path(p))
	}
	o.open(p, "/approvals")
	p.Opens(func() { p.Enter("main a[href='" + j.document + "']") })
	p.Fill("#opine-text", "请郑副局长阅示，税政科办。")
	p.Choose("#opine-reader-0", "leader")
	p.Choose("#opine-reader-1", "head_a")
	p.Fill("#opine-secret", o.pin("office_director"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("拟办已提交")
	off := ".choice.off:has(input[value=clerk_b][disabled])"
	p.Has(off)
	if got := p.Text(off); !strings.Contains(got, "不能选") || !strings.Contains(got, "一般") {
		t.Errorf("who may not know is shown as %q", got)
	}
	p.Tick("form[action$='/scope'] input[value=leader]")
	p.Tick("form[action$='/scope'] input[value=head_a]")
	p.Fill("#scope-reason", "分管和承办")
	p.Fill("#scope-secret", o.pin("office_director"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("知悉范围已定")
}

// circulation: out to the leader, read, instructed, back; then to the next.
func (j *journey) circulation(t *testing.T, leader *Page) {
	o, p := j.in(t)
	leader.In(t)
	leader.See("没有") // nothing for him yet
	leader.Gone("甲字一号")
	o.open(p, j.document)
	p.Opens(func() { p.Enter("a[href='" + j.document + "/circulate']") })
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("郑副局长")
	j.round = o.path(p)
	o.hand(p, "000001", "leader", "000000") // not his PIN: the dialog stands, and what was typed in it
	if got := p.Value("dialog:modal [name=piece]"); got != "000001" {
		t.Errorf("after a wrong PIN the dialog holds %q", got)
	}
	o.hand(p, "000001", "leader", "")

	o.open(leader, "/approvals")
	leader.Has("html[data-size=large]")
	leader.See("甲字一号")
	leader.See("请郑副局长阅示")
	leader.Fill("#own-secret", o.pin("leader"))
	leader.Opens(func() { leader.Enter("button.go.xl") })
	leader.See("已阅")
	leader.Opens(func() { leader.Enter("aside a[href^='/approvals/']") })
	leader.Fill("#op", "请税政科三日内报方案。")
	leader.Choose("#f-handler", "head_a")
	leader.Moment("#f-due", morning.AddDate(0, 0, 3).Truncate(time.Hour))
	leader.Fill("#own-secret", o.pin("leader"))
	leader.Opens(func() { leader.Enter("button[formaction$='/instruct']") })
	leader.See("请税政科三日内报方案")

	o.back(p, j.round, "leader", "12")
	p.See("已收回入柜")
	o.hand(p, "000001", "head_a", "")
}

// hand gives a copy to the next reader in the dialog that F4 opens; both sign on the officer's terminal.
func (o *office) hand(p *Page, piece, to, typed string) {
	p.t.Helper()
	if typed == "" {
		typed = o.pin(to)
	}
	p.Press("F4")
	p.Has("dialog:modal")
	p.Fill("dialog:modal [name=piece]", piece)
	p.Fill("dialog:modal [name=giver_secret]", o.pin("officer"))
	p.Fill("dialog:modal [name=receiver_secret]", typed)
	p.Opens(func() { p.Press("Ctrl+Enter") })
}

// back takes a copy back in the dialog that F6 opens, unless it stands open.
func (o *office) back(p *Page, round, from, pages string) {
	p.t.Helper()
	o.backOf(p, round, from, pages, "2")
}

func (o *office) backOf(p *Page, round, from, pages, attachments string) {
	p.t.Helper()
	if !eval[bool](p, "!!document.querySelector('dialog:modal')") {
		o.open(p, round)
		p.Press("F6")
	}
	p.Has("dialog:modal")
	p.Fill("dialog:modal [name=copies_back]", "1")
	p.Fill("dialog:modal [name=pages_back]", pages)
	p.Fill("dialog:modal [name=attachments_back]", attachments)
	p.Choose("dialog:modal [name=cabinet]", "cabinet-1")
	p.Tick("dialog:modal [name=checked]")
	p.Fill("dialog:modal [name=giver_secret]", o.pin(from))
	p.Fill("dialog:modal [name=receiver_secret]", o.pin("officer"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
}

// ends: nothing closes before all is back and the result is recorded.
func (j *journey) ends(t *testing.T) {
	o, p := j.in(t)
	o.open(p, j.round)
	p.Has("form[action$='/close'] button[disabled]")
	p.See("冯科长")
	head := p.Another()
	o.signIn(head, "head_a")
	o.open(head, "/approvals")
	head.Fill("#own-secret", o.pin("head_a"))
	head.Opens(func() { head.Press("Ctrl+Enter") })
	head.See("已阅")
	o.back(p, j.round, "head_a", "12")
	p.Has("form[action$='/close'] button[disabled]") // the result is still missing
	o.open(p, j.document)
	p.Fill("input[id^='feedback-']", "方案已报。")
	p.Opens(func() { p.Press("Enter") })
	p.See("落实情况已反馈")
	p.Enter("a[href='#complete']")
	p.Fill("#complete-result", "已按要求报送。")
	p.Choose("#complete-disposition", "archive")
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("已办结")
	o.open(p, j.round)
	p.Opens(func() { p.Enter("form[action$='/close'] button") })
	p.See("传阅已结束")
}

// evidence: the chain holds; the clerk sees his own references and no running number, the auditor sees them.
func (j *journey) evidence(t *testing.T) {
	o, p := j.in(t)
	if _, err := o.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	numbered := regexp.MustCompile(`href="/ledger/[0-9]+"`)
	o.open(p, "/ledger")
	p.See("登记与台账一致")
	if numbered.MatchString(p.Source()) || !reference.MatchString(p.Text("main table")) {
		t.Error("the clerk's ledger has running numbers, or no references")
	}
	auditor := p.Another()
	o.signIn(auditor, "audit_admin")
	if o.path(auditor) != "/ledger" {
		t.Errorf("the auditor's first page is %s", o.path(auditor))
	}
	auditor.See("全部相符")
	if !numbered.MatchString(auditor.Source()) || strings.Contains(auditor.Source(), "甲字一号") {
		t.Error("the auditor's ledger has no running numbers, or has what they are about")
	}
	o.open(p, "/rules")
	p.See("未启用")
	o.open(p, "/rules/county")
	p.See("丙-3.3")
	p.See("不得扩大知悉范围")
}
