package peopleweb_test

import (
	"bytes"
	"net/http"
	"slices"
	"testing"

	"jiyao/internal/ledger"
	"jiyao/internal/people"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// Everything that is typed into the forms of units and posts stands on record, and nothing else.
func TestWhatIsTypedStandsOnRecord(t *testing.T) {
	countertest.Each(t, "county", mount, func(w *countertest.World) {
		both := []string{"proposer", "office_director", "proposer_how", "pin", "proposer_secret", countertest.Right, "head_how", "pin", "head_secret", countertest.Right}
		send := func(path, key string, fields ...string) {
			w.T.Helper()
			if a := w.Post("office_director", path, append(append(slices.Clone(both), "_key", key), fields...)...); a.Code != http.StatusSeeOther || a.Location != "/posts" {
				w.T.Fatalf("%s: %d %s", path, a.Code, main(a.Body))
			}
		}
		read := func(fn func(tx *store.Tx) error) {
			w.T.Helper()
			if err := w.DB.Read(w.T.Context(), fn); err != nil {
				w.T.Fatal(err)
			}
		}
		send("/posts/unit", "u", "name", " 新设科 ", "kind", "department")
		send("/posts/post", "p", "name", " 新设岗 ", "unit", "dept_a", "stands", "", "stands", "base/liaison", "stands", "base/liaison", "stands", "county/liaison")
		var post people.Post
		read(func(tx *store.Tx) error {
			u, ok, err := people.Units.One(tx, "WHERE name = $1", "新设科")
			if err != nil || !ok || u.Kind != "department" {
				w.T.Errorf("the unit: %v %+v", ok, u)
			}
			if err != nil {
				return err
			}
			post, ok, err = people.Posts.One(tx, "WHERE name = $1", "新设岗")
			if !ok || post.Unit != "dept_a" || !slices.Equal(post.Stands, []string{"base/liaison", "county/liaison"}) {
				w.T.Errorf("the post: %v %+v", ok, post)
			}
			return err
		})
		holdings := func(person term.PersonID) (list []people.Holding) {
			read(func(tx *store.Tx) (err error) {
				list, err = people.Holdings.Select(tx, "WHERE post = $1 AND person = $2", string(post.ID), string(person))
				return err
			})
			return list
		}
		send("/posts/assign", "a", "post", string(post.ID), "person", "clerk_a", "appointed_by", "局长", "doc_no", "任〔2026〕3号")
		first := holdings("clerk_a")
		if len(first) != 1 || first[0].DocNo != "任〔2026〕3号" || !first[0].Until.IsZero() {
			w.T.Fatalf("the first appointment: %+v", first)
		}
		read(func(tx *store.Tx) error {
			list, err := w.Log.Find(tx, ledger.Filter{Act: "people.post_assign", Outcome: ledger.Done})
			if err == nil && (len(list) != 1 || !bytes.Contains(list[0].Args, []byte("局长"))) {
				w.T.Errorf("who appointed stands in no entry: %d", len(list))
			}
			return err
		})
		send("/posts/assign", "b", "post", string(post.ID), "person", "clerk_b", "replaces", "clerk_a", "doc_no", "任〔2026〕4号")
		if old, next := holdings("clerk_a"), holdings("clerk_b"); len(old) != 1 || old[0].Until.IsZero() || len(next) != 1 || next[0].DocNo != "任〔2026〕4号" {
			w.T.Fatalf("who was replaced %+v, who follows %+v", old, next)
		}
		send("/posts/end", "e", "post", string(post.ID), "person", "clerk_b", "doc_no", "免〔2026〕1号")
		if last := holdings("clerk_b"); len(last) != 1 || last[0].Until.IsZero() || last[0].DocNo != "免〔2026〕1号" {
			w.T.Errorf("the end: %+v", last)
		}
	})
}

// A form that lacks something says what, keeps what was typed, and does nothing.
func TestAFormOfPostsSaysWhatItLacks(t *testing.T) {
	countertest.Each(t, "county", mount, func(w *countertest.World) {
		fields := map[string][]string{
			"/posts/unit":   {"name", "某新科", "kind", "department", "proposer", "office_director"},
			"/posts/post":   {"name", "某新岗", "stands", "base/liaison", "proposer", "office_director"},
			"/posts/assign": {"post", "officer", "person", "clerk_a", "proposer", "office_director", "doc_no", "某新号"},
			"/posts/end":    {"post", "officer", "person", "officer", "proposer", "office_director", "doc_no", "某新号"},
		}
		ids := map[string]string{"stands": "stands-0"}
		for path, typed := range fields {
			which := path[len("/posts/"):]
			for i := 0; i < len(typed); i += 2 {
				name := typed[i]
				if name == "doc_no" {
					continue
				}
				left := slices.Clone(typed)
				left[i+1] = ""
				a := w.Post("office_director", path, left...)
				id := name
				if alias, ok := ids[name]; ok {
					id = alias
				}
				if a.Code != http.StatusUnprocessableEntity {
					w.T.Errorf("%s without %s: %d", path, name, a.Code)
				}
				w.Holds(a, `id="`+which+"-"+id+`-err"`)
				if i > 0 || which == "assign" || which == "end" {
					w.Holds(a, "某新")
				}
			}
			kept := w.Post("office_director", path, typed...) // nobody has signed
			if kept.Code != http.StatusUnprocessableEntity {
				w.T.Errorf("%s unsigned: %d", path, kept.Code)
			}
			w.Holds(kept, "某新", "必填")
		}
		kept := w.Post("office_director", "/posts/post", "name", "某新岗", "stands", "", "stands", "county/liaison", "unit", "dept_a")
		w.Holds(kept, `<option value="county/liaison" selected`, `<option value="dept_a" selected`)
	})
}
