package disposalweb_test

import (
	"net/http"
	"strings"
	"testing"

	"jiyao/internal/custody/custodyweb"
	"jiyao/internal/disposal"
	"jiyao/internal/disposal/disposalweb"
	"jiyao/internal/document"
	"jiyao/internal/document/documentweb"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/webtest"
)

// proofs stand for the ledger.
type proofs struct{}

func (proofs) References(_ *store.Tx, act, _ string) ([]string, error) {
	return []string{"R-" + act[9:13]}, nil
}

func each(t *testing.T, fn func(w *countertest.World)) {
	countertest.Each(t, "county", func(w *countertest.World, c *counter.Counter) {
		disposalweb.Routes(w.Server, disposalweb.Deps{Counter: c, Staff: w.Staff, Proofs: proofs{}})
		custodyweb.Routes(w.Server, custodyweb.Deps{Counter: c, Ends: disposalweb.Ends})
		documentweb.Routes(w.Server, documentweb.Deps{Counter: c, Index: document.NewIndex(w.Log, 16<<20), Ledger: w.Log, Lanes: custodyweb.Lanes, Ends: disposalweb.Ends})
	}, fn)
}

func want(w *countertest.World, a countertest.Answer, code int, texts ...string) {
	w.T.Helper()
	if a.Code != code {
		_, body, _ := strings.Cut(a.Body, `id="main"`)
		w.T.Fatalf("status %d, want %d: %.2500s", a.Code, code, body)
	}
	w.Holds(a, texts...)
	if code == 200 {
		webtest.Clean(w.T, a.Body)
	}
}

// goes hands in a form that is done.
func goes(w *countertest.World, by, path string, fields ...string) string {
	w.T.Helper()
	a := w.Post(by, path, fields...)
	if a.Code != http.StatusSeeOther {
		_, body, _ := strings.Cut(a.Body, `id="main"`)
		w.T.Fatalf("%s: %d %.2500s", path, a.Code, body)
	}
	return a.Location
}

func label(w *countertest.World, id term.CopyID) (s string) {
	w.T.Helper()
	if err := w.DB.Read(w.T.Context(), func(tx *store.Tx) error {
		return tx.QueryRow("SELECT label FROM copy WHERE id = $1", string(id)).Scan(&s)
	}); err != nil {
		w.T.Fatal(err)
	}
	return s
}

const secret = "甲字一号"

func signed(prefixes ...string) []string {
	var out []string
	for _, p := range prefixes {
		out = append(out, p+"_how", "pin", p+"_secret", countertest.Right)
	}
	return out
}

