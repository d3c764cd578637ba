package documentweb_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"jiyao/internal/document"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

var receiveLink = regexp.MustCompile(`/receive/([0-9A-Z]{12})`)

// envelopeOf gives the id of the one envelope on the page of those to register.
func envelopeOf(w *countertest.World) string {
	w.T.Helper()
	m := receiveLink.FindStringSubmatch(w.Get("officer", "/receive").Body)
	if m == nil {
		w.T.Fatal("no envelope waits")
	}
	return m[1]
}

// line is a whole register form of a 秘密 document.
func line(change ...string) []string {
	f := []string{"issuer", "某省主管厅", "doc_no", "某省厅发【２０２６】95 号", "title", secretTitle, "level", "秘密", "period", "5 年", "urgency", "特急",
		"issued_on", "2026年2月20日", "mark_text", "秘密★5年", "copies", "２", "pages", "8", "attachments", "0", "copy_nos", "000003-000004", "medium", "paper",
		"content_kinds", "text", "channel", "courier", "signer", "officer", "needs_action", "no", "received_at", "2026-03-02 10:00", "level_checked", "秘密"}
	for i := 0; i+1 < len(change); i += 2 {
		for j := 0; j+1 < len(f); j += 2 {
			if f[j] == change[i] {
				f[j+1] = change[i+1]
			}
		}
	}
	return f
}

func TestFromEnvelopeToRegisterLine(t *testing.T) {
	each(t, func(w *countertest.World) {
		accepted(w, "JT-0052", "2", "2")
		id := envelopeOf(w)
		want(w, w.Get("officer", "/receive/"+id), 200, []string{"JT-0052", "代号", "机密以上不录标题", "份数 2/2", `data-key="1"`}, `name="title"`)
		// Each field that a clause asks for, empty: told at the field, what was typed stays, nothing done.
		for field, label := range map[string]string{"period": "期限", "copy_nos": "份号", "mark_text": "标志", "doc_no": "字号", "pages": "页"} {
			a := w.Post("officer", "/receive/"+id, line(field, "")...)
			want(w, a, 422, []string{"制度要求填这一项", `aria-invalid="true"`, `<a class="clause" href="/rules/`, "已记入台账", "某省主管厅", secretTitle}, "已登记")
			_ = label
		}
		// What the law in force asks for bears the mark, as far as the level on the cover or the form says.
		star := func(id string) string { return `<label for="f-` + id + `" class="req">` }
		secret, open := w.Post("officer", "/receive/"+id, line("pages", "x")...), w.Post("officer", "/receive/"+id, line("pages", "x", "level", "公开")...)
		want(w, secret, 422, []string{star("pages"), star("period"), star("mark_text"), star("issued_on"), `aria-required="true"`, "或填“通知日期”"}, star("notes"), star("return_by"))
		want(w, open, 422, []string{star("pages"), star("doc_no")}, star("period"), star("mark_text"), star("issued_on"))
		for field, bad := range map[string]string{"copies": "两份", "issued_on": "2026-02-31", "copy_nos": "3-4", "period": "十年", "level": "超密", "pages": "-1", "received_at": "昨天"} {
			want(w, w.Post("officer", "/receive/"+id, line(field, bad)...), 422, []string{secretTitle, "hint bad"})
		}
		want(w, w.Post("officer", "/receive/"+id, line("notes", "x", "title", strings.Repeat("题", 20001))...), 422, nil, "已登记")
		a := w.Post("officer", "/receive/"+id, append(line(), "_key", "once")...)
		if a.Code != 303 || !strings.HasPrefix(a.Location, "/d/") {
			w.T.Fatalf("register: %d %s", a.Code, cut(a.Body))
		}
		if again := w.Post("officer", "/receive/"+id, append(line(), "_key", "once")...); again.Location != a.Location {
			w.T.Errorf("a doubled submit: %d %s", again.Code, again.Location)
		}
		want(w, w.Get("officer", a.Location), 200, []string{secretTitle, "某省厅发〔2026〕95号", "份号 000003、000004", "秘密★5年"})
		if again := w.Get("officer", "/receive/"+id); again.Code != 303 || again.Location != a.Location {
			w.T.Errorf("a registered envelope: %d %s", again.Code, again.Location)
		}
		for _, page := range []string{"/receive", "/receive/" + id} {
			want(w, w.Get("leader_a", page), 404, nil, "某省主管厅")
		}
		rows := register(w, "incoming")
		if len(rows) != 1 || rows[0]["issuer"] != "某省主管厅" || rows[0]["counted_by"] != "officer" || rows[0]["copy_nos"] != "000003 000004" || rows[0]["signed_at"] != "2026-03-02 10:00" {
			w.T.Errorf("收文登记簿: %v", rows)
		}
	})
}

