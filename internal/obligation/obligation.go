// Package obligation is the clock: timed duties that open, warn, escalate, leave a late record and close.
//
// A pack says what opens a duty, by when it is due, who is told before and after, and which act closes it
// (regulation.Duty). This package knows the life of one open duty:
//
//	open ──warn──► open ──due passed──► open, late ──chain──► … ──closing act──► closed
//	  └──────────────────────closing act──────────────────────────────────────►
//
// The whole plan of a duty is worked out when it opens and stored with it, so that a changed parameter never
// moves a clock that is already running, and so that a restart misses nothing: the timer performs every event
// whose instant has passed, in order, each at its own instant. A late record is never taken back. The plan
// runs from occurred_at; an act typed later than it happened closes in time if it happened in time, and both
// times stay on record.
package obligation

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/notify"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// State of a duty.
type State string

// A duty is open until an act closes it; late is a mark beside the state, not a state.
const (
	Open   State = "open"
	Closed State = "closed"
)

// Duty is one open or closed duty of a named owner on one subject.
type Duty struct {
	ID          term.ObligationID `col:"id,key"`
	Name        string            `col:"name"` // pack/name of the obligation
	Clause      term.Clause       `col:"clause"`
	SubjectKind string            `col:"subject_kind"` // item piece copy reader instruction finding case …
	Subject     string            `col:"subject"`
	Document    term.DocumentID   `col:"document"` // the item that hides it; may be empty
	OwnerPost   string            `col:"owner_post"`
	OwnerPerson term.PersonID     `col:"owner_person"`
	OpenedAt    time.Time         `col:"opened_at"` // occurred_at of the act that opened it
	DueAt       time.Time         `col:"due_at"`    // zero: no due time
	EndOfDay    bool              `col:"end_of_day"`
	WarnAt      time.Time         `col:"warn_at"` // first warning: from then on it shows as soon due
	NextAt      time.Time         `col:"next_at"` // next event; zero when none is left
	Plan        []string          `col:"plan"`    // events to come, "time|kind|post"
	EveryMS     int64             `col:"every_ms"`
	LateAt      time.Time         `col:"late_at"`   // zero: never late
	ToldPost    string            `col:"told_post"` // highest post told so far
	State       State             `col:"state"`
	ClosedAt    time.Time         `col:"closed_at"` // occurred_at of the closing act
	ClosedBy    term.PersonID     `col:"closed_by"`
	store.Meta
}

// Duties is the table.
var Duties = store.Define[Duty]("obligation")

// Deadline is when the duty is due; zero when it has no due time.
func (d Duty) Deadline() calendar.Deadline {
	return calendar.Deadline{At: d.DueAt, EndOfDay: d.EndOfDay}
}

// Opening is what is known when a duty opens.
type Opening struct {
	ID          term.ObligationID
	SubjectKind string
	Subject     string
	Document    term.DocumentID
	Person      term.PersonID // owner, where the pack says person:FIELD
	Trigger     calendar.Trigger
	// Head gives who heads the unit of Person by a post that each unit has; empty: the unit has none beside him. May be nil.
	Head func(post string) term.PersonID
}

// told names whom a step of the chain tells: a post that each unit has means the one of the owner's unit.
func (o Opening) told(s regulation.Step) string {
	if !s.EachUnit || o.Head == nil || o.Person == "" {
		return s.Post
	}
	if head := o.Head(s.Post); head != "" {
		return "person:" + string(head)
	}
	return s.Else
}

// event is one instant of a plan.
type event struct {
	at   time.Time
	kind string // warn late step repeat; also: a warning to another than the owner; again: a step that comes again; effect
	post string // pack/post, or person:ID; of an effect its number
}

func (e event) String() string {
	return e.at.UTC().Format(time.RFC3339Nano) + "|" + e.kind + "|" + e.post
}

func parseEvent(s string) (event, error) {
	parts := strings.SplitN(s, "|", 3)
	if len(parts) != 3 {
		return event{}, fmt.Errorf("plan %q: time|kind|post is expected", s)
	}
	at, err := time.Parse(time.RFC3339Nano, parts[0])
	if err != nil {
		return event{}, fmt.Errorf("plan %q: %w", s, err)
	}
	return event{at.In(calendar.Zone), parts[1], parts[2]}, nil
}

