package openingweb_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/custody"
	"jiyao/internal/openingweb"
	"jiyao/internal/procedure"
	"jiyao/internal/sheet"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

const lentHeads = "载体编号,载体类型,名称,密级,保密期限,序列号,产生日期,责任人,存放位置,当前持有人,借出日期,应还日期\n"

const carrierHeads = "载体编号,载体类型,载体形式,名称,密级,保密期限,序列号,产生日期,责任人,存放位置,当前持有人,应还日期,状态\n"

// brought is a piece as it stands in the books after it was brought in.
type brought struct{ old, label, medium, form, serial, state, place, holder, kind, number string }

func carriers(w *countertest.World) map[string]brought {
	w.T.Helper()
	out := map[string]brought{}
	err := w.DB.Read(w.T.Context(), func(tx *store.Tx) error {
		rows, err := tx.Query("SELECT c.old_no, c.label, c.medium, coalesce(c.form, ''), c.serial_no, c.state, coalesce(nullif(c.place, ''), h.kept_in, ''), c.holder, coalesce(h.kind, '') " +
			"FROM copy c LEFT JOIN hand_over h ON h.id = c.hand_over WHERE c.old_no IS NOT NULL")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var b brought
			if err := rows.Scan(&b.old, &b.label, &b.medium, &b.form, &b.serial, &b.state, &b.place, &b.holder, &b.kind); err != nil {
				return err
			}
			b.number = term.LabelCode(b.label).Number()
			b.label = b.label[:6]
			out[b.old] = b
		}
		return rows.Err()
	})
	if err != nil {
		w.T.Fatal(err)
	}
	return out
}

