package registerweb_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"jiyao/internal/ledger"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// sheetOf reads the one sheet of an exported workbook back.
func sheetOf(t *testing.T, a countertest.Answer) [][]string {
	t.Helper()
	if a.Code != http.StatusOK || !strings.HasPrefix(a.Header.Get("Content-Disposition"), `attachment; filename="register-`) {
		t.Fatalf("export: %d %s %s", a.Code, a.Header.Get("Content-Disposition"), a.Body[:min(len(a.Body), 2000)])
	}
	book, err := excelize.OpenReader(strings.NewReader(a.Body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }() // read already
	if n := len(book.GetSheetList()); n != 1 {
		t.Fatalf("%d sheets, want 1", n)
	}
	rows, err := book.GetRows(book.GetSheetList()[0])
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestAnExportReadBack(t *testing.T) {
	each(t, 0, func(s scene) {
		rows := sheetOf(s.T, s.Post("officer", page("收文登记簿")+"/export", "when", "2026-03"))
		if len(rows) != 4 {
			s.T.Fatalf("%d rows, want one header and three lines: %v", len(rows), rows)
		}
		head := rows[0]
		for _, column := range []string{"收文号", "文件标题", "密级", "保密期限", "份数", "附件", "清点时间", "清点人", "签收签字人", "划线更正"} {
			if !slices.Contains(head, column) {
				s.T.Errorf("no column %s in %v", column, head)
			}
		}
		at := func(row []string, column string) string {
			if i := slices.Index(head, column); i >= 0 && i < len(row) {
				return row[i]
			}
			return ""
		}
		first, top, voided := rows[1], rows[2], rows[3]
		for _, c := range []struct{ row, column, got, want string }{
			{"first", "标题", at(first, "文件标题"), openTitle}, {"first", "划线更正", at(first, "划线更正"), "文件标题原为：" + formerTitle},
			{"first", "收文号", at(first, "收文号"), "机收〔2026〕0001"}, {"first", "清点人", at(first, "清点人"), "陈机要员"}, {"first", "来文方式", at(first, "来文方式"), "机要交通"},
			{"top", "标题", at(top, "文件标题"), "标题已遮蔽"}, {"top", "密级", at(top, "密级"), "绝密"},
			{"voided", "标题", at(voided, "文件标题"), voidedTitle}, {"voided", "划线更正", at(voided, "划线更正"), "已作废"},
		} {
			if c.got != c.want {
				s.T.Errorf("%s, %s: %q, want %q", c.row, c.column, c.got, c.want)
			}
		}
		for _, row := range rows {
			if strings.Contains(strings.Join(row, " "), topCode) {
				s.T.Errorf("a masked title in %v", row)
			}
		}
		// A line about an item that its register does not name by itself says which it is, and at what level.
		lines := sheetOf(s.T, s.Post("officer", page("交接登记")+"/export"))
		if len(lines) != 3 || !slices.Equal(lines[0][:3], []string{"收文号", "密级", "份号"}) || lines[1][0] != "机收〔2026〕0001" || lines[1][1] != "秘密" {
			s.T.Errorf("交接登记: %v", lines)
		}
	})
}

// entries are the entries of an act, the newest last.
func (s scene) entries(act string) (list []ledger.Entry) {
	s.T.Helper()
	err := s.DB.Read(s.T.Context(), func(tx *store.Tx) error {
		var err error
		list, err = s.Log.Find(tx, ledger.Filter{Act: act})
		return err
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return list
}

func TestWhatLeavesWasRecorded(t *testing.T) {
	each(t, 2, func(s scene) {
		// Too many lines leave nothing, and no line is cut off.
		a := s.Post("officer", page("收文登记簿")+"/export", "when", "2026")
		if a.Code != http.StatusUnprocessableEntity || len(s.entries("document.export")) != 0 {
			s.T.Errorf("3 lines where 2 may leave: %d, %d entries", a.Code, len(s.entries("document.export")))
		}
		s.Holds(a, "时间段", "最多 2 项", openTitle)
		for _, bad := range []string{"2026-13", strings.Repeat("2", 5000)} {
			if a := s.Post("officer", page("收文登记簿")+"/print", "when", bad); a.Code != http.StatusUnprocessableEntity {
				s.T.Errorf("period %.10s: %d", bad, a.Code)
			}
		}
		sheetOf(s.T, s.Post("officer", page("送阅收回登记")+"/export"))
		s.Post("leader_a", page("送阅收回登记")+"/export")
		s.Post("leader_a", page("没有这一本")+"/export")
		list := s.entries("document.export")
		if len(list) != 3 {
			s.T.Fatalf("%d entries, want 3", len(list))
		}
		slices.SortFunc(list, func(a, b ledger.Entry) int { return int(a.Seq) - int(b.Seq) })
		done, hidden, absent := list[0], list[1], list[2]
		if done.Outcome != ledger.Done || done.Actor != "officer" || done.Subject != "送阅收回登记" || !strings.Contains(string(done.Args), string(term.Mimi)) {
			s.T.Errorf("the export: %+v", done)
		}
		if hidden.Outcome != ledger.NotFound || absent.Outcome != ledger.NotFound || len(hidden.Args)+len(hidden.Facts) != len(absent.Args)+len(absent.Facts) {
			s.T.Errorf("hidden and absent leave entries of two shapes: %+v, %+v", hidden, absent)
		}
	})
}

// printed is a register on paper as text, laid out as it stands.
func printed(t *testing.T, a countertest.Answer, name string) string {
	t.Helper()
	if a.Code != http.StatusOK || a.Header.Get("Content-Type") != "application/pdf" {
		t.Fatalf("print: %d %s", a.Code, a.Body[:min(len(a.Body), 2000)])
	}
	dir := os.Getenv("PAPER_OUT")
	if dir == "" {
		dir = t.TempDir()
	}
	path := filepath.Join(dir, name+".pdf")
	if err := os.WriteFile(path, []byte(a.Body), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "pdftotext", "-layout", path, "-").CombinedOutput()
	if err != nil {
		t.Fatalf("pdftotext: %v: %s", err, out)
	}
	return string(out)
}

func TestAPrintedRegister(t *testing.T) {
	each(t, 0, func(s scene) {
		text := printed(s.T, s.Post("officer", page("收文登记簿")+"/print", "when", "2026"), "register-incoming")
		flat := strings.Join(strings.Fields(text), "")
		for _, want := range []string{
			"收文登记簿", "绝密★10年", "2026年", "共3行", "以下空白", "第1页，共2页", "台账检查点9f3c…a17e", "陈机要员2026-03-0210:50打印", "标题已遮蔽", "制表人", "核对人",
		} {
			if !strings.Contains(flat, want) {
				s.T.Errorf("the print lacks %q:\n%s", want, text)
			}
		}
		if strings.Contains(flat, topCode) {
			s.T.Error("a masked title is on paper")
		}
		for i := range 60 {
			s.accepted(i)
		}
		text = printed(s.T, s.Post("officer", page("机要件签收簿")+"/print"), "register-envelopes")
		pages := strings.Split(strings.TrimSuffix(text, "\f"), "\f")
		if len(pages) < 2 || strings.Count(text, "以下空白") != 1 || !strings.Contains(pages[len(pages)-1], "以下空白") {
			s.T.Fatalf("%d pages, 以下空白 %d times", len(pages), strings.Count(text, "以下空白"))
		}
		for i, p := range pages {
			if !strings.Contains(p, "封号") || !strings.Contains(p, "绝密") {
				s.T.Errorf("page %d has no head of the table, or no mark:\n%s", i+1, p)
			}
		}
		if list := s.entries("document.print"); len(list) != 2 || list[0].Outcome != ledger.Done {
			s.T.Errorf("%d prints on record", len(list))
		}
	})
}
