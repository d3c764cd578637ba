package app

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"jiyao/internal/term"
)

// spoilt is a label whose check character was damaged.
func spoilt(label string) string {
	last := "0"
	if strings.HasSuffix(label, last) {
		last = "1"
	}
	return label[:len(label)-1] + last
}

// elsewhere is a whole label of another office.
var elsewhere = string(term.MakeLabelCode("机收", 2099, 9999, 1))

// What is scanned wrong is answered at each box that takes a label, in words that say what it is, and nothing moves: no label
// at all, one with a damaged check character, one of another office.
func TestAWrongLabelMovesNothing(t *testing.T) {
	onEach(t, func(o *counterOffice) {
		it := o.takenIn(2)
		list := o.goes("officer", "/destroy", "medium", "paper")
		back := o.goes("officer", "/archive", "kind", "return", "issuer", "某厅")
		o.at("officer")
		for _, box := range []struct {
			name, path, field string
			more              []string
		}{
			{"销毁清册", list + "/add", "code", []string{"reason", "无保存价值"}},
			{"清退清单", back + "/add", "code", []string{"reason", "发文机关要求"}},
			{"清点", list + "/count", "others", nil},
			{"借阅台", "/loans", "piece", []string{"do", "add"}},
			{"入柜", "/places/cabinet-1/scan", "code", nil},
		} {
			for _, label := range []struct{ text, says string }{{"690123456", "没有"}, {spoilt(it.labels[0]), "校验位不对"}, {elsewhere, "本单位没有登记"}} {
				o.bad(box.name+" "+label.text, "officer", box.path, append(slices.Clone(box.more), box.field, label.text), http.StatusUnprocessableEntity, label.says)
			}
		}
	})
}

// Whoever stands at the page of one copy with another in his hand does not take it back: another copy of the same document, one
// that is with nobody, one that is with somebody else. The right one comes back afterwards.
func TestTheWrongPieceIsNotTakenBack(t *testing.T) {
	onEach(t, func(o *counterOffice) {
		it, other := o.takenIn(3), o.takenIn(1)
		o.lent(it, 0, "leader_a")
		o.lent(it, 1, "leader_b")
		page := func(n int) string { return "/c/" + it.copies[n] + "/take-back" }
		counted := []string{"copies_back", "1", "pages_back", "12", "attachments_back", "2", "checked", "yes", "cabinet", "cabinet-1"}
		with := func(giver string, more ...string) []string {
			return slices.Concat(counted, o.pin("first", "officer"), o.pin("second", giver), more)
		}
		for name, read := range map[string]string{
			"another copy of the document": it.nos[1], "its label": it.labels[1], "the label of another document": other.labels[0], "a damaged label": spoilt(it.labels[0]), "another office's": elsewhere,
		} {
			o.bad(name, "officer", page(0), with("leader_a", "copy_no", read), http.StatusUnprocessableEntity, "与登记的不一致")
		}
		o.bad("who signs does not hold it", "officer", page(0), with("leader_b", "copy_no", it.nos[0]), http.StatusUnprocessableEntity, "")
		o.bad("on no loan", "officer", page(2), with("leader_a", "copy_no", it.nos[2]), http.StatusUnprocessableEntity, "没有借出、送出，不用收回")

		back := func(n int, no string) map[string]any {
			return map[string]any{"copy": it.copies[n], "copies_back": 1, "pages_back": 12, "attachments_back": 2, "checked": true, "cabinet": "cabinet-1", "copy_no": no}
		}
		o.badAPI("another copy of the document", "custody.take_back", back(0, it.nos[1]), []string{"giver", "leader_a", "receiver", "officer"}, http.StatusUnprocessableEntity, "copy_no", "differs")
		o.badAPI("lent to another", "custody.take_back", back(0, it.nos[0]), []string{"giver", "leader_b", "receiver", "officer"}, http.StatusForbidden, "")
		o.badAPI("on no loan", "custody.take_back", back(2, it.nos[2]), []string{"giver", "leader_a", "receiver", "officer"}, http.StatusUnprocessableEntity, "not_out")
		o.goes("officer", page(0), with("leader_a", "copy_no", it.labels[0])...)
	})
}
