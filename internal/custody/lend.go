package custody

import (
	"fmt"
	"slices"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Lend gives a copy to a reader until Due.
type Lend struct {
	Copy        term.CopyID   `json:"copy" req:"true"`
	To          term.PersonID `json:"to" req:"true"`
	Department  term.UnitID   `json:"department"`
	Purpose     string        `json:"purpose" in:"purpose"`
	Destination string        `json:"destination" in:"destination"` // empty: premises
	Due         *time.Time    `json:"due" req:"true"`               // Asia/Shanghai, to the minute
	Place       term.PlaceID  `json:"place"`                        // where he gets it; empty: his office where he is a leader, else his desk
	CopyNo      string        `json:"copy_no"`
	Measures    []string      `json:"measures" in:"measures"`
	Approver    term.PersonID `json:"approver"` // of an approval on paper, where no leave is owed; else the leave says it
}

// lending is a copy about to be lent, and whether the borrower keeps something past its date.
type lending struct {
	held
	late bool // a copy handed out or lent
	away bool // one that he carries about
}

type lendFacts struct {
	copyFacts
	HolderOverdue bool `fact:"holder_overdue"` // one of the two:
	LoanOverdue   bool `fact:"loan_overdue"`
	TripOverdue   bool `fact:"trip_overdue"`
	DaysLent      int  `fact:"loan_days"` // × 24 h from now to due, a part counts as a whole
}

var _ = act.Define("custody.lend", act.Act[Lend, lending, lendFacts]{
	Live:   true,
	Load:   loadLending,
	Knows:  func(s lending, _ Lend, env act.Env) []act.Matter { return s.matters(env) },
	Leans:  func(s lending, cmd Lend) []act.Event { return s.eventsFor(cmd.To) },
	Facts:  factsOfLend,
	Decide: decideLend,
})

func loadLending(tx *act.Tx, cmd Lend) (lending, error) {
	h, err := load(tx, cmd.Copy)
	if err != nil || cmd.To == "" {
		return lending{held: h}, err
	}
	if h.office, err = arrives(tx, cmd.Place, cmd.To); err != nil {
		return lending{held: h}, err
	}
	l := lending{held: h}
	if l.late, err = late(tx.Tx, cmd.To, tx.Env.At); err != nil {
		return l, err
	}
	l.away, err = away(tx.Tx, cmd.To, tx.Env.At)
	return l, err
}

// late reports whether somebody still has at a moment what was handed out or lent to him until before.
func late(tx *store.Tx, person term.PersonID, at time.Time) (bool, error) {
	n, err := HandOvers.Count(tx, "WHERE receiver = $1 AND back_at IS NULL AND return_by < $2", string(person), at.UnixMilli())
	return n > 0, err
}

// away reports whether somebody carries about what he should have brought back before a moment.
func away(tx *store.Tx, person term.PersonID, at time.Time) (bool, error) {
	n, err := Copies.Count(tx, "WHERE holder = $1 AND state = 'carried' AND EXISTS (SELECT 1 FROM trip t WHERE t.copy = copy.id AND t.back_at IS NULL AND t.return_by < $2)",
		string(person), at.UnixMilli())
	return n > 0, err
}

func factsOfLend(s lending, cmd Lend, env act.Env) lendFacts {
	f := lendFacts{copyFacts: s.facts(env, cmd.To), HolderOverdue: s.late || s.away, LoanOverdue: s.late, TripOverdue: s.away}
	f.Purpose, f.DueSet, f.Destination, f.ReceiverKind = cmd.Purpose, cmd.Due != nil, premises(cmd.Destination), receiverKind(env, cmd.To)
	f.signs, f.PlaceKind, f.PlaceWithin = between(env.Actor.Person, cmd.To), s.office.Kind, s.office.Within
	f.until(env, cmd.Due)
	if cmd.Due != nil {
		const day = 24 * time.Hour
		f.DaysLent = int((cmd.Due.Sub(env.At) + day - 1) / day)
	}
	return f
}

// premises is where something goes that is said to go nowhere else.
func premises(destination string) string {
	if destination == "" {
		return "premises"
	}
	return destination
}

func decideLend(s lending, cmd Lend, env act.Env) (act.Changes, error) {
	if err := s.free(0); err != nil {
		return act.Changes{}, err
	}
	if err := receiver(cmd.To, cmd.CopyNo, s.copy, env); err != nil {
		return act.Changes{}, err
	}
	switch {
	case cmd.Due == nil:
		return act.Changes{}, refuse.Field("due", "required")
	case !cmd.Due.After(env.At):
		return act.Changes{}, refuse.Field("due", "in_the_past")
	}
	by, at, err := agreed(cmd.Approver, env)
	if err != nil {
		return act.Changes{}, err
	}
	line := HandOver{
		ID: term.HandOverID(env.ID()), Copy: s.copy.ID, Document: s.copy.Document, Class: s.copy.Class, Kind: "lend",
		Giver: env.Actor.Person, Receiver: cmd.To, OutAt: env.At, ReturnBy: cmd.Due.In(calendar.Zone), Purpose: cmd.Purpose,
		Department: cmd.Department, Destination: premises(cmd.Destination), Approvers: by, ApprovedAt: at,
		GiverSigned: env.Signer("giver"), ReceiverSigned: env.Signer("receiver"), KeptIn: s.office.ID, Measures: distinct(cmd.Measures),
	}
	next := s.copy
	next.State, next.Place, next.Holder, next.HandOver, next.Since, next.Device = Held, "", cmd.To, line.ID, env.At, ""
	return act.Changes{
		Subject: string(s.copy.ID), Document: s.copy.Document, Rows: []store.Change{HandOvers.Insert(line), Copies.Update(s.copy, next)},
		Targets: append(delivered(s.copy, line, s.office), owed(s.copy, cmd.To, line.ReturnBy)), Values: map[string]string{"hand_over": string(line.ID)}, After: s.standing(next, line, Place{}, env),
	}, nil
}

// OnPaper reports whether who let it be done is known from an approval on paper alone: no leave was owed, so none has a time.
func (h HandOver) OnPaper() bool { return len(h.Approvers) > 0 && h.ApprovedAt.IsZero() }

// agreed is by whose leave something is done: that of the leaves it is done on, else the person named of an approval on paper.
func agreed(named term.PersonID, env act.Env) ([]string, time.Time, error) {
	var by []string
	var at time.Time
	for _, a := range env.Allowed {
		if a.By != "" && !slices.Contains(by, string(a.By)) { // a superior's, in writing: its number stands with the leave
			by = append(by, string(a.By))
		}
		if a.At.After(at) {
			at = a.At
		}
	}
	switch {
	case named == "":
	case len(env.Allowed) > 0 && !slices.Contains(by, string(named)):
		return nil, at, refuse.Field("approver", "differs")
	case env.People.Name(named) == "":
		return nil, at, refuse.Field("approver", "unknown_person")
	case len(by) == 0:
		by = []string{string(named)}
	}
	return by, at, nil
}

// owed is a copy that somebody has to give back by a time: what his duties hang on.
func owed(c Copy, holder term.PersonID, by time.Time) act.Target {
	t := target(c)
	t.OpenOnly, t.Person, t.Records = true, holder, map[string]calendar.Recorded{}
	if !by.IsZero() {
		t.Records["return_by"] = until(by)
		t.Records["due"] = until(by)
	}
	return t
}

// until makes a due time of the record: what is due at midnight is due at the end of the day before.
func until(t time.Time) calendar.Recorded {
	if day := calendar.DateOf(t); day.Start().Equal(t) {
		return act.RecordedDate(day.Add(-1))
	}
	return act.Recorded(t)
}

// RecallLoan asks a borrower to give a copy back before its time.
type RecallLoan struct {
	Copy     term.CopyID `json:"copy" req:"true"`
	ReturnBy *time.Time  `json:"return_by"` // nil: the date of the loan stands
	Reason   string      `json:"reason" secret:"true"`
}

var _ = act.Define("custody.recall_loan", act.Act[RecallLoan, held, copyFacts]{
	Load:   func(tx *act.Tx, cmd RecallLoan) (held, error) { return load(tx, cmd.Copy) },
	Knows:  func(s held, _ RecallLoan, env act.Env) []act.Matter { return s.matters(env) },
	Leans:  func(s held, _ RecallLoan) []act.Event { return s.moved() },
	Facts:  func(s held, _ RecallLoan, env act.Env) copyFacts { return s.facts(env, "") },
	Decide: decideRecall,
})

func decideRecall(s held, cmd RecallLoan, env act.Env) (act.Changes, error) {
	if s.line.Kind != "lend" || !s.line.BackAt.IsZero() {
		return act.Changes{}, &refuse.Conflict{Table: "copy", Key: string(s.copy.ID), With: s.copy.Holder}
	}
	line := s.line
	line.RecalledAt = env.At
	if cmd.ReturnBy != nil {
		by := cmd.ReturnBy.In(calendar.Zone)
		switch {
		case !by.After(env.At):
			return act.Changes{}, refuse.Field("return_by", "in_the_past")
		case by.After(line.ReturnBy):
			return act.Changes{}, refuse.Field("return_by", "not_earlier")
		}
		line.ReturnBy = by
	}
	c := act.Changes{
		Subject: string(s.copy.ID), Document: s.copy.Document, Rows: []store.Change{HandOvers.Update(s.line, line)},
		Targets: []act.Target{owed(s.copy, s.copy.Holder, line.ReturnBy)}, Values: map[string]string{"holder": string(s.copy.Holder)},
	}
	c.Then = append(c.Then, act.Follow{Act: "notice.post", Command: toldBack{Kind: "loan_recalled", Person: s.copy.Holder, Subject: string(s.copy.ID), Document: s.copy.Document}})
	return c, nil
}

// toldBack is a notice to somebody, as notice.post takes it.
type toldBack struct {
	Kind     string          `json:"kind"`
	Person   term.PersonID   `json:"person"`
	Subject  string          `json:"id"`
	Document term.DocumentID `json:"document"`
}

func init() {
	act.EachOf("loan", loansOut)
	act.OpensFor("held_done", heldDone)
}

// heldDone lists the copies that are still with somebody of items that were done with in the year before, for which no duty
// of this name has been opened at this time.
func heldDone(tx *store.Tx, name string, at time.Time, limit int) ([]act.Thing, error) {
	year := at.In(calendar.Zone).Year() - 1
	from, to := calendar.Date{Year: year, Month: time.January, Day: 1}.Start(), calendar.Date{Year: year + 1, Month: time.January, Day: 1}.Start()
	copies, err := Copies.Select(tx, `WHERE state IN ('held', 'carried')
		AND EXISTS (SELECT 1 FROM document d WHERE d.id = copy.document AND d.completed_at >= $1 AND d.completed_at < $2)
		AND NOT EXISTS (SELECT 1 FROM obligation o WHERE o.name = $3 AND o.subject = copy.id AND o.opened_at = $4) ORDER BY id LIMIT $5`,
		from.UnixMilli(), to.UnixMilli(), name, at.UnixMilli(), limit)
	if err != nil {
		return nil, fmt.Errorf("list what is still held of what is done: %w", err)
	}
	out := make([]act.Thing, len(copies))
	for i, c := range copies {
		out[i] = act.Thing{ID: string(c.ID), Document: c.Document, Person: c.Holder}
	}
	return out, nil
}

// loansOut lists the copies that are lent out, oldest loan first.
func loansOut(tx *store.Tx) ([]act.Thing, error) {
	lines, err := HandOvers.Select(tx, fmt.Sprintf("WHERE back_at IS NULL AND kind = 'lend' ORDER BY out_at, id LIMIT %d", act.MaxThings))
	if err != nil {
		return nil, fmt.Errorf("list the open loans: %w", err)
	}
	out := make([]act.Thing, len(lines))
	for i, l := range lines {
		out[i] = act.Thing{ID: string(l.Copy), Document: l.Document, Person: l.Receiver, Since: l.OutAt}
	}
	return out, nil
}
