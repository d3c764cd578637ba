package app

import (
	"time"

	"jiyao/internal/custody"
	"jiyao/internal/disposal"
	"jiyao/internal/document"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// list takes a list one step on, or opens one.
func (w *life) list() {
	var lists []disposal.List
	w.read(func(tx *store.Tx) (err error) {
		lists, err = disposal.Lists.Select(tx, "WHERE state = 'open' ORDER BY id LIMIT 20")
		return err
	})
	officer := w.holder("officer")
	if len(lists) < 4 {
		kind := pick(w, []string{"return", "transfer", "archive", "destruction", "destruction"})
		with := fields{"kind": kind, "reason": "清理"}
		switch kind {
		case "return":
			with["due"], with["issuer"] = w.clock.Now().AddDate(0, 0, 30).Format(time.DateOnly), "某省局"
		case "destruction":
			with["medium"] = "paper"
		case "transfer":
			with["person"], with["party"] = pick(w, w.persons), pick(w, []string{"", "某单位"})
		}
		w.try(officer, "disposal.list_open", nil, with)
		return
	}
	l := pick(w, lists)
	var lines []disposal.Line
	w.read(func(tx *store.Tx) (err error) {
		lines, err = disposal.Lines.Select(tx, "WHERE list = $1 AND state = 'listed' ORDER BY seq LIMIT 500", string(l.ID))
		return err
	})
	var ids []term.CopyID
	for _, line := range lines {
		ids = append(ids, line.Copy)
	}
	switch w.r.IntN(8) {
	case 0, 1, 2:
		w.try(officer, "disposal.list_add", nil, fields{"list": l.ID, "copy": w.fit(l), "reason": "无保存价值", "opinion": "可以", "method": pick(w, []string{"", "pulp"})})
	case 3:
		if len(ids) > 0 && w.chance(30) {
			w.try(officer, "disposal.list_strike", nil, fields{"list": l.ID, "copy": pick(w, ids), "reason": "另行处理"})
		}
	case 4:
		w.try(officer, "disposal.list_count", nil, fields{"list": l.ID, "copies": ids})
	case 5:
		w.try(w.holder("unit_head", "leader", "office_director"), "disposal.list_approve", nil, fields{"list": l.ID})
	default:
		w.finish(l, ids)
	}
}

// fit picks a piece for a list: mostly one that lies in the office, done with where the list asks for that.
func (w *life) fit(l disposal.List) term.CopyID {
	id := pick(w, w.copies)
	for range 20 {
		if w.at[id] == string(custody.InPlace) && w.goes(id, l.Kind) || w.chance(5) {
			break
		}
		id = pick(w, w.copies)
	}
	if l.Kind == disposal.Archive || l.Kind == disposal.Destruction {
		c := w.copy(id)
		w.try(w.holder("officer", "department_head"), "document.complete", nil, fields{"document": c.Document, "result": "已办理", "disposition": map[string]string{disposal.Archive: "archive", disposal.Destruction: "destroy"}[l.Kind]})
	}
	return id
}

// goes reports whether nothing is known yet of where an item goes, or that it goes the way of a list.
func (w *life) goes(id term.CopyID, kind string) bool {
	var d document.Document
	item := w.copy(id).Document
	w.read(func(tx *store.Tx) (err error) {
		d, err = document.Documents.Get(tx, item)
		return err
	})
	return kind != disposal.Destruction || d.CompletedAt.IsZero() || d.Disposition == "destroy"
}

func (w *life) copy(id term.CopyID) (c custody.Copy) {
	w.read(func(tx *store.Tx) (err error) {
		c, err = custody.Copies.Get(tx, id)
		return err
	})
	return c
}

// finish takes a list to its end, as far as the law lets it: counted, approved, and gone the way of its kind; sometimes another's.
func (w *life) finish(l disposal.List, ids []term.CopyID) {
	officer, taker, watcher, second := w.holder("officer"), w.holder("archivist", "leader", "officer"), pick(w, w.persons), pick(w, w.persons)
	for _, id := range ids { // what is still with somebody comes in first
		if c := w.copy(id); c.State == custody.Held || c.State == custody.Carried {
			w.held(c)
		}
	}
	w.try(officer, "disposal.list_count", nil, fields{"list": l.ID, "copies": ids})
	for _, post := range []string{"office_director", "leader", "unit_head"} {
		if _, ok := w.try(w.holder(post), "disposal.list_approve", nil, fields{"list": l.ID}); ok {
			break
		}
	}
	kind := l.Kind
	if w.chance(10) {
		kind = pick(w, []string{disposal.Return, disposal.Transfer, disposal.Archive, disposal.Destruction})
	}
	today := w.clock.Now().Format(time.DateOnly)
	for range 5 {
		if watcher != officer && second != officer && watcher != second || w.chance(10) {
			break
		}
		watcher, second = pick(w, w.persons), pick(w, w.persons)
	}
	switch kind {
	case disposal.Archive:
		w.try(officer, "disposal.archive_sign", map[string]term.PersonID{"actor": officer, "hander": officer, "taker": taker},
			fields{"list": l.ID, "handed_by": officer, "taken_by": taker, "date": today, "file_no": "卷1"})
		return
	case disposal.Destruction:
		with := fields{"list": l.ID, "method": pick(w, []string{"pulp", "pulp", "burn", "shred", "degauss_and_crush"}), "supervisors": []term.PersonID{watcher, second}, "works": "own_equipment", "place": "销毁间"}
		if w.chance(20) {
			delete(with, "list")
			with["copy"] = pick(w, w.copies)
		}
		w.try(officer, "disposal.destroy", map[string]term.PersonID{"actor": officer, "supervisor_1": watcher, "supervisor_2": second}, with)
	case disposal.Return:
		w.try(officer, "disposal.issuer_receipt", nil, fields{"list": l.ID, "number": "收1号", "date": today, "receiver": "某局收发"})
	}
	with := fields{"list": l.ID, "handed_by": officer, "watched_by": watcher}
	if l.Kind == disposal.Transfer && w.chance(60) {
		with["taken_by"] = taker
	} else {
		with["taker_signature"] = "paper"
	}
	w.try(officer, "disposal.list_close", map[string]term.PersonID{"actor": officer, "hander": officer, "taker": taker, "supervisor_1": watcher}, with)
}
