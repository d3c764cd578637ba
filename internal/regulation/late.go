package regulation

import (
	"fmt"
	"time"

	"jiyao/internal/calendar"
)

// What follows when a duty is late, and which duties open by themselves.

// LaterEffect is an effect that follows some time after a duty is late.
type LaterEffect struct {
	Effect
	After calendar.After
	At    *calendar.TimeOfDay // instead of After: the first second after this time of the day of the deadline
}

// From is when the effect follows a deadline that has passed.
func (e LaterEffect) From(deadline calendar.Deadline, book calendar.Book) (time.Time, error) {
	if e.At == nil {
		return e.After.From(deadline, book)
	}
	at, late := calendar.Exactly(e.At.On(deadline.Day())).LateFrom(), deadline.LateFrom()
	if at.Before(late) {
		return late, nil
	}
	return at, nil
}

// compileChain takes over who is told after due, and what else follows then.
func (l *Law) compileChain(p *Pack, d *Duty, o *Obligation) error {
	for _, s := range o.Chain {
		a, err := l.afterDue(s.After)
		if err != nil {
			return err
		}
		post := p.Posts[s.Post]
		step := Step{Post: p.post(s.Post), After: a, AtOnce: s.AtOnce, EachUnit: post.Count == "each unit", Else: p.post(s.Post)}
		if post.FallsTo != "" && post.FallsTo != "nobody" {
			step.Else = p.post(post.FallsTo)
		}
		d.Chain = append(d.Chain, step)
	}
	for _, e := range o.OnLate {
		if e.After == "" && e.At == "" {
			d.OnLate = append(d.OnLate, e)
			continue
		}
		if e.At != "" {
			text, err := plain(e.At, l.params)
			if err != nil {
				return err
			}
			at, err := calendar.ParseTimeOfDay(text)
			if err != nil {
				return fmt.Errorf("late effect: %w", err)
			}
			d.OnLater = append(d.OnLater, LaterEffect{Effect: e, At: &at})
			continue
		}
		a, err := l.afterDue(e.After)
		if err != nil {
			return err
		}
		d.OnLater = append(d.OnLater, LaterEffect{Effect: e, After: a})
	}
	return nil
}

// afterDue reads how long after due something follows; nothing written is the first late instant.
func (l *Law) afterDue(text string) (calendar.After, error) {
	text, err := plain(text, l.params)
	if err != nil {
		return calendar.After{}, err
	}
	return calendar.ParseAfter(text)
}

// SelfOpening lists the duties that open by themselves: on a date of the year, or on each day.
func (l *Law) SelfOpening() []*Duty {
	var out []*Duty
	for _, d := range l.duties {
		if len(d.Dates) > 0 || d.Daily != "" || d.Periodic {
			out = append(out, d)
		}
	}
	return out
}

// OffDays lists the duties that open on a day off with the first act of who owes them.
func (l *Law) OffDays() []*Duty {
	var out []*Duty
	for _, d := range l.duties {
		if d.OffDay {
			out = append(out, d)
		}
	}
	return out
}