// A list of destruction from its making to its certificate, with all that goes wrong on the way.
func TestPiecesAreListedCountedApprovedAndDestroyed(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Registered("0001", term.Jimi, secret, 2)
		other := w.Registered("0002", term.Mimi, "关于另一件事的通知", 1)
		w.Opined(i, term.Jimi, "officer")
		w.Do("officer", "document.complete", map[string]any{"document": i.ID, "result": "已办"})
		want(w, w.Get("officer", "/destroy"), 200, "还没有销毁清册")
		want(w, w.Get("officer", "/archive"), 200, "开清单")
		page := goes(w, "officer", "/destroy", "medium", "paper")
		want(w, w.Get("officer", page), 200, "销毁〔2026〕1号", "清单还是空的")
		none := append([]string{"method", "pulp", "place", "销毁间", "at", "2026-03-02", "typed", "销毁〔2026〕1号", "supervisor_1_person", "officer2", "supervisor_2_person", "leader"}, signed("first", "supervisor_1", "supervisor_2")...)
		want(w, w.Post("officer", page+"/destroy", none...), 422, "清单上没有件")
		one, two := label(w, i.Copies[0]), label(w, i.Copies[1])
		why := []string{"reason", "无保存价值"}
		goes(w, "officer", page+"/add", append(why, "code", " "+strings.ToLower(one))...)
		want(w, w.Post("officer", page+"/add", append(why, "code", one)...), 422, "已在 销毁〔2026〕1号 上")
		want(w, w.Post("officer", page+"/add", append(why, "code", "690123")...), 422, "没有这个编号")
		want(w, w.Post("officer", page+"/add", append(why, "code", "JY26-0999-01-Q")...), 422, "校验位不对")
		want(w, w.Post("officer", page+"/add", append(why, "code", string(term.MakeLabelCode(term.Received, 2026, 999, 1)))...), 422, "本单位没有登记")
		goes(w, "officer", page+"/add", append(why, "code", two)...)
		want(w, w.Get("officer", page), 200, one, two, "无保存价值", "2 件", "未清点", "还没有逐件清点相符", "纸介质可用的方式：", "化浆", `class="clause" href="/rules/county/B-3.7`, "!不能销毁的", "!销毁去向")
		want(w, w.Post("officer", page+"/strike", "copy", string(i.Copies[1])), 422, "必填")
		want(w, w.Post("officer", page+"/add", append(why, "code", label(w, other.Copies[0]))...), 422, "还没有办结")
		want(w, w.Get("officer", page), 200, "办结、去向", "2026年3月2日", "!未办结")
		// The count: one is not there, then one too many, then right.
		goes(w, "officer", page+"/count", "copies", string(i.Copies[0]))
		want(w, w.Get("officer", page), 200, ">不相符<", "清点时不在", "不能销毁的")
		goes(w, "officer", page+"/count", "copies", string(i.Copies[0]), "copies", string(i.Copies[1]), "others", label(w, other.Copies[0]))
		want(w, w.Get("officer", page), 200, ">不相符<")
		want(w, w.Post("officer", page+"/count", "others", "garbage JY26-0999-01-Q"), 422, "没有“garbage”这个编号", "“JY26-0999-01-Q”的校验位不对")
		goes(w, "officer", page+"/count", "copies", string(i.Copies[0]), "copies", string(i.Copies[1]))
		want(w, w.Get("officer", page), 200, "相符", "!>不相符<", "!批准清单", "!不能销毁的", "!还没有逐件清点相符")
		destroy := append([]string{"method", "pulp", "place", "销毁间", "at", "2026-03-02", "works", "own_equipment", "typed", "销毁〔2026〕1号",
			"supervisor_1_person", "officer2", "supervisor_2_person", "leader"}, signed("first", "supervisor_1", "supervisor_2")...)
		want(w, w.Post("officer", page+"/destroy", destroy...), 403, "不予")
		// He who made it cannot approve it; the director can, in one step.
		if a := w.Post("officer", page+"/approve", signed("own")...); a.Code != 403 {
			t.Errorf("his own list approved: %d", a.Code)
		}
		want(w, w.Get("office_director", page), 200, "批准清单", one)
		goes(w, "office_director", page+"/approve", signed("own")...)
		wrong := append([]string{}, destroy...)
		wrong[9] = "销毁〔2026〕2号"
		want(w, w.Post("officer", page+"/destroy", wrong...), 422, "与清册编号不一致", "销毁间")
		want(w, w.Post("officer", page+"/destroy", append(destroy[:12:12], append([]string{"supervisor_2_person", "officer2"}, signed("first", "supervisor_1", "supervisor_2")...)...)...), 422, "不能是同一人", `id="destroy-supervisor_2_person-err"`, `value="销毁间"`)
		goes(w, "officer", page+"/destroy", destroy...)
		want(w, w.Get("officer", page), 200, "已销毁", "销毁证明", "孟机要员", "郑副局长", "销毁去向", "销毁间", "!不能销毁的")
		// The end stands in the life of the piece and of its document.
		for _, p := range []string{"/d/" + string(i.ID), "/d/" + string(i.ID) + "/custody", "/c/" + string(i.Copies[0])} {
			want(w, w.Get("officer", p), 200, "<b>销毁</b>", "监督 孟机要员、郑副局长", `href="`+page+`">销毁〔2026〕1号</a>`)
		}
		want(w, w.Get("officer", "/c/"+string(i.Copies[0])), 200, "已销毁", "<b>贴标签</b>")
		want(w, w.Get("officer", page+"/certificate"), 200, "已销毁 2 件", "化浆", "销毁间", "R-dest", "R-list")
		want(w, w.Get("officer", page), 200, "办结销毁清册", "复核人", "经办人", "!移交双方", "!离开本单位台账", "!接收人")
		want(w, w.Get("officer", "/d/"+string(i.ID)), 200, `!data-open="#complete"`, `!data-open="#correct"`, `!data-open="#void"`)
		want(w, w.Get("officer", "/d/"+string(other.ID)), 200, `data-open="#complete"`, `data-open="#correct"`, `data-open="#void"`)
		goes(w, "officer", page+"/close", append([]string{"second_person", "officer2", "at", "2026-03-02"}, signed("first", "second")...)...)
		want(w, w.Get("officer", "/destroy"), 200, "已办完")
		if a := w.Post("officer", page+"/print"); a.Code != 200 || !strings.HasPrefix(a.Body, "%PDF") {
			t.Errorf("print: %d %.300s", a.Code, a.Body)
		}
		for _, who := range []string{"clerk_a", "head_a"} {
			w.Hidden(who, page, "/destroy/ZZZZZZZZZZZZ")
		}
		w.Hidden("officer", strings.Replace(page, "/destroy/", "/archive/", 1), "/archive/ZZZZZZZZZZZZ")
	})
}

