package e2e

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// TestALetterGoesOut leads a 秘密 document of the county's own from its draft to the receipt of who got it: each step at the
// page of who takes it, and no other; it travels as the law has it, the receipt is chased, and 发文登记簿 tells it all.
func TestALetterGoesOut(t *testing.T) {
	o := county(t)
	o.does("unit_head", "people.amend_parameter", args{"name": "authority_level", "value": "秘密", "reason": "定密授权"})
	l := letter{office: o, clerk: Browser(t)}
	l.head, l.officer = l.clerk.Another(), l.clerk.Another()
	o.signIn(l.clerk, "clerk_a")
	o.signIn(l.head, "head_a")
	o.signIn(l.officer, "officer")
	for _, part := range []struct {
		name string
		do   func(t *testing.T)
	}{
		{"drafted", l.drafted}, {"checked", l.checked}, {"classified", l.classified}, {"signed off", l.signedOff}, {"numbered", l.numbered},
		{"printed", l.printed}, {"an unlawful way", l.unlawful}, {"despatched", l.despatched}, {"the receipt", l.receipt}, {"the register", l.register},
	} {
		if !t.Run(part.name, part.do) {
			return // what follows stands on it
		}
	}
}

type letter struct {
	office               *office
	clerk, head, officer *Page
	document             string // its path
	pieces               []custody.Copy
}

// id is the document's.
func (l *letter) id() term.DocumentID { return term.DocumentID(strings.TrimPrefix(l.document, "/d/")) }

// steps are those of its way that the register holds as taken.
func (l *letter) steps() (out string) {
	l.office.read(func(tx *store.Tx) error {
		d, err := document.Documents.Get(tx, l.id())
		out = strings.Join(slices.DeleteFunc(d.Steps, func(s string) bool { return s == "scope" }), " ")
		return err
	})
	return out
}

func (l *letter) drafted(t *testing.T) {
	o, p := l.office, l.clerk
	p.In(t)
	o.open(p, "/outgoing")
	p.See("还没有本单位起草的件")
	p.Pick("level", "秘密")
	p.Fill("#draft-title", "关于年终清退安排的通知")
	p.Fill("#draft-kind", "通知")
	p.Fill("#draft-main_to", "某乡镇党政办")
	p.Fill("#draft-copy_to", "某县档案馆")
	for _, who := range []string{"head_a", "leader", "officer", "unit_head"} {
		p.Tick("#draft input[name=persons][value=" + who + "]")
	}
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("等待复核")
	p.See("主送：某乡镇")
	p.Gone("签字，复核") // he does not check his own
	if l.document = o.path(p); l.steps() != "draft" {
		t.Errorf("the draft at %s has taken the steps %q", l.document, l.steps())
	}
}