// Begin works out a duty and its whole plan. told are the posts that the chain tells at once.
func Begin(def *regulation.Duty, o Opening) (d Duty, told []string, err error) {
	d = Duty{
		ID: o.ID, Name: def.Name, Clause: def.Clause, SubjectKind: o.SubjectKind, Subject: o.Subject, Document: o.Document,
		OpenedAt: o.Trigger.Occurred, State: Open, EveryMS: def.Every.Milliseconds(),
	}
	if strings.HasPrefix(def.Owner, "person:") {
		d.OwnerPerson = o.Person
	} else {
		d.OwnerPost = def.Owner
	}
	var deadline calendar.Deadline
	if def.Due != nil {
		if deadline, err = def.Due.At(o.Trigger); err != nil {
			return d, nil, fmt.Errorf("duty %s: %w", def.Name, err)
		}
		d.DueAt, d.EndOfDay = deadline.At, deadline.EndOfDay
	}
	plan, told, err := plan(def, o, deadline)
	if err != nil {
		return d, nil, err
	}
	for _, e := range plan {
		if e.kind == "warn" && (d.WarnAt.IsZero() || e.at.Before(d.WarnAt)) {
			d.WarnAt = e.at
		}
		d.Plan = append(d.Plan, e.String())
	}
	if len(plan) > 0 {
		d.NextAt = plan[0].at
	}
	if len(told) > 0 {
		d.ToldPost = told[len(told)-1]
	}
	return d, told, nil
}

func plan(def *regulation.Duty, o Opening, deadline calendar.Deadline) (events []event, told []string, err error) {
	t := o.Trigger
	if !deadline.IsZero() {
		for _, w := range def.Warn {
			at := w.At(t.Occurred, deadline, t.ClosingTime)
			events = append(events, event{at, "warn", ""})
			for _, who := range def.AlsoTold(o.Person) {
				events = append(events, event{at, "also", who})
			}
		}
		events = append(events, event{deadline.LateFrom(), "late", ""})
	}
	for i, e := range def.OnLater {
		at, err := e.From(deadline, t.Book)
		if err != nil {
			return nil, nil, fmt.Errorf("duty %s: late effect: %w", def.Name, err)
		}
		events = append(events, event{at, "effect", strconv.Itoa(i)})
	}
	if def.Step && def.Every > 0 && !deadline.IsZero() {
		return inOrder(append(events, climb(def, o, deadline)...)), nil, nil
	}
	if def.Every > 0 {
		events = append(events, event{t.Occurred.Add(def.Every), "repeat", ""})
	}
	for _, s := range def.Chain {
		if s.AtOnce {
			told = append(told, o.told(s))
			continue
		}
		at, err := s.After.From(deadline, t.Book)
		if err != nil {
			return nil, nil, fmt.Errorf("duty %s: step to %s: %w", def.Name, s.Post, err)
		}
		events = append(events, event{at, "step", o.told(s)})
	}
	return inOrder(events), told, nil
}

// climb is a chain that goes one step up each time: the first at the first late instant, each next one interval after due
// later, and the last again and again until the duty is done.
func climb(def *regulation.Duty, o Opening, deadline calendar.Deadline) []event {
	var out []event
	for i, s := range def.Chain {
		at := deadline.LateFrom()
		if i > 0 {
			at = deadline.At.Add(time.Duration(i) * def.Every)
		}
		out = append(out, event{at, "step", o.told(s)})
	}
	if n := len(out); n > 0 {
		out = append(out, event{deadline.At.Add(time.Duration(n) * def.Every), "again", out[n-1].post})
	}
	return out
}

func inOrder(events []event) []event {
	sort.SliceStable(events, func(i, j int) bool { return events[i].at.Before(events[j].at) })
	return events
}

// Event is one instant of a duty's plan that has come.
type Event struct {
	At   time.Time
	Kind string // warn late begun step repeat also effect
	Post string // whom a step or a further warning tells: pack/post, or person:ID; of an effect its number in Duty.OnLater
}

// Advance takes the next event of the plan and gives the duty after it. The caller asks only while NextAt has
// passed; an event of a closed duty is an error. Reminders whose time passed unheard, since the program did not run, are made up
// for by one.
func Advance(d Duty, now time.Time) (Duty, Event, error) {
	if d.State != Open || len(d.Plan) == 0 {
		return d, Event{}, fmt.Errorf("duty %s: no event is left", d.ID)
	}
	e, err := parseEvent(d.Plan[0])
	if err != nil {
		return d, Event{}, fmt.Errorf("duty %s: %w", d.ID, err)
	}
	rest := append([]string{}, d.Plan[1:]...)
	switch e.kind {
	case "late":
		d.LateAt = e.at
	case "step":
		d.ToldPost = e.post
	case "repeat", "again":
		if rest, err = again(d, e, now, rest); err != nil {
			return d, Event{}, err
		}
		if e.kind == "again" {
			d.ToldPost, e.kind = e.post, "step"
		}
	}
	d.Plan, d.NextAt = rest, time.Time{}
	if len(rest) > 0 {
		next, err := parseEvent(rest[0])
		if err != nil {
			return d, Event{}, fmt.Errorf("duty %s: %w", d.ID, err)
		}
		d.NextAt = next.at
	}
	return d, Event{e.at, e.kind, e.post}, nil
}

