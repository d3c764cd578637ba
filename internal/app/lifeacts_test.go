package app

import (
	"fmt"
	"time"

	"jiyao/internal/custody"
	"jiyao/internal/meeting"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

type fields = map[string]any

// step is one thing somebody sets about: mostly what makes sense for a piece as it stands.
func (w *life) step() {
	w.turn()
	if len(w.copies) < 8 || w.chance(6) && len(w.copies) < 700 {
		w.birth()
		return
	}
	if w.chance(15) {
		w.list()
		return
	}
	if w.chance(1) {
		w.count()
		return
	}
	c := w.copy(pick(w, w.copies))
	state := c.State
	if w.chance(10) { // what makes no sense
		state = pick(w, []custody.State{custody.Received, custody.InPlace, custody.Held, custody.Carried, custody.Transit, custody.Away, custody.Supplied, custody.Missing})
	}
	switch state {
	case custody.Received:
		w.settle(c)
	case custody.InPlace, custody.Ended:
		w.resting(c)
	case custody.Held:
		w.held(c)
	case custody.Carried:
		w.try(w.holder("officer"), "custody.bring_back", w.both(c.Holder, ""), fields{"copy": c.ID, "cabinet": pick(w, w.cabinets), "checked": true})
	case custody.Transit, custody.Away:
		w.underway(c)
	case custody.Supplied:
		w.outside(c)
	case custody.Missing:
		w.found(c)
	}
}

// both are the signatures of giver and receiver; who does not say takes the officer.
func (w *life) both(giver, receiver term.PersonID) map[string]term.PersonID {
	officer := w.holder("officer")
	if giver == "" {
		giver = officer
	}
	if receiver == "" {
		receiver = officer
	}
	return map[string]term.PersonID{"actor": officer, "giver": giver, "receiver": receiver}
}

// as does an act as the officer, or as him who signs for it.
func (w *life) as(name string, signs map[string]term.PersonID, with fields) bool {
	by := signs["actor"]
	if by == "" {
		by = w.holder("officer")
	}
	_, ok := w.try(by, name, signs, with)
	return ok
}

// birth registers something that came in, or sends something of the office's own through its draft to print.
func (w *life) birth() {
	if w.chance(25) {
		w.own()
		return
	}
	w.no++
	officer, n := w.holder("officer"), fmt.Sprintf("E-%d", w.no)
	copies := 1 + w.r.IntN(4)
	r, ok := w.try(officer, "document.accept", nil, fields{"channel": "courier", "courier": "机要交通员", "courier_signature": "paper", "envelopes": []fields{
		{"envelope_no": n, "issuer": "某省局", "listed": copies, "counted": copies, "seal_intact": true}}})
	if !ok {
		return
	}
	year := w.clock.Now().Year()
	line := fields{
		"envelope": r.Values["envelope."+n], "issuer": "某省局", "doc_no": fmt.Sprintf("某局发〔%d〕%d号", year, w.no), "copies": copies, "pages": 12, "attachments": 0, "channel": "courier",
		"received_at": w.clock.Now(), "signer": officer, "title": "某事项的安排", "level": "内部", "urgency": "一般", "return_required": "no", "content_kinds": []string{"text"}, "medium": pick(w, []string{"paper", "paper", "paper", "optical", "magnetic"}),
	}
	if w.chance(30) {
		line["level"], line["period"], line["issued_on"], line["mark_text"] = "秘密", "5年", w.clock.Now().Format(time.DateOnly), "秘密★5年"
	}
	if w.chance(25) {
		line["return_required"], line["return_by"] = "yes", w.clock.Now().AddDate(0, 0, 5+w.r.IntN(60)).Format(time.DateOnly)
	}
	if w.chance(70) {
		var numbers []string
		for n := range copies {
			numbers = append(numbers, fmt.Sprintf("%06d", n+1))
		}
		line["copy_nos"] = numbers
	}
	if line["medium"] != "paper" {
		line["serial_no"] = fmt.Sprintf("SN-%d", w.no)
	}
	made, ok := w.try(officer, "document.register", nil, line)
	if !ok {
		return
	}
	w.prepare(officer, made.Values, copies)
}

// prepare labels and puts away what was born, and lets people know of it.
func (w *life) prepare(officer term.PersonID, values map[string]string, copies int) {
	for n := 1; n <= copies; n++ {
		id := values[fmt.Sprintf("copy.%d", n)]
		w.try(officer, "custody.label", nil, fields{"copy": id})
		if w.chance(80) {
			w.try(officer, "custody.place", nil, fields{"copy": id, "place": pick(w, w.cabinets)})
		}
	}
	doc, director := values["document"], w.holder("office_director", "unit_head")
	readers := []term.PersonID{pick(w, w.persons), pick(w, w.persons)}
	w.try(officer, "document.slip", nil, fields{"document": doc})
	w.try(director, "document.opine", nil, fields{"document": doc, "text": "请阅", "readers": readers})
	w.try(director, "document.scope", nil, fields{"document": doc, "persons": append(readers, officer), "reason": "工作需要", "level": ""})
	if w.chance(50) {
		w.try(officer, "circulation.open", nil, fields{"document": doc, "readers": readers})
	}
}

func (w *life) own() {
	drafter := w.holder("department_head", "authority", "leader")
	r, ok := w.try(drafter, "document.draft", nil, fields{"title": "某事项的通知", "level": "内部", "urgency": "一般", "document_kind": "通知", "main_to": "各科"})
	if !ok {
		return
	}
	doc, officer, copies := r.Values["document"], w.holder("officer"), 2+w.r.IntN(3)
	if doc == "" {
		doc = r.Subject
	}
	w.try(w.holder("department_head"), "document.review", nil, fields{"document": doc, "result": "pass"})
	w.try(w.holder("leader", "unit_head"), "document.sign_off", nil, fields{"document": doc})
	if w.rule == "" {
		made, _ := w.try(w.holder("office_director"), "document.number_rule", nil, fields{"prefix": "某单位发"})
		w.rule = made.Values["rule"]
	}
	w.try(officer, "document.number", nil, fields{"document": doc, "rule": w.rule})
	run, ok := w.try(officer, "document.print_run", nil, fields{"document": doc, "copies": copies, "pages": 2, "numbered": "yes", "proofread_by": pick(w, w.persons), "kept": 1})
	if !ok {
		return
	}
	run.Values["document"] = doc
	w.prepare(officer, run.Values, copies)
	if w.chance(60) {
		w.try(officer, "document.despatch", nil, fields{"document": doc, "copies": []string{run.Values["copy.1"], run.Values["copy.2"]}, "channel": "courier", "recipient": "某厅", "envelope_no": fmt.Sprintf("F-%d", w.no), "seal": "完好"})
	}
}

func (w *life) settle(c custody.Copy) {
	if c.LabelledAt.IsZero() {
		w.try(w.holder("officer"), "custody.label", nil, fields{"copy": c.ID})
	}
	w.try(w.holder("officer"), "custody.place", nil, fields{"copy": c.ID, "place": pick(w, w.cabinets)})
}

// resting is what may be done with a piece that lies in its place.
func (w *life) resting(c custody.Copy) {
	to, now := pick(w, w.persons), w.clock.Now()
	back := now.Add(time.Duration(1+w.r.IntN(72)) * time.Hour)
	signs := w.both("", to)
	officer := signs["actor"]
	switch w.r.IntN(16) {
	case 0, 1:
		w.as("custody.hand_out", signs, fields{"copy": c.ID, "to": to, "copy_no": c.CopyNo, "return_by": back, "measures": []string{"sealed_bag"}})
	case 2, 3, 4:
		w.as("custody.lend", signs, fields{"copy": c.ID, "to": to, "purpose": "read", "due": back, "measures": []string{"sealed_bag"}})
	case 5:
		w.as("custody.consult", signs, fields{"copy": c.ID, "to": to, "place": pick(w, w.places), "from": now, "until": now.Add(2 * time.Hour)})
	case 6:
		w.try(officer, "custody.carry_out", nil, fields{"copy": c.ID, "carriers": []term.PersonID{officer, to}, "purpose": "deliver", "destination": pick(w, []string{"outside", "outside", "abroad"}),
			"route": "本局至省局", "measures": []string{"sealed_bag"}, "return_by": back})
	case 7:
		w.try(officer, "custody.send", map[string]term.PersonID{"actor": officer, "giver": officer}, fields{"copy": c.ID, "channel": "courier", "destination": "outside", "recipient": pick(w, []string{"某省局", "某省局", "某厅"}), "envelope_no": fmt.Sprintf("S-%d", w.no), "seal": "完好"})
	case 8:
		w.try(w.holder("officer"), "custody.duplicate", nil, fields{"source_copy": c.ID, "copies": 1 + w.r.IntN(2), "copy_numbers": []string{fmt.Sprintf("F%d", w.no), fmt.Sprintf("G%d", w.no)}[:1], "purpose": "办案", "recipients": []string{"甲科"}, "stamp": "机要室"})
	case 9:
		w.try(w.holder("officer"), "custody.excerpt", nil, fields{"source_copy": c.ID, "purpose": "办案"})
		w.try(w.holder("officer"), "custody.record", nil, fields{"source_copy": c.ID, "purpose": "办案", "medium": pick(w, []string{"tape", "optical"})})
	case 10:
		w.try(w.holder("officer"), "custody.compile", nil, fields{"sources": []fields{{"copy": c.ID}, {"copy": pick(w, w.copies)}}, "title": "汇编", "purpose": "存档", "copies": 1 + w.r.IntN(2)})
	case 11:
		if w.chance(25) {
			w.try(pick(w, w.persons), "custody.report_missing", nil, fields{"copy": c.ID})
		}
	case 12:
		if w.chance(10) {
			w.try(officer, "document.void", nil, fields{"document": c.Document, "reason": "登错"})
		}
	case 13:
		w.try(w.holder("officer", "department_head"), "document.complete", nil, fields{"document": c.Document, "result": "已办理", "disposition": pick(w, []string{"archive", "destroy"})})
	case 14:
		w.try(officer, "custody.place", nil, fields{"copy": c.ID, "place": pick(w, w.places), "reason": "换柜"})
	case 15:
		w.give(w.holder("officer", "keeper"), c)
	}
}

// give gives a piece outside, and sometimes another with it: until a day, or for good.
func (w *life) give(by term.PersonID, c custody.Copy) {
	with := fields{"items": []term.CopyID{c.ID}, "recipient": "某公司", "recipient_person": "金采购", "purpose": "洽谈", "basis": "合作协议", "agreement_no": "保密7", "recipient_signature": "paper"}
	if w.chance(10) {
		with["items"] = []term.CopyID{c.ID, pick(w, w.copies)}
	}
	if w.chance(80) {
		with["return_by"] = w.clock.Now().AddDate(0, 0, 1+w.r.IntN(30)).Format(time.DateOnly)
	}
	w.try(by, "meeting.disclose", nil, with)
}

// outside is what may be done with a piece that was given outside.
func (w *life) outside(c custody.Copy) {
	if w.chance(15) {
		w.try(pick(w, w.persons), "custody.report_missing", nil, fields{"copy": c.ID})
		return
	}
	if w.chance(10) { // as if it were here
		w.resting(c)
		return
	}
	line := ""
	w.read(func(tx *store.Tx) error {
		open, ok, err := meeting.Supplies.One(tx, "WHERE copy = $1 AND taken_back_at IS NULL", string(c.ID))
		if ok {
			line = open.ID
		}
		return err
	})
	w.try(w.holder("officer", "keeper"), "meeting.take_back_disclosed", nil, fields{"line": line, "checked": w.chance(90), "result": pick(w, []string{"", "", "缺页"})})
}

// held is what may be done with a piece that somebody has.
func (w *life) held(c custody.Copy) {
	signs := w.both(c.Holder, "")
	check := fields{"copy": c.ID, "cabinet": pick(w, w.cabinets), "copies_back": 1, "pages_back": c.Pages, "attachments_back": c.Attachments, "checked": true}
	if w.chance(5) {
		check["copies_back"] = 0
	}
	switch w.r.IntN(11) {
	case 0, 1, 2, 3:
		for _, k := range []string{"pages_result", "attachments_result", "marks_result"} {
			check[k] = "whole"
		}
		w.as("custody.return", signs, check)
	case 4, 5, 6:
		w.as("custody.take_back", signs, check)
	case 7:
		w.try(w.holder("officer"), "custody.recall_loan", nil, fields{"copy": c.ID})
	case 8:
		if w.chance(50) {
			w.try(c.Holder, "custody.carry_out", nil, fields{"copy": c.ID, "carriers": []term.PersonID{c.Holder}, "purpose": "deliver", "destination": "outside", "route": "本局至省局", "measures": []string{"sealed_bag"}, "return_by": w.clock.Now().Add(24 * time.Hour)})
			return
		}
		w.try(c.Holder, "custody.pass_on", w.both(c.Holder, pick(w, w.persons)), fields{"copy": c.ID, "to": pick(w, w.persons)})
	case 9:
		if w.chance(20) {
			w.try(pick(w, w.persons), "custody.report_missing", nil, fields{"copy": c.ID})
		}
	case 10:
		w.give(pick(w, []term.PersonID{c.Holder, c.Holder, w.holder("officer", "keeper")}), c)
	}
}

func (w *life) underway(c custody.Copy) {
	if c.State == custody.Transit && w.chance(60) {
		w.try(w.holder("officer"), "custody.acknowledge", nil, fields{"copy": c.ID, "received_at": w.clock.Now(), "receipt_no": fmt.Sprintf("H-%d", w.no)})
		return
	}
	w.as("custody.take_back", w.both("", ""), fields{"copy": c.ID, "cabinet": pick(w, w.cabinets), "copies_back": 1, "pages_back": c.Pages, "attachments_back": c.Attachments, "checked": true, "courier_signature": "paper"})
}

func (w *life) found(c custody.Copy) {
	with := fields{"copy": c.ID, "state": "not_opened"}
	if w.chance(50) {
		with["place"] = pick(w, w.cabinets)
	} else {
		with["place_kind"] = "desk"
	}
	w.try(pick(w, w.persons), "custody.report_found", nil, with)
}

// count takes stock of a cabinet, or of everything: whatever lies there is scanned, now and then something is not there.
func (w *life) count() {
	officer, second := w.holder("officer"), pick(w, w.persons)
	with := fields{"kind": "part", "places": []term.PlaceID{pick(w, w.cabinets)}}
	if w.chance(10) {
		with = fields{"kind": "full"}
	}
	if w.chance(70) { // one that was never closed is in its way
		with["again"] = true
	}
	r, ok := w.try(officer, "custody.count_open", nil, with)
	if !ok {
		return
	}
	id := r.Values["count"]
	var there []custody.Copy
	w.read(func(tx *store.Tx) (err error) {
		there, err = custody.Copies.Select(tx, "WHERE state IN ('in_place', 'held', 'received') ORDER BY id LIMIT 2000")
		return err
	})
	for _, c := range there {
		if places, part := with["places"].([]term.PlaceID); part && c.Place != places[0] {
			continue
		}
		scan := fields{"count": id, "label": c.Label}
		if w.chance(2) {
			scan = fields{"count": id, "copy": c.ID, "result": "missing"}
		}
		if w.chance(4) {
			scan = fields{"count": id, "label": term.MakeLabelCode("机收", 2099, 9999, 1)} // another office's
		}
		if _, ok := w.try(officer, "custody.count_scan", nil, scan); !ok {
			break
		}
	}
	w.try(officer, "custody.count_close", map[string]term.PersonID{"actor": officer, custody.Checker: second}, fields{"count": id, "counted_by": officer, "checked_by": second})
}