// A hand-over is signed for by both, or on paper by who takes it outside; a return has the issuer's receipt.
func TestHandOverAndReturn(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Registered("0001", term.Mimi, "关于某项工作的秘密通知", 2)
		want(w, w.Post("officer", "/archive", "kind", "destruction"), 422)
		page := goes(w, "officer", "/archive", "kind", "transfer", "reason", "机构变动")
		goes(w, "officer", page+"/add", "code", label(w, i.Copies[0]), "reason", "机构变动")
		goes(w, "officer", page+"/count", "copies", string(i.Copies[0]))
		goes(w, "office_director", page+"/approve", signed("own")...)
		want(w, w.Post("officer", page+"/close", append([]string{"second_person", "office_director", "at", "2026-03-02"}, signed("first")...)...), 403, "不予")
		goes(w, "officer", page+"/close", append([]string{"taker_signature", "某区办李某", "at", "2026-03-02"}, signed("first")...)...)
		want(w, w.Get("officer", page), 200, "已移交", "移交〔2026〕1号")
		back := goes(w, "officer", "/archive", "kind", "return", "issuer", "某厅")
		goes(w, "officer", back+"/add", "code", label(w, i.Copies[1]), "reason", "发文机关要求")
		goes(w, "officer", back+"/strike", "copy", string(i.Copies[1]), "reason", "再用几天")
		goes(w, "officer", back+"/add", "code", label(w, i.Copies[1]), "reason", "发文机关要求")
		goes(w, "officer", back+"/count", "copies", string(i.Copies[1]))
		want(w, w.Post("officer", back+"/receipt", "number", "HZ-7", "date", "2027-01-01"), 422, "HZ-7")
		goes(w, "officer", back+"/receipt", "number", "HZ-7", "date", "2026-03-02", "receiver", "李某")
		goes(w, "officer", back+"/close", append([]string{"taker_signature", "李某", "at", "2026-03-02"}, signed("first")...)...)
		want(w, w.Get("officer", back), 200, "已清退", "HZ-7")
		want(w, w.Get("officer", "/archive"), 200, "清退〔2026〕1号", "已办完")
	})
}

