package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"jiyao/internal/act"
	"jiyao/internal/app"
	"jiyao/internal/calendar"
	"jiyao/internal/keyring"
	"jiyao/internal/custody"
	"jiyao/internal/people"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/regulations"
)

const zzOut = "/tmp/h/C/shots"

func zzFound(t *testing.T, pack string) *office {
	file, err := fs.ReadFile(regulations.FS, pack+"/office.yaml")
	if err != nil {
		t.Fatal(err)
	}
	setup, err := people.ParseOffice("office.yaml", file)
	if err != nil {
		t.Fatal(err)
	}
	clock := calendar.NewSet(morning)
	data := filepath.Join(t.TempDir(), "data")
	if _, err := app.Create(data, keyring.GM, app.Protection{KeyFile: true}); err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), app.Options{Data: data, Clock: clock, Log: quiet, Cost: cheap, Quiet: true})
	if err != nil {
		t.Fatal(err)
	}
	o := served(t, a, clock)
	if err := a.Unseal(app.Key{}); err != nil {
		t.Fatal(err)
	}
	made, err := a.Found(t.Context(), setup, true)
	if err != nil {
		t.Fatal(err)
	}
	o.give(app.List(setup, made))
	return o
}

func (o *office) zzDo(by, name string, fields map[string]any, others ...string) act.Receipt {
	o.t.Helper()
	raw, _ := json.Marshal(fields)
	q := act.Request{Act: name, Command: json.RawMessage(raw), By: act.Actor{Account: term.AccountID("a-" + by), Person: term.PersonID(by), Session: "s", Terminal: "t"}}
	if len(others) == 0 {
		others = []string{"actor", by}
	}
	for i := 0; i+1 < len(others); i += 2 {
		q.Signatures = append(q.Signatures, act.Signature{Role: others[i], Person: term.PersonID(others[i+1]), Strength: "pin"})
	}
	r, err := o.Desk.Do(context.Background(), q)
	if err != nil {
		o.t.Fatalf("%s by %s: %v", name, by, err)
	}
	return r
}

func zzShot(p *Page, name string) {
	p.t.Helper()
	for _, w := range widths {
		p.Size(w.width, w.height)
		p.settle()
		p.Axe()
		p.NoOverflow()
		os.MkdirAll(zzOut, 0o755)
		os.WriteFile(fmt.Sprintf("%s/%s-%d.png", zzOut, name, w.width), p.picture(), 0o644)
	}
	p.Size(widths[0].width, widths[0].height)
}

func TestZZMeasures(t *testing.T) {
	w := zzFound(t, "company")
	w.zzDo("gm", "people.delegate", map[string]any{"post": "company/gm", "persons": []string{"keeper"}, "deeds": []string{"收发", "传递", "保存"}, "all_items": "yes", "from": "2026-11-27", "to": "2026-12-31"})
	w.zzDo("gm", "custody.designate", map[string]any{"persons": []string{"keeper"}, "acts": []string{"收发", "传递"}, "all_items": "yes", "from": "2026-11-27", "to": "2026-12-31"})
	r := w.zzDo("keeper", "document.accept", map[string]any{"channel": "courier", "courier": "机要交通员", "courier_signature": "paper",
		"envelopes": []map[string]any{{"envelope_no": "K-1", "issuer": "设计部", "level": "秘密", "urgency": "一般", "listed": 1, "counted": 1, "seal_intact": true}}})
	r = w.zzDo("keeper", "document.register", map[string]any{"envelope": r.Values["envelope.K-1"], "received_at": w.Time.Now(), "issuer": "设计部", "doc_no": "设〔2026〕1号", "title": "某款规划",
		"level": "秘密", "period": "2027-08-31", "issued_on": "2026-11-20", "mark_text": "公司秘密", "urgency": "一般", "copies": 1, "copy_nos": []string{"000001"}, "pages": 12,
		"attachments": 2, "medium": "paper", "channel": "courier", "signer": "keeper"})
	id := r.Values["copy.1"]
	w.zzDo("keeper", "custody.label", map[string]any{"copy": id})
	w.zzDo("keeper", "custody.place", map[string]any{"copy": id, "place": "safe-1"})
	w.zzDo("office_director", "document.scope", map[string]any{"document": r.Subject, "persons": []string{"keeper", "designer"}, "level": "秘密", "issuer_limit": "无", "reason": "工作需要"})
	p := Browser(t)
	w.signIn(p, "keeper")
	w.open(p, "/c/"+id)
	zzShot(p, "measures-page")
	p.Press("F4")
	p.Choose("#hand-out-to", "designer")
	p.Fill("#hand-out-copy_no", "000001")
	p.Tick(`#hand-out input[name=measures][value="密封袋"]`)
	zzShot(p, "measures-dialog")
	p.Fill("#hand-out-first_secret", w.pin("keeper"))
	p.Fill("#hand-out-second_secret", w.pin("designer"))
	p.Opens(func() { p.Press("Ctrl+Enter") })
	zzShot(p, "measures-refused")
	p.Tick(`#measures input[value=yes]`)
	p.Fill("#measures-secret", w.pin("keeper"))
	p.Opens(func() { p.Enter("#measures button.go") })
	zzShot(p, "measures-on")
}

func TestZZLoans(t *testing.T) {
	o := demo(t)
	p := Browser(t)
	o.signIn(p, "officer")
	o.open(p, "/loans")
	zzShot(p, "loans-empty")
	var ids, labels []string
	o.read(func(tx *store.Tx) error {
		list, err := custody.Copies.Select(tx, "WHERE state = 'in_place' AND level IN ('秘密','内部','机密') ORDER BY id LIMIT 3")
		for _, c := range list {
			ids, labels = append(ids, string(c.ID)), append(labels, string(c.Label))
		}
		return err
	})
	for _, l := range labels {
		p.Fill("#desk-piece", l)
		p.Opens(func() { p.Press("Enter") })
	}
	p.Choose("#desk-to", "head_general")
	p.Opens(func() { p.Enter(`button[value=check]`) })
	zzShot(p, "loans-desk")
	p.Opens(func() { p.Enter(`button[value=sign]`) })
	zzShot(p, "loans-sign")
	o.open(p, "/c/"+ids[0])
	p.Opens(func() { o.open(p, "/c/"+ids[0]+"?x=1") })
	zzShot(p, "copy-page")
}

func TestZZHoldings(t *testing.T) {
	o := demo(t)
	p := Browser(t)
	var holder string
	o.read(func(tx *store.Tx) error {
		list, err := custody.Copies.Select(tx, "WHERE state = 'held' ORDER BY since LIMIT 1")
		for _, c := range list {
			holder = string(c.Holder)
		}
		return err
	})
	o.signIn(p, holder)
	o.open(p, "/holdings")
	zzShot(p, "holdings")
	o.open(p, "/approvals")
	zzShot(p, "approvals-leader")
	q := p.Another()
	o.signIn(q, "office_director")
	o.open(q, "/approvals")
	zzShot(q, "approvals-director")
}
