package procedure

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/approval"
	"jiyao/internal/calendar"
	"jiyao/internal/custody"
	"jiyao/internal/document"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// leaveBooks are the registers of approvals, with the acts that are asked for: 复制、摘抄、录制、汇编审批单 and 外出携带审批.
var leaveBooks = map[string][]string{
	"copy_leaves":  {"custody.duplicate", "custody.excerpt", "custody.record", "custody.compile"},
	"carry_leaves": {"custody.carry_out"},
}

// FormOf is the register in which a request stands, by the act asked for; empty where there is none.
func FormOf(name string) string {
	for source, acts := range leaveBooks {
		if slices.Contains(acts, name) {
			return source
		}
	}
	return ""
}

// LeaveNumber is what a request is called on its form. It counts nothing.
func LeaveNumber(id term.LeaveID) string {
	return strings.Replace(string(term.MakeReference(string(id))), "R-", "SP-", 1)
}

// leaves are the lines of a register of approvals: one a request, in order of asking.
func (b Book) leaves(tx *store.Tx, v act.Viewer, acts []string) ([]row, error) {
	cond, args := v.Visible("d.class", "d.id", 1)
	where := []string{
		"act IN ('" + strings.Join(acts, "', '") + "')", "approval <> ''", "(request IS NULL OR request = '' OR request = id)",
		"EXISTS (SELECT 1 FROM document d WHERE d.id = leave.document AND " + cond + ")",
	}
	tail, args := b.Tail("asked_at", "id", where, args, document.MaxRegister)
	list, err := approval.Leaves.Select(tx, tail, args...)
	if err != nil {
		return nil, fmt.Errorf("read a register of approvals: %w", err)
	}
	out := make([]row, len(list))
	for i, l := range list {
		if out[i], err = b.leave(tx, l); err != nil {
			return nil, err
		}
		store.Stand(out[i], l.AskedAt, string(l.ID))
	}
	return out, nil
}

// LeaveLine is the line of one request, by the leave that stands for it. Whoever calls it answers for who may see it.
func (b Book) LeaveLine(tx *store.Tx, l approval.Leave) (row, error) { return b.leave(tx, l) }

// askedFor is what a request for one of these acts was asked with.
type askedFor struct {
	Copy       term.CopyID     `json:"copy"`
	SourceCopy term.CopyID     `json:"source_copy"`
	Sources    []CompiledOf    `json:"sources"`
	Copies     *int            `json:"copies"`
	Purpose    string          `json:"purpose"`
	Passages   string          `json:"passages"`
	Recipients []string        `json:"recipients"`
	Device     term.DeviceID   `json:"device"`
	Stamp      string          `json:"stamp"`
	IssuerRule string          `json:"issuer_rule"`
	ConsentNo  string          `json:"consent_no"`
	Consents   []ConsentOf     `json:"consents"`
	Carriers   []string        `json:"carriers"`
	To         string          `json:"destination"`
	Route      string          `json:"route"`
	Measures   []string        `json:"measures"`
	ReturnBy   time.Time       `json:"return_by"`
	CopyNos    []string        `json:"copy_numbers"`
	Scope      []term.PersonID `json:"scope"`
}

// permitted is what the issuers say to it: of several sources what the strictest says, once nobody forbids what he did not consent to.
func (a askedFor) permitted() string {
	sources, given := a.Sources, map[term.CopyID]bool{}
	for _, c := range a.Consents {
		given[c.Copy] = c.ConsentNo != ""
	}
	if len(sources) == 0 {
		sources, given[a.SourceCopy] = []CompiledOf{{a.SourceCopy, a.IssuerRule}}, a.ConsentNo != ""
	}
	worst := ""
	order := []string{"", "allows", "consented", "silent", "forbids"}
	for _, s := range sources {
		says := s.IssuerRule
		if given[s.Copy] {
			says = "consented"
		}
		if slices.Index(order, says) > slices.Index(order, worst) {
			worst = says
		}
	}
	return worst
}

func (b Book) leave(tx *store.Tx, l approval.Leave) (row, error) {
	doc, err := document.Documents.Get(tx, l.Document)
	if err != nil {
		return nil, fmt.Errorf("read the item of a request: %w", err)
	}
	covers, err := document.Covers(tx, []document.Document{doc}, !b.Masked)
	if err != nil {
		return nil, err
	}
	out := row{
		"document": string(l.Document), "leave": string(l.ID), "number": LeaveNumber(l.ID), "applicant": string(l.Applicant), "unit": b.unit(string(l.Applicant)),
		"asked_at": at(l.AskedAt), "manner": l.Act, "state": string(l.State),
	}
	name(out, covers[0])
	var with askedFor
	if !covers[0].Masked {
		if with, err = b.openAsked(tx, &l, out); err != nil {
			return nil, err
		}
	} else {
		out["masked"] = "yes"
	}
	if with.SourceCopy == "" && with.Copy == "" { // what it is bound to is never sealed
		var bound askedFor
		if err := json.Unmarshal([]byte(l.Bound), &bound); err != nil {
			return nil, fmt.Errorf("read what a leave is bound to: %w", err)
		}
		with.Copy, with.SourceCopy = bound.Copy, bound.SourceCopy
	}
	if err := ofPiece(tx, with, out); err != nil {
		return nil, err
	}
	if err := decisions(tx, l, out); err != nil {
		return nil, err
	}
	if l.State == approval.Granted || l.State == approval.Spent {
		out["copies_approved"] = out["copies"]
	}
	return out, b.came(tx, l, with, out)
}

