package custody

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Loan is a loan with the copy it is of, as a list shows it.
type Loan struct {
	HandOver
	Carrier Carrier
}

// Loans asks for the copies that are lent out.
type Loans struct {
	By    term.PersonID // empty: of everybody
	Sort  string        // due (the default), person
	After term.HandOverID
	Most  int
}

// LoansOut lists open loans, as far as the viewer may know of them; next is where the list goes on, empty at its end.
func LoansOut(tx *store.Tx, v act.Viewer, q Loans) (out []Loan, next term.HandOverID, err error) {
	cond, args := v.Visible("class", "document", 1)
	where := "WHERE back_at IS NULL AND kind = 'lend' AND " + cond
	arg := func(a any) string { args = append(args, a); return "$" + strconv.Itoa(len(args)) }
	if q.By != "" {
		where += " AND receiver = " + arg(string(q.By))
	}
	order := "return_by, id"
	if q.Sort == "person" {
		order = "receiver, return_by, id"
	}
	if q.After != "" {
		known, who := v.Visible("class", "document", 2)
		last, ok, err := HandOvers.One(tx, "WHERE id = $1 AND "+known, append([]any{string(q.After)}, who...)...)
		if err != nil {
			return nil, "", fmt.Errorf("find where the list goes on: %w", err)
		}
		if !ok {
			return nil, "", fmt.Errorf("find where the list goes on: %w", refuse.ErrNotFound)
		}
		from := "(" + order + ") > ("
		if q.Sort == "person" {
			from += arg(string(last.Receiver)) + ", "
		}
		where += " AND " + from + arg(last.ReturnBy.UnixMilli()) + ", " + arg(string(last.ID)) + ")"
	}
	lines, err := HandOvers.Select(tx, where+" ORDER BY "+order+" LIMIT "+strconv.Itoa(q.Most+1), args...)
	if err != nil {
		return nil, "", fmt.Errorf("list the open loans: %w", err)
	}
	if len(lines) > q.Most {
		lines = lines[:q.Most]
		next = lines[q.Most-1].ID
	}
	out, err = lentOf(tx, v, lines)
	return out, next, err
}

// LoansBack lists the loans that came back last, the newest first.
func LoansBack(tx *store.Tx, v act.Viewer, by term.PersonID, most int) ([]Loan, error) {
	cond, args := v.Visible("class", "document", 1)
	where := "WHERE back_at IS NOT NULL AND kind = 'lend' AND " + cond
	if by != "" {
		args = append(args, string(by))
		where += " AND receiver = $" + strconv.Itoa(len(args))
	}
	lines, err := HandOvers.Select(tx, where+" ORDER BY back_at DESC, id DESC LIMIT "+strconv.Itoa(most), args...)
	if err != nil {
		return nil, fmt.Errorf("list what came back: %w", err)
	}
	return lentOf(tx, v, lines)
}

func lentOf(tx *store.Tx, v act.Viewer, lines []HandOver) ([]Loan, error) {
	out := make([]Loan, len(lines))
	for i, l := range lines {
		c, err := Find(tx, v, l.Copy)
		if err != nil {
			return nil, err
		}
		out[i] = Loan{HandOver: l, Carrier: c}
	}
	return out, nil
}

// ByLabel finds a copy by what a scanner reads; false where there is none or the viewer may not know of its item.
func ByLabel(tx *store.Tx, v act.Viewer, label term.LabelCode) (Carrier, bool, error) {
	cond, args := v.Visible("class", "document", 2)
	c, ok, err := Copies.One(tx, "WHERE label = $1 AND "+cond, append([]any{string(label)}, args...)...)
	if err != nil || !ok {
		return Carrier{}, false, err
	}
	out, err := Find(tx, v, c.ID)
	return out, err == nil, err
}

// With is a copy that is with somebody, or that he answers for.
type With struct {
	Carrier
	How string    // hand_out lend carried; kept: it lies elsewhere and he answers for it
	By  time.Time // until when he has it; zero: none on record
	Out bool      // of one he may not know of: its scope is set, and he is not in it
}

// What somebody has with him or answers for, and until when he has it. $1 is the person.
const (
	isWith  = "(holder = $1 AND state IN ('held', 'carried'))"
	isHis   = "(" + isWith + " OR custodian = $1 AND custodian <> '' AND state <> 'ended')"
	hisTill = "(CASE WHEN NOT " + isWith + " THEN NULL WHEN state = 'carried' THEN (SELECT MIN(t.return_by) FROM trip t WHERE t.copy = copy.id AND t.back_at IS NULL)" +
		" ELSE (SELECT h.return_by FROM hand_over h WHERE h.id = copy.hand_over) END)"
)

// HeldOf lists what a person has with him or answers for, what is due first before the rest: at most so many behind those
// that are skipped. He sees his own, whether or not he may still know of the item: of one he may not, only the label stands.
func HeldOf(tx *store.Tx, v act.Viewer, skip, most int) ([]With, error) {
	rows, err := Copies.Select(tx, "WHERE "+isHis+" ORDER BY CASE WHEN "+hisTill+" IS NULL THEN 1 ELSE 0 END, "+hisTill+", CASE WHEN "+isWith+" THEN 0 ELSE 1 END, since, id LIMIT $2 OFFSET $3",
		string(v.Person), most, skip)
	if err != nil {
		return nil, fmt.Errorf("list what somebody holds and answers for: %w", err)
	}
	out := make([]With, len(rows))
	for i, c := range rows {
		w := With{How: "kept"}
		w.Carrier, err = Find(tx, v, c.ID)
		switch {
		case errors.Is(err, refuse.ErrNotFound):
			w.Carrier = Carrier{Copy: Copy{Label: c.Label, State: c.State, Since: c.Since}}
			if w.Out, err = scoped(tx, c.Document); err != nil {
				return nil, err
			}
		case err != nil:
			return nil, err
		}
		if c.Holder == v.Person && (c.State == Held || c.State == Carried) {
			w.How = "hand_out"
			if w.Line != nil {
				w.How, w.By = w.Line.Kind, w.Line.ReturnBy
			}
			if w.Trip != nil {
				w.How, w.By = "carried", w.Trip.ReturnBy
			}
		}
		out[i] = w
	}
	return out, nil
}

// scoped reports whether the scope of a document is set.
func scoped(tx *store.Tx, document term.DocumentID) (fixed bool, err error) {
	if err = tx.QueryRow("SELECT scope_fixed = 1 FROM document WHERE id = $1", string(document)).Scan(&fixed); err != nil {
		return false, fmt.Errorf("look whether a scope is set: %w", err)
	}
	return fixed, nil
}

// HowManyHeld is how many pieces a person has with him or answers for, and how many of them he should have given back.
func HowManyHeld(tx *store.Tx, person term.PersonID, now time.Time) (all, late int, err error) {
	if all, err = Copies.Count(tx, "WHERE "+isHis, string(person)); err != nil {
		return 0, 0, fmt.Errorf("count what somebody holds: %w", err)
	}
	if late, err = Copies.Count(tx, "WHERE "+isHis+" AND "+hisTill+" < $2", string(person), now.UnixMilli()); err != nil {
		return 0, 0, fmt.Errorf("count what somebody should have given back: %w", err)
	}
	return all, late, nil
}
