package app

import (
	"archive/zip"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"jiyao/internal/custody"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// rareTitle is as long as a title may be, 200 characters, the rare ones of names among them.
var rareTitle = "关于喆镕堃玥四家单位" + strings.Repeat("联合开展年度秘密载体清查清退移交销毁专项工作并按时报送有关情况和统计表格及说明材料", 4) + "，汇总后报喆镕堃玥专班办公室备查存档的紧急通知二〇"

// rareScene has a document with a long title and rare characters in many copies, on lists of several pages.
type rareScene struct {
	*counterOffice
	prints map[string]string // by form
}

// print fetches a form, and keeps it where PAPER_OUT says.
func (s *rareScene) print(name, login, path string, fields ...string) {
	s.t.Helper()
	status, body := s.send(login, path, fields...)
	_, file, _ := strings.Cut(body, "\n")
	if dir := os.Getenv("PAPER_OUT"); dir != "" && strings.HasPrefix(file, "PK") {
		_ = os.WriteFile(filepath.Join(dir, name+".zip"), []byte(file), 0o600)
	}
	file = unpacked(s.t, file)
	if status != http.StatusOK || !strings.HasPrefix(file, "%PDF") {
		s.t.Fatalf("%s: %d %.300s", name, status, plainText(body))
	}
	s.prints[name] = file
	if dir := os.Getenv("PAPER_OUT"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".pdf"), []byte(file), 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
}

// unpacked is the form itself, where it comes with its proofs.
func unpacked(t *testing.T, file string) string {
	t.Helper()
	if !strings.HasPrefix(file, "PK") {
		return file
	}
	z, err := zip.NewReader(strings.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, ".pdf") {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
	}
	return ""
}

func rarePrints(t *testing.T) *rareScene {
	o := atCounter(t, "", "base")
	s := &rareScene{o, map[string]string{}}
	o.title, o.issuer = rareTitle, "某市喆镕堃玥研究所"
	const many = 45
	it := o.takenIn(many)
	back := o.clock.Now().Add(6 * time.Hour)
	// The requests, each printed before and after it is granted.
	lend := map[string]any{"copy": it.copies[0], "to": "clerk_a", "department": "dept_a", "purpose": "read", "due": back, "copy_no": it.nos[0]}
	o.done("officer", "custody.lend", lend, "giver", "officer", "receiver", "clerk_a")
	o.done("officer", "custody.duplicate", map[string]any{"source_copy": it.copies[1], "copies": 2, "copy_numbers": []string{"F1", "F2"}, "purpose": "办案使用", "recipients": []string{"喆镕堃玥专班", "甲科"}, "stamp": "机要室复印戳"})
	o.done("officer", "custody.carry_out", map[string]any{"copy": it.copies[2], "carriers": []string{"officer", "officer2"}, "purpose": "deliver", "destination": "outside", "route": "本局至喆镕堃玥研究所，乘专车，途中不停留", "measures": []string{"sealed_bag"}, "return_by": back})
	for name, actName := range map[string]string{"copy-approval": "custody.duplicate", "carry-approval": "custody.carry_out"} {
		o.look(func(tx *store.Tx) error {
			var id string
			if err := tx.QueryRow("SELECT id FROM leave WHERE act = $1 ORDER BY id LIMIT 1", actName).Scan(&id); err != nil {
				return err
			}
			s.prints[name] = id
			return nil
		})
	}
	for _, name := range []string{"copy-approval", "carry-approval"} {
		s.print(name, "officer", "/registers/"+s.prints[name]+"/form")
	}
	list := func(kind string, from, to int, more map[string]any) string {
		with := map[string]any{"kind": kind, "reason": "喆镕堃玥四家清理旧件"}
		maps.Copy(with, more)
		id := o.do("officer", "disposal.list_open", with).Values["list"]
		for n := from; n < to; n++ {
			o.do("officer", "disposal.list_add", map[string]any{"list": id, "copy": it.copies[n], "title": it.title, "doc_no": it.docNo, "level": "秘密", "copy_no": it.nos[n], "pages": 12, "copies": 1, "reason": "无保存价值", "opinion": "可以销毁"})
		}
		o.do("officer", "disposal.list_count", map[string]any{"list": id, "copies": it.copies[from:to]})
		return id
	}
	s.print("return-list", "officer", "/archive/"+list("return", 3, 14, map[string]any{"issuer": o.issuer, "party": o.issuer})+"/print")
	s.print("transfer-list", "officer", "/archive/"+list("transfer", 14, 24, map[string]any{"party": "喆镕堃玥档案局"})+"/print")
	o.done("officer", "document.complete", map[string]any{"document": it.id, "result": "已办理", "disposition": "destroy"})
	s.print("archive-list", "officer", "/archive/"+list("archive", 24, 34, nil)+"/print")
	des := list("destruction", 34, 44, map[string]any{"medium": "paper"})
	s.print("destruction-list", "officer", "/destroy/"+des+"/print")
	o.done("office_director", "disposal.list_approve", map[string]any{"list": des})
	o.done("officer", "disposal.destroy", map[string]any{"list": des, "method": "pulp", "place": "喆镕堃玥销毁间", "works": "own_equipment", "escort": "押运王喆", "supervisors": []string{"officer2", "leader"}}, "supervisor_1", "officer2", "supervisor_2", "leader")
	s.print("certificate", "officer", "/destroy/"+des+"/certificate")
	count := o.do("officer", "custody.count_open", map[string]any{"kind": "full"}).Values["count"]
	o.look(func(tx *store.Tx) error {
		there, err := custody.Copies.Select(tx, "WHERE state IN ('in_place', 'held', 'received', 'carried') ORDER BY id LIMIT 200")
		for _, c := range there {
			it.labels = append(it.labels, string(c.Label))
		}
		return err
	})
	for _, l := range it.labels[many:] {
		o.do("officer", "custody.count_scan", map[string]any{"count": count, "label": term.LabelCode(l)})
	}
	o.do("officer", "custody.count_close", map[string]any{"count": count, "counted_by": "officer", "checked_by": "clerk_a"}, custody.Checker, "clerk_a")
	s.print("count-sheet", "officer", "/inventory/"+count+"/print")
	for name, register := range map[string]string{"register-carriers": "载体台账", "register-incoming": "收文登记簿", "register-loans": "借阅登记", "register-destructions": "销毁清册"} {
		s.print(name, "officer", "/registers/"+register+"/print")
	}
	s.print("labels", "officer", "/d/"+it.id+"/labels")
	s.print("slip", "officer", "/d/"+it.id+"/print")
	return s
}

var pagesSay = regexp.MustCompile(`第([0-9]+)页，共([0-9]+)页`)

// Every form that is printed bears rare characters and a title of more than two hundred as they are, goes on over its pages with
// its head and its number on each, and its end on the last.
func TestEveryFormBearsRareCharactersAndManyPages(t *testing.T) {
	s := rarePrints(t)
	for name, file := range s.prints {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.pdf")
			if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := exec.CommandContext(t.Context(), "pdftotext", "-raw", path, "-").Output()
			if err != nil {
				t.Fatal(err)
			}
			pages := strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
			flat := strings.Join(strings.Fields(string(out)), "")
			t.Logf("%d pages", len(pages))
			if name == "labels" {
				return // nothing stands on a label but its code
			}
			if name != "count-sheet" && !strings.Contains(flat, "喆镕堃玥") {
				t.Errorf("no 喆镕堃玥: %.500s", flat)
			}
			if strings.ContainsRune(flat, '\ufffd') || strings.Contains(flat, "□□") {
				t.Errorf("a character is missing")
			}
			last := strings.Join(strings.Fields(pages[len(pages)-1]), "")
			if strings.HasSuffix(name, "-list") && (!strings.Contains(last, "以下空白") || !strings.Contains(last, "合计") || strings.Count(flat, "签字：")+strings.Count(flat, "盖章：") != strings.Count(last, "签字：")+strings.Count(last, "盖章：")) {
				t.Errorf("who signs does not sign beside the last line and the sum: %.300s", last)
			}
			for i, p := range pages {
				text := strings.Join(strings.Fields(p), "")
				if m := pagesSay.FindStringSubmatch(text); m == nil || m[1] != fmt.Sprint(i+1) || m[2] != fmt.Sprint(len(pages)) {
					t.Errorf("page %d of %d says %v", i+1, len(pages), m)
				}
			}
		})
	}
}
