package e2e

import (
	"io/fs"
	"testing"

	"jiyao/internal/term"
	"jiyao/regulations"
)

// TestScreensOfACompany looks at what only a company has: what is entrusted to whom, the stages of a secret object, the sheet of
// measures on a piece.
func TestScreensOfACompany(t *testing.T) {
	file, err := fs.ReadFile(regulations.FS, "company/office.yaml")
	if err != nil {
		t.Fatal(err)
	}
	o := founded(t, string(file), morning)
	if _, err := o.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	plan, coat := o.tellCompany()
	path := func(i item) string { return "/c/" + string(i.copies[0]) }
	o.looked(t, []terminal{
		{"gm", []screen{{"entrusted", false, o.at("/people/entrusted")}}},
		{"keeper", []screen{{"measures", false, o.at(path(plan))}}},
		{"designer", []screen{{"stages", false, o.at(path(coat) + "/stages")}}},
	})
}

// tellCompany entrusts the keeper with everything, and has him take in a plan of two copies and a sample coat that the design
// department is designated for and has brought into its first stage.
func (o *office) tellCompany() (plan, coat item) {
	o.t.Helper()
	until := func(more args) args {
		more["persons"], more["all_items"], more["from"], more["to"] = []string{"keeper", "keeper2"}, "yes", "2026-11-27", "2027-01-20"
		return more
	}
	o.does("gm", "people.delegate", until(args{"post": "company/gm", "deeds": []string{"制作", "收发", "传递", "使用", "复制", "摘抄", "保存", "销毁"}}))
	o.does("gm", "custody.designate", until(args{"acts": []string{"收发", "传递", "外出携带"}}))
	env := o.does("keeper", "document.accept", args{"channel": "courier", "courier": "机要交通员", "courier_signature": "paper", "envelopes": []args{
		{"envelope_no": "K-1", "issuer": "规划部", "level": "机密", "urgency": "一般", "listed": 2, "counted": 2, "seal_intact": true},
		{"envelope_no": "K-2", "issuer": "设计部", "level": "秘密", "urgency": "一般", "listed": 1, "counted": 1, "seal_intact": true},
	}})
	register := func(envelope string, level term.Level, numbers []string, more args) (i item) {
		line := args{"envelope": env.Values["envelope."+envelope], "received_at": o.Time.Now(), "issuer": "某部", "doc_no": "某〔2026〕" + envelope[2:] + "号", "level": level,
			"issued_on": "2026-11-20", "mark_text": "公司" + string(level), "urgency": "一般", "copies": len(numbers), "copy_nos": numbers, "attachments": 0,
			"channel": "courier", "signer": "keeper", "period": "2027-06-30"}
		for k, v := range more {
			line[k] = v
		}
		r := o.does("keeper", "document.register", line)
		i.id = term.DocumentID(r.Subject)
		for n := range numbers {
			id := term.CopyID(r.Values["copy."+string(rune('1'+n))])
			o.does("keeper", "custody.label", args{"copy": id})
			o.does("keeper", "custody.place", args{"copy": id, "place": "safe-1"})
			i.copies = append(i.copies, id)
		}
		o.does("office_director", "document.scope", args{"document": i.id, "persons": []string{"gm", "keeper", "keeper2", "designer"}, "level": level, "issuer_limit": "无", "reason": "工作需要"})
		return i
	}
	plan = register("K-1", term.Jimi, []string{"000001", "000002"}, args{"title": "下一年度产品规划", "document_kind": "规划", "pages": 12, "medium": "paper"})
	coat = register("K-2", term.Mimi, []string{"000001"}, args{"title": "冬季样衣", "document_kind": "其他", "pages": 0, "medium": "object", "serial_no": "YY-2026-01"})
	o.does("gm", "custody.designate", args{"unit": "design", "stages": []string{"开发", "生产"}, "items": []string{string(coat.id)}, "from": "2026-11-27"})
	return plan, coat
}