// openAsked opens what a request was asked with.
func (b Book) openAsked(tx *store.Tx, l *approval.Leave, out row) (with askedFor, err error) {
	if err := approval.Leaves.Reveal(tx, l, "asked_with", "reason"); err != nil {
		return with, fmt.Errorf("open a request: %w", err)
	}
	text, err := said(l.With)
	if err != nil {
		return with, err
	}
	if text != "" {
		if err := json.Unmarshal([]byte(text), &with); err != nil {
			return with, fmt.Errorf("read a request: %w", err)
		}
	}
	if out["reason"], err = said(l.Reason); err != nil {
		return with, err
	}
	n := 1
	if with.Copies != nil {
		n = *with.Copies
	}
	out["copies"], out["purpose"], out["passages"], out["recipients"] = strconv.Itoa(n), with.Purpose, with.Passages, b.receivers(with.Recipients)
	if out["purpose"] == "" {
		out["purpose"] = out["reason"]
	}
	out["device"], out["stamp"], out["permitted"] = string(with.Device), with.Stamp, with.permitted()
	out["carriers"], out["destination"], out["route"] = strings.Join(with.Carriers, "、"), with.To, with.Route
	out["measures"], out["return_by"] = strings.Join(with.Measures, "、"), at(with.ReturnBy)
	return with, nil
}

// receivers gives recipients as people write them: who is on the roll by his name, everybody else as he was written down.
func (b Book) receivers(recipients []string) string {
	out := slices.Clone(recipients)
	for i, r := range out {
		if b.People == nil {
			break
		}
		if name := b.People.Name(term.PersonID(r)); name != "" {
			out[i] = name
		}
	}
	return strings.Join(out, "、")
}

func said(s store.Sealed) (string, error) {
	if s.Empty() {
		return "", nil
	}
	text, err := s.Text()
	if err != nil {
		return "", fmt.Errorf("read a request: %w", err)
	}
	return text, nil
}

func at(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(calendar.Zone).Format(toTheMinute)
}

// piece is the piece that a request is about; the first of several.
func (a askedFor) piece() term.CopyID {
	switch {
	case a.Copy != "":
		return a.Copy
	case a.SourceCopy != "":
		return a.SourceCopy
	case len(a.Sources) > 0:
		return a.Sources[0].Copy
	}
	return ""
}

func ofPiece(tx *store.Tx, a askedFor, out row) error {
	id := a.piece()
	if id == "" {
		return nil
	}
	c, ok, err := custody.Copies.One(tx, "WHERE id = $1", string(id))
	if err != nil || !ok {
		return err
	}
	out["copy"], out["copy_no"] = string(c.ID), c.Called()
	return nil
}

// decisions tells who has decided a request, of all the leaves that it needs.
func decisions(tx *store.Tx, l approval.Leave, out row) error {
	all, err := approval.Siblings(tx, l)
	if err != nil {
		return fmt.Errorf("read the leaves of a request: %w", err)
	}
	var who []string
	last := time.Time{}
	for _, x := range append([]approval.Leave{l}, all...) {
		for _, p := range append(slices.Clone(x.Grantors), x.GrantedBy) {
			if p != "" && !slices.Contains(who, string(p)) {
				who = append(who, string(p))
			}
		}
		if x.DecidedAt.After(last) {
			last = x.DecidedAt
		}
	}
	out["approver"], out["approved_at"] = strings.Join(who, "、"), at(last)
	return nil
}

// came tells what was done on a request: what was made by it, or the way that a piece went.
func (b Book) came(tx *store.Tx, l approval.Leave, a askedFor, out row) error {
	if l.SpentAt.IsZero() || a.piece() == "" {
		return nil
	}
	if l.Act == "custody.carry_out" {
		t, ok, err := custody.Trips.One(tx, "WHERE copy = $1 AND out_at = $2", string(a.piece()), l.SpentAt.UnixMilli())
		if err != nil || !ok {
			return err
		}
		out["out_at"], out["back_at"], out["received_by"] = at(t.OutAt), at(t.BackAt), string(t.TakenBy)
		out["return_check"] = custody.CheckOf(t.BackAt, t.Checked, !t.Short)
		return nil
	}
	made, err := custody.Reproductions.Select(tx, "WHERE kind = $1 AND made_at = $2 AND source_copy = $3 ORDER BY number, id",
		strings.TrimPrefix(l.Act, "custody."), l.SpentAt.UnixMilli(), string(a.piece()))
	if err != nil || len(made) == 0 {
		return err
	}
	first, last := made[0], made[len(made)-1]
	out["device"], out["made_by"], out["made_at"], out["stamp"] = string(first.Device), string(first.MadeBy), at(first.MadeAt), first.Stamp
	out["copy_no_from"], out["copy_no_to"] = first.Number, last.Number
	out["copies_made"] = strconv.Itoa(len(made))
	if approved := out["copies_approved"]; approved != "" && approved != out["copies_made"] {
		out["copies_made"] += "/" + approved // fewer than were approved
	}
	return recovered(tx, made, out)
}

// recovered tells how many of the pieces made have ended.
func recovered(tx *store.Tx, made []custody.Reproduction, out row) error {
	ids := make([]term.CopyID, len(made))
	for i, m := range made {
		ids[i] = m.Copy
	}
	list, args, err := among(ids)
	if err != nil {
		return err
	}
	gone, err := custody.Copies.Count(tx, "WHERE state = 'ended' AND id IN "+list, args...)
	out["recovery"] = strconv.Itoa(gone) + "/" + strconv.Itoa(len(made))
	return err
}