func register(w *countertest.World, source string) []map[string]string {
	w.T.Helper()
	var rows []map[string]string
	err := w.DB.Read(w.T.Context(), func(tx *store.Tx) error {
		law, err := w.Office.Law(tx, w.Clock.Now())
		if err != nil {
			return err
		}
		people, err := w.Office.Directory(tx, w.Clock.Now())
		if err != nil {
			return err
		}
		sight, err := law.Sight(people.Posts("officer"), false)
		if err != nil {
			return err
		}
		rows, err = document.Registers[source](tx, sight, "officer", document.Filter{})
		return err
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return rows
}

func TestACodeNameStandsForTheTitleOnAnOfficeNetwork(t *testing.T) {
	each(t, func(w *countertest.World) {
		accepted(w, "JT-0053", "2", "2")
		id := envelopeOf(w)
		want(w, w.Post("officer", "/receive/"+id, line("issued_on", "2026-03-03")...), 422, []string{secretTitle, "时间还没有到"}) // tomorrow
		want(w, w.Post("officer", "/receive/"+id, append(line(), "notified_on", "2026-03-03")...), 422, []string{secretTitle, "时间还没有到", `notified_on-err"`})
		want(w, w.Post("officer", "/receive/"+id, line("level", "机密", "period", "10年", "mark_text", "机密★10年")...), 422, []string{`name="code_name"`, "机密以上不录标题", "留空"}, "已登记")
	})
}

func TestACountThatDiffersForcesANote(t *testing.T) {
	each(t, func(w *countertest.World) {
		accepted(w, "JT-0054", "3", "2")
		id := envelopeOf(w)
		want(w, w.Get("officer", "/receive/"+id), 200, []string{"实点 2 份，清单 3 份"})
		want(w, w.Post("officer", "/receive/"+id, line()...), 403, []string{secretTitle})
		want(w, w.Post("officer", "/receive/"+id+"/discrepancy", "listed", "3", "counted", "2", "what", "", "sent_to", "某省主管厅"), 422, []string{"制度要求填这一项", `href="/rules/county/B-3.1a"`})
		if a := w.Post("officer", "/receive/"+id+"/discrepancy", "listed", "3", "counted", "2", "what", "少一份", "sent_to", "某省主管厅"); a.Code != 303 {
			w.T.Fatalf("discrepancy: %d %s", a.Code, cut(a.Body))
		}
		want(w, w.Get("officer", "/receive/"+id), 200, []string{"已告知来文单位"}, "须告知来文单位")
	})
}

// post sends a file as a browser does.
func upload(w *countertest.World, name string, data []byte) countertest.Answer {
	w.T.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, err := m.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(data)
	}
	if err != nil || m.Close() != nil {
		w.T.Fatal(err)
	}
	r := httptest.NewRequestWithContext(w.T.Context(), http.MethodPost, "/receive/list", &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("X-Browser", "officer")
	rec := httptest.NewRecorder()
	w.Server.ServeHTTP(rec, r)
	return countertest.Answer{Code: rec.Code, Body: rec.Body.String()}
}

func TestACouriersListIsCheckedBeforeAnythingIsTaken(t *testing.T) {
	each(t, func(w *countertest.World) {
		bad := "封号,来文单位,密级,紧急程度,份数\nJT-1,某厅,机密,特急,2\nJT-1,,绝对秘密,特急,两"
		want(w, upload(w, "单.csv", []byte(bad)), 422, []string{"第 3 行", "与第 2 行重复", "不在可选范围内", "不是份数", "一封也没有接收"})
		want(w, upload(w, "x.xlsx", []byte("PK\x03\x04 no workbook")), 422, []string{"读不懂这个文件"})
		want(w, upload(w, "扫描.pdf", []byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n")), 422, []string{"要 xlsx 或 csv 表格", "封号、来文单位"})
		// A line with a cell too many hides nothing that is wrong with the others.
		surplus := "封号,来文单位,密级,紧急程度,份数\nJT-1,甲局,秘密,特急,1,多\nJT-2,乙局,超密,一般,1\nJT-3,丙局,秘密,一般,x\n"
		want(w, upload(w, "单.csv", []byte(surplus)), 422, []string{"3 处", "第 2 行", "没有列名的单元格", "第 3 行", "不在可选范围内", "第 4 行", "不是份数"})
		want(w, upload(w, "单.csv", []byte(surplus)), 422, []string{"<b>第 6 列</b>"})
		// A file with nothing in it and none at all are answered on the page, where another can be chosen.
		want(w, upload(w, "x.csv", nil), 422, []string{"没有内容", "核对清单"})
		want(w, upload(w, "", nil), 422, []string{"没有选文件", "核对清单"})
		long := "封号,来文单位,密级,紧急程度,份数\nJT-1," + strings.Repeat("长", 500) + ",秘密,特急,1\n"
		want(w, upload(w, "单.csv", []byte(long)), 422, []string{"1 处", "超过 100 个字"})
		want(w, upload(w, "单.csv", make([]byte, 9<<20)), 422, []string{"上限 8 MB"})
		book := excelize.NewFile()
		for i, row := range [][]any{{"封号", "来文单位", "密级", "紧急程度", "份数"}, {"JT-1", `某"厅`, "机密", "特急", 2}, {"JT-2", "某局, 办", "秘密", "", 1}} {
			if err := book.SetSheetRow("Sheet1", "A"+string(rune('1'+i)), &row); err != nil {
				w.T.Fatal(err)
			}
		}
		var b bytes.Buffer
		if err := book.Write(&b); err != nil {
			w.T.Fatal(err)
		}
		a := upload(w, "单.xlsx", b.Bytes())
		want(w, a, 200, []string{"2 行核对无误", "JT-2", "没有待登记来件"})
		list := regexp.MustCompile(`(?s)<textarea name="list" hidden>(.*?)</textarea>`).FindStringSubmatch(a.Body)
		if list == nil {
			w.T.Fatal("the page does not carry the list")
		}
		text := strings.NewReplacer("&#34;", `"`, "&quot;", `"`, "&amp;", "&").Replace(list[1])
		done := w.Post("officer", "/receive", "list", text, "counted.0", "2", "counted.1", "1", "broken.1", "yes", "channel", "courier", "courier", "机要交通员",
			"courier_signature", "paper", "ownhow", "pin", "own_secret", countertest.Right)
		if done.Code != 303 {
			w.T.Fatalf("take the list: %d %s", done.Code, cut(done.Body))
		}
		want(w, w.Get("officer", "/receive"), 200, []string{"JT-1", "JT-2", "某局, 办", "封口破损"})
		want(w, w.Post("officer", "/receive", "list", text+"\nJT-9,,,,"), 422, []string{"清单有变"}, "JT-9")
		if rows := register(w, "envelopes"); len(rows) != 2 || rows[0]["copies"]+rows[1]["copies"] != "21" && rows[0]["copies"]+rows[1]["copies"] != "12" {
			w.T.Errorf("机要件签收簿: %v", rows)
		}
	})
}

func TestScopeAndOpinionOnThePage(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Registered("0007", term.Mimi, secretTitle, 1)
		page := w.Get("office_director", d(i.ID))
		want(w, page, 200, []string{"拟办", "核心", "不能选：", "没有在有效期内的承诺书（《"}, "不能选：《")
		opine := []string{"text", "请阅", "readers", "leader_a", "readers", "", "needs_action", "no", "ownhow", "pin", "own_secret"}
		want(w, w.Post("office_director", d(i.ID)+"/opine", append(opine, "000000")...), 422, []string{"签字码或口令不对", "请阅"})
		opine = append(opine, countertest.Right)
		for field, past := range map[string]string{"handle_by": "2026-03-01", "read_by": "2026-03-02 07:00"} {
			want(w, w.Post("office_director", d(i.ID)+"/opine", append(opine[:len(opine):len(opine)], field, past)...), 422, []string{"请阅", "时间已经过去"})
		}
		// Who is named again is wrong at his own field, and the others are not.
		again := w.Post("office_director", d(i.ID)+"/opine", append(opine[:len(opine):len(opine)], "readers", "leader_a", "readers", "leader_b")...)
		want(w, again, 422, []string{"有重复", `aria-describedby="opine-reader-2-err"`})
		if n := strings.Count(again.Body, `aria-invalid="true"`); n != 1 {
			w.T.Errorf("of four readers, one named twice, %d fields are marked", n)
		}
		if a := w.Post("office_director", d(i.ID)+"/opine", opine...); a.Code != 303 {
			w.T.Fatalf("opine: %d %s", a.Code, cut(a.Body))
		}
		scope := []string{"level", "秘密", "issuer_limit", "无", "reason", "工作需要", "ownhow", "pin", "own_secret", countertest.Right}
		off := regexp.MustCompile(`name="persons" value="([a-z_]+)"[^>]*disabled`).FindStringSubmatch(w.Get("office_director", d(i.ID)).Body)
		if off == nil {
			w.T.Fatal("everybody can be chosen")
		}
		want(w, w.Post("office_director", d(i.ID)+"/scope", append(scope, "persons", off[1])...), 403, []string{"不予", "工作需要"})
		if a := w.Post("office_director", d(i.ID)+"/scope", append(scope, "persons", "leader_a", "_rev", "999")...); a.Code != 409 {
			w.T.Errorf("a stale page: %d", a.Code)
		}
		if a := w.Post("office_director", d(i.ID)+"/scope", append(scope, "persons", "leader_a")...); a.Code != 303 {
			w.T.Fatalf("scope: %d %s", a.Code, cut(a.Body))
		}
		want(w, w.Get("leader_a", d(i.ID)), 200, []string{secretTitle, "请阅"})
		want(w, w.Get("leader_b", d(i.ID)), 404, nil, secretTitle)
		if rows := register(w, "scope_lines"); len(rows) != 1 || rows[0]["who"] != "leader_a" || rows[0]["reason"] != "工作需要" {
			w.T.Errorf("知悉范围登记: %v", rows)
		}
	})
}

func TestACorrectionLeavesTheOldValueStruckOut(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Registered("0008", term.Mimi, secretTitle, 1)
		want(w, w.Post("officer", d(i.ID)+"/correct", "field", "title", "value", "改后的标题", "reason", ""), 422, []string{"改后的标题", "必填"})
		if a := w.Post("officer", d(i.ID)+"/correct", "field", "title", "value", "改后的标题", "reason", "笔误"); a.Code != 303 {
			w.T.Fatalf("correct: %d %s", a.Code, cut(a.Body))
		}
		want(w, w.Get("officer", d(i.ID)), 200, []string{"<del class=\"dim\">" + secretTitle + "</del>", "<ins>改后的标题</ins>", "笔误"})
		if a := w.Post("officer", d(i.ID)+"/void", "reason", "重复登记", "ownhow", "pin", "own_secret", countertest.Right); a.Code != 303 {
			w.T.Fatalf("void: %d %s", a.Code, cut(a.Body))
		}
		want(w, w.Get("officer", d(i.ID)), 200, []string{"这一行已作废", "重复登记"}, `id="correct"`)
	})
}

