package document

import (
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Source gives the lines of one source, oldest first unless the filter turns it, as far as a viewer with this sight
// may know of them. Values are texts by column: persons and units by id, times as 2006-01-02 15:04 in Asia/Shanghai,
// lists joined by 、. Each line says where it stands (store.Stand).
type Source func(tx *store.Tx, sight regulation.Sight, person term.PersonID, f Filter) ([]map[string]string, error)

// Filter narrows a register: to one item, and to a window over the time of the line.
type Filter struct {
	Document term.DocumentID
	store.Window
	// Masked leaves titles and free text of 绝密 closed, as lists do; such a line has "masked" = yes.
	Masked bool
}

// MaxRegister is the most lines of one register at a time.
const MaxRegister = 5000

// Registers are the sources that packs may name in a report.
var Registers = map[string]Source{
	"incoming":    incoming,
	"outgoing":    issuedLines,
	"envelopes":   envelopes,
	"scope_lines": scopeLines("document.scope", "document.widen", "document.narrow"),
	"widenings":   scopeLines("document.widen"),
	"slips":       slips,
	"handling":    handling,
	"chases":      chased,
	"feedbacks":   feedbacks,
	"refused":     refused,
}

// tail makes the end of a SELECT: the filter, the viewer's condition on column document (none where it is empty),
// the order by the line's own time.
func (f Filter) tail(v act.Viewer, document, at, extra string) (string, []any) {
	var where []string
	var args []any
	if extra != "" {
		where = append(where, extra)
	}
	if document != "" {
		if f.Document != "" {
			args = append(args, string(f.Document))
			where = append(where, document+" = $1")
		}
		cond, more := v.Visible("d.class", "d.id", len(args)+1)
		where = append(where, "EXISTS (SELECT 1 FROM document d WHERE d.id = "+document+" AND "+cond+")")
		args = append(args, more...)
	}
	return f.Tail(at, "id", where, args, MaxRegister)
}

// closed tells of which of these items a masked register shows no text.
func (f Filter) closed(tx *store.Tx, ids []term.DocumentID) (map[term.DocumentID]bool, error) {
	out := map[term.DocumentID]bool{}
	if !f.Masked {
		return out, nil
	}
	err := inPieces(ids, func(marks string, args []any) error {
		docs, err := Documents.Select(tx, "WHERE id IN ("+marks+") AND level = $"+strconv.Itoa(len(args)+1), append(args, string(term.Juemi))...)
		for _, d := range docs {
			out[d.ID] = true
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find what a register leaves closed: %w", err)
	}
	return out, nil
}

// inPieces asks for many ids in statements of a bounded length.
func inPieces[T ~string](ids []T, ask func(marks string, args []any) error) error {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	for len(ids) > 0 {
		n := min(len(ids), MaxPage)
		marks, args := placeholders(ids[:n])
		if err := ask(marks, args); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

func minute(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02 15:04")
}

func incoming(tx *store.Tx, sight regulation.Sight, person term.PersonID, f Filter) ([]map[string]string, error) {
	tail, args := f.tail(act.Viewer{Person: person, Sight: sight}, "document.id", "received_at", "series = '"+string(term.Received)+"'")
	docs, err := Documents.Select(tx, tail, args...)
	if err != nil {
		return nil, fmt.Errorf("read 收文登记簿: %w", err)
	}
	out := make([]map[string]string, 0, len(docs))
	for _, d := range docs {
		line, err := f.line(tx, d)
		if err != nil {
			return nil, err
		}
		if err := steps(tx, d, line); err != nil {
			return nil, err
		}
		line["registered_by"], line["state"], line["completed_at"] = string(d.RegisteredBy), string(d.State), minute(d.CompletedAt)
		out = append(out, store.Stand(line, d.ReceivedAt, string(d.ID)))
	}
	return out, f.summed(tx, docs, out)
}

// line is the register line of a document, opened as far as the filter lets it be.
func (f Filter) line(tx *store.Tx, d Document) (map[string]string, error) {
	read := Line
	if f.Masked && d.Level == term.Juemi {
		read = coveredLine
	}
	line, err := read(tx, d)
	if err != nil {
		return nil, err
	}
	line["document"] = string(d.ID)
	if line["title"] == "" { // 代号 stands for the title
		line["title"] = line["code_name"]
	}
	return line, nil
}

// steps adds time and name of count, number and signature: the other three of the four steps of receiving.
func steps(tx *store.Tx, d Document, line map[string]string) error {
	var e Envelope
	if d.Envelope != "" { // one of the opening balance came before the program
		var err error
		if e, err = Envelopes.Get(tx, d.Envelope); err != nil {
			return fmt.Errorf("read the envelope of a line: %w", err)
		}
	}
	line["counted_at"], line["counted_by"] = minute(e.CountedAt), string(e.CountedBy)
	line["signed_at"], line["signed_by"] = minute(e.SignedAt), string(e.SignedBy)
	line["labelled_at"], line["labelled_by"] = "", ""
	rows, err := tx.Query("SELECT labelled_at, labelled_by FROM copy WHERE document = $1 ORDER BY labelled_at", string(d.ID))
	if err != nil {
		return fmt.Errorf("find when the copies were numbered: %w", err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err below says what went wrong
	open := false
	for rows.Next() {
		var at sql.NullInt64
		var by string
		if err := rows.Scan(&at, &by); err != nil {
			return fmt.Errorf("read when a copy was numbered: %w", err)
		}
		open = open || !at.Valid
		if at.Valid {
			line["labelled_at"], line["labelled_by"] = minute(instant(at)), by
		}
	}
	if open { // the step is done when the last copy has its label
		line["labelled_at"], line["labelled_by"] = "", ""
	}
	return rows.Err()
}

func envelopes(tx *store.Tx, sight regulation.Sight, person term.PersonID, f Filter) ([]map[string]string, error) {
	// An envelope has no item before it is registered; then the item's rule holds.
	cond, args := act.Viewer{Person: person, Sight: sight}.Visible("d.class", "d.id", 1)
	where := []string{"(document = '' OR EXISTS (SELECT 1 FROM document d WHERE d.id = envelope.document AND " + cond + "))"}
	tail, args := f.Tail("received_at", "id", where, args, MaxRegister)
	list, err := Envelopes.Select(tx, tail, args...)
	if err != nil {
		return nil, fmt.Errorf("read 机要件签收簿: %w", err)
	}
	lines, err := opened(tx, list)
	if err != nil {
		return nil, err
	}
	out := make([]map[string]string, len(lines))
	for i, e := range lines {
		counted := ""
		if e.Counted != NotCounted {
			counted = strconv.Itoa(e.Counted)
		}
		out[i] = store.Stand(map[string]string{
			"envelope": string(e.ID), "envelope_no": e.No, "issuer": e.From, "channel": e.Channel, "seal_intact": yes(e.SealIntact), "received_at": minute(e.ReceivedAt),
			"courier": e.Bearer, "courier_signature": e.CourierSign, "signer": string(e.SignedBy), "signed_at": minute(e.SignedAt), "copies": strconv.Itoa(e.Listed),
			"counted": counted, "level": string(e.Level), "urgency": string(e.Urgency), "document": string(e.Document),
		}, e.ReceivedAt, string(e.ID))
	}
	return out, nil
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func scopeLines(names ...string) Source {
	return func(tx *store.Tx, sight regulation.Sight, person term.PersonID, f Filter) ([]map[string]string, error) {
		tail, args := f.tail(act.Viewer{Person: person, Sight: sight}, "scope_line.document", "fixed_at", "act IN ('"+strings.Join(names, "', '")+"')")
		list, err := Widenings.Select(tx, tail, args...)
		if err != nil {
			return nil, fmt.Errorf("read 知悉范围登记: %w", err)
		}
		shut, err := f.closed(tx, documentsOf(list, func(w Widening) term.DocumentID { return w.Document }))
		if err != nil {
			return nil, err
		}
		out := make([]map[string]string, len(list))
		for i, w := range list {
			reason, err := openText(shut[w.Document], w.Reason, func() (store.Sealed, error) { err := Widenings.Reveal(tx, &w); return w.Reason, err })
			if err != nil {
				return nil, fmt.Errorf("open a scope line: %w", err)
			}
			out[i] = store.Stand(map[string]string{
				"document": string(w.Document), "act": w.Act, "who": strings.Join(w.After, "、"), "before": strings.Join(w.Before, "、"), "after": strings.Join(w.After, "、"),
				"level": string(w.Level), "issuer_limit": w.Limit, "reason": reason, "fixed_by": string(w.By), "fixed_at": minute(w.At), "masked": masked(shut[w.Document]),
			}, w.At, w.ID)
		}
		return out, nil
	}
}

func slips(tx *store.Tx, sight regulation.Sight, person term.PersonID, f Filter) ([]map[string]string, error) {
	tail, args := f.tail(act.Viewer{Person: person, Sight: sight}, "slip.document", "made_at", "")
	list, err := Slips.Select(tx, tail, args...)
	if err != nil {
		return nil, fmt.Errorf("read the slips: %w", err)
	}
	var out []map[string]string
	for _, s := range list {
		d, err := Documents.Get(tx, s.Document)
		if err != nil {
			return nil, fmt.Errorf("read the line of a slip: %w", err)
		}
		line, err := f.line(tx, d)
		if err != nil {
			return nil, err
		}
		if err := slipParts(tx, d, f.Masked && d.Level == term.Juemi, line); err != nil {
			return nil, err
		}
		line["made_at"], line["made_by"] = minute(s.MadeAt), string(s.MadeBy)
		out = append(out, store.Stand(line, s.MadeAt, string(s.ID)))
	}
	return out, nil
}

func handling(tx *store.Tx, sight regulation.Sight, person term.PersonID, f Filter) ([]map[string]string, error) {
	tail, args := f.tail(act.Viewer{Person: person, Sight: sight}, "document.id", "received_at", "needs_action = 1")
	docs, err := Documents.Select(tx, tail, args...)
	if err != nil {
		return nil, fmt.Errorf("read 办件登记: %w", err)
	}
	out := make([]map[string]string, len(docs))
	for i, d := range docs {
		shut := f.Masked && d.Level == term.Juemi
		result, err := openText(shut, d.Result, func() (store.Sealed, error) { err := Documents.Reveal(tx, &d, "result"); return d.Result, err })
		if err != nil {
			return nil, fmt.Errorf("open a result: %w", err)
		}
		out[i] = store.Stand(map[string]string{
			"document": string(d.ID), "no": Number(d), "handler": string(d.Handler), "handle_by": lastDay(d.HandleBy), "result": result,
			"disposition": d.Disposition, "completed_at": minute(d.CompletedAt), "masked": masked(shut),
		}, d.ReceivedAt, string(d.ID))
	}
	return out, nil
}

func chased(tx *store.Tx, sight regulation.Sight, person term.PersonID, f Filter) ([]map[string]string, error) {
	tail, args := f.tail(act.Viewer{Person: person, Sight: sight}, "chase.document", "chased_at", "")
	list, err := Chases.Select(tx, tail, args...)
	if err != nil {
		return nil, fmt.Errorf("read 催办登记: %w", err)
	}
	out := make([]map[string]string, len(list))
	for i, c := range list {
		by := string(c.By)
		if by == "" {
			by = "system"
		}
		out[i] = store.Stand(map[string]string{
			"document": string(c.Document), "instruction": string(c.Instruction), "at": minute(c.At), "to": string(c.To), "how": c.How, "by": by,
		}, c.At, c.ID)
	}
	return out, nil
}

func feedbacks(tx *store.Tx, sight regulation.Sight, person term.PersonID, f Filter) ([]map[string]string, error) {
	tail, args := f.tail(act.Viewer{Person: person, Sight: sight}, "instruction.document", "feedback_at", "feedback_at IS NOT NULL")
	list, err := Instructions.Select(tx, tail, args...)
	if err != nil {
		return nil, fmt.Errorf("read 落实反馈: %w", err)
	}
	shut, err := f.closed(tx, documentsOf(list, func(x Instruction) term.DocumentID { return x.Document }))
	if err != nil {
		return nil, err
	}
	out := make([]map[string]string, len(list))
	for i, x := range list {
		said, err := openText(shut[x.Document], x.Feedback, func() (store.Sealed, error) { err := Instructions.Reveal(tx, &x, "feedback"); return x.Feedback, err })
		if err != nil {
			return nil, fmt.Errorf("open a feedback: %w", err)
		}
		out[i] = store.Stand(map[string]string{
			"document": string(x.Document), "instruction": string(x.ID), "to": string(x.By), "text": said, "at": minute(x.FeedbackAt), "by": string(x.FeedbackBy),
			"masked": masked(shut[x.Document]),
		}, x.FeedbackAt, string(x.ID))
	}
	return out, nil
}

// refused is the register of refused and hidden tries. It names what was asked for, hidden or not: who may see
// this register is the report's own question, and the caller's.
func refused(tx *store.Tx, sight regulation.Sight, person term.PersonID, f Filter) ([]map[string]string, error) {
	tail, args := f.tail(act.Viewer{Person: person, Sight: sight}, "", "at", "")
	list, err := act.Tries.Select(tx, tail, args...)
	if err != nil {
		return nil, fmt.Errorf("read the refused tries: %w", err)
	}
	out := make([]map[string]string, len(list))
	for i, t := range list {
		out[i] = store.Stand(map[string]string{
			"person": string(t.Person), "actor": string(t.Actor), "at": minute(t.At), "act": t.Act, "outcome": t.Outcome, "subject": t.Subject, "reference": t.Reference,
		}, t.At, t.ID)
	}
	return out, nil
}

// lastDay spells a due at 24:00 as the day it ends.
func lastDay(end time.Time) string {
	if end.IsZero() {
		return ""
	}
	return end.Add(-time.Nanosecond).Format(time.DateOnly)
}
