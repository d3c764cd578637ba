package meeting

import (
	"fmt"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/store"
)

// SourceOfSupplies is the source of 对外提供登记 by the name that packs give it.
const SourceOfSupplies = "disclosures"

// maxRegister is the most lines of the register at a time.
const maxRegister = 5000

// Given are the lines of 对外提供登记 as far as the viewer may know of the items, with whether the day of return has passed
// by now; times as 2006-01-02 15:04 in Asia/Shanghai.
func Given(tx *store.Tx, v act.Viewer, w store.Window, now time.Time) ([]map[string]string, error) {
	cond, args := v.Visible("d.class", "d.id", 1)
	tail, args := w.Tail("handed_at", "id", []string{"EXISTS (SELECT 1 FROM document d WHERE d.id = supply.document AND " + cond + ")"}, args, maxRegister)
	list, err := Supplies.Select(tx, tail, args...)
	if err != nil {
		return nil, fmt.Errorf("read 对外提供登记: %w", err)
	}
	out := make([]map[string]string, len(list))
	for i, d := range list {
		line, err := texts(tx, d, now)
		if err != nil {
			return nil, err
		}
		out[i] = store.Stand(line, d.HandedAt, d.ID)
	}
	return out, nil
}

func texts(tx *store.Tx, d Supply, now time.Time) (map[string]string, error) {
	out := map[string]string{
		"line": d.ID, "document": string(d.Document), "copy": string(d.Copy), "copy_no": d.CopyNo, "level": string(d.Level), "return_by": d.ReturnBy,
		"approver": strings.Join(d.ApprovedBy, "、"), "approved_at": minute(d.ApprovedAt), "handed_at": minute(d.HandedAt), "giver": string(d.HandedBy),
		"taken_back_at": minute(d.TakenBackAt), "unreturned": "",
	}
	if d.Overdue(now) {
		out["unreturned"] = "yes"
	}
	if err := Supplies.Reveal(tx, &d); err != nil {
		return nil, fmt.Errorf("open a line of 对外提供登记: %w", err)
	}
	for name, s := range map[string]store.Sealed{"recipient": d.Recipient, "recipient_person": d.Person, "purpose": d.Purpose, "basis": d.Basis, "agreement_no": d.AgreementNo} {
		text, err := s.Text()
		if err != nil {
			return nil, fmt.Errorf("open a line of 对外提供登记: %w", err)
		}
		out[name] = text
	}
	return out, nil
}

// Overdue reports whether it should be back: the day it was to come back on, to its end, is over.
func (d Supply) Overdue(now time.Time) bool {
	return d.TakenBackAt.IsZero() && d.ReturnBy != "" && calendar.DateOf(now).String() > d.ReturnBy
}

func minute(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(calendar.Zone).Format("2006-01-02 15:04")
}
