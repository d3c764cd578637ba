package lawweb_test

import (
	"io/fs"
	"net/http"
	"strconv"
	"testing"
	"time"

	"jiyao/internal/lawweb"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/webtest"
)

const report = `{"clauses":[{"id":"C-2d","proofs":3,"failed":0,"parts":[{"how":"E","mutants":2,"killed":2},{"how":"S","mutants":1,"killed":1}]},
{"id":"C-3a","proofs":1,"failed":0,"parts":[{"how":"S","mutants":2,"killed":1}]},{"id":"C-3b","proofs":1,"failed":1,"parts":[{"how":"S","mutants":1,"killed":1}]}]}`

func mountWith(coverage func() ([]byte, error)) func(*countertest.World, *counter.Counter) {
	return func(w *countertest.World, c *counter.Counter) {
		lawweb.Routes(w.Server, lawweb.Deps{Counter: c, Coverage: coverage, Adoptions: func(tx *store.Tx) ([]lawweb.Adopted, error) {
			list, err := w.Office.Adoptions(tx)
			out := make([]lawweb.Adopted, len(list))
			for i, a := range list {
				out[i] = lawweb.Adopted{Pack: a.Pack, Parts: a.Parts, Version: a.Version, Basis: a.Basis, InForceFrom: a.InForceFrom, At: a.At}
			}
			return out, err
		}})
	}
}

var (
	withReport    = mountWith(func() ([]byte, error) { return []byte(report), nil })
	withoutReport = mountWith(func() ([]byte, error) { return nil, fs.ErrNotExist })
)

func TestTheLawAsAdopted(t *testing.T) {
	countertest.Each(t, "school", withReport, func(w *countertest.World) {
		a := w.Get("clerk_a", "/rules")
		webtest.Clean(w.T, a.Body)
		w.Holds(a, "全文采用，2026-01-01 起施行", "丁-3", "系统强制", "本版尚未执行", "!没有验证报告")
		// A set that is not adopted says so, clause by clause.
		b := w.Get("clerk_a", "/rules/company")
		webtest.Clean(w.T, b.Body)
		w.Holds(b, "本单位没有采用这一篇", "未启用", "!系统强制</span>")
		w.Holds(w.Get("clerk_a", "/rules/base"), "一直有效")
		w.Holds(w.Get("clerk_a", "/rules/school?only=not_yet"), "本版尚未执行", "!>系统强制<")
		// A chip's number is the page of all its clauses.
		number := w.Get("clerk_a", "/rules/school/C-3")
		webtest.Clean(w.T, number.Body)
		w.Holds(number, "/rules/school/C-3a", "/rules/school/C-3d", "!/rules/school/C-2d", "!/rules/school/C-4a")
		for _, path := range []string{"/rules/nothing", "/rules/school/C-99z", "/rules/school/B-3.3g", "/rules/school/B-3", "/rules/school/C-99", "/rules/school/%00", "/rules/county/x"} {
			if a := w.Get("clerk_a", path); a.Code != http.StatusNotFound {
				w.T.Errorf("%s: %d", path, a.Code)
			}
		}
		if a := w.Get("clerk_a", "/rules/school?only=everything"); a.Code != 422 {
			w.T.Errorf("an unknown filter: %d", a.Code)
		}
	})
}

func TestAClausePage(t *testing.T) {
	countertest.Each(t, "school", withReport, func(w *countertest.World) {
		for path, texts := range map[string][]string{
			"/rules/school/C-2d": {"3 个例子通过，已证明", "试着拿掉", "C-2d", "校领导", "可批"},
			"/rules/school/C-3a": {"还没有证明", "任何人都不能批准", "传阅单", "每站停留上限", "本系统的读法"},
			"/rules/school/C-3b": {"1 个例子不通过", "时限为收文当日二十四时", "!hourly reminders"},
			"/rules/school/C-6a": {"这一条还没有例子"},
		} {
			a := w.Get("officer", path)
			webtest.Clean(w.T, a.Body)
			w.Holds(a, texts...)
		}
		w.Holds(w.Get("officer", "/rules/county/B-3.3g"), "未启用", "本单位没有采用这一部分")
	})
}

