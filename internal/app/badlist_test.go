package app

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
)

// listKinds are the kinds of lists with the form that opens each.
var listKinds = map[string][]string{
	"return": {"/archive", "kind", "return", "issuer", "某厅"}, "transfer": {"/archive", "kind", "transfer", "reason", "机构变动"},
	"archive": {"/archive", "kind", "archive"}, "destruction": {"/destroy", "medium", "paper"},
}

// A piece stands on one list: on every other, of the same kind or another, it is answered with the number of the first, and a
// list that is made of several pieces takes each of them once.
func TestAPieceStandsOnOneList(t *testing.T) {
	onEach(t, func(o *counterOffice) {
		opened := func(kind string) string { f := listKinds[kind]; return o.goes("officer", f[0], f[1:]...) }
		to := map[string]string{}
		for kind := range listKinds {
			to[kind] = opened(kind)
		}
		twin := opened("return")
		for first, number := range map[string]string{"return": "清退〔2026〕1号", "transfer": "移交〔2026〕1号", "archive": "归档〔2026〕1号", "destruction": "销毁〔2026〕1号"} {
			it := o.takenIn(1)
			if first == "archive" || first == "destruction" {
				o.do("officer", "document.complete", map[string]any{"document": it.id, "result": "已办", "disposition": map[string]string{"archive": "archive", "destruction": "destroy"}[first]})
			}
			o.goes("officer", to[first]+"/add", "code", it.labels[0], "reason", "清理")
			for second, page := range to {
				o.bad(first+" then "+second, "officer", page+"/add", []string{"code", it.labels[0], "reason", "清理"}, http.StatusUnprocessableEntity, "已在 "+number+" 上")
			}
			o.bad(first+" then another return", "officer", twin+"/add", []string{"code", it.labels[0], "reason", "清理"}, http.StatusUnprocessableEntity, "已在 "+number+" 上")
			o.badAPI(first+" then another return", "disposal.list_add", map[string]any{"list": twin[len("/archive/"):], "copy": it.copies[0], "title": it.title, "doc_no": it.docNo, "level": "秘密", "copy_no": it.nos[0], "pages": 12, "copies": 1, "medium": "paper", "reason": "清理"}, nil, http.StatusUnprocessableEntity, "listed_already", number)
			o.bad(first+": counted twice", "officer", to[first]+"/count", []string{"copies", it.copies[0], "copies", it.copies[0]}, http.StatusUnprocessableEntity, "重复")
			o.bad(first+": scanned beside its tick", "officer", to[first]+"/count", []string{"copies", it.copies[0], "others", it.labels[0]}, http.StatusUnprocessableEntity, "重复")
		}
		// A copy that stands on a list of another kind is not destroyed beside it.
		it := o.takenIn(1)
		o.goes("officer", twin+"/add", "code", it.labels[0], "reason", "清理")
		o.badAPI("destroyed beside its list", "disposal.destroy", map[string]any{"copy": it.copies[0], "method": "pulp", "place": "销毁间", "works": "own_equipment", "supervisors": []string{"officer2", "leader_a"}},
			[]string{"actor", "officer", "supervisor_1", "officer2", "supervisor_2", "leader_a"}, http.StatusForbidden, "")
	})
}

// The same piece in two counts, or scanned twice in one, is counted once in each, and whatever is scanned, nothing moves.
func TestAPieceIsCountedOnce(t *testing.T) {
	onEach(t, func(o *counterOffice) {
		it := o.takenIn(1)
		o.lent(it, 0, "leader_a")
		here := o.takenIn(1)
		count := o.goes("officer", "/inventory", "scope", "full")
		scan := func(label string) (int, string) { return o.send("officer", count+"/scan", "code", label) }
		for _, c := range []struct{ text, says string }{{"690123456", "没有"}, {spoilt(here.labels[0]), "校验位不对"}} {
			o.bad("count "+c.text, "officer", count+"/scan", []string{"code", c.text}, http.StatusUnprocessableEntity, c.says)
		}
		pieces := o.pieces()
		for _, c := range []struct{ label, says string }{
			{elsewhere, "没有登记这个标签"}, {elsewhere, "已扫过"}, {here.labels[0], "在位，相符"}, {here.labels[0], "已扫过"}, {it.labels[0], "郑副局长"},
		} {
			status, body := scan(c.label)
			o.unmoved("scan of "+c.label, pieces, status, plainText(body), c.says)
		}
		if status, body := o.send("officer", "/inventory", "scope", "full"); status == http.StatusSeeOther {
			t.Logf("a second full count beside the first: %.60s", body)
		}
	})
}

