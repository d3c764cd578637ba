package prove

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/calendar"
	"jiyao/internal/incident"
	"jiyao/internal/inspection"
	"jiyao/internal/ledger"
	"jiyao/internal/notify"
	"jiyao/internal/obligation"
	"jiyao/internal/store"
)

// The expectations that look at what an act left behind. A count that is not given means at least one.

// counted holds a number of things against the count a step gives.
func counted(want *int, got int, what string) error {
	switch {
	case want == nil && got == 0:
		return differs("at least one "+what, "none")
	case want != nil && got != *want:
		return differs(fmt.Sprint(*want, " ", what), got)
	}
	return nil
}

// one reads rows on a snapshot.
func one[R any](ctx context.Context, w *world, t *store.Table[R], tail string, args ...any) (out []R, err error) {
	err = w.db.Read(ctx, func(tx *store.Tx) error {
		out, err = t.Select(tx, tail, args...)
		return err
	})
	return out, err
}

// dutyStep expects duties of one name.
type dutyStep struct {
	Duty   string `yaml:"duty"`
	On     string `yaml:"on"` // the subject it hangs on, or its document
	Open   *int   `yaml:"open"`
	Closed *int   `yaml:"closed"`
	// The rest must be so of each open duty, or, where none is expected open, of each.
	Due   string `yaml:"due"` // none for a duty without
	Late  *bool  `yaml:"late"`
	Owner string `yaml:"owner"` // post or person
	Told  string `yaml:"told"`  // the highest post told so far
}

func (s *dutyStep) check(c *checker) error {
	if s.Open == nil && s.Closed == nil {
		return errors.New("open or closed, a number, is expected")
	}
	if s.Due != "" && s.Due != "none" {
		if _, err := parseWhen(s.Due, epoch); err != nil {
			return err
		}
	}
	return all(c.duty(s.Duty), c.whom(s.Owner), c.whom(s.Told))
}

func (s *dutyStep) run(ctx context.Context, w *world, _ where) error {
	name, _ := w.book.duty(s.Duty)
	on, err := w.names.resolve(s.On)
	if err != nil {
		return err
	}
	found, err := one(ctx, w, obligation.Duties, "WHERE name = $1 ORDER BY opened_at, id", name)
	if err != nil {
		return err
	}
	var open, closed []obligation.Duty
	for _, d := range found {
		switch {
		case on != "" && d.Subject != on && string(d.Document) != on:
		case d.State == obligation.Open:
			open = append(open, d)
		default:
			closed = append(closed, d)
		}
	}
	if s.Open != nil && len(open) != *s.Open {
		return differs(fmt.Sprint(*s.Open, " open"), len(open))
	}
	if s.Closed != nil && len(closed) != *s.Closed {
		return differs(fmt.Sprint(*s.Closed, " closed"), len(closed))
	}
	judged := open
	if s.Open == nil || *s.Open == 0 {
		judged = append(open, closed...)
	}
	if len(judged) == 0 && (s.Due != "" || s.Late != nil || s.Owner != "" || s.Told != "") {
		return differs("a duty "+name, "none")
	}
	for _, d := range judged {
		if err := s.judge(w, d); err != nil {
			return err
		}
	}
	return nil
}

func (s *dutyStep) judge(w *world, d obligation.Duty) error {
	switch {
	case s.Due == "none" && !d.DueAt.IsZero():
		return differs("no due time", stamp(d.DueAt))
	case s.Due != "" && s.Due != "none":
		due, err := parseWhen(s.Due, w.clock.Now())
		if err != nil {
			return err
		}
		if !d.DueAt.Equal(due) {
			return differs("due "+stamp(due), stamp(d.DueAt))
		}
	}
	switch {
	case s.Late != nil && *s.Late == d.LateAt.IsZero():
		return differs(fmt.Sprint("late ", *s.Late), fmt.Sprint(!d.LateAt.IsZero()))
	case !w.is(s.Owner, d.OwnerPost, string(d.OwnerPerson)):
		return differs("owner "+s.Owner, d.OwnerPost+string(d.OwnerPerson))
	case !w.is(s.Told, d.ToldPost, ""):
		return differs("told "+s.Told, "told "+d.ToldPost)
	}
	return nil
}

