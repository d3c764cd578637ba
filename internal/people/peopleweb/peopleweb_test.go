package peopleweb_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"jiyao/internal/people/peopleweb"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/webtest"
)

func mount(w *countertest.World, c *counter.Counter) {
	peopleweb.Routes(w.Server, peopleweb.Deps{Counter: c, Office: w.Office})
}

var own = []string{"_how", "pin", "_secret", countertest.Right}

func TestWhoIsWho(t *testing.T) {
	countertest.Each(t, "county", mount, func(w *countertest.World) {
		a := w.Get("officer", "/people")
		webtest.Clean(w.T, a.Body)
		w.Holds(a, "陈机要员", "核心", "至 2027-01-31", "机要保密专管员", "领导小组", "韩组长")
		// Others see posts, not grades; each sees his own.
		b := w.Get("clerk_a", "/people")
		webtest.Clean(w.T, b.Body)
		w.Holds(b, "陈机要员", "周科员", "!定涉密等级")
		if n := strings.Count(b.Body, "至 2027-01-31"); n != 2 { // his line and his panel
			w.T.Errorf("a clerk sees %d commitments, want his own in two places", n)
		}
		c := w.Get("officer", "/posts")
		webtest.Clean(w.T, c.Body)
		w.Holds(c, "办公室主任", "李主任", "1 人在任")
		for _, path := range []string{"/people", "/posts"} {
			w.Hidden("role:sec_admin", path, "/people/nothing")
		}
	})
}

func TestPostsChangeByTwoSignatures(t *testing.T) {
	countertest.Each(t, "county", mount, func(w *countertest.World) {
		t := w.T
		fields := []string{"post", "officer", "person", "clerk_a", "proposer", "office_director", "proposer_how", "pin", "proposer_secret", countertest.Right}
		a := w.Post("office_director", "/posts/assign", fields...)
		if a.Code != http.StatusForbidden {
			t.Errorf("one signature: %d", a.Code)
		}
		a = w.Post("office_director", "/posts/assign", append(fields, "head_how", "pin", "head_secret", "0", "doc_no", "任〔2026〕3号")...)
		if a.Code != http.StatusUnprocessableEntity {
			t.Errorf("a wrong PIN: %d", a.Code)
		}
		w.Holds(a, "签字码或口令不对", "任〔2026〕3号")
		two := append(fields, "head_how", "pin", "head_secret", countertest.Right, "_key", "a", "appointed_by", "局长", "doc_no", "任〔2026〕3号")
		if a = w.Post("office_director", "/posts/assign", two...); a.Code != http.StatusSeeOther {
			t.Fatalf("assigned: %d %s", a.Code, a.Body)
		}
		w.Holds(w.Get("officer", "/posts"), "周科员")
		if a = w.Post("clerk_b", "/posts/assign", two...); a.Code != http.StatusForbidden {
			t.Errorf("by a clerk: %d", a.Code)
		}
		if a = w.Post("office_director", "/posts/assign", "post", "officer"); a.Code != http.StatusUnprocessableEntity {
			t.Errorf("fields empty: %d", a.Code)
		}
	})
}

func TestGradesCommitmentsDelegations(t *testing.T) {
	countertest.Each(t, "county", mount, func(w *countertest.World) {
		t := w.T
		a := w.Post("unit_head", "/people/grade", append(own, "person", "clerk_a", "grade", "一般", "post", "officer", "reviewed_on", "2026-02-01", "review_result", "合格", "trained_on", "2026-02-02", "_key", "g")...)
		if a.Code != http.StatusSeeOther {
			t.Fatalf("graded: %d %s", a.Code, a.Body)
		}
		w.Holds(w.Get("officer", "/people"), "2026-02-01 审查")
		if a = w.Post("unit_head", "/people/grade", append(own, "person", "clerk_a", "grade", "绝顶")...); a.Code != http.StatusUnprocessableEntity {
			t.Errorf("a grade there is not: %d", a.Code)
		}
		if a = w.Post("clerk_a", "/people/commit", append(own, "version", "2026", "_key", "c")...); a.Code != http.StatusSeeOther {
			t.Fatalf("committed: %d %s", a.Code, a.Body)
		}
		give := append(own, "post", "base/officer", "person", "office_clerk", "acts", "document.register", "from", "2026-03-02", "to", "2026-03-06")
		if a = w.Post("officer", "/people/delegate", append(give, "_key", "d")...); a.Code != http.StatusSeeOther {
			t.Fatalf("delegated: %d %s", a.Code, a.Body)
		}
		w.Holds(w.Get("officer", "/people"), "陈机要员 → 赵科员", "收文登记", `!name="delegation"`)
		page := w.Get("officer", peopleweb.EntrustPath)
		webtest.Clean(t, page.Body)
		w.Holds(page, "陈机要员 → 赵科员", "收文登记")
		_, rest, _ := strings.Cut(page.Body, `name="delegation" value="`)
		id, _, _ := strings.Cut(rest, `"`)
		if a = w.Post("clerk_b", "/people/revoke", append(own, "delegation", id)...); a.Code == http.StatusSeeOther {
			t.Errorf("revoked by a stranger to it: %d", a.Code)
		}
		if a = w.Post("officer", "/people/revoke", append(own, "delegation", id, "_key", "r")...); a.Code != http.StatusSeeOther {
			t.Fatalf("revoked: %d %s", a.Code, a.Body)
		}
		w.Holds(w.Get("officer", "/people"), "现在没有委托")
		for _, bad := range [][]string{{"from", "x", "to", "2026-03-06"}, {"from", "2026-03-06", "to", "2026-03-02"}} {
			a = w.Post("officer", "/people/delegate", append(append(own, "post", "base/officer", "person", "office_clerk", "acts", "document.register"), bad...)...)
			if a.Code != http.StatusUnprocessableEntity {
				t.Errorf("%v: %d", bad, a.Code)
			}
			w.Holds(a, `value="document.register" checked`)
		}
	})
}

