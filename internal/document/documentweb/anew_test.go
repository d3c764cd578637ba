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

// The fields follow the medium too: what tells a disk or a tape from another, folded away for paper alone, and what it usually
// holds.
func TestTheFieldsFollowTheMedium(t *testing.T) {
	each(t, func(w *countertest.World) {
		accepted(w, "JT-0053", "1", "1")
		path := "/receive/" + envelopeOf(w)
		ticked := func(kind string) string { return `value="` + kind + `" checked` }
		open := `<details class="f f12" open`
		want(w, w.Get("officer", path), 200, []string{ticked("text"), `name="medium"`, `name="form"`, `name="serial_no"`}, open)
		part := func(change ...string) countertest.Answer {
			return w.Post("officer", path+"/fields", append(line(change...), "usual", "text")...)
		}
		star := func(id string) string { return `<label for="f-` + id + `" class="req">` }
		want(w, part("medium", "magnetic"), 200, []string{open, star("form"), star("serial_no"), star("custodian"), ticked("data"), "硬盘", "录音带", "保管人"}, ticked("text"))
		want(w, part("medium", "tape"), 200, []string{star("form"), star("serial_no"), star("custodian"), ticked("sound"), "录音带", "录像带"}, "硬盘", "U盘")
		want(w, part("medium", "photo"), 200, []string{open, ticked("image")}, star("form"))
		want(w, part("medium", "other"), 200, []string{open, star("described"), ticked("text")}, star("form"))
		want(w, part("medium", "magnetic", "content_kinds", "symbol"), 200, []string{ticked("symbol")}, ticked("data"))
		of := func(medium string, more ...string) countertest.Answer {
			return w.Post("officer", path, append(line("copies", "1", "copy_nos", "000009", "medium", medium, "pages", "0", "content_kinds", "sound"), more...)...)
		}
		sent := func(more ...string) countertest.Answer { return of("magnetic", more...) }
		want(w, sent("form", "audio_tape", "serial_no", "T-1"), 422, []string{"保管人", `href="/rules/county/B-2b"`, `value="T-1"`})
		want(w, of("tape", "form", "hard_disk", "serial_no", "T-1", "custodian", "officer"), 422, []string{"这种载体没有这种形式"})
		want(w, sent("form", "drum", "serial_no", "T-1", "custodian", "officer"), 422, []string{"不在可选范围内"})
		if a := sent("form", "audio_tape", "serial_no", "T-1", "custodian", "officer"); a.Code != 303 {
			t.Errorf("register a tape: %d %s", a.Code, cut(a.Body))
		}
	})
}
