package documentweb_test

import (
	"slices"
	"strings"
	"testing"

	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// TestTheWayOfAnOutgoingDocument leads one from its draft to the receipt, each step on its page by who takes it.
func TestTheWayOfAnOutgoingDocument(t *testing.T) {
	each(t, func(w *countertest.World) {
		want(w, w.Get("officer", "/outgoing"), 200, []string{"还没有本单位起草的件", "拟稿", "还没有规则"})
		own := []string{"ownhow", "pin", "own_secret", countertest.Right}
		a := w.Post("clerk_a", "/outgoing", "level", "内部", "title", "关于某事项的通知", "urgency", "一般", "document_kind", "通知", "main_to", "某厅",
			"persons", "head_business", "persons", "leader_a", "persons", "officer")
		if a.Code != 303 {
			w.T.Fatalf("draft: %d %s", a.Code, cut(a.Body))
		}
		page := a.Header.Get("Location")
		want(w, w.Get("clerk_a", page), 200, []string{"发文进度", "等待复核：部门负责人、办公室负责人。", "拟稿", "主送：某厅"}, "签字，复核")
		want(w, w.Get("officer", "/outgoing"), 200, []string{"关于某事项的通知", "复核"})
		want(w, w.Get("officer", page), 200, []string{"发文进度"})
		step := func(who, step string, values ...string) {
			w.T.Helper()
			if a := w.Post(who, page+"/"+step, values...); a.Code != 303 {
				w.T.Fatalf("%s: %d %s", step, a.Code, cut(a.Body))
			}
		}
		waits, link := "等你复核、签发的发文", `href="`+page+`"`
		want(w, w.Get("head_business", "/today"), 200, []string{waits, "关于某事项的通知", link})
		for _, who := range []string{"clerk_a", "leader_a", "leader_b", "officer"} { // who may not take the step now, or not at all
			want(w, w.Get(who, "/today"), 200, nil, waits)
		}
		want(w, w.Get("head_business", page), 200, []string{"签字，复核", "退回拟稿人"})
		back := w.Post("head_business", page+"/review", append(own, "result", "back", "reason", "")...)
		want(w, back, 422, []string{"发文进度"})
		// Not signed: said at the box, and no try at anything.
		before := entries(w)
		want(w, w.Post("head_business", page+"/review", "own_how", "pin", "own_secret", "", "result", "pass"), 422, []string{"发文进度", "必填"})
		if after := entries(w); after != before {
			w.T.Errorf("%d entries of a form that was not signed", after-before)
		}
		step("head_business", "review", append(own, "result", "pass")...)
		want(w, w.Get("leader_a", "/today"), 200, []string{waits, link})
		want(w, w.Get("head_business", "/today"), 200, nil, waits)
		step("leader_a", "sign_off", own...)
		want(w, w.Get("leader_a", "/today"), 200, nil, waits)
		want(w, w.Get("officer", page), 200, []string{"没有适用的字号规则"})
		if a := w.Post("office_director", "/outgoing/rules", append(own, "prefix", "某区机发")...); a.Code != 303 {
			w.T.Fatalf("rule: %d %s", a.Code, cut(a.Body))
		}
		form := w.Get("officer", page)
		want(w, form, 200, []string{"某区机发"})
		step("officer", "number", "rule", between(w, form.Body, `<option value="`, `">某区机发`))
		want(w, w.Get("officer", page), 200, []string{"某区机发〔2026〕1号", "印制并登记各份"})
		step("officer", "print_run", "copies", "3", "pages", "2", "numbered", "yes", "kept", "1")
		want(w, w.Get("officer", page), 200, []string{"发出各份"})
		out := w.Get("officer", page+"/despatch")
		want(w, out, 200, []string{"发出哪几份", "000001", "000003"})
		copy := between(w, out.Body, `name="copies" value="`, `"`)
		ticked(w, out.Body, true, true, false) // the last is printed for the file
		want(w, out, 200, []string{"存档份"}, "只剩存档的份")
		want(w, w.Get("officer", "/outgoing"), 200, []string{">发出<"}, "已发完")
		sent := w.Post("officer", page+"/despatch", "copies", copy, "recipient", "某厅", "channel", "courier", "envelope_no", "F-1", "seal", "完好", "first_how", "pin", "first_secret", countertest.Right)
		if sent.Code != 303 {
			w.T.Fatalf("despatch: %d %s", sent.Code, cut(sent.Body))
		}
		want(w, w.Get("officer", page+"/custody"), 200, []string{"某厅", "F-1"})
		want(w, w.Get("officer", page+"/despatch"), 200, []string{"000002", "000003"}, `value="`+copy+`"`)
		got := w.Post("officer", "/c/"+copy+"/acknowledge", "received_at", w.Clock.Now().Format("2006-01-02 15:04"), "receipt_no", "H-1")
		if got.Code != 303 {
			w.T.Fatalf("receipt: %d %s", got.Code, cut(got.Body))
		}
		oneMore(w, page)
		theRestGoesOut(w, page)
		if a := w.Get("leader_b", page); a.Code != 404 {
			w.T.Errorf("who does not know of it gets %d", a.Code)
		}
	})
}

// oneMore lets the document go to one recipient more: it goes to no other, and not in an envelope that another had.
func oneMore(w *countertest.World, page string) {
	w.T.Helper()
	second := between(w, w.Get("officer", page+"/despatch").Body, `name="copies" value="`, `"`)
	send := []string{"copies", second, "recipient", "某局", "channel", "courier", "envelope_no", "F-1", "seal", "完好", "first_how", "pin", "first_secret", countertest.Right}
	want(w, w.Post("officer", page+"/despatch", send...), 422, []string{"不在主送、抄送之内", `value="某局"`})
	want(w, w.Get("officer", page), 200, nil, `id="readdress"`)
	want(w, w.Get("leader_a", page), 200, []string{`id="readdress"`, "加发单位"})
	more := []string{"copy_to", "某局", "own_how", "pin", "own_secret", countertest.Right, "reason"}
	want(w, w.Post("leader_a", page+"/readdress", append(more, "")...), 422, []string{"必填", `value="某局"`})
	if a := w.Post("leader_a", page+"/readdress", append(more, "业务需要")...); a.Code != 303 {
		w.T.Fatalf("one more: %d %s", a.Code, cut(a.Body))
	}
	want(w, w.Get("officer", page), 200, []string{"抄送：某局", "业务需要"})
	want(w, w.Post("officer", page+"/despatch", send...), 422, []string{"已用于别的收件单位"})
}

// theRestGoesOut sends the second of three: a form that comes back keeps what was ticked, and only the one for the file is left.
func theRestGoesOut(w *countertest.World, page string) {
	w.T.Helper()
	left := w.Get("officer", page+"/despatch").Body
	ticked(w, left, true, false)
	second, last := between(w, left, `name="copies" value="`, `"`), between(w, left[strings.LastIndex(left, `name="copies"`):], `name="copies" value="`, `"`)
	send := []string{"recipient", "某局", "channel", "courier", "envelope_no", "F-2", "seal", "完好", "first_how", "pin", "first_secret"}
	again := w.Post("officer", page+"/despatch", append(send, countertest.Right+"1", "copies", last)...)
	want(w, again, 422, []string{"发出哪几份"})
	ticked(w, again.Body, false, true)
	if a := w.Post("officer", page+"/despatch", append(send, countertest.Right, "copies", second)...); a.Code != 303 {
		w.T.Fatalf("despatch of the second: %d %s", a.Code, cut(a.Body))
	}
	out := w.Get("officer", page+"/despatch")
	ticked(w, out.Body, false)
	want(w, out, 200, []string{"只剩存档的份", "存档份"})
	want(w, w.Get("officer", "/outgoing"), 200, []string{"已发完，存档 1 份"}, ">发出<")
	want(w, w.Get("officer", page), 200, []string{"已发完，存档 1 份"})
}

// ticked holds the boxes of the copies on the page of a despatch, in order.
func ticked(w *countertest.World, body string, want ...bool) {
	w.T.Helper()
	var got []bool
	for _, box := range strings.Split(body, `name="copies"`)[1:] {
		got = append(got, strings.Contains(box[:strings.Index(box, ">")], " checked"))
	}
	if !slices.Equal(got, want) {
		w.T.Errorf("the copies are ticked %v, not %v", got, want)
	}
}

func between(w *countertest.World, s, from, to string) string {
	w.T.Helper()
	end := strings.Index(s, to)
	if strings.HasPrefix(to, `">`) {
		start := strings.LastIndex(s[:max(end, 0)], from)
		if end < 0 || start < 0 {
			w.T.Fatalf("no %q … %q", from, to)
		}
		return s[start+len(from) : end]
	}
	start := strings.Index(s, from)
	if start < 0 {
		w.T.Fatalf("no %q", from)
	}
	rest := s[start+len(from):]
	return rest[:strings.Index(rest, to)]
}

// What a secret of the office's own was made from may be finished; it stands among the choices as what is in work does.
func TestADraftIsMadeFromWhatIsFinished(t *testing.T) {
	each(t, func(w *countertest.World) {
		done := w.Registered("0001", term.Mimi, "已办结的来文", 1)
		w.Opined(done, term.Mimi, "leader_a")
		if err := w.DB.Write(w.T.Context(), "test.completed", func(tx *store.Tx) error {
			_, err := tx.Exec("UPDATE document SET state = 'completed' WHERE id = $1", string(done.ID))
			return err
		}); err != nil {
			w.T.Fatal(err)
		}
		a := w.Post("clerk_a", "/outgoing", "level", "秘密", "title", "据来文起草的通知", "urgency", "一般", "document_kind", "通知", "main_to", "各科室", "persons", "head_business", "persons", "officer")
		if a.Code != 303 {
			w.T.Fatalf("draft: %d %s", a.Code, cut(a.Body))
		}
		page := a.Header.Get("Location")
		w.Post("head_business", page+"/review", "ownhow", "pin", "own_secret", countertest.Right, "result", "pass")
		if err := w.DB.Write(w.T.Context(), "test.known", func(tx *store.Tx) error {
			_, err := tx.Exec("UPDATE knower SET person = 'clerk_a' WHERE document = $1 AND person = 'leader_a'", string(done.ID))
			return err
		}); err != nil {
			w.T.Fatal(err)
		}
		want(w, w.Get("clerk_a", page), 200, []string{`name="derived_from"`, `<option value="` + string(done.ID) + `"`})
	})
}
