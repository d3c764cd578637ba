package e2e

import (
	"path/filepath"
	"testing"

	"jiyao/internal/app"
	"jiyao/internal/calendar"
	"jiyao/internal/document"
	"jiyao/internal/store"
)

// screen is one page of the model office as one person comes to it.
type screen struct {
	name string
	main bool          // of those that are also looked at in English and by night on a phone
	open func(p *Page) // leads to it, from anywhere
}

// terminal is one person with what he looks at; login is empty for who has not signed in.
type terminal struct {
	login   string
	screens []screen
}

// variant is the language and the light in which pages are looked at.
type variant struct{ suffix, language, theme string }

var (
	plainly  = variant{"", "zh-CN", "day"}
	variants = []variant{plainly, {"-en", "en", "day"}, {"-night", "zh-CN", "night"}}
)

// TestScreens looks at every page there is, in both widths: axe, nothing that sticks out. Pictures are kept, in both
// languages and by night, with JIYAO_SCREENS=write.
func TestScreens(t *testing.T) {
	o := demo(t)
	first := Browser(t)
	for _, at := range o.terminals(t) {
		p := first.Another()
		if at.login != "" {
			o.signIn(p, at.login)
			p.Forget("jiyao_last") // the note of the last sign-in stands for a minute of the real clock
		} else {
			p.Clock(o.Time.Now())
		}
		name := at.login
		if name == "" {
			name = "nobody"
		}
		t.Run(name, func(t *testing.T) {
			for _, v := range variants {
				if v != plainly && !writing() {
					continue
				}
				o.dress(p, v)
				for _, s := range at.screens {
					t.Run(s.name+v.suffix, func(t *testing.T) { p.In(t); s.look(p, v) })
				}
			}
		})
	}
}

func (s screen) look(p *Page, v variant) {
	s.open(p)
	if v == plainly || s.main {
		p.Shot(s.name + v.suffix)
	} else {
		p.Shot(s.name+v.suffix, 1440)
	}
}

// dress has the person's next pages in a language and a light.
func (o *office) dress(p *Page, v variant) {
	p.t.Helper()
	p.Language(v.language)
	o.open(p, "/login")
	p.Cookie("theme=" + v.theme + ";path=/")
}

// demo is the model office of `jiyao demo` with its week behind it.
func demo(t *testing.T) *office {
	t.Helper()
	clock := calendar.NewSet(morning)
	a, accounts, err := app.Demo(t.Context(), app.Options{Data: filepath.Join(t.TempDir(), "data"), Clock: clock, Log: quiet, Quiet: true}, "")
	if err != nil {
		t.Fatal(err)
	}
	o := served(t, a, clock)
	o.give(accounts)
	if _, err := o.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	return o
}

// of is the document that came in an envelope of the story, and the envelope.
func (o *office) of(t *testing.T, no string) (path, envelope string) {
	t.Helper()
	o.read(func(tx *store.Tx) error {
		e, ok, err := document.EnvelopeByNo(tx, no)
		if !ok {
			t.Errorf("no envelope %s in the story", no)
		}
		path, envelope = "/d/"+string(e.Document), "/receive/"+string(e.ID)
		return err
	})
	return path, envelope
}

// terminals lists who looks at what. The last of them stands before a sealed office.
func (o *office) terminals(t *testing.T) []terminal {
	review, _ := o.of(t, "JT-0418")
	staffing, _ := o.of(t, "JT-0422")
	reform, _ := o.of(t, "JT-0420")
	_, waiting := o.of(t, "JT-0425")
	at := func(path string) func(*Page) { return func(p *Page) { o.open(p, path) } }
	by := func(path, link string) func(*Page) { // the first link of a page
		return func(p *Page) {
			o.open(p, path)
			p.Opens(func() { p.Enter(link) })
		}
	}
	list := workbook(t, [][]string{{"JT-0601", "某市发改委", "机蜜", "一般", "1"}, {"JT-0602", "某市财政局", "秘密", "急", "一份"}})
	return []terminal{
		{"", []screen{{"login", true, at("/login")}}},
		{"officer", []screen{
			{"today", true, at("/today")},
			{"receive", true, at("/receive")},
			{"receive-list", false, func(p *Page) {
				o.open(p, "/receive")
				p.Attach("#f-file", list)
				p.Opens(func() { p.Enter("form[action='/receive/list'] button") })
			}},
			{"register", true, at(waiting)},
			{"document", true, at(review)},
			{"slip", false, at(review + "/slip")},
			{"custody", false, at(review + "/custody")},
			{"copy", false, by(review, "aside a[href^='/c/']")},
			{"circulation", true, at("/circulation")},
			{"circulation-person", true, at("/circulation?by=person")},
			{"circulation-one", false, at(review + "/circulate")},
			{"sign", false, func(p *Page) {
				o.open(p, review+"/circulate")
				p.Press("F6")
				p.Has("dialog:modal")
			}},
			{"search", true, func(p *Page) {
				o.open(p, "/search")
				p.Fill("#q", "通知")
				p.Opens(func() { p.Press("Enter") })
			}},
			{"rules", false, at("/rules")},
			{"regulation", false, at("/rules/county")},
			{"clause", true, at("/rules/county/B-3.3e")},
			{"registers", false, at("/registers")},
			{"book-incoming", true, at("/registers/收文登记簿")},
			{"book-handovers", false, at("/registers/交接登记?when=2026-11")},
			{"book-tries", false, at("/registers/拒绝查询登记")},
			{"findings", true, at("/findings?state=")},
			{"finding", false, by("/findings?state=", "main td a[href^='/findings/']")},
			{"finding-new", false, at("/findings/new")},
			{"incidents", true, at("/incidents")},
			{"incident", false, by("/incidents", "main td a[href^='/incidents/']")},
			{"report", false, at("/incidents/new")},
			{"sign-off", true, at("/sign-off")},
			{"self-check", false, at("/self-check")},
			{"people", false, at("/people")},
			{"posts", false, at("/posts")},
			{"ledger-mine", false, at("/ledger")},
			{"password", false, at("/password")},
			{"refusal", true, func(p *Page) {
				o.open(p, reform)
				p.Opens(func() { p.Enter("aside a[href^='/c/']") })
				handOut(o, p, "head_general", "000077")
				p.Has(".refusal")
			}},
			{"notfound", false, at("/d/0123456789AB")},
		}},
		{"office_director", []screen{
			{"approvals", false, at("/approvals")},
			{"opinion", false, at(staffing)},
		}},
		{"leader_a", []screen{{"approve", true, at("/approvals")}}},
		{"clerk_new", []screen{
			{"approve-none", false, at("/approvals")},
			{"search-none", false, func(p *Page) {
				o.open(p, "/search")
				p.Fill("#q", "专项检查")
				p.Opens(func() { p.Press("Enter") })
			}},
		}},
		{"audit_admin", []screen{
			{"ledger", true, at("/ledger")},
			{"entry", false, by("/ledger", "main td a[href^='/ledger/']")},
			{"checkpoints", false, at("/ledger/checkpoints")},
		}},
		{"sys_admin", []screen{
			{"admin", true, at("/admin")},
			{"accounts", false, at("/admin/accounts")},
			{"account", false, by("/admin/accounts", "main td a[href^='/admin/accounts/']")},
			{"calendar", false, at("/admin/calendar")},
		}},
		{"sec_admin", []screen{
			{"grants", false, at("/admin/grants")},
			{"unseal", false, func(p *Page) {
				o.Ring.Seal()
				o.open(p, "/unseal")
			}},
		}},
	}
}
