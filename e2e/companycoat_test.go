package e2e

import (
	"strings"
	"testing"
)

// stepped: the sample coat is handed to the designer, whose department brings it into its first stage.
func (j *job) stepped(t *testing.T) {
	o, p := j.office, j.keeper
	p.In(t)
	j.gm.In(t)
	o.open(p, j.coat)
	j.thing = eval[string](p, "document.querySelector(\"aside a[href^='/c/']\").getAttribute('href')")
	j.tag = eval[string](p, "document.querySelector(\"aside a[href^='/c/']\").textContent.trim()")
	o.open(p, j.thing)
	p.Enter("[href='#hand-out']")
	p.Has("dialog:modal")
	p.Choose("#hand-out-to", "designer")
	p.Fill("#hand-out-copy_no", "000001")
	p.Tick("#hand-out [name=measures][value='专用锁箱']")
	p.Fill("#hand-out [name=first_secret]", o.pin("keeper"))
	p.Fill("#hand-out [name=second_secret]", o.pin("designer"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	j.confirms(p, "#measures")
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.Fill("#hand-out [name=first_secret]", o.pin("keeper"))
	p.Fill("#hand-out [name=second_secret]", o.pin("designer"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("已送阅")
	d := p.Another()
	o.signIn(d, "designer")
	o.open(d, "/holdings")
	d.See(j.tag)
	o.open(d, j.thing)
	d.Opens(func() { d.Enter("a[href$='/stages']") })
	d.See("“开发”环节没有指定你的部门")
	o.open(j.gm, j.coat)
	j.gm.Opens(func() { j.gm.Enter("a[href^='/people/entrusted?document']") })
	j.gm.Choose("#unit-unit", "design")
	j.gm.Tick("form[action='/people/unit'] input[value='开发']")
	j.gm.Fill("#unit-secret", o.pin("gm"))
	j.gm.Opens(func() { j.gm.Press("Ctrl+Enter") })
	j.gm.See("指定已登记")
	o.open(d, j.thing+"/stages")
	for _, name := range eval[[]string](d, "[...new Set([...document.querySelectorAll('form[action$=\"/sheet\"] input[type=radio]')].map(i => i.name))]") {
		d.Pick(name, "yes")
	}
	d.Fill("form[action$='/sheet'] [name=own_secret]", o.pin("designer"))
	d.Opens(func() { d.Press("Ctrl+Enter") })
	d.See("尚未使用")
	d.Fill("#stage-place", "样衣间")
	d.Tick("form input[name=measures][value='图样入柜']")
	d.Fill("form[action$='/stages/1'] [name=own_secret], form[action$='/stages'] [name=own_secret]", o.pin("designer"))
	d.Opens(func() { d.Press("Ctrl+Enter") })
	d.See("环节已登记")
	d.See("样衣间")
	o.open(p, j.thing)
	p.Enter("a[href='#take-back']")
	p.Has("dialog:modal")
	if got := p.Value("dialog:modal [name=pages_back]"); got != "0" {
		t.Errorf("of a garment %q pages are to be counted", got)
	}
	p.Fill("dialog:modal [name=copy_no]", "000001")
	p.Fill("dialog:modal [name=copies_back]", "1")
	p.Fill("dialog:modal [name=attachments_back]", "0")
	p.Tick("dialog:modal [name=checked]")
	p.Fill("dialog:modal [name=first_secret]", o.pin("keeper"))
	p.Fill("dialog:modal [name=second_secret]", o.pin("designer"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("已收回入柜")
}

// destroyed: the coat is done with. It is listed by the medium it is, counted, approved and destroyed; a supervisor named twice and one
// who made the list are turned away with a word that says what to do.
func (j *job) destroyed(t *testing.T) {
	o, p := j.office, j.keeper
	p.In(t)
	j.gm.In(t)
	o.open(p, j.coat)
	p.Enter("a[href='#complete']")
	p.Has("dialog:modal")
	p.Fill("#complete-result", "样衣已投产。")
	p.Choose("#complete-disposition", "destroy")
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("已办结")
	o.open(p, "/destroy")
	p.Enter("a[href='#open']")
	p.Has("dialog:modal")
	p.Fill("#open-reason", "样衣报废")
	p.Opens(func() { p.Press("Ctrl+Enter") })
	o.scan(p, j.tag)
	p.See("另造一份，载体选这一种")
	o.open(p, "/destroy")
	p.Enter("a[href='#open']")
	p.Has("dialog:modal")
	p.Choose("#open-medium", "object")
	p.Fill("#open-reason", "样衣报废")
	p.Opens(func() { p.Press("Ctrl+Enter") })
	j.list = o.path(p)
	o.scan(p, j.tag)
	p.See("已列入")
	p.Tick("#lines input[name=copies]")
	p.Opens(func() { p.Enter("#lines footer button") })
	p.See("1 / 1 相符")
	g := j.gm
	o.open(g, "/approvals")
	g.See("待批清单")
	o.open(g, "/today")
	g.See("待我审批")
	o.open(g, j.list)
	g.Enter("a[href='#approve']")
	g.Has("dialog:modal")
	g.Fill("dialog:modal [name=own_secret]", o.pin("gm"))
	g.Opens(func() { g.Press("Ctrl+Enter") })
	g.See("清单已批准")
	o.open(p, j.list)
	number := strings.TrimSpace(p.Text("main h1"))
	p.Enter("a[href='#destroy']")
	p.Has("dialog:modal")
	p.Choose("dialog:modal [name=method]", "crush")
	p.Fill("dialog:modal [name=place]", "样衣间")
	p.Choose("dialog:modal [name=works]", "own_equipment")
	p.Fill("dialog:modal [name=first_secret]", o.pin("keeper"))
	watch := func(who ...string) {
		for n, w := range who {
			role := "dialog:modal [name=supervisor_" + string(rune('1'+n))
			p.Choose(role+"_person]", w)
			p.Fill(role+"_secret]", o.pin(w))
		}
	}
	watch("keeper2", "keeper2")
	p.Fill("dialog:modal [name=typed]", number)
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("不能是同一人")
	p.Fill("dialog:modal [name=first_secret]", o.pin("keeper"))
	eval[bool](p, "document.querySelector('dialog:modal [name=supervisor_2_person] option[value=office_director]').value = 'keeper', true")
	watch("keeper2", "keeper")
	p.Fill("dialog:modal [name=typed]", number)
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("不能是造册人")
	p.Fill("dialog:modal [name=first_secret]", o.pin("keeper"))
	watch("keeper2", "office_director")
	p.Fill("dialog:modal [name=typed]", number)
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("已销毁，密钥一并销毁")
	o.open(p, j.list+"/certificate")
	p.See("孟专人")
	p.See("李主任")
	j.mayPrint("form[action$='/certificate'] button", "交设计部存查")
	o.checkedOffline(p)
	o.open(p, j.coat)
	p.See("已销毁")
	p.See("孟专人、李主任签字")
}

// mayPrint presses a button that gives out what is secret: that is a copy too, and wants the general manager's leave. He gives it,
// and the keeper is back where he pressed.
func (j *job) mayPrint(button, why string) {
	o, p, gm := j.office, j.keeper, j.gm
	from := o.path(p)
	p.Opens(func() { p.Enter(button) })
	p.See("戊-11.1")
	p.Fill("#ask-reason", why)
	p.Fill("#ask-secret", o.pin("keeper"))
	p.Opens(func() { p.Enter(".refusal button[data-submit]") })
	o.open(gm, "/approvals")
	gm.See(why)
	gm.Fill("[id^='leave-'][id$='-secret']", o.pin("gm"))
	gm.Opens(func() { gm.Enter("button[name=answer][value=grant]") })
	o.open(p, from)
}

// paper takes what a form gives out on paper.
func (j *job) paper(form string) {
	p := j.keeper
	for _, a := range p.Send(form, 1) {
		if a.Status != 200 || !strings.HasPrefix(a.Body, "%PDF-") {
			p.t.Errorf("%s of %s on paper answers %d %s %.20q", form, p.URL(), a.Status, a.Type, a.Body)
		}
	}
}
