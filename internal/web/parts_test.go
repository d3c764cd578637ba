package web

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"jiyao/internal/locale"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/term"
)

func draw(t *testing.T, tongue locale.Tongue, c templ.Component) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Render(WithTongue(context.Background(), tongue, testNow, oneClause{}), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestDeadlineTurnsWhereTheObligationSays(t *testing.T) {
	open, warn, at := testNow.Add(-time.Hour), testNow.Add(30*time.Minute), testNow.Add(time.Hour)
	for _, c := range []struct {
		name  string
		d     Deadline
		now   time.Time
		state string
		share int
	}{
		{"running", Deadline{Opened: open, Warn: warn, At: at}, testNow, "", 50},
		{"a second before the warning", Deadline{Opened: open, Warn: warn, At: at}, warn.Add(-time.Second), "", 74},
		{"at the warning", Deadline{Opened: open, Warn: warn, At: at}, warn, "soon", 75},
		{"a second before the end", Deadline{Opened: open, Warn: warn, At: at}, at.Add(-time.Second), "soon", 99},
		{"at the end", Deadline{Opened: open, Warn: warn, At: at}, at, "late", 100},
		{"no warning", Deadline{Opened: open, At: at}, at.Add(-time.Second), "", 99},
		{"met in time, seen late", Deadline{Opened: open, Warn: warn, At: at, Done: testNow}, at.Add(time.Hour), "", 50},
		{"met too late", Deadline{Opened: open, Warn: warn, At: at, Done: at.Add(time.Minute)}, at.Add(time.Hour), "late", 100},
		{"start unknown", Deadline{At: at}, testNow, "", 0},
		{"start after end", Deadline{Opened: at.Add(time.Hour), At: at}, at, "late", 100},
		{"none", Deadline{}, testNow, "", 100},
	} {
		if got := c.d.state(c.now); got != c.state {
			t.Errorf("%s: state %q, want %q", c.name, got, c.state)
		}
		if got := c.d.share(c.now); got != c.share && c.name != "none" {
			t.Errorf("%s: share %d, want %d", c.name, got, c.share)
		}
	}
}

func TestDueChip(t *testing.T) {
	html := draw(t, locale.Zh, Due(Deadline{Opened: testNow.Add(-24 * time.Hour), At: testNow.Add(-15*time.Hour - 31*time.Minute)}))
	for _, want := range []string{`class="due late"`, `<span>逾期 15 小时 31 分</span>`, `class="w-100"`, "data-due=", `title="2026年11月26日 18:00"`} {
		if !strings.Contains(html, want) {
			t.Errorf("chip lacks %s: %s", want, html)
		}
	}
	if html := draw(t, locale.Zh, Due(Deadline{At: testNow, Done: testNow.Add(-time.Hour)})); strings.Contains(html, "data-due") || !strings.Contains(html, "提前 1 小时") {
		t.Errorf("a met deadline still counts: %s", html)
	}
	if html := draw(t, locale.Zh, Due(Deadline{})); !strings.Contains(html, "没有时限") {
		t.Errorf("no deadline: %s", html)
	}
}

func TestWidthsAreSteps(t *testing.T) {
	for in, want := range map[int]string{-5: "w-0", 0: "w-0", 2: "w-0", 3: "w-5", 52: "w-50", 53: "w-55", 98: "w-100", 400: "w-100"} {
		if got := Width(in); got != want {
			t.Errorf("Width(%d) = %s, want %s", in, got, want)
		}
	}
}

func TestMarksAndGloss(t *testing.T) {
	for level, class := range map[term.Level]string{term.Juemi: "mark lv4", term.Jimi: "mark lv3", term.Mimi: "mark lv2", term.Neibu: "mark lv1"} {
		zh, en := draw(t, locale.Zh, Mark(level, term.RegimeState, "10年")), draw(t, locale.En, Mark(level, term.RegimeState, "10年"))
		mark := term.RegimeState.Mark(level, "10年")
		if !strings.Contains(zh, `class="`+class+`"`) || !strings.Contains(zh, mark) || strings.Contains(zh, "sr") {
			t.Errorf("%s: %s", level, zh)
		}
		if !strings.Contains(en, mark) || !strings.Contains(en, `<span class="sr">`+string(level)+" ") {
			t.Errorf("%s in English: %s", level, en)
		}
	}
	if html := draw(t, locale.Zh, Mark("机 密", term.RegimeState, "")); html != "" {
		t.Errorf("a false level is drawn: %s", html)
	}
}

func TestClauseChip(t *testing.T) {
	if html := draw(t, locale.Zh, Clause("B-3.3g")); html != `<a class="clause" href="/rules/county/B-3.3g">丙-3.3</a>` {
		t.Error(html)
	}
	if html := draw(t, locale.Zh, Clause("Z-9")); html != `<span class="clause">Z-9</span>` {
		t.Error(html)
	}
}

func TestRefusalThatNobodyCures(t *testing.T) {
	v := RefusalView{Title: "不予登记", Remedy: refuse.Nobody, Back: "/", After: "AFTER", Reference: "R-7K2Q-M4TX",
		Approvers: []Approver{{Name: "NAME", May: true}}, Request: &Request{Action: "/ask", Label: "ASK"}}
	for _, kind := range []refuse.RemedyKind{refuse.Nobody, ""} {
		v.Remedy = kind
		html := draw(t, locale.Zh, Refusal(v))
		if !strings.Contains(html, "<b>任何人都不能批准。</b>") || !strings.Contains(html, "返回") {
			t.Errorf("%q: %s", kind, html)
		}
		for _, never := range []string{"AFTER", "NAME", "ASK", "/ask"} {
			if strings.Contains(html, never) {
				t.Errorf("%q offers %s", kind, never)
			}
		}
		v.Anew = true // a leave was given, for something else
		html = draw(t, locale.Zh, Refusal(v))
		if strings.Contains(html, "任何人都不能批准") || !strings.Contains(html, "重新呈批") || !strings.Contains(html, `action="/ask"`) {
			t.Errorf("%q, to be asked anew: %s", kind, html)
		}
		v.Anew = false
	}
	v.Remedy = refuse.ByPost
	if html := draw(t, locale.Zh, Refusal(v)); !strings.Contains(html, "NAME") || !strings.Contains(html, `action="/ask"`) || !strings.Contains(html, "AFTER") {
		t.Errorf("by post: %s", html)
	}
}

// Under the clause stands what of the try was in the way, with its saying; what has none stays unsaid.
func TestARefusalMarksWhatFailed(t *testing.T) {
	ctx := WithTongue(context.Background(), locale.Zh, testNow, oneClause{})
	ref := &refuse.Refusal{Violations: []refuse.Violation{{Clause: "B-3.3g", Failing: []refuse.Failing{
		{Fact: "level", Value: "绝密"}, {Fact: "in_scope", Person: "p1"}, {Fact: "grade_covers", Is: true, Person: "p1"}, {Fact: "refused_requests", Value: "4711"},
	}}}}
	v := ViewRefusal(ctx, ref)
	v.Fails(ctx, ref, func(p term.PersonID) string { return "吴科员" })
	html := draw(t, locale.Zh, Refusal(v))
	for _, want := range []string{"密级 <mark>绝密</mark>", "知悉范围 <mark>吴科员不在范围内</mark>"} {
		if !strings.Contains(strings.Join(strings.Fields(html), " "), want) {
			t.Errorf("no %s in %s", want, html)
		}
	}
	if strings.Contains(html, "4711") || strings.Contains(html, "等级") {
		t.Errorf("says what is in order or has no saying: %s", html)
	}
}

func TestRequestNamesTheFirstWhoIsHere(t *testing.T) {
	v := RefusalView{Remedy: refuse.ByPost, Back: "/", Request: &Request{Action: "/ask"}, Approvers: []Approver{
		{Name: "申请人", Here: true, Applicant: true}, {Name: "李主任", May: true}, {Name: "王副主任", May: true, Here: true}}}
	html := draw(t, locale.Zh, Refusal(v))
	if !strings.Contains(html, "呈王副主任审批") || !strings.Contains(html, "申请人本人不能批") {
		t.Error(html)
	}
}

// What the law wants of a form that is signed is asked for by the browser, before two people give their secrets in vain.
func TestASignedFormAsksBeforeTheSecrets(t *testing.T) {
	wants := func(string, map[string]any) []regulation.Want {
		return []regulation.Want{{Field: "reason"}, {Field: "title", Or: "notes"}}
	}
	ctx := withView(context.Background(), view{tongue: locale.Zh, now: testNow, wants: wants})
	var b strings.Builder
	fields := templ.Join(Field(Input{Name: "reason", Label: "R"}), Field(Input{Name: "title", Label: "T"}))
	if err := Within(SignDialog(Sign{ID: "x", Act: "thing.do", Second: &SignBox{Prefix: "second"}}), fields).Render(ctx, &b); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"reason": true, "title": false} { // of two that stand for each other neither
		tag := b.String()[strings.Index(b.String(), `id="f-`+name+`" max`):]
		if got := strings.Contains(tag[:strings.Index(tag, ">")], " required"); got != want {
			t.Errorf("%s is asked for before: %v, want %v: %s", name, got, want, tag[:200])
		}
	}
}

