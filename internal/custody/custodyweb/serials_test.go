package custodyweb_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"jiyao/internal/act"
	"jiyao/internal/act/acttest"
	"jiyao/internal/custody"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

// disk is a line of the register for a carrier that is no paper.
func disk(w *countertest.World, no, medium, serial string) map[string]any {
	w.T.Helper()
	accepted := w.Do("officer", "document.accept", map[string]any{"channel": "courier", "courier": "机要交通员", "courier_signature": "paper",
		"envelopes": []map[string]any{{"envelope_no": no, "issuer": "某厅", "urgency": "一般", "listed": 1, "counted": 1, "seal_intact": true}}})
	return map[string]any{"envelope": accepted.Values["envelope."+no], "received_at": w.Clock.Now(), "issuer": "某厅", "doc_no": "某厅发〔2026〕" + no + "号", "level": term.Open, "title": "某事",
		"urgency": "一般", "copies": 1, "pages": 1, "attachments": 0, "medium": medium, "content_kinds": []string{"data"}, "channel": "courier", "signer": "officer", "serial_no": serial, "custodian": "officer",
		"form": map[string]string{"magnetic": "hard_disk"}[medium]}
}

// A serial number stands for one living thing: whatever brings a second into the books is answered at the field, and not told of
// the first. It comes again when its bearer has ended; on paper it is no such number.
func TestASerialNumberIsOfOneLivingPiece(t *testing.T) {
	each(t, func(w *countertest.World) {
		first := w.Do("officer", "document.register", disk(w, "1", "magnetic", "wd-1"))
		source := w.Registered("2", term.Open, "某事二", 1).Copies[0]
		device := w.Do("officer", "device.register", map[string]any{"name": "FY-01", "kind": "copier", "place": "room-203", "custodian": "officer"}).Subject
		made := func(serial string, more map[string]any) map[string]any {
			out := map[string]any{"device": device, "purpose": "办案", "medium": "optical", "content_kinds": []string{"data"}, "serial_no": serial}
			for k, v := range more {
				out[k] = v
			}
			return out
		}
		both := []string{"officer", "officer", "office_director", "office_director"}
		line := func(serial string) map[string]any {
			return map[string]any{"book": "carriers", "list": strings.Repeat("0", 64), "line": 2, "number": "旧-1", "received_on": "2019-03-01", "title": "某盘", "level": term.Open, "copies": 1,
				"medium": "optical", "content_kinds": []string{"data"}, "serial_no": serial}
		}
		n := 10
		ways := map[string]func(serial string) error{
			"document.register": func(serial string) error {
				n++
				_, err := w.Try("officer", "document.register", disk(w, fmt.Sprint(n), "optical", serial))
				return err
			},
			"custody.duplicate": func(serial string) error {
				n++
				_, err := w.Try("officer", "custody.duplicate", made(serial, map[string]any{"source_copy": source, "copies": 1, "copy_numbers": []string{fmt.Sprint(n)}, "stamp": "none", "issuer_rule": "silent"}))
				return err
			},
			"custody.excerpt": func(serial string) error {
				_, err := w.Try("officer", "custody.excerpt", made(serial, map[string]any{"source_copy": source, "passages": "第一页", "copies": 1, "issuer_rule": "silent"}))
				return err
			},
			"custody.record": func(serial string) error {
				_, err := w.Try("officer", "custody.record", made(serial, map[string]any{"source_copy": source, "recording_kind": "audio", "issuer_rule": "silent"}))
				return err
			},
			"custody.compile": func(serial string) error {
				_, err := w.Try("officer", "custody.compile", made(serial, map[string]any{"sources": []map[string]any{{"copy": source, "issuer_rule": "allows"}}, "title": "某汇编", "copies": 1}))
				return err
			},
			"custody.import": func(serial string) error {
				_, err := w.Try("officer", "custody.import", line(serial), both...)
				return err
			},
		}
		page := c(source) + "/copying"
		want(w, w.Post("officer", page, "way", "duplicate", "copies", "1", "copy_numbers", "F9", "stamp", "none", "device", device, "purpose", "办案", "medium", "optical", "content_kinds", "data",
			"serial_no", "WD-1", "issuer_rule", "silent", "do", "make", "own_how", "pin", "own_secret", countertest.Right), 422, []string{"这个序列号已在使用", `value="WD-1"`}, "某事</", first.Subject)
		w.Do("officer", "document.register", disk(w, "3", "paper", "wd-1"))
		for name, try := range ways {
			number := "hd-" + strings.TrimPrefix(strings.TrimPrefix(name, "custody."), "document.")
			n++
			bearer := w.Do("officer", "document.register", disk(w, fmt.Sprint(n), "magnetic", number))
			for _, serial := range []string{number, " " + strings.ToUpper(number) + " ", strings.ReplaceAll(number, "hd-", "ＨＤ－")} {
				if got := acttest.Answer(try(serial)); got != "serial_no serial_in_use" {
					t.Errorf("%s %q: %s", name, serial, got)
				}
			}
			w.Do("officer", "document.void", map[string]any{"document": bearer.Subject, "reason": "登记错误"})
			if err := try(number); err != nil {
				t.Errorf("%s after the first has ended: %v", name, err)
			}
		}
	})
}

// living looks at the pieces that bear the number and live.
func living(w *countertest.World, fn func(custody.Copy)) (n int) {
	w.T.Helper()
	var list []custody.Copy
	if err := w.DB.Read(w.T.Context(), func(tx *store.Tx) (err error) {
		list, err = custody.Copies.Select(tx, "WHERE upper(serial_no) = 'WD-1' AND state <> 'ended' AND medium <> 'paper'")
		return err
	}); err != nil {
		w.T.Fatal(err)
	}
	for _, one := range list {
		fn(one)
	}
	return len(list)
}

// Many at once with one number: one of them is registered.
func TestManyRegisterOneSerialNumberAtOnce(t *testing.T) {
	each(t, func(w *countertest.World) {
		for round := range 5 {
			var crowd sync.WaitGroup
			answers, start := make([]string, 8), make(chan struct{})
			for i := range answers {
				raw, err := json.Marshal(disk(w, fmt.Sprintf("%d-%d", round, i), "magnetic", []string{"wd-1", "WD-1"}[i%2]))
				if err != nil {
					t.Fatal(err)
				}
				crowd.Go(func() {
					<-start
					_, err := w.Desk.Do(context.Background(), act.Request{
						Act: "document.register", Command: json.RawMessage(raw), By: countertest.By("officer"), Signatures: []act.Signature{{Role: "actor", Person: "officer", Strength: "pin"}},
					})
					answers[i] = acttest.Answer(err)
				})
			}
			close(start)
			crowd.Wait()
			won := 0
			for _, a := range answers {
				switch a {
				case "":
					won++
				case "serial_no serial_in_use":
				default:
					t.Fatalf("answered %q", a)
				}
			}
			if n := living(w, func(copy custody.Copy) { w.System("custody.end", custody.End{Document: copy.Document}) }); won != 1 || n != 1 {
				t.Fatalf("round %d: %d were told that it is done, %d pieces bear the number", round, won, n)
			}
		}
	})
}
