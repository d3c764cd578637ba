package procedure

import (
	"fmt"
	"slices"

	"jiyao/internal/act"
	"jiyao/internal/approval"
	"jiyao/internal/document"
	"jiyao/internal/incident"
	"jiyao/internal/inspection"
	"jiyao/internal/notify"
	"jiyao/internal/obligation"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Reader is whose board is looked at.
type Reader struct {
	Person term.PersonID
	Posts  []string // held and acted for, pack/post
	Law    *regulation.Law
	People act.Directory
}

// notices lists what the reader was told: what he has not seen, or of ids those that are for him. What is about an
// item or a case that he may not know of is left out.
func (r Reader) notices(tx *store.Tx, ids ...term.NoticeID) ([]notify.Notice, error) {
	about, _ := r.People.Facts(r.Person)
	sight, err := r.Law.Sight(r.Posts, about.Left)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", refuse.ErrUnavailable, err)
	}
	list, err := document.Told(tx, act.Viewer{Person: r.Person, Sight: sight}, r.Posts, ids...)
	if err != nil {
		return nil, err
	}
	var cases []term.CaseID
	for _, n := range list {
		if n.Kind == "case" {
			cases = append(cases, term.CaseID(n.Subject))
		}
	}
	known, err := incident.ViewerOf(r.Law, r.Person, r.People).Known(tx, cases)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(list, func(n notify.Notice) bool { return n.Kind == "case" && !known[term.CaseID(n.Subject)] }), nil
}

// Told lists what the reader was told and has not seen, newest first, at most notify.MaxSeen, with what it is about.
func (r Reader) Told(tx *store.Tx) ([]notify.Told, error) {
	list, err := r.notices(tx)
	if err != nil {
		return nil, err
	}
	var items []term.DocumentID
	var findings []term.FindingID
	var duties, leaves []string
	for _, n := range list {
		if n.Document != "" {
			items = append(items, n.Document)
		}
		switch {
		case n.Duty != "":
			duties = append(duties, n.Duty)
		case n.Kind == "finding":
			findings = append(findings, term.FindingID(n.Subject))
		case aboutLeave(n.Kind):
			leaves = append(leaves, n.Subject)
		}
	}
	numbers, err := numbersOf(tx, items)
	if err != nil {
		return nil, err
	}
	dutyOf, err := rowsOf(tx, obligation.Duties, duties, func(d obligation.Duty) string { return string(d.ID) })
	if err != nil {
		return nil, err
	}
	leaveOf, err := rowsOf(tx, approval.Leaves, leaves, func(l approval.Leave) string { return string(l.ID) })
	if err != nil {
		return nil, err
	}
	found, err := inspection.ViewerOf(r.Law, r.Person, r.People).Known(tx, findings)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(slices.Clone(list), func(n notify.Notice) bool { // answered: nobody is asked any more
		l, ok := leaveOf[n.Subject]
		return ok && (n.Kind == "leave_asked" || n.Kind == "step_asked") && l.State != approval.Asked
	})
	out := make([]notify.Told, len(list))
	for i, n := range list {
		d := dutyOf[n.Duty]
		out[i] = notify.Told{Notice: n, Number: numbers[n.Document], DutyName: d.Name, DutyOn: d.SubjectKind}
		if n.Duty == "" {
			out[i].Register = r.triesOf(n.Clause)
		}
		out[i].Opens = n.Kind == "case" || found[term.FindingID(n.Subject)]
		if aboutLeave(n.Kind) {
			out[i].Act = leaveOf[n.Subject].Act
		}
	}
	return out, nil
}

// sourceOfTries is the source in document.Registers that lists refused and hidden tries.
const sourceOfTries = "refused"

// triesOf names the register of refused tries that a clause keeps; empty where it keeps none, or keeps it from the reader.
func (r Reader) triesOf(clause term.Clause) string {
	for _, report := range r.Law.Readable(r.Posts) {
		if report.Source == sourceOfTries && report.Clause == clause {
			return report.Name
		}
	}
	return ""
}

func aboutLeave(kind string) bool {
	return slices.Contains([]string{"leave_asked", "step_asked", act.LeaveGranted, act.LeaveDenied, act.LeaveWithdrawn, act.LeaveExpired, act.StepDone, act.StepDeclined}, kind)
}

// numbersOf gives the receipt numbers of documents.
func numbersOf(tx *store.Tx, ids []term.DocumentID) (map[term.DocumentID]string, error) {
	rows, err := rowsOf(tx, document.Documents, ids, func(d document.Document) term.DocumentID { return d.ID })
	if err != nil {
		return nil, err
	}
	out := map[term.DocumentID]string{}
	for id, d := range rows {
		out[id] = document.Number(d)
	}
	return out, nil
}

// rowsOf reads rows by their ids, each once, at most maxIDs.
func rowsOf[R any, K ~string](tx *store.Tx, t *store.Table[R], ids []K, key func(R) K) (map[K]R, error) {
	out := map[K]R{}
	if ids = distinct(ids); len(ids) == 0 {
		return out, nil
	}
	list, args, err := among(ids)
	if err != nil {
		return nil, err
	}
	rows, err := t.Select(tx, "WHERE id IN "+list, args...)
	if err != nil {
		return nil, fmt.Errorf("read what a board is about: %w", err)
	}
	for _, r := range rows {
		out[key(r)] = r
	}
	return out, nil
}
