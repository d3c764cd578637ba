package documentweb_test

import (
	"testing"

	"jiyao/internal/web/counter/countertest"
)

// The fields follow the level as soon as it is chosen: another part of the page, made of what was typed so far.
func TestTheFieldsFollowTheLevelAtOnce(t *testing.T) {
	each(t, func(w *countertest.World) {
		accepted(w, "JT-0052", "2", "2")
		path := "/receive/" + envelopeOf(w)
		want(w, w.Get("officer", path), 200, []string{`hx-post="` + path + `/fields"`, `hx-target="#register-fields"`, `id="register-fields"`, "anew.js"}, "level_checked")
		star := func(id string) string { return `<label for="f-` + id + `" class="req">` }
		part := func(level string) countertest.Answer {
			return w.Post("officer", path+"/fields", line("level", level, "level_checked", "", "notes", "x")...)
		}
		want(w, part("机密"), 200, []string{star("period"), star("mark_text"), `class="inp song b title"`, "机密以上不录标题"}, "<html", "level_checked")
		want(w, part("秘密"), 200, []string{star("period"), star("mark_text"), secretTitle, `name="level_checked" value="秘密"`, "封皮是机密，文件上确是秘密"}, "<html", "hint bad")
		want(w, part("公开"), 200, []string{star("doc_no"), secretTitle, `name="level_checked" value="公开"`}, star("period"), star("mark_text"))
		want(w, w.Post("clerk_a", path+"/fields"), 404, nil, "register-fields")
		if n := envelopes(w, "JT-0052"); n != 1 {
			t.Errorf("%d envelopes", n)
		}
	})
}

// A level below the cover's is taken only when it was said, for this very level, that the paper bears it.
func TestALevelBelowTheCoverIsAskedBack(t *testing.T) {
	each(t, func(w *countertest.World) {
		accepted(w, "JT-0052", "2", "2")
		path := "/receive/" + envelopeOf(w)
		ask := []string{"低于封皮上的密级", `name="level_checked" value="秘密"`, `id="f-level-err"`, secretTitle}
		want(w, w.Post("officer", path, line("level_checked", "")...), 422, ask)
		want(w, w.Post("officer", path, line("level_checked", "公开")...), 422, ask)
		if a := w.Post("officer", path, line()...); a.Code != 303 {
			t.Errorf("checked: %d %s", a.Code, cut(a.Body))
		}
	})
}
