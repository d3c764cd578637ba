package ledgerweb_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"jiyao/internal/act"
	_ "jiyao/internal/inspection" // the catalogue must be whole
	"jiyao/internal/ledger"
	"jiyao/internal/ledger/ledgerweb"
	"jiyao/internal/locale"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
	"jiyao/internal/web/counter/countertest"
	"jiyao/internal/web/webtest"
)

func mount(w *countertest.World, c *counter.Counter) {
	check := func(ctx context.Context) (ledger.Report, error) {
		if err := w.Log.Settle(ctx); err != nil {
			return ledger.Report{}, err
		}
		r, err := ledger.Verify(ctx, w.DB, ledger.VerifyOptions{Verifier: w.Verifier, Partial: true, Clock: w.Clock})
		if err != nil {
			return r, err
		}
		return r, w.Log.RecordCheck(ctx, r)
	}
	ledgerweb.Routes(w.Server, ledgerweb.Deps{Counter: c, Log: w.Log, Verifier: w.Verifier, Check: check})
}

func TestTheLedgerOfAnAuditor(t *testing.T) {
	countertest.Each(t, "school", mount, func(w *countertest.World) {
		t := w.T
		item := w.Circulating("1", term.Jimi, "甲字一号", 1, "leader1")
		a := w.Get("role:audit_admin", "/ledger")
		webtest.Clean(t, a.Body)
		w.Holds(a, "还没有校验过", "收文登记", "序号", "陈机要员", "!甲字一号", "!某厅")
		if a = w.Post("role:audit_admin", "/ledger/verify"); a.Code != http.StatusSeeOther {
			t.Fatalf("verify: %d %s", a.Code, a.Body)
		}
		a = w.Get("role:audit_admin", "/ledger")
		webtest.Clean(t, a.Body)
		w.Holds(a, "全部相符", "验证路径", "第 1 条到第")
		size := head(t, w)
		w.Holds(a, fmt.Sprintf(`href="/ledger/%d"`, size))

		// One entry, with its rows and its proof.
		e := find(t, w, ledger.Filter{Act: "circulation.open"})
		path := fmt.Sprintf("/ledger/%d", e.Seq)
		b := w.Get("role:audit_admin", path)
		webtest.Clean(t, b.Body)
		w.Holds(b, "circulation", "stop", "下载证明", string(item.ID), "机要工作人员", e.Reference, "!甲字一号", "!school/officer")
		proof := w.Get("role:audit_admin", path+"/proof")
		if proof.Code != http.StatusOK || !strings.Contains(proof.Header.Get("Content-Disposition"), "proof-"+e.Reference) {
			t.Fatalf("proof: %d %v", proof.Code, proof.Header)
		}
		proven, err := ledger.VerifyProofFile([]byte(proof.Body), w.Verifier)
		if err != nil || proven.Entry == nil || proven.Entry.Seq != e.Seq {
			t.Errorf("the proof does not prove entry %d: %+v %v", e.Seq, proven, err)
		}
		c := w.Get("role:audit_admin", "/ledger/checkpoints")
		webtest.Clean(t, c.Body)
		w.Holds(c, fmt.Sprintf(`href="/ledger/checkpoints/%d/print"`, size))
		pdf := w.Get("role:audit_admin", fmt.Sprintf("/ledger/checkpoints/%d/print", size))
		if pdf.Code != http.StatusOK || !bytes.HasPrefix([]byte(pdf.Body), []byte("%PDF-")) {
			t.Errorf("the page to sign: %d", pdf.Code)
		}
	})
}

// Facts and arguments stand under their labels, posts by title, persons by name, truths as 是 and 否; what names a piece of
// business stays its random id.
func TestAnEntryIsInWords(t *testing.T) {
	countertest.Each(t, "school", mount, func(w *countertest.World) {
		t := w.T
		item := w.Circulating("1", term.Jimi, "甲字一号", 1, "leader1")
		e := find(t, w, ledger.Filter{Act: "circulation.open"})
		a := w.Get("role:audit_admin", fmt.Sprintf("/ledger/%d", e.Seq))
		webtest.Clean(t, a.Body)
		w.Holds(a, "钱校长 在知悉范围内", "钱校长 等级够这一密级", "<dt>密级</dt>", "阅件人", "机要工作人员", ">是<", ">否<",
			"!in_scope", "!grade_covers", "!leader1", "!>true<", "!>false<", "!map[", "!甲字一号", "!某厅")
		w.Holds(w.Get("role:audit_admin", "/ledger"), "文件 "+string(item.ID), "!甲字一号")
	})
}

// Whatever the law may look at has a label in both languages.
func TestEveryFactHasItsLabel(t *testing.T) {
	vocabulary, err := act.Vocabulary()
	if err != nil || len(vocabulary) < 50 {
		t.Fatalf("%d acts: %v", len(vocabulary), err)
	}
	for name, words := range vocabulary {
		for fact := range words.Facts {
			for _, tongue := range []locale.Tongue{locale.Zh, locale.En} {
				if !tongue.Has("fact." + fact) {
					t.Errorf("%s: no fact.%s in %s", name, fact, tongue)
				}
			}
		}
	}
}

