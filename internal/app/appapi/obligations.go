package appapi

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/obligation"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
	"jiyao/internal/web/api"
	"jiyao/internal/web/counter"
)

// Obligation is one timed duty of who asks or of a post of his.
type Obligation struct {
	ID          term.ObligationID `json:"id"`
	Name        string            `json:"name"`
	Clause      term.Clause       `json:"clause"`
	SubjectKind string            `json:"subject_kind"`
	Subject     string            `json:"subject"`
	Document    term.DocumentID   `json:"document,omitempty"`
	OwnerPost   string            `json:"owner_post,omitempty"`
	OwnerPerson term.PersonID     `json:"owner_person,omitempty"`
	OpenedAt    *time.Time        `json:"opened_at"`
	DueAt       *time.Time        `json:"due_at"`
	EndOfDay    bool              `json:"end_of_day"` // due by the end of that day
	LateAt      *time.Time        `json:"late_at"`    // since when it is late; null: in time
	State       obligation.State  `json:"state"`
	ClosedAt    *time.Time        `json:"closed_at"`
	ClosedBy    *Person           `json:"closed_by"`
}

// never stands for "no due time" in the order of a list.
const never = 1<<63 - 1

// question builds the rest of a SELECT with its placeholders in order.
type question struct {
	cond []string
	args []any
}

func (c *question) bind(v any) string {
	c.args = append(c.args, v)
	return "$" + strconv.Itoa(len(c.args))
}

func obligations(q api.Asked) (api.Page[Obligation], error) {
	var out api.Page[Obligation]
	narrow, err := narrowed(q)
	if err != nil {
		return out, err
	}
	err = q.See(q.Request, func(tx *store.Tx, v counter.Viewer) error {
		c := narrow
		own := owned(&c, v)
		if own == "" {
			return nil
		}
		// The three administrators know of no item; their own duties hang on none.
		seen := "document = ''"
		if !v.Admin() && v.Actor.Person != "" {
			visible, more := act.Viewer{Person: v.Actor.Person, Sight: v.Sight}.Visible("d.class", "d.id", len(c.args)+1)
			c.args = append(c.args, more...)
			seen = "(document = '' OR EXISTS (SELECT 1 FROM document d WHERE d.id = obligation.document AND " + visible + "))"
		}
		cond := append(slices.Clone(c.cond), own, seen)
		list, err := obligation.Duties.Select(tx, "WHERE "+strings.Join(cond, " AND ")+" ORDER BY "+dueOrder+", id LIMIT "+strconv.Itoa(q.Limit+1), c.args...)
		if err != nil {
			return fmt.Errorf("list duties: %w", err)
		}
		for _, d := range list[:min(len(list), q.Limit)] {
			out.Items = append(out.Items, Obligation{ID: d.ID, Name: d.Name, Clause: d.Clause, SubjectKind: d.SubjectKind, Subject: d.Subject,
				Document: d.Document, OwnerPost: d.OwnerPost, OwnerPerson: d.OwnerPerson, OpenedAt: at(d.OpenedAt), DueAt: at(d.DueAt),
				EndOfDay: d.EndOfDay, LateAt: at(d.LateAt), State: d.State, ClosedAt: at(d.ClosedAt), ClosedBy: person(v, d.ClosedBy)})
		}
		if len(list) > q.Limit {
			last := list[q.Limit-1]
			due := "never"
			if !last.DueAt.IsZero() {
				due = moment(last.DueAt)
			}
			out.Next = api.Next(due, string(last.ID))
		}
		return nil
	})
	return out, err
}

// dueOrder puts the nearest first and those without a due time last.
var dueOrder = "CASE WHEN due_at IS NULL THEN " + strconv.FormatInt(never, 10) + " ELSE due_at END"

// narrowed turns the query into conditions: state (open where none is given), late, and where the page begins.
func narrowed(q api.Asked) (question, error) {
	var c question
	state := obligation.State(q.Get("state"))
	switch state {
	case "":
		state = obligation.Open
	case obligation.Open, obligation.Closed:
	default:
		return c, refuse.Field("state", "not_in_list")
	}
	c.cond = append(c.cond, "state = "+c.bind(string(state)))
	late, given, err := q.Flag("late")
	switch {
	case err != nil:
		return c, err
	case given && late:
		c.cond = append(c.cond, "late_at IS NOT NULL")
	case given:
		c.cond = append(c.cond, "late_at IS NULL")
	}
	after, err := q.After(2)
	if err != nil || after == nil {
		return c, err
	}
	due := int64(never)
	if after[0] != "never" {
		t, err := fromMoment(after[0])
		if err != nil {
			return c, err
		}
		due = t.UnixMilli()
	}
	at := c.bind(due)
	c.cond = append(c.cond, "("+dueOrder+" > "+at+" OR "+dueOrder+" = "+at+" AND id > "+c.bind(after[1])+")")
	return c, nil
}

// owned is the condition of the viewer's own duties; empty when he can have none.
func owned(c *question, v counter.Viewer) string {
	var or []string
	if v.Actor.Person != "" {
		or = append(or, "owner_person = "+c.bind(string(v.Actor.Person)))
	}
	posts := slices.Clone(v.Posts)
	for _, role := range v.Actor.Admin {
		posts = append(posts, "base/"+role)
	}
	if len(posts) > 0 {
		marks := make([]string, len(posts))
		for i, p := range posts {
			marks[i] = c.bind(p)
		}
		or = append(or, "owner_post IN ("+strings.Join(marks, ", ")+")")
	}
	if len(or) == 0 {
		return ""
	}
	return "(" + strings.Join(or, " OR ") + ")"
}
