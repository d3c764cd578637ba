package document

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

// issuedLines are the lines of 发文登记簿 (domain.md §6).
func issuedLines(tx *store.Tx, sight regulation.Sight, person term.PersonID, f Filter) ([]map[string]string, error) {
	tail, args := f.tail(act.Viewer{Person: person, Sight: sight}, "outgoing.id", "drafted_at", "")
	list, err := Outgoings.Select(tx, tail, args...)
	if err != nil {
		return nil, fmt.Errorf("read 发文登记簿: %w", err)
	}
	out := make([]map[string]string, len(list))
	for i, o := range list {
		d, err := Documents.Get(tx, o.ID)
		if err != nil {
			return nil, fmt.Errorf("read the line of a document sent out: %w", err)
		}
		line, err := f.line(tx, d)
		if err != nil {
			return nil, err
		}
		to, err := recipients(tx, o, f.Masked && d.Level == term.Juemi)
		if err != nil {
			return nil, err
		}
		numbers := strings.Fields(line["copy_nos"])
		line["copy_no_from"], line["copy_no_to"] = "", ""
		if len(numbers) > 0 {
			line["copy_no_from"], line["copy_no_to"] = slices.Min(numbers), slices.Max(numbers)
		}
		line["recipients"], line["drafted_by"], line["reviewed_by"], line["signed_off_by"] = to, string(o.DraftedBy), string(o.ReviewedBy), string(o.SignedOffBy)
		line["drafted_at"], line["signed_off_at"], line["printed_at"] = minute(o.DraftedAt), minute(o.SignedOffAt), minute(o.PrintedAt)
		line["issued_on"], line["printed_by"] = issuedOn(d, o), string(o.PrintedBy)
		line["printed"], line["kept"], line["proofread_by"] = strconv.Itoa(o.Printed), strconv.Itoa(o.Kept), string(o.ProofreadBy)
		out[i] = store.Stand(line, o.DraftedAt, string(o.ID))
	}
	return out, nil
}

// issuedOn is 发文日期: the date as on the document, else the day on which it was signed off.
func issuedOn(d Document, o Outgoing) string {
	if d.IssuedOn != "" || o.SignedOffAt.IsZero() {
		return d.IssuedOn
	}
	return o.SignedOffAt.Format(time.DateOnly)
}

// recipients are 主送 and 抄送 in one text.
func recipients(tx *store.Tx, o Outgoing, shut bool) (string, error) {
	if shut {
		return "", nil
	}
	if err := Outgoings.Reveal(tx, &o, "main_to", "copy_to"); err != nil {
		return "", fmt.Errorf("open the recipients: %w", err)
	}
	main, err := text(o.MainTo)
	if err != nil {
		return "", fmt.Errorf("open the recipients: %w", err)
	}
	more, err := text(o.CopyTo)
	if err != nil {
		return "", fmt.Errorf("open the recipients: %w", err)
	}
	return strings.Join(slices.DeleteFunc([]string{main, more}, func(s string) bool { return s == "" }), "；"), nil
}

// Addressees are whom a document is for: the recipients of one that the office wrote itself, 主送 and 抄送, each by its name, which
// is own; the issuer of what came in; nobody of what was made here from others.
func Addressees(tx *store.Tx, id term.DocumentID) (list []string, own bool, err error) {
	d, err := Documents.Get(tx, id)
	switch {
	case err != nil:
		return nil, false, fmt.Errorf("find whom a document is for: %w", err)
	case d.Drafted():
		o, err := Outgoings.Get(tx, id)
		if err != nil {
			return nil, true, fmt.Errorf("read whom a document is for: %w", err)
		}
		all, err := recipients(tx, o, false)
		return addressees(all), true, err
	case d.Origin != FromOutside:
		return nil, false, nil
	}
	if err := Documents.Reveal(tx, &d, "issuer"); err != nil {
		return nil, false, fmt.Errorf("open the issuer of a document: %w", err)
	}
	issuer, err := text(d.Issuer)
	return addressees(issuer), false, err
}
