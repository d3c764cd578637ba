package regulation

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/cedar-policy/cedar-go"

	"jiyao/internal/calendar"
	"jiyao/internal/term"
)

// Duty is a timed duty with its terms worked out for this office.
type Duty struct {
	Name    string // pack/name
	Clause  term.Clause
	ForEach string
	Owner   string        // pack/post, or person:FIELD of the record
	Due     *calendar.Due // nil: no due time, only reminders
	Warn    []calendar.Warn
	Every   time.Duration // reminder interval; 0 is none
	Step    bool          // each reminder goes one step up the chain
	Chain   []Step
	OnLate  []Effect      // at the first late instant
	OnLater []LaterEffect // later than that
	OnWarn  []Effect
	OnOpen  []Effect // of one that opens by itself
	Of      string   // what one that opens by itself is for each of: a source of act.OpensFor
	Shown   []string
	Dates   []calendar.Due // opens at 00:00 of this date each year
	Daily   Daily          // opens on each day
	// Periodic: opens at the first instant of each period of its due rule.
	Periodic bool
	OffDay   bool     // opens on a day off with the first act of who owes it
	Who      []string // posts (pack/post) whose holders owe it; empty: everybody, where it is one for each person
	pack     *Pack
	opens    map[string][]*condition // act → any of these
	closes   map[string][]closing
}

// EndsWith reports whether an act ends the duty, under whatever condition.
func (d *Duty) EndsWith(act string) bool { return len(d.closes[act]) > 0 }

// Step is one step of an escalation.
type Step struct {
	Post     string
	After    calendar.After
	AtOnce   bool   // told at the opening
	EachUnit bool   // the post is one that each unit has: that of the owner's unit is told
	Else     string // the post that is told where his unit has none beside himself
}

type closing struct {
	when  *condition
	count int
}

// takeDuties compiles obligations, watches, checklists and reactions of the adopted clauses.
func (l *Law) takeDuties(p *Pack, in func(term.Clause) bool) error {
	var errs []error
	for i := range p.Obligations {
		o := l.left(p, &p.Obligations[i])
		if len(o.Opens) > 0 && in(o.Clause) {
			o.pack = p
			d, err := l.compileDuty(p, o)
			if err != nil {
				errs = append(errs, fmt.Errorf("%s/obligations.yaml: %s: %w", p.Name, o.Name, err))
				continue
			}
			l.duties = append(l.duties, d)
			errs = append(errs, l.compileGuard(p, o))
		}
	}
	for i := range p.Watches {
		if w := &p.Watches[i]; in(w.Clause) {
			w.pack = p
			l.watches = append(l.watches, w)
		}
	}
	for i := range p.Checklists {
		c := &p.Checklists[i]
		c.pack = p
		kept := *c
		kept.Lines = nil
		for _, line := range c.Lines {
			if in(line.Clause) {
				kept.Lines = append(kept.Lines, line)
			}
		}
		if len(kept.Lines) > 0 {
			l.sheets = append(l.sheets, &kept)
			d, err := l.compileSheetDuty(p, &kept)
			errs = append(errs, l.compileSheet(p, &kept), l.compileGate(p, &kept), err)
			if d != nil {
				l.duties = append(l.duties, d)
			}
		}
	}
	for i := range p.Reactions {
		if r := &p.Reactions[i]; in(r.Clause) {
			r.pack = p
			for _, act := range r.acts() {
				if _, err := l.condition(act, l.under(p, r.Clause, act, r.When)); err != nil {
					errs = append(errs, fmt.Errorf("%s/consequences.yaml: %s: %w", p.Name, r.Name, err))
				}
			}
			l.reacts = append(l.reacts, r)
		}
	}
	return errors.Join(errs...)
}

