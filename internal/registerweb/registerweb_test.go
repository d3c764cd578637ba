package registerweb_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"jiyao/internal/locale"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/webtest"
)

// registers is every register of the model office: who may see it, who may not, what it then holds and what it must
// not hold (with "!").
var registers = []struct {
	name, may, mayNot string
	holds             []string
}{
	{"交接登记", "office_director", "leader_a", []string{"机收〔2026〕0001", "000001", "陈机要员", "郑副局长", "孙副局长", "10:10</span>", "国法-17"}},
	{"拒绝查询登记", "officer", "office_director", []string{"唐科员", "10:30</span>", "送阅", "机收〔2026〕0001", "甲-2", "可以查看：机要员"}},
	{"收文登记簿", "officer", "head_business", []string{
		"<del class=\"dim\">" + formerTitle + "</del>", openTitle, "甲-3", "丙-3.1", "丁-2", "秘密★10年", "某厅", "机要交通", "000001 000002", "标题已遮蔽", "绝密★10年", "!" + topCode,
		`<tr class="struck"`, voidedTitle, "已作废", "可以查看：机要员、办公室主任",
	}},
	{"知悉范围登记", "officer", "leader_a", []string{"郑副局长、孙副局长", "工作需要", "李主任", "内容已遮蔽", "!" + topReason}},
	{"送阅收回登记", "officer", "leader_b", []string{"10:10</span>", "10:30</span>", "!cabinet-1"}},
	{"扩大知悉范围登记", "office_director", "head_general", []string{"会签需要", "冯科长", "李主任", "!" + topReason}},
	{"机要件签收簿", "officer", "duty_a", []string{"0001", "某厅", "机要交通", "纸面签字", "是", "!" + openTitle}},
	{"收文处理签", "officer", "clerk_a", []string{"某厅发〔2026〕0001号", openTitle, "<del", formerTitle, "标题已遮蔽", "!" + topCode}},
	{"传阅单", "officer", "leader_a", []string{"郑副局长", "孙副局长", "10:20</span>", "20 分"}},
	{"办件登记", "officer", "head_business", []string{"何科长", "2026-03-05", "!" + openTitle}},
	{"催办登记", "officer", "leader_a", []string{"何科长", "电话", "陈机要员", "被催办人"}},
	{"落实反馈", "officer", "leader_a", []string{"郑副局长", "材料已报送", "批示领导"}},
	{"传阅单送出", "officer", "leader_a", []string{"000001", "郑副局长", "10:10</span>"}},
	{"传阅单收回", "officer", "leader_a", []string{"12", "10:30</span>"}},
}

func page(name string) string { return "/registers/" + url.PathEscape(name) }

func TestEachRegisterIsForItsPostsAlone(t *testing.T) {
	each(t, 0, func(s scene) {
		index := s.Get("officer", "/registers")
		webtest.Clean(s.T, index.Body)
		for _, r := range registers {
			a := s.Get(r.may, page(r.name))
			if a.Code != http.StatusOK {
				s.T.Fatalf("%s for %s: %d", r.name, r.may, a.Code)
			}
			s.T.Log(r.name)
			webtest.Clean(s.T, a.Body)
			s.Holds(a, r.holds...)
			s.Hidden(r.mayNot, page(r.name), page("没有这一本"))
			s.Hidden("role:sys_admin", page(r.name), page("没有这一本"))
			s.Holds(index, `href="`+page(r.name)+`"`)
			for _, out := range []string{"/print", "/export"} {
				hidden, absent := s.Post(r.mayNot, page(r.name)+out), s.Post(r.mayNot, page("没有这一本")+out)
				if hidden.Code != http.StatusNotFound || hidden.Code != absent.Code || hidden.Body != absent.Body {
					s.T.Errorf("%s%s: hidden %d, absent %d", r.name, out, hidden.Code, absent.Code)
				}
			}
		}
		s.everyOther()
		s.Holds(s.Get("office_director", "/registers"), "收文登记簿", "!拒绝查询登记")
		for _, who := range []string{"leader_a", "clerk_a", "duty_a", "role:sys_admin", "role:sec_admin"} {
			s.Hidden(who, "/registers", page("没有这一本"))
		}
		if a := s.Get("", "/registers"); a.Code != http.StatusSeeOther {
			s.T.Errorf("nobody: %d", a.Code)
		}
	})
}