func TestOthersFindTheirOwnByReference(t *testing.T) {
	countertest.Each(t, "school", mount, func(w *countertest.World) {
		t := w.T
		w.Circulating("1", term.Jimi, "甲字一号", 1, "leader1")
		w.Post("role:audit_admin", "/ledger/verify")
		mine := find(t, w, ledger.Filter{Act: "document.register"})
		others := find(t, w, ledger.Filter{Act: "document.opine"})
		a := w.Get("officer", "/ledger")
		webtest.Clean(t, a.Body)
		w.Holds(a, "我的记录", mine.Reference, "全部相符", "!"+others.Reference, "!序号", "!第 1 条到第", "!验证路径", "!现在校验",
			fmt.Sprintf("!/ledger/%d\"", mine.Seq), fmt.Sprintf("!>%d<", head(t, w)))
		b := w.Get("officer", "/ledger/"+mine.Reference)
		webtest.Clean(t, b.Body)
		w.Holds(b, "收文登记", mine.Reference, "!下载证明", "!改了哪些行", fmt.Sprintf("!记录 %d", mine.Seq))
		const random = "/ledger/R-ZZZZ-ZZZZ"
		w.Hidden("officer", "/ledger/"+others.Reference, random)
		w.Hidden("officer", fmt.Sprintf("/ledger/%d", mine.Seq), random)
		w.Hidden("officer", "/ledger/"+mine.Reference+"/proof", random)
		w.Hidden("officer", "/ledger/checkpoints", random)
		w.Hidden("officer", fmt.Sprintf("/ledger/checkpoints/%d/print", head(t, w)), random)
		w.Hidden("role:sys_admin", "/ledger/"+mine.Reference, random)
		if a := w.Post("officer", "/ledger/verify"); a.Code != http.StatusNotFound {
			t.Errorf("verify by who does not audit: %d", a.Code)
		}
		// Who inspects sees all.
		w.Holds(w.Get("head_sup", "/ledger"), "我的记录")
	})
}

func TestFiltersAndPages(t *testing.T) {
	countertest.Each(t, "school", mount, func(w *countertest.World) {
		t := w.T
		item := w.Circulating("1", term.Jimi, "甲字一号", 1, "leader1", "clerk_a")
		if _, err := w.Try("officer", "circulation.close", map[string]any{"circulation": item.Round}); err == nil {
			t.Fatal("closed with readers unserved")
		}
		w.Holds(w.Get("role:audit_admin", "/ledger?outcome=refused&clause=C-3a"), "结束传阅，不予办理", "!"+find(t, w, ledger.Filter{Act: "document.register"}).Reference)
		w.Holds(w.Get("role:audit_admin", "/ledger?act=document.register"), "收文登记", "!结束传阅，不予办理")
		w.Holds(w.Get("role:audit_admin", "/ledger?from=2026-03-03"), "没有这样的记录")
		w.Holds(w.Get("role:audit_admin", "/ledger?to=2026-03-02"), "收文登记")
		for _, q := range []string{"act=nothing.here", "clause=x", "outcome=maybe", "from=gestern", "act=%ff", "clause=" + strings.Repeat("A", 30000)} {
			if a := w.Get("role:audit_admin", "/ledger?"+q); a.Code != 422 {
				t.Errorf("%.30s: %d", q, a.Code)
			}
		}
		if a := w.Get("officer", "/ledger?after="+find(t, w, ledger.Filter{Act: "document.opine"}).Reference); a.Code != http.StatusNotFound {
			t.Errorf("going on from another's entry: %d", a.Code)
		}
	})
}

func TestABrokenLedgerIsSaidToBeBroken(t *testing.T) {
	countertest.Each(t, "school", mount, func(w *countertest.World) {
		t := w.T
		w.Circulating("1", term.Jimi, "甲字一号", 1, "leader1")
		err := w.DB.Write(t.Context(), "test.tamper", func(tx *store.Tx) error {
			_, err := tx.Exec("UPDATE circulation SET opened_by = 'nobody'")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		w.Post("role:audit_admin", "/ledger/verify")
		a := w.Get("role:audit_admin", "/ledger")
		webtest.Clean(t, a.Body)
		w.Holds(a, "台账对不上", "opened_by", "circulation", "!全部相符")
		w.Holds(w.Get("officer", "/ledger"), "台账对不上", "!opened_by")
	})
}

func head(t *testing.T, w *countertest.World) (n uint64) {
	t.Helper()
	err := w.DB.Read(t.Context(), func(tx *store.Tx) error {
		h, err := w.Log.Head(tx)
		n = h.Size
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func find(t *testing.T, w *countertest.World, f ledger.Filter) (e ledger.Entry) {
	t.Helper()
	f.Limit = 1
	err := w.DB.Read(t.Context(), func(tx *store.Tx) error {
		list, err := w.Log.Find(tx, f)
		if err == nil && len(list) > 0 {
			e = list[0]
		}
		return err
	})
	if err != nil || e.Seq == 0 {
		t.Fatalf("find %+v: %v", f, err)
	}
	return e
}
