package disposal

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Source gives the lines of one register, oldest first unless the filter turns it, as far as a viewer with this sight may know
// of them: persons and units by id, times as 2006-01-02 15:04 in Asia/Shanghai, lists joined by 、.
type Source func(tx *store.Tx, sight regulation.Sight, person term.PersonID, f Filter) ([]map[string]string, error)

// Filter narrows a register to a window over the time a line was added. Masked leaves titles and free text of 绝密 closed;
// such a line has "masked" = yes.
type Filter struct {
	store.Window
	Masked bool
}

// MaxRegister is the most lines of one register at a time.
const MaxRegister = 5000

// Registers are the sources that packs may name in a report: 清退清单, 移交清单 (with what went into the archive), 销毁清册.
var Registers = map[string]Source{"returns": register(Return), "transfers": register(Transfer, Archive), "destructions": register(Destruction)}

// register gives the lines of lists of some kinds that are not struck.
func register(kinds ...string) Source {
	return func(tx *store.Tx, sight regulation.Sight, person term.PersonID, f Filter) ([]map[string]string, error) {
		cond, args := act.Viewer{Person: person, Sight: sight}.Visible("class", "document", 1)
		marks := make([]string, len(kinds))
		for i, k := range kinds {
			args = append(args, k)
			marks[i] = "$" + strconv.Itoa(len(args))
		}
		where := []string{cond, "state <> 'struck'", "EXISTS (SELECT 1 FROM disposal_list t WHERE t.id = disposal_line.list AND t.kind IN (" + strings.Join(marks, ", ") + "))"}
		tail, args := f.Tail("added_at", "id", where, args, MaxRegister)
		rows, err := Lines.Select(tx, tail, args...)
		if err != nil {
			return nil, fmt.Errorf("read the lines of lists: %w", err)
		}
		lists := map[term.DisposalListID]Opened{}
		out := make([]map[string]string, len(rows))
		for i, l := range rows {
			list, ok := lists[l.List]
			if !ok {
				if list, err = open(tx, l.List); err != nil {
					return nil, err
				}
				lists[l.List] = list
			}
			shut := f.Masked && l.Level == term.Juemi
			text, err := l.texts(tx, shut)
			if err != nil {
				return nil, err
			}
			out[i] = store.Stand(lineTexts(list, l, text, shut), l.AddedAt, l.ID)
		}
		return out, nil
	}
}

// Opened is a list with its texts.
type Opened struct {
	List
	IssuerText, PartyText, ReasonText, ReceiverText string
}

func open(tx *store.Tx, id term.DisposalListID) (Opened, error) {
	l, err := Lists.Get(tx, id)
	if err != nil {
		return Opened{}, err
	}
	if err := Lists.Reveal(tx, &l); err != nil {
		return Opened{}, fmt.Errorf("open a list: %w", err)
	}
	out := Opened{List: l}
	for into, from := range map[*string]store.Sealed{&out.IssuerText: l.Issuer, &out.PartyText: l.Party, &out.ReasonText: l.Reason, &out.ReceiverText: l.Receiver} {
		if *into, err = from.Text(); err != nil {
			return out, fmt.Errorf("read a list: %w", err)
		}
	}
	return out, nil
}

// lineText are the texts of a line.
type lineText struct{ title, codeName, docNo, issuer, reason, opinion, missing string }

// texts opens a line; of one that is shut, only its number and issuer.
func (l Line) texts(tx *store.Tx, shut bool) (lineText, error) {
	var columns []string
	if shut {
		columns = []string{"doc_no", "issuer"}
	}
	if err := Lines.Reveal(tx, &l, columns...); err != nil {
		return lineText{}, fmt.Errorf("open a line of a list: %w", err)
	}
	var out lineText
	into := map[*string]store.Sealed{&out.docNo: l.DocNo, &out.issuer: l.Issuer}
	if !shut {
		into[&out.title], into[&out.codeName], into[&out.reason] = l.Title, l.CodeName, l.Reason
		into[&out.opinion], into[&out.missing] = l.Opinion, l.MissingReason
	}
	for to, from := range into {
		text, err := from.Text()
		if err != nil {
			return out, fmt.Errorf("read a line of a list: %w", err)
		}
		*to = text
	}
	return out, nil
}

// day is when a line was done: the day that was said, where it is another than that of the record.
func (l Line) day(at time.Time) string {
	if l.DoneOn == "" || !at.IsZero() && l.DoneOn == calendar.DateOf(at).String() {
		return minute(at)
	}
	return l.DoneOn
}