// The issuer's receipt may come by post, after the list was closed with a signature on paper; and no list is closed uncounted.
func TestAReturnIsClosedBeforeItsReceiptComes(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Registered("0001", term.Mimi, "关于某项工作的秘密通知", 2)
		back := goes(w, "officer", "/archive", "kind", "return", "issuer", "某厅")
		goes(w, "officer", back+"/add", "code", label(w, i.Copies[0]), "reason", "发文机关要求")
		end := append([]string{"taker_signature", "李某", "at", "2026-03-02"}, signed("first")...)
		want(w, w.Post("officer", back+"/close", end...), 422, "清点还不相符")
		goes(w, "officer", back+"/count", "copies", string(i.Copies[0]))
		goes(w, "officer", back+"/add", "code", label(w, i.Copies[1]), "reason", "发文机关要求")
		want(w, w.Post("officer", back+"/close", end...), 422, "清点还不相符", "这些件还没有办完", `href="/c/`+string(i.Copies[1])+`">`+label(w, i.Copies[1]), "机收〔2026〕0001", "没有点到")
		want(w, w.Get("officer", back), 200, "!这些件还没有办完")
		goes(w, "officer", back+"/count", "copies", string(i.Copies[0]), "copies", string(i.Copies[1]))
		goes(w, "officer", back+"/close", end...)
		want(w, w.Get("officer", back), 200, "已清退", "李某", "登记回执")
		goes(w, "officer", back+"/receipt", "number", "HZ-7", "date", "2026-03-02", "receiver", "李某")
		want(w, w.Get("officer", back), 200, "HZ-7", "!登记回执")
	})
}

// A piece goes onto an archive list by its label alone, in an office whose regulation wants every field of the line; a label that
// is none is answered by that and nothing else.
func TestAnArchiveListTakesPiecesByScanning(t *testing.T) {
	countertest.Each(t, "demo", func(w *countertest.World, c *counter.Counter) {
		disposalweb.Routes(w.Server, disposalweb.Deps{Counter: c, Staff: w.Staff, Proofs: proofs{}})
	}, func(w *countertest.World) {
		i := w.Registered("0001", term.Neibu, "关于一件事的通知", 1)
		w.Opined(i, term.Neibu, "officer")
		w.Do("officer", "document.complete", map[string]any{"document": i.ID, "result": "已办理", "disposition": "archive"})
		list := goes(w, "officer", disposalweb.ArchivePath, "kind", "archive")
		bad := w.Post("officer", list+"/add", "code", "JY26-0001-01-6", "reason", "归档", "opinion", "应当归档")
		want(w, bad, http.StatusUnprocessableEntity, "校验位不对", "!制度要求填这一项")
		goes(w, "officer", list+"/add", "code", label(w, i.Copies[0]), "reason", "归档", "opinion", "应当归档")
		want(w, w.Get("officer", list), 200, label(w, i.Copies[0]))
		// The officer hands over and the archivist takes it, whoever of them has the page before him; the archivist sees what he signs.
		goes(w, "officer", list+"/count", "copies", string(i.Copies[0]))
		goes(w, "office_director", list+"/approve", signed("own")...)
		want(w, w.Get("archivist", list), 200, label(w, i.Copies[0]), "!关于一件事的通知", "方档案员", `name="first_person"`, `!name="second_person"`)
		want(w, w.Get("archivist", disposalweb.ArchivePath), 200, `<td class="n" data-k="件数">1</td>`)
		again := w.Registered("0002", term.Neibu, "关于另一件事的通知", 1)
		w.Opined(again, term.Neibu, "officer")
		w.Do("officer", "document.complete", map[string]any{"document": again.ID, "result": "已办理", "disposition": "archive"})
		want(w, w.Post("officer", list+"/close", append([]string{"at", "2026-03-02", "second_person", "archivist"}, signed("first", "second")...)...), http.StatusForbidden, "甲-3", "于次年初统一交")
		nextYear(w)
		sides := func(more ...string) []string {
			return append(append([]string{"at", "2027-01-04"}, more...), signed("first", "second")...)
		}
		want(w, w.Post("officer", list+"/close", sides("second_person", "leader_a")...), http.StatusForbidden, "甲-3")
		goes(w, "officer", list+"/close", sides("second_person", "archivist")...)
		want(w, w.Get("officer", list), 200, "已归档")
		by := func(list string) (l disposal.List) {
			w.T.Helper()
			if err := w.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
				l, err = disposal.Lists.Get(tx, list[len(disposalweb.ArchivePath)+1:])
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return l
		}
		if l := by(list); l.HandedBy != "officer" || l.TakenBy != "archivist" || l.SignedBy != "archivist" {
			t.Errorf("%+v", l)
		}
		list = goes(w, "officer", disposalweb.ArchivePath, "kind", "archive")
		goes(w, "officer", list+"/add", "code", label(w, again.Copies[0]), "reason", "归档", "opinion", "应当归档")
		goes(w, "officer", list+"/count", "copies", string(again.Copies[0]))
		goes(w, "office_director", list+"/approve", signed("own")...)
		goes(w, "archivist", list+"/close", sides("first_person", "officer")...)
		if l := by(list); l.HandedBy != "officer" || l.TakenBy != "archivist" || l.SignedBy != "archivist" {
			t.Errorf("%+v", l)
		}
	})
}