// stamp spells a time to the second in Asia/Shanghai.
func stamp(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.In(calendar.Zone).Format("2006-01-02T15:04:05")
}

// is reports whether a name (a post or a person; empty: whoever) is the post or the person.
func (w *world) is(name, post, person string) bool {
	if name == "" {
		return true
	}
	if resolved, err := w.names.resolve(name); err == nil {
		name = resolved
	}
	full, ok := w.book.post(name)
	return ok && full == post || name == person
}

// toldStep expects notices to a post or a person.
type toldStep struct {
	Told   string `yaml:"told"`
	Kind   string `yaml:"kind"`
	Duty   string `yaml:"duty"`
	On     string `yaml:"on"` // subject or document
	Clause string `yaml:"clause"`
	Count  *int   `yaml:"count"`
}

func (s *toldStep) check(c *checker) error {
	if s.Told == "" {
		return errors.New("told: a post or person is expected")
	}
	return all(c.whom(s.Told), c.duty(s.Duty), c.clauses(s.Clause))
}

func (s *toldStep) run(ctx context.Context, w *world, _ where) error {
	on, err := w.names.resolve(s.On)
	if err != nil {
		return err
	}
	duties := map[string]bool{}
	if s.Duty != "" {
		name, _ := w.book.duty(s.Duty)
		found, err := one(ctx, w, obligation.Duties, "WHERE name = $1", name)
		if err != nil {
			return err
		}
		for _, d := range found {
			duties[string(d.ID)] = true
		}
	}
	notices, err := one(ctx, w, notify.Notices, "ORDER BY at, id")
	if err != nil {
		return err
	}
	n := 0
	for _, notice := range notices {
		if w.is(s.Told, notice.Post, string(notice.Person)) && fits(s.Kind, notice.Kind) && fits(s.Clause, string(notice.Clause)) &&
			(s.Duty == "" || duties[notice.Duty]) && (on == "" || notice.Subject == on || string(notice.Document) == on) {
			n++
		}
	}
	return counted(s.Count, n, "notice")
}

// fits reports whether a text is the wanted one; nothing wanted fits everything.
func fits(want, got string) bool { return want == "" || want == got }

// caseStep expects cases of a kind.
type caseStep struct {
	Case    string    `yaml:"case"`
	SubKind string    `yaml:"sub_kind"`
	Clause  string    `yaml:"clause"`
	On      string    `yaml:"on"` // subject or document
	Persons *[]string `yaml:"persons"`
	Told    string    `yaml:"told"` // a post or person that is told of it
	Count   *int      `yaml:"count"`
}

func (s *caseStep) check(c *checker) error {
	if s.Case == "" {
		return errors.New("case: a kind is expected")
	}
	return all(c.clauses(s.Clause), c.persons(s.Persons), c.whom(s.Told))
}

func (c *checker) persons(ids *[]string) error {
	if ids == nil {
		return nil
	}
	for _, id := range *ids {
		if _, ok := c.book.person(id); !ok {
			return fmt.Errorf("persons: %q: a person of the office file is expected", id)
		}
	}
	return nil
}

