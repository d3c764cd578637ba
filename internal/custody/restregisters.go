package custody

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"jiyao/internal/act"
	"jiyao/internal/regulation"
	"jiyao/internal/store"
	"jiyao/internal/term"
)

func init() {
	Registers["places"] = placeLines("1 = 1")
	Registers["dedications"] = placeLines("dedicated_at IS NOT NULL")
	Registers["safes"] = placeLines("place_kind IN ('safe', 'secure_store', 'encrypted_store')")
	Registers["placements"] = placementLines
	Registers["carriers"] = carrierLines("1 = 1")
	Registers["media_carriers"] = carrierLines("medium IN ('magnetic', 'solid_state', 'tape')")
}

// placeLines are the places (存放处) that meet a condition, such as those of which something is dedicated (三专登记) and safes
// (保险装置登记), each with how many live copies lie there that the viewer may know of. Places have no time: they stand in the order of their ids.
func placeLines(which string) Source {
	return func(tx *store.Tx, sight regulation.Sight, person term.PersonID, f Filter) ([]map[string]string, error) {
		where, args := which, []any{}
		if !f.After.Zero() {
			args = append(args, f.After.ID)
			where += " AND id > $1"
		}
		list, err := Places.Select(tx, "WHERE "+where+" ORDER BY id LIMIT "+strconv.Itoa(limitOf(f)), args...)
		if err != nil {
			return nil, fmt.Errorf("read the places: %w", err)
		}
		out := make([]map[string]string, len(list))
		v := act.Viewer{Person: person, Sight: sight}
		for i, p := range list {
			cond, more := v.Visible("class", "document", 2)
			n, err := Copies.Count(tx, "WHERE place = $1 AND state = 'in_place' AND "+cond, append([]any{string(p.ID)}, more...)...)
			if err != nil {
				return nil, fmt.Errorf("count what lies in a place: %w", err)
			}
			out[i] = store.Stand(placeTexts(p, n), time.UnixMilli(0), string(p.ID))
		}
		return out, nil
	}
}

func limitOf(f Filter) int {
	if f.Limit <= 0 || f.Limit > maxRegister {
		return maxRegister
	}
	return f.Limit
}

func placeTexts(p Place, copies int) map[string]string {
	return map[string]string{
		"place": string(p.ID), "place_name": p.Name, "place_kind": p.Kind, "cabinet_class": p.CabinetClass, "lock": p.Lock, "room": p.Room, "keeper": string(p.Keeper),
		"place_class": p.class(), "inside": string(p.Inside), "alarm": p.Alarm, "watch": p.Watch, "last_checked_on": p.LastCheckedOn,
		"dedicated_officer": string(p.Officer), "dedicated_room": p.RoomDedicated, "dedicated_cabinet": p.CabinetDedicated, "since": minute(p.DedicatedAt),
		"copies": strconv.Itoa(copies),
	}
}

// placementLines are the lines of 存放登记, with the class of the place and the reason given.
func placementLines(tx *store.Tx, sight regulation.Sight, person term.PersonID, f Filter) ([]map[string]string, error) {
	cond, more := act.Viewer{Person: person, Sight: sight}.Visible("c.class", "c.document", 1)
	where := []string{"(copy = '' OR EXISTS (SELECT 1 FROM copy c WHERE c.id = placement.copy AND " + cond + "))"}
	args := more
	if f.Document != "" {
		args = append(args, string(f.Document))
		where = append(where, "document = $"+strconv.Itoa(len(args)))
	}
	tail, args := f.Tail("placed_at", "id", where, args, maxRegister)
	list, err := Placements.Select(tx, tail, args...)
	if err != nil {
		return nil, fmt.Errorf("read 存放登记: %w", err)
	}
	out := make([]map[string]string, len(list))
	for i, l := range list {
		if err := Placements.Reveal(tx, &l); err != nil {
			return nil, fmt.Errorf("open a reason: %w", err)
		}
		reason, err := l.Reason.Text()
		if err != nil {
			return nil, fmt.Errorf("read a reason: %w", err)
		}
		row := map[string]string{
			"document": string(l.Document), "copy": string(l.Copy), "box": string(l.Box), "cabinet": string(l.Place), "place_class": l.Class, "reason": reason,
			"at": minute(l.At), "by": string(l.By),
		}
		if l.Copy != "" {
			c, err := Copies.Get(tx, l.Copy)
			if err != nil {
				return nil, fmt.Errorf("read the copy of a line: %w", err)
			}
			row["copy_no"], row["label"] = c.Called(), string(c.Label)
		}
		out[i] = store.Stand(row, l.At, l.ID)
	}
	return out, nil
}