// A list for the archive that names nothing ends with its two signatures: there is nothing to count and nothing to approve.
func TestAnEmptyListForTheArchiveEnds(t *testing.T) {
	countertest.Each(t, "demo", func(w *countertest.World, c *counter.Counter) {
		disposalweb.Routes(w.Server, disposalweb.Deps{Counter: c, Staff: w.Staff, Proofs: proofs{}})
	}, func(w *countertest.World) {
		list := goes(w, "officer", disposalweb.ArchivePath, "kind", "archive")
		nextYear(w)
		want(w, w.Get("officer", list), 200, "没有要归档的件", "!批准清单")
		want(w, w.Get("office_director", list), 200, "!批准清单")
		alone := append([]string{"at", "2027-01-04"}, signed("first")...)
		want(w, w.Post("officer", list+"/close", alone...), http.StatusForbidden, "不予")
		goes(w, "officer", list+"/close", append([]string{"at", "2027-01-04", "second_person", "archivist"}, signed("first", "second")...)...)
		want(w, w.Get("officer", disposalweb.ArchivePath), 200, "归档〔2026〕1号", "已办完")
	})
}

// The page of a year counts what its reader may know of, and nothing else: what goes where and is where, who has what, what
// cannot go, what issuers want back, what went the year before.
func TestAYearIsCountedForWhoMayKnowOfIt(t *testing.T) {
	each(t, func(w *countertest.World) {
		want(w, w.Get("officer", "/archive"), 200, "这一年还没有办结的件", "没有要清退的件", "都在室里", "上年度没有办完的归档清单")
		done := func(i countertest.Item, way string) {
			w.Do("officer", "document.complete", map[string]any{"document": i.ID, "result": "已办", "disposition": way})
		}
		a := w.Registered("0001", term.Mimi, "关于某项工作的通知", 2)
		w.Opined(a, term.Mimi, "leader")
		w.HandedTo(a.Copies[0], "leader")
		done(a, "archive")
		b := w.Registered("0002", term.Mimi, "关于另一件事的通知", 1)
		w.Opined(b, term.Mimi, "leader")
		done(b, "")
		w.Do("officer", "document.ask_back", map[string]any{"document": b.ID, "return_by": "2026-03-20"})
		c := w.Registered("0003", term.Mimi, "关于第三件事的通知", 1)
		w.Opined(c, term.Mimi, "leader")
		done(c, "")
		page := func(who string, texts ...string) { w.T.Helper(); want(w, w.Get(who, "/archive"), 200, texts...) }
		page("officer", ">2 / 3<", ">3 / 4<", "1 件在人手里", ">0 / 4<", "归档 2", "清退 1", "未定 1", "某厅发〔2026〕0001号", "郑副局长手中", "在1号柜", "3月20日前", "/ 1 件", "?return="+string(b.ID))
		// Who may not know of them reads a page of an office in which nothing was finished.
		page("unit_head", "这一年还没有办结的件", ">0 / 0<", "没有要清退的件", "都在室里", "!某厅", "!郑副局长手中", "!归档 2")
		w.Hidden("unit_head", "/archive?return="+string(b.ID), "/archive?return=ZZZZZZZZZZZZ")
		// What comes back with a page too few cannot go.
		w.Do("officer", "custody.take_back", map[string]any{"copy": a.Copies[0], "cabinet": "cabinet-1", "copies_back": 1, "pages_back": 11, "attachments_back": 2, "checked": true}, "giver", "leader", "receiver", "officer")
		page("officer", ">4 / 4<", "页数不符 11/12", "都在室里", "!在郑副局长处")
		// A return list is begun with what is on record, and the receipt is what ends it.
		want(w, w.Get("officer", "/archive?return="+string(b.ID)), 200, `value="某厅"`, `value="2026-03-20"`)
		back := goes(w, "officer", "/archive", "kind", "return", "issuer", "某厅", "due", "2026-03-20")
		page("officer", "看清单", "!?return=", "已列清单 1", "待清点")
		page("unit_head", "!看清单", "!已列清单")
		goes(w, "officer", back+"/count", "copies", string(b.Copies[0]))
		page("officer", ">1 / 4<", "已清点")
		goes(w, "office_director", back+"/approve", signed("own")...)
		goes(w, "officer", back+"/receipt", "number", "HZ-7", "date", "2026-03-02", "receiver", "李某")
		goes(w, "officer", back+"/close", append([]string{"taker_signature", "李某", "at", "2026-03-02"}, signed("first")...)...)
		page("officer", "回执 3月2日", "已清退", ">1</b> / 1 件")
		// Next year the office looks back.
		if err := w.Clock.To(countertest.Monday.AddDate(1, 0, 0)); err != nil {
			t.Fatal(err)
		}
		want(w, w.Get("officer", "/archive"), 200, "2027 年度", "这一年还没有办结的件")
		want(w, w.Get("officer", "/archive?year=2026"), 200, "归档 2", "某厅发〔2026〕0001号", `aria-current="true"`)
		want(w, w.Get("officer", "/archive?year=1066&page=99999&before=x"), 200, "这一年还没有办结的件")
	})
}