func TestNothingIsClaimedWithoutAReport(t *testing.T) {
	countertest.Each(t, "school", withoutReport, func(w *countertest.World) {
		w.Holds(w.Get("officer", "/rules"), "没有验证报告")
		w.Holds(w.Get("officer", "/rules/school/C-2d"), "没有带上例子的验证结果", "!已证明")
	})
}

func TestEvidenceIsForThoseWhoKeepTheRegister(t *testing.T) {
	countertest.Each(t, "school", withReport, func(w *countertest.World) {
		item := w.Circulating("1", term.Jimi, "甲字一号", 1, "leader1", "clerk_a")
		for range 3 { // refused: unserved readers
			if _, err := w.Try("officer", "circulation.close", map[string]any{"circulation": item.Round}); err == nil {
				w.T.Fatal("closed with readers unserved")
			}
		}
		a := w.Get("officer", "/rules/school/C-3a")
		w.Holds(a, `<span class="big">3</span>`, "今年的证据", "outcome=refused&amp;clause=C-3a")
		w.Holds(w.Get("officer", "/rules/school"), "<b>3</b> 次拒绝")
		w.Holds(w.Get("role:audit_admin", "/rules/school/C-3a"), "今年的证据")
		for _, who := range []string{"clerk_a", "leader1", "role:sys_admin"} {
			w.Holds(w.Get(who, "/rules/school/C-3a"), "!今年的证据", "!>3</span>")
			w.Holds(w.Get(who, "/rules/school"), "!次拒绝", "!有拒绝")
		}
	})
}

// What a stricter limit would have meant is counted over what is over this year: a copy that came back on the day after
// it was handed out kept the limit of one working day, and would not have kept one of none; one that came late is not counted. Nobody else sees the count.
func TestWhatAStricterParameterWouldHaveMeant(t *testing.T) {
	countertest.Each(t, "school", withReport, func(w *countertest.World) {
		w.Holds(w.Get("officer", "/rules/school/C-3a"), "!如果改参数") // nothing is over yet
		for i, wait := range []time.Duration{24 * time.Hour, time.Hour, 72 * time.Hour} {
			item := w.Circulating(strconv.Itoa(i+1), term.Mimi, "某事", 1, "leader1")
			w.HandedTo(item.Copies[0], "leader1")
			if err := w.Clock.Advance(wait); err != nil {
				w.T.Fatal(err)
			}
			w.Do("officer", "custody.take_back", map[string]any{"copy": item.Copies[0], "copies_back": 1, "pages_back": 3, "attachments_back": 0, "checked": true, "cabinet": "cabinet-1"}, "giver", "leader1", "receiver", "officer")
		}
		a := w.Get("officer", "/rules/school/C-3a")
		webtest.Clean(w.T, a.Body)
		w.Holds(a, "如果改参数", "每站停留上限 0 工作日（现为 1 工作日）", `<span class="big">1</span> <span class="unit">/ 2 件按时了结的，会超时</span>`, "不改任何记录")
		w.Holds(w.Get("role:audit_admin", "/rules/school/C-3a"), "如果改参数")
		w.Holds(w.Get("leader1", "/rules/school/C-3a"), "!如果改参数")
		w.Holds(w.Get("officer", "/rules/school/C-4a"), "!如果改参数") // no parameter in a due rule
		// A rule that counts from the record: the day of receipt follows from the last day.
		item := w.Registered("4", term.Mimi, "某事", 1)
		if err := w.Clock.Advance(4 * 24 * time.Hour); err != nil {
			w.T.Fatal(err)
		}
		w.Do("officer", "document.correct", map[string]any{"document": item.ID, "field": "urgency", "value": "特急", "reason": "看错了"})
		b := w.Get("officer", "/rules/school/C-3c")
		w.Holds(b, "4 天（现为 5 天）", `<span class="big">0</span> <span class="unit">/ 1 件按时了结的，会超时</span>`, "3 天（现为 5 天）", `<span class="end">1 / 1 件</span>`)
	})
}