// A form that says which act it asks for marks what the law wants and tells at the field what was wrong with it, though
// the page itself says nothing of it.
func TestAFormOfAnActShowsWhatTheLawAsks(t *testing.T) {
	wants := func(act string, given map[string]any) []regulation.Want {
		out := []regulation.Want{{Field: "reason"}, {Field: "kind"}, {Field: "title", Or: "notes"}}
		if act != "thing.do" || given["classified"] != true {
			out = nil
		}
		return out
	}
	form := func(a Asking) string {
		ctx := withView(context.Background(), view{tongue: locale.Zh, now: testNow, clauses: oneClause{}, wants: wants})
		var b strings.Builder
		fields := templ.Join(Field(Input{Name: "why", Arg: "reason", Label: "R"}), Field(Input{Name: "title", Label: "T"}), Field(Input{Name: "other", Label: "O"}), Radios(Input{Name: "kind", Label: "K"}))
		if err := Within(ForAct(a), fields).Render(ctx, &b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	refused := &refuse.Refusal{Reference: "R-1", Violations: []refuse.Violation{{Clause: "B-3.3g", Fields: []string{"reason"}, Remedy: refuse.Remedy{Kind: refuse.Correct}}}}
	html := form(Asking{Act: "thing.do", Given: map[string]any{"classified": true}, Err: refused})
	for _, want := range []string{`<label for="f-why" class="req">`, `aria-required="true"`, `role="radiogroup"`, "或填“备注”", "制度要求填这一项", `href="/rules/county/B-3.3g"`, `aria-invalid="true"`} {
		if !strings.Contains(html, want) {
			t.Errorf("the form lacks %s: %s", want, html)
		}
	}
	if n := strings.Count(html, `class="req"`) + strings.Count(html, `class="lab req"`); n != 3 {
		t.Errorf("%d fields bear the mark, want 3: %s", n, html)
	}
	if n := strings.Count(html, `aria-required="true"`); n != 3 { // each says it to who cannot see the mark
		t.Errorf("%d fields say that they are asked for, want 3: %s", n, html)
	}
	for name, html := range map[string]string{"another act": form(Asking{Act: "thing.look"}), "the fact is not so": form(Asking{Act: "thing.do"})} {
		if strings.Contains(html, "req") {
			t.Errorf("%s: %s", name, html)
		}
	}
}

// TestAFieldIsCalledAsItsActCallsIt: to is a person in most acts, and the last day of a delegation.
func TestAFieldIsCalledAsItsActCallsIt(t *testing.T) {
	wrong := &refuse.Invalid{Fields: []refuse.FieldError{{Field: "to", Code: "required"}}}
	for act, want := range map[string]string{"people.delegate": "到，含当日", "custody.lend": "收件人"} {
		var b strings.Builder
		ctx := withView(context.Background(), view{tongue: locale.Zh, now: testNow})
		if err := Within(ForAct(Asking{Act: act, Err: wrong}), InvalidNote(wrong)).Render(ctx, &b); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), want) {
			t.Errorf("%s: %s", act, b.String())
		}
	}
}

