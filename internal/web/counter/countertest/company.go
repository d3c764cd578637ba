package countertest

import (
	"jiyao/internal/term"
)

// Company entrusts the keeper of the company's office with everything and has him register a plan of two copies (公司机密) and
// a sample coat (公司秘密), all of it in the safe.
func (w *World) Company(title string) (plan, coat Item) {
	w.T.Helper()
	until := map[string]any{"persons": []string{"keeper", "keeper2"}, "all_items": "yes", "from": "2026-03-02", "to": "2026-12-31"}
	with := func(more map[string]any) map[string]any {
		for k, v := range until {
			more[k] = v
		}
		return more
	}
	w.Do("gm", "people.delegate", with(map[string]any{"post": "company/gm", "deeds": []string{"制作", "收发", "传递", "使用", "复制", "摘抄", "保存", "销毁"}}))
	w.Do("gm", "custody.designate", with(map[string]any{"acts": []string{"收发", "传递", "外出携带"}}))
	env := w.Do("keeper", "document.accept", map[string]any{"channel": "courier", "courier": "机要交通员", "courier_signature": "paper", "envelopes": []map[string]any{
		{"envelope_no": "K-1", "issuer": "规划部", "level": "机密", "urgency": "一般", "listed": 2, "counted": 2, "seal_intact": true},
		{"envelope_no": "K-2", "issuer": "设计部", "level": "秘密", "urgency": "一般", "listed": 1, "counted": 1, "seal_intact": true},
	}})
	register := func(envelope string, level term.Level, numbers []string, more map[string]any) Item {
		fields := map[string]any{
			"envelope": env.Values["envelope."+envelope], "received_at": w.Clock.Now(), "issuer": "某部", "doc_no": "某〔2026〕" + envelope[2:] + "号", "title": title, "level": level,
			"issued_on": "2026-03-01", "mark_text": "公司" + string(level), "urgency": "一般", "copies": len(numbers), "copy_nos": numbers, "attachments": 0,
			"channel": "courier", "signer": "keeper", "period": "2026-06-30",
		}
		for k, v := range more {
			fields[k] = v
		}
		r := w.Do("keeper", "document.register", fields)
		i := Item{ID: term.DocumentID(r.Subject)}
		for n := range numbers {
			id := r.Values["copy."+string(rune('1'+n))]
			w.Do("keeper", "custody.label", map[string]any{"copy": id})
			w.Do("keeper", "custody.place", map[string]any{"copy": id, "place": "safe-1"})
			i.Copies = append(i.Copies, term.CopyID(id))
		}
		w.Do("office_director", "document.scope", map[string]any{"document": i.ID, "persons": []string{"gm", "keeper", "keeper2", "designer"}, "level": level, "issuer_limit": "无", "reason": "工作需要"})
		return i
	}
	plan = register("K-1", term.Jimi, []string{"000001", "000002"}, map[string]any{"document_kind": "规划", "pages": 12, "medium": "paper"})
	coat = register("K-2", term.Mimi, []string{"000001"}, map[string]any{"document_kind": "其他", "pages": 0, "medium": "object", "serial_no": "YY-2026-01"})
	return plan, coat
}