// again puts the next of an event that comes again into what is left of a plan.
func again(d Duty, e event, now time.Time, rest []string) ([]string, error) {
	every := time.Duration(d.EveryMS) * time.Millisecond
	if every <= 0 {
		return nil, fmt.Errorf("duty %s: a reminder without an interval", d.ID)
	}
	missed := max(0, now.Sub(e.at)/every)
	next := event{e.at.Add((missed + 1) * every), e.kind, e.post}
	i := sort.Search(len(rest), func(i int) bool {
		other, err := parseEvent(rest[i])
		return err == nil && other.at.After(next.at)
	})
	return append(rest[:i], append([]string{next.String()}, rest[i:]...)...), nil
}

// Finish closes a duty. A duty that was closed after its deadline without the timer having noticed gets its
// late record here, at the first late instant.
func Finish(d Duty, at time.Time, by term.PersonID) Duty {
	if !d.DueAt.IsZero() && !d.Deadline().InTime(at) && d.LateAt.IsZero() {
		d.LateAt = d.Deadline().LateFrom()
	}
	d.State, d.ClosedAt, d.ClosedBy, d.NextAt, d.Plan = Closed, at, by, time.Time{}, nil
	return d
}

// Pass hands a duty on: who owed it is done with it, and another owes the same by the same time, under a new id. What is still
// to come of the plan comes to him.
func Pass(d Duty, id term.ObligationID, to term.PersonID, at time.Time, by term.PersonID) (done, anew Duty) {
	anew = d
	anew.ID, anew.OwnerPerson, anew.OpenedAt, anew.LateAt, anew.Meta = id, to, at, time.Time{}, store.Meta{}
	anew.Plan = make([]string, len(d.Plan))
	for i, e := range d.Plan {
		if rest, ok := strings.CutSuffix(e, "|person:"+string(d.OwnerPerson)); ok {
			e = rest + "|person:" + string(to)
		}
		anew.Plan[i] = e
	}
	return Finish(d, at, by), anew
}

// Tell makes the notice of one event: a step and a further warning tell whom they name, anything else the owner.
func Tell(d Duty, e Event, id func() string) notify.Notice {
	n := notify.Notice{ID: term.NoticeID(id()), Kind: e.Kind, Clause: d.Clause, Duty: string(d.ID), Subject: d.Subject, Document: d.Document, At: e.At}
	if e.Kind == "also" {
		n.Kind = "warn"
	}
	person, isPerson := strings.CutPrefix(e.Post, "person:")
	switch {
	case isPerson:
		n.Person = term.PersonID(person)
	case e.Post != "":
		n.Post = e.Post
	default:
		n.Post, n.Person = d.OwnerPost, d.OwnerPerson
	}
	return n
}

// OpenOn lists the open duties of one name on one subject.
func OpenOn(tx *store.Tx, name, kind, subject string) ([]Duty, error) {
	return Duties.Select(tx, openOn, name, kind, subject)
}

const openOn = "WHERE name = $1 AND subject_kind = $2 AND subject = $3 AND state = 'open' ORDER BY id"

// AskOpenOn is OpenOn as a question for Tx.Ahead.
func AskOpenOn(name, kind, subject string) store.Ask { return Duties.Ask(openOn, name, kind, subject) }

// OpenOf lists the open duties on one item.
func OpenOf(tx *store.Tx, document term.DocumentID) ([]Duty, error) {
	return Duties.Select(tx, "WHERE document = $1 AND state = 'open' ORDER BY id LIMIT 5000", string(document))
}

// OpenBy lists the open duties of a person himself, what is due first before the rest.
func OpenBy(tx *store.Tx, owner term.PersonID) ([]Duty, error) {
	return Duties.Select(tx, "WHERE owner_person = $1 AND state = 'open' ORDER BY due_at, id LIMIT 500", string(owner))
}

// Ripe lists open duties whose next event has come, earliest first, at most limit.
func Ripe(tx *store.Tx, now time.Time, limit int) ([]Duty, error) {
	return Duties.Select(tx, "WHERE state = 'open' AND next_at <= $1 ORDER BY next_at, id LIMIT $2", now.UnixMilli(), limit)
}