// Carriers keep their old numbers, lie where the book says, and are with who has them; what is not there is not brought in.
func TestCarriersOfBefore(t *testing.T) {
	countertest.Each(t, "demo", mount, func(w *countertest.World) {
		names := map[string]string{}
		err := w.DB.Read(t.Context(), func(tx *store.Tx) error {
			staff, err := w.Staff(tx)
			for _, p := range staff {
				names[string(p.ID)] = p.Name
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		book := carrierHeads +
			"旧-001,录音带,,谈话录音,秘密,10年,T-1,1998-05-06," + names["officer"] + ",机要柜一,,,在库\n" + // line 2
			"旧-002,U盘,,数据盘,秘密,10年,U-1,2019-05-06," + names["officer"] + ",," + names["clerk_a"] + ",2031-05-06,借出\n" +
			"旧-003,照片,,现场照片,秘密,10年,,2019-05-06,,机要柜一," + names["office_director"] + ",,\n" +
			"旧-004,硬盘,,硬盘,秘密,10年,H-1,2019-05-06," + names["officer"] + ",机要柜一," + names["officer"] + ",,正常\n" +
			"旧-005,纸,,一册,秘密,10年,,2019-05-06,,机要柜一,没有这个人,,\n" + // 6
			"旧-006,纸,,一册,秘密,10年,,2019-05-06,,机要柜一,,,已销毁\n" +
			"旧-007,纸,,一册,秘密,10年,,2019-05-06,,机要柜一,,,借出\n" +
			"旧-008,磁带,硬盘,一盒,秘密,10年,T-9,2019-05-06," + names["officer"] + ",机要柜一,,,\n" + // 9
			"旧-009,磁带,鼓,一盒,秘密,10年,T-9,2019-05-06," + names["officer"] + ",机要柜一,,,\n" +
			"旧-010,录像带,,一盒,秘密,10年,,2019-05-06,,机要柜一,,,\n" + // 11
			"旧-011,纸,,一册,秘密,10年,,2019-05-06,,机要柜一,,,说不清\n" +
			"旧-001,纸,,一册,秘密,10年,,1998-05-06,,机要柜一,,,\n" // 13
		place, page := checked(w, "carriers", "台账.csv", []byte(book))
		text := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page.Body, " ")
		for line, what := range map[int]string{
			6: "当前持有人：没有这个人", 7: "簿上写明已不在本单位", 8: "写明在外，请填当前持有人的姓名", 9: "没有这种形式", 10: "不在可选", 11: "序列号", 12: "状态", 13: "第 2 行",
		} {
			if !regexp.MustCompile(fmt.Sprintf(`\s%d\s[^\n]*%s`, line, what)).MatchString(text) {
				t.Errorf("line %d does not say %q", line, what)
			}
		}
		w.Holds(imported(w, place), "可以导入或已完成 4 行", "有问题 7 行，按旧簿不导入 1 行")
		got := carriers(w)
		for old, want := range map[string]brought{
			"旧-001": {old: "旧-001", label: "JC1998", medium: "tape", form: "audio_tape", serial: "T-1", state: "in_place", place: "cabinet-1", number: "机存〔1998〕0001"},
			"旧-002": {old: "旧-002", label: "JC19-0", medium: "solid_state", form: "usb_disk", serial: "U-1", state: "held", holder: "clerk_a", kind: "lend"},
			"旧-003": {old: "旧-003", label: "JC19-0", medium: "photo", state: "held", place: "cabinet-1", holder: "office_director", kind: "hand_out"},
			"旧-004": {old: "旧-004", label: "JC19-0", medium: "magnetic", form: "hard_disk", serial: "H-1", state: "in_place", place: "cabinet-1"},
		} {
			have := got[old]
			if want.number == "" {
				have.number = ""
			}
			if have != want {
				t.Errorf("%s: %+v, not %+v", old, have, want)
			}
		}
		// The same number in another file, whatever else it says there, is the same carrier.
		_, page = checked(w, "carriers", "又.csv", []byte(carrierHeads+"旧-001,录音带,,谈话录音,秘密,10年,T-2,1998-05-06,"+names["officer"]+",机要柜一,,,在库\n"))
		w.Holds(page, "有问题 1 行", "已有登记")
	})
}

// An empty sheet of each book is read back with every column found by its head, and says how each is filled in.
func TestTheTemplate(t *testing.T) {
	w := countertest.Open(t, storeDSN(t), "demo", mount)
	for _, book := range procedure.OpeningBooks {
		a := w.Get("officer", openingweb.TemplatePath+"/"+book)
		if a.Code != http.StatusOK || !strings.Contains(a.Header.Get("Content-Disposition"), book) {
			t.Fatalf("%s: %d", book, a.Code)
		}
		table, faults := procedure.ReadBook("x.xlsx", []byte(a.Body))
		if len(faults) != 1 || faults[0].Code != sheet.Empty {
			t.Errorf("%s: an empty sheet reads as %v", book, faults)
		}
		fields := procedure.OpeningTemplate(book)
		for _, f := range fields {
			table.Columns = append(table.Columns, f.Heads[0])
		}
		if m := procedure.GuessMapping(table); len(m) != len(fields) {
			t.Errorf("%s: %d of %d columns are found: %v", book, len(m), len(fields), m)
		} else {
			for i, f := range fields {
				if m[f.Name] != i {
					t.Errorf("%s: %s is column %d, not %d", book, f.Name, m[f.Name], i)
				}
			}
		}
	}
	w.Holds(w.Get("officer", openingweb.Path), "/opening-template/carriers")
	w.Hidden("clerk_a", openingweb.TemplatePath+"/carriers", openingweb.TemplatePath+"/none")
}

// A loan of before that is still out is owed back as any loan: with its day, also one that has passed. What has no day, or is
// back, owes nothing.
func TestALoanOfBeforeIsOwed(t *testing.T) {
	countertest.Each(t, "demo", mount, func(w *countertest.World) {
		names := map[string]string{}
		type duty struct {
			owner, due string
			open       bool
		}
		duties := map[string][]duty{}
		read := func() {
			clear(duties)
			err := w.DB.Read(t.Context(), func(tx *store.Tx) error {
				staff, err := w.Staff(tx)
				for _, p := range staff {
					names[string(p.ID)] = p.Name
				}
				if err != nil {
					return err
				}
				rows, err := tx.Query("SELECT c.old_no, o.owner_person, o.due_at, o.state FROM copy c JOIN obligation o ON o.subject = c.id WHERE c.old_no IS NOT NULL ORDER BY o.name")
				if err != nil {
					return err
				}
				defer rows.Close()
				for rows.Next() {
					var old, state string
					var d duty
					var at int64
					if err := rows.Scan(&old, &d.owner, &at, &state); err != nil {
						return err
					}
					d.due, d.open = time.UnixMilli(at).In(calendar.Zone).Format("2006-01-02 15:04"), state == "open"
					duties[old] = append(duties[old], d)
				}
				return rows.Err()
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		read()
		book := carrierHeads +
			"旧-1,U盘,,数据盘,秘密,10年,U-1,2019-05-06," + names["officer"] + ",," + names["clerk_a"] + ",2031-05-06,借出\n" +
			"旧-2,U盘,,数据盘,秘密,10年,U-2,2019-05-06," + names["officer"] + ",," + names["clerk_a"] + ",2020-05-06,借出\n" +
			"旧-3,U盘,,数据盘,秘密,10年,U-3,2019-05-06," + names["officer"] + ",," + names["clerk_a"] + ",,借出\n" +
			"旧-4,U盘,,数据盘,秘密,10年,U-4,2019-05-06," + names["officer"] + ",机要柜一,,2020-05-06,已归还\n"
		place, _ := checked(w, "carriers", "台账.csv", []byte(book))
		w.Holds(imported(w, place), "导入结果", "可以导入或已完成 4 行", "有问题 0 行", "!上一次处理中断")
		read()
		for old, due := range map[string]string{"旧-1": "2031-05-07 00:00", "旧-2": "2020-05-07 00:00"} {
			if len(duties[old]) == 0 {
				t.Errorf("%s is owed by nobody", old)
			}
			for _, d := range duties[old] {
				if d.due != due || !d.open {
					t.Errorf("%s: %+v, not due %s", old, d, due)
				}
			}
		}
		if len(duties["旧-3"])+len(duties["旧-4"]) > 0 {
			t.Errorf("owed without a day: %v", duties)
		}
	})
}

// What stands badly in the old book is told before anything is signed, line by line, on the page and in the report, and is
// brought in all the same. When a piece went out is what the book says, or that it does not.
func TestWhatStandsBadlyIsTold(t *testing.T) {
	countertest.Each(t, "demo", mount, func(w *countertest.World) {
		names := map[string]string{}
		err := w.DB.Read(t.Context(), func(tx *store.Tx) error {
			staff, err := w.Staff(tx)
			for _, p := range staff {
				names[string(p.ID)] = p.Name
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		w.System("custody.create_place", custody.CreatePlace{ID: "desk-1", Name: "办公桌一", Kind: "desk", InOffice: true})
		book := lentHeads +
			"提-1,纸,一册,秘密,10年,,2019-05-06,,办公桌一,,,\n" + // 2
			"提-2,纸,一册,秘密,10年,,2019-05-06,,机要柜一,,,\n" +
			"提-3,纸,一册,秘密,10年,,2019-05-06,,," + names["clerk_a"] + ",2019-06-01,2020-05-06\n" + // 4
			"提-4,纸,一册,秘密,10年,,2019-05-06,,," + names["clerk_a"] + ",2019-05-05,2031-05-06\n" +
			"提-5,纸,一册,秘密,10年,,2019-05-06,,," + names["clerk_a"] + ",,2031-05-06\n" + // 6
			"提-6,纸,一册,秘密,10年,,2019-05-06,,," + names["clerk_a"] + ",2999-01-01,\n" +
			"提-7,纸,一册,秘密,10年,,2019-05-06,,," + names["clerk_a"] + ",2031-05-07,2031-05-06\n" + // 8
			"提-8,纸,一册,公开,,,2019-05-06,,办公桌一,,,\n"
		place, page := checked(w, "carriers", "台账.csv", []byte(book))
		w.Holds(page, "可以导入或已完成 6 行", "有问题 2 行", "另有 3 行有提醒")
		text := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page.Body, " ")
		said := map[int]string{
			2: `存放位置：制度不允许存放在“办公桌一”[^\n]*（[^）]+）`, 4: "应还日期：应还日期已过", 5: "借出日期：早于收文日期或产生日期", 7: "借出日期：晚于今天", 8: "借出日期：晚于应还日期",
		}
		for line, what := range said {
			if !regexp.MustCompile(fmt.Sprintf(`\s%d\s[^\n]*%s`, line, what)).MatchString(text) {
				t.Errorf("line %d does not say %q", line, what)
			}
		}
		for _, silent := range []int{3, 6, 9} {
			if strings.Contains(page.Body, fmt.Sprintf(`<td class="n">%d</td>`, silent)) {
				t.Errorf("line %d: nothing is to be said of it", silent)
			}
		}
		reported := func() {
			t.Helper()
			table, faults := procedure.ReadBook("x.xlsx", []byte(w.Get("officer", place+"/report").Body))
			if len(faults) > 0 || len(table.Rows) != len(said) {
				t.Fatalf("the report has %d lines: %v", len(table.Rows), faults)
			}
			for _, row := range table.Rows {
				line, kind := row.Cells[0], map[bool]string{true: "问题", false: "提醒"}[row.Cells[0] > "6"]
				if row.Cells[1] != kind {
					t.Errorf("line %s is a %s", line, row.Cells[1])
				}
			}
		}
		reported()
		w.Holds(imported(w, place), "导入结果", "可以导入或已完成 6 行", "另有 3 行有提醒", "制度不允许存放在“办公桌一”")
		reported()
		days := map[string]string{}
		err = w.DB.Read(t.Context(), func(tx *store.Tx) error {
			lines, err := custody.HandOvers.Select(tx, "WHERE old_day IS NOT NULL")
			for _, l := range lines {
				c, err := custody.Copies.Get(tx, l.Copy)
				if err != nil {
					return err
				}
				days[c.OldNo] = l.Out()
			}
			return err
		})
		if err != nil || fmt.Sprint(days) != fmt.Sprint(map[string]string{"提-3": "2019-06-01", "提-4": "2019-05-05", "提-5": term.Unsaid}) {
			t.Errorf("%v, %v", days, err)
		}
	})
}
