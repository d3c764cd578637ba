// Package appregisters reads the lines of registers for their pages. It stands in app because the lines belong to
// several nouns, which never import each other.
//
// It decides nothing. What a viewer may know is the condition of the noun's own query; a line about an item that he
// may not know does not come back, except in the register of tries, which says what was asked for whether or not
// there is such a thing.
package appregisters

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/approval"
	"jiyao/internal/calendar"
	"jiyao/internal/circulation"
	"jiyao/internal/custody"
	"jiyao/internal/device"
	"jiyao/internal/document"
	"jiyao/internal/people"
	"jiyao/internal/procedure"
	"jiyao/internal/refuse"
	"jiyao/internal/registerweb"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/counter"
)

// Books implements registerweb.Books over the nouns.
type Books struct{ Office *people.Office }

var _ registerweb.Books = Books{}

// sheets is the source whose pieces are circulations of several lines each.
const (
	sheets = "circulation_board"
	tries  = "refused"
)

// own are the sources whose lines are the line of the item itself: what is struck out of it is struck out here.
var own = map[string]bool{"incoming": true, "slips": true, "handling": true}

// Lines gives the lines of a source in a window.
func (b Books) Lines(tx *store.Tx, v counter.Viewer, source string, w store.Window) ([]registerweb.Line, store.Place, error) {
	most := w.Limit
	if most <= 0 || most >= document.MaxRegister {
		most = document.MaxRegister - 1
	}
	w.Limit = most + 1 // one more tells whether it goes on
	rows, err := b.source(tx, v, source, w)
	if err != nil {
		return nil, store.Place{}, err
	}
	rows, next, err := piece(rows, most)
	if err != nil {
		return nil, next, err
	}
	lines, err := b.dressed(tx, v, source, rows)
	return lines, next, err
}

// Balance implements registerweb.Books.
func (b Books) Balance(tx *store.Tx, v counter.Viewer, at time.Time) (registerweb.Balance, error) {
	sees := act.Viewer{Person: v.Actor.Person, Sight: v.Sight}
	got, err := procedure.BalanceAt(tx, sees.Visible, at)
	if err != nil {
		return registerweb.Balance{}, err
	}
	tallies := func(list []procedure.Tally) []registerweb.Tally {
		out := make([]registerweb.Tally, len(list))
		for i, t := range list {
			out[i] = registerweb.Tally(t)
		}
		return out
	}
	return registerweb.Balance{Issued: registerweb.Tally(got.Issued), Where: tallies(got.Where), Lines: tallies(got.Lines), Holds: got.Holds()}, nil
}

// Approval implements registerweb.Books.
func (b Books) Approval(tx *store.Tx, v counter.Viewer, id term.LeaveID) (string, registerweb.Line, error) {
	l, err := approval.Leaves.Get(tx, id)
	if err == nil && l.Request != "" && l.Request != string(l.ID) {
		l, err = approval.Leaves.Get(tx, term.LeaveID(l.Request))
	}
	if err != nil {
		return "", registerweb.Line{}, err
	}
	source := procedure.FormOf(l.Act)
	known, err := document.Known(tx, act.Viewer{Person: v.Actor.Person, Sight: v.Sight}, []term.DocumentID{l.Document})
	if err != nil {
		return "", registerweb.Line{}, err
	}
	if source == "" || l.Approval == "" || !known[l.Document] {
		return "", registerweb.Line{}, refuse.ErrNotFound
	}
	row, err := procedure.Book{Now: v.Now, People: v.People, Masked: true}.LeaveLine(tx, l)
	if err != nil {
		return "", registerweb.Line{}, err
	}
	lines, err := b.dressed(tx, v, source, []map[string]string{store.Stand(row, l.AskedAt, string(l.ID))})
	if err != nil {
		return "", registerweb.Line{}, err
	}
	return source, lines[0], nil
}

// source asks the noun that has it.
func (b Books) source(tx *store.Tx, v counter.Viewer, name string, w store.Window) ([]map[string]string, error) {
	if name == sheets {
		return circulation.Sheets(tx, procedure.Board{}, act.Viewer{Person: v.Actor.Person, Sight: v.Sight}, w, v.Now)
	}
	return procedure.Book{Window: w, Now: v.Now, People: v.People, Masked: true}.Lines(tx, act.Viewer{Person: v.Actor.Person, Sight: v.Sight}, name)
}

// piece keeps the lines of at most so many places, and says where the rest goes on.
func piece(rows []map[string]string, most int) ([]map[string]string, store.Place, error) {
	n, last, kept := 0, "", store.Place{}
	for i, r := range rows {
		if r[store.LineID] == last {
			continue
		}
		if n++; n > most {
			return rows[:i], kept, nil
		}
		last = r[store.LineID]
		at, err := instant(r)
		if err != nil {
			return nil, kept, err
		}
		kept = store.Place{At: at, ID: last}
	}
	return rows, store.Place{}, nil
}

func instant(r map[string]string) (time.Time, error) {
	ms, err := strconv.ParseInt(r[store.LineAt], 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("read where a line stands: %w", err)
	}
	return time.UnixMilli(ms).In(calendar.Zone), nil
}