// What is on a list is approved as it stands: a list that was changed afterwards wants a new leave before anything on it goes,
// and nobody approves a list that was changed since he saw it.
func TestAListChangedAfterApprovalDoesNotGo(t *testing.T) {
	onEach(t, func(o *counterOffice) {
		it := o.takenIn(3)
		o.do("officer", "document.complete", map[string]any{"document": it.id, "result": "已办", "disposition": "destroy"})
		o.nextYear()
		number := func(n int) string { return fmt.Sprintf("销毁〔2027〕%d号", n) }
		destroy := func(no string) []string {
			return slices.Concat([]string{"method", "pulp", "place", "销毁间", "at", "2027-01-05", "works", "own_equipment", "typed", no, "supervisor_1_person", "officer2", "supervisor_2_person", "leader_a"},
				o.pin("first", "officer"), o.pin("supervisor_1", "officer2"), o.pin("supervisor_2", "leader_a"))
		}
		page := o.goes("officer", "/destroy", "medium", "paper")
		id := page[len("/destroy/"):]
		add := func(n int) {
			o.goes("officer", page+"/add", "code", it.labels[n], "reason", "无保存价值", "opinion", "可以销毁")
		}
		add(0)
		o.goes("officer", page+"/count", "copies", it.copies[0])
		rev := o.rev("disposal_list", id)
		add(1)
		o.goes("officer", page+"/count", "copies", it.copies[0], "copies", it.copies[1])
		o.bad("approved as it was", "office_director", page+"/approve", append(o.pin("own", "office_director"), "_rev", rev), http.StatusConflict, "别人先改过了")
		o.approved(page, id)
		add(2)
		o.bad("destroyed with one more", "officer", page+"/destroy", destroy(number(1)), http.StatusForbidden, "批准")
		o.badAPI("destroyed with one more", "disposal.destroy", map[string]any{"list": id, "method": "pulp", "place": "销毁间", "works": "own_equipment", "supervisors": []string{"officer2", "leader_a"}},
			[]string{"actor", "officer", "supervisor_1", "officer2", "supervisor_2", "leader_a"}, http.StatusForbidden, "violations")
		o.goes("officer", page+"/strike", "copy", it.copies[2], "reason", "另行处理")
		o.bad("destroyed with one less", "officer", page+"/destroy", destroy(number(1)), http.StatusForbidden, "批准")
		o.goes("officer", page+"/count", "copies", it.copies[0], "copies", it.copies[1])
		o.approved(page, id)
		o.goes("officer", page+"/destroy", destroy(number(1))...)
	})
}

// approved takes a list through the leaves it needs: of the unit head, and the director's own act.
func (o *counterOffice) approved(page, id string) {
	o.t.Helper()
	r := o.do("office_director", "approval.request", map[string]any{"act": "disposal.list_approve", "reason": "清册待批", "with": map[string]any{"list": id}})
	for _, leave := range r.Values {
		o.do("unit_head", "approval.grant", map[string]any{"leave": leave})
	}
	o.goes("office_director", page+"/approve", append(o.pin("own", "office_director"), "_rev", o.rev("disposal_list", id))...)
}

// Two supervise a destruction, each another than who asked for it and than the other.
func TestTheApplicantDoesNotSupervise(t *testing.T) {
	onEach(t, func(o *counterOffice) {
		it := o.takenIn(1)
		o.do("officer", "document.complete", map[string]any{"document": it.id, "result": "已办", "disposition": "destroy"})
		o.nextYear()
		page := o.goes("officer2", "/destroy", "medium", "paper") // the applicant
		id := page[len("/destroy/"):]
		o.goes("officer2", page+"/add", "code", it.labels[0], "reason", "无保存价值", "opinion", "可以销毁")
		o.goes("officer2", page+"/count", "copies", it.copies[0])
		o.approved(page, id)
		for name, c := range map[string]struct {
			first, second string
			status        int // of the page; the law answers the API
			says          string
		}{
			"the applicant":        {"officer2", "leader_a", http.StatusForbidden, "监销"},
			"the applicant second": {"leader_a", "officer2", http.StatusForbidden, "监销"},
			"the same twice":       {"leader_a", "leader_a", http.StatusUnprocessableEntity, "监销人 2：不能是同一人"},
		} {
			form := slices.Concat([]string{"method", "pulp", "place", "销毁间", "at", "2027-01-05", "works", "own_equipment", "typed", "销毁〔2027〕1号", "supervisor_1_person", c.first, "supervisor_2_person", c.second},
				o.pin("first", "officer"), o.pin("supervisor_1", c.first), o.pin("supervisor_2", c.second))
			o.bad(name, "officer", page+"/destroy", form, c.status, c.says)
			o.badAPI(name, "disposal.destroy", map[string]any{"list": id, "method": "pulp", "place": "销毁间", "works": "own_equipment", "supervisors": []string{c.first, c.second}},
				[]string{"actor", "officer", "supervisor_1", c.first, "supervisor_2", c.second}, http.StatusForbidden, "")
		}
		// Named is one thing, signed another: who stands in the form must be who signs.
		form := slices.Concat([]string{"method", "pulp", "place", "销毁间", "at", "2027-01-05", "works", "own_equipment", "typed", "销毁〔2027〕1号", "supervisor_1_person", "leader_a", "supervisor_2_person", "leader_b"},
			o.pin("first", "officer"), o.pin("supervisor_1", "leader_a"), o.pin("supervisor_2", "officer2"))
		o.bad("signed by another", "officer", page+"/destroy", form, http.StatusUnprocessableEntity, "")
		o.goes("officer", page+"/destroy", slices.Concat([]string{"method", "pulp", "place", "销毁间", "at", "2027-01-05", "works", "own_equipment", "typed", "销毁〔2027〕1号", "supervisor_1_person", "leader_a", "supervisor_2_person", "leader_b"},
			o.pin("first", "officer"), o.pin("supervisor_1", "leader_a"), o.pin("supervisor_2", "leader_b"))...) // two others may
	})
}
