package act

import (
	"context"
	"fmt"
	"time"

	"jiyao/internal/calendar"
	"jiyao/internal/obligation"
	"jiyao/internal/refuse"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// OpenDated opens a duty that begins on a date of the year, one for each person who owes it.
type OpenDated struct {
	Name string    `json:"name"` // pack/name of the duty
	At   time.Time `json:"at"`   // 00:00 of the date
}

// staffed is a directory that can list the office's own people.
type staffed interface{ Staff() []term.PersonID }

var _ = Define("obligation.open", Act[OpenDated, bool, noFacts]{
	Load:  func(tx *Tx, cmd OpenDated) (bool, error) { return openedAlready(tx.Tx, cmd.Name, cmd.At) },
	Facts: func(bool, OpenDated, Env) noFacts { return noFacts{} },
	Decide: func(done bool, cmd OpenDated, env Env) (Changes, error) {
		def, ok := env.Law.Duty(cmd.Name)
		if !ok || done {
			return Changes{}, &refuse.Conflict{Table: "obligation", Key: cmd.Name}
		}
		people, ok := env.People.(staffed)
		if !ok || def.ForEach != "staff" {
			return Changes{}, fmt.Errorf("duty %s: one for each %q cannot be opened by date", def.Name, def.ForEach)
		}
		c := Changes{Subject: cmd.Name}
		for _, p := range people.Staff() {
			d, _, err := obligation.Begin(def, obligation.Opening{
				ID: term.ObligationID(env.ID()), SubjectKind: "staff", Subject: string(p), Person: p,
				Trigger: calendar.Trigger{Occurred: cmd.At, Book: env.Calendar},
			})
			if err != nil {
				return c, err
			}
			c.Rows = append(c.Rows, obligation.Duties.Insert(d))
		}
		return c, nil
	},
})

func openedAlready(tx *store.Tx, name string, at time.Time) (bool, error) {
	n, err := obligation.Duties.Count(tx, "WHERE name = $1 AND opened_at = $2", name, at.UnixMilli())
	if err != nil {
		return false, fmt.Errorf("look for duties of that date: %w", err)
	}
	return n > 0, nil
}

// openDated opens every duty whose date of this year has come and that the office did not miss before it
// existed. It looks again only when the day has changed.
func (d *Desk) openDated(ctx context.Context) error {
	now := d.Clock.Now()
	today := calendar.DateOf(now)
	if today == d.datedOn {
		return nil
	}
	var due []OpenDated
	err := d.DB.Read(ctx, func(tx *store.Tx) error {
		law, err := d.Office.Law(tx, now)
		if err != nil {
			return fmt.Errorf("find the law in force: %w", err)
		}
		due, err = datedDue(tx, law, now, d.Since)
		return err
	})
	if err != nil {
		return err
	}
	for _, cmd := range due {
		if _, err := d.Do(ctx, Request{Act: "obligation.open", Command: cmd, By: System(), At: cmd.At}); err != nil {
			return fmt.Errorf("open duty %s: %w", cmd.Name, err)
		}
	}
	d.datedOn = today
	return nil
}

func datedDue(tx *store.Tx, law *regulation.Law, now, since time.Time) ([]OpenDated, error) {
	var out []OpenDated
	year := calendar.Date{Year: now.Year(), Month: time.January, Day: 1}
	for _, def := range law.Dated() {
		for _, date := range def.Dates {
			deadline, err := date.At(calendar.Trigger{Occurred: year.Start()})
			if err != nil {
				return nil, fmt.Errorf("duty %s: %w", def.Name, err)
			}
			at := deadline.Day().Start()
			if at.After(now) || at.Before(since) {
				continue
			}
			done, err := openedAlready(tx, def.Name, at)
			if err != nil {
				return nil, err
			}
			if !done {
				out = append(out, OpenDated{Name: def.Name, At: at})
			}
		}
	}
	return out, nil
}
