package registerweb_test

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/store/storetest"
	"jiyao/internal/term"
	"jiyao/internal/web/counter/countertest"
)

var offices = []string{"demo", "bureau", "district", "county", "school", "company"}

// Whoever a register names as its reader reaches it.
func TestWhoIsNamedAsReaderReachesIt(t *testing.T) {
	for _, office := range offices {
		w := countertest.Open(t, storetest.DSNs(t)[store.SQLite], office, mount(0))
		var law *regulation.Law
		named := map[string][]term.PersonID{}
		if err := w.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
			if law, err = w.Office.Law(tx, w.Clock.Now()); err != nil {
				return err
			}
			d, err := w.Office.People(tx, w.Clock.Now())
			for _, p := range law.Packs() {
				for i := range p.Records {
					if r := p.Records[i].Report; r != nil && slices.Contains(law.Reports(r.Source), r) {
						for _, post := range law.Readers(r) {
							named[r.Name] = append(named[r.Name], d.Holders(post)...)
						}
					}
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		for name, people := range named {
			slices.Sort(people)
			for _, id := range slices.Compact(people) {
				by := string(id)
				if strings.HasSuffix(by, "_admin") && !strings.HasPrefix(by, "computer") {
					by = "role:" + by
				}
				if a := w.Get(by, page(name)); a.Code != http.StatusOK {
					t.Errorf("%s: %s names %s, who gets %d", office, name, by, a.Code)
				}
			}
		}
	}
}

// A register says who may see it by the posts of the office.
func TestReadersAreTheOfficesPosts(t *testing.T) {
	w := countertest.Open(t, storetest.DSNs(t)[store.SQLite], "company", mount(0))
	w.Holds(w.Get("keeper", page("载体台账")), "可以查看：委托专人、办公室主任。", "!机要员")
	w.Holds(w.Get("keeper", "/registers"), "委托专人、办公室主任", "!机要员")
}

var anID = regexp.MustCompile(`\b[0-9A-HJKMNP-TV-Z]{12}\b`)

// No cell of any register of any model office is a raw id, on the page and in the file.
func TestNoCellIsARawID(t *testing.T) {
	for _, office := range offices {
		t.Run(office, func(t *testing.T) {
			w := countertest.Open(t, storetest.DSNs(t)[store.SQLite], office, mount(0))
			keeper := "officer"
			var item countertest.Item
			if office == "company" {
				keeper = "keeper"
				item, _ = w.Company(openTitle)
			} else {
				item = w.Registered("0001", term.Mimi, openTitle, 4)
				w.Try("office_director", "document.opine", map[string]any{"document": item.ID, "text": "请阅示", "readers": []string{"clerk_a"}})                                             //nolint:errcheck // as the law lets
				w.Try("office_director", "document.scope", map[string]any{"document": item.ID, "persons": []string{"clerk_a"}, "level": term.Mimi, "issuer_limit": "无", "reason": "工作需要"}) //nolint:errcheck // as the law lets
			}
			reproduced(w, keeper, item.Copies[0])
			seen := 0
			for _, m := range listed.FindAllStringSubmatch(w.Get(keeper, "/registers").Body, -1) {
				if m[1] == "/registers/balance" {
					continue
				}
				name, _ := url.PathUnescape(strings.TrimPrefix(m[1], "/registers/"))
				a := w.Get(keeper, m[1])
				for _, cell := range regexp.MustCompile(`(?s)<td.*?</td>`).FindAllString(a.Body, -1) {
					seen++
					if id := anID.FindString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(cell, " ")); id != "" {
						t.Errorf("%s: a cell of the page says %s", name, id)
					}
				}
				out := w.Post(keeper, m[1]+"/export")
				if out.Code == http.StatusForbidden {
					continue
				}
				book, err := excelize.OpenReader(bytes.NewReader([]byte(out.Body)))
				if err != nil {
					t.Fatal(name, err)
				}
				rows, err := book.GetRows(book.GetSheetList()[0])
				if err != nil {
					t.Fatal(err)
				}
				for _, row := range rows {
					for i, cell := range row {
						if id := anID.FindString(cell); id != "" {
							t.Errorf("%s: a cell under %s of the file says %s", name, rows[0][i], id)
						}
					}
				}
			}
			if seen < 20 {
				t.Errorf("only %d cells were looked at", seen)
			}
		})
	}
}

// reproduced makes of a piece whatever the law of the office lets be made of it, with all the leave that is to be had.
func reproduced(w *countertest.World, by string, piece term.CopyID) {
	w.T.Helper()
	for name, with := range map[string]map[string]any{
		"custody.duplicate": {"source_copy": piece, "copies": 1, "copy_numbers": []string{"F1"}, "stamp": "机要室戳", "purpose": "办案", "recipients": []string{"甲科"}, "issuer_rule": "silent"},
		"custody.excerpt":   {"source_copy": piece, "passages": "第一页", "copies": 1, "purpose": "办案", "recipients": []string{"甲科"}, "issuer_rule": "silent"},
		"custody.record":    {"source_copy": piece, "recording_kind": "audio", "medium": "magnetic", "form": "audio_tape", "purpose": "办案", "issuer_rule": "silent"},
		"custody.compile":   {"sources": []map[string]any{{"copy": piece, "issuer_rule": "allows"}}, "title": "某汇编", "copies": 1, "purpose": "办案"},
	} {
		who := term.PersonID(by)
		if _, err := w.Try(who, name, with); err == nil {
			continue
		}
		asked, err := w.Try(who, "approval.request", map[string]any{"act": name, "with": with, "reason": "工作需要"})
		if err != nil {
			w.T.Logf("%s cannot be asked for: %v", name, err)
			continue
		}
		for _, leave := range asked.Values {
			for _, boss := range []term.PersonID{"unit_head", "leader", "leader_a", "office_director", "gm", "head_a", "deputy_in_charge"} {
				if _, err := w.Try(boss, "approval.grant", map[string]any{"leave": leave, "reason": "同意"}); err == nil {
					break
				}
			}
		}
		if _, err := w.Try(who, name, with); err != nil {
			w.T.Logf("%s was not made: %v", name, err)
		}
	}
}
