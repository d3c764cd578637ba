package act

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"jiyao/internal/calendar"
	"jiyao/internal/notify"
	"jiyao/internal/obligation"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// duties gives the rows of every duty that this act closes and opens, target by target.
func (r *running) duties(changes Changes, known *regulation.Known) ([]store.Change, error) {
	closing, err := r.closed(changes, known)
	if err != nil {
		return nil, err
	}
	var rows []store.Change
	for _, c := range closing {
		open, err := obligation.OpenOn(r.tx, c.name, c.kind, c.id)
		if err != nil {
			return nil, fmt.Errorf("find open duties: %w", err)
		}
		for _, d := range open {
			rows = append(rows, obligation.Duties.Update(d, obligation.Finish(d, r.env.At, r.env.Actor.Person)))
		}
	}
	if rows, err = r.ended(rows, changes); err != nil {
		return nil, err
	}
	for _, t := range changes.Targets {
		opened, err := r.env.Law.Opened(r.def.name, known, t.Person)
		if err == nil && t.As != "" {
			opened = append(opened, r.env.Law.OpenedAs(t.As, t.Kind, known, t.Person)...)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", refuse.ErrUnavailable, err)
		}
		for _, def := range opened {
			if !hangsOn(def, t) || t.CloseOnly {
				continue
			}
			if t.Once {
				open, err := obligation.OpenOn(r.tx, def.Name, t.Kind, t.ID)
				if err != nil {
					return nil, fmt.Errorf("find open duties: %w", err)
				}
				if len(open) > 0 {
					continue
				}
			}
			more, err := r.open(def, t, cmp.Or(t.Document, changes.Document))
			var year *calendar.MissingYear
			if t.As != "" && errors.As(err, &year) { // its steps lie in a year whose days off nobody has: other duties remind of it
				continue
			}
			if err != nil {
				return nil, err
			}
			rows = append(rows, more...)
		}
	}
	more, err := r.offDay()
	return append(rows, more...), err
}

// offDay opens what somebody owes for a day off on which he works, with his first act of that day.
func (r *running) offDay() ([]store.Change, error) {
	who := r.env.Actor.Person
	defs := r.env.Law.OffDays()
	if len(defs) == 0 || who == "" || r.depth > 0 || works(r.env.Calendar, r.env.Today()) {
		return nil, nil
	}
	held := r.env.People.Posts(who)
	var rows []store.Change
	for _, def := range defs {
		if def.EndsWith(r.def.name) || !slices.ContainsFunc(def.Who, func(p string) bool { return slices.Contains(held, p) }) {
			continue
		}
		n, err := obligation.Duties.Count(r.tx, "WHERE name = $1 AND subject = $2 AND opened_at >= $3", def.Name, string(who), r.env.Today().Start().UnixMilli())
		if err != nil {
			return nil, fmt.Errorf("look for the duties of a day off: %w", err)
		}
		if n > 0 {
			continue
		}
		more, err := r.open(def, Target{Kind: def.ForEach, ID: string(who), Person: who}, "")
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

// hangsOn reports whether a duty is one for each thing of the target's kind; no kind is the item itself.
func hangsOn(def *regulation.Duty, t Target) bool {
	return def.ForEach == t.Kind || def.ForEach == "" && t.Kind == "item"
}

func (r *running) open(def *regulation.Duty, t Target, document term.DocumentID) ([]store.Change, error) {
	trigger := calendar.Trigger{Occurred: r.env.At, Records: t.Records, Book: r.env.Calendar, ClosingTime: r.env.hour("closing_time")}
	if since, ok := t.Records["opened_at"]; ok { // a clock that runs from an earlier act, such as the receipt
		trigger.Occurred = since.At
	}
	d, told, err := obligation.Begin(def, obligation.Opening{
		ID: term.ObligationID(r.env.ID()), SubjectKind: t.Kind, Subject: t.ID, Document: document, Person: t.Person, Trigger: trigger, Head: r.env.headOf(t.Person),
	})
	var missing *calendar.MissingRecord
	if errors.As(err, &missing) && !r.env.Actor.System { // a clock that runs from a field nobody filled in
		return nil, refuse.Field(missing.What, "required")
	}
	if err != nil {
		return nil, err
	}
	rows := []store.Change{obligation.Duties.Insert(d)}
	for _, post := range told {
		rows = append(rows, notify.Notices.Insert(obligation.Tell(d, obligation.Event{At: r.env.At, Kind: "begun", Post: post}, r.env.ID)))
	}
	return rows, nil
}
