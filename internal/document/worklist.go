package document

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"jiyao/internal/act"
	"jiyao/internal/obligation"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// Standing is where a reader's line stands that a duty is about.
type Standing string

// What a board says of a line; nothing where there is nothing to say.
const (
	Undelivered Standing = "undelivered" // 未送
	Unread      Standing = "unread"      // 未阅: he has had it and has not signed
	Stalled     Standing = "stalled"     // 压件: too long at one stop
)

// Task is one line of a worklist: an open duty, with its document where it has one.
type Task struct {
	obligation.Duty
	Cover    *Cover // nil: it is about something else, or about an item he may not know
	Shown    bool   // another's duty, which his clause shows him too
	Standing Standing
	Urgency  term.Urgency // of the document, or of the envelope that is not one yet
}

// Worklist lists the open duties of a person and of his posts, and those of others that the law shows him too, the
// nearest first, of those due at one time the more urgent; duties about items that he may not know are left out, those
// without a due time come last.
func Worklist(tx *store.Tx, v act.Viewer, posts []string, shown regulation.Shown, limit int) ([]Task, error) {
	limit = min(max(limit, 1), MaxPage)
	owed, err := owedBy(tx, v, posts, limit)
	if err != nil {
		return nil, err
	}
	also, err := shownTo(tx, v, shown, limit)
	if err != nil {
		return nil, err
	}
	var out []Task
	have := map[term.ObligationID]bool{}
	for i, d := range append(owed, also...) {
		if !have[d.ID] {
			have[d.ID] = true
			out = append(out, Task{Duty: d, Shown: i >= len(owed)})
		}
	}
	slices.SortStableFunc(out, nearest)
	out = out[:min(len(out), limit)]
	if err := describe(tx, v, out); err != nil {
		return nil, err
	}
	slices.SortStableFunc(out, func(a, b Task) int {
		if c := nearest(a, b); c != 0 {
			return c
		}
		return b.Urgency.Compare(a.Urgency)
	})
	return out, nil
}

// nearest puts tasks in order of their due time, those without one last.
func nearest(a, b Task) int {
	if a.DueAt.IsZero() != b.DueAt.IsZero() {
		return map[bool]int{true: 1, false: -1}[a.DueAt.IsZero()]
	}
	return a.DueAt.Compare(b.DueAt)
}

// owed are the duties of the viewer and of his posts.
func owedBy(tx *store.Tx, v act.Viewer, posts []string, limit int) ([]obligation.Duty, error) {
	cond, args := "", []any{}
	if v.Person != "" {
		args = append(args, string(v.Person))
		cond = "owner_person = $1"
	}
	if len(posts) > 0 {
		if cond != "" {
			cond += " OR "
		}
		var in string
		in, args = oneOf(posts, args)
		cond += "owner_post IN " + in
	}
	if cond == "" {
		return nil, nil
	}
	return openFor(tx, v, cond, args, limit)
}

// shown are the duties that the law shows him beside their owner: by a post of his, or as the reader they are about.
func shownTo(tx *store.Tx, v act.Viewer, s regulation.Shown, limit int) ([]obligation.Duty, error) {
	var or []string
	var args []any
	var in string
	if len(s.ByPost) > 0 {
		in, args = oneOf(s.ByPost, args)
		or = append(or, "name IN "+in)
	}
	if len(s.ToReader) > 0 && v.Person != "" {
		in, args = oneOf(s.ToReader, args)
		args = append(args, string(v.Person))
		me := "$" + strconv.Itoa(len(args))
		or = append(or, "name IN "+in+" AND (subject = document || '/' || "+me+" OR subject IN (SELECT id FROM stop WHERE reader = "+me+" AND state IN ('out', 'read')))")
	}
	if len(or) == 0 {
		return nil, nil
	}
	return openFor(tx, v, strings.Join(or, " OR "), args, limit)
}

func oneOf(texts []string, args []any) (string, []any) {
	marks := make([]string, len(texts))
	for i, t := range texts {
		args = append(args, t)
		marks[i] = "$" + strconv.Itoa(len(args))
	}
	return "(" + strings.Join(marks, ", ") + ")", args
}

// open reads open duties about what the viewer may know; those on a case that concerns him are not there.
func openFor(tx *store.Tx, v act.Viewer, cond string, args []any, limit int) ([]obligation.Duty, error) {
	args = append(args, string(v.Person))
	cond = "(" + cond + ") AND NOT (" + concerns("obligation", "$"+strconv.Itoa(len(args))) + ")"
	visible, more := v.Visible("d.class", "d.id", len(args)+1)
	list, err := obligation.Duties.Select(tx, "WHERE state = 'open' AND "+cond+" AND (document = '' OR EXISTS (SELECT 1 FROM document d WHERE d.id = obligation.document AND "+
		visible+")) ORDER BY CASE WHEN due_at IS NULL THEN 1 ELSE 0 END, due_at, id LIMIT "+strconv.Itoa(limit), append(args, more...)...)
	if err != nil {
		return nil, fmt.Errorf("read the worklist: %w", err)
	}
	return list, nil
}

// describe adds to each line its document and where its reader stands.
func describe(tx *store.Tx, v act.Viewer, list []Task) error {
	var ids []term.DocumentID
	for _, t := range list {
		if t.Document != "" {
			ids = append(ids, t.Document)
		}
	}
	covers, err := CoversOf(tx, v, ids)
	if err != nil {
		return err
	}
	for i, t := range list {
		if c, ok := covers[t.Document]; ok {
			list[i].Cover, list[i].Urgency = &c, c.Urgency
		} else if t.SubjectKind == "piece" {
			e, err := Envelopes.Get(tx, term.EnvelopeID(t.Subject))
			if err != nil {
				return fmt.Errorf("read the envelope of a duty: %w", err)
			}
			list[i].Urgency = e.Urgency
		}
		if list[i].Standing, err = standing(tx, t.Duty); err != nil {
			return err
		}
	}
	return nil
}

// standing works out where the reader's line of a duty stands.
func standing(tx *store.Tx, d obligation.Duty) (Standing, error) {
	switch d.SubjectKind {
	case "stop":
		if !d.LateAt.IsZero() {
			return Stalled, nil
		}
		return "", nil
	case "turn":
		return Undelivered, nil
	case "reader":
	default:
		return "", nil
	}
	who, had := strings.TrimPrefix(d.Subject, string(d.Document)+"/"), "receiver = $2"
	if unit, ok := strings.CutPrefix(who, "unit/"); ok {
		who, had = unit, "receiver IN (SELECT id FROM person WHERE unit = $2)"
	}
	var n int
	if err := tx.QueryRow("SELECT count(*) FROM (SELECT 1 FROM hand_over WHERE document = $1 AND kind = 'hand_out' AND "+had+" LIMIT 1) AS one", string(d.Document), who).Scan(&n); err != nil {
		return "", fmt.Errorf("find whether a reader was served: %w", err)
	}
	if n == 0 {
		return Undelivered, nil
	}
	return Unread, nil
}