// Whatever the form offers to give away can be given: nothing stands there that falls to none of the viewer's posts.
func TestWhatIsOfferedCanBeDelegated(t *testing.T) {
	countertest.Each(t, "county", mount, func(w *countertest.World) {
		offered := 0
		for _, who := range []string{"office_director", "head_a"} {
			_, form, _ := strings.Cut(w.Get(who, peopleweb.EntrustPath).Body, `action="/people/delegate"`)
			form, _, _ = strings.Cut(form, "</form>")
			_, choice, _ := strings.Cut(form, `name="post"`)
			choice, _, _ = strings.Cut(choice, "</select>")
			var posts []string
			for _, option := range strings.Split(choice, `<option value="`)[1:] {
				post, _, _ := strings.Cut(option, `"`)
				posts = append(posts, post)
			}
			for _, box := range strings.Split(form, `name="acts" value="`)[1:] {
				name, _, _ := strings.Cut(box, `"`)
				offered++
				if !slices.ContainsFunc(posts, func(post string) bool { // by one of the posts that the form offers
					return w.Post(who, "/people/delegate", append(own, "post", post, "person", "clerk_a", "acts", name, "from", "2026-03-02", "to", "2026-03-06", "_key", who+name+post)...).Code == http.StatusSeeOther
				}) {
					w.T.Errorf("%s gives away %s as none of %v", who, name, posts)
				}
			}
		}
		if offered == 0 {
			w.T.Error("nobody is offered anything")
		}
	})
}

// Two posts of one name are told apart where one of them is chosen, and no grade is offered that the law never takes.
func TestChoicesAreToldApart(t *testing.T) {
	countertest.Each(t, "county", mount, func(w *countertest.World) {
		_, choice, _ := strings.Cut(w.Get("office_director", "/posts").Body, `id="assign-post"`)
		choice, _, _ = strings.Cut(choice, "</select>")
		seen := map[string]bool{}
		for _, o := range strings.Split(choice, "<option ")[1:] {
			_, label, _ := strings.Cut(o, ">")
			if seen[label] {
				w.T.Errorf("two posts are called %q", label)
			}
			seen[label] = true
		}
		_, choice, _ = strings.Cut(w.Get("unit_head", "/people").Body, `id="grade-grade"`)
		choice, _, _ = strings.Cut(choice, "</select>")
		if !strings.Contains(choice, "核心") || strings.Contains(choice, "不是涉密人员") {
			w.T.Errorf("the grades are %s", choice)
		}
	})
}

func TestAPersonIsRegistered(t *testing.T) {
	countertest.Each(t, "county", mount, func(w *countertest.World) {
		t := w.T
		if a := w.Post("office_director", "/people/register", "name", "新科员", "unit", "dept_a", "affiliation", "staff", "_key", "n"); a.Code != http.StatusSeeOther {
			t.Fatalf("registered: %d %s", a.Code, a.Body)
		}
		w.Holds(w.Get("officer", "/people"), "新科员", "没有签")
		for _, bad := range [][]string{{"name", ""}, {"name", strings.Repeat("名", 3000)}, {"name", "x", "unit", "nowhere"}, {"name", "x", "affiliation", "friend"}} {
			if a := w.Post("office_director", "/people/register", bad...); a.Code != http.StatusUnprocessableEntity {
				t.Errorf("%.20q: %d", bad, a.Code)
			}
		}
	})
}

func TestAUnitAndAPostAreCreated(t *testing.T) {
	countertest.Each(t, "county", mount, func(w *countertest.World) {
		t := w.T
		both := []string{"proposer", "office_director", "proposer_how", "pin", "proposer_secret", countertest.Right, "head_how", "pin", "head_secret", countertest.Right}
		if a := w.Post("office_director", "/posts/unit", append(both, "name", "新设科", "kind", "department", "_key", "u")...); a.Code != http.StatusSeeOther {
			t.Fatalf("unit: %d %s", a.Code, a.Body)
		}
		if a := w.Post("office_director", "/posts/post", append(both, "name", "新设岗", "unit", "dept_a", "stands", "base/liaison", "stands", "county/liaison", "_key", "p")...); a.Code != http.StatusSeeOther {
			t.Fatalf("post: %d %s", a.Code, a.Body)
		}
		page := w.Get("office_director", "/posts")
		webtest.Clean(t, page.Body)
		w.Holds(page, "新设科", "新设岗")
		w.Holds(w.Get("clerk_a", "/posts"), "!设立单位", "!设立岗位")
		for path, bad := range map[string][]string{"/posts/unit": {"name", "", "kind", "department"}, "/posts/post": {"name", "某岗", "stands", "county/nobody"}} {
			if a := w.Post("office_director", path, append(both, bad...)...); a.Code != http.StatusUnprocessableEntity {
				t.Errorf("%s %v: %d", path, bad, a.Code)
			}
		}
		if a := w.Post("clerk_a", "/posts/unit", append(both, "proposer", "clerk_a", "name", "某科", "kind", "department")...); a.Code == http.StatusSeeOther {
			t.Error("a clerk has made a unit")
		}
	})
}
