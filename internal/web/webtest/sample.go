package webtest

import (
	"time"

	"jiyao/internal/refuse"
	"jiyao/internal/web"
)

// Frame is the chrome of the clerk's page, with the whole rail.
func Frame() web.Frame {
	return web.Frame{
		Now: Now, Path: "/today", Office: "某区办公室", Room: "机要室",
		Person: web.Person{Name: "陈机要员", Post: "机要员"},
		Ledger: web.LedgerStatus{Edition: "2026 年第 2 版", Verified: Now.Add(-time.Minute), Href: "/ledger"},
		Rail: []web.RailGroup{
			{Label: "rail.work", Entries: []web.RailEntry{
				{Icon: "home", Href: "/today", Label: "frame.scan", Count: "8", Hot: true, Current: true},
				{Icon: "inbox", Href: "/receive", Label: "frame.scan", Count: "6"}}},
			{Label: "rail.carriers", Entries: []web.RailEntry{{Icon: "archive", Href: "/archive/2026", Label: "frame.scan", Count: "31"}}},
			{Label: "rail.oversight", Entries: []web.RailEntry{{Icon: "link", Href: "/ledger", Label: "frame.scan"}}},
		},
		Tabs: []web.RailEntry{{Icon: "home", Href: "/today", Label: "frame.scan", Current: true}, {Icon: "dots", Href: "/all", Label: "tabs.all"}},
	}
}

// Nobody is a refusal that no leave cures, with a post listed that must not be drawn.
func Nobody() web.RefusalView {
	law := SampleLaw()
	return web.RefusalView{Title: "不予登记", Asked: "行程目的地在境外，随带 JY26-0411-01。", Clauses: []web.ClauseView{law["B-3.3g"]},
		Remedy: refuse.Nobody, Reference: "R-7K2Q-M4TX", Back: "/today", After: "不应出现",
		Approvers: []web.Approver{{Name: "不应出现", May: true}}, Request: &web.Request{Action: "/approvals", Label: "不应出现"}}
}

// ByPost is a refusal that one post may cure.
func ByPost() web.RefusalView {
	law := SampleLaw()
	return web.RefusalView{Title: "不予借出", Asked: "何科长借 JY26-0396-01，2 天。没有批准人签字。", Clauses: []web.ClauseView{law["C-11b"]},
		Remedy: refuse.ByPost, Reference: "R-7K2Q-M4TX", Back: "/today",
		Approvers: []web.Approver{{Name: "李主任", May: true, Here: true}, {Name: "何科长", Applicant: true}},
		Request:   &web.Request{Action: "/approvals", Hidden: map[string]string{"copy": "7K2QM4TX01AB", "act": "custody.lend"}}}
}

// KitchenSign is the second-person dialog, waiting for the second person.
func KitchenSign(open bool) web.Sign {
	return web.Sign{ID: "second", Title: "收回，须两人在场", Action: "/d/7K2QM4TX01AB/recall", Hidden: map[string]string{"rev": "3"},
		First: web.SignBox{Prefix: "first", Name: "陈机要员", Signed: "09:31 工作证"}, Second: &web.SignBox{Prefix: "second"},
		Confirm: "两人确认后收回", Danger: open, Type: "2026-4", Open: open}
}

func kitchenFlow() []web.Step {
	return []web.Step{{Href: "/receive", Label: "待登记", Figure: "6", Small: "封"}, {Href: "/approvals", Label: "待批阅", Figure: "4", Small: "1 件临期", SmallClass: "ochre"},
		{Href: "/circulation", Label: "传阅中", Figure: "23", Small: "1 件逾期", SmallClass: "red"}, {Href: "/circulation", Label: "待收回", Figure: "9", Small: "今晚前", SmallClass: "ochre"},
		{Href: "/archive/2026", Label: "待归档", Figure: "31", Small: "次年初"}, {Href: "/destroy/1", Label: "待销毁", Figure: "12", Small: "1 册"}}
}

func kitchenSort() []web.Option {
	return []web.Option{{Value: "/today", Label: "按时限", On: true}, {Value: "/today/person", Label: "按人"}}
}

func kitchenHeadings() []web.Heading {
	return []web.Heading{{Text: "文件", Sort: "/today/title"}, {Text: "密级"}, {Text: "现在在哪里"}, {Text: "时限", Sorted: true}, {}}
}

func kitchenLevels() []web.Option {
	return []web.Option{{Value: "绝密", Label: "绝密", Class: "k-lv4", Key: "1"}, {Value: "机密", Label: "机密", Class: "k-lv3", Key: "2"},
		{Value: "秘密", Label: "秘密", Class: "k-lv2", Key: "3"}, {Value: "内部", Label: "内部", Class: "k-lv1", Key: "4"}}
}

func kitchenChoices() []web.Option {
	return []web.Option{{Value: "a", Label: "情节较轻", Text: "批评教育。"}, {Value: "b", Label: "情节较重", Text: "调离岗位。", On: true}, {Value: "c", Label: "罚款", Off: "本单位没有采用戊篇。"}}
}

func kitchenEvents() []web.Event {
	return []web.Event{{Kind: "no", At: Now, Title: "复制被拒", Text: "陈机要员，03 号", Reference: "R-7K2Q-M4TX"},
		{Kind: "now", At: Now.Add(-16 * time.Hour), Title: "送郑副局长", Where: "03 号", Reference: "#48102", Href: "/ledger/48102"},
		{At: Now.Add(-24 * time.Hour), Title: "登记、编号、贴标签", Where: "3 份"}}
}
