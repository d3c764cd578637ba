package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// pieces are the pages on which every copy is accounted for, each with something on it.
func (o *office) pieces(t *testing.T, s *pieceStory) []screen {
	review, _ := o.of(t, "JT-0418")
	first := func(i item) string { return "/c/" + string(i.copies[0]) }
	book := func(name string) func(*Page) { return o.at("/registers/" + name) }
	return []screen{
		{"outgoing", true, o.at("/outgoing")},
		{"draft", false, o.at(s.draft.path())},
		{"sent", false, o.at(s.sent.path())},
		{"despatch", false, o.at(s.sent.path() + "/despatch")},
		{"loans", true, s.lending},
		{"copying", false, o.at(first(s.asked) + "/copying")},
		{"leaves", false, o.at("/approvals")},
		{"labels", false, o.at(review + "/labels")},
		{"inventory", true, o.at("/inventory")},
		{"count", true, s.counting},
		{"places", true, o.at("/places")},
		{"places-labels", false, o.at("/places/labels?all=yes")},
		{"dedicate", false, s.signing("/places/cabinet-1", "#dedicate")},
		{"ask-back", false, s.signing(s.wanted.path(), "#ask-back")},
		{"carry-out", false, s.signing(first(s.wanted), "#carry-out")},
		{"place", false, o.at("/places/cabinet-1")},
		{"box", false, o.at("/places/" + s.box)},
		{"archive", true, o.at("/archive?year=2026")},
		{"return", false, o.at("/archive/" + s.returns)},
		{"handing", false, o.at("/archive/" + s.handing)},
		{"destructions", false, o.at("/destroy")},
		{"destroy", true, o.at("/destroy/" + s.burning)},
		{"destroy-sign", false, s.signing("/destroy/"+s.burning, "#destroy")},
		{"disclosed", false, o.at("/disclosed")},
		{"disclose", false, o.at("/disclosed/new?copy=" + strings.TrimPrefix(first(s.asked), "/c/"))},
		{"devices", false, o.at("/devices")},
		{"device", false, o.at("/devices/copier-1")},
		{"away", false, o.at("/away")},
		{"send-compilation", false, o.at(s.bound.path() + "/send-compilation")},
		{"leaving", false, o.at("/people/leaving?person=" + string(o.person("liaison_general")))},
		{"balance", true, o.at("/registers/balance")},
		{"opening", false, o.at("/opening")},
		{"opening-checked", false, s.opening(t)},
		{"book-carriers", false, book("载体台账")},
		{"book-loans", false, book("借阅登记")},
		{"book-outgoing", false, book("发文登记簿")},
		{"book-returns", false, book("清退清单")},
		{"book-copying", false, book("复制审批单")},
		{"book-carrying", false, book("外出携带审批")},
		{"book-transfers", false, book("移交清单")},
		{"book-destructions", false, book("销毁清册")},
	}
}

// lending is the loan desk with a piece scanned.
func (s *pieceStory) lending(p *Page) {
	s.open(p, "/loans")
	p.Fill("#desk-piece", s.labels(s.asked)[1])
	p.Opens(func() { p.Press("Enter") })
}

// counting is a count that runs, with a label scanned twice and one that cannot be read.
func (s *pieceStory) counting(p *Page) {
	s.open(p, "/inventory/"+s.count)
	for _, c := range []string{s.labels(s.done)[0], "JY26-0001-01-6"} {
		p.Press("F2")
		p.Type(c)
		p.Press("Enter")
	}
	p.until("both scans are answered", "document.querySelectorAll('#shots [data-result]').length >= 2")
}

// signing opens a dialog of a page.
func (s *pieceStory) signing(path, dialog string) func(*Page) {
	return func(p *Page) {
		s.open(p, path)
		p.Enter("a[href='" + dialog + "']")
		p.Has("dialog:modal")
	}
}

// opening has a book of before checked: good lines, and some that cannot come in.
func (s *pieceStory) opening(t *testing.T) func(*Page) {
	file := filepath.Join(t.TempDir(), "载体台账.csv")
	if err := os.WriteFile(file, []byte(oldBook), 0o600); err != nil {
		t.Fatal(err)
	}
	return func(p *Page) {
		s.open(p, "/opening")
		p.Choose("#f-book", "carriers")
		p.Attach("#f-file", file)
		p.Opens(func() { p.Enter("form[action='/opening'] button") })
		p.Has("form[action$='/check']") // the file is read in the background, and drawn where it was waited for
		p.Opens(func() { p.Enter("form[action$='/check'] button") })
		p.Has("form[action$='/import']")
	}
}

// oldBook is a book of before with six good lines, and five that cannot come in as they are.
const oldBook = "载体编号,载体类型,载体形式,名称,密级,保密期限,序列号,产生日期,责任人,存放位置,当前持有人,应还日期,状态\n" +
	"旧-001,录音带,,谈话录音,秘密,10年,T-1,1998-05-06,陈机要员,1号柜,,,在库\n" +
	"旧-002,U盘,,数据盘,秘密,10年,U-1,2019-05-06,陈机要员,,朱协管员,2031-05-06,借出\n" +
	"旧-003,照片,,现场照片,秘密,10年,,2019-05-06,,1号柜,李主任,,\n" +
	"旧-004,硬盘,,硬盘,秘密,10年,H-1,2019-05-06,陈机要员,1号柜,陈机要员,,正常\n" +
	"旧-005,纸,,一册,秘密,10年,,2019-05-06,,1号柜,没有这个人,,\n" +
	"旧-006,纸,,一册,秘密,10年,,2019-05-06,,1号柜,,,已销毁\n" +
	"旧-007,纸,,一册,秘密,10年,,2019-05-06,,1号柜,,,借出\n" +
	"旧-008,磁带,鼓,一盒,秘密,10年,T-9,2019-05-06,陈机要员,1号柜,,,\n" +
	"旧-009,纸,,喆镕堃玥规程一册,秘密,10年,,2020-02-30,,1号柜,,,\n" +
	"旧-010,光盘,,资料光盘,内部,,CD-2,2021-05-06,,2号柜,,,在库\n" +
	"旧-001,纸,,一册,秘密,10年,,1998-05-06,,1号柜,,,\n"