func TestFieldKeepsWhatWasTypedButNoPassword(t *testing.T) {
	err := &refuse.Invalid{Fields: []refuse.FieldError{{Field: "title", Code: "too_long", Args: map[string]string{"max": "200"}}, {Field: "odd", Code: "no_such_code"}}}
	ctx := WithTongue(context.Background(), locale.Zh, testNow, nil)
	if got := FieldError(ctx, err, "title"); got != "最多 200 个字" {
		t.Errorf("title: %q", got)
	}
	if got := FieldError(ctx, err, "odd"); got != "没有填对" {
		t.Errorf("odd: %q", got)
	}
	if got := FieldError(ctx, refuse.ErrNotFound, "title") + FieldError(ctx, nil, "title"); got != "" {
		t.Errorf("no field: %q", got)
	}
	html := draw(t, locale.Zh, Field(Input{Name: "title", Label: "标题", Value: `"><b>`, Help: "H", Error: "E"}))
	for _, want := range []string{`value="&#34;&gt;&lt;b&gt;"`, `aria-describedby="f-title-help f-title-err"`, `aria-invalid="true"`, `autocomplete="off"`, `maxlength="500"`, `<label for="f-title"`} {
		if !strings.Contains(html, want) {
			t.Errorf("field lacks %s: %s", want, html)
		}
	}
	if html := draw(t, locale.Zh, Field(Input{Name: "p", Kind: "password", Value: "hunter2"})); strings.Contains(html, "hunter2") {
		t.Errorf("a password came back: %s", html)
	}
}

