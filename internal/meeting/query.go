package meeting

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/refuse"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

// visible is the condition on a line that the viewer may know of its item; n is the number of its first argument.
func visible(v act.Viewer, n int) (string, []any) {
	cond, args := v.Visible("d.class", "d.id", n)
	return "EXISTS (SELECT 1 FROM document d WHERE d.id = supply.document AND " + cond + ")", args
}

// Find reads a line, still sealed; refuse.ErrNotFound where there is none or the viewer may not know of its item.
func Find(tx *store.Tx, v act.Viewer, id string) (Supply, error) {
	cond, args := visible(v, 2)
	s, ok, err := Supplies.One(tx, "WHERE id = $1 AND "+cond, append([]any{id}, args...)...)
	switch {
	case err != nil:
		return s, fmt.Errorf("read a line of 对外提供登记: %w", err)
	case !ok:
		return s, fmt.Errorf("find a line of 对外提供登记: %w", refuse.ErrNotFound)
	}
	return s, nil
}

// Out lists what is with outsiders, opened, what is due first before the rest; what has no day to come back on stands at
// the head. next is the line where the list goes on, empty at its end; a line that the viewer may not know of is none.
func Out(tx *store.Tx, v act.Viewer, after string, most int) (list []Supply, next string, err error) {
	cond, args := visible(v, 1)
	where := "WHERE taken_back_at IS NULL AND " + cond
	if after != "" {
		last, err := Find(tx, v, after)
		if err != nil && !errors.Is(err, refuse.ErrNotFound) {
			return nil, "", err
		}
		if err == nil {
			n := len(args)
			where += " AND (return_by, id) > ($" + strconv.Itoa(n+1) + ", $" + strconv.Itoa(n+2) + ")"
			args = append(args, last.ReturnBy, last.ID)
		}
	}
	if list, err = Supplies.Select(tx, where+" ORDER BY return_by, id LIMIT "+strconv.Itoa(most+1), args...); err != nil {
		return nil, "", fmt.Errorf("list what is with outsiders: %w", err)
	}
	if len(list) > most {
		list = list[:most]
		next = list[most-1].ID
	}
	return list, next, Open(tx, list)
}

// Back lists what came back last, opened.
func Back(tx *store.Tx, v act.Viewer, most int) ([]Supply, error) {
	cond, args := visible(v, 1)
	list, err := Supplies.Select(tx, "WHERE taken_back_at IS NOT NULL AND "+cond+" ORDER BY taken_back_at DESC, id LIMIT "+strconv.Itoa(most), args...)
	if err != nil {
		return nil, fmt.Errorf("list what came back from outsiders: %w", err)
	}
	return list, Open(tx, list)
}

// OutOf are the open lines of one copy, opened. The copy must have been held against the viewer's sight.
func OutOf(tx *store.Tx, id term.CopyID) ([]Supply, error) {
	list, err := Supplies.Select(tx, "WHERE copy = $1 AND taken_back_at IS NULL ORDER BY handed_at, id LIMIT 20", string(id))
	if err != nil {
		return nil, fmt.Errorf("look whether a copy is with outsiders: %w", err)
	}
	return list, Open(tx, list)
}

// Open reveals what is sealed in lines.
func Open(tx *store.Tx, list []Supply) error {
	for i := range list {
		if err := Supplies.Reveal(tx, &list[i]); err != nil {
			return fmt.Errorf("open a line of 对外提供登记: %w", err)
		}
	}
	return nil
}

// OpenAt gives the lines that were open at a moment, with what is sealed left closed. seen is the condition of who looks, as
// act.Viewer.Visible gives it.
func OpenAt(tx *store.Tx, seen func(class, document string, first int) (string, []any), at time.Time) ([]Supply, error) {
	cond, args := seen("d.class", "d.id", 2)
	list, err := Supplies.Select(tx, "WHERE handed_at <= $1 AND (taken_back_at IS NULL OR taken_back_at > $1) AND EXISTS (SELECT 1 FROM document d WHERE d.id = supply.document AND "+
		cond+") ORDER BY id", append([]any{at.UnixMilli()}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("list what was with outsiders: %w", err)
	}
	return list, nil
}