// carrierLines are 载体台账: every piece, or those of some media, in the order of registration, which is that of the labels. A
// period is that in which it came to be as it stands.
func carrierLines(of string) Source {
	return func(tx *store.Tx, sight regulation.Sight, person term.PersonID, f Filter) ([]map[string]string, error) {
		cond, args := act.Viewer{Person: person, Sight: sight}.Visible("class", "document", 1)
		where := []string{cond, of}
		if f.Document != "" {
			args = append(args, string(f.Document))
			where = append(where, "document = $"+strconv.Itoa(len(args)))
		}
		tail, args := byLabel(f, where, args)
		list, err := Copies.Select(tx, tail, args...)
		if err != nil {
			return nil, fmt.Errorf("read 载体台账: %w", err)
		}
		contents := map[term.DocumentID][]string{}
		out := make([]map[string]string, len(list))
		for i, c := range list {
			kinds := c.ContentKinds
			if _, known := contents[c.Document]; !known && len(kinds) == 0 {
				if contents[c.Document], err = links.Contents(tx, c.Document); err != nil {
					return nil, fmt.Errorf("read what a carrier holds: %w", err)
				}
			}
			if len(kinds) == 0 {
				kinds = contents[c.Document]
			}
			out[i] = store.Stand(carrierTexts(c, kinds), c.Since, string(c.Label))
		}
		return out, nil
	}
}

// byLabel ends a statement over copies as Window.Tail does, in the order of their labels, each of which there is once.
func byLabel(f Filter, where []string, args []any) (string, []any) {
	also := func(cond string, v any) {
		args = append(args, v)
		where = append(where, cond+"$"+strconv.Itoa(len(args)))
	}
	if !f.From.IsZero() {
		also("since >= ", f.From.UnixMilli())
	}
	if !f.To.IsZero() {
		also("since < ", f.To.UnixMilli())
	}
	beyond, turn := "label > ", ""
	if f.Newest {
		beyond, turn = "label < ", " DESC"
	}
	if !f.After.Zero() {
		also(beyond, f.After.ID)
	}
	return "WHERE " + strings.Join(where, " AND ") + " ORDER BY label" + turn + " LIMIT " + strconv.Itoa(limitOf(f)), args
}

// standing is the state of a piece; of one whose life has ended, how: before rows said it, nothing but striking its line did.
func (c Copy) standing() string {
	switch {
	case c.State != Ended:
		return string(c.State)
	case c.Ending == "":
		return Voided
	}
	return c.Ending
}

func carrierTexts(c Copy, kinds []string) map[string]string {
	return map[string]string{
		"document": string(c.Document), "copy": string(c.ID), "copy_no": c.Called(), "label": string(c.Label), "old_no": c.OldNo, "level": string(c.Level), "medium": c.Medium,
		"form": c.Form, "described": c.Described, "serial_no": c.SerialNo, "content_kinds": strings.Join(kinds, "、"), "custodian": string(c.Custodian),
		"device": string(c.Device), "state": c.standing(), "cabinet": string(c.Place), "holder": string(c.Holder), "since": minute(c.Since),
	}
}