func TestALateEntryNeedsItsReasonAndShowsBothTimes(t *testing.T) {
	each(t, func(w *countertest.World) {
		i := w.Registered("0009", term.Mimi, secretTitle, 1)
		if err := w.Clock.Advance(3 * 3600e9); err != nil {
			w.T.Fatal(err)
		}
		fix := []string{"field", "pages", "value", "9", "reason", "停电期间", "_at", "2026-03-02T11:00"}
		want(w, w.Post("officer", d(i.ID)+"/correct", fix...), 422, []string{"停电期间", "2026-03-02T11:00"})
		if a := w.Post("officer", d(i.ID)+"/correct", append(fix, "_late", "停电")...); a.Code != 303 {
			w.T.Fatalf("late: %d %s", a.Code, cut(a.Body))
		}
		want(w, w.Get("officer", d(i.ID)), 200, []string{"补登于", "停电", "今天 11:00"})
		// A time limit of a late entry lies after the moment it is entered for, not after now.
		now := w.Clock.Now()
		late := []string{"text", "请阅", "readers", "leader_a", "needs_action", "no", "_at", now.Add(-2 * time.Hour).Format("2006-01-02 15:04"), "_late", "停电",
			"own_how", "pin", "own_secret", countertest.Right}
		at := func(ago time.Duration) string { return now.Add(-ago).Format("2006-01-02 15:04") }
		want(w, w.Post("office_director", d(i.ID)+"/opine", append(late[:len(late):len(late)], "read_by", at(3*time.Hour))...), 422, []string{"时间已经过去"})
		if a := w.Post("office_director", d(i.ID)+"/opine", append(late, "read_by", at(time.Hour))...); a.Code != 303 {
			w.T.Errorf("late opinion: %d %s", a.Code, cut(a.Body))
		}
	})
}