func lineTexts(t Opened, l Line, x lineText, shut bool) map[string]string {
	out := map[string]string{
		"list": string(t.ID), "regime": string(l.Regime), "list_no": t.Number(), "kind": t.Kind, "document": string(l.Document), "copy": string(l.Copy), "seq": strconv.Itoa(l.Seq),
		"title": x.title, "code_name": x.codeName, "doc_no": x.docNo, "issuer": x.issuer, "level": string(l.Level), "period": l.Period, "copy_no": l.CopyNo,
		"copies": strconv.Itoa(l.Copies), "pages": strconv.Itoa(l.Pages), "attachments": strconv.Itoa(l.Attachments), "medium": l.Medium, "serial_no": l.SerialNo,
		"reason": x.reason, "opinion": x.opinion, "due": l.ReturnBy, "unit": string(t.Unit), "party": t.PartyText,
		"handed_by": string(t.HandedBy), "taken_by": string(t.TakenBy), "watched_by": string(t.WatchedBy), "date": l.day(t.ClosedAt), "file_no": t.FileNo,
		"handled_by": string(t.HandedBy), "received_by": t.ReceiverText, "receipt_no": t.ReceiptNo, "missing_reason": x.missing,
		"approver": string(t.ApprovedBy), "approved_at": minute(t.ApprovedAt), "method": l.Method, "place": l.Spot, "time": l.day(l.DoneAt),
		"supervisors": strings.Join(l.Supervisors, "、"), "works": l.Works, "works_no": l.WorksNo, "escort": l.Escort, "completed_at": minute(l.CompletedAt),
		"owed": strconv.Itoa(l.Copies), "capacity": l.Capacity, "list_reason": t.ReasonText, "notes": "", "state": string(l.State), "counted": map[bool]string{true: "yes", false: "no"}[l.Counted], "returned": "",
	}
	if l.State == Gone {
		out["returned"] = "1"
	} else if t.State == Closed {
		out["returned"] = "0"
	}
	if out["taken_by"] == "" { // outside the house he has signed on paper
		out["taken_by"] = t.ReceiverText
	}
	if l.DoneOn != "" && l.DoneOn != calendar.DateOf(l.DoneAt).String() { // put on record later
		out["time"] = l.DoneOn
	}
	if out["handled_by"] == "" {
		out["handled_by"] = string(t.ReceiptBy)
	}
	if out["title"] == "" { // 代号 stands for the title
		out["title"] = x.codeName
	}
	if shut {
		out["masked"], out["list_reason"] = "yes", ""
	}
	if out["list_reason"] == "" {
		out["list_reason"] = t.Kind
	}
	return out
}

func minute(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02 15:04")
}

// Certificate is what a destruction certificate (销毁证明) says, and what lets it be checked: the lines, who was there, and the
// references of the entries that the ledger proves.
type Certificate struct {
	List       Opened
	Number     string
	Lines      []map[string]string
	Signers    []term.PersonID // applicant, approver, who destroyed, supervisors: each once, in that order
	References []string        // of the approval and of each destruction, in order of time
}

// Proofs gives the references of the done entries of an act about a subject, oldest first; the ledger's.
type Proofs interface {
	References(tx *store.Tx, act, subject string) ([]string, error)
}

// CertificateOf reads what was destroyed by a list, as far as the viewer may know of it; refuse.ErrNotFound when there is no
// such list, or nothing on it that he may know of.
func CertificateOf(tx *store.Tx, v act.Viewer, proofs Proofs, id term.DisposalListID) (Certificate, error) {
	list, err := open(tx, id)
	if err != nil {
		return Certificate{}, err
	}
	c := Certificate{List: list, Number: list.Number()}
	cond, args := v.Visible("class", "document", 2)
	rows, err := Lines.Select(tx, "WHERE list = $1 AND state = 'gone' AND "+cond+" ORDER BY seq", append([]any{string(id)}, args...)...)
	if err != nil {
		return c, fmt.Errorf("read the lines of a list: %w", err)
	}
	if list.Kind != Destruction || len(rows) == 0 {
		return Certificate{}, fmt.Errorf("find a certificate: %w", refuse.ErrNotFound)
	}
	c.Signers = add(c.Signers, list.Applicant, list.ApprovedBy)
	subjects := []string{}
	for _, l := range rows {
		text, err := l.texts(tx, false)
		if err != nil {
			return c, err
		}
		c.Lines = append(c.Lines, lineTexts(list, l, text, false))
		c.Signers = add(c.Signers, l.DoneBy)
		for _, s := range l.Supervisors {
			c.Signers = add(c.Signers, term.PersonID(s))
		}
		subjects = append(subjects, string(l.Copy))
	}
	if c.References, err = proofs.References(tx, ActApprove, string(id)); err != nil {
		return c, fmt.Errorf("find the entry of an approval: %w", err)
	}
	for _, s := range subjects {
		refs, err := proofs.References(tx, "disposal.destroy", s)
		if err != nil {
			return c, fmt.Errorf("find the entry of a destruction: %w", err)
		}
		c.References = append(c.References, refs...)
	}
	return c, nil
}

func add(to []term.PersonID, ids ...term.PersonID) []term.PersonID {
	for _, id := range ids {
		if id != "" && !slices.Contains(to, id) {
			to = append(to, id)
		}
	}
	return to
}
