package document

import (
	"fmt"
	"strconv"
	"strings"

	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Line gives the register line of a document in plain text by field name, sealed columns opened: for the
// slip, a correction and a printed register. Whoever calls it answers for who may see it.
func Line(tx *store.Tx, d Document) (map[string]string, error) {
	if err := Documents.Reveal(tx, &d, "issuer", "doc_no", "title", "code_name", "notes", "result", "reply_no"); err != nil {
		return nil, fmt.Errorf("open the register line: %w", err)
	}
	out := map[string]string{
		"no": Number(d), "received_at": d.ReceivedAt.Format("2006-01-02 15:04"), "level": string(d.Level), "period": d.Period,
		"urgency": string(d.Urgency), "copies": strconv.Itoa(d.Copies), "pages": strconv.Itoa(d.Pages), "attachments": strconv.Itoa(d.Attachments),
		"channel": d.Channel, "signer": string(d.SignedBy), "handler": string(d.Handler), "medium": d.Medium, "mark_text": d.MarkText,
		"registered_at": d.RegisteredAt.Format("2006-01-02 15:04"), "disposition": d.Disposition,
	}
	numbers, err := copies.NumbersOf(tx, d.ID)
	if err != nil {
		return nil, fmt.Errorf("read the copy numbers: %w", err)
	}
	out["copy_nos"] = strings.Join(numbers, " ")
	for name, s := range map[string]store.Sealed{"issuer": d.Issuer, "doc_no": d.DocNo, "title": d.Title, "code_name": d.CodeName, "notes": d.Notes, "result": d.Result, "reply_no": d.ReplyNo} {
		text, err := text(s)
		if err != nil {
			return nil, fmt.Errorf("open %s: %w", name, err)
		}
		out[name] = text
	}
	return out, nil
}

// Number is the running number as shown: 机收〔2026〕0417, 机发〔2026〕0012.
func Number(d Document) string { return term.RegisterNumber(d.Series, d.Year, d.No) }