// condition compiles a condition for an act once; acts not in the catalogue have none.
func (l *Law) condition(act, text string) (*condition, error) {
	words, ok := l.vocabulary[act]
	if !ok || strings.TrimSpace(text) == "" {
		return nil, nil
	}
	key := act + "\x00" + text
	if c, ok := l.conditions[key]; ok {
		return c, nil
	}
	c, err := newCondition(text, words.Facts, l.params)
	if err != nil {
		return nil, err
	}
	l.conditions[key] = c
	return c, nil
}

func (l *Law) compileDuty(p *Pack, o *Obligation) (*Duty, error) {
	d := &Duty{
		Name: p.Name + "/" + o.Name, Clause: o.Clause, ForEach: o.ForEach, Step: o.Step, OnWarn: o.WarnThen, OnOpen: o.OnOpen,
		Shown: o.Shown, pack: p, opens: map[string][]*condition{}, closes: map[string][]closing{},
	}
	d.Owner = o.Owner
	if !strings.HasPrefix(o.Owner, "person:") {
		d.Owner = p.post(o.Owner)
	}
	if err := l.compileTerms(d, o); err != nil {
		return nil, err
	}
	if err := l.compileChain(p, d, o); err != nil {
		return nil, err
	}
	for _, op := range o.Opens {
		if op.Each == dayOff {
			if op.At != firstAct {
				return nil, errors.New("opens each day off: at: first act is expected")
			}
			d.OffDay = true
			continue
		}
		if op.Each == eachPeriod {
			if d.Due == nil {
				return nil, errors.New("opens each period: due: within each … is expected")
			}
			if _, ok := d.Due.Period(); !ok {
				return nil, errors.New("opens each period: due: within each … is expected")
			}
			d.Periodic = true
			continue
		}
		if op.Each != "" {
			var err error
			if d.Daily, err = dailyOf(op); err != nil {
				return nil, err
			}
			continue
		}
		if op.Date != "" {
			date, err := calendar.ParseDue(op.Date)
			if err != nil {
				return nil, err
			}
			d.Dates, d.Of = append(d.Dates, date), op.Of
			continue
		}
		c, err := l.condition(op.On, l.under(p, o.Clause, op.On, op.When))
		if err != nil {
			return nil, err
		}
		d.opens[op.On] = append(d.opens[op.On], c)
	}
	for _, cl := range o.ClosedBy {
		c, err := l.condition(cl.Act, cl.When)
		if err != nil {
			return nil, err
		}
		d.closes[cl.Act] = append(d.closes[cl.Act], closing{c, max(cl.Count, 1)})
	}
	if o.Who != "" {
		d.Who = p.postsOf(o.Who)
	}
	if len(d.opens)+len(d.Dates) == 0 && d.Daily == "" && !d.OffDay && !d.Periodic || len(d.closes) == 0 {
		return nil, errors.New("opens and closed_by are expected")
	}
	return d, nil
}

func (l *Law) compileTerms(d *Duty, o *Obligation) error {
	due, err := plain(o.Due, l.params)
	if err != nil {
		return err
	}
	if due != "" && due != "none" {
		parsed, err := calendar.ParseDue(due)
		if err != nil {
			return err
		}
		d.Due = &parsed
	}
	warn, err := plain(o.Warn, l.params)
	if err != nil {
		return err
	}
	if warn != "" {
		if d.Warn, err = calendar.ParseWarn(warn); err != nil {
			return err
		}
	}
	every, err := plain(o.Every, l.params)
	if err != nil {
		return err
	}
	if every != "" {
		if d.Every, err = calendar.ParseSpan(every); err != nil {
			return err
		}
	}
	if d.Due == nil && d.Every == 0 {
		return errors.New("due, or every, is expected")
	}
	return nil
}

// compileGuard forbids the act that would close too early.
func (l *Law) compileGuard(p *Pack, o *Obligation) error {
	if o.Guard == nil {
		return nil
	}
	words, ok := l.vocabulary[o.Guard.Act]
	if !ok {
		return nil
	}
	expr, err := expand(o.Guard.When, words.Facts, l.params)
	if err != nil {
		return fmt.Errorf("%s/obligations.yaml: %s: guard: %w", p.Name, o.Name, err)
	}
	text := fmt.Sprintf("forbid (principal, action == Action::%q, resource) when { %s };", o.Guard.Act, expr)
	return l.forbid(o.Guard.Act, text, &rule{name: p.Name + "/guard/" + o.Name, clause: o.Clause, remedy: p.remedy(o.Guard.Remedy, o.Guard.Step)})
}

