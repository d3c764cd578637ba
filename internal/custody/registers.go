package custody

import (
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

// Source gives the lines of one register, oldest first unless the filter turns it, as far as a viewer with this sight
// may know of them: persons and places by id, times as 2006-01-02 15:04 in Asia/Shanghai.
type Source func(tx *store.Tx, sight regulation.Sight, person term.PersonID, f Filter) ([]map[string]string, error)

// Filter narrows a register: to one item, and to a window over the time a copy went out.
type Filter struct {
	Document term.DocumentID
	store.Window
	// Masked leaves the free text of 绝密 closed, as lists do; such a line has "masked" = yes.
	Masked bool
}

// maxRegister is the most lines of one register at a time.
const maxRegister = 5000

// Registers are the sources that packs may name in a report.
var Registers = map[string]Source{
	"hand_overs": handOvers(""), "deliveries": handOvers("hand_out"), "loans": handOvers("lend"), "consultations": handOvers("consult"),
	"open_loans": handOvers("lend", "back_at IS NULL"), "trips": trips, "held_past_due": pastDue,
	"reproductions": reproductions("duplicate", "excerpt"), "duplicates": reproductions("duplicate"), "excerpts": reproductions("excerpt"),
	"recordings": reproductions("record"), "compilations": reproductions("compile"),
}

// handOvers are the lines of 交接登记 of a kind that meet a condition; empty is every kind.
func handOvers(kind string, where ...string) Source {
	return func(tx *store.Tx, sight regulation.Sight, person term.PersonID, f Filter) ([]map[string]string, error) {
		where, args := slices.Clone(where), []any(nil)
		for _, c := range []struct{ column, value string }{{"kind", kind}, {"document", string(f.Document)}} {
			if c.value != "" {
				args = append(args, c.value)
				where = append(where, c.column+" = $"+strconv.Itoa(len(args)))
			}
		}
		cond, more := act.Viewer{Person: person, Sight: sight}.Visible("class", "document", len(args)+1)
		tail, args := f.Tail("out_at", "id", append(where, cond), append(args, more...), maxRegister)
		lines, err := HandOvers.Select(tx, tail, args...)
		if err != nil {
			return nil, fmt.Errorf("read 交接登记: %w", err)
		}
		out := make([]map[string]string, len(lines))
		for i, l := range lines {
			c, err := Copies.Get(tx, l.Copy)
			if err != nil {
				return nil, fmt.Errorf("read the copy of a line: %w", err)
			}
			out[i] = store.Stand(lineTexts(l, c), l.OutAt, string(l.ID))
			if out[i]["notes"], err = remark(tx, l, f); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
}

// approvedBy is who let it be done: by the leaves it was done on, else whom the register names from an approval on paper.
func (h HandOver) approvedBy() string {
	names := slices.Clone(h.Approvers)
	for i := range names {
		if h.OnPaper() {
			names[i] = regulation.OnPaper + names[i]
		}
	}
	return strings.Join(names, "、")
}

func lineTexts(l HandOver, c Copy) map[string]string {
	out := map[string]string{
		"document": string(l.Document), "copy": string(l.Copy), "copy_no": c.Called(), "label": string(c.Label), "kind": l.Kind, "giver": string(l.Giver), "receiver": string(l.Receiver),
		"at": l.Out(), "return_by": minute(l.ReturnBy), "back_at": minute(l.BackAt), "taken_by": string(l.TakenBy), "cabinet": string(l.Place), "purpose": l.Purpose,
		"signed": string(l.ReceiverSigned), "return_signed": string(l.ReturnSigned), "copies_back": "", "pages_back": "", "attachments_back": "", "checked_by": string(l.CheckedBy),
		"witnesses": strings.Join(l.Witnesses, "、"), "department": string(l.Department), "destination": l.Destination, "place": string(l.Place),
		"measures": strings.Join(l.Measures, "、"), "approver": l.approvedBy(), "approved_at": minute(l.ApprovedAt),
		"return_check": CheckOf(l.BackAt, l.Checked, l.Whole), "notes": "",
		"pages_result": l.PagesResult, "attachments_result": l.AttachmentsResult, "marks_result": l.MarksResult,

		// The same under the words of 借阅登记 and 查阅登记.
		"borrower": string(l.Receiver), "out_at": l.Out(), "due": minute(l.ReturnBy), "received_by": string(l.TakenBy), "signature": string(l.ReceiverSigned),
		"reader": string(l.Receiver), "from": minute(l.OutAt), "until": minute(l.BackAt),
	}
	if l.BackAt.IsZero() || l.Kind == "consult" || l.Kind == "pass_on" {
		return out
	}
	for name, n := range map[string]int{"copies_back": l.CopiesBack, "pages_back": l.PagesBack, "attachments_back": l.AttachmentsBack} {
		if n >= 0 {
			out[name] = strconv.Itoa(n)
		}
	}
	return out
}

// remark is what stands beside a line: why who gave it back did not sign.
func remark(tx *store.Tx, l HandOver, f Filter) (string, error) {
	if l.ReturnUnsigned.Empty() || f.Masked {
		return "", nil
	}
	if err := HandOvers.Reveal(tx, &l, "return_unsigned"); err != nil {
		return "", fmt.Errorf("open a remark: %w", err)
	}
	return l.ReturnUnsigned.Text()
}

// CheckOf says what the check of what came back found: whole, short, or unchecked; nothing while it is out.
func CheckOf(back time.Time, checked, whole bool) string {
	switch {
	case back.IsZero():
		return ""
	case !checked:
		return "unchecked"
	case !whole:
		return "short"
	}
	return "whole"
}

func minute(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02 15:04")
}

// DocumentsOf gives the items of copies, as far as the viewer may know of them; others are absent.
func DocumentsOf(tx *store.Tx, v act.Viewer, ids []term.CopyID) (map[term.CopyID]term.DocumentID, error) {
	out := map[term.CopyID]term.DocumentID{}
	err := known(tx, v, ids, func(c Copy) { out[c.ID] = c.Document })
	return out, err
}

// known gives to take the pieces of which the viewer may know.
func known(tx *store.Tx, v act.Viewer, ids []term.CopyID, take func(Copy)) error {
	for len(ids) > 0 {
		n := min(len(ids), 100)
		marks, args := make([]string, n), make([]any, n)
		for i, id := range ids[:n] {
			marks[i], args[i] = "$"+strconv.Itoa(i+1), string(id)
		}
		cond, more := v.Visible("class", "document", n+1)
		list, err := Copies.Select(tx, "WHERE id IN ("+strings.Join(marks, ", ")+") AND "+cond, append(args, more...)...)
		if err != nil {
			return fmt.Errorf("find copies: %w", err)
		}
		for _, c := range list {
			take(c)
		}
		ids = ids[n:]
	}
	return nil
}