// The law that says until when a year is handed over says it on the page, and what was handed over is there the year after.
func TestAYearIsHandedOverAndLookedBackOn(t *testing.T) {
	countertest.Each(t, "demo", func(w *countertest.World, c *counter.Counter) {
		disposalweb.Routes(w.Server, disposalweb.Deps{Counter: c, Staff: w.Staff, Proofs: proofs{}})
	}, func(w *countertest.World) {
		want(w, w.Get("officer", disposalweb.ArchivePath), 200, "1月1日起", "3月31日", "2027年1月1日起统一移交")
	})
}

// Where one regulation names the head and another the director of the office, each gives his leave: one by the act, the other
// when he is asked.
func TestTwoPostsApproveADestruction(t *testing.T) {
	countertest.Each(t, "demo", func(w *countertest.World, c *counter.Counter) {
		disposalweb.Routes(w.Server, disposalweb.Deps{Counter: c, Staff: w.Staff, Proofs: proofs{}})
	}, func(w *countertest.World) {
		i := w.Registered("0001", term.Jimi, secret, 1)
		w.Opined(i, term.Jimi, "officer")
		w.Do("officer", "document.complete", map[string]any{"document": i.ID, "result": "已办", "disposition": "destroy"})
		list := w.Do("officer", "disposal.list_open", map[string]any{"kind": "destruction", "medium": "paper"}).Values["list"]
		page := "/destroy/" + list
		goes(w, "officer", page+"/add", "reason", "无保存价值", "code", label(w, i.Copies[0]))
		goes(w, "officer", page+"/count", "copies", string(i.Copies[0]))
		want(w, w.Get("officer", page), 200, "!批准清单")
		want(w, w.Get("office_director", page), 200, "批准清单")
		want(w, w.Post("office_director", page+"/approve", signed("own")...), 403, "不予")
		asked := w.Do("office_director", "approval.request", map[string]any{"act": "disposal.list_approve", "reason": "清册待批", "with": map[string]any{"list": list}})
		// While it waits he sees how it stands and can take it back; he decides nothing.
		want(w, w.Get("office_director", page), 200, "!批准清单", `!id="approve"`, "等待批准", `action="/approvals/`, `value="withdraw"`)
		for _, leave := range asked.Values {
			w.Do("unit_head", "approval.grant", map[string]any{"leave": leave})
		}
		want(w, w.Get("office_director", page), 200, "批准清单", "!等待批准")
		goes(w, "office_director", page+"/approve", signed("own")...)
		want(w, w.Get("officer", page), 200, "李主任")
	})
}

