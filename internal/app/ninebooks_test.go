package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
)

var nineNames = []string{"收文登记簿", "发文登记簿", "借阅登记", "载体台账", "清退清单", "移交清单", "销毁清册", "复制审批单", "外出携带审批"}

// done does an act and asks for the leave that it lacks, which whoever is asked grants.
func (o *counterOffice) done(login, name string, with map[string]any, signers ...string) act.Receipt {
	o.t.Helper()
	raw, err := json.Marshal(with)
	if err != nil {
		o.t.Fatal(err)
	}
	me := o.app.actor(o.t, login)
	q := act.Request{Act: name, Command: json.RawMessage(raw), By: me}
	signers = append([]string{"actor", login}, signers...)
	for i := 0; i+1 < len(signers); i += 2 {
		q.Signatures = append(q.Signatures, act.Signature{Role: signers[i], Person: o.with[signers[i+1]].Person, Strength: "pin", Terminal: me.Terminal, At: o.clock.Now()})
	}
	r, err := o.app.Desk.Do(o.t.Context(), q)
	var refusal *refuse.Refusal
	if !errors.As(err, &refusal) {
		if err != nil {
			o.t.Fatalf("%s by %s: %v", name, login, err)
		}
		return r
	}
	asked := o.do(login, "approval.request", map[string]any{"act": name, "with": with, "reason": "工作需要"})
	for _, leave := range slices.Sorted(maps.Values(asked.Values)) {
		for _, who := range []string{"unit_head", "leader", "office_director", "head_a"} {
			if o.with[who].Person == "" {
				continue
			}
			grant, _ := json.Marshal(map[string]any{"leave": leave, "reason": "同意"})
			by := o.app.actor(o.t, who)
			sign := act.Signature{Role: "actor", Person: by.Person, Strength: "pin", Terminal: by.Terminal, At: o.clock.Now()}
			if _, err := o.app.Desk.Do(o.t.Context(), act.Request{Act: "approval.grant", Command: json.RawMessage(grant), By: by, Signatures: []act.Signature{sign}}); err == nil {
				break
			}
		}
	}
	return o.do(login, name, with, signers[2:]...)
}

// nineBooks leaves a known line in each of the nine registers.
func nineBooks(o *counterOffice) {
	o.t.Helper()
	later := func() {
		if err := o.clock.Advance(5 * time.Minute); err != nil {
			o.t.Fatal(err)
		}
	}
	it := o.takenIn(6)
	later()
	back := o.clock.Now().Add(6 * time.Hour)
	o.done("officer", "custody.lend", map[string]any{"copy": it.copies[0], "to": "clerk_a", "department": "dept_a", "purpose": "read", "due": back, "copy_no": it.nos[0]}, "giver", "officer", "receiver", "clerk_a")
	later()
	o.done("officer", "custody.duplicate", map[string]any{"source_copy": it.copies[1], "copies": 1, "copy_numbers": []string{"F1"}, "purpose": "办案使用", "recipients": []string{"甲科"}, "stamp": "机要室复印戳"})
	later()
	o.done("officer", "custody.carry_out", map[string]any{"copy": it.copies[2], "carriers": []string{"officer", "officer2"}, "purpose": "deliver", "destination": "outside", "route": "本局至省局", "measures": []string{"sealed_bag"}, "return_by": back})
	later()
	list := func(kind string, n int, more map[string]any) string {
		with := map[string]any{"kind": kind, "reason": "清理旧件"}
		maps.Copy(with, more)
		id := o.do("officer", "disposal.list_open", with).Values["list"]
		o.done("officer", "disposal.list_add", map[string]any{"list": id, "copy": it.copies[n], "title": it.title, "doc_no": it.docNo, "level": "秘密", "copy_no": it.nos[n], "pages": 12, "copies": 1, "reason": "无保存价值", "opinion": "可以"})
		o.done("officer", "disposal.list_count", map[string]any{"list": id, "copies": []string{it.copies[n]}})
		o.done("office_director", "disposal.list_approve", map[string]any{"list": id})
		return id
	}
	ret := list("return", 3, map[string]any{"issuer": "某厅"})
	o.do("officer", "disposal.issuer_receipt", map[string]any{"list": ret, "number": "收字7号", "date": "2026-03-02", "receiver": "厅收发张某"})
	o.do("officer", "disposal.list_close", map[string]any{"list": ret, "handed_by": "officer", "taker_signature": "paper"}, "hander", "officer")
	tra := list("transfer", 4, map[string]any{"party": "某档案局"})
	o.do("officer", "disposal.list_close", map[string]any{"list": tra, "handed_by": "officer", "watched_by": "officer2", "taker_signature": "李接收"}, "hander", "officer", "supervisor_1", "officer2")
	o.done("officer", "document.complete", map[string]any{"document": it.id, "result": "已办理", "disposition": "destroy"})
	des := list("destruction", 5, map[string]any{"medium": "paper"})
	o.done("officer", "disposal.destroy", map[string]any{"list": des, "method": "pulp", "place": "销毁间", "works": "own_equipment", "works_no": "", "escort": "押运王某", "supervisors": []string{"officer2", "leader"}}, "supervisor_1", "officer2", "supervisor_2", "leader")
	o.sentOut()
}

// sentOut takes a document of the office's own from its draft to its despatch.
func (o *counterOffice) sentOut() {
	o.t.Helper()
	doc := o.done("head_a", "document.draft", map[string]any{"title": "关于下发某事项的通知", "level": "内部", "urgency": "一般", "document_kind": "通知", "main_to": "各科室"}).Subject
	o.done("office_director", "document.review", map[string]any{"document": doc, "result": "pass"})
	o.done("leader", "document.sign_off", map[string]any{"document": doc})
	rule := o.done("office_director", "document.number_rule", map[string]any{"prefix": "某单位发"}).Values["rule"]
	o.done("officer", "document.number", map[string]any{"document": doc, "rule": rule})
	run := o.done("officer", "document.print_run", map[string]any{"document": doc, "copies": 3, "pages": 2, "numbered": "yes", "proofread_by": "clerk_a", "kept": 1})
	var out []string
	for n := 1; n <= 3; n++ {
		id := run.Values[fmt.Sprintf("copy.%d", n)]
		o.done("officer", "custody.label", map[string]any{"copy": id})
		o.done("officer", "custody.place", map[string]any{"copy": id, "place": "cabinet-1"})
		out = append(out, id)
	}
	o.done("officer", "document.despatch", map[string]any{"document": doc, "copies": out[:2], "channel": "courier", "recipient": "某厅", "envelope_no": "F-1", "seal": "完好"})
}