func (l *letter) checked(t *testing.T) {
	o, p := l.office, l.head
	p.In(t)
	o.open(p, l.document)
	p.Choose("#review-result", "back") // sent back without a word: asked for at its field
	p.Fill("#issue [name=own_secret]", o.pin("head_a"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.Has("#review-reason[aria-invalid]")
	p.Choose("#review-result", "pass")
	p.Fill("#issue [name=own_secret]", o.pin("head_a"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("等待定密：周科员")
	if l.steps() != "draft review" {
		t.Errorf("after the check the steps are %q", l.steps())
	}
}

// classified: the drafter proposes the secret, who answers for it agrees.
func (l *letter) classified(t *testing.T) {
	o, p := l.office, l.clerk
	p.In(t)
	o.open(p, l.document)
	p.Fill("#classify-basis", "保密事项范围第二项")
	p.Fill("#classify-period", "5年")
	p.Fill("#classify-issued", "2026-11-27")
	p.Fill("#classify-points", "第二段")
	p.Fill("#issue [name=own_secret]", o.pin("clerk_a"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.Has(".refusal")
	p.See("国法-2")
	p.Fill("#ask-reason", "按事项范围定密")
	p.Fill("#ask-secret", o.pin("clerk_a"))
	p.Opens(func() { p.Enter(".refusal button[data-submit]") })
	head := p.Another()
	o.signIn(head, "unit_head")
	o.open(head, "/approvals")
	head.See("按事项范围定密")
	head.Fill("[id^='leave-'][id$='-secret']", o.pin("unit_head"))
	head.Opens(func() { head.Enter("button[name=answer][value=grant]") })
	o.open(p, "/approvals")
	p.Opens(func() { p.Enter("form[action$='/decide'] a.btn") })
	for field, said := range map[string]string{"basis": "保密事项范围第二项", "period": "5年", "issued": "2026-11-27", "points": "第二段"} {
		if got := p.Value("#classify-" + field); got != said {
			t.Errorf("with the leave the form begins with %s %q, asked was %q", field, got, said)
		}
	}
	p.Fill("#issue [name=own_secret]", o.pin("clerk_a"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("等待签发")
	if l.steps() != "draft review classify" {
		t.Errorf("after it was classified the steps are %q", l.steps())
	}
}

func (l *letter) signedOff(t *testing.T) {
	o, p := l.office, l.head
	p.In(t)
	o.open(p, l.document)
	p.See("等待签发")
	p.Gone("签字，签发") // it is not his
	leader := p.Another()
	o.signIn(leader, "leader")
	o.open(leader, l.document)
	leader.Fill("#issue [name=own_secret]", o.pin("leader"))
	leader.Opens(func() { leader.Press("Ctrl+Enter") })
	leader.See("等待编号")
	if l.steps() != "draft review classify sign_off" {
		t.Errorf("after 签发 the steps are %q", l.steps())
	}
}

// numbered: without a rule of the office there is no number.
func (l *letter) numbered(t *testing.T) {
	o, p := l.office, l.officer
	p.In(t)
	o.open(p, l.document)
	p.See("没有适用的字号规则")
	director := p.Another()
	o.signIn(director, "office_director")
	o.open(director, "/outgoing")
	director.Fill("#rule-prefix", "某县局发")
	director.Fill("form[action='/outgoing/rules'] [name=own_secret]", o.pin("office_director"))
	director.Opens(func() { director.Press("Ctrl+Enter") })
	director.See("某县局发〔2026〕1号")
	o.open(p, l.document)
	p.TabTo("#number-rule")
	p.walk("Down", "choose the rule", "document.activeElement.value !== ''")
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("某县局发〔2026〕1号")
}

func (l *letter) printed(t *testing.T) {
	o, p := l.office, l.officer
	p.In(t)
	o.open(p, l.document)
	if got := p.Value("#print-mark"); got != "秘密★5年" {
		t.Errorf("the mark to print is %q", got)
	}
	p.Fill("#print-copies", "3")
	p.Fill("#print-pages", "4")
	p.Fill("#print-attachments", "0")
	p.Choose("#print-numbered", "yes")
	p.Fill("#print-kept", "1")
	p.Choose("#print-proof", "clerk_a")
	p.Opens(func() { p.Press("Ctrl+Enter") })
	p.See("000001–000003")
	o.read(func(tx *store.Tx) (err error) {
		l.pieces, err = custody.Copies.Select(tx, "WHERE document = $1 ORDER BY seq", string(l.id()))
		return err
	})
	if len(l.pieces) != 3 || l.pieces[2].CopyNo != "000003" {
		t.Fatalf("printed: %+v", l.pieces)
	}
}

// sends fills the form of despatch for the first piece.
func (l *letter) sends(p *Page, channel string) {
	o := l.office
	for n, c := range l.pieces {
		box := "input[name=copies][value='" + string(c.ID) + "']"
		p.TabTo(box)
		if eval[bool](p, "document.activeElement.checked") != (n == 0) {
			p.Press("Space")
		}
	}
	p.Fill("#despatch-recipient", "某乡镇党政办")
	p.Choose("#despatch-channel", channel)
	p.Fill("#despatch-envelope_no", "机寄-0121")
	p.Fill("#despatch-seal", "密封章")
	p.Fill("#despatch-secret", o.pin("officer"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
}

// unlawful: the page offers no express; who forces it in is refused with the clause, and keeps what he typed.
func (l *letter) unlawful(t *testing.T) {
	o, p := l.office, l.officer
	p.In(t)
	o.open(p, l.document)
	p.Opens(func() { p.Enter("a[href='" + l.document + "/despatch']") })
	if eval[bool](p, "!!document.querySelector('#despatch-channel option[value=express]')") {
		t.Error("a secret is offered to be sent by express")
	}
	eval[bool](p, "document.querySelector('#despatch-channel option[value=courier]').value = 'express', true")
	l.sends(p, "express")
	p.Has(".refusal")
	p.See("国法-20")
	if got := p.Value("#despatch-recipient"); got != "某乡镇党政办" {
		t.Errorf("after the refusal the recipient is %q", got)
	}
	p.Axe()
}

func (l *letter) despatched(t *testing.T) {
	p := l.officer
	p.In(t)
	l.sends(p, "confidential_post")
	p.See("机寄-0121")
	p.See("某乡镇党政办")
	l.office.read(func(tx *store.Tx) error {
		for n, c := range l.pieces {
			now, err := custody.Copies.Get(tx, c.ID)
			if err != nil {
				return err
			}
			if (now.State == custody.Transit) != (n == 0) {
				t.Errorf("piece %d is %s", n+1, now.State)
			}
		}
		return nil
	})
}

// receipt: none has come when its days are over; the day's page says so, and is quiet once it is entered.
func (l *letter) receipt(t *testing.T) {
	o, p := l.office, l.officer
	p.In(t)
	o.open(p, "/today")
	p.See("发文回单")
	if strings.Contains(p.Source(), `class="due late`) {
		t.Error("a receipt is late on the day of despatch")
	}
	o.later(18 * 24 * time.Hour)
	o.signIn(p, "officer")
	o.open(p, "/today")
	p.Has(".due.late")
	o.open(p, l.document)
	piece := string(l.pieces[0].ID)
	p.Moment("#received-"+piece, o.Time.Now().Add(-time.Hour))
	p.Fill("#receipt-"+piece, "HZ-0087")
	p.Opens(func() { p.Press("Enter") })
	p.See("HZ-0087")
	o.open(p, "/today")
	p.See("已过时限　发文回单") // told when it was late; nothing is, any more
	if strings.Contains(p.Source(), `class="due late`) {
		t.Error("the receipt that came is still late")
	}
}

func (l *letter) register(t *testing.T) {
	o, p := l.office, l.officer
	p.In(t)
	o.open(p, "/outgoing")
	p.Opens(func() { p.Enter("main a[href^='/registers/']") })
	for _, said := range []string{"发文登记簿", "某县局发〔2026〕1号", "某乡镇", "周科员", "冯科长", "郑副局长", "000001", "000003"} {
		p.See(said)
	}
	book, err := url.PathUnescape(o.path(p))
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range p.Send("form[action$='/print']", 1) {
		if a.Status != 200 || !strings.HasPrefix(a.Body, "%PDF-") {
			t.Errorf("%s on paper answers %d %s %.20q", book, a.Status, a.Type, a.Body)
		}
	}
	if report, err := o.Check(t.Context()); err != nil || !report.Whole {
		t.Errorf("the ledger: %v %v", report.Findings, err)
	}
}