// dressed adds to lines what they are about.
func (b Books) dressed(tx *store.Tx, v counter.Viewer, source string, rows []map[string]string) ([]registerweb.Line, error) {
	if source == tries {
		if err := resolve(tx, v, rows); err != nil {
			return nil, err
		}
	}
	if err := labelled(tx, v, rows); err != nil {
		return nil, err
	}
	ids := map[term.DocumentID]bool{}
	for _, r := range rows {
		if id := term.DocumentID(r["document"]); id != "" {
			ids[id] = true
		}
	}
	marks, err := document.Marks(tx, slices.Collect(maps.Keys(ids)), true)
	if err != nil {
		return nil, err
	}
	out := make([]registerweb.Line, len(rows))
	for i, r := range rows {
		l := registerweb.Line{Values: r, Masked: r["masked"] == "yes", Untitled: r["masked"] == "title"}
		if l.At, err = instant(r); err != nil {
			return nil, err
		}
		id := term.DocumentID(r["document"])
		if m, ok := marks[id]; ok {
			l.Item = &registerweb.Item{ID: id, Number: m.Number, Level: m.Level, Period: m.Period, Urgency: m.Urgency, Regime: m.Regime}
			if own[source] {
				l.Struck, l.Former = m.Voided, former(m, r)
			}
		}
		out[i] = l
	}
	return out, nil
}

// former are the old values of a line's own fields. A code name that stands for the title is put right in its place.
func former(m document.Mark, r map[string]string) map[string][]string {
	old := m.Old
	if r["code_name"] != "" && r["title"] == r["code_name"] {
		old = maps.Clone(m.Old)
		old["title"] = append(slices.Clone(m.Old["title"]), m.Old["code_name"]...)
	}
	return old
}

// resolve finds for tries what they asked for: an item, or a copy of one, that the viewer may know of. Anything else
// stays the text that was asked for, whether or not there is such a thing.
func resolve(tx *store.Tx, v counter.Viewer, rows []map[string]string) error {
	var documents []term.DocumentID
	var copies []term.CopyID
	for _, r := range rows {
		documents, copies = append(documents, term.DocumentID(r["subject"])), append(copies, term.CopyID(r["subject"]))
	}
	known, err := document.Known(tx, act.Viewer{Person: v.Actor.Person, Sight: v.Sight}, documents)
	if err != nil {
		return err
	}
	of, err := custody.DocumentsOf(tx, act.Viewer{Person: v.Actor.Person, Sight: v.Sight}, copies)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if d, ok := of[term.CopyID(r["subject"])]; ok {
			r["document"] = string(d)
		} else if known[term.DocumentID(r["subject"])] {
			r["document"] = r["subject"]
		}
	}
	return nil
}

// ofPieces are the fields that name pieces by their ids.
var ofPieces = []string{"source_copy", "sources"}

// labelled puts labels in the place of the ids of pieces; of one that the viewer may not know nothing stays.
func labelled(tx *store.Tx, v counter.Viewer, rows []map[string]string) error {
	var ids []term.CopyID
	for _, r := range rows {
		for _, field := range ofPieces {
			for id := range strings.SplitSeq(r[field], "、") {
				if id != "" && !slices.Contains(ids, term.CopyID(id)) {
					ids = append(ids, term.CopyID(id))
				}
			}
		}
	}
	labels, err := custody.LabelsOf(tx, act.Viewer{Person: v.Actor.Person, Sight: v.Sight}, ids)
	if err != nil {
		return err
	}
	for _, r := range rows {
		for _, field := range ofPieces {
			var said []string
			for id := range strings.SplitSeq(r[field], "、") {
				if label := labels[term.CopyID(id)]; label != "" {
					said = append(said, string(label))
				}
			}
			if r[field] != "" {
				r[field] = strings.Join(said, "、")
			}
		}
	}
	return nil
}

// Names gives what persons, units and places are called.
func (b Books) Names(tx *store.Tx, v counter.Viewer) (registerweb.Names, error) {
	d, err := b.Office.People(tx, v.Now)
	if err != nil {
		return registerweb.Names{}, err
	}
	places, err := custody.PlaceNames(tx)
	if err != nil {
		return registerweb.Names{}, err
	}
	units := map[string]string{}
	for _, u := range d.Units() {
		units[string(u.ID)] = u.Name
	}
	devices := map[string]string{}
	list, err := device.Devices.Select(tx, "ORDER BY id LIMIT 5000")
	if err != nil {
		return registerweb.Names{}, err
	}
	for _, x := range list {
		devices[string(x.ID)] = x.Name
	}
	posts := map[string][]string{}
	for _, own := range d.OfficePosts() {
		for _, stand := range own.Stands {
			posts[stand] = append(posts[stand], own.Name)
		}
	}
	return registerweb.Names{
		Posts:  func(post string) []string { return posts[post] },
		Device: func(id string) string { return devices[id] },
		Person: func(id string) string { return d.Name(term.PersonID(id)) },
		Unit:   func(id string) string { return units[id] },
		Place:  func(id string) string { return places[term.PlaceID(id)] },
	}, nil
}