func (s *caseStep) run(ctx context.Context, w *world, _ where) error {
	on, err := w.names.resolve(s.On)
	if err != nil {
		return err
	}
	cases, err := one(ctx, w, incident.Cases, "WHERE kind = $1 ORDER BY opened_at, id", s.Case)
	if err != nil {
		return err
	}
	parties, err := one(ctx, w, incident.Parties, "WHERE role = $1", incident.Told)
	if err != nil {
		return err
	}
	n := 0
	for _, c := range cases {
		told := slices.ContainsFunc(parties, func(p incident.Party) bool { return p.Case == c.ID && w.is(s.Told, p.Who, p.Who) })
		if fits(s.SubKind, c.SubKind) && (s.Clause == "" || slices.Contains(c.Clauses, s.Clause)) && (on == "" || c.Subject == on || string(c.Document) == on) &&
			(s.Persons == nil || sameSet(c.Persons, *s.Persons)) && (s.Told == "" || told) {
			n++
		}
	}
	return counted(s.Count, n, "case")
}

// findingStep expects findings.
type findingStep struct {
	Finding struct {
		Clause  string    `yaml:"clause"`
		What    string    `yaml:"what"`
		Owner   string    `yaml:"owner"` // post or person
		Persons *[]string `yaml:"persons"`
		On      string    `yaml:"on"` // subject or document
		FixBy   string    `yaml:"fix_by"`
		State   string    `yaml:"state"`
	} `yaml:"finding"`
	Count *int   `yaml:"count"`
	As    string `yaml:"as"` // names the last of them
}

func (s *findingStep) check(c *checker) error {
	f := s.Finding
	return all(c.clauses(f.Clause), c.whom(f.Owner), c.persons(f.Persons), c.name(s.As))
}

func (s *findingStep) run(ctx context.Context, w *world, _ where) error {
	f := s.Finding
	on, err := w.names.resolve(f.On)
	if err != nil {
		return err
	}
	found, err := one(ctx, w, inspection.Findings, "ORDER BY found_at, id")
	if err != nil {
		return err
	}
	n := 0
	for _, x := range found {
		if fits(f.Clause, string(x.Clause)) && fits(f.What, x.What) && w.is(f.Owner, x.OwnerPost, string(x.Owner)) && fits(f.FixBy, x.FixBy) &&
			fits(f.State, string(x.State)) && (f.Persons == nil || sameSet(x.Persons, *f.Persons)) &&
			(on == "" || x.Subject == on || string(x.Document) == on) {
			n++
			if s.As != "" {
				w.names[s.As] = act.Receipt{Subject: string(x.ID)}
			}
		}
	}
	return counted(s.Count, n, "finding")
}

// entriesStep expects entries of the ledger.
type entriesStep struct {
	Entries struct {
		Act     string `yaml:"act"`
		Outcome string `yaml:"outcome"`
		By      string `yaml:"by"`
		Clause  string `yaml:"clause"`
		Subject string `yaml:"subject"`
		Late    string `yaml:"late"` // the reason of a late entry
	} `yaml:"entries"`
	Count *int `yaml:"count"`
}

var outcomes = []ledger.Outcome{ledger.Done, ledger.Refused, ledger.NotFound, ledger.Invalid, ledger.System}

func (s *entriesStep) check(c *checker) error {
	e := s.Entries
	if e.Outcome != "" && !slices.Contains(outcomes, ledger.Outcome(e.Outcome)) {
		return fmt.Errorf("outcome %q: one of %v is expected", e.Outcome, outcomes)
	}
	if e.By != "" {
		if err := c.actor(e.By); err != nil {
			return err
		}
	}
	return c.clauses(e.Clause)
}

func (s *entriesStep) run(ctx context.Context, w *world, _ where) error {
	e := s.Entries
	subject, err := w.names.resolve(e.Subject)
	if err != nil {
		return err
	}
	f := ledger.Filter{Act: e.Act, Outcome: ledger.Outcome(e.Outcome), Clause: e.Clause, Subject: subject}
	if e.By != "" {
		f.Actor = string(w.actor(e.By).Person)
	}
	n := 0
	err = w.db.Read(ctx, func(tx *store.Tx) error {
		found, err := w.log.Find(tx, f)
		for _, x := range found {
			if fits(e.Late, x.Late) {
				n++
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	return counted(s.Count, n, "entry")
}