func TestPrintsAreRecordedAndThenMade(t *testing.T) {
	each(t, func(w *countertest.World) {
		bare := w.WithoutSlip("0009", term.Neibu, "办公用品安排", 1)
		for _, a := range []countertest.Answer{w.Get("officer", d(bare.ID)+"/slip"), w.Post("officer", d(bare.ID)+"/print")} {
			if a.Code != 303 || a.Header.Get("Location") != d(bare.ID) {
				w.T.Errorf("no slip was made yet: %d to %q, want the page where it is made", a.Code, a.Header.Get("Location"))
			}
		}
		i := w.Circulating("0010", term.Mimi, secretTitle, 1, "leader_a")
		want(w, w.Get("officer", d(i.ID)+"/slip"), 200, []string{"收文处理签", secretTitle, "郑副局长"})
		for _, what := range []string{"print", "labels"} {
			a := w.Post("officer", d(i.ID)+"/"+what)
			if a.Code != 200 || !strings.HasPrefix(a.Body, "%PDF") || a.Header.Get("Content-Type") != "application/pdf" {
				w.T.Errorf("%s: %d %s", what, a.Code, cut(a.Body))
			}
			if strings.Contains(a.Header.Get("Content-Disposition"), "通知") {
				w.T.Error("a title in a file name")
			}
			want(w, w.Post("head_general", d(i.ID)+"/"+what), 404, nil, secretTitle)
		}
		want(w, w.Get("officer", d(i.ID)), 200, []string{"打印"})
	})
}

// What is asked of a disk can be filled in without a script, and is called there what the refusal calls it.
func TestADiskIsRegisteredWithoutScript(t *testing.T) {
	each(t, func(w *countertest.World) {
		accepted(w, "JT-0053", "1", "1")
		id := envelopeOf(w)
		want(w, w.Get("officer", "/receive/"+id), 200, []string{`name="form"`, `name="custodian"`, `name="serial_no"`, "载体形式", "保管人"})
		bad := w.Post("officer", "/receive/"+id, line("medium", "solid_state", "copies", "1", "copy_nos", "000003")...)
		want(w, bad, 422, []string{"<details class=\"f f12\" open", "载体形式", "保管人"}, ">表单<", ">专管人<")
	})
}