// Who leaves has what he holds put on a list of hand-over from the page of his holdings, in one step.
func TestHoldingsAreHandedOverFromTheirPage(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Registered("0001", term.Mimi, "关于某项工作的秘密通知", 2)
		w.Opined(i, term.Mimi, "officer")
		for _, id := range i.Copies {
			w.Do("officer", "custody.set_custodian", map[string]any{"copy": id, "to": "officer"})
		}
		mine := w.Get("officer", "/holdings")
		want(w, mine, 200, `<form id="hand-over" method="post" action="/archive"`, `name="kind" value="transfer"`, `name="person" value="officer"`, `name="reason"`,
			`form="hand-over" name="copy" value="`+string(i.Copies[0])+`"`, "列移交清单")
		page := goes(w, "officer", "/archive", "kind", "transfer", "person", "officer", "reason", "调离", "copy", string(i.Copies[0]))
		want(w, w.Get("officer", page), 200, label(w, i.Copies[0]), "!"+label(w, i.Copies[1]))
		// Without a reason the list is there, and says at its field what it lacks.
		want(w, w.Post("officer", "/archive", "kind", "transfer", "person", "officer", "copy", string(i.Copies[1])), 422, "移交〔2026〕2号", "制度要求填这一项")
		want(w, w.Get("clerk_a", "/holdings"), 200, `!id="hand-over"`)
	})
}

// What somebody has with him is handed over by him: he sees the list at his own desk and signs; nobody signs for him, and he is
// not who takes it.
func TestWhoHasThePiecesHandsThemOver(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Registered("0001", term.Mimi, "关于某项工作的秘密通知", 1)
		w.Opined(i, term.Mimi, "clerk_a", "leader")
		w.HandedTo(i.Copies[0], "clerk_a")
		page := goes(w, "officer", "/archive", "kind", "transfer", "person", "clerk_a", "reason", "离岗")
		goes(w, "officer", page+"/count", "copies", string(i.Copies[0]))
		goes(w, "office_director", page+"/approve", signed("own")...)
		want(w, w.Get("officer", page), 200, "<b class=\"song\">周科员</b>")
		want(w, w.Get("clerk_a", page), 200, label(w, i.Copies[0]), "!批准清单", "!#close")
		w.Hidden("head_a", page, "/archive/ZZZZZZZZZZZZ")
		w.Hidden("clerk_a", "/archive", "/nowhere")
		end := func(taker string) []string {
			return append([]string{"second_person", taker, "at", "2026-03-02"}, signed("first", "second")...)
		}
		want(w, w.Post("officer", page+"/close", end("clerk_a")...), 403, "不予")
		goes(w, "officer", page+"/close", end("leader")...)
		want(w, w.Get("officer", page), 200, "已移交")
		want(w, w.Get("officer", "/c/"+string(i.Copies[0])), 200, "郑副局长")
		want(w, w.Get("clerk_a", page), 200, "移交〔2026〕1号")
	})
}
