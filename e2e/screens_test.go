package e2e

import (
	"path/filepath"
	"slices"
	"strings"
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
	o.looked(t, o.terminals(t, o.tellPieces()))
}

// looked looks at the pages of an office.
func (o *office) looked(t *testing.T, list []terminal) {
	t.Helper()
	first := Browser(t)
	for _, at := range list {
		p := first.Another()
		if at.login != "" {
			o.signIn(p, at.login)
			p.Forget("jiyao_last_" + o.URL[strings.LastIndex(o.URL, ":")+1:]) // the note of the last sign-in stands for a minute of the real clock
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
func (o *office) terminals(t *testing.T, s *pieceStory) []terminal {
	staffing, _ := o.of(t, "JT-0422")
	return []terminal{
		{"", []screen{{"login", true, o.at("/login")}}},
		{"officer", slices.Concat(o.work(t), o.oversight(), o.pieces(t, s), o.answers(t))},
		{"office_director", []screen{
			{"approvals", true, o.at("/approvals")},
			{"opinion", false, o.at(staffing)},
		}},
		{"liaison_general", []screen{{"holdings", false, o.at("/holdings")}}},
		{"leader_a", []screen{{"approve", true, o.at("/approvals")}}},
		{"clerk_new", []screen{
			{"approve-none", false, o.at("/approvals")},
			{"search-none", false, o.seeks("专项检查")},
		}},
		{"audit_admin", []screen{
			{"ledger", true, o.at("/ledger")},
			{"entry", false, o.first("/ledger", "main td a[href^='/ledger/']")},
			{"checkpoints", false, o.at("/ledger/checkpoints")},
		}},
		{"sys_admin", []screen{
			{"admin", true, o.at("/admin")},
			{"accounts", false, o.at("/admin/accounts")},
			{"account", false, o.first("/admin/accounts", "main td a[href^='/admin/accounts/']")},
			{"calendar", false, o.at("/admin/calendar")},
		}},
		{"sec_admin", []screen{
			{"grants", false, o.at("/admin/grants")},
			{"unseal", false, func(p *Page) {
				o.Ring.Seal()
				o.open(p, "/unseal")
			}},
		}},
	}
}

// at opens a page.
func (o *office) at(path string) func(*Page) { return func(p *Page) { o.open(p, path) } }

// first opens the first link of a page.
func (o *office) first(path, link string) func(*Page) {
	return func(p *Page) {
		o.open(p, path)
		p.Opens(func() { p.Enter(link) })
	}
}

// seeks types words into the search.
func (o *office) seeks(words string) func(*Page) {
	return func(p *Page) {
		o.open(p, "/search")
		p.Fill("#q", words)
		p.Opens(func() { p.Press("Enter") })
	}
}

// work is the officer's day with what comes in and goes round.
func (o *office) work(t *testing.T) []screen {
	review, _ := o.of(t, "JT-0418")
	_, waiting := o.of(t, "JT-0425")
	list := workbook(t, [][]string{{"JT-0601", "某市发改委", "机蜜", "一般", "1"}, {"JT-0602", "某市财政局", "秘密", "急", "一份"}})
	return []screen{
		{"today", true, o.at("/today")},
		{"receive", true, o.at("/receive")},
		{"receive-list", false, func(p *Page) {
			o.open(p, "/receive")
			p.Attach("#f-file", list)
			p.Opens(func() { p.Enter("form[action='/receive/list'] button") })
		}},
		{"register", true, o.at(waiting)},
		{"document", true, o.at(review)},
		{"slip", false, o.at(review + "/slip")},
		{"custody", false, o.at(review + "/custody")},
		{"copy", false, o.first(review, "aside a[href^='/c/']")},
		{"circulation", true, o.at("/circulation")},
		{"circulation-person", true, o.at("/circulation?by=person")},
		{"circulation-one", false, o.at(review + "/circulate")},
		{"sign", false, func(p *Page) {
			o.open(p, review+"/circulate")
			p.Press("F6")
			p.Has("dialog:modal")
		}},
		{"search", true, o.seeks("通知")},
	}
}

// oversight are the books, the rules and what is kept about the office itself.
func (o *office) oversight() []screen {
	return []screen{
		{"rules", false, o.at("/rules")},
		{"regulation", false, o.at("/rules/county")},
		{"clause", true, o.at("/rules/county/B-3.3e")},
		{"registers", false, o.at("/registers")},
		{"book-incoming", true, o.at("/registers/收文登记簿")},
		{"book-handovers", false, o.at("/registers/交接登记?when=2026-11")},
		{"book-tries", false, o.at("/registers/拒绝查询登记")},
		{"findings", true, o.at("/findings?state=")},
		{"finding", false, o.first("/findings?state=", "main td a[href^='/findings/']")},
		{"finding-new", false, o.at("/findings/new")},
		{"incidents", true, o.at("/incidents")},
		{"incident", false, o.first("/incidents", "main td a[href^='/incidents/']")},
		{"report", false, o.at("/incidents/new")},
		{"sign-off", true, o.at("/sign-off")},
		{"self-check", false, o.at("/self-check")},
		{"people", false, o.at("/people")},
		{"posts", false, o.at("/posts")},
		{"ledger-mine", false, o.at("/ledger")},
		{"password", false, o.at("/password")},
	}
}

// answers are a refusal and what is not there.
func (o *office) answers(t *testing.T) []screen {
	reform, _ := o.of(t, "JT-0420")
	return []screen{
		{"refusal", true, func(p *Page) {
			o.open(p, reform)
			p.Opens(func() { p.Enter("aside a[href^='/c/']") })
			handOut(o, p, "head_general", "000077")
			p.Has(".refusal")
		}},
		{"notfound", false, o.at("/d/0123456789AB")},
	}
}