// Opened lists the duties that an act opens when it was done with these facts, for the target that concerns
// person; an empty person means any.
func (l *Law) Opened(act string, k *Known, person term.PersonID) ([]*Duty, error) {
	return l.dutiesOf(k.about(person), func(d *Duty) []*condition { return d.opens[act] })
}

// OpenedAs lists the duties for each thing of a kind that an act would open which was done before the program and is only
// written down: its own facts are not known any more, so that a duty opens where its condition cannot be told.
func (l *Law) OpenedAs(act, kind string, k *Known, person term.PersonID) []*Duty {
	var out []*Duty
	for _, d := range l.duties {
		if d.ForEach != kind || len(d.opens[act]) == 0 {
			continue
		}
		if hit, err := anyHolds(d.opens[act], k.about(person)); hit || err != nil {
			out = append(out, d)
		}
	}
	return out
}

// Closed lists the duties that an act closes, likewise.
func (l *Law) Closed(act string, k *Known, person term.PersonID) ([]*Duty, error) {
	return l.dutiesOf(k.about(person), func(d *Duty) []*condition {
		var out []*condition
		for _, c := range d.closes[act] {
			out = append(out, c.when)
		}
		return out
	})
}

func (l *Law) dutiesOf(contexts []cedar.Record, pick func(*Duty) []*condition) ([]*Duty, error) {
	var out []*Duty
	for _, d := range l.duties {
		hit, err := anyHolds(pick(d), contexts)
		if err != nil {
			return nil, fmt.Errorf("duty %s: %w", d.Name, err)
		}
		if hit {
			out = append(out, d)
		}
	}
	return out, nil
}

func anyHolds(conditions []*condition, contexts []cedar.Record) (bool, error) {
	for _, c := range conditions {
		for _, context := range contexts {
			ok, err := c.holds(context)
			if err != nil || ok {
				return ok, err
			}
		}
	}
	return false, nil
}

// Duty gives one by pack/name.
func (l *Law) Duty(name string) (*Duty, bool) {
	for _, d := range l.duties {
		if d.Name == name {
			return d, true
		}
	}
	return nil, false
}

// ClosedBy lists the acts that may close it, in order.
func (d *Duty) ClosedBy() []string { return slices.Sorted(maps.Keys(d.closes)) }

// Shown are names of duties that somebody sees beside their owner.
type Shown struct {
	ByPost   []string // because of a post of his
	ToReader []string // where the duty is about him as a reader
}

// shownToReader is the relation that a duty may name beside posts.
const shownToReader = "reader"

// Shown lists the duties that the holder of some posts sees beside their owners.
func (l *Law) Shown(posts []string) Shown {
	var out Shown
	for _, d := range l.duties {
		for _, s := range d.Shown {
			switch {
			case s == shownToReader:
				out.ToReader = append(out.ToReader, d.Name)
			case slices.Contains(posts, d.Post(s)) && !slices.Contains(out.ByPost, d.Name):
				out.ByPost = append(out.ByPost, d.Name)
			}
		}
	}
	return out
}

// AlsoTold names who is warned beside the owner: posts, or person:ID of the reader whom the duty is about.
func (d *Duty) AlsoTold(reader term.PersonID) []string {
	var out []string
	for _, s := range d.Shown {
		switch {
		case s != shownToReader:
			out = append(out, d.Post(s))
		case reader != "":
			out = append(out, "person:"+string(reader))
		}
	}
	return out
}

// Post names a post of the duty's pack.
func (d *Duty) Post(name string) string { return d.pack.post(name) }