func TestSignDialog(t *testing.T) {
	s := Sign{ID: "x", Action: "/sign", Confirm: "确认", Blocked: []string{"还差 8 件"}, First: SignBox{Prefix: "first", Name: "陈", Signed: "09:31"}, Second: &SignBox{Prefix: "second"}}
	html := draw(t, locale.Zh, SignDialog(s))
	for _, want := range []string{"还差 8 件", "disabled", `name="second_person"`, `name="second_secret"`, `type="password"`, `name="second_how"`} {
		if !strings.Contains(html, want) {
			t.Errorf("dialog lacks %s: %s", want, html)
		}
	}
	if strings.Contains(html, "first_secret") {
		t.Error("who has signed is asked again")
	}
	s.Blocked = nil
	if html := draw(t, locale.Zh, SignDialog(s)); strings.Contains(html, "disabled") {
		t.Errorf("not blocked, yet off: %s", html)
	}
}

func TestFragmentsCarryTheirIcons(t *testing.T) {
	if html := draw(t, locale.Zh, Icon("check")); strings.Contains(html, "<use") || !strings.Contains(html, "<path") {
		t.Errorf("fragment: %s", html)
	}
	html := draw(t, locale.Zh, Within(Bare(Frame{}), Icon("check")))
	if strings.Count(html, `<symbol id="i-check"`) != 1 || !strings.Contains(html, `href="#i-check"`) {
		t.Errorf("page: %s", html)
	}
}

// A page's help lists the keys that work on it, each once, and English keeps the space between two sentences.
func TestTheHelpListsTheKeysOfThePage(t *testing.T) {
	inside := templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for _, c := range []templ.Component{
			Go(Link{Href: "/receive", Label: "收文登记", Key: "F3"}), Plain(Link{Href: "/x", Label: "另一个", Key: "F3"}),
			Radios(Input{Name: "level", Label: "密级", Options: []Option{{Value: "a", Key: "1"}, {Value: "b", Key: "4"}, {Value: "c"}}}),
			NoteBox(Note{Lead: "Done.", Text: "Recorded."}), NoteBox(Note{Lead: "已办。", Text: "已记录。"}),
		} {
			if err := c.Render(ctx, w); err != nil {
				return err
			}
		}
		return nil
	})
	var b strings.Builder
	if err := Within(Page(Frame{Tongue: "zh"}), inside).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	_, help, _ := strings.Cut(b.String(), `<dialog id="help"`)
	for _, s := range []string{"<kbd>F3</kbd>", "收文登记", "<kbd>1–4</kbd>", "密级"} {
		if strings.Count(help, s) != 1 {
			t.Errorf("the help says %q %d times", s, strings.Count(help, s))
		}
	}
	if strings.Contains(help, "另一个") || !strings.Contains(b.String(), "<b>Done.</b> Recorded.") || !strings.Contains(b.String(), "<b>已办。</b>已记录。") {
		t.Error("a second button of one key is listed, or a space is missing or too much")
	}
}
