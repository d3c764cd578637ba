package countertest

import (
	"time"

	"jiyao/internal/custody"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Item is one registered document of a scene.
type Item struct {
	ID     term.DocumentID
	Copies []term.CopyID
	Round  term.CirculationID
}

// Registered takes a document in with its copies, labelled and put into a cabinet, by the officer of the office. A
// title is for levels below 机密; those above take it as a code name, as an office network must.
func (w *World) Registered(no string, level term.Level, title string, copies int) Item {
	w.T.Helper()
	item := w.WithoutSlip(no, level, title, copies)
	w.Do("officer", "document.slip", map[string]any{"document": item.ID})
	return item
}

// WithoutSlip is Registered before the processing slip is made.
func (w *World) WithoutSlip(no string, level term.Level, title string, copies int) Item {
	w.T.Helper()
	accepted := w.Do("officer", "document.accept", map[string]any{"channel": "courier", "courier": "机要交通员", "courier_signature": "paper",
		"envelopes": []map[string]any{{"envelope_no": no, "issuer": "某厅", "level": level, "urgency": "一般", "listed": copies, "counted": copies, "seal_intact": true}}})
	fields := map[string]any{
		"envelope": accepted.Values["envelope."+no], "received_at": w.Clock.Now(), "issuer": "某厅", "doc_no": "某厅发〔2026〕" + no + "号", "level": level,
		"urgency": "一般", "copies": copies, "pages": 12, "attachments": 2, "medium": "paper", "content_kinds": []string{"text"}, "channel": "courier", "signer": "officer",
	}
	if level.Classified() {
		fields["period"], fields["mark_text"], fields["issued_on"] = "10年", string(level)+"★10年", "2026-02-20"
	}
	if level.AtLeast(term.Jimi) {
		fields["code_name"] = title
	} else {
		fields["title"] = title
	}
	var numbers []string
	for i := range copies {
		numbers = append(numbers, "00000"+string(rune('1'+i)))
	}
	fields["copy_nos"] = numbers
	r := w.Do("officer", "document.register", fields)
	item := Item{ID: term.DocumentID(r.Subject)}
	for i := range copies {
		id := r.Values["copy."+string(rune('1'+i))]
		item.Copies = append(item.Copies, term.CopyID(id))
		w.Do("officer", "custody.label", map[string]any{"copy": id})
		w.Do("officer", "custody.place", map[string]any{"copy": id, "place": "cabinet-1"})
	}
	return item
}

// Opined has the director write the opinion and fix the scope.
func (w *World) Opined(i Item, level term.Level, readers ...string) {
	w.T.Helper()
	w.Do("office_director", "document.opine", map[string]any{"document": i.ID, "text": "请阅示", "readers": readers})
	w.Do("office_director", "document.scope", map[string]any{"document": i.ID, "persons": readers, "level": level, "issuer_limit": "无", "reason": "工作需要"})
}

// Circulating registers a document, has it opined and begins its circulation.
func (w *World) Circulating(no string, level term.Level, title string, copies int, readers ...string) Item {
	w.T.Helper()
	i := w.Registered(no, level, title, copies)
	w.Opined(i, level, readers...)
	r := w.Do("officer", "circulation.open", map[string]any{"document": i.ID, "readers": readers})
	i.Round = term.CirculationID(r.Values["circulation"])
	return i
}

// HandedTo delivers a copy by the officer.
func (w *World) HandedTo(c term.CopyID, to string) {
	w.T.Helper()
	var no term.CopyNo
	w.must(w.DB.Read(w.T.Context(), func(tx *store.Tx) error {
		row, err := custody.Copies.Get(tx, c)
		no = row.CopyNo
		return err
	}))
	w.Do("officer", "custody.hand_out", map[string]any{"copy": c, "to": to, "copy_no": no, "return_by": w.Clock.Now().Add(6 * time.Hour)}, "giver", "officer", "receiver", to)
}