// everyOther holds for each register that the regulations of the office demand, also for those that the table above does
// not have: it is there for its posts alone, and its columns have words in both languages.
func (s scene) everyOther() {
	s.T.Helper()
	var reports []*regulation.Report
	err := s.DB.Read(s.T.Context(), func(tx *store.Tx) error {
		law, err := s.Office.Law(tx, s.Clock.Now())
		if err == nil {
			reports = law.Readable([]string{"base/officer", "bureau/officer"})
		}
		return err
	})
	if err != nil || len(reports) < len(registers) {
		s.T.Fatalf("%d registers: %v", len(reports), err)
	}
	for _, r := range reports {
		if a := s.Get("officer", page(r.Name)); a.Code != http.StatusOK {
			s.T.Errorf("%s: %d", r.Name, a.Code)
		}
		s.Hidden("clerk_a", page(r.Name), page("没有这一本"))
		for _, c := range r.Columns {
			own := "registers.of." + r.Source + "." + c
			for _, tongue := range []locale.Tongue{locale.Zh, locale.En} {
				if c != "document" && !tongue.Has("registers.column."+c) && !tongue.Has(own) {
					s.T.Errorf("%s: the column %s of %s has no word", tongue, c, r.Name)
				}
			}
		}
	}
}

func TestLinesOfHiddenItemsAreAbsent(t *testing.T) {
	each(t, 0, func(s scene) {
		// The same books, asked with the sight of a reader: only what he may know comes back.
		a := s.Get("officer", page("收文登记簿"))
		s.Holds(a, "机收〔2026〕0001", "机收〔2026〕0002", "机收〔2026〕0003")
		seen := s.seenBy("leader_a", "incoming", "hand_overs", "scope_lines", "widenings", "slips", "envelopes", "chases", "feedbacks", "circulation_board", "handling")
		for source, numbers := range seen {
			if strings.Contains(numbers, "0002") || strings.Contains(numbers, "0003") || !strings.Contains(numbers, "0001") {
				s.T.Errorf("%s: a reader of the first item sees %s", source, numbers)
			}
		}
	})
}

func TestAPeriodAndTheWayOn(t *testing.T) {
	each(t, 0, func(s scene) {
		a := s.Get("officer", page("收文登记簿")+"?when=2026-03")
		s.Holds(a, "2026年3月，最新的在前", openTitle, `<option value="2026-03" selected>`)
		if i, j := strings.Index(a.Body, "0003"), strings.Index(a.Body, "0001</a>"); i < 0 || j < i {
			s.T.Errorf("the newest is not first: %d %d", i, j)
		}
		s.Holds(s.Get("officer", page("收文登记簿")+"?when=2025"), "2025年没有记载", "!"+openTitle)
		for _, bad := range []string{"when=2026-13", "when=26", "when=1500", "after=x", "after=-1-A", "after=1-" + strings.Repeat("A", 65)} {
			if a := s.Get("officer", page("收文登记簿")+"?"+bad); a.Code != http.StatusUnprocessableEntity {
				s.T.Errorf("%s: %d", bad, a.Code)
			}
		}
		for i := range 52 {
			s.accepted(i)
		}
		first := s.Get("officer", page("机要件签收簿"))
		next := link(first.Body, "next")
		if next == "" || strings.Contains(first.Body, ">0001<") {
			s.T.Fatalf("no way on from 55 lines, or all of them at once: %q", next)
		}
		rest := s.Get("officer", next)
		s.Holds(rest, "0001", "!E-51<", `rel="prev"`, `!rel="next"`)
		webtest.Clean(s.T, rest.Body)
		if n := strings.Count(first.Body, "<tr") + strings.Count(rest.Body, "<tr") - 2; n != 55 {
			s.T.Errorf("%d lines on both pages, want 55", n)
		}
	})
}

func TestEnglishHasItsOwnWords(t *testing.T) {
	countertest.Each(t, "demo", mount(0), func(w *countertest.World) {
		a := w.Get("officer", page("收文登记簿"))
		w.Holds(a, "还没有记载", "收文登记簿")
		for _, r := range registers {
			if r.may != "officer" {
				continue
			}
			a := english(w, "officer", page(r.name))
			w.Holds(a, "Nothing is on record yet", "Export sheet", "!registers.")
		}
	})
}
