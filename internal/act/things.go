package act

import (
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/obligation"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Thing is one of those for which a duty that opens by itself is owed, one duty each: a loan, a room, a device.
type Thing struct {
	ID       string
	Document term.DocumentID // the item that hides the duty; may be empty
	Person   term.PersonID   // owner, where the pack says person:FIELD
	Since    time.Time       // a duty of this hour or before is not owed for it
}

// MaxThings is the most things of one kind that a noun lists: more duties than that are opened by nobody.
const MaxThings = 5000

var (
	thingsMu sync.Mutex
	things   = map[string]func(tx *store.Tx) ([]Thing, error){}
)

// EachOf enters, by the word that packs say (for_each), what lists the things of one kind there are now, in a fixed order,
// at most MaxThings. Called while the program starts.
func EachOf(kind string, list func(tx *store.Tx) ([]Thing, error)) {
	thingsMu.Lock()
	defer thingsMu.Unlock()
	if things[kind] != nil {
		panic("things of kind " + kind + ": one list is expected")
	}
	things[kind] = list
}

// ConcernedIn enters, by the kind of thing that a duty hangs on, whom an effect of the duty may name: by the words that packs
// say (persons). Called while the program starts.
func ConcernedIn(kind string, who func(tx *store.Tx, id string) (map[string]string, error)) {
	thingsMu.Lock()
	defer thingsMu.Unlock()
	if concerned[kind] != nil {
		panic("persons of kind " + kind + ": one answer is expected")
	}
	concerned[kind] = who
}

var concerned = map[string]func(tx *store.Tx, id string) (map[string]string, error){}

// opensNow is what the opening of a duty by itself starts from.
type opensNow struct {
	done   bool
	things []Thing
}

// perOpening is how many duties of a source one act opens; one that has more is asked again.
const perOpening = 500

// OpenSource gives at most limit things for which a duty of this name has not been opened at this instant yet, in order.
type OpenSource func(tx *store.Tx, name string, at time.Time, limit int) ([]Thing, error)

var openSources = map[string]OpenSource{}

// OpensFor tells what a yearly duty is one for each of, by the word that packs use (of: in opens). It is called while the
// program starts.
func OpensFor(word string, from OpenSource) {
	thingsMu.Lock()
	defer thingsMu.Unlock()
	openSources[word] = from
}

func openSource(tx *store.Tx, def *regulation.Duty, at time.Time, limit int) ([]Thing, error) {
	thingsMu.Lock()
	from := openSources[def.Of]
	thingsMu.Unlock()
	if from == nil {
		return nil, fmt.Errorf("duty %s: nobody says what there is of %q", def.Name, def.Of)
	}
	out, err := from(tx, def.Name, at, limit)
	if err != nil {
		return nil, fmt.Errorf("duty %s: list what it is owed for: %w", def.Name, err)
	}
	return out, nil
}

// yearBefore is the year that a yearly duty opened at this time looks back on.
func yearBefore(at time.Time) string { return strconv.Itoa(at.In(calendar.Zone).Year() - 1) }

// periodOf is the period that a duty is one for each of.
func periodOf(def *regulation.Duty) (calendar.Period, bool) {
	if def.ForEach != "period" || def.Due == nil {
		return "", false
	}
	return def.Due.Period()
}

// InPeriods are the periods that an act falls into, for the duties that it closes: that of a quarter ends with an act of
// this quarter alone.
func (e Env) InPeriods() []Target {
	var out []Target
	day := calendar.DateOf(e.At.Add(-time.Millisecond)) // 24:00 is of the day that ends
	for _, p := range calendar.Periods() {
		out = append(out, Target{Kind: "period", ID: p.Name(day), CloseOnly: true})
	}
	return out
}

func loadOpens(tx *Tx, cmd OpenDated) (opensNow, error) {
	if def, ok := tx.Env.Law.Duty(cmd.Name); ok && def.Of != "" {
		some, err := openSource(tx.Tx, def, cmd.At, perOpening)
		return opensNow{done: len(some) == 0, things: some}, err
	}
	done, err := openedAlready(tx.Tx, cmd.Name, cmd.At)
	if err != nil || done {
		return opensNow{done: done}, err
	}
	def, ok := tx.Env.Law.Duty(cmd.Name)
	if !ok {
		return opensNow{}, nil
	}
	if def.ForEach == "staff" || def.ForEach == "person" {
		owe, err := owers(def, tx.Env.People)
		out := opensNow{}
		for _, p := range owe {
			out.things = append(out.things, Thing{ID: string(p), Person: p})
		}
		return out, err
	}
	if def.ForEach == "year" { // one for the whole office, about the year before
		return opensNow{things: []Thing{{ID: yearBefore(cmd.At)}}}, nil
	}
	if p, ok := periodOf(def); ok {
		return opensNow{things: []Thing{{ID: p.Name(calendar.DateOf(cmd.At))}}}, nil
	}
	thingsMu.Lock()
	list := things[def.ForEach]
	thingsMu.Unlock()
	if list == nil {
		return opensNow{}, fmt.Errorf("duty %s: one for each %q cannot open by itself", def.Name, def.ForEach)
	}
	all, err := list(tx.Tx)
	if err != nil {
		return opensNow{}, fmt.Errorf("duty %s: list what it is owed for: %w", def.Name, err)
	}
	return opensNow{things: slices.DeleteFunc(all, func(t Thing) bool { return !t.Since.Before(cmd.At) })}, nil
}

// begin opens one duty for each thing.
func (s opensNow) begin(def *regulation.Duty, cmd OpenDated, env Env) ([]store.Change, error) {
	var out []store.Change
	for _, t := range s.things {
		d, _, err := obligation.Begin(def, obligation.Opening{
			ID: term.ObligationID(env.ID()), SubjectKind: def.ForEach, Subject: t.ID, Document: t.Document, Person: t.Person,
			Trigger: calendar.Trigger{Occurred: cmd.At, Book: env.Calendar, ClosingTime: env.hour("closing_time")}, Head: env.headOf(t.Person),
		})
		if err != nil {
			return nil, err
		}
		out = append(out, obligation.Duties.Insert(d))
	}
	return out, nil
}
